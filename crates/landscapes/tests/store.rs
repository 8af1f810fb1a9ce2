//! Models in files.

#![allow(clippy::unwrap_used)]

mod common;

use std::sync::OnceLock;

use common::{digits, houses, numbers};
use dartboard_landscapes::{Data, Kind, Model, Objective, Problem, Setup, Targets};
use dartboard_losses::Loss;
use proptest::prelude::*;

fn models() -> [Model; 2] {
    let mse = Loss::parse("huber(delta=20000.5)").unwrap();
    let setup = Setup { seed: 5, ..Setup::default() };
    let houses = houses(&["gr_liv_area", "year_built"]);
    [
        Model::new(Kind::parse("mlp:3,gelu").unwrap(), &mse, &houses, setup).unwrap(),
        Model::new(Kind::Softmax, &Loss::parse("cce").unwrap(), &digits(50), setup).unwrap(),
    ]
}

#[test]
fn models_come_back_as_they_were() {
    for model in models() {
        let model = model.clone().with_weights(numbers(model.weights().len(), 1)).unwrap();
        let bytes = model.to_safetensors().unwrap();
        let back = Model::from_safetensors(&bytes).unwrap();
        assert_eq!(back, model);
        assert_eq!(back.to_safetensors().unwrap(), bytes);
    }
}

#[test]
fn a_loaded_model_has_the_loss_of_the_saved_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    let data = digits(200);
    let model = &models()[1];
    let weights = numbers(model.weights().len(), 1);
    model.clone().with_weights(weights.clone()).unwrap().save(&path).unwrap();
    let back = Model::load(&path).unwrap();
    let loss = |model: &Model| Problem::new(model, &data, 0.0).unwrap().value(&weights);
    assert_eq!((back.weights(), loss(&back)), (weights.as_slice(), loss(model)));
    let missing = Model::load(&folder.path().join("none")).unwrap_err().to_string();
    assert!(missing.contains("none: "), "{missing}");
    assert!(model.save(&folder.path().join("no/folder")).is_err());
}

proptest! {
    #[test]
    fn damaged_files_are_refused_or_read_but_never_end_the_program(cut in 0..2000_usize, place in 0..2000_usize, byte: u8) {
        static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
        let bytes = BYTES.get_or_init(|| models()[0].to_safetensors().unwrap());
        prop_assert!(Model::from_safetensors(&bytes[..cut.min(bytes.len() - 1)]).is_err());
        let mut changed = bytes.clone();
        let place = place % changed.len();
        changed[place] = byte;
        let _ = Model::from_safetensors(&changed);
    }
}

#[test]
fn files_that_contradict_themselves_are_refused() {
    let bytes = models()[0].to_safetensors().unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header = &text[8..8 + length];
    for (from, to) in [
        (r#"\"outputs\":1"#, r#"\"outputs\":2"#),
        (r#"\"outputs\":1"#, r#"\"outputs\":9000000000000000000"#),
        ("mlp:3,gelu", "mlp:4,gelu"),
        ("mlp:3,gelu", "mlp:3,3,3,3,gelu"),
        ("mlp:3,gelu", "perceptron"),
        ("huber", "hubris"),
        (r#"\"version\":1"#, r#"\"version\":2"#),
        ("dartboard.model", "other"),
    ] {
        let changed = header.replace(from, to);
        assert_ne!(changed, header);
        let mut file = (changed.len() as u64).to_le_bytes().to_vec();
        file.extend_from_slice(changed.as_bytes());
        file.extend_from_slice(&bytes[8 + length..]);
        assert!(Model::from_safetensors(&file).is_err(), "{from} → {to}");
    }
}

#[test]
fn weights_are_taken_over_by_a_model_of_other_rows() {
    // Standardised by other rows, scaled to other targets: other weights, the same function.
    let (one, other) = (waves(40, 1), waves(30, 2));
    for (kind, loss) in [("linear", "mae"), ("mlp:3,relu", "mse"), ("mlp:4,3,gelu", "mse")] {
        let model = |data: &Data, seed| {
            let setup = Setup { seed, ..Setup::default() };
            Model::new(Kind::parse(kind).unwrap(), &Loss::parse(loss).unwrap(), data, setup).unwrap()
        };
        let (from, to) = (model(&one, 3), model(&other, 4));
        let from = if kind == "linear" { from.with_weights(vec![3.0, -2.0, 7.0]).unwrap() } else { from };
        let taken = to.clone().with_weights(from.weights_as(&to).unwrap()).unwrap();
        let value = |model: &Model| Problem::new(model, &one, 0.0).unwrap().value(model.weights());
        let (expected, found) = (value(&from), value(&taken));
        assert!((found / expected - 1.0).abs() < 1e-12, "{kind}: {found}, not {expected}");
        assert!((value(&to) / expected - 1.0).abs() > 1e-6, "{kind}: the models are the same anyway");
    }
    let linear = Model::new(Kind::Linear, &Loss::parse("mse").unwrap(), &one, Setup::default()).unwrap();
    let network =
        Model::new(Kind::parse("mlp:2").unwrap(), &Loss::parse("mse").unwrap(), &one, Setup::default()).unwrap();
    let message = network.weights_as(&linear).unwrap_err().to_string();
    assert!(message.contains("it is mlp:2,relu, not linear"), "{message}");
}

/// Rows of two features with means and deviations of their own.
fn waves(rows: usize, shift: u32) -> Data {
    let feature = |row: usize, by: f64| (row as f64 * by).sin() * f64::from(shift) + 10.0 * f64::from(shift);
    let features = (0..rows).flat_map(|row| [feature(row, 1.3), feature(row, 2.9) * 100.0]).collect();
    let targets = (0..rows).map(|row| 1000.0 * f64::from(shift) + feature(row, 0.7)).collect();
    Data::new(features, vec!["area".to_owned(), "age".to_owned()], Targets::Numbers(targets), None).unwrap()
}
