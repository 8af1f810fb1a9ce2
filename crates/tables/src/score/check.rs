//! Mistakes in a request that can be told before any row is read.

use dartboard_losses::Measure;

use super::request::ScoreRequest;
use super::{columns, decompose};
use crate::error::{Error, Result};
use crate::source::Source;
use crate::table_file;

/// Refuses what needs nothing but the request to be known as wrong.
pub(crate) fn request(request: &ScoreRequest) -> Result<()> {
    if let [class] = &request.classes[..] {
        return Err(Error::Usage(format!("--classes needs at least two classes, not only '{class}'")));
    }
    unique("--classes", &request.classes)?;
    unique("--by", &request.by)?;
    if !(0.0..1.0).contains(&request.label_smoothing) {
        let given = request.label_smoothing;
        return Err(Error::Usage(format!("--label-smoothing must be at least 0 and below 1, not {given}")));
    }
    if request.truth_file.is_some() && columns::names_shares(request) {
        return Err(Error::Usage(format!(
            "--truth {}: with --truth-file the truth is one column; join the files first, as with `dartboard sql`",
            request.truth
        )));
    }
    decompose::check_request(request)?;
    unique("--loss", &request.measures.iter().map(Measure::spec).collect::<Vec<_>>())?;
    let none_is_a_mean =
        !request.measures.is_empty() && request.measures.iter().all(|measure| measure.card().is_none());
    for (option, given) in [("--worst", request.worst > 0), ("--output", request.output.is_some())] {
        if given && none_is_a_mean {
            let specs: Vec<String> = request.measures.iter().map(Measure::spec).collect();
            return Err(Error::Usage(format!(
                "{option} needs a loss that a row has; {} belongs to all rows together, so name another one too, such as \
                 --loss {},mse",
                specs.join(", "),
                specs.join(",")
            )));
        }
    }
    Ok(())
}

/// Refuses what the columns and names of the opened files show to be wrong.
pub(crate) fn names(request: &ScoreRequest, source: &Source) -> Result<()> {
    for name in &request.key {
        source.find_column(name, "--key")?;
    }
    match &request.output {
        Some(path) => table_file::check(path, source),
        None => Ok(()),
    }
}

fn unique(option: &str, names: &[String]) -> Result<()> {
    let twice = names.iter().enumerate().find(|(index, name)| names[..*index].contains(name));
    match twice {
        None => Ok(()),
        Some((_, name)) => Err(Error::Usage(format!("{option}: {name} is given twice"))),
    }
}
