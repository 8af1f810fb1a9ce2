//! ONNX models: losses recorded with onnxruntime, filters by operator, and what is refused.

#![allow(clippy::unwrap_used)]

mod common;

use std::path::{Path, PathBuf};

use common::names;
use dartboard_landscapes::{
    Axis, Data, Direction, GridPlan, Keep, LandscapeError, Normalisation, Objective, ObjectiveSurface, OnnxModel,
    OnnxProblem, RandomPlan, Role, Targets, draw, random,
};
use dartboard_losses::Loss;
use serde_json::Value;

fn golden(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../golden").join(path)
}

fn recorded() -> Value {
    serde_json::from_str(&std::fs::read_to_string(golden("onnx.json")).unwrap()).unwrap()
}

fn model(name: &str) -> OnnxModel {
    OnnxModel::load(&golden(&format!("onnx/{name}.onnx")), None).unwrap()
}

fn data(entry: &Value) -> Data {
    let rows = entry["x"].as_array().unwrap();
    let width = rows[0].as_array().unwrap().len();
    let features = rows.iter().flat_map(|row| row.as_array().unwrap()).map(|x| x.as_f64().unwrap()).collect();
    let class = entry["y"].as_array().unwrap().iter().map(|class| class.as_u64().unwrap() as u32).collect();
    Data::new(features, names(width), Targets::Classes { class, names: names(3) }, None).unwrap()
}

/// The two directions of the recording, described in `golden/make_onnx.py`.
fn directions(model: &OnnxModel, entry: &Value) -> [Vec<f64>; 2] {
    let mut found = [vec![0.0; model.weights().len()], vec![0.0; model.weights().len()]];
    let mut count = 0;
    for name in entry["weights"].as_array().unwrap() {
        let tensor = model.layout().tensors().iter().find(|tensor| tensor.name == name.as_str().unwrap()).unwrap();
        let own = &model.weights()[tensor.range.clone()];
        let size = 0.1 * (own.iter().map(|x| x * x).sum::<f64>() / own.len() as f64).sqrt();
        for place in tensor.range.clone() {
            let at = f64::from(count);
            found[0][place] = (0.7 * at + 1.0).sin() * size;
            found[1][place] = (1.3 * at + 2.0).cos() * size;
            count += 1;
        }
    }
    found
}

#[test]
fn losses_are_those_of_onnxruntime() {
    let recorded = recorded();
    for (name, entry) in recorded["models"].as_object().unwrap() {
        let (model, data) = (model(name), data(entry));
        assert_eq!(model.output(), entry["output"].as_str().unwrap());
        let loss = Loss::parse(entry["loss"].as_str().unwrap()).unwrap();
        let problem = OnnxProblem::new(&model, &loss, &data).unwrap();
        let [first, second] = directions(&model, entry);
        // All weights that were recorded are weights here, and no others.
        assert_eq!(model.layout().tensors().len(), entry["weights"].as_array().unwrap().len(), "{name}");
        for (place, expected) in recorded["places"].as_array().unwrap().iter().zip(entry["losses"].as_array().unwrap())
        {
            let [a, b] = [0, 1].map(|k| place[k].as_f64().unwrap());
            let weights: Vec<f64> =
                (0..first.len()).map(|i| model.weights()[i] + a * first[i] + b * second[i]).collect();
            let (found, expected) = (problem.value(&weights), expected.as_f64().unwrap());
            assert!((found - expected).abs() <= 1e-6 * expected, "{name} at {a}, {b}: {found} {expected}");
        }
    }
}

#[test]
fn filters_lie_along_the_axis_that_the_operator_says() {
    let axis = |model: &OnnxModel, name: &str| {
        let tensor = model.layout().tensors().iter().find(|tensor| tensor.name == name).unwrap();
        (tensor.filter_axis, tensor.role)
    };
    let perceptron = model("perceptron");
    assert_eq!(axis(&perceptron, "coefficient"), (Some(1), Role::Weight), "x·W");
    assert_eq!(axis(&perceptron, "intercepts"), (None, Role::Bias));
    let convolution = model("convolution");
    assert_eq!(axis(&convolution, "conv.weight"), (Some(0), Role::Weight));
    assert_eq!(axis(&convolution, "fc.weight"), (Some(0), Role::Weight), "Gemm with transB = 1");
    assert_eq!(axis(&convolution, "fc.bias"), (None, Role::Bias));
    assert_eq!(axis(&convolution, "bn.weight"), (None, Role::Normalisation));
    let transformer = model("transformer");
    assert_eq!(axis(&transformer, "qkv"), (Some(1), Role::Weight));
    assert_eq!(axis(&transformer, "qkv.bias"), (None, Role::Bias));
    assert_eq!(axis(&transformer, "ln1.weight"), (None, Role::Normalisation));
    // A random direction follows: each column of a matrix that rows are multiplied by is as long as the model's.
    let plan = RandomPlan { normalisation: Normalisation::Filter, ..RandomPlan::default() };
    let drawn = random(transformer.layout(), transformer.weights(), plan, 0).unwrap().vector;
    let up = transformer.layout().tensors().iter().find(|tensor| tensor.name == "up").unwrap();
    for column in 0..up.shape[1] {
        let length = |of: &[f64]| {
            let places = (0..up.shape[0]).map(|row| up.range.start + row * up.shape[1] + column);
            places.map(|place| of[place] * of[place]).sum::<f64>().sqrt()
        };
        assert!((length(&drawn) - length(transformer.weights())).abs() < 1e-14);
    }
}

#[test]
fn statistics_of_batch_normalisation_are_kept_and_said_to_be() {
    let convolution = model("convolution");
    assert!(convolution.keeps_statistics() && !model("perceptron").keeps_statistics());
    let kept: Vec<&str> = convolution.kept().iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(kept, ["bn.mean", "bn.var"]);
    let kept: Vec<String> = model("transformer").kept().iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(kept, ["scale", "half", "one", "root"]);
}

#[test]
fn a_grid_of_an_onnx_model_is_the_same_for_any_number_of_threads() {
    let recorded = recorded();
    let entry = &recorded["models"]["convolution"];
    let (model, data) = (model("convolution"), data(entry));
    let problem = OnnxProblem::new(&model, &Loss::parse("cce_logits").unwrap(), &data).unwrap();
    let directions: Vec<Direction> =
        [0, 1].map(|number| random(model.layout(), model.weights(), RandomPlan::default(), number).unwrap()).to_vec();
    let hashes = (problem.model_fingerprint(), problem.data_fingerprint());
    let surface = ObjectiveSurface::new(&problem, model.weights(), &directions, hashes.0, hashes.1).unwrap();
    let axes = vec![Axis::new(-1.0, 1.0, 7).unwrap(), Axis::new(-1.0, 1.0, 5).unwrap()];
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let plan = GridPlan { axes: axes.clone(), tolerance: None };
        pool.install(|| {
            draw(&surface, &plan, &Keep::Nothing, &mut |_| std::ops::ControlFlow::Continue(())).unwrap().losses
        })
    };
    assert_eq!(run(1), run(2));
}

#[test]
fn what_cannot_be_used_is_named() {
    let message = |bytes: &[u8], output| OnnxModel::from_bytes(bytes, output).unwrap_err().to_string();
    assert!(message(b"", None).contains("no graph"));
    assert!(message(b"plain text, no model", None).contains("damaged or no ONNX file"));
    let bytes = std::fs::read(golden("onnx/perceptron.onnx")).unwrap();
    assert!(
        message(&bytes, Some("label")).contains("operators that are not supported: ai.onnx.ml/ArrayFeatureExtractor")
    );
    assert!(
        message(&bytes, Some("logits"))
            .contains("there is no output 'logits'; there are output_label, output_probability")
    );
    assert!(OnnxModel::from_bytes(&bytes, Some("add_result1")).is_ok(), "the logits before the softmax");
    let missing = OnnxModel::load(Path::new("no such file.onnx"), None).unwrap_err();
    assert!(matches!(missing, LandscapeError::File { .. }));

    // An operator that the engine does not know.
    let mut unknown = bytes.clone();
    for at in (0..bytes.len() - 4).filter(|&at| &bytes[at..at + 4] == b"Relu") {
        unknown[at..at + 4].copy_from_slice(b"Rilu");
    }
    assert!(message(&unknown, None).contains("Rilu"), "{}", message(&unknown, None));

    let recorded = recorded();
    let model = model("convolution");
    let refuse = |name: &str, spec: &str| {
        let data = data(&recorded["models"][name]);
        OnnxProblem::new(&model, &Loss::parse(spec).unwrap(), &data).unwrap_err().to_string()
    };
    let shapes = refuse("perceptron", "cce_logits");
    assert!(shapes.contains("its input 'x' is ? × 1 × 6 × 6, and 60 rows of 6 features do not fit it"), "{shapes}");
    assert!(refuse("convolution", "mse").contains("mse takes one number per row, not "));
    let entry = &recorded["models"]["convolution"];
    let whole = data(entry);
    let features: Vec<f64> = (0..whole.rows()).flat_map(|row| whole.row(row).to_vec()).collect();
    let targets = Targets::Classes { class: vec![0; 60], names: names(4) };
    let four = Data::new(features, names(36), targets, None).unwrap();
    let classes = OnnxProblem::new(&model, &Loss::parse("cce_logits").unwrap(), &four).unwrap_err().to_string();
    assert!(classes.contains("has 3 columns, and cce_logits takes 4 of these targets"), "{classes}");
}

#[test]
fn truncated_and_damaged_files_never_end_the_program() {
    let bytes = std::fs::read(golden("onnx/convolution.onnx")).unwrap();
    for cut in (0..bytes.len()).step_by(7) {
        // A file that is cut between two fields may be whole but for its last ones.
        let _ = OnnxModel::from_bytes(&bytes[..cut], None);
    }
    for at in (0..bytes.len()).step_by(3) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x55;
        let _ = OnnxModel::from_bytes(&changed, None);
    }
}
