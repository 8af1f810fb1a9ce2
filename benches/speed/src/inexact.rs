//! The same pass with an ordinary sum: what exactness costs.

use dartboard_arrays::Compute;
use dartboard_losses::Loss;
use dartboard_numerics::isa::{Kernel, dispatch};

use crate::Arrays;

/// Rows between sums: as in the exact pass, values are added while they are in the first cache.
const STEP: usize = 256;

/// Partial sums: enough to hide the latency of additions at any width.
const LANES: usize = 32;

/// Adds up the values, with rounding, in `f64` whatever they are.
pub(crate) fn sum<F: Compute>(loss: &Loss, arrays: &mut Arrays<F>, gradient: bool) -> f64 {
    let Some(blocks) = loss.pointwise() else { return f64::NAN };
    let (mut values, mut lanes) = ([F::ZERO; STEP], [0.0; LANES]);
    let [_, slopes, _] = &mut arrays.out;
    let rows = arrays.target.chunks(STEP).zip(arrays.prediction.chunks(STEP));
    for ((y, z), slopes) in rows.zip(slopes.chunks_mut(STEP)) {
        let values = &mut values[..y.len()];
        if gradient {
            F::gradient(&**blocks, [y, z], [values, slopes], None);
        } else {
            F::value(&**blocks, [y, z], values, None);
        }
        dispatch(Sum { values, lanes: &mut lanes });
    }
    lanes.iter().sum()
}

struct Sum<'a, F> {
    values: &'a [F],
    lanes: &'a mut [f64; LANES],
}

impl<F: Compute> Kernel for Sum<'_, F> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        let (chunks, tail) = self.values.as_chunks::<LANES>();
        let mut lanes = *self.lanes;
        for chunk in chunks {
            for lane in 0..LANES {
                lanes[lane] += chunk[lane].to_f64();
            }
        }
        for (lane, value) in lanes.iter_mut().zip(tail) {
            *lane += value.to_f64();
        }
        *self.lanes = lanes;
    }
}
