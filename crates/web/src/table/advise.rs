//! Advice on the open file, by the same crate as that of the command line.

use dartboard_advice::{Advice, AdviceError, Goal, Input, Predictions, Target, advise as advice_of, without_options};

use dartboard_reference::number::{percent, rounded, signed};

use super::{Columns, with_table};
use crate::answer::{Answer, Object, object};
use crate::complaint::Complaint;
use crate::question::Question;

/// Which loss suits a truth column, with a column of predictions or without, and a goal or the usual one.
pub(crate) fn advise(question: &Question<'_>) -> Result<Answer, Complaint> {
    let goal = question.optional_text("goal").map(str::parse::<Goal>).transpose()?;
    let raw = question.text("kind")? == "logits";
    with_table(|table| {
        let columns = Columns::read(table, question)?;
        let weight = columns.weight.map(|weight| columns.pick(table, weight)).transpose()?;
        let numbers = columns.pick(table, columns.truth);
        let (names, of_row) = table.classes(columns.truth);
        let of_row: Vec<u32> = columns.rows.iter().map(|&row| of_row[row]).collect();
        let target = match &numbers {
            Ok(numbers) => Target::Numbers(numbers),
            Err(_) => Target::Names { of_row: &of_row, names: &names },
        };
        let picked = columns.predictions.iter().map(|&column| columns.pick(table, column));
        let picked = picked.collect::<Result<Vec<_>, _>>()?;
        let predictions = match (&picked[..], columns.predictions.first()) {
            ([values], Some(&column)) => Predictions::One { name: &table.names[column], values, raw },
            _ => Predictions::None,
        };
        let input =
            Input { predictions, weight: weight.as_deref(), goal, ..Input::of(&table.names[columns.truth], target) };
        let advice = advice_of(&input).map_err(|error| match error {
            // As the command line says it.
            AdviceError::Value { column, row, value, allowed } => Complaint::File(format!(
                "row {} of {}: `{column}` is {value}; {}",
                columns.rows[row - 1] + 1,
                table.name,
                without_options(allowed)
            )),
            other => other.into(),
        })?;
        Ok(Answer::of(written(&advice)))
    })
}

/// What the page shows of advice, under the names that the command line gives it in JSON, without its options.
fn written(advice: &Advice) -> Object {
    let losses = advice.losses.iter().map(|loss| {
        object! {
            "spec": loss.spec, "elicits": loss.elicits, "serves_goal": loss.serves_goal, "efficiency": loss.efficiency.map(percent),
            "convex": loss.convex, "train": loss.train, "why": loss.why,
        }
    });
    let evidence = advice.evidence.iter().map(|law| {
        object! { "noise": law.noise, "bic": signed(law.bic), "tie": law.tie, "loss": law.loss }
    });
    let constants = advice.constants.iter().map(|constant| {
        object! { "name": constant.name, "value": rounded(constant.value), "unit": constant.unit, "how": without_options(&constant.how) }
    });
    let calibration = advice.calibration.iter().map(|line| {
        object! {
            "name": line.name, "value": rounded(line.value),
            "interval": line.interval.map(|ends| ends.map(rounded)), "ideal": rounded(line.ideal), "off": line.off,
        }
    });
    let warnings = advice.warnings.iter().map(|warning| object! { "text": without_options(&warning.text) });
    let task = object! { "task": advice.task.task.describe(), "reason": advice.task.reason };
    let plainly = |texts: &[String]| texts.iter().map(|text| without_options(text)).collect::<Vec<_>>();
    object! {
        "target": advice.target, "question": advice.question.as_deref().map(without_options), "task": task,
        "goal": object! { "goal": advice.goal.goal.to_string(), "meaning": advice.goal.meaning },
        "losses": losses.collect::<Vec<Object>>(), "evidence": evidence.collect::<Vec<Object>>(),
        "constants": constants.collect::<Vec<Object>>(), "calibration": calibration.collect::<Vec<Object>>(),
        "warnings": warnings.collect::<Vec<Object>>(), "would_change": plainly(&advice.would_change),
        "missing": plainly(&advice.missing),
    }
}
