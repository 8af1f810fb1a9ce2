//! The arguments of `dartboard explore`.

use std::path::PathBuf;

use clap::ValueEnum;

const AFTER_HELP: &str = "\
Examples:
  dartboard explore
  dartboard explore score
  dartboard landscape --model linear --data houses.csv --truth price --features area --output run1
  dartboard explore landscape --run run1
  dartboard explore --output losses.html

The page is one file that works offline and sends nothing anywhere. Where no browser can be opened, \
as on another machine, --output writes it to where one can.";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ExploreArgs {
    /// The panel that is shown first.
    #[arg(value_enum)]
    pub(crate) panel: Option<Panel>,
    /// A folder that `dartboard landscape --output` has written, to be shown in the panel landscape.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) run: Option<PathBuf>,
    /// Write the page to this file instead of opening it.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// The panels of the page, under their names in its addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Panel {
    /// Throw at a board: distance becomes the loss.
    Darts,
    /// Losses of one prediction with gradient, Hessian and formula.
    Prediction,
    /// Why squared, why the logarithm.
    Why,
    /// Fitted lines and an outlier.
    Outlier,
    /// A probability and its logit.
    Spam,
    /// Logits, softmax, loss and gradient.
    Digits,
    /// The loss over the weights, and gradient descent.
    Landscape,
    /// Which loss: by questions, or by a file.
    Choose,
    /// Score a file in the page.
    Score,
    /// All losses, searchable.
    Reference,
}
