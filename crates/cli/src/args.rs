//! The command line as types. Everything that can be checked without reading a file is checked here, so that a mistake
//! costs no waiting and exits with 2.

mod choose;
mod cluster;
mod curvature;
mod explore;
mod landscape;
mod model;
mod score;
mod value;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use self::choose::{ChooseArgs, ChooseFormat};
#[cfg(feature = "cluster")]
pub(crate) use self::cluster::ClusterCommand;
pub(crate) use self::cluster::OnCluster;
pub(crate) use self::curvature::CurvatureArgs;
pub(crate) use self::explore::{ExploreArgs, Panel};
pub(crate) use self::landscape::LandscapeArgs;
pub(crate) use self::model::ModelArgs;
pub(crate) use self::score::{Reading, Resources, ScoreArgs};

const AFTER_HELP: &str = "\
Examples:
  dartboard score predictions.parquet --truth price --pred p_a,p_b
  dartboard score mail.csv --truth spam --pred probability --by sender --worst 10
  dartboard choose predictions.csv --truth price --pred p_a
  dartboard landscape --model linear --data houses.csv --truth price --features area --loss mse,mae
  dartboard sql \"SELECT mse(price, p_a), mae(price, p_a) FROM 'predictions.csv'\"
  dartboard explain huber
  dartboard explore

Exit codes: 0 done, 1 a file or its data is at fault, 2 the command line is at fault, \
130 interrupted.";

/// Loss functions: score files of predictions, ask for losses in SQL, read what a loss is and when to use it.
#[derive(Debug, Parser)]
#[command(name = "dartboard", version, after_help = AFTER_HELP, max_term_width = 100, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Score files of predictions: losses, skill, segments, models compared, the rows that lose most.
    Score(Box<ScoreArgs>),
    /// Choose a loss: what the target is, which noise the errors have, what suits the goal, with the evidence.
    Choose(Box<ChooseArgs>),
    /// Draw the loss landscape of a model: along its weights, random directions, a path, or between two models.
    Landscape(Box<LandscapeArgs>),
    /// Tell how curved the loss of a model is: the ends of the Hessian's spectrum and its trace.
    Curvature(Box<CurvatureArgs>),
    /// Run a SQL query in which every loss is an aggregate function.
    Sql(SqlArgs),
    /// Run a process of a cluster, for queries with --cluster.
    #[cfg(feature = "cluster")]
    #[command(subcommand)]
    Cluster(ClusterCommand),
    /// Show what a loss is: formula, gradient, Hessian, plot, properties, worked examples; several losses side by side;
    /// without a name, list all losses.
    Explain(ExplainArgs),
    /// Print the quick reference of all losses, or translate the names of another library.
    Reference(ReferenceArgs),
    /// Open the interactive page in the browser: losses to play with, landscapes, a file to score without sending it.
    Explore(ExploreArgs),
    /// Write a completion script for a shell to standard output.
    #[command(after_help = COMPLETIONS_HELP)]
    Completions {
        /// The shell.
        shell: Shell,
    },
}

/// How a result is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns for reading.
    #[default]
    Table,
    /// All digits: numbers parse back to the same bits.
    Json,
    /// All digits, one line per row of the result: for `score`, per group of rows, model and measure.
    Csv,
    /// Tables as GitHub renders them.
    Markdown,
}

const SQL_HELP: &str = "\
Examples:
  dartboard sql \"SELECT mse(price, p_a), huber(price, p_a, 20000) FROM 'predictions.csv'\"
  dartboard sql \"SELECT region, mae(price, p_a, weight) AS mae FROM 'part-*.parquet' GROUP BY region\"
  dartboard sql \"SELECT cce(label, make_array(p_0, p_1, p_2)) FROM 'digits.parquet'\"
  dartboard sql \"SELECT gaussian_nll(price, make_array(mu, s)) FROM 'predictions.csv'\"

A loss takes the target, the prediction, its parameters as literals and, last, a column of \
weights. A list stands for several predictions of a row, or for a share of each class. Files are named in \
single quotes, as for `score`; column names keep their case. \
`dartboard explain` lists the losses.";

#[derive(Debug, clap::Args)]
#[command(after_help = SQL_HELP)]
pub(crate) struct SqlArgs {
    /// The query.
    pub(crate) query: String,
    /// How the result is printed; its tables hold all digits, where those of `score` are rounded.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Write the rows to a .parquet or .csv file instead of printing them.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) resources: Resources,
    #[command(flatten)]
    pub(crate) cluster: OnCluster,
}

const EXPLAIN_HELP: &str = "\
Examples:
  dartboard explain
  dartboard explain mse
  dartboard explain \"huber(delta=20000)\"
  dartboard explain mse mae
  dartboard explain bce --format markdown";

#[derive(Debug, clap::Args)]
#[command(after_help = EXPLAIN_HELP)]
pub(crate) struct ExplainArgs {
    /// A loss by any of its names, with or without parameters; several are put side by side; all losses if absent.
    #[arg(value_name = "LOSS")]
    pub(crate) losses: Vec<value::OneMeasure>,
    /// How it is printed.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ExplainFormat,
}

/// How a card is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// Plain text with formulas in Unicode.
    #[default]
    Text,
    /// Markdown with formulas in LaTeX.
    Markdown,
    /// The same facts as data.
    Json,
}

const REFERENCE_HELP: &str = "\
Examples:
  dartboard reference
  dartboard reference --format html > losses.html
  dartboard reference --elsewhere torch";

#[derive(Debug, clap::Args)]
#[command(after_help = REFERENCE_HELP)]
pub(crate) struct ReferenceArgs {
    /// How it is printed.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ReferenceFormat,
    /// From the names of this library to ours, and how its numbers differ.
    #[arg(long, value_name = "LIBRARY")]
    pub(crate) elsewhere: Option<String>,
}

/// How the quick reference is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReferenceFormat {
    /// The columns that fit a terminal.
    #[default]
    Table,
    /// All columns, as GitHub renders them.
    Markdown,
    /// All facts of all losses: numbers parse back to the same bits.
    Json,
    /// A page of its own, with formulas and plots.
    Html,
}

const COMPLETIONS_HELP: &str = "\
Examples:
  dartboard completions bash > ~/.local/share/bash-completion/completions/dartboard
  dartboard completions zsh > ~/.zfunc/_dartboard
  dartboard completions fish > ~/.config/fish/completions/dartboard.fish";

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Args::command().debug_assert();
    }
}
