//! The bytes are numbers: any split and any way of adding gives the same sum.
#![no_main]

use dartboard_numerics::sum::ExactSum;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let values: Vec<f64> = bytes.as_chunks::<8>().0.iter().map(|&chunk| f64::from_le_bytes(chunk)).collect();
    let expected: ExactSum = values.iter().copied().collect();
    let mut block = ExactSum::new();
    block.add_slice(&values);
    assert_eq!(block, expected);
    let mut products = ExactSum::new();
    products.add_products(&values, &vec![1.0; values.len()]);
    assert_eq!(products, expected);
    let (front, back) = values.split_at(bytes.first().map_or(0, |&b| usize::from(b) % (values.len() + 1)));
    let mut merged: ExactSum = back.iter().rev().copied().collect();
    merged.merge(&front.iter().copied().collect());
    assert_eq!(merged.to_bytes(), expected.to_bytes());
    let decoded = ExactSum::from_bytes(&merged.to_bytes()).expect("bytes of a sum");
    assert_eq!(decoded, expected);
});
