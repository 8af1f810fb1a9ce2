//! What goes around a loss: weights, masks, labels, reductions, forms, clips.

#![allow(clippy::unwrap_used)] // what is not there fails the test

use dartboard_losses::{
    BatchError, Clip, Compat, Curvature, Form, Loss, Reduced, Reduction, Rows, Treated, Treatment, Truth, skill,
};

fn loss(spec: &str) -> Loss {
    Loss::parse(spec).expect(spec)
}

fn reduce(spec: &str, treatment: Treatment, rows: &Rows<'_>) -> Result<Reduced, BatchError> {
    Treated::new(&loss(spec), treatment)?.reduce(rows)
}

fn values(spec: &str, treatment: Treatment, rows: &Rows<'_>) -> Result<Vec<f64>, BatchError> {
    let mut values = vec![f64::NAN; rows.len()];
    Treated::new(&loss(spec), treatment)?.values(rows, &mut values)?;
    Ok(values)
}

type Columns = Vec<Vec<f64>>;

fn derivatives(spec: &str, treatment: Treatment, rows: &Rows<'_>) -> Result<(Columns, Columns), BatchError> {
    let columns = vec![vec![f64::NAN; rows.len()]; rows.predictions.len()];
    let (mut gradient, mut hessian) = (columns.clone(), columns);
    let mut g: Vec<&mut [f64]> = gradient.iter_mut().map(Vec::as_mut_slice).collect();
    let mut h: Vec<&mut [f64]> = hessian.iter_mut().map(Vec::as_mut_slice).collect();
    Treated::new(&loss(spec), treatment)?.gradient_hessian(rows, &mut g, &mut h)?;
    Ok((gradient, hessian))
}

const Y: [f64; 4] = [1.0, 2.0, 3.0, 4.0];
const Z: [f64; 4] = [1.5, 2.0, 5.0, 0.0];

#[test]
fn reductions_divide_by_what_they_say() {
    let weight = [1.0, 2.0, 0.5, 0.0];
    let predictions: [&[f64]; 1] = [&Z];
    let rows = Rows::new(Truth::Numbers(&Y), &predictions).weight(&weight);
    let of = |reduction| reduce("mse", Treatment::new().reduction(reduction), &rows);
    // 0.25·1 + 0·2 + 4·0.5 + 16·0
    let by_weight = of(Reduction::MeanByWeight).unwrap();
    assert_eq!((by_weight.value, by_weight.divisor, by_weight.total_weight), (2.25 / 3.5, 3.5, 3.5));
    assert_eq!(of(Reduction::MeanByCount).unwrap().value, 2.25 / 4.0);
    assert_eq!(of(Reduction::BatchMean).unwrap().value, 2.25 / 4.0);
    assert_eq!(of(Reduction::Sum).unwrap().value, 2.25);
    assert_eq!(of(Reduction::None), Err(BatchError::NotReduced));
    assert_eq!(values("mse", Treatment::new(), &rows).unwrap(), [0.25, 0.0, 2.0, 0.0]);
    assert_eq!(reduce("mse", Treatment::new(), &rows), Ok(by_weight));
}

#[test]
fn sums_do_not_depend_on_the_order_of_rows() {
    let rows = 5000;
    let target: Vec<f64> = (0..rows).map(|i| f64::from(i).sin() * 10.0_f64.powi(i % 23 - 11)).collect();
    let prediction: Vec<f64> = target.iter().map(|y| y * 1.1 + 0.3).collect();
    let weight: Vec<f64> = (0..rows).map(|i| f64::from(i % 7) + 0.1).collect();
    let value = |reverse: bool| {
        let order = |column: &[f64]| -> Vec<f64> {
            if reverse { column.iter().rev().copied().collect() } else { column.to_vec() }
        };
        let (y, z, w) = (order(&target), order(&prediction), order(&weight));
        let predictions: [&[f64]; 1] = [&z];
        reduce("mse", Treatment::new(), &Rows::new(Truth::Numbers(&y), &predictions).weight(&w)).unwrap()
    };
    assert_eq!(value(false), value(true));
}

#[test]
fn rows_that_are_left_out_may_hold_anything() {
    let (y, z) = ([1.0, f64::NAN, -999.0, 4.0], [1.5, f64::INFINITY, f64::NAN, 0.0]);
    let (weight, mask) = ([1.0, f64::NAN, -1.0, 3.0], [true, false, true, true]);
    let predictions: [&[f64]; 1] = [&z];
    let rows = Rows::new(Truth::Numbers(&y), &predictions).weight(&weight).mask(&mask);
    let treatment = Treatment::new().ignore(-999.0);
    let reduced = reduce("mse", treatment.clone(), &rows).unwrap();
    assert_eq!((reduced.value, reduced.rows, reduced.left_out), ((0.25 + 48.0) / 4.0, 2, 2));
    assert_eq!(values("mse", treatment.clone(), &rows).unwrap(), [0.25, 0.0, 0.0, 48.0]);
    let (gradient, hessian) = derivatives("mse", treatment, &rows).unwrap();
    assert_eq!(
        (gradient[0].as_slice(), hessian[0].as_slice()),
        ([1.0, 0.0, 0.0, -24.0].as_slice(), [2.0, 0.0, 0.0, 6.0].as_slice())
    );

    let missing = Rows::new(Truth::Numbers(&y), &predictions).mask(&[true, true, false, true]);
    assert_eq!(reduce("mse", Treatment::new().ignore(f64::NAN), &missing).unwrap().rows, 2);
    let none = Rows::new(Truth::Numbers(&y), &predictions).mask(&[false; 4]);
    assert_eq!(reduce("mse", Treatment::new(), &none), Err(BatchError::NoRows { left_out: 4 }));
}

#[test]
fn infinite_rows_are_counted_and_clipped_ones_too() {
    let (y, p) = ([1.0, 1.0, 0.0, 1.0], [0.0, 0.5, 0.25, 0.0]);
    let predictions: [&[f64]; 1] = [&p];
    let rows = Rows::new(Truth::Numbers(&y), &predictions);
    let plain = reduce("bce", Treatment::new(), &rows).unwrap();
    assert_eq!((plain.value, plain.infinite, plain.clipped), (f64::INFINITY, 2, 0));
    // A row that counts for nothing may be infinite.
    let weightless = rows.weight(&[0.0, 1.0, 1.0, 0.0]);
    let weightless = reduce("bce", Treatment::new(), &weightless).unwrap();
    assert_eq!((weightless.infinite, weightless.value.is_finite()), (0, true));

    for (clip, expected) in [(Clip::Eps(1e-3), -(1e-3_f64.ln())), (Clip::LogFloor(-100.0), 100.0)] {
        let treatment = Treatment::new().clip(clip);
        let reduced = reduce("bce", treatment.clone(), &rows).unwrap();
        assert_eq!((reduced.infinite, reduced.clipped), (0, 2), "{clip:?}");
        assert!((values("bce", treatment.clone(), &rows).unwrap()[0] - expected).abs() < 1e-12, "{clip:?}");
        let (gradient, hessian) = derivatives("bce", treatment, &rows).unwrap();
        assert_eq!((gradient[0][0], hessian[0][0], gradient[0][1]), (0.0, 0.0, -2.0), "{clip:?}");
    }
}

#[test]
fn a_floor_of_logarithms_holds_for_every_class() {
    let columns: [&[f64]; 3] = [&[0.0, 0.5], &[1.0, 0.25], &[0.0, 0.25]];
    let rows = Rows::new(Truth::Classes(&[0, 1]), &columns);
    let reduced = reduce("cce", Treatment::new().clip(Clip::LogFloor(-10.0)), &rows).unwrap();
    assert_eq!((reduced.value, reduced.clipped), ((10.0 + 4.0_f64.ln()) / 2.0, 1));
}

#[test]
fn soft_labels_are_weighted_by_term() {
    let (y, z) = ([1.0, 0.0, 0.25], [0.5, -1.0, 2.0]);
    let predictions: [&[f64]; 1] = [&z];
    let rows = Rows::new(Truth::Numbers(&y), &predictions);
    let treatment = Treatment::new().pos_weight(3.0);
    let softplus = |z: f64| (1.0 + z.exp()).ln();
    let found = values("bce_logits", treatment.clone(), &rows).unwrap();
    for row in 0..3 {
        let expected = 3.0 * y[row] * softplus(-z[row]) + (1.0 - y[row]) * softplus(z[row]);
        assert!((found[row] - expected).abs() < 1e-15 * 4.0, "row {row}");
    }
    // The divisor counts each label by the weight of its share.
    assert_eq!(reduce("bce_logits", treatment.clone(), &rows).unwrap().divisor, 3.0 + 1.0 + (0.75 + 0.75));

    // Derivatives are those of the weighted value.
    let (gradient, hessian) = derivatives("bce_logits", treatment.clone(), &rows).unwrap();
    for row in 0..3 {
        let step = 1e-4;
        let at = |shift: f64| {
            let z = z.map(|z| z + shift);
            let predictions: [&[f64]; 1] = [&z];
            values("bce_logits", treatment.clone(), &Rows::new(Truth::Numbers(&y), &predictions)).unwrap()[row]
        };
        let (below, here, above) = (at(-step), at(0.0), at(step));
        assert!((gradient[0][row] - (above - below) / (2.0 * step)).abs() < 1e-7);
        assert!((hessian[0][row] - (above - 2.0 * here + below) / (step * step)).abs() < 1e-5);
    }
}

#[test]
fn linearity_in_the_target_is_true() {
    for loss in Loss::all() {
        let Some(blocks) = loss.pointwise().filter(|blocks| blocks.linear_in_target()) else { continue };
        for z in [0.1, 0.5, 0.9] {
            let at = |y: f64| {
                let mut value = [0.0];
                blocks.value(&[y], &[z], &mut value);
                value[0]
            };
            for y in [0.125, 0.5, 0.75] {
                let mixed = y * at(1.0) + (1.0 - y) * at(0.0);
                assert!((at(y) - mixed).abs() <= 1e-14 * (1.0 + mixed.abs()), "{}", loss.spec());
            }
        }
    }
}

#[test]
fn smoothing_comes_before_class_weights() {
    let columns: [&[f64]; 3] = [&[1.0, 0.0], &[2.0, 0.5], &[-1.0, 3.0]];
    let rows = Rows::new(Truth::Classes(&[1, 2]), &columns);
    let (weight, share) = ([1.0, 2.0, 0.5], 0.3);
    let treatment = Treatment::new().class_weight(weight).label_smoothing(share);
    let found = values("cce_logits", treatment.clone(), &rows).unwrap();
    for (row, class) in [(0, 1), (1, 2)] {
        let total: f64 = columns.iter().map(|column| column[row].exp()).sum();
        let term = |k: usize| {
            let label = (1.0 - share) * f64::from(k == class) + share / 3.0;
            -label * weight[k] * (columns[k][row] - total.ln())
        };
        let expected: f64 = (0..3).map(term).sum();
        assert!((found[row] - expected).abs() < 1e-14, "row {row}: {} not {expected}", found[row]);
    }
    // The divisor goes by the label before smoothing, so that smoothing does not change how much a row counts.
    assert_eq!(reduce("cce_logits", treatment, &rows).unwrap().divisor, 2.5);

    // Classes, whole numbers and shares of one are the same truth.
    let shares: [&[f64]; 3] = [&[0.0, 0.0], &[1.0, 0.0], &[0.0, 1.0]];
    let treatment = Treatment::new().class_weight(weight);
    let by_class = reduce("cce_logits", treatment.clone(), &rows).unwrap();
    let by_number = reduce("cce_logits", treatment.clone(), &Rows::new(Truth::Numbers(&[1.0, 2.0]), &columns)).unwrap();
    let by_share = reduce("cce_logits", treatment, &Rows::new(Truth::Shares(&shares), &columns)).unwrap();
    assert_eq!(by_class, by_number);
    assert_eq!(by_class.divisor, by_share.divisor);
    assert!((by_class.value - by_share.value).abs() < 1e-15);

    let events =
        values("bce", Treatment::new().label_smoothing(0.5), &Rows::new(Truth::Classes(&[1]), &[&[0.25]])).unwrap();
    assert_eq!(events[0], -(0.75 * 0.25_f64.ln() + 0.25 * 0.75_f64.ln()));
}

#[test]
fn forms_scale_and_shift() {
    let predictions: [&[f64]; 1] = [&Z];
    let rows = Rows::new(Truth::Numbers(&Y), &predictions);
    let mse = reduce("mse", Treatment::new(), &rows).unwrap().value;
    let nll = reduce("mse", Treatment::new().form(Form::NegativeLogLikelihood), &rows).unwrap().value;
    assert!((nll - (mse / 2.0 + (2.0 * std::f64::consts::PI).ln() / 2.0)).abs() < 1e-15);
    let (gradient, hessian) = derivatives("mse", Treatment::new().form(Form::Training), &rows).unwrap();
    assert_eq!(
        (gradient[0].as_slice(), hessian[0].as_slice()),
        ([0.5, 0.0, 2.0, -4.0].as_slice(), [1.0; 4].as_slice())
    );
    let refused = Treated::new(&loss("huber"), Treatment::new().form(Form::Deviance)).unwrap_err();
    assert_eq!(refused.to_string(), "huber has no deviance form; it has plain");
}

#[test]
fn treatments_that_do_not_fit_are_refused() {
    let refused = |spec: &str, treatment: Treatment| Treated::new(&loss(spec), treatment).unwrap_err().to_string();
    let t = Treatment::new;
    assert_eq!(refused("mse", t().pos_weight(2.0)), "mse is about a quantity: class weights have no meaning");
    assert_eq!(refused("mse", t().label_smoothing(0.1)), "mse is about a quantity: label smoothing has no meaning");
    assert_eq!(refused("bce", t().label_smoothing(1.0)), "label smoothing must be at least 0 and below 1, not 1");
    assert_eq!(
        refused("bce", t().label_smoothing(f64::NAN)),
        "label smoothing must be at least 0 and below 1, not NaN"
    );
    assert_eq!(refused("bce", t().class_weight([1.0])), "there are 2 classes, and 1 class weights");
    let negative = "the weight of class 1 must be finite and at least 0, not -1";
    assert_eq!(refused("bce", t().class_weight([1.0, -1.0])), negative);
    assert_eq!(refused("mae", t().curvature(Curvature::Majorizer)), "mae has no majorizer curvature");
    assert_eq!(refused("huber", t().curvature(Curvature::Fisher)), "huber has no fisher curvature");
    let clip = "clipping needs a probability, and bce_logits does not take one";
    assert_eq!(refused("bce_logits", t().clip(Clip::Eps(0.1))), clip);
    assert_eq!(refused("bce", t().clip(Clip::Eps(0.5))), "probabilities are clipped by a number in (0, ½), not 0.5");
    assert_eq!(refused("bce", t().clip(Clip::LogFloor(1.0))), "a floor of logarithms is finite and below 0, not 1");
    let floor = "a floor of logarithms needs a loss that is linear in its target, and mse is not";
    assert_eq!(refused("mse", t().clip(Clip::LogFloor(-1.0))), floor);
    assert_eq!(refused("bce", t().compat(Compat::Keras).clip(Clip::Eps(0.1))), "keras's preset sets the clip itself");
    assert_eq!(refused("mse", t().compat(Compat::Keras).form(Form::Training)), "keras's preset sets the form itself");
    let known = "torch has no mse of that name; it has MSELoss, F.mse_loss";
    assert_eq!(refused("mse", t().compat(Compat::Torch).function("MAELoss")), known);
    assert_eq!(refused("cce", t().compat(Compat::Torch)), "torch has no cce");
    assert_eq!(refused("mse", t().function("MSELoss")), "the function MSELoss is named, but no library");
}

#[test]
fn rows_that_do_not_fit_are_refused() {
    let z: [&[f64]; 1] = [&Z];
    let refused = |spec: &str, t: Treatment, rows: Rows<'_>| reduce(spec, t, &rows).unwrap_err().to_string();
    let t = Treatment::new;
    let rows = Rows::new(Truth::Numbers(&Y), &z);
    let weight = |weight: f64| [1.0, weight, 1.0, 1.0];
    assert_eq!(
        refused("mse", t(), rows.weight(&weight(-1.0))),
        "row 1: the weight must be finite and at least 0, not -1"
    );
    assert_eq!(
        refused("mse", t(), rows.weight(&weight(f64::NAN))),
        "row 1: the weight must be finite and at least 0, not NaN"
    );
    assert_eq!(
        refused("mse", t(), rows.weight(&weight(f64::INFINITY))),
        "row 1: the weight must be finite and at least 0, not inf"
    );
    assert_eq!(refused("mse", t(), rows.weight(&[0.0; 4])), "the weights add up to 0, so there is no mean by weight");
    assert_eq!(refused("mse", t(), rows.weight(&[1.0])), "the column of weights has 1 rows, the truth has 4");
    assert_eq!(refused("mse", t(), rows.mask(&[true])), "the mask has 1 rows, the truth has 4");
    assert_eq!(refused("mse", t(), rows.mask(&[false; 4])), "no row is left: 4 of 4 are masked or ignored");
    assert_eq!(refused("bce_logits", t(), rows), "row 1: the target of bce_logits must be in [0, 1], not 2");
    let short: [&[f64]; 1] = [&[1.0]];
    assert_eq!(
        refused("mse", t(), Rows::new(Truth::Numbers(&Y), &short)),
        "a column of predictions has 1 rows, the truth has 4"
    );
    let two: [&[f64]; 2] = [&Z, &Z];
    assert_eq!(refused("mse", t(), Rows::new(Truth::Numbers(&Y), &two)), "mse takes one column of predictions, not 2");
    assert_eq!(
        refused("mse", t(), Rows::new(Truth::Classes(&[1; 4]), &z)),
        "mse takes quantities as the truth, not classes"
    );

    let p: [&[f64]; 2] = [&[0.5, 0.25], &[0.5, 0.25]];
    assert_eq!(
        refused("cce", t(), Rows::new(Truth::Classes(&[0, 1]), &p)),
        "row 1: the probabilities of the classes must add up to 1, not to 0.5"
    );
    let class = |class: f64| refused("cce_logits", t(), Rows::new(Truth::Numbers(&[0.0, class]), &p));
    assert_eq!(class(2.0), "row 1: the class must be a whole number from 0 to 1, not 2");
    assert_eq!(class(0.5), "row 1: the class must be a whole number from 0 to 1, not 0.5");
    assert_eq!(class(-1.0), "row 1: the class must be a whole number from 0 to 1, not -1");
    assert_eq!(
        refused("cce_logits", t(), Rows::new(Truth::Classes(&[0, 2]), &p)),
        "row 1: the class must be a whole number from 0 to 1, not 2"
    );
    let shares: [&[f64]; 2] = [&[0.5, 0.5], &[0.5, 0.25]];
    let soft = Rows::new(Truth::Shares(&shares), &p);
    assert_eq!(
        refused("cce_logits", t(), soft),
        "row 1: the shares of the classes must be in [0, 1] and add up to 1, not to 0.75"
    );
    assert_eq!(
        refused("cce_logits", t().ignore(1.0), soft),
        "shares have no class to ignore: leave rows out by the mask"
    );
    assert_eq!(
        refused("cce_logits", t().class_weight([1.0; 3]), Rows::new(Truth::Classes(&[0, 1]), &p)),
        "there are 2 classes, and 3 class weights"
    );
}

#[test]
fn vectors_are_no_shares() {
    let (targets, predictions): ([&[f64]; 2], [&[f64]; 2]) =
        ([&[3.0, -1.0, 0.0], &[4.0, 0.0, 7.0]], [&[6.0, 2.0, 1.0], &[8.0, 0.0, 0.0]]);
    let rows = Rows::new(Truth::Shares(&targets), &predictions);
    assert_eq!(values("cosine", Treatment::new(), &rows).unwrap(), [0.0, 2.0, 1.0]);
    let (_, unit) = derivatives("cosine", Treatment::new().curvature(Curvature::Unit), &rows).unwrap();
    assert_eq!(unit, [[1.0; 3]; 2]);
    let refused = |treatment: Treatment| Treated::new(&loss("cosine"), treatment).unwrap_err().to_string();
    assert!(refused(Treatment::new().label_smoothing(0.1)).contains("label smoothing has no meaning"));
    assert!(refused(Treatment::new().class_weight(vec![1.0, 2.0])).contains("class weights have no meaning"));
    let says = |rows: &Rows<'_>| values("cosine", Treatment::new(), rows).unwrap_err().to_string();
    let classes = Rows::new(Truth::Classes(&[0, 1, 0]), &predictions);
    assert_eq!(says(&classes), "cosine takes a column per component as the truth, not one number per row");
    let infinite: [&[f64]; 2] = [&[1.0, f64::INFINITY, 1.0], &[1.0; 3]];
    let rows = Rows::new(Truth::Shares(&infinite), &predictions);
    assert_eq!(says(&rows), "row 1: the target of cosine must be finite, not inf");
    let nothing: [&[f64]; 2] = [&[1.0, 1.0, 0.0], &[0.0, 0.0, 0.0]];
    for (truth, predictions, what) in [(&nothing, &predictions, "target"), (&targets, &nothing, "prediction")] {
        let rows = Rows::new(Truth::Shares(truth), predictions);
        let expected = format!("row 2: the {what} of cosine must not be a vector of zeros, which has no direction");
        assert_eq!(says(&rows), expected);
    }
}

#[test]
fn nothing_to_do_is_no_panic() {
    let none: [&[f64]; 0] = [];
    let empty: [&[f64]; 1] = [&[]];
    for loss in Loss::all() {
        let treated = Treated::new(&loss, Treatment::new()).unwrap();
        assert!(treated.reduce(&Rows::new(Truth::Numbers(&[]), &none)).is_err());
        assert!(treated.reduce(&Rows::new(Truth::Numbers(&[]), &empty)).is_err());
        assert!(treated.reduce(&Rows::new(Truth::Shares(&[]), &empty)).is_err());
        assert!(treated.reduce(&Rows::new(Truth::Classes(&[1]), &none)).is_err());
    }
}

#[test]
fn libraries_differ_as_they_do() {
    let predictions: [&[f64]; 1] = [&[100.0, 3.0]];
    let rows = Rows::new(Truth::Numbers(&[99.0, 3.0]), &predictions);
    let unit = derivatives("mae", Treatment::new().compat(Compat::Sklearn), &rows).unwrap();
    assert_eq!(unit, (vec![vec![1.0, -1.0]], vec![vec![1.0, 1.0]]));
    // The true second derivative may be asked for under a library's preset too.
    let truth = derivatives("mae", Treatment::new().compat(Compat::Sklearn).curvature(Curvature::True), &rows).unwrap();
    assert_eq!(truth.1, [[0.0, 0.0]]);
    assert_eq!(derivatives("mae", Treatment::new(), &rows).unwrap().0, [[1.0, 0.0]]);
}

#[test]
fn skill_of_the_best_constant_is_zero() {
    let predictions: [&[f64]; 1] = [&[2.5; 4]];
    let constant = reduce("mse", Treatment::new(), &Rows::new(Truth::Numbers(&Y), &predictions)).unwrap().value;
    assert_eq!(skill(constant, constant, 0.0), Some(0.0));
    assert_eq!(skill(0.0, constant, 0.0), Some(1.0));
}

#[test]
fn a_batch_in_parts_is_the_batch() {
    let rows = 5000_u32;
    let column = |seed: u32| (0..rows).map(|row| f64::from((row * 7919 + seed) % 1009) / 200.0 - 2.5).collect();
    let columns: [Vec<f64>; 3] = [1, 400, 900].map(column);
    let (weight, mut class): (Vec<f64>, Vec<f64>) =
        (0..rows).map(|row| (f64::from(row % 5) / 4.0, f64::from(row % 3))).unzip();
    class[17] = -100.0;
    let treated =
        Treated::new(&loss("multiclass_hinge"), Treatment::new().ignore(-100.0).class_weight([1.0, 0.5, 2.0])).unwrap();
    let whole: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let all = treated.reduce(&Rows::new(Truth::Numbers(&class), &whole).weight(&weight)).unwrap();

    let add = |class: &[f64], cuts: &[usize]| {
        let mut parts = treated.begin();
        for cut in cuts.windows(2) {
            let range = cut[0]..cut[1];
            let scores: Vec<&[f64]> = columns.iter().map(|column| &column[range.clone()]).collect();
            let rows = Rows::new(Truth::Numbers(&class[range.clone()]), &scores).weight(&weight[range]);
            parts.add(&rows)?;
        }
        parts.finish()
    };
    assert_eq!(add(&class, &[0, 1, 1, 1234, 5000]), Ok(all));
    class[4321] = 7.0;
    assert_eq!(add(&class, &[0, 1, 1, 1234, 5000]), Err(BatchError::Class { row: 4321, class: 7.0, classes: 3 }));
}
