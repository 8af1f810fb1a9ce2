//! Writes the models of `golden/onnx/written-*.onnx`, whose outputs `golden/make_onnx.py` records with onnxruntime:
//! `cargo run -p dartboard-landscapes --example golden_onnx -- golden/onnx`.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use dartboard_landscapes::{Data, Kind, Model, Setup, Targets};
use dartboard_losses::Loss;

/// One for each kind of output and each function of hidden units.
const MODELS: [(&str, &str, &str); 5] = [
    ("relu", "mlp:5,relu", "cce"),
    ("gelu", "mlp:5,4,gelu", "huber(delta=1.5)"),
    ("tanh", "mlp:5,tanh", "bce"),
    ("sigmoid", "mlp:5,sigmoid", "gamma_deviance"),
    ("softmax", "softmax", "nll"),
];

fn main() {
    let folder = std::env::args().nth(1).unwrap();
    let (rows, columns) = (40_u32, 3);
    let features = (0..rows * columns).map(|at| (f64::from(at) * 1.7).sin() * 3.0 + f64::from(at % 3) * 10.0).collect();
    let features: Vec<f64> = features;
    for (name, kind, loss) in MODELS {
        let loss = Loss::parse(loss).unwrap();
        let of_row = |row: u32| f64::from(row * 7 % 11);
        let targets = match loss.card().name {
            "cce" | "nll" => Targets::Classes {
                class: (0..rows).map(|row| row % 3).collect(),
                names: ["low", "medium", "high"].map(str::to_owned).to_vec(),
            },
            "bce" => Targets::Numbers((0..rows).map(|row| f64::from(row % 2)).collect()),
            _ => Targets::Numbers((0..rows).map(|row| 200.0 + of_row(row)).collect()),
        };
        let names = ["length", "width", "height"].map(str::to_owned).to_vec();
        let data = Data::new(features.clone(), names, targets, None).unwrap();
        let model = Model::new(Kind::parse(kind).unwrap(), &loss, &data, Setup::default()).unwrap();
        let weights = (0..model.weights().len()).map(|at| (at as f64 * 0.9 + 1.0).cos()).collect();
        let path = Path::new(&folder).join(format!("written-{name}.onnx"));
        model.with_weights(weights).unwrap().save_onnx(&path).unwrap();
    }
}
