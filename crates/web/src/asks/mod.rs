//! What can be asked, by name.

mod catalogue;
mod constants;
mod curves;
mod descent;
mod event;
mod fit;
mod landscape;
mod path;
mod row;
mod softmax;
mod style;
mod throws;
mod why;

pub(crate) use catalogue::kind as kind_of;

use crate::answer::{Answer, object};
use crate::complaint::Complaint;
use crate::question::Question;
use crate::table;

/// Answers a question; `file` is the content of a dropped file, where the question is about one.
pub fn answer(question: &[u8], file: Vec<u8>) -> Answer {
    answered(question, file).unwrap_or_else(|error| Answer::of(object! { "error": error.to_string() }))
}

fn answered(question: &[u8], file: Vec<u8>) -> Result<Answer, Complaint> {
    let question = Question::read(question)?;
    match question.text("ask")? {
        "losses" => catalogue::losses(&question),
        "reference" => catalogue::reference(),
        "page" => catalogue::page(&question),
        "formula" => catalogue::formula(&question),
        "row" => row::row(&question),
        "curves" => curves::curves(&question),
        "why" => why::why(&question),
        "throws" => throws::throws(&question),
        "constants" => constants::constants(&question),
        "fit" => fit::fit(&question),
        "event" => event::event(&question),
        "softmax" => softmax::softmax(&question),
        "descent" => descent::descent(&question),
        "landscape" => landscape::landscape(&question),
        "run" => landscape::run(&question, file),
        "path" => path::path(&question),
        "style" => style::style(),
        "ticks" => style::ticks(&question),
        "open" => table::open(&question, file),
        "score" => table::score(&question),
        "advise" => table::advise(&question),
        other => Err(Complaint::Question(format!("there is no '{other}'"))),
    }
}
