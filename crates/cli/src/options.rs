//! The options of commands as data, from their one definition: what other programs make their own functions of.

use clap::{Arg, ArgAction, Command, CommandFactory};
use serde::Serialize;

use crate::args::Args;

/// A command.
#[derive(Clone, Debug, Serialize)]
pub struct CommandFacts {
    /// Its name.
    pub name: String,
    /// What it does, in a sentence.
    pub about: String,
    /// Its options, in the order of its help.
    pub options: Vec<OptionFacts>,
}

/// An option, or what stands without one.
#[derive(Clone, Debug, Serialize)]
pub struct OptionFacts {
    /// Its long name without hyphens in front; that of the value where it stands without an option.
    pub name: String,
    /// Further names.
    pub aliases: Vec<String>,
    /// Whether its values stand on the command line by themselves.
    pub positional: bool,
    /// What it does.
    pub help: String,
    /// Under which heading it stands in the help.
    pub heading: Option<String>,
    /// What its value is called; none where it takes no value.
    pub value: Option<String>,
    /// What the value may be, where it is one of a few.
    pub choices: Vec<String>,
    /// What it is if absent, where that is a value.
    pub default: Option<String>,
    /// Whether it may be given again.
    pub several: bool,
    /// What separates several values in one text.
    pub delimiter: Option<char>,
    /// Whether the command asks for it whatever else is given.
    pub required: bool,
}

/// The options of a command that are about the terminal.
const OF_TERMINALS: [&str; 4] = ["format", "no_progress", "help", "version"];

/// The facts of a command; none where there is no such command.
pub fn command(name: &str) -> Option<CommandFacts> {
    let mut all = Args::command();
    all.build();
    let command = all.find_subcommand(name)?;
    let options = command.get_arguments().filter(|arg| !OF_TERMINALS.contains(&arg.get_id().as_str()));
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    Some(CommandFacts { name: name.to_owned(), about, options: options.map(of).collect() })
}

fn of(arg: &Arg) -> OptionFacts {
    let takes_values = arg.get_action().takes_values();
    let value = arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
    let text = |text: &clap::builder::StyledStr| text.to_string();
    OptionFacts {
        name: arg.get_long().unwrap_or(arg.get_id().as_str()).to_owned(),
        aliases: arg.get_visible_aliases().unwrap_or_default().into_iter().map(ToOwned::to_owned).collect(),
        positional: arg.is_positional(),
        help: arg.get_long_help().or(arg.get_help()).map(text).unwrap_or_default(),
        heading: arg.get_help_heading().map(ToOwned::to_owned),
        value: value.filter(|_| takes_values),
        choices: if takes_values {
            arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect()
        } else {
            vec![]
        },
        default: takes_values
            .then(|| arg.get_default_values().first())
            .flatten()
            .map(|value| value.to_string_lossy().into_owned()),
        several: matches!(arg.get_action(), ArgAction::Append),
        delimiter: arg.get_value_delimiter(),
        required: arg.is_required_set(),
    }
}

/// The definition with which every value is taken as it is: a caller has lists, and names may hold commas.
pub(crate) fn undivided(name: &str) -> Command {
    Args::command().mut_subcommand(name, |command| command.mut_args(|arg| arg.value_delimiter(None)))
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn facts_of_options() {
        let score = command("score").expect("a command");
        let option = |name: &str| score.options.iter().find(|option| option.name == name).expect("an option");
        assert!(option("files").positional && option("files").required && option("files").several);
        assert!(option("truth").required && !option("truth").several);
        assert_eq!((option("pred").delimiter, option("pred").several), (Some(','), true));
        assert_eq!(option("logits").aliases, ["raw"]);
        assert_eq!(option("where").value.as_deref(), Some("SQL"));
        assert_eq!(option("decompose").value, None);
        assert_eq!(option("invalid").choices, ["error", "skip"]);
        assert_eq!(option("threads").heading.as_deref(), Some("Resources"));
        assert!(score.options.iter().all(|option| !option.help.is_empty() && option.name != "format"));
        assert!(command("scores").is_none());
    }
}
