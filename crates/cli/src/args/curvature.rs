//! The arguments of `dartboard curvature`.

use super::ChooseFormat;
use super::model::ModelArgs;
use super::score::{Reading, Resources};

const AFTER_HELP: &str = "\
Examples:
  dartboard curvature --model mlp:32 --data digits.csv --truth label --loss cce --top 5
  dartboard curvature model.safetensors --data digits.csv --truth label --lowest 3 --trace 100

The Hessian is that of the mean loss over the rows by the weights, at the fitted weights. It is computed for built-in models, by
exact products with vectors; where the loss has kinks it is what it is almost everywhere.";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct CurvatureArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    /// How many of the largest eigenvalues.
    #[arg(long, value_name = "N", default_value_t = 3, help_heading = "What is computed")]
    pub(crate) top: usize,
    /// How many of the smallest; a negative one is a way down.
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "What is computed")]
    pub(crate) lowest: usize,
    /// Random vectors for the trace; with fewer weights than that it is exact.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..), default_value_t = 100, help_heading = "What is computed")]
    pub(crate) trace: u32,
    /// The most products with the Hessian for each end.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), default_value_t = 300, help_heading = "What is computed")]
    pub(crate) products: u32,

    /// How the report is printed.
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub(crate) format: ChooseFormat,

    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) resources: Resources,
}
