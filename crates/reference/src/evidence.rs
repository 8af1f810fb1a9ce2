//! What stands behind the claims of a card.

use dartboard_losses::Loss;
#[cfg(feature = "proofs")]
use dartboard_losses::{Convexity, Family, Functional, Smoothness, Zero};
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

/// What the laws do about the claims that no interval can decide: only what they do for a loss of this kind.
#[cfg(feature = "proofs")]
fn sampled(loss: &Loss) -> Vec<(&'static str, &'static str, &'static str)> {
    let (family, properties) = (loss.card().family, loss.properties());
    let derivatives = match family {
        Family::Pointwise => "sampled: held against differences of the value in 31 digits",
        Family::Rowwise | Family::Joint => "sampled: held against differences of the value",
    };
    let mut list = vec![("gradient and Hessian", "the derivatives of the value", derivatives)];
    if family != Family::Joint {
        let statement = "the derivatives jump at the stated places and nowhere else";
        list.push(("smoothness", statement, "sampled: searched by bisection"));
    }
    if family != Family::Joint && properties.zero != Zero::Nowhere {
        let statement = "0 where it is said to be and nowhere else";
        list.push(("zero", statement, "sampled: at ordinary and extreme points"));
    }
    // The steepness of a jump has no number; where there is a bound it is proven or sampled with the proofs.
    let jumps = properties.smoothness == Smoothness::Discontinuous;
    if family != Family::Joint && properties.lipschitz.is_none() && !jumps {
        let how = match family {
            Family::Rowwise => "sampled: slopes above 1,000,000, or growing with the classes, are found",
            Family::Pointwise | Family::Joint => "sampled: slopes above 1,000,000 are found",
        };
        list.push(("steepness", "the gradient is unbounded", how));
    }
    // An M-functional is what minimises the loss, by definition.
    let functional = properties.functional;
    let of_probability = matches!(
        functional,
        Functional::Decision | Functional::DecisionAtInfinity | Functional::DistortedProbability | Functional::Nothing
    );
    if of_probability {
        let statement = "the best prediction depends on the probability as stated";
        let how = match family {
            Family::Pointwise => "sampled: at probabilities from 0.025 to 0.975",
            Family::Rowwise | Family::Joint => "sampled: over small distributions",
        };
        list.push(("elicits", statement, how));
    } else if functional != Functional::Minimiser && family != Family::Joint {
        let statement = "the stated property minimises the expected loss";
        list.push(("elicits", statement, "sampled: over small distributions"));
    }
    // For rows of scores none is looked for where no property of the classes makes it.
    if family == Family::Pointwise || !(of_probability || functional == Functional::Minimiser) {
        list.push(if functional == Functional::Minimiser && properties.convexity == Convexity::None {
            let statement =
                "no other constant loses less by more than a millionth, where the search ends; else the best found";
            ("best constant", statement, "sampled: a branch and bound, against rivals near and far")
        } else {
            ("best constant", "no other constant loses less", "sampled: against rivals near and far")
        });
    }
    list
}

/// The evidence for the claims of a loss: the one place from which pages, documents and HTML take it.
#[cfg(feature = "proofs")]
pub fn of(loss: &Loss) -> Vec<Evidence> {
    let proofs = loss.proofs().into_iter().map(|proof| Evidence {
        claim: proof.claim.to_owned(),
        how: proof.evidence.to_string(),
        statement: proof.statement,
    });
    // The laws look at the defaults, at the ends of domains and at some numbers between, not at what a user types.
    let defaults = loss.card().parameters.iter().map(|parameter| parameter.default);
    let looked_at = defaults.eq(loss.parameters().iter().copied());
    let sampled = sampled(loss).into_iter().map(|(claim, statement, how)| Evidence {
        claim: claim.to_owned(),
        statement: statement.to_owned(),
        how: if looked_at { how.to_owned() } else { how.replacen("sampled", "sampled at other parameters", 1) },
    });
    proofs.chain(sampled).collect()
}

/// Without proofs the rest would say less of the claims than is known.
#[cfg(not(feature = "proofs"))]
pub fn of(_loss: &Loss) -> Vec<Evidence> {
    vec![]
}

#[cfg(all(test, feature = "proofs"))]
mod tests {
    use super::*;

    #[test]
    fn parameters_that_no_law_looks_at_are_not_said_to_be() {
        let how = |spec: &str| {
            let loss = Loss::parse(spec).unwrap();
            let found = of(&loss).into_iter().find(|evidence| evidence.claim == "elicits");
            found.unwrap().how
        };
        assert_eq!(how("huber"), "sampled: over small distributions");
        assert_eq!(how("huber(delta=1)"), "sampled: over small distributions");
        assert_eq!(how("huber(delta=2)"), "sampled at other parameters: over small distributions");
    }
}
