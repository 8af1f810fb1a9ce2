//! The kernels that are known not to be vectorised.
//!
//! To be made shorter: an exception that is not needed any more is an error.

use std::collections::BTreeSet;

/// Kernels that are not vectorised, and why.
pub(crate) struct Exception {
    pub(crate) losses: &'static [&'static str],
    pub(crate) methods: Methods,
    /// Printed with `--all`.
    pub(crate) reason: &'static str,
}

/// Which kernels of a loss, by the methods that call them.
pub(crate) enum Methods {
    /// All.
    Every,
    /// All that fill values or derivatives: not the products of Hessians with vectors.
    Blocks,
}

/// The list.
pub(crate) const EXCEPTIONS: &[Exception] = &[
    Exception {
        losses: &["cce", "kl_div", "multilabel_bce", "multilabel_bce_logits"],
        methods: Methods::Every,
        reason: "columns are looked up and their bounds checked in every row: a loop that may panic is not vectorised",
    },
    Exception {
        losses: &["cce_logits", "kl_logits"],
        methods: Methods::Every,
        reason: "softmax is vectorised; the loops behind it that check the bounds of columns in every row are not",
    },
    Exception {
        losses: &["gaussian_nll"],
        methods: Methods::Every,
        reason: "the number of predictions is not known when it is compiled, and bounds are checked in every row",
    },
    Exception {
        losses: &["nll"],
        methods: Methods::Blocks,
        reason: "each row reads the score of its class from another column, and bounds are checked in every row",
    },
    Exception {
        losses: &["rps", "cosine"],
        methods: Methods::Every,
        reason: "the loop over classes or components is inside of the one over rows",
    },
    Exception {
        losses: &["multiclass_hinge"],
        methods: Methods::Blocks,
        reason: "the loop over classes is inside of the one over rows, and branches on which scores are the largest",
    },
];

impl Exception {
    /// Whether it speaks of this kernel.
    pub(crate) fn covers(&self, loss: &str, method: &str) -> bool {
        self.losses.contains(&loss)
            && match self.methods {
                Methods::Every => true,
                Methods::Blocks => method != "hessian_vector",
            }
    }
}

/// What is wrong with a list of exceptions.
///
/// `checked` are the losses and methods that there are, `slow` those of which a kernel is not vectorised.
pub(crate) fn faults<'a>(
    exceptions: &[Exception],
    checked: &BTreeSet<(&'a str, &'a str)>,
    slow: &BTreeSet<(&'a str, &'a str)>,
) -> Vec<String> {
    let mut faults = Vec::new();
    for exception in exceptions {
        for name in exception.losses.iter().filter(|&name| !checked.iter().any(|(loss, _)| loss == name)) {
            faults.push(format!("{name} is no loss"));
        }
        for &(loss, method) in checked.iter().filter(|&&(loss, method)| exception.covers(loss, method)) {
            if !slow.contains(&(loss, method)) {
                faults.push(format!("{loss}: {method} is vectorised on every instruction set"));
            }
        }
    }
    faults
}
