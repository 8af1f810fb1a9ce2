//! Any bytes either are the one byte form of a sum, or an error; a decoded sum is good for all operations.
#![no_main]

use dartboard_numerics::sum::ExactSum;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(sum) = ExactSum::from_bytes(bytes) else { return };
    assert_eq!(sum.to_bytes(), bytes);
    let mut twice = sum.clone();
    twice.merge(&sum);
    twice.unmerge(&sum);
    assert!(twice == sum || !sum.to_f64().is_finite());
    let _ = (sum.ratio(&sum), sum.root_ratio(&sum), sum.ratio_scaled(&twice));
});
