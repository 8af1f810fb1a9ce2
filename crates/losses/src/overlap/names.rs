//! The names of overlap losses, here and in other libraries, for whoever looks for them among the losses of rows.

use crate::card::Elsewhere;

/// An overlap loss under its names.
struct Known {
    /// What it goes by: small letters, as specs of losses are.
    names: &'static [&'static str],
    /// How it is made.
    here: &'static str,
    elsewhere: &'static [Elsewhere],
}

const KNOWN: [Known; 3] = [
    Known {
        names: &["tversky"],
        here: "Overlap::tversky",
        elsewhere: &[
            Elsewhere::differs(
                "Keras",
                "Tversky",
                "its alpha weighs false negatives, its beta false positives; 1e-7 is added to the denominator alone",
            ),
            Elsewhere::differs(
                "segmentation_models_pytorch",
                "TverskyLoss",
                "of logits, the mean over classes; 0 where a mask is empty",
            ),
        ],
    },
    Known {
        names: &["dice", "soft_dice"],
        here: "Overlap::dice",
        elsewhere: &[
            Elsewhere::differs("Keras", "Dice", "1e-7 is added to the denominator of 2·TP alone"),
            Elsewhere::differs("Optax", "dice_loss", "of logits, per image the mean over classes; smooth is 1"),
            Elsewhere::differs(
                "segmentation_models_pytorch",
                "DiceLoss",
                "of logits, the mean over classes; 0 where a mask is empty",
            ),
        ],
    },
    Known {
        names: &["jaccard", "soft_jaccard", "iou"],
        here: "Overlap::jaccard",
        elsewhere: &[Elsewhere::differs(
            "segmentation_models_pytorch",
            "JaccardLoss",
            "of logits, the mean over classes; 0 where a mask is empty",
        )],
    },
];

/// Where to find the loss that goes by a name, if it is one of these; `same` says whether a name is meant.
pub(crate) fn answer(same: impl Fn(&str) -> bool) -> Option<String> {
    let of = |known: &Known| {
        let called: Vec<String> = (known.elsewhere.iter())
            .filter(|elsewhere| same(elsewhere.name))
            .map(|elsewhere| format!("; {} calls {} so ({})", elsewhere.library, elsewhere.name, elsewhere.difference))
            .collect();
        let named = !called.is_empty() || known.names.iter().any(|name| same(name));
        named.then(|| {
            format!(
                "it is a loss of a whole batch and does not add up over rows; dartboard-losses computes it, by {}{}",
                known.here,
                called.concat()
            )
        })
    };
    KNOWN.iter().find_map(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_answered_with_its_own_loss() {
        for known in &KNOWN {
            let names = known.names.iter().copied().chain(known.elsewhere.iter().map(|elsewhere| elsewhere.name));
            for name in names {
                let answer = answer(|theirs| theirs == name).unwrap_or_default();
                assert!(answer.contains(known.here), "{name}: {answer}");
            }
        }
        assert_eq!(answer(|_| false), None);
    }
}
