//! Rows to test with: the shipped examples, and made-up ones.

#![allow(dead_code)] // each test file uses what it needs

use std::path::Path;

use dartboard_landscapes::{Data, Targets};

/// The numbers of a shipped example, by column; cells that are no numbers are NaN.
fn table(file: &str) -> (Vec<String>, Vec<Vec<f64>>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let names: Vec<String> = lines.next().unwrap().split(',').map(str::to_owned).collect();
    let mut columns = vec![vec![]; names.len()];
    for line in lines {
        for (column, cell) in columns.iter_mut().zip(line.split(',')) {
            column.push(cell.parse().unwrap_or(f64::NAN));
        }
    }
    (names, columns)
}

/// The prices of houses by these features.
pub(crate) fn houses(features: &[&str]) -> Data {
    let (names, columns) = table("houses.csv");
    let column = |name: &str| &columns[names.iter().position(|known| known == name).unwrap()];
    let rows = columns[0].len();
    let values = (0..rows).flat_map(|row| features.iter().map(move |name| (row, *name)));
    let features_of = values.map(|(row, name)| column(name)[row]).collect();
    let names = features.iter().map(|&name| name.to_owned()).collect();
    Data::new(features_of, names, Targets::Numbers(column("price").clone()), None).unwrap()
}

/// The first `rows` of the digits with their pixels.
pub(crate) fn digits(rows: usize) -> Data {
    let (names, columns) = table("digits_pixels.csv");
    let features = (0..rows).flat_map(|row| columns[1..].iter().map(move |column| column[row])).collect();
    let class = columns[0][..rows].iter().map(|&label| label as u32).collect();
    let classes = (0..10).map(|digit| digit.to_string()).collect();
    Data::new(features, names[1..].to_vec(), Targets::Classes { class, names: classes }, None).unwrap()
}

/// Numbers between −1 and 1.
pub(crate) fn numbers(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(2) + 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 * (-52.0_f64).exp2() - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// Names `x0`, `x1`, …
pub(crate) fn names(count: usize) -> Vec<String> {
    (0..count).map(|place| format!("x{place}")).collect()
}
