//! The surface of a built-in model, fast.
//!
//! On a plane the first layer's sums are affine in the coordinates: `Z(a, b) = Z0 + a·Z1 + b·Z2`, whatever the number of
//! features. Three products serve all places; a model without hidden layers needs nothing else. What follows is done for a
//! few rows at a time and for many places while those rows' sums are in the first cache.

use std::marker::PhantomData;

use dartboard_losses::RowTarget;
use dartboard_numerics::elementary::Float;
use dartboard_numerics::isa::{Kernel, dispatch};
use dartboard_numerics::matrix::MADE_WIDTH;
use dartboard_numerics::sum::ExactSum;

use super::aligned::Aligned;
use super::precision::Lane;
use super::{Fingerprints, Surface, check};
use crate::directions::Direction;
use crate::error::LandscapeError;
use crate::fingerprint::Hasher;
use crate::kernels::{Affine, Matrix, Start};
use crate::model::activation::{Unit, with_unit};
use crate::model::{Activation, Layer};
use crate::objective::Objective;
use crate::problem::Problem;
use crate::problem::block::{ROWS, Truth};
use crate::problem::heads::Predict;
use crate::vectors::dot;

/// What the losses of a surface are computed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// `f64`.
    #[default]
    Double,
    /// `f32`: about twice as fast. Only the losses' sums and the weights of a place are computed in `f64`.
    Single,
}

impl Precision {
    /// Its name: `f64` or `f32`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Double => "f64",
            Self::Single => "f32",
        }
    }
}

/// The surface of a built-in model: its first layer's sums are computed once for all places.
#[derive(Debug)]
pub struct ModelSurface<'a> {
    problem: &'a Problem,
    dimensions: usize,
    lifted: Lifted,
    rounding: f64,
    fingerprints: Fingerprints,
}

#[derive(Debug)]
enum Lifted {
    Double(Plane<f64>),
    Single(Plane<f32>),
}

impl<'a> ModelSurface<'a> {
    /// The surface through `origin` along one or two directions.
    ///
    /// # Errors
    /// Where the number of directions, or of their weights, does not fit.
    pub fn new(
        problem: &'a Problem,
        origin: &[f64],
        directions: &[Direction],
        precision: Precision,
    ) -> Result<Self, LandscapeError> {
        check(origin, directions, problem.len())?;
        let (lifted, epsilon) = match precision {
            Precision::Double => (Lifted::Double(Plane::new(problem, origin, directions)), f64::EPSILON),
            Precision::Single => (Lifted::Single(Plane::new(problem, origin, directions)), f64::from(f32::EPSILON)),
        };
        let model = problem.model().fingerprint(origin);
        let mut settings = Hasher::new("model surface");
        settings.bytes(precision.name().as_bytes());
        settings.bytes(problem.model().loss().spec().as_bytes());
        settings.numbers(&[problem.decay]);
        directions.iter().for_each(|direction| settings.numbers(&direction.vector));
        let fingerprints = Fingerprints { model, data: problem.data_fingerprint(), settings: settings.finish() };
        let mut surface = Self { problem, dimensions: directions.len(), lifted, rounding: epsilon, fingerprints };
        // Where predictions nearly cancel with targets, rounding weighs more: measured at the origin against the other
        // order of the same sums.
        let (exact, mut here) = (problem.value(origin), [0.0]);
        surface.losses(&[[0.0; 2]], &mut here);
        let measured = ((here[0] - exact) / exact).abs();
        surface.rounding = 8.0 * if measured.is_finite() { measured.max(epsilon) } else { epsilon };
        Ok(surface)
    }
}

impl Surface for ModelSurface<'_> {
    fn dimensions(&self) -> usize {
        self.dimensions
    }

    fn losses(&self, places: &[[f64; 2]], losses: &mut [f64]) {
        match &self.lifted {
            Lifted::Double(plane) => plane.losses(self.problem, places, losses),
            Lifted::Single(plane) => plane.losses(self.problem, places, losses),
        }
    }

    fn rounding(&self) -> f64 {
        self.rounding
    }

    fn fingerprints(&self) -> Fingerprints {
        self.fingerprints
    }
}

/// The weights on a plane, as `0 + a·1 + b·2`; on a line `2` is empty.
#[derive(Debug)]
struct Weights {
    parts: [Vec<f64>; 3],
}

impl Weights {
    fn at(&self, [a, b]: [f64; 2]) -> impl Iterator<Item = f64> {
        let [origin, first, second] = &self.parts;
        origin.iter().enumerate().map(move |(place, origin)| {
            let line = origin + a * first[place];
            second.get(place).map_or(line, |second| line + b * second)
        })
    }
}

/// A few rows: what the first layer makes of them, and their truth.
#[derive(Debug)]
struct Rows<F> {
    rows: usize,
    /// A whole number of stretches of rows.
    width: usize,
    /// For each stretch of rows: the sums of all units at the origin, along the first direction, along the second; of each
    /// unit a number per row.
    sums: Aligned<F>,
    truth: Vec<Vec<F>>,
    classes: Vec<u32>,
    weight: Option<Vec<F>>,
}

/// All that is needed to evaluate places.
#[derive(Debug)]
struct Plane<F> {
    /// Whether the only hidden layer and the outputs are computed in one, see [`Lane::rectified_layer`]. Then the weights of
    /// the outputs are the outputs' one after another for each unit.
    is_fused: bool,
    /// 2 on a line, 3 on a plane.
    parts: usize,
    blocks: Vec<Rows<F>>,
    /// Of the layers but the first.
    weights: Weights,
    /// Where the second layer begins among the weights of all.
    rest: usize,
    total_weight: ExactSum,
    /// The penalty as a quadratic of the coordinates: `1, a, b, a², ab, b²`.
    penalty: [f64; 6],
}

/// Bytes of weights and raw outputs of the places that are evaluated together: a quarter of the second-level caches of the
/// last ten years' servers, which have 1 MiB or more.
const TOGETHER: usize = 256 * 1024;

/// Rows of a stretch: as wide as a product with a factor that is made. In `f32` the sums of 64 units for them are 24 KiB, three
/// quarters of a first-level cache.
const STRETCH: usize = MADE_WIDTH;

impl<F: Lane> Plane<F> {
    fn new(problem: &Problem, origin: &[f64], directions: &[Direction]) -> Self {
        let layers = &problem.model.layers;
        let (first, wide) = (&layers[0], STRETCH);
        let vectors: Vec<&[f64]> =
            std::iter::once(origin).chain(directions.iter().map(|direction| direction.vector.as_slice())).collect();
        let rest = layers.get(1).map_or(origin.len(), |layer| layer.start);
        let is_fused = vectors.len() == 3
            && layers.len() == 2
            && problem.model.kind.activation() == Activation::Relu
            && F::rectifies(F::products(), layers[1].outputs, layers[1].inputs);
        let part = |place: usize| match vectors.get(place) {
            Some(vector) if is_fused => by_unit(&layers[1], vector),
            Some(vector) => vector[rest..].to_vec(),
            None => vec![],
        };
        let weights = Weights { parts: [part(0), part(1), part(2)] };
        let blocks = problem.blocks.iter().map(|block| {
            let width = block.rows.next_multiple_of(wide);
            let parts = vectors.len();
            let mut sums = Aligned::zeros(width * first.outputs * parts);
            let mut columns = vec![0.0; first.outputs * block.width];
            for (part, vector) in vectors.iter().enumerate() {
                let matrix = Matrix::new(first.weights(vector), first.outputs, first.inputs);
                let start = Start::Bias(first.biases(vector));
                let input = &block.features;
                dispatch(Affine { matrix, input, width: block.width, start, output: &mut columns });
                for (unit, column) in columns.chunks_exact(block.width).enumerate() {
                    for (row, &sum) in column[..block.rows].iter().enumerate() {
                        let at = ((row / wide * parts + part) * first.outputs + unit) * wide + row % wide;
                        sums[at] = F::from_f64(sum);
                    }
                }
            }
            let narrow = |values: &Vec<f64>| values.iter().map(|&x| F::from_f64(x)).collect::<Vec<F>>();
            let (truth, classes) = match &block.truth {
                Truth::Numbers(numbers) => (vec![narrow(numbers)], vec![]),
                Truth::Classes(classes) => (vec![], classes.clone()),
                Truth::Shares(columns) => (columns.iter().map(narrow).collect(), vec![]),
            };
            Rows { rows: block.rows, width, sums, truth, classes, weight: block.weight.as_ref().map(narrow) }
        });
        let blocks: Vec<Rows<F>> = blocks.collect();
        // Weights are rounded like the rows' losses: their sum is that of the rounded ones.
        let mut total_weight = ExactSum::new();
        for block in &blocks {
            match &block.weight {
                Some(weight) => F::add_all(&mut total_weight, weight),
                None => total_weight.add_count(block.rows as u64),
            }
        }
        Self {
            is_fused,
            parts: vectors.len(),
            blocks,
            weights,
            rest,
            total_weight,
            penalty: penalty(problem, &vectors),
        }
    }

    fn losses(&self, problem: &Problem, places: &[[f64; 2]], losses: &mut [f64]) {
        let model = &problem.model;
        let most = model.layers.iter().map(|layer| layer.outputs).max().unwrap_or(0);
        let tail = self.weights.parts[0].len();
        let one = (tail + model.outputs * ROWS) * size_of::<F>();
        let together = (TOGETHER / one.max(1)).clamp(1, 64);
        let mut weights = vec![F::ZERO; tail * together];
        let mut raw = Aligned::zeros(model.outputs * ROWS * together);
        let mut scratch = [Aligned::zeros(most * STRETCH), Aligned::zeros(most * STRETCH)];
        let mut value = Aligned::zeros(ROWS);
        let products = F::products();
        for (places, losses) in places.chunks(together).zip(losses.chunks_mut(together)) {
            if tail > 0 {
                for (place, weights) in places.iter().zip(weights.chunks_exact_mut(tail)) {
                    self.weights.at(*place).zip(weights).for_each(|(x, weight)| *weight = F::from_f64(x));
                }
            }
            let narrow: Vec<[F; 2]> = places.iter().map(|place| place.map(F::from_f64)).collect();
            let mut sums = vec![ExactSum::new(); places.len()];
            for block in &self.blocks {
                let outputs = model.outputs * block.width;
                with_unit!(model.kind.activation(), U => {
                    Forward {
                        products,
                        is_fused: self.is_fused,
                        layers: &model.layers,
                        rest: self.rest,
                        parts: self.parts,
                        block,
                        places: &narrow,
                        weights: &weights,
                        tail,
                        raw: &mut raw,
                        scratch: &mut scratch,
                    }
                    .run::<U>();
                });
                for (sum, raw) in sums.iter_mut().zip(raw.chunks_exact_mut(outputs)) {
                    self.add_block(problem, block, raw, &mut value[..block.rows], sum);
                }
            }
            for ((loss, sum), place) in losses.iter_mut().zip(&sums).zip(places) {
                *loss = sum.ratio(&self.total_weight) + self.penalty_at(*place);
            }
        }
    }

    /// Adds the losses of a block's rows, times their weights.
    fn add_block(&self, problem: &Problem, block: &Rows<F>, raw: &mut [F], value: &mut [F], sum: &mut ExactSum) {
        let row_loss = &problem.row_loss;
        if !row_loss.chain.is_identity() {
            dispatch(Predict { chain: row_loss.chain, columns: raw, outputs: row_loss.outputs });
        }
        let columns: Vec<&[F]> = raw.chunks_exact(block.width).map(|column| &column[..block.rows]).collect();
        let mut inside = true;
        if let Some(loss) = row_loss.loss.pointwise() {
            inside = F::pointwise(&**loss, &block.truth[0], columns[0], value);
        } else if let Some(loss) = row_loss.loss.joint() {
            F::joint(&**loss, &block.truth[0], &columns, value);
            inside = false;
        } else if let Some(loss) = row_loss.loss.rowwise() {
            if block.truth.is_empty() {
                F::rowwise(&**loss, RowTarget::Class(&block.classes), &columns, value);
            } else {
                let shares: Vec<&[F]> = block.truth.iter().map(Vec::as_slice).collect();
                F::rowwise(&**loss, RowTarget::Shares(&shares), &columns, value);
            }
        }
        if !inside {
            // Outside of its domain the loss is not defined.
            let domain = row_loss.loss.card().prediction_domain;
            for column in &columns {
                for (value, prediction) in value.iter_mut().zip(*column) {
                    *value = if domain.contains(prediction.to_f64()) { *value } else { F::NAN };
                }
            }
        }
        match &block.weight {
            None => F::add_all(sum, value),
            Some(weight) => {
                for (value, &weight) in value.iter_mut().zip(weight) {
                    *value = if weight == F::ZERO { F::ZERO } else { *value };
                }
                F::add_products(sum, weight, value);
            }
        }
    }

    fn penalty_at(&self, [a, b]: [f64; 2]) -> f64 {
        let [constant, by_a, by_b, by_aa, by_ab, by_bb] = self.penalty;
        if self.penalty == [0.0; 6] {
            // Also where a coordinate is infinite.
            return 0.0;
        }
        let b = if self.parts == 3 { b } else { 0.0 };
        constant + a * (by_a + a * by_aa + b * by_ab) + b * (by_b + b * by_bb)
    }
}

/// The weights of a layer, those of each input one after another, and its biases.
fn by_unit(layer: &Layer, weights: &[f64]) -> Vec<f64> {
    let (own, biases) = (layer.weights(weights), layer.biases(weights));
    let of_input = |input: usize| (0..layer.outputs).map(move |output| own[output * layer.inputs + input]);
    (0..layer.inputs).flat_map(of_input).chain(biases.iter().copied()).collect()
}

fn penalty(problem: &Problem, vectors: &[&[f64]]) -> [f64; 6] {
    if problem.decay == 0.0 {
        return [0.0; 6];
    }
    let masked = |vector: &[f64]| -> Vec<f64> { vector.iter().zip(&problem.penalised).map(|(x, m)| x * m).collect() };
    let vectors: Vec<Vec<f64>> = vectors.iter().map(|vector| masked(vector)).collect();
    let product = |i: usize, j: usize| match (vectors.get(i), vectors.get(j)) {
        (Some(a), Some(b)) => problem.decay * dot(a, b),
        _ => 0.0,
    };
    [0.5 * product(0, 0), product(0, 1), product(0, 2), 0.5 * product(1, 1), product(1, 2), 0.5 * product(2, 2)]
}

/// What the first layer's units make of a stretch of rows at a place; without hidden layers the raw outputs.
struct First<'a, F, U> {
    /// `None` where there are no hidden layers.
    unit: Option<PhantomData<U>>,
    sums: &'a [F],
    parts: usize,
    place: [F; 2],
    /// A column of `wide` numbers for each unit, a `step` apart.
    output: &'a mut [F],
    wide: usize,
    step: usize,
}

impl<F: Float, U: Unit> Kernel for First<'_, F, U> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let Self { unit, sums, parts, place: [a, b], output, wide, step } = self;
        let part = sums.len() / parts;
        let (origin, rest) = sums.split_at(part);
        let (first, second) = rest.split_at(part);
        // Columns one after another are one long one.
        let (wide, step) = if wide == step { (part, part) } else { (wide, step) };
        for (unit_at, column) in (0..part).step_by(wide.max(1)).zip(output.chunks_mut(step.max(1))) {
            let range = unit_at..unit_at + wide;
            let second = second.get(range.clone()).map(|second| (b, second));
            let first = (a, &first[range.clone()]);
            match unit {
                Some(_) => combine::<F, U>(&origin[range], first, second, &mut column[..wide]),
                None => combine::<F, Straight>(&origin[range], first, second, &mut column[..wide]),
            }
        }
    }
}

/// No hidden unit: a number is what it is.
#[derive(Clone, Copy)]
struct Straight;

impl Unit for Straight {
    #[inline(always)]
    fn value<F: Float>(x: F) -> F {
        x
    }
    #[inline(always)]
    fn jet<F: Float>(x: F) -> (F, F, F) {
        (x, F::ONE, F::ZERO)
    }
}

/// What units make of their sums, in the same place.
struct Activate<'a, F, U> {
    unit: PhantomData<U>,
    column: &'a mut [F],
}

impl<F: Float, U: Unit> Kernel for Activate<'_, F, U> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        activate::<F, U>(self.column);
    }
}

/// A block of rows and the places it is to be evaluated at.
struct Forward<'a, F: Lane> {
    products: F::Products,
    is_fused: bool,
    layers: &'a [Layer],
    rest: usize,
    parts: usize,
    block: &'a Rows<F>,
    places: &'a [[F; 2]],
    /// Those of the layers but the first, for each place.
    weights: &'a [F],
    tail: usize,
    /// For each place a column of the block's width for each output.
    raw: &'a mut [F],
    scratch: &'a mut [Aligned<F>; 2],
}

impl<F: Lane> Forward<'_, F> {
    /// The raw outputs of the block's rows at the places.
    fn run<U: Unit>(self) {
        let Self { products, is_fused, layers, rest, parts, block, places, weights, tail, raw, scratch } = self;
        let wide = STRETCH;
        let width = block.width;
        let (units, outputs) = (layers[0].outputs, layers[layers.len() - 1].outputs);
        let [current, next] = scratch;
        for (stretch, sums) in block.sums.chunks_exact(units * parts * wide).enumerate() {
            for (number, &place) in places.iter().enumerate() {
                // The columns of this stretch begin here.
                let raw = &mut raw[number * outputs * width..(number + 1) * outputs * width][stretch * wide..];
                if layers.len() == 1 {
                    dispatch(First::<F, U> { unit: None, sums, parts, place, output: raw, wide, step: width });
                    continue;
                }
                let weights = &weights[number * tail..(number + 1) * tail];
                if is_fused {
                    let (weights, bias) = weights.split_at(units * outputs);
                    let sums = [0, 1, 2].map(|part| &sums[part * units * wide..(part + 1) * units * wide]);
                    F::rectified_layer(products, sums, place, weights, bias, (raw, width));
                    continue;
                }
                let unit = Some(PhantomData);
                dispatch(First::<F, U> { unit, sums, parts, place, output: current, wide, step: wide });
                for (place, layer) in layers.iter().enumerate().skip(1) {
                    let start = layer.start - rest;
                    let biases = start + layer.inputs * layer.outputs;
                    let matrix = Matrix::new(&weights[start..biases], layer.outputs, layer.inputs);
                    let bias = &weights[biases..biases + layer.outputs];
                    let input = &current[..layer.inputs * wide];
                    if place + 1 == layers.len() {
                        F::layer(products, matrix, bias, input, wide, (raw, width));
                    } else {
                        F::layer(products, matrix, bias, input, wide, (next, wide));
                        let column = &mut next[..layer.outputs * wide];
                        dispatch(Activate::<F, U> { unit: PhantomData, column });
                        std::mem::swap(current, next);
                    }
                }
            }
        }
    }
}

/// What units make of `Z0 + a·Z1 + b·Z2`.
#[inline(always)]
fn combine<F: Float, U: Unit>(origin: &[F], (a, first): (F, &[F]), second: Option<(F, &[F])>, out: &mut [F]) {
    match second {
        Some((b, second)) => {
            for (((out, &origin), &first), &second) in out.iter_mut().zip(origin).zip(first).zip(second) {
                *out = U::value(b.mul_add(second, a.mul_add(first, origin)));
            }
        }
        None => {
            for ((out, &origin), &first) in out.iter_mut().zip(origin).zip(first) {
                *out = U::value(a.mul_add(first, origin));
            }
        }
    }
}

#[inline(always)]
fn activate<F: Float, U: Unit>(column: &mut [F]) {
    for x in column {
        *x = U::value(*x);
    }
}
