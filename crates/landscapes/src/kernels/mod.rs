//! Products of matrices whose columns are rows of data: loops run over rows, and every sum is added up in one order.

mod affine;
mod columns;
mod outer;

pub(crate) use affine::Affine;
use affine::weighted_sum;
pub(crate) use columns::Columns;
pub(crate) use outer::Outer;

/// Columns of a block are a multiple of this long: whole registers of AVX-512 of `f64`, two of them.
pub(crate) const LANES: usize = 16;

/// A matrix of weights, anywhere in memory: element (row, column) is `values[row·row_step + column·column_step]`, so that
/// it may be transposed.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a, F> {
    pub(crate) values: &'a [F],
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) row_step: usize,
    pub(crate) column_step: usize,
}

impl<'a, F> Matrix<'a, F> {
    /// Rows one after another.
    pub(crate) fn new(values: &'a [F], rows: usize, columns: usize) -> Self {
        Self { values, rows, columns, row_step: columns, column_step: 1 }
    }

    pub(crate) fn transposed(self) -> Self {
        Self { rows: self.columns, columns: self.rows, row_step: self.column_step, column_step: self.row_step, ..self }
    }
}

/// What a product starts from.
#[derive(Clone, Copy)]
pub(crate) enum Start<'a, F> {
    Zero,
    /// A number for each row of the product.
    Bias(&'a [F]),
    /// What its place holds.
    Add,
}

#[cfg(test)]
mod tests {
    use dartboard_numerics::isa::{Isa, dispatch_on};

    use super::*;
    use crate::random::{Purpose, Random};

    fn numbers(count: usize, seed: u64) -> Vec<f64> {
        let mut random = Random::new(seed, Purpose::Weights);
        (0..count).map(|_| random.normal()).collect()
    }

    #[test]
    fn products_are_those_of_the_definition_on_every_instruction_set() {
        for isa in Isa::available() {
            for (rows, columns) in [(1, 1), (1, 7), (5, 3), (10, 64), (13, 2), (6, 0)] {
                for width in [LANES, 3 * LANES] {
                    one_shape(isa, rows, columns, width);
                }
            }
        }
    }

    fn one_shape(isa: Isa, rows: usize, columns: usize, width: usize) {
        let (w, a, bias) = (numbers(rows * columns, 1), numbers(columns * width, 2), numbers(rows, 3));
        let before = numbers(rows * width, 4);
        let matrix = Matrix::new(&w, rows, columns);
        let turned: Vec<f64> = (0..columns * rows).map(|at| w[(at % rows) * columns + at / rows]).collect();
        for matrix in [matrix, Matrix::new(&turned, columns, rows).transposed()] {
            for start in [Start::Zero, Start::Bias(&bias), Start::Add] {
                let mut output = before.clone();
                dispatch_on(isa, Affine { matrix, input: &a, width, start, output: &mut output });
                for row in 0..rows {
                    for at in 0..width {
                        let mut expected = match start {
                            Start::Zero => 0.0,
                            Start::Bias(bias) => bias[row],
                            Start::Add => before[row * width + at],
                        };
                        for column in 0..columns {
                            expected = w[row * columns + column].mul_add(a[column * width + at], expected);
                        }
                        assert_eq!(
                            output[row * width + at].to_bits(),
                            expected.to_bits(),
                            "{} {rows} {columns}",
                            isa.name()
                        );
                    }
                }
            }
        }
        let (mut layer, step) = (before.clone(), width);
        dispatch_on(isa, Columns { matrix, bias: &bias, input: &a, wide: width, output: &mut layer, step });
        let mut affine = before.clone();
        dispatch_on(isa, Affine { matrix, input: &a, width, start: Start::Bias(&bias), output: &mut affine });
        let bits = |values: &[f64]| values.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&layer), bits(&affine), "{} {rows} {columns}", isa.name());
        let mut outer = w.clone();
        dispatch_on(isa, Outer { left: &before, right: &a, width, rows, columns, output: &mut outer });
        for row in 0..rows {
            for column in 0..columns {
                let terms = (0..width).map(|at| before[row * width + at] * a[column * width + at]);
                let expected = w[row * columns + column] + terms.sum::<f64>();
                let got = outer[row * columns + column];
                assert!(
                    (got - expected).abs() <= 1e-13 * width as f64,
                    "{} {rows} {columns}: {got} {expected}",
                    isa.name()
                );
            }
        }
    }
}
