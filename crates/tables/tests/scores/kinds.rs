//! What truth and predictions may be: raw scores, labels of −1 and 1, several predictions per row, shares; and what goes
//! around losses.

use dartboard_tables::score::ScoreRequest;
use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::Float64Type;

use super::{example, measures, request_of, run, runtime, session, try_run, value};

/// A request over content, with these losses, on the raw scale or not.
fn request(folder: &tempfile::TempDir, content: &str, specs: &[&str], logits: bool) -> ScoreRequest {
    ScoreRequest { measures: measures(specs), logits, ..request_of(folder.path(), "a.csv", content) }
}

/// The message of a request that is refused.
fn refused(request: &ScoreRequest) -> String {
    try_run(request).unwrap_err().to_string()
}

fn says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "{part} is missing in: {message}");
    }
}

/// The only number that a query returns.
fn query(text: &str) -> Result<f64, String> {
    let session = session(1);
    runtime().block_on(async {
        let frame = session.sql(text).await.map_err(|error| error.to_string())?;
        let batches = session.collect(frame).await.map_err(|error| error.to_string())?;
        Ok(batches[0].column(0).as_primitive::<Float64Type>().value(0))
    })
}

#[test]
fn raw_losses_need_raw_predictions() {
    let folder = tempfile::tempdir().unwrap();
    let content = "y,p\n1,0.5\n0,0.25\n";
    for (spec, logits, parts) in [
        ("poisson", false, ["poisson takes log-means", "--logits (or --raw) instead of --pred", "poisson_deviance"]),
        ("bce_logits", false, ["bce_logits takes logits", "--logits (or --raw)", "or use bce, which takes prob"]),
        ("hinge", false, ["hinge takes scores", "--logits (or --raw)", ""]),
        ("poisson_deviance", true, ["poisson_deviance takes means", "--pred instead of --logits", "poisson, which"]),
        ("bce", true, ["bce takes probabilities", "--pred instead of --logits", "bce_logits, which takes logits"]),
        ("mse", true, ["mse takes values", "--pred instead of --logits", ""]),
    ] {
        says(&refused(&request(&folder, content, &[spec], logits)), &parts);
    }
    says(&refused(&request(&folder, content, &["poisson", "hinge"], true)), &["log-means (poisson)", "event (hinge)"]);
    says(&refused(&request(&folder, content, &["rmse"], true)), &["rmse takes one value per row"]);
    says(&refused(&request(&folder, content, &["poisson", "accuracy"], true)), &["accuracy", "log-means"]);
    // The score of an event is a logit where one loss takes it as such.
    let report = run(&request(&folder, content, &["hinge", "bce_logits", "accuracy"], true));
    assert_eq!(report.settings.predictions, "logits");
    assert_eq!(value(&report.overall, 0), (0.5 + 1.25) / 2.0);
    assert_eq!(value(&report.overall, 2), 0.5);
}

#[test]
fn totals_are_of_what_raw_predictions_stand_for() {
    let folder = tempfile::tempdir().unwrap();
    let ratio =
        |content: &str, spec: &str| run(&request(&folder, content, &[spec], true)).overall.models[0].total_ratio;
    assert_eq!(ratio("y,p\n3,0\n1,0\n", "poisson"), Some(0.5));
    assert_eq!(ratio("y,p\n1,0\n0,0\n", "bce_logits"), Some(1.0));
    assert_eq!(ratio("y,p\n1,0\n0,0\n", "hinge"), None);
}

#[test]
fn labels_of_minus_one_and_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut request = request(&folder, "y,p\n1,0.5\n-1,0.25\n1,-2\n", &["hinge", "zero_one", "accuracy"], true);
    says(&refused(&request), &["y is -1", "--classes=-1,1"]);
    request.classes = vec!["-1".to_owned(), "1".to_owned()];
    let report = run(&request);
    assert_eq!(value(&report.overall, 0), (0.5 + 1.25 + 3.0) / 3.0);
    assert_eq!(value(&report.overall, 2), 1.0 / 3.0);
    // The first names the non-event.
    request.classes.reverse();
    assert_eq!(value(&run(&request).overall, 0), (1.5 + 0.75 + 0.0) / 3.0);
    std::fs::write(&request.files[0], "y,p\n1,0.5\n0,0.25\n").unwrap();
    says(&refused(&request), &["y is '0', which is none of the classes 1, -1"]);
}

#[test]
fn several_predictions_per_row() {
    let folder = tempfile::tempdir().unwrap();
    let content = "y,m1,s1,m2,s2,w\n1,1,0,2,0,1\n3,1,0,2,0,3\n";
    let mut request = request(&folder, content, &["gaussian_nll"], false);
    request.predictions = ["m1", "s1", "m2", "s2"].map(str::to_owned).to_vec();
    request.worst = 1;
    let report = run(&request);
    let [first, second] = [0, 1].map(|model| &report.overall.models[model]);
    assert_eq!((first.model.as_str(), second.model.as_str()), ("m1+s1", "m2+s2"));
    let at = |text: &str| query(&format!("SELECT {text} FROM '{}'", request.files[0]));
    assert_eq!(at("gaussian_nll(y, make_array(m1, s1))"), Ok(first.scores[0].value.unwrap()));
    assert_eq!(at("gaussian_nll(y, make_array(m2, s2))"), Ok(second.scores[0].value.unwrap()));
    // Half of the squared errors (0 and 4, 1 and 1), and a constant that is the same for both.
    assert_eq!(first.scores[0].value.unwrap() - second.scores[0].value.unwrap(), 0.5);
    assert_eq!(first.total_ratio, None);
    assert_eq!(report.worst[0].rows[0].row, Some(2));
    assert!(at("gaussian_nll(y, make_array(m2, s2, s2))").unwrap_err().contains("mu, s"));
    assert!(at("gaussian_nll(y, m1)").unwrap_err().contains("as a list"));

    request.output = Some(folder.path().join("out.csv"));
    request.predictions.truncate(2);
    run(&request);
    let written = std::fs::read_to_string(folder.path().join("out.csv")).unwrap();
    let header = written.lines().next().unwrap();
    assert!(
        header.ends_with(
            "gaussian_nll_gradient_mu,gaussian_nll_hessian_mu,gaussian_nll_gradient_s,gaussian_nll_hessian_s"
        )
    );

    request.output = None;
    request.predictions.push("m2".to_owned());
    says(&refused(&request), &["gaussian_nll takes 2 columns per model", "mu, the mean", "3 cannot be dealt out"]);
    request.predictions = vec!["m*".to_owned()];
    says(&refused(&request), &["m*", "one by one", "--pred mu,s"]);
    request.predictions = vec!["m1".to_owned(), "s1".to_owned()];
    request.measures = measures(&["gaussian_nll", "mse"]);
    says(&refused(&request), &["mixes", "gaussian_nll", "mse"]);
    request.measures = measures(&["gaussian_nll", "rmse"]);
    says(&refused(&request), &["rmse takes one value per row"]);
    request.measures = measures(&["gaussian_nll"]);
    request.classes = vec!["a".to_owned(), "b".to_owned()];
    says(&refused(&request), &["no classes"]);
}

#[test]
fn vectors_as_truth() {
    let folder = tempfile::tempdir().unwrap();
    let content = "y_a,y_b,z_a,z_b\n3,-4,6,-8\n0,1e-200,-5,0\n2,0,-1e200,0\n";
    let mut request = request(&folder, content, &["cosine"], false);
    request.truth = "y_*".to_owned();
    request.predictions = vec!["z_*".to_owned()];
    let report = run(&request);
    assert_eq!(value(&report.overall, 0), 1.0);
    let sql = format!("SELECT cosine(make_array(y_a, y_b), make_array(z_a, z_b)) FROM '{}'", request.files[0]);
    assert_eq!(query(&sql), Ok(1.0));
    // Lists go together in the order in which they are typed.
    request.truth = "y_a,y_b".to_owned();
    request.predictions = vec!["z_a".to_owned(), "z_b".to_owned()];
    let listed = run(&request);
    assert_eq!((value(&listed.overall, 0), listed.settings.column_per), (1.0, Some("component")));
    request.predictions.pop();
    says(&refused(&request), &["cannot be dealt out", "2 components (y_a, y_b)"]);
    request.truth = "y_*".to_owned();
    request.predictions = vec!["z_*".to_owned()];
    request.measures = measures(&["cosine", "cce"]);
    says(&refused(&request), &["mixes losses of vectors (cosine)", "(cce)"]);
    request.measures = measures(&["cosine"]);
    std::fs::write(&request.files[0], "y_a,y_b,z_a,z_b\n0,0,6,-8\n").unwrap();
    says(&refused(&request), &["row 1", "y_a, y_b are all 0"]);
    std::fs::write(&request.files[0], "y_a,y_b,z_a,z_b\n1,0,0,0\n").unwrap();
    says(&refused(&request), &["row 1", "are all 0", "no direction"]);
}

#[test]
fn shares_as_truth() {
    let folder = tempfile::tempdir().unwrap();
    // The columns of the truth in another order than those of the predictions.
    let content = "q_b,q_a,p_a,p_b\n0.25,0.75,0.5,0.5\n1,0,0.5,0.5\n";
    let mut request = request(&folder, content, &["cce"], false);
    request.truth = "q_*".to_owned();
    request.predictions = vec!["p_*".to_owned()];
    request.worst = 1;
    let report = run(&request);
    assert_eq!(report.settings.truth_columns, ["q_b", "q_a"]);
    assert_eq!(report.settings.models[0].columns, ["p_b", "p_a"]);
    assert_eq!(value(&report.overall, 0), 2.0_f64.ln());
    assert_eq!(report.overall.models[0].scores[0].skill, None);
    request.truth = "q_a,q_b".to_owned();
    says(&refused(&request), &["--truth q_a,q_b", "--classes A,B"]);
    request.classes = vec!["a".to_owned(), "b".to_owned()];
    assert_eq!(value(&run(&request).overall, 0), 2.0_f64.ln());
    let sql = format!("SELECT kl_div(make_array(q_a, q_b), make_array(p_a, p_b)) FROM '{}'", request.files[0]);
    request.measures = measures(&["kl_div"]);
    assert_eq!(query(&sql), Ok(value(&run(&request).overall, 0)));

    request.measures = measures(&["cce", "accuracy"]);
    says(&refused(&request), &["accuracy needs one true class"]);
    request.measures = measures(&["mse"]);
    request.classes.clear();
    says(&refused(&request), &["mse takes one truth per row"]);
    request.truth = "q_*".to_owned();
    request.measures.clear();
    assert_eq!(run(&request).measures[0].spec, "cce");
    request.class_weights = vec![("a".to_owned(), 2.0)];
    says(&refused(&request), &["--class-weight needs one true class"]);
    request.class_weights.clear();

    std::fs::write(&request.files[0], "q_b,q_a,p_a,p_b\n0.25,0.7,0.5,0.5\n").unwrap();
    says(&refused(&request), &["row 1", "the shares q_b, q_a add up to 0.95", "within 0.0001"]);
    std::fs::write(&request.files[0], "q_b,q_a,p_a,p_b\n-0.25,1.25,0.5,0.5\n").unwrap();
    says(&refused(&request), &["row 1", "q_b is -0.25, but a share must be in [0, 1]"]);
    std::fs::write(&request.files[0], "q_b,q_c,p_a,p_b\n0.25,0.75,0.5,0.5\n").unwrap();
    says(&refused(&request), &["--pred p_*", "are not those of q_*"]);
}

#[test]
fn labels_each_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let mut request = request(&folder, "y_a,y_b,p_a,p_b\n1,1,0.5,0.5\n0,1,0.5,0.5\n", &["multilabel_bce"], false);
    request.truth = "y_*".to_owned();
    request.predictions = vec!["p_*".to_owned()];
    let report = run(&request);
    assert!(report.task.name.contains("2 labels"), "{}", report.task.name);
    let sql = format!("SELECT multilabel_bce(make_array(y_a, y_b), make_array(p_a, p_b)) FROM '{}'", request.files[0]);
    assert_eq!(query(&sql), Ok(value(&report.overall, 0)));
    request.truth = "y_a".to_owned();
    says(&refused(&request), &["one column per label"]);
    request.truth = "y_*".to_owned();
    request.measures = measures(&["multilabel_bce", "cce"]);
    says(&refused(&request), &["each by itself (multilabel_bce)", "one is true (cce)"]);
}

#[test]
fn log_probabilities_of_a_row_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let half = 0.5_f64.ln();
    let mut request = request(&folder, &format!("y,z_a,z_b\na,{half},{half}\n"), &["nll"], true);
    request.predictions = vec!["z_*".to_owned()];
    assert_eq!(value(&run(&request).overall, 0), -half);
    std::fs::write(&request.files[0], "y,z_a,z_b\na,-1,-1\n").unwrap();
    says(&refused(&request), &["row 1", "log-probabilities z_*", "add up to 0.7357588823428847"]);
    request.logits = false;
    says(&refused(&request), &["nll takes log-probabilities", "or use cce, which takes probabilities"]);
}

#[test]
fn weighted_events_and_classes() {
    let folder = tempfile::tempdir().unwrap();
    let mut request = request(&folder, "y,p\n1,0.5\n0,0.5\n0,0.5\n", &["bce"], false);
    request.skill = true;
    let half = 2.0_f64.ln();
    request.pos_weight = Some(4.0);
    let report = run(&request);
    assert_eq!(value(&report.overall, 0), 2.0 * half);
    assert_eq!((report.overall.weight, report.overall.models[0].scores[0].skill), (None, None));
    assert!(report.notes[0].contains("--pos-weight"), "{:?}", report.notes);
    assert_eq!(report.settings.around.pos_weight, Some(4.0));
    let chosen = ScoreRequest { measures: vec![], ..request.clone() };
    let specs: Vec<String> = run(&chosen).measures.into_iter().map(|measure| measure.spec).collect();
    assert_eq!(specs, ["bce", "brier", "accuracy"]);

    request.pos_weight = None;
    request.class_weights = vec![("1".to_owned(), 4.0)];
    request.measures = measures(&["bce", "mse", "accuracy"]);
    let report = run(&request);
    assert_eq!(report.overall.weight, Some(6.0));
    // A probability of ½ is no event: the two non-events of six are right.
    assert_eq!((value(&report.overall, 0), value(&report.overall, 2)), (half, 2.0 / 6.0));
    assert_eq!(report.overall.mean_truth, Some(4.0 / 6.0));

    for (name, weight, parts) in [
        ("2", 1.0, ["--class-weight: '2' is none of the classes 0, 1", ""]),
        ("1", -1.0, ["the weight of 1 must be finite", "not -1"]),
    ] {
        let wrong = ScoreRequest { class_weights: vec![(name.to_owned(), weight)], ..request.clone() };
        says(&refused(&wrong), &parts);
    }
    let twice = vec![("1".to_owned(), 4.0), ("1".to_owned(), 2.0)];
    says(&refused(&ScoreRequest { class_weights: twice, ..request.clone() }), &["1 is given twice"]);
    let quantity = ScoreRequest { measures: measures(&["mse"]), ..request.clone() };
    says(&refused(&quantity), &["y is a quantity"]);
    let quantity = ScoreRequest { pos_weight: Some(2.0), class_weights: vec![], ..quantity };
    says(&refused(&quantity), &["--pos-weight: mse is about a quantity"]);
    let nothing = ScoreRequest { measures: measures(&["accuracy"]), ..quantity.clone() };
    says(&refused(&nothing), &["--pos-weight changes nothing about accuracy"]);
    let negative = ScoreRequest { measures: measures(&["bce"]), pos_weight: Some(-1.0), ..quantity };
    says(&refused(&negative), &["--pos-weight must be finite and at least 0, not -1"]);
}

#[test]
fn weights_of_named_classes_multiply_those_of_rows() {
    let folder = tempfile::tempdir().unwrap();
    let content = "y,w,p_a,p_b,p_c\na,1,0.5,0.25,0.25\nb,2,0.5,0.25,0.25\nc,1,0.5,0.25,0.25\n";
    let mut request = request(&folder, content, &["cce"], false);
    request.predictions = vec!["p_*".to_owned()];
    request.weight = Some("w".to_owned());
    request.class_weights = vec![("a".to_owned(), 3.0), ("c".to_owned(), 0.0)];
    let report = run(&request);
    assert_eq!(report.overall.weight, Some(5.0));
    assert_eq!(report.read.zero_weight, 1);
    let expected = (3.0 * 2.0_f64.ln() + 2.0 * 4.0_f64.ln()) / 5.0;
    assert!((value(&report.overall, 0) - expected).abs() < 1e-15);
    request.pos_weight = Some(2.0);
    says(&refused(&request), &["--pos-weight is for events", "--class-weight"]);
}

#[test]
fn smoothed_labels() {
    let folder = tempfile::tempdir().unwrap();
    let mut request = request(&folder, "y,p\n1,0.75\n", &["bce"], false);
    request.label_smoothing = 0.5;
    let expected = -(0.75 * 0.75_f64.ln() + 0.25 * 0.25_f64.ln());
    assert!((value(&run(&request).overall, 0) - expected).abs() < 1e-15);
    request.output = Some(folder.path().join("out.csv"));
    run(&request);
    // Where the label is smoothed to the prediction there is no slope.
    let written = std::fs::read_to_string(folder.path().join("out.csv")).unwrap();
    let fields: Vec<f64> = written.lines().nth(1).unwrap().split(',').map(|field| field.parse().unwrap()).collect();
    assert_eq!(fields.len(), 5);
    assert!(fields[3].abs() < 1e-15 && fields[4] > 1.0, "{written}");
    request.output = None;
    request.label_smoothing = 1.0;
    says(&refused(&request), &["--label-smoothing must be at least 0 and below 1, not 1"]);
    request.label_smoothing = 0.1;
    request.measures = measures(&["mse"]);
    says(&refused(&request), &["--label-smoothing: mse is about a quantity"]);
}

#[test]
fn losses_are_decomposed() {
    let folder = tempfile::tempdir().unwrap();
    let mut request = request(&folder, "y,p,w\n0,-1,1\n0,1,1\n1,1,1\n1,2,1\n", &["mse", "mae", "rmse"], false);
    request.decompose = true;
    let report = run(&request);
    let scores = &report.overall.models[0].scores;
    let parts = scores[0].decomposition.unwrap();
    assert_eq!((parts.miscalibration, parts.discrimination, parts.uncertainty), (0.625, 0.125, 0.25));
    assert!(scores[1].decomposition.is_some() && scores[2].decomposition.is_none());
    request.class_weights.clear();
    request.filter = Some("p < 2".to_owned());
    request.weight = Some("w".to_owned());
    let parts = run(&request).overall.models[0].scores[0].decomposition.unwrap();
    let total = parts.miscalibration - parts.discrimination + parts.uncertainty;
    assert!((total - 2.0 / 3.0).abs() < 1e-15, "{total}");

    request.measures = measures(&["huber"]);
    says(&refused(&request), &["--decompose: huber", "these losses can be decomposed"]);
    request.measures = measures(&["mse", "huber"]);
    assert!(run(&request).notes.iter().any(|note| note.starts_with("huber is smallest at something else")));
    request.measures = measures(&["rmse"]);
    says(&refused(&request), &["--decompose needs a loss that a row has"]);
    request.measures = measures(&["bce"]);
    request.pos_weight = Some(2.0);
    says(&refused(&request), &["--decompose", "cannot be used with --pos-weight"]);
}

#[test]
fn decomposing_keeps_to_the_memory_limit() {
    let folder = tempfile::tempdir().unwrap();
    let mut content = "y,p\n".to_owned();
    (0..30_000).for_each(|row| content += &format!("{},{}\n", row % 7, row % 5));
    let mut request = request(&folder, &content, &["mse"], false);
    request.decompose = true;
    let options = dartboard_tables::session::SessionOptions {
        threads: Some(1),
        memory_limit: Some(5_000_000),
        ..Default::default()
    };
    let session = dartboard_tables::session::Session::new(&options).unwrap();
    let run = |request: &ScoreRequest| {
        runtime().block_on(dartboard_tables::score::score(&session, request, &dartboard_tables::score::Silent))
    };
    let message = run(&request).unwrap_err().to_string();
    says(&message, &["--decompose holds all rows in memory", "30000 rows", "the limit is 5 MB", "--where"]);
    request.filter = Some("p < 1".to_owned());
    assert!(run(&request).is_ok());
}

#[test]
fn soft_targets_of_the_digits() {
    let request = ScoreRequest {
        files: vec![example("digits.csv")],
        truth: "p_lgbm_*".to_owned(),
        predictions: vec!["z_logreg_*".to_owned(), "z_mlp_*".to_owned()],
        logits: true,
        measures: measures(&["kl_logits", "cce_logits"]),
        ..ScoreRequest::default()
    };
    let report = run(&request);
    assert_eq!(report.settings.truth_columns.len(), 10);
    // Cross-entropy exceeds the divergence by the entropy of the truth, which no model changes.
    let excess = |model: usize| {
        let scores = &report.overall.models[model].scores;
        scores[1].value.unwrap() - scores[0].value.unwrap()
    };
    assert!((excess(0) - excess(1)).abs() < 1e-13);
}
