//! Writes what the library returns for every loss, on rows drawn from its domain by a fixed seed: `bits.json`, a list of
//! cases, and `bits.bin`, their arrays one after another.
//!
//! `cargo run --release -p dartboard-bits -- FOLDER`

use std::error::Error;
use std::path::Path;

use dartboard_arrays::{ClassOptions, ClassTarget, Outputs, Threads, pointwise, softmax_cross_entropy};
use dartboard_losses::{
    Card, CceLogits, Family, Interval, Loss, PredictionKind, Reduction, Rows, Rowwise, TargetKind, Treated, Treatment,
    Truth,
};
use serde_json::{Value, json};

/// More than a few steps of a kernel, and no multiple of any vector.
const ROWS: usize = 1037;
const CLASSES: usize = 5;

/// Numbers that look random (SplitMix64; G. Steele and others, Fast splittable pseudorandom number generators, 2014).
struct Random(u64);

impl Random {
    /// In (0, 1), a multiple of 2⁻²⁰, which every precision holds.
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((x ^ (x >> 31)) >> 44) as f64 + 0.5) / f64::from(1 << 20)
    }

    /// Inside of an interval, single precision included.
    fn inside(&mut self, interval: Interval) -> f64 {
        let u = self.unit();
        let x = match (interval.low.is_finite(), interval.high.is_finite()) {
            (true, true) => interval.low + (interval.high - interval.low) * (0.01 + 0.98 * u),
            (true, false) => interval.low + 0.01 + 8.0 * u,
            (false, true) => interval.high - 0.01 - 8.0 * u,
            (false, false) => 12.0 * (u - 0.5),
        };
        f64::from(x as f32)
    }
}

/// The file of arrays and the list of cases.
#[derive(Default)]
struct Written {
    bytes: Vec<u8>,
    cases: Vec<Value>,
}

impl Written {
    fn doubles(&mut self, numbers: &[f64], shape: &[usize]) -> Value {
        let at = self.bytes.len();
        numbers.iter().for_each(|number| self.bytes.extend(number.to_le_bytes()));
        json!({ "at": at, "type": "<f8", "shape": shape })
    }

    fn singles(&mut self, numbers: &[f32], shape: &[usize]) -> Value {
        let at = self.bytes.len();
        numbers.iter().for_each(|number| self.bytes.extend(number.to_le_bytes()));
        json!({ "at": at, "type": "<f4", "shape": shape })
    }
}

/// The default parameters, and those of every example of the card.
fn losses() -> Vec<Loss> {
    let mut losses: Vec<Loss> = vec![];
    for loss in Loss::all() {
        let examples = loss.card().examples.iter();
        let others = examples.filter_map(|example| Loss::with_parameters(loss.card().name, example.parameters).ok());
        for loss in std::iter::once(loss.clone()).chain(others) {
            if !losses.contains(&loss) {
                losses.push(loss);
            }
        }
    }
    losses
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("say into which folder")?;
    let mut written = Written::default();
    for (seed, loss) in losses().iter().enumerate() {
        let mut random = Random(seed as u64);
        let weight: Vec<f64> =
            (0..ROWS).map(|_| f64::from(random.unit() as f32) * 3.0).map(|w| f64::from(w as f32)).collect();
        match loss.card().family {
            Family::Pointwise => of_pairs(loss, &mut random, &weight, &mut written)?,
            Family::Rowwise | Family::Joint => of_rows(loss, &mut random, &weight, &mut written)?,
        }
    }
    std::fs::write(Path::new(&folder).join("bits.bin"), &written.bytes)?;
    std::fs::write(Path::new(&folder).join("bits.json"), serde_json::to_string(&written.cases)?)?;
    Ok(())
}

fn of_pairs(loss: &Loss, random: &mut Random, weight: &[f64], written: &mut Written) -> Result<(), Box<dyn Error>> {
    let card = loss.card();
    let target: Vec<f64> = (0..ROWS).map(|_| number(card, random)).collect();
    let prediction: Vec<f64> = (0..ROWS).map(|_| random.inside(card.prediction_domain)).collect();
    let shape = [ROWS];
    macro_rules! passes {
        ($float:ty, $write:ident) => {{
            let narrow = |column: &[f64]| column.iter().map(|&x| x as $float).collect::<Vec<$float>>();
            let (y, z, w) = (narrow(&target), narrow(&prediction), narrow(weight));
            for weighted in [false, true] {
                let rows = dartboard_arrays::Rows::new(&y, &z);
                let rows = if weighted { rows.weighted(&w) } else { rows };
                let (mut value, mut gradient, mut hessian) =
                    (vec![0.0; ROWS], vec![0.0; ROWS], vec![0.0; ROWS]);
                let outputs = Outputs {
                    value: Some(&mut value),
                    gradient: Some(&mut gradient),
                    hessian: Some(&mut hessian),
                    scale: 1.0,
                };
                let total = pointwise(loss, rows, outputs, Threads::One)?;
                let given = if weighted { written.$write(&w, &shape) } else { Value::Null };
                let case = json!({
                    "loss": loss.spec(),
                    "target": written.$write(&y, &shape),
                    "prediction": written.$write(&z, &shape),
                    "weight": given,
                    "values": written.$write(&value, &shape),
                    "gradient": written.$write(&gradient, &shape),
                    "hessian": written.$write(&hessian, &shape),
                    "mean": written.doubles(&[total.mean()], &[]),
                });
                written.cases.push(case);
            }
        }};
    }
    passes!(f64, doubles);
    passes!(f32, singles);
    Ok(())
}

/// A target of one number.
fn number(card: &Card, random: &mut Random) -> f64 {
    let u = random.unit();
    if card.target == TargetKind::Event {
        return if u < 0.4 {
            0.0
        } else if u < 0.8 {
            1.0
        } else {
            f64::from(random.unit() as f32)
        };
    }
    random.inside(card.target_domain)
}

fn of_rows(loss: &Loss, random: &mut Random, weight: &[f64], written: &mut Written) -> Result<(), Box<dyn Error>> {
    let card = loss.card();
    let columns = if let PredictionKind::Parameters(names) = card.prediction { names.len() } else { CLASSES };
    let scores: Vec<Vec<f64>> = (0..ROWS).map(|_| scores(card, columns, random)).collect();
    let shares: Vec<Vec<f64>> = (0..ROWS).map(|_| shares(card.target, columns, random)).collect();
    let index: Vec<f64> = (0..ROWS).map(|_| (random.unit() * columns as f64).floor()).collect();
    let numbers: Vec<f64> = (0..ROWS).map(|_| random.inside(card.target_domain)).collect();
    let by_column = |rows: &[Vec<f64>]| -> Vec<Vec<f64>> {
        (0..columns).map(|column| rows.iter().map(|row| row[column]).collect()).collect()
    };
    let (score_columns, share_columns) = (by_column(&scores), by_column(&shares));
    let predictions: Vec<&[f64]> = score_columns.iter().map(Vec::as_slice).collect();
    let share_slices: Vec<&[f64]> = share_columns.iter().map(Vec::as_slice).collect();
    let (flat_scores, flat_shares) = (scores.concat(), shares.concat());
    let shape = [ROWS, columns];
    let hard = !matches!(card.target, TargetKind::Labels | TargetKind::Vector);
    let soft = card.family == Family::Rowwise;
    for (is_wanted, is_soft) in [(hard, false), (soft, true)] {
        if !is_wanted {
            continue;
        }
        let one = if card.family == Family::Joint { &numbers } else { &index };
        let truth = if is_soft { Truth::Shares(&share_slices) } else { Truth::Numbers(one) };
        let rows = Rows::new(truth, &predictions).weight(weight);
        let treated = Treated::new(loss, Treatment::new().reduction(Reduction::MeanByWeight))?;
        let mut value = vec![0.0; ROWS];
        treated.values(&rows, &mut value)?;
        let (mut gradient, mut hessian) = (vec![vec![0.0; ROWS]; columns], vec![vec![0.0; ROWS]; columns]);
        let mut slopes: Vec<&mut [f64]> = gradient.iter_mut().map(Vec::as_mut_slice).collect();
        let mut bends: Vec<&mut [f64]> = hessian.iter_mut().map(Vec::as_mut_slice).collect();
        treated.gradient_hessian(&rows, &mut slopes, &mut bends)?;
        let flat = |columns: &[Vec<f64>]| -> Vec<f64> {
            (0..ROWS).flat_map(|row| columns.iter().map(move |column| column[row])).collect()
        };
        let (mut slopes, mut mean) = (flat(&gradient), treated.reduce(&rows)?.value);
        if card.name == CceLogits::CARD.name {
            // Sums and slopes of rows of logits have kernels of their own.
            let index: Vec<u32> = index.iter().map(|&class| class as u32).collect();
            let target = if is_soft { ClassTarget::Shares(&flat_shares) } else { ClassTarget::Index(&index) };
            let options = ClassOptions { weight: Some(weight), ..ClassOptions::default() };
            let out = Some(&mut slopes[..]);
            mean = softmax_cross_entropy(target, &flat_scores, columns, out, options, Threads::One)?.mean();
        }
        let target = if is_soft { written.doubles(&flat_shares, &shape) } else { written.doubles(one, &[ROWS]) };
        let case = json!({
            "loss": loss.spec(),
            "target": target,
            "prediction": written.doubles(&flat_scores, &shape),
            "weight": written.doubles(weight, &[ROWS]),
            "values": written.doubles(&value, &[ROWS]),
            "gradient": written.doubles(&slopes, &shape),
            "hessian": written.doubles(&flat(&hessian), &shape),
            "mean": written.doubles(&[mean], &[]),
        });
        written.cases.push(case);
    }
    Ok(())
}

/// The predictions of a row.
fn scores(card: &Card, columns: usize, random: &mut Random) -> Vec<f64> {
    let row = |interval: Interval, random: &mut Random| (0..columns).map(|_| random.inside(interval)).collect();
    match card.prediction {
        PredictionKind::Probability if card.target == TargetKind::Class => shares(TargetKind::Class, columns, random),
        PredictionKind::LogProbability => shares(TargetKind::Class, columns, random).into_iter().map(f64::ln).collect(),
        PredictionKind::Probability => row(Interval::UNIT, random),
        _ => row(Interval::FINITE, random),
    }
}

/// The truth of a row: shares that add up to 1, labels, or the components of a vector.
fn shares(kind: TargetKind, columns: usize, random: &mut Random) -> Vec<f64> {
    let interval = if kind == TargetKind::Vector { Interval::FINITE } else { Interval::UNIT };
    let mut row: Vec<f64> = (0..columns).map(|_| random.inside(interval)).collect();
    if kind == TargetKind::Class {
        let total: f64 = row.iter().sum();
        row.iter_mut().for_each(|share| *share /= total);
    }
    row
}
