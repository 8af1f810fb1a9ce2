//! What the numbers of a report mean: skill, comparisons, worst rows, output, defaults.

use dartboard_tables::score::ScoreRequest;

use super::{example, measures, request_of, run, value};

#[test]
fn suitable_measures_are_chosen_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut request = request_of(folder.path(), "a.csv", "y,p\n1,0.5\n0,0.25\n");
    request.measures.clear();
    let report = run(&request);
    let specs: Vec<&str> = report.measures.iter().map(|measure| measure.spec.as_str()).collect();
    assert_eq!(specs, ["bce", "brier", "accuracy"]);
    assert_eq!(report.task.name, "binary classification");
    assert!(report.task.reason.contains("only 0 and 1"), "{}", report.task.reason);

    std::fs::write(&request.files[0], "y,p\n1,0.5\n3,0.25\n").unwrap();
    let report = run(&request);
    let specs: Vec<&str> = report.measures.iter().map(|measure| measure.spec.as_str()).collect();
    assert_eq!((report.task.name.as_str(), specs), ("regression", vec!["mse", "rmse", "mae"]));
}

#[test]
fn rmse_neither_overflows_nor_underflows() {
    let folder = tempfile::tempdir().unwrap();
    for (content, expected) in [
        ("y,p\n0,1e200\n", 1e200),
        ("y,p\n0,1e-200\n", 1e-200),
        ("y,p\n-1e308,1e308\n", f64::INFINITY),
        ("y,p\n0,3e160\n0,4e160\n", 12.5_f64.sqrt() * 1e160),
        ("y,p\n0,3\n0,4\n", 12.5_f64.sqrt()),
    ] {
        let mut request = request_of(folder.path(), "a.csv", content);
        request.measures = measures(&["rmse"]);
        let found = value(&run(&request).overall, 0);
        assert!(found == expected || (found / expected - 1.0).abs() < 4e-16, "{content}: {found:e}, not {expected:e}");
    }
}

#[test]
fn skill_is_against_the_best_constant() {
    let folder = tempfile::tempdir().unwrap();
    let mut request = request_of(folder.path(), "a.csv", "y,p\n1,1\n2,2\n3,4\n6,6\n");
    request.measures = measures(&["mse", "mae"]);
    request.skill = true;
    let report = run(&request);
    let scores = &report.overall.models[0].scores;
    let mse = scores[0].reference.clone().unwrap();
    assert_eq!((mse.name.as_str(), mse.prediction[0], mse.value), ("mean", 3.0, 3.5));
    assert_eq!(scores[0].skill, Some(1.0 - 0.25 / 3.5));
    let mae = scores[1].reference.clone().unwrap();
    assert_eq!((mae.name.as_str(), mae.prediction[0], mae.value), ("median", 2.5, 1.5));
    assert_eq!(report.overall.models[0].total_ratio, Some(13.0 / 12.0));
}

#[test]
fn infinite_losses_are_counted_not_clipped() {
    let folder = tempfile::tempdir().unwrap();
    let mut request = request_of(folder.path(), "a.csv", "y,p,q\n1,0,0.5\n0,0.5,0.5\n");
    request.measures = measures(&["bce"]);
    request.predictions.push("q".to_owned());
    request.worst = 2;
    let report = run(&request);
    let score = &report.overall.models[0].scores[0];
    assert_eq!((score.value, score.infinite), (Some(f64::INFINITY), 1));
    let comparison = &report.overall.comparisons[0];
    assert_eq!(comparison.better.as_deref(), Some("q"));
    assert!(comparison.verdict.contains("infinite in 1 row"), "{}", comparison.verdict);
    assert_eq!(report.worst[0].rows[0].share, Some(1.0));
    assert_eq!(report.worst[0].rows[1].share, Some(0.0));
}

#[test]
fn models_are_compared_row_by_row() {
    let folder = tempfile::tempdir().unwrap();
    // Differences of the squared errors: 1, 1, 4, 0; mean 1.5, variance (0.25 + 0.25 + 6.25 + 2.25) / 3 = 3.
    let mut request = request_of(folder.path(), "a.csv", "y,p,q\n0,1,0\n0,1,0\n0,2,0\n0,0,0\n");
    request.predictions.push("q".to_owned());
    let comparison = run(&request).overall.comparisons[0].clone();
    assert_eq!(comparison.difference, Some(1.5));
    assert!((comparison.standard_error.unwrap() - (3.0_f64 / 4.0).sqrt()).abs() < 1e-15);
    assert_eq!(comparison.better, None);
    assert!(comparison.verdict.contains("cannot be told apart"));

    // Weights that repeat a row change the mean as repetition does.
    std::fs::write(&request.files[0], "y,p,q,w\n0,1,0,2\n0,2,0,1\n0,0,0,1\n").unwrap();
    request.weight = Some("w".to_owned());
    let comparison = run(&request).overall.comparisons[0].clone();
    assert_eq!(comparison.difference, Some(1.5));
    // Σ w²(d − d̄)² = 4·0.25 + 6.25 + 2.25 = 9.5, times 3/2, over (Σ w)² = 16.
    assert!((comparison.standard_error.unwrap() - (9.5_f64 * 1.5 / 16.0).sqrt()).abs() < 1e-15);

    let houses = ScoreRequest {
        files: vec![example("house_prices.csv")],
        truth: "price".to_owned(),
        predictions: vec!["p_linear".to_owned(), "p_lgbm_l2".to_owned(), "p_median".to_owned()],
        measures: measures(&["mae"]),
        ..ScoreRequest::default()
    };
    let comparisons = run(&houses).overall.comparisons;
    assert_eq!(comparisons.len(), 3);
    assert_eq!(comparisons[0].better.as_deref(), Some("p_lgbm_l2"));
}

#[test]
fn worst_rows_come_with_their_share() {
    let request = ScoreRequest {
        files: vec![example("house_prices.parquet")],
        truth: "price".to_owned(),
        predictions: vec!["p_linear".to_owned()],
        measures: measures(&["mse"]),
        by: vec!["bldg_type".to_owned()],
        worst: 3,
        ..ScoreRequest::default()
    };
    let worst = run(&request).worst.remove(0);
    assert_eq!(worst.key_columns, ["id", "bldg_type"]);
    assert_eq!(worst.rows[0].row, Some(764));
    assert!(worst.rows.windows(2).all(|pair| pair[0].loss >= pair[1].loss));
    assert!((worst.rows[0].share.unwrap() - 78_376_354_752.932_66 / 853_366_719_500.496_1).abs() < 1e-12);
}

#[test]
fn output_holds_every_row_with_its_derivatives() {
    let folder = tempfile::tempdir().unwrap();
    let mut request = request_of(folder.path(), "a.csv", "id,y,p\n7,1,3\n8,2,\n9,3,2\n");
    request.measures = measures(&["mse", "huber(delta=1)"]);
    request.output = Some(folder.path().join("out.csv"));
    run(&request);
    assert_eq!(
        std::fs::read_to_string(folder.path().join("out.csv")).unwrap(),
        "id,y,p,mse,mse_gradient,mse_hessian,huber,huber_gradient,huber_hessian\n\
         7,1.0,3.0,4.0,4.0,2.0,1.5,1.0,0.0\n8,2.0,,,,,,,\n9,3.0,2.0,1.0,-2.0,2.0,0.5,-1.0,1.0\n"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode("out.csv"), mode("a.csv"), "as open to others as any new file");
    }
    // What was written scores as what was read.
    request.output = Some(folder.path().join("out.parquet"));
    run(&request);
    request.files = vec![folder.path().join("out.parquet").display().to_string()];
    request.output = None;
    assert_eq!(value(&run(&request).overall, 0), 2.5);
}

#[test]
fn two_classes_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut request = request_of(folder.path(), "a.csv", "y,p\nspam,0.75\nham,0.5\n");
    request.measures = measures(&["bce", "accuracy"]);
    request.classes = vec!["ham".to_owned(), "spam".to_owned()];
    let report = run(&request);
    assert_eq!(value(&report.overall, 0), -(0.75_f64.ln() + 0.5_f64.ln()) / 2.0);
    assert_eq!(value(&report.overall, 1), 1.0);
}

#[test]
fn standard_errors_do_not_depend_on_the_scale() {
    let folder = tempfile::tempdir().unwrap();
    let rows =
        [(1.0, 1.5, 2.5, 1.0), (2.0, 2.25, 1.0, 2.0), (4.0, 3.5, 7.0, 0.5), (8.0, 9.0, 8.5, 4.0), (3.0, 3.0, 5.0, 1.0)];
    let run_scaled = |data: f64, weights: Option<f64>| {
        let mut content = "y,p,q,w\n".to_owned();
        for (y, p, q, w) in rows {
            let [y, p, q] = [y, p, q].map(|x: f64| x * data);
            content += &format!("{y:e},{p:e},{q:e},{:e}\n", w * weights.unwrap_or(1.0));
        }
        let mut request = request_of(folder.path(), "scaled.csv", &content);
        request.predictions = vec!["p".to_owned(), "q".to_owned()];
        request.weight = weights.map(|_| "w".to_owned());
        run(&request).overall.comparisons[0].standard_error.unwrap()
    };
    // Powers of two, so that scaling rounds nothing. By numpy: d = (p−y)² − (q−y)², its (weighted) standard error.
    let plain = run_scaled(1.0, None);
    assert!((plain / 1.633_678_747_489_848_2 - 1.0).abs() < 1e-12, "{plain}");
    for exponent in [-250, 250] {
        let scaled = run_scaled(2.0_f64.powi(exponent), None);
        assert_eq!(scaled, plain * 2.0_f64.powi(2 * exponent));
    }
    let weighted = run_scaled(1.0, Some(1.0));
    assert!((weighted / 1.162_728_391_402_302_6 - 1.0).abs() < 1e-12, "{weighted}");
    for exponent in [-500, 500] {
        assert_eq!(run_scaled(1.0, Some(2.0_f64.powi(exponent))), weighted);
    }
}

#[test]
fn joined_rows_come_in_the_order_of_their_keys() {
    let folder = tempfile::tempdir().unwrap();
    let mut predictions = "id,p\n".to_owned();
    let mut truth = "id,y\n".to_owned();
    for id in 0..20_000 {
        predictions += &format!("{},0.5\n", (id * 7919) % 20_000);
        truth += &format!("{},1\n", (id * 104_729) % 20_000);
    }
    let truth_file = folder.path().join("truth.csv");
    std::fs::write(&truth_file, truth).unwrap();
    let mut request = request_of(folder.path(), "p.csv", &predictions);
    request.truth_file = Some(dartboard_tables::score::TruthFile {
        files: vec![truth_file.display().to_string()],
        on: vec!["id".to_owned()],
        ..Default::default()
    });
    // All losses are equal: the first rows stay.
    request.worst = 3;
    let output = folder.path().join("rows.csv");
    request.output = Some(output.clone());
    let report = run(&request);
    let keys: Vec<&str> = report.worst[0].rows.iter().map(|row| row.key[0].as_str()).collect();
    assert_eq!(keys, ["0", "1", "2"]);
    let written = std::fs::read_to_string(output).unwrap();
    let column = written.lines().next().unwrap().split(',').position(|name| name == "id").unwrap();
    let ids: Vec<u32> =
        written.lines().skip(1).map(|line| line.split(',').nth(column).unwrap().parse().unwrap()).collect();
    assert!(ids.is_sorted() && ids.len() == 20_000);
}
