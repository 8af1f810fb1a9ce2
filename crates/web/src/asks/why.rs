//! The tables that make a point, over numbers of the reader's choice.

use dartboard_reference::number::{fixed, rounded};
use dartboard_reference::tables::Shown;

use crate::answer::{Answer, object};
use crate::complaint::Complaint;
use crate::question::Question;

/// The first table of a loss's card with another first column, or with its own where `at` is empty.
pub(super) fn why(question: &Question<'_>) -> Result<Answer, Complaint> {
    let loss = question.loss("loss")?;
    let at = question.numbers("at")?;
    let table = loss.card().tables.first().and_then(|table| {
        let at = if at.is_empty() { table.at } else { &at };
        Some((at.to_vec(), Shown::at(&loss, table, at)?))
    });
    let Some((at, table)) = table else {
        return Err(Complaint::Question(format!("{} has no table over these numbers", loss.spec())));
    };
    let value = |&value: &f64| if value.fract() == 0.0 { rounded(value) } else { fixed(value, 4) };
    let rows: Vec<Vec<String>> = table.rows.iter().map(|row| row.iter().map(value).collect()).collect();
    let sums: Vec<String> = table.sums.iter().map(value).collect();
    let object = object! {
        "title": table.title, "answer": table.answer, "over": table.over, "losses": table.losses, "at": at,
        "rows": rows, "sums": sums,
    };
    Ok(Answer::of(object).with(table.rows.concat()))
}
