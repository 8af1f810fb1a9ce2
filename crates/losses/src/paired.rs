//! Two models compared by the differences of their losses row by row.

use dartboard_numerics::sum::ExactSum;

/// Exact sums over rows with the weight `w` and the difference of losses `d`, the first model's less the second's. Without
/// weights every `w` is 1.
#[derive(Clone, Copy, Debug)]
pub struct PairedSums<'a> {
    /// How many rows.
    pub rows: u64,
    /// `Σ w`
    pub weight: &'a ExactSum,
    /// `Σ w²`
    pub squared_weight: &'a ExactSum,
    /// `Σ w·d`
    pub difference: &'a ExactSum,
    /// `Σ w²·d`
    pub weighted_difference: &'a ExactSum,
    /// `Σ w²·d²`
    pub squares: &'a ExactSum,
}

/// The mean difference of two models' losses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paired {
    /// The (weighted) mean of first less second.
    pub difference: f64,
    /// Its standard error: that of a (weighted) mean of independent rows. NaN with fewer than two rows.
    pub standard_error: f64,
}

/// What a comparison says.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The 95 % interval of the difference (Student's t); `None` where a loss is infinite or rows are too few.
    pub interval: Option<[f64; 2]>,
    /// Which of the two is better, 0 or 1, where they can be told apart.
    pub better: Option<usize>,
    /// The same in words.
    pub words: String,
}

/// What two models are compared by.
#[derive(Clone, Copy, Debug)]
pub struct Contest<'a> {
    /// The names of the models.
    pub names: [&'a str; 2],
    /// In how many rows the measure of each is infinite.
    pub infinite: [u64; 2],
    /// The measure's spec.
    pub measure: &'a str,
    /// Whether the larger value is the better one.
    pub larger_is_better: bool,
    /// How many rows.
    pub rows: u64,
}

impl Paired {
    /// The mean difference and its standard error.
    pub fn of(sums: &PairedSums<'_>) -> Self {
        let difference = sums.difference.ratio(sums.weight);
        // Σ w²(d − d̄)², expanded: the sums are exact, so nothing is lost where the parts cancel.
        let spread = centred(sums.squares, sums.weighted_difference, sums.squared_weight, difference);
        let rows = sums.rows as f64;
        let mut one = ExactSum::new();
        one.add_count(1);
        // The root of the sum rather than of its rounded value, which may be beyond the range.
        let standard_error = spread.root_ratio(&one) * (rows / (rows - 1.0)).sqrt() / sums.weight.to_f64();
        Self { difference, standard_error: if rows < 2.0 { f64::NAN } else { standard_error } }
    }
}

impl Verdict {
    /// What a comparison says; `paired` is `None` where a loss is infinite.
    pub fn of(paired: Option<Paired>, contest: &Contest<'_>) -> Self {
        let [first, second] = contest.names;
        let spec = contest.measure;
        let open = |words: String| Self { interval: None, better: None, words };
        let Some(Paired { difference, standard_error: error }) = paired else {
            let wins = |better: usize, rows: u64| Self {
                better: Some(better),
                ..open(format!(
                    "{} is better: the {spec} of {} is infinite in {rows} row(s)",
                    contest.names[better],
                    contest.names[1 - better]
                ))
            };
            return match contest.infinite {
                _ if contest.rows == 0 => open("no rows".to_owned()),
                [0, rows] => wins(0, rows),
                [rows, 0] => wins(1, rows),
                _ => open(format!("{first} and {second} cannot be told apart: both have an infinite {spec}")),
            };
        };
        if !error.is_finite() {
            return open("too few rows to compare".to_owned());
        }
        let reach = student_975(contest.rows - 1) * error;
        let interval = [difference - reach, difference + reach];
        let first_wins = (difference < 0.0) != contest.larger_is_better;
        let better = (interval[0] > 0.0 || interval[1] < 0.0).then_some(usize::from(!first_wins));
        let words = match better {
            Some(better) => {
                let alike = if error == 0.0 { ", by the same in every row" } else { "" };
                format!("{} is better than {}{alike}", contest.names[better], contest.names[1 - better])
            }
            None if difference == 0.0 && error == 0.0 => format!("{first} and {second} are equal in every row"),
            None => format!("{first} and {second} cannot be told apart on these rows"),
        };
        Self { interval: Some(interval), better, words }
    }
}

/// `squares − 2·mean·sum + mean²·count`: a sum of squares, hence not negative.
fn centred(squares: &ExactSum, sum: &ExactSum, count: &ExactSum, mean: f64) -> ExactSum {
    let mut total = squares.clone();
    // With an exponent of its own, so that its square stays in range.
    let mut exact = ExactSum::new();
    exact.add(mean);
    let [(mean, exponent), ..] = exact.leading_terms();
    for (part, e) in sum.leading_terms() {
        add_product(&mut total, -2.0 * mean, part, exponent + e);
    }
    let square = mean * mean;
    let error = mean.mul_add(mean, -square);
    for (part, e) in count.leading_terms() {
        add_product(&mut total, square, part, 2 * exponent + e);
        add_product(&mut total, error, part, 2 * exponent + e);
    }
    // Where all differences are equal, what the leading terms leave out may be below zero.
    if total.signum() < 0.0 { ExactSum::new() } else { total }
}

/// Adds `a·b·2^exponent` exactly, for factors whose product is in the middle of the range.
fn add_product(sum: &mut ExactSum, a: f64, b: f64, exponent: i32) {
    let product = a * b;
    sum.add_scaled(product, exponent);
    sum.add_scaled(a.mul_add(b, -product), exponent);
}

/// Half the width of a 95 % interval in standard errors: the 0.975-quantile of Student's t, to five digits.
///
/// From a table up to 9 degrees of freedom; above, the expansion around the normal quantile (Abramowitz and Stegun,
/// 26.7.5), whose error is below 1e-5 there.
fn student_975(degrees: u64) -> f64 {
    const NORMAL: f64 = 1.959_963_984_540_054;
    const FEW: [f64; 9] =
        [12.706_205, 4.302_653, 3.182_446, 2.776_445, 2.570_582, 2.446_912, 2.364_624, 2.306_004, 2.262_157];
    if let Some(&quantile) = degrees.checked_sub(1).and_then(|index| FEW.get(usize::try_from(index).ok()?)) {
        return quantile;
    }
    let [z, square] = [NORMAL, NORMAL * NORMAL];
    let terms = [
        z * (square + 1.0) / 4.0,
        z * ((5.0 * square + 16.0) * square + 3.0) / 96.0,
        z * (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / 384.0,
        z * ((((79.0 * square + 776.0) * square + 1482.0) * square - 1920.0) * square - 945.0) / 92160.0,
    ];
    let inverse = 1.0 / degrees as f64;
    z + terms.iter().rev().fold(0.0, |sum, term| (sum + term) * inverse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_student() {
        // From tables; the last is the normal quantile.
        let known = [(1, 12.7062), (2, 4.30265), (9, 2.26216), (10, 2.22814), (30, 2.04227), (1_000_000, 1.95996)];
        for (degrees, quantile) in known {
            assert!((student_975(degrees) - quantile).abs() < 2e-5, "{degrees}: {}", student_975(degrees));
        }
    }

    #[test]
    fn the_error_of_a_mean() {
        // d = 1, 2, 6: mean 3, Σ(d − 3)² = 14, error √(14/2/3).
        let sum = |terms: &[f64]| {
            let mut sum = ExactSum::new();
            sum.add_slice(terms);
            sum
        };
        let (weight, difference, squares) = (sum(&[3.0]), sum(&[1.0, 2.0, 6.0]), sum(&[1.0, 4.0, 36.0]));
        let sums = PairedSums {
            rows: 3,
            weight: &weight,
            squared_weight: &weight,
            difference: &difference,
            weighted_difference: &difference,
            squares: &squares,
        };
        let paired = Paired::of(&sums);
        assert_eq!(paired.difference, 3.0);
        assert!((paired.standard_error - (14.0_f64 / 6.0).sqrt()).abs() < 1e-15, "{paired:?}");
        let contest = Contest { names: ["a", "b"], infinite: [0, 0], measure: "mse", larger_is_better: false, rows: 3 };
        let verdict = Verdict::of(Some(paired), &contest);
        assert_eq!(verdict.words, "a and b cannot be told apart on these rows");
        let apart = Verdict::of(Some(Paired { standard_error: 0.1, ..paired }), &contest);
        assert_eq!((apart.better, &*apart.words), (Some(1), "b is better than a"));
    }
}
