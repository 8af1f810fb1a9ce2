//! Laws in the order of their evidence.

use dartboard_numerics::elementary::Float;

use crate::noise::{Data, Family, Law};

/// A law with its evidence.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    pub(crate) family: Family,
    pub(crate) law: Law,
    /// `−2 ln likelihood + constants·ln n`, n being the effective number of rows (Schwarz 1978).
    pub(crate) bic: f64,
    /// How much less the mean logarithm of the density is on rows that the law was not fitted to than that of the first
    /// law, and the standard error of that. 0 and 0 for the first.
    pub(crate) behind: f64,
    pub(crate) error: f64,
}

/// Folds of the held-out densities.
const FOLDS: usize = 5;
/// A difference in BIC below this is no evidence to choose by: "strong" begins at 6 (Kass and Raftery 1995).
pub(crate) const STRONG: f64 = 6.0;
/// A difference of densities of a tenth per row matters, however few rows it hangs on.
const MATTERS: f64 = 0.1;

impl Evidence {
    /// Whether the first law is not clearly better than this one.
    pub(crate) fn ties(&self, first: &Self) -> bool {
        self.bic - first.bic < STRONG || (self.behind < 2.0 * self.error && self.behind < MATTERS)
    }
}

/// Fits all families and sorts them by BIC, the smallest first. Likelihoods alone would favour richer laws: among
/// Gaussian rows the largest held-out density belongs to one in a fifth to a third of the samples.
pub(crate) fn rank(families: &[Family], data: &Data) -> Vec<Evidence> {
    let effective = data.effective();
    let mut list: Vec<(Evidence, Vec<f64>)> = families
        .iter()
        .filter_map(|&family| {
            let law = family.fit(data)?;
            let likelihood = effective * law.mean_ln_density(data);
            let bic = -2.0 * likelihood + f64::from(family.constants()) * Float::ln(effective);
            let held_out = held_out(family, data)?;
            let evidence = Evidence { family, law, bic, behind: 0.0, error: 0.0 };
            bic.is_finite().then_some((evidence, held_out))
        })
        .collect();
    list.sort_by(|(a, _), (b, _)| a.bic.total_cmp(&b.bic));
    let Some(first) = list.first().map(|(_, held_out)| held_out.clone()) else { return vec![] };
    list.into_iter()
        .map(|(evidence, held_out)| {
            let differences: Vec<f64> = first.iter().zip(&held_out).map(|(first, other)| first - other).collect();
            let (behind, error) = mean_and_error(&differences, &data.w);
            Evidence { behind, error, ..evidence }
        })
        .collect()
}

/// The logarithm of the density of every row under the law that was fitted to the other folds. The rows are in random
/// order, so every fifth of them is a fold.
fn held_out(family: Family, data: &Data) -> Option<Vec<f64>> {
    let mut densities = vec![f64::NAN; data.rows()];
    for fold in 0..FOLDS {
        let law = family.fit(&data.only(|row| row % FOLDS != fold))?;
        let found = law.ln_densities(&data.only(|row| row % FOLDS == fold));
        (fold..data.rows()).step_by(FOLDS).zip(found).for_each(|(row, density)| densities[row] = density);
    }
    Some(densities)
}

/// The weighted mean and its standard error.
pub(crate) fn mean_and_error(values: &[f64], w: &[f64]) -> (f64, f64) {
    let total: f64 = w.iter().sum();
    let mean = values.iter().zip(w).map(|(value, w)| w * value).sum::<f64>() / total;
    let square = |x: f64| x * x;
    let squares: f64 = values.iter().zip(w).map(|(value, w)| square(w * (value - mean))).sum();
    (mean, squares.sqrt() / total)
}
