//! Built-in models as ONNX files: what onnxruntime makes of them, what our own reader does, and how they come back.

#![allow(clippy::unwrap_used)]

mod common;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use common::{digits, houses, names, numbers};
use dartboard_landscapes::{Data, Kind, Model, Objective, OnnxModel, OnnxProblem, Problem, Role, Setup, Targets};
use dartboard_losses::{Family, Loss, TargetKind};
use proptest::prelude::*;
use serde_json::Value;

fn golden(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../golden").join(path)
}

fn model(kind: &str, loss: &str, data: &Data) -> Model {
    let made = Model::new(Kind::parse(kind).unwrap(), &Loss::parse(loss).unwrap(), data, Setup::default()).unwrap();
    let weights = numbers(made.weights().len(), 4);
    made.with_weights(weights).unwrap()
}

/// The same weights, each rounded to `f32`.
fn rounded(model: &Model) -> Model {
    let weights = model.weights().iter().map(|&x| f64::from(x as f32)).collect();
    model.clone().with_weights(weights).unwrap()
}

/// Rows of three columns with targets that the loss takes.
fn rows_for(loss: &Loss, rows: usize) -> Data {
    let features: Vec<f64> = numbers(3 * rows, 5).iter().map(|x| f64::from((3.0 * x + 7.0) as f32)).collect();
    let at = |row: usize| features[3 * row] - 7.0;
    let card = loss.card();
    let shares = |of: &dyn Fn(usize, usize) -> f64| Targets::Shares {
        columns: (0..3).map(|column| (0..rows).map(|row| of(row, column)).collect()).collect(),
        names: names(3),
    };
    let targets = match (card.family, card.target) {
        (_, TargetKind::Event) => Targets::Numbers((0..rows).map(|row| f64::from(at(row) > 0.1)).collect()),
        (Family::Rowwise, TargetKind::Class) => {
            Targets::Classes { class: (0..rows).map(|row| row as u32 % 3).collect(), names: names(3) }
        }
        (_, TargetKind::Labels) => shares(&|row, column| f64::from(u8::from((row + column) % 3 == 0))),
        (_, TargetKind::Vector) => shares(&|row, column| at(row) + column as f64),
        _ => Targets::Numbers((0..rows).map(|row| 4.0 + at(row)).collect()),
    };
    Data::new(features, names(3), targets, None).unwrap()
}

#[test]
fn onnxruntime_computes_what_the_model_does() {
    let recorded: Value = serde_json::from_str(&std::fs::read_to_string(golden("onnx.json")).unwrap()).unwrap();
    let recorded = &recorded["written"];
    let list = |value: &Value| -> Vec<f64> { value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect() };
    let features: Vec<f64> = recorded["x"].as_array().unwrap().iter().flat_map(list).collect();
    for (name, outputs) in recorded["models"].as_object().unwrap() {
        // That it is read says that the graph is the one that is written today.
        let model = Model::load(&golden(&format!("onnx/{name}.onnx"))).unwrap();
        let rows = features.len() / model.features().len();
        let targets = match model.classes() {
            [] => Targets::Numbers(vec![1.0; rows]),
            names => Targets::Classes { class: vec![0; rows], names: names.to_vec() },
        };
        let data = Data::new(features.clone(), model.features().to_vec(), targets, None).unwrap();
        let predictions = Problem::new(&model, &data, 0.0).unwrap().predictions(model.weights());
        let output = match model.loss().card().name {
            "cce" | "bce" | "nll" => "logits",
            "gamma_deviance" => "mean",
            _ => "prediction",
        };
        let found: Vec<Vec<f64>> = outputs[output].as_array().unwrap().iter().map(list).collect();
        let size = predictions.iter().flatten().fold(1.0, |size: f64, x| size.max(x.abs()));
        for (row, found) in found.iter().enumerate() {
            for (column, found) in found.iter().enumerate() {
                let expected = predictions[column][row];
                // Some tens of roundings to f32, of features, sums and outputs.
                let bound = 32.0 * f64::from(f32::EPSILON) * size;
                assert!((found - expected).abs() <= bound, "{name} {output} {row}: {found} {expected}");
            }
        }
    }
    assert_eq!(recorded["models"].as_object().unwrap().len(), 5);
}

#[test]
fn every_loss_is_that_of_the_file_read_as_any_other() {
    for loss in Loss::all() {
        let data = rows_for(&loss, 50);
        for kind in ["linear", "mlp:4,tanh", "mlp:4,relu", "mlp:5,4,gelu", "mlp:4,sigmoid"] {
            let model = Model::new(Kind::parse(kind).unwrap(), &loss, &data, Setup::default()).unwrap();
            // For losses of positive quantities not too far off those.
            let mut weights: Vec<f64> = numbers(model.weights().len(), 9).iter().map(|x| 0.2 * x).collect();
            if matches!(loss.card().name, "msle" | "smape") {
                weights.iter_mut().for_each(|x| *x *= 0.1);
                *weights.last_mut().unwrap() = 2.0;
            }
            let model = rounded(&model.with_weights(weights).unwrap());
            let expected = Problem::new(&model, &data, 0.0).unwrap().value(model.weights());
            let file = OnnxModel::from_bytes(&model.to_onnx().unwrap(), None).unwrap();
            let found = OnnxProblem::new(&file, &loss, &data).unwrap().value(file.weights());
            let name = format!("{} {kind}", loss.spec());
            assert!(expected.is_finite(), "{name}");
            if loss.card().name == "zero_one" {
                assert_eq!(found, expected, "{name}");
            } else {
                assert!((found - expected).abs() <= 2e-5 * expected.abs().max(0.05), "{name}: {found} {expected}");
            }
        }
    }
}

#[test]
fn weights_keep_names_filters_and_places() {
    let model = model("mlp:6,4,gelu", "mse", &houses(&["gr_liv_area", "year_built"]));
    let file = OnnxModel::from_bytes(&model.to_onnx().unwrap(), None).unwrap();
    assert_eq!(file.layout().tensors(), model.layout().tensors());
    assert_eq!(file.weights(), rounded(&model).weights());
    let first = &file.layout().tensors()[0];
    assert_eq!((first.filter_axis, first.role, first.shape.as_slice()), (Some(0), Role::Weight, [6, 2].as_slice()));
    let kept: Vec<&str> = file.kept().iter().map(|(name, _)| name.as_str()).collect();
    let constants = ["gelu.root_half", "gelu.one", "gelu.half", "output.scale", "output.shift"];
    assert_eq!(kept, [["features.mean", "features.deviation"].as_slice(), &constants].concat());
}

#[test]
fn outputs_are_called_what_they_are() {
    let data = digits(30);
    let bytes = model("softmax", "cce", &data).to_onnx().unwrap();
    assert_eq!(OnnxModel::from_bytes(&bytes, None).unwrap().output(), "probabilities");
    assert_eq!(OnnxModel::from_bytes(&bytes, Some("logits")).unwrap().output(), "logits");
    let bytes = model("softmax", "cce_logits", &data).to_onnx().unwrap();
    assert_eq!(OnnxModel::from_bytes(&bytes, None).unwrap().output(), "logits");
    let missing = OnnxModel::from_bytes(&bytes, Some("score")).unwrap_err().to_string();
    assert!(missing.contains("there are logits, probabilities"), "{missing}");
    for (loss, output) in [("poisson", "mean"), ("hinge", "score"), ("mse", "prediction")] {
        let loss = Loss::parse(loss).unwrap();
        let data = rows_for(&loss, 9);
        let made = Model::new(Kind::Linear, &loss, &data, Setup::default()).unwrap();
        let file = OnnxModel::from_bytes(&made.to_onnx().unwrap(), Some(output));
        assert!(file.is_ok(), "{} {output}", loss.spec());
    }
}

#[test]
fn models_come_back_with_rounded_weights() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.onnx");
    let data = digits(50);
    for model in [
        model("mlp:3,gelu", "huber(delta=20000.5)", &houses(&["gr_liv_area", "year_built"])),
        model("mlp:3,tanh", "cce", &data),
        model("softmax", "cce", &data),
        Model::new(
            Kind::Linear,
            &Loss::parse("mse").unwrap(),
            &houses(&["gr_liv_area"]),
            Setup { standardise: false, ..Setup::default() },
        )
        .unwrap(),
    ] {
        model.save_onnx(&path).unwrap();
        let back = Model::load(&path).unwrap();
        assert_eq!(back, rounded(&model));
        assert_eq!(back.to_onnx().unwrap(), std::fs::read(&path).unwrap());
    }
}

#[test]
fn other_files_are_told_from_own_ones() {
    let other = std::fs::read(golden("onnx/convolution.onnx")).unwrap();
    assert!(Model::from_onnx(&other).unwrap().is_none());
    let message = Model::load(&golden("onnx/convolution.onnx")).unwrap_err().to_string();
    assert!(message.contains("neither a safetensors file nor an ONNX file that Dartboard wrote"), "{message}");
    // A graph that was changed no longer is the model that the description says.
    let bytes = model("mlp:3,tanh", "cce", &digits(50)).to_onnx().unwrap();
    let mut changed = bytes.clone();
    for at in (0..bytes.len() - 4).filter(|&at| &bytes[at..at + 4] == b"Tanh") {
        changed[at..at + 4].copy_from_slice(b"Relu");
    }
    let message = Model::from_onnx(&changed).unwrap_err().to_string();
    assert!(message.contains("another program has changed it"), "{message}");
    assert!(OnnxModel::from_bytes(&changed, None).is_ok());
}

#[test]
fn numbers_beyond_single_precision_are_refused() {
    let data = houses(&["gr_liv_area"]);
    let made = Model::new(Kind::Linear, &Loss::parse("mse").unwrap(), &data, Setup::default()).unwrap();
    let message = made.with_weights(vec![1.0, -1e39]).unwrap().to_onnx().unwrap_err().to_string();
    assert!(message.contains("bias is -1e39, which is out of the range of f32"), "{message}");
    let tiny = Data::new(vec![0.0, 1e-60], names(1), Targets::Numbers(vec![1.0, 2.0]), None).unwrap();
    let made = Model::new(Kind::Linear, &Loss::parse("mse").unwrap(), &tiny, Setup::default()).unwrap();
    assert!(made.to_onnx().unwrap_err().to_string().contains("the standard deviation of a feature is 5e-61"));
}

proptest! {
    #[test]
    fn damaged_files_never_end_the_program(cut in 0..4000_usize, place in 0..4000_usize, byte: u8) {
        static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
        let bytes = BYTES.get_or_init(|| {
            model("mlp:3,gelu", "mse", &houses(&["gr_liv_area", "year_built"])).to_onnx().unwrap()
        });
        let _ = Model::from_onnx(&bytes[..cut % bytes.len()]);
        let mut changed = bytes.clone();
        let place = place % changed.len();
        changed[place] = byte;
        let _ = Model::from_onnx(&changed);
    }
}
