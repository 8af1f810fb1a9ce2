//! The product of a row's Hessian with a vector is that of the true Hessian, and softmax does not see a common shift.

use dartboard_losses::{Card, CceLogits, Derivatives, Formula, Link, Properties, RowRule, RowTarget, Rowwise};
use dartboard_numerics::elementary::Float;

use crate::dd::{Dd, Format, ulp_error};
use crate::derivatives::crosses_kink;
use crate::sample::Random;
use crate::{Case, Law, rows};

struct Product;

impl Law for Product {
    fn rowwise<L: Rowwise>(case: &Case<L>) -> Result<(), String> {
        let loss = &case.loss;
        let mut numbers = Random::new(43);
        for (target, row) in rows::ordinary(loss) {
            let classes = row.len();
            let jet = rows::jet(loss, target, &row);
            // The full Hessian: the differences of the gradients, column by column.
            let mut smooth = true;
            let columns: Vec<Vec<f64>> = (0..classes)
                .map(|class| {
                    let h = 4e-3 * rows::length(loss, &row, class);
                    let at = |step: f64| {
                        let mut moved = row.clone();
                        moved[class] += step * h;
                        rows::jet(loss, target, &moved)
                    };
                    smooth &= h > 1e-5 && !crosses_kink(loss, &at(3.0), &at(-3.0));
                    let [a, b, c] = [1.0, 2.0, 3.0].map(|step| (at(step).gradient, at(-step).gradient));
                    let difference = |c: &(Vec<f64>, Vec<f64>), i: usize| c.0[i] - c.1[i];
                    (0..classes)
                        .map(|i| (45.0 * difference(&a, i) - 9.0 * difference(&b, i) + difference(&c, i)) / (60.0 * h))
                        .collect()
                })
                .collect();
            if !smooth {
                continue;
            }
            let size = columns.iter().flatten().fold(1e-6, |size: f64, entry| size.max(entry.abs()));
            for direction in rows::directions(classes, &mut numbers) {
                let product = rows::hessian_vector(loss, target, &row, &direction);
                for class in 0..classes {
                    let expected: f64 = (0..classes).map(|other| columns[other][class] * direction[other]).sum();
                    if !((product[class] - expected).abs() <= 1e-9 * size) {
                        let at = format!("{row:?}, target {target}, along {direction:?}");
                        return Err(format!("product of class {class} at {at}: {}, not {expected}", product[class]));
                    }
                }
            }
            for class in 0..classes {
                let mut single = vec![0.0; classes];
                single[class] = 1.0;
                let entry = rows::hessian_vector(loss, target, &row, &single)[class];
                if !((entry - jet.hessian[class]).abs() <= 1e-12 * jet.hessian[class].abs()) {
                    return Err(format!(
                        "diagonal of class {class} at {row:?}: {}, product {entry}",
                        jet.hessian[class]
                    ));
                }
            }
            if L::CARD.link == Link::Softmax {
                let sum: f64 = jet.gradient.iter().sum();
                let largest = jet.gradient.iter().fold(0.0, |largest: f64, part| largest.max(part.abs()));
                // Shares and softmax cancel where they are close.
                let size = if target.class().is_some() { largest } else { 1.0 };
                if !(sum.abs() <= 4.0 * classes as f64 * f64::EPSILON * size) {
                    return Err(format!("the gradient at {row:?}, target {target} adds up to {sum}, not 0"));
                }
            }
        }
        // The rounding, also far out, where the Hessian is tiny beside its vector: single against double precision.
        for (target, row) in rows::ordinary(loss).into_iter().chain(rows::extreme(loss)) {
            let single: Vec<f32> = row.iter().map(|&score| score as f32).collect();
            let row: Vec<f64> = single.iter().map(|&score| f64::from(score)).collect();
            if !rows::allowed(loss, &row) {
                continue;
            }
            let truth = rows::jet(loss, target, &row).hessian;
            for class in 0..row.len() {
                let mut unit = vec![0.0_f32; row.len()];
                unit[class] = 1.0;
                let entry = f64::from(rows::hessian_vector(loss, target, &single, &unit)[class]);
                let error = ulp_error(entry, Dd::from(truth[class]), Format::SINGLE);
                if !(error <= 8.0 + row.len() as f64) {
                    let at = format!("{single:?}, target {target}");
                    return Err(format!("product with class {class} at {at}: {entry}, not {}", truth[class]));
                }
            }
        }
        Ok(())
    }
}

#[test]
fn products_are_those_of_the_full_hessian() {
    crate::assert_holds::<Product>();
}

#[test]
fn wrong_products_are_caught() {
    crate::assert_catches_rowwise::<Product>(DiagonalOnly, "product of class");
    crate::assert_catches_rowwise::<Product>(Unbalanced, "adds up to");
    crate::assert_catches_rowwise::<Product>(Cancelling, "product with class");
}

/// Defines a row loss that is softmax cross-entropy but for what is given.
macro_rules! like_softmax {
    ($(#[$doc:meta])* $name:ident, $block:expr, $product:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub(crate) struct $name;

        impl Rowwise for $name {
            const CARD: Card = <CceLogits as Rowwise>::CARD;
            const LINEAR_IN_TARGET: bool = true;
            fn new(_parameters: &[f64]) -> Self {
                Self
            }
            fn properties(&self) -> Properties {
                Rowwise::properties(&CceLogits)
            }
            fn row_rule(&self) -> RowRule {
                Rowwise::row_rule(&CceLogits)
            }
            fn formula(&self) -> Formula {
                Rowwise::formula(&CceLogits)
            }
            fn block<F: Float>(
                &self,
                target: RowTarget<'_, F>,
                scores: &[&[F]],
                value: &mut [F],
                derivatives: Option<&mut Derivatives<'_, F>>,
            ) {
                $block(target, scores, value, derivatives);
            }
            fn hessian_vector<F: Float>(&self, target: RowTarget<'_, F>, scores: &[&[F]], vector: &[&[F]], product: &mut [&mut [F]]) {
                $product(target, scores, vector, product);
            }
        }
    };
}

fn true_block<F: Float>(
    target: RowTarget<'_, F>,
    scores: &[&[F]],
    value: &mut [F],
    derivatives: Option<&mut Derivatives<'_, F>>,
) {
    CceLogits.block(target, scores, value, derivatives);
}

fn true_product<F: Float>(target: RowTarget<'_, F>, scores: &[&[F]], vector: &[&[F]], product: &mut [&mut [F]]) {
    CceLogits.hessian_vector(target, scores, vector, product);
}

like_softmax! {
    /// Takes each target for the class after it.
    Swapped, swapped_block, true_product
}

fn swapped_block<F: Float>(
    target: RowTarget<'_, F>,
    scores: &[&[F]],
    value: &mut [F],
    derivatives: Option<&mut Derivatives<'_, F>>,
) {
    next_class(target, scores.len(), |other| CceLogits.block(other, scores, value, derivatives));
}

/// The truth with every class taken for the one after it.
pub(crate) fn next_class<F: Float>(target: RowTarget<'_, F>, classes: usize, f: impl FnOnce(RowTarget<'_, F>)) {
    match target {
        RowTarget::Class(target) => {
            let other: Vec<u32> = target.iter().map(|&class| (class + 1) % classes as u32).collect();
            f(RowTarget::Class(&other));
        }
        RowTarget::Shares(shares) => {
            let mut other = shares.to_vec();
            other.rotate_right(1);
            f(RowTarget::Shares(&other));
        }
    }
}

like_softmax! {
    /// Takes the Hessian for its diagonal, as many libraries do.
    DiagonalOnly, true_block, diagonal_product
}

fn diagonal_product<F: Float>(_target: RowTarget<'_, F>, scores: &[&[F]], vector: &[&[F]], product: &mut [&mut [F]]) {
    for row in 0..scores[0].len() {
        let total = scores.iter().fold(F::ZERO, |total, scores| total + scores[row].exp());
        for class in 0..scores.len() {
            let p = scores[class][row].exp() / total;
            product[class][row] = p * (F::ONE - p) * vector[class][row];
        }
    }
}

like_softmax! {
    /// Has a gradient that moves all scores together.
    Unbalanced, unbalanced_block, true_product
}

fn unbalanced_block<F: Float>(
    target: RowTarget<'_, F>,
    scores: &[&[F]],
    value: &mut [F],
    derivatives: Option<&mut Derivatives<'_, F>>,
) {
    let Some(derivatives) = derivatives else { return CceLogits.block(target, scores, value, None) };
    CceLogits.block(target, scores, value, Some(derivatives));
    derivatives.gradient.iter_mut().for_each(|column| column.iter_mut().for_each(|part| *part += F::from_f64(1e-6)));
}

like_softmax! {
    /// s ∘ (v − ⟨s, v⟩) as it is written: nothing is left of v − ⟨s, v⟩ where s is almost 1.
    Cancelling, true_block, cancelling_product
}

fn cancelling_product<F: Float>(_target: RowTarget<'_, F>, scores: &[&[F]], vector: &[&[F]], product: &mut [&mut [F]]) {
    for row in 0..scores[0].len() {
        let max = scores.iter().fold(F::NEG_INFINITY, |max, scores| max.max(scores[row]));
        let powers: Vec<F> = scores.iter().map(|scores| (scores[row] - max).exp()).collect();
        let total = powers.iter().fold(F::ZERO, |total, &power| total + power);
        let mean = powers.iter().zip(vector).fold(F::ZERO, |mean, (&power, vector)| mean + power / total * vector[row]);
        for class in 0..scores.len() {
            product[class][row] = powers[class] / total * (vector[class][row] - mean);
        }
    }
}
