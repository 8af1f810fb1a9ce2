//! The choice of a loss as questions, in the order of decision theory: what is predicted, what for, and only then how
//! errors are distributed.

use dartboard_reference::lines_without_plots;

use super::catalogue::line;
use crate::answer::{Answer, Object, object};
use crate::complaint::Complaint;
use crate::question::Question;

/// What is asked, in order: the field of a loss's line that holds the answer, the question, and why it comes here.
const QUESTIONS: [(&str, &str, &str); 4] = [
    ("target", "What is to be predicted?", "The kind of target leaves a family of losses."),
    (
        "elicits",
        "What should a prediction stand for?",
        "Data cannot answer this. A loss is smallest at one property of the target: its mean, its median, a quantile, a \
         probability. The one that is wanted has to be the one that the loss elicits.",
    ),
    (
        "noise",
        "How are errors distributed?",
        "Among losses that serve the goal, the negative log-likelihood of the errors needs the fewest rows. Drop a file \
         below to have this estimated.",
    ),
    ("takes", "What does the model return?", "A loss of logits keeps its digits where probabilities round to 0 or 1."),
];

/// The questions, and the losses with their answers.
pub(super) fn path(_question: &Question<'_>) -> Result<Answer, Complaint> {
    let questions: Vec<Object> = QUESTIONS
        .into_iter()
        .map(|(field, question, why)| object! { "field": field, "question": question, "why": why })
        .collect();
    let list: Vec<Object> =
        lines_without_plots().iter().filter(|measure| measure.page.when.is_some()).map(line).collect();
    Ok(Answer::of(object! { "questions": questions, "lines": list }))
}
