//! What stands behind the claims of a card.

use dartboard_losses::Loss;
use serde::Serialize;

/// How the truth of a claim is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The claim: the name of a property, such as `convexity`.
    pub claim: String,
    /// What exactly is known.
    pub statement: String,
    /// How it is known: proven over which range, or sampled at how many points.
    pub how: String,
}

/// Claims that no interval can decide, and what the laws do about each.
const SAMPLED: [(&str, &str, &str); 4] = [
    (
        "gradient and Hessian",
        "the derivatives of the value",
        "sampled: held against differences of the value in 31 digits",
    ),
    ("smoothness", "the derivatives jump at the stated places and nowhere else", "sampled: searched by bisection"),
    ("elicits", "the stated property minimises the expected loss", "sampled: over small distributions"),
    ("best constant", "no other constant loses less", "sampled: against rivals near and far"),
];

/// The evidence for the claims of a loss: the one place from which pages, documents and HTML take it.
pub fn of(loss: &Loss) -> Vec<Evidence> {
    let proofs = loss.proofs().into_iter().map(|proof| Evidence {
        claim: proof.claim.to_owned(),
        how: proof.evidence.to_string(),
        statement: proof.statement,
    });
    let sampled = SAMPLED.into_iter().map(|(claim, statement, how)| Evidence {
        claim: claim.to_owned(),
        statement: statement.to_owned(),
        how: how.to_owned(),
    });
    proofs.chain(sampled).collect()
}
