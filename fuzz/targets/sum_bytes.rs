//! Any bytes: no sum, or one whose bytes are these.
#![no_main]

use dartboard_numerics::sum::ExactSum;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut sum) = ExactSum::from_bytes(bytes) else { return };
    assert_eq!(sum.to_bytes(), bytes, "one sum has one form");
    let before = sum.to_f64();
    assert!(before.is_nan() == sum.signum().is_nan() || before.is_infinite());
    sum.merge(&ExactSum::new());
    assert_eq!(sum.to_bytes(), bytes);
});
