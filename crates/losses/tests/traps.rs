//! Cases that the libraries of the field get wrong: NaN, 0 or ∞ where the true value is an ordinary number, digits lost
//! to cancellation, values changed by clipping. Tests are named after their rows of the list of numerical traps.
#![allow(clippy::unwrap_used)]
// The true values are written with the digits they are known to.
#![allow(clippy::excessive_precision)]

use dartboard_losses::{
    BatchError, Derivatives, Form, Loss, Overlap, OverlapSums, RowTarget, Rows, TargetKind, Treated, Treatment, Truth,
    decompose,
};
use dartboard_numerics::sum::ExactSum;

/// Value, gradient and Hessian diagonal.
#[derive(Debug)]
struct At<F> {
    value: F,
    gradient: Vec<F>,
    hessian: Vec<F>,
}

fn at(spec: &str, target: f64, prediction: &[f64]) -> At<f64> {
    let loss = Loss::parse(spec).unwrap();
    let mut value = [f64::NAN];
    let (mut gradient, mut hessian) = (vec![f64::NAN; prediction.len()], vec![f64::NAN; prediction.len()]);
    if let Some(loss) = loss.pointwise() {
        loss.value_gradient_hessian(&[target], prediction, &mut value, &mut gradient, &mut hessian);
        let mut alone = [f64::NAN];
        loss.value(&[target], prediction, &mut alone);
        assert_eq!(alone, value, "two methods disagree");
    } else {
        let columns: Vec<&[f64]> = prediction.chunks(1).collect();
        let mut derivatives =
            Derivatives { gradient: gradient.chunks_mut(1).collect(), hessian: hessian.chunks_mut(1).collect() };
        loss.rowwise().unwrap().value_gradient_hessian(
            RowTarget::Class(&[target as u32]),
            &columns,
            &mut value,
            &mut derivatives,
        );
    }
    At { value: value[0], gradient, hessian }
}

fn at_row(spec: &str, target: u32, row: &[f64]) -> At<f64> {
    at(spec, f64::from(target), row)
}

fn at_f32(spec: &str, target: f32, prediction: &[f32]) -> At<f32> {
    let loss = Loss::parse(spec).unwrap();
    let mut value = [f32::NAN];
    let (mut gradient, mut hessian) = (vec![f32::NAN; prediction.len()], vec![f32::NAN; prediction.len()]);
    if let Some(loss) = loss.pointwise() {
        loss.value_gradient_hessian_f32(&[target], prediction, &mut value, &mut gradient, &mut hessian);
        let mut alone = [f32::NAN];
        loss.value_f32(&[target], prediction, &mut alone);
        assert_eq!(alone, value, "two methods disagree");
    } else {
        let columns: Vec<&[f32]> = prediction.chunks(1).collect();
        let mut derivatives =
            Derivatives { gradient: gradient.chunks_mut(1).collect(), hessian: hessian.chunks_mut(1).collect() };
        loss.rowwise().unwrap().value_gradient_hessian_f32(
            RowTarget::Class(&[target as u32]),
            &columns,
            &mut value,
            &mut derivatives,
        );
    }
    At { value: value[0], gradient, hessian }
}

/// Within a relative 2⁻⁵¹ of the true value, which is 2 to 4 ulp.
#[track_caller]
fn close(got: f64, truth: f64) {
    let holds = got == truth || (got - truth).abs() <= truth.abs() * 2.0 * f64::EPSILON;
    assert!(holds, "{got:e}, not {truth:e}");
}

/// As [`close`], in single precision.
#[track_caller]
fn close_f32(got: f32, truth: f64) {
    let holds =
        f64::from(got) == truth || (f64::from(got) - truth).abs() <= truth.abs() * 2.0 * f64::from(f32::EPSILON);
    assert!(holds, "{got:e}, not {truth:e}");
}

#[test]
fn b1_sure_and_right() {
    close(at("bce_logits", 1.0, &[40.0]).value, 4.248354255291589e-18);
}

#[test]
fn b2_fairly_sure_and_right() {
    close(at("bce_logits", 1.0, &[20.0]).value, 2.0611536203143807e-9);
}

#[test]
fn b3_gradient_of_sure_and_right() {
    close(at("bce_logits", 1.0, &[40.0]).gradient[0], -4.248354255291589e-18);
    close_f32(at_f32("bce_logits", 1.0, &[20.0]).gradient[0], -2.0611536182e-9);
}

#[test]
fn b4_sure_and_right_about_no() {
    let at = at("bce_logits", 0.0, &[-40.0]);
    close(at.value, 4.248354255291589e-18);
    close(at.gradient[0], 4.248354255291589e-18);
    let single = at_f32("bce_logits", 0.0, &[-17.0]);
    close_f32(single.value, 4.1399377e-8);
    close_f32(single.gradient[0], 4.1399375e-8);
}

#[test]
fn b5_gradient_beside_its_zero() {
    close(at("bce_logits", 0.5, &[1e-8]).gradient[0], 2.5e-9);
    close_f32(at_f32("bce_logits", 0.5, &[1e-8]).gradient[0], f64::from(1e-8_f32) / 4.0);
}

#[test]
fn b6_infinite_logits() {
    for (y, z, value) in
        [(1.0, f64::INFINITY, 0.0), (0.0, f64::NEG_INFINITY, 0.0), (0.9, f64::NEG_INFINITY, f64::INFINITY)]
    {
        let at = at("bce_logits", y, &[z]);
        assert_eq!(at.value, value, "y={y}, z={z}");
        assert_eq!(at.gradient[0], if z > 0.0 { 1.0 - y } else { -y }, "y={y}, z={z}");
        assert_eq!(at.hessian[0], 0.0, "y={y}, z={z}");
        let single = at_f32("bce_logits", y as f32, &[z as f32]);
        assert_eq!(f64::from(single.value), value, "y={y}, z={z}");
        assert!(!single.gradient[0].is_nan() && single.hessian[0] == 0.0, "y={y}, z={z}");
    }
}

#[test]
fn b8_single_precision_logits() {
    close_f32(at_f32("bce_logits", 1.0, &[17.0]).value, 4.1399377e-8);
    close_f32(at_f32("bce_logits", 1.0, &[20.0]).value, 2.0611536e-9);
    close_f32(at_f32("bce_logits", 0.0, &[20.0]).value, 20.0000000020611536);
}

#[test]
fn p1_probability_zero_of_what_happened() {
    let at = at("bce", 1.0, &[0.0]);
    assert_eq!((at.value, at.gradient[0], at.hessian[0]), (f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY));
    let single = at_f32("bce", 1.0, &[0.0]);
    assert_eq!((single.value, single.gradient[0]), (f32::INFINITY, f32::NEG_INFINITY));
    assert_eq!(at_row("cce", 0, &[0.0, 1.0]).value, f64::INFINITY);
}

#[test]
fn p2_small_probability_is_not_clipped() {
    close(at("bce", 1.0, &[1e-10]).value, 23.025850929940457);
    close_f32(at_f32("bce", 1.0, &[1e-10]).value, -f64::from(1e-10_f32).ln());
    close(at_row("cce", 0, &[1e-10, 1.0 - 1e-10]).value, 23.025850929940457);
}

#[test]
fn p3_small_probability_of_what_did_not_happen() {
    close(at("bce", 0.0, &[1e-17]).value, 1.0000000000000001e-17);
    close_f32(at_f32("bce", 0.0, &[1e-17]).value, f64::from(1e-17_f32));
}

#[test]
fn p4_gradients_at_small_probabilities() {
    close(at("bce", 0.0, &[1e-17]).gradient[0], 1.0);
    close(at("bce", 1.0, &[1e-300]).gradient[0], -1e300);
    assert_eq!(at("bce", 1.0, &[1e-300]).hessian[0], f64::INFINITY);
}

#[test]
fn p5_large_margins() {
    for (z, value) in
        [(10.0, 10.000045398899218), (17.0, 17.0000000413993763), (20.0, 20.0000000020611536), (60.0, 60.0)]
    {
        close(at("bce_logits", 0.0, &[z]).value, value);
    }
}

#[test]
fn p6_larger_margins() {
    close(at("bce_logits", 0.0, &[40.0]).value, 40.0);
    close(at("bce_logits", 0.0, &[60.0]).value, 60.0);
}

#[test]
fn s1_softmax_sure_and_right() {
    let two = at_row("cce_logits", 0, &[40.0, 0.0]);
    close(two.value, 4.248354255291589e-18);
    close(two.gradient[0], -4.248354255291589e-18);
    close(two.gradient[1], 4.248354255291589e-18);
    close(two.hessian[0], 4.248354255291589e-18);
    close(at_row("cce_logits", 0, &[40.0, 0.0, -5.0]).value, 4.276979441097083e-18);
    close_f32(at_f32("cce_logits", 0.0, &[40.0, 0.0]).value, 4.248354255291589e-18);
}

#[test]
fn s2_masked_class() {
    let masked = at_row("cce_logits", 0, &[1.0, f64::NEG_INFINITY, 0.0]);
    close(masked.value, 0.31326168751822286);
    assert_eq!((masked.gradient[1], masked.hessian[1]), (0.0, 0.0));
    close(masked.gradient[0], -0.2689414213699951);
    close(masked.gradient[2], 0.2689414213699951);
    // The masked class itself cannot be right.
    let wrong = at_row("cce_logits", 1, &[1.0, f64::NEG_INFINITY, 0.0]);
    assert_eq!((wrong.value, wrong.gradient[1]), (f64::INFINITY, -1.0));
}

#[test]
fn s3_all_scores_far_below_zero() {
    for score in [-110.0, -200.0, -1e5, -1e300] {
        let row = at_row("cce_logits", 1, &[score; 3]);
        close(row.value, 1.0986122886681098);
        close(row.gradient[0], 1.0 / 3.0);
        close(row.gradient[1], -2.0 / 3.0);
        close_f32(at_f32("cce_logits", 1.0, &[score.max(-1e30) as f32; 3]).gradient[0], 1.0 / 3.0);
    }
}

#[test]
fn s4_sure_and_wrong() {
    let row = at_row("cce_logits", 1, &[200.0, 0.0]);
    close(row.value, 200.0);
    close(row.gradient[1], -1.0);
    close(row.hessian[0], 1.3838965267367376e-87);
    close(at_row("cce_logits", 1, &[1e5, 0.0]).value, 1e5);
    close(at_row("cce_logits", 1, &[f64::MAX, 0.0]).value, f64::MAX);
    close_f32(at_f32("cce_logits", 1.0, &[200.0, 0.0]).value, 200.0);
}

#[test]
fn s6_class_of_three_wrong() {
    close(at_row("cce_logits", 1, &[50.0, 0.0, 0.0]).value, 50.0);
    close(at_row("cce", 1, &[1.0, 1.9287498479639178e-22, 1.9287498479639178e-22]).value, 50.0);
}

#[test]
fn hessian_products_keep_their_digits() {
    // The product with the first axis is s₁(1 − s₁), −s₁s₂: all of it below the last place of s₁.
    let loss = Loss::parse("cce_logits").unwrap();
    let (mut first, mut second) = ([f64::NAN], [f64::NAN]);
    let rows = loss.rowwise().unwrap();
    rows.hessian_vector(RowTarget::Class(&[0]), &[&[40.0], &[0.0]], &[&[1.0], &[0.0]], &mut [&mut first, &mut second]);
    close(first[0], 4.248354255291589e-18);
    close(second[0], -4.248354255291589e-18);
    // A common shift of all scores changes nothing, exactly.
    rows.hessian_vector(RowTarget::Class(&[0]), &[&[3.0], &[1.0]], &[&[0.1], &[0.1]], &mut [&mut first, &mut second]);
    assert_eq!((first[0], second[0]), (0.0, 0.0));
}

#[test]
fn b7_logistic_margin_far_out() {
    // log(1 + e^−m) with labels −1 and 1 is cross-entropy of the logit.
    close_f32(at_f32("bce_logits", 1.0, &[-100.0]).value, 100.0);
    let far = at("bce_logits", 1.0, &[-800.0]);
    close(far.value, 800.0);
    assert_eq!((far.gradient[0], far.hessian[0]), (-1.0, 0.0));
}

#[test]
fn s2_masked_class_with_shares() {
    let loss = Loss::parse("cce_logits").unwrap();
    let one_hot: [&[f64]; 3] = [&[1.0], &[0.0], &[0.0]];
    let row: [&[f64]; 3] = [&[1.0], &[f64::NEG_INFINITY], &[0.0]];
    let mut value = [f64::NAN];
    loss.rowwise().unwrap().value(RowTarget::Shares(&one_hot), &row, &mut value);
    close(value[0], 0.31326168751822286);
}

#[test]
fn r1_log_cosh_of_small_errors() {
    close(at("log_cosh", 0.0, &[1e-8]).value, 5.0000000000000001e-17);
    close(at("log_cosh", 0.0, &[1e-4]).value, 4.9999999916666672e-9);
    close_f32(at_f32("log_cosh", 0.0, &[1e-4]).value, 4.9999999916666672e-9);
}

#[test]
fn r2_log_cosh_of_large_errors() {
    close_f32(at_f32("log_cosh", 0.0, &[100.0]).value, 99.30685281944005);
    close(at("log_cosh", 0.0, &[1e200]).value, 1e200);
}

#[test]
fn r3_pseudo_huber_small_and_large() {
    close(at("pseudo_huber", 0.0, &[1e-9]).value, 5.0e-19);
    let large = at("pseudo_huber", 0.0, &[1e200]);
    close(large.value, 1e200);
    close(large.gradient[0], 1.0);
    let single = at_f32("pseudo_huber", 0.0, &[1e20]);
    close_f32(single.value, f64::from(1e20_f32));
    close_f32(single.gradient[0], 1.0);
}

#[test]
fn r5_logit_distance() {
    // 2·log_cosh(r/2)
    close(2.0 * at("log_cosh", 0.0, &[355.0]).value, 708.613705638880109);
    assert!(at("log_cosh", 0.0, &[355.0]).hessian[0] >= 0.0);
}

#[test]
fn d1_poisson_deviance_of_large_counts() {
    close(0.5 * at("poisson_deviance", 1e8, &[1e8 + 1.0]).value, 4.9999999666666669e-9);
}

#[test]
fn d2_deviances_next_to_the_target() {
    close(0.5 * at("poisson_deviance", 1.0, &[1.000000001]).value, 5.00000082407041e-19);
    close(0.5 * at("gamma_deviance", 1.0, &[1.000000001]).value, 5.000000820737076e-19);
    close(0.5 * at("gamma_deviance", 7.3, &[7.3000001]).value, 9.382623262748982e-17);
}

#[test]
fn d3_tweedie_next_to_its_poles() {
    for (power, value) in [
        ("1.0000000010000001", 0.43279064828858343),
        ("1.0000000000000002", 0.43279064864898621),
        ("1.999999999", 0.18906978393939227),
        ("2.000000001", 0.18906978362795021),
    ] {
        let got = at(&format!("tweedie_deviance(power={power})"), 3.0, &[2.0]).value;
        assert!((got - value).abs() <= 1e-15 * value, "power {power}: {got:e}, not {value:e}");
    }
}

#[test]
fn d4_tweedie_next_to_pole_and_target() {
    let got = at("tweedie_deviance(power=1.0000000010000001)", 7.3, &[7.3000001]).value;
    assert!((0.5 * got - 6.849315030741999e-16).abs() <= 2e-30, "{got:e}");
}

#[test]
fn d5_tweedie_in_single_precision() {
    let got = at_f32("tweedie_deviance(power=1.000001)", 3.0, &[2.0]).value;
    // The power is rounded to single precision first: 1.00000095367431640625.
    let truth = at("tweedie_deviance(power=1.00000095367431640625)", 3.0, &[2.0]).value;
    assert!((truth - 0.4327903049).abs() < 1e-9);
    assert!((f64::from(got) - truth).abs() <= 4.0 * f64::from(f32::EPSILON) * truth, "{got}");
}

#[test]
fn d6_tweedie_of_tiny_means() {
    close(at("tweedie(power=1.5)", 0.0, &[-300.0]).value, 1.4350191946328821e-65);
    close(at("tweedie(power=1.5)", 1.0, &[-300.0]).value, 2.7874191613327594e65);
}

#[test]
fn d7_gamma_deviance_of_small_amounts() {
    close(at("gamma_deviance", 1e-8, &[3e-8]).value, 0.86389124400288605);
}

#[test]
fn d8_poisson_of_tiny_means() {
    let loss = Loss::parse("poisson").unwrap();
    let (factor, constant) = loss.form(Form::NegativeLogLikelihood, 5.0).unwrap();
    close(factor * at("poisson", 5.0, &[-60.0]).value + constant, 304.78749174278205);
}

#[test]
fn d9_far_out_log_means() {
    // A gamma target of 0 is outside of the domain; tables refuse the row.
    assert!(!Loss::parse("gamma").unwrap().card().target_domain.contains(0.0));
    assert_eq!(at("tweedie(power=1.5)", 0.0, &[-1500.0]).value, 0.0);
    close(at("tweedie(power=1.5)", 0.0, &[-1400.0]).value, 2.0 * (-700.0_f64).exp());
    assert_eq!(at("exponential", 1.0, &[800.0]).value, 0.0);
    assert_eq!(at("exponential", 1.0, &[800.0]).gradient[0], 0.0);
    close(at("exponential", 1.0, &[700.0]).value, 9.859676543759770e-305);
}

#[test]
fn d10_gamma_gradient_of_tiny_amounts() {
    close(0.5 * at("gamma_deviance", 1e-300, &[1.5e-300]).gradient[0], 2.2222222222222223e299);
}

#[test]
fn n1_constant_of_the_poisson_likelihood() {
    let loss = Loss::parse("poisson").unwrap();
    let constant = |y: f64| loss.form(Form::NegativeLogLikelihood, y).unwrap().1;
    close(constant(2.0), std::f64::consts::LN_2);
    assert!((constant(0.5) - -0.12078223763524522).abs() < 4e-15);
    assert_eq!((constant(0.0), constant(1.0)), (0.0, 0.0));
}

#[test]
fn n2_percentage_of_nothing() {
    let domain = Loss::parse("mape").unwrap().card().target_domain;
    assert!(!domain.contains(0.0) && !domain.contains(-0.0) && domain.contains(5e-324));
    assert_eq!(domain.to_string(), "finite and not 0");
}

/// The cosine distance between two vectors; its refusal, where it has none.
fn cosine(target: &[f64], prediction: &[f64]) -> Result<f64, BatchError> {
    let [target, prediction] = [target, prediction].map(|vector| vector.chunks(1).collect::<Vec<_>>());
    let loss = Treated::new(&Loss::parse("cosine").unwrap(), Treatment::new())?;
    let mut value = [f64::NAN];
    loss.values(&Rows::new(Truth::Shares(&target), &prediction), &mut value)?;
    // The kernel alone says the same.
    let mut alone = [f64::NAN];
    Loss::parse("cosine").unwrap().rowwise().unwrap().value(RowTarget::Shares(&target), &prediction, &mut alone);
    assert_eq!(alone, value);
    Ok(value[0])
}

#[test]
fn n3_cosine_of_tiny_vectors() {
    assert_eq!(cosine(&[1e-8; 3], &[1.0; 3]), Ok(0.0));
    assert_eq!(cosine(&[1e200, -1e-200], &[1e-200, -1e-200 * 1e-200]), Ok(0.0));
    assert_eq!(cosine(&[1e-200, 1e-200], &[-1e200, -1e200]), Ok(2.0));
    assert_eq!(cosine(&[1e200, 1.0, 1e-200], &[-1e-200, 0.0, 1e200]), Ok(1.0));
    assert_eq!(cosine(&[5e-324, 0.0], &[f64::MAX, f64::MAX]), Ok(0.29289321881345247559916));
    // The cosine itself is 1 to the last digit.
    close(cosine(&[1.0, 0.0], &[1.0, 1e-9]).unwrap(), 5e-19);
    // A vector of zeros has no direction.
    for (target, prediction, what) in [([0.0, -0.0], [1.0, 2.0], "target"), ([1.0, 2.0], [-0.0, 0.0], "prediction")] {
        assert_eq!(cosine(&target, &prediction), Err(BatchError::NoDirection { loss: "cosine", row: 0, what }));
        // Kernels look at no rule.
        let loss = Loss::parse("cosine").unwrap();
        let [target, prediction]: [Vec<&[f64]>; 2] = [target.chunks(1).collect(), prediction.chunks(1).collect()];
        let mut value = [0.0];
        loss.rowwise().unwrap().value(RowTarget::Shares(&target), &prediction, &mut value);
        assert!(value[0].is_nan());
    }
}

#[test]
fn n4_mean_of_many_copies() {
    let loss = Loss::parse("mae").unwrap();
    let (target, prediction) = ([0.0_f32; 1000], [0.1_f32; 1000]);
    let mut value = [f32::NAN; 1000];
    loss.pointwise().unwrap().value_f32(&target, &prediction, &mut value);
    let value = value.map(f64::from);
    let (mut sum, mut count) = (ExactSum::new(), ExactSum::new());
    for _ in 0..20_000 {
        sum.add_slice(&value);
        count.add_count(1000);
    }
    assert_eq!(sum.ratio(&count), 0.10000000149011612);
}

#[test]
fn r4_root_of_a_mean_out_of_range() {
    for (residual, single) in [(1e200, false), (1e20_f32.into(), true)] {
        let (mut squares, mut count) = (ExactSum::new(), ExactSum::new());
        squares.add_product(residual, residual);
        count.add_count(1);
        assert_eq!(squares.root_ratio(&count), residual, "single precision: {single}");
    }
}

#[test]
fn s5_mean_of_ignored_rows() {
    let loss = Treated::new(&Loss::parse("cce_logits").unwrap(), Treatment::new().ignore(-100.0)).unwrap();
    let scores: [&[f64]; 2] = [&[1.0, 2.0], &[0.0, 0.0]];
    let rows = Rows::new(Truth::Numbers(&[-100.0, -100.0]), &scores);
    assert_eq!(loss.reduce(&rows), Err(BatchError::NoRows { left_out: 2 }));
}

#[test]
fn decomposition_of_rows_in_any_order() {
    // model-diagnostics takes sorted predictions only, knows no median and no weighted quantile.
    let (target, prediction) = ([3.0, 0.0, 1.0, 2.0, 1.0], [2.5, 0.5, 0.25, 1.0, 2.0]);
    let reversed = |numbers: [f64; 5]| [4, 3, 2, 1, 0].map(|place: usize| numbers[place]);
    let weight = [1.0, 2.0, 0.5, 1.0, 3.0];
    for spec in ["poisson_deviance", "mae", "quantile(tau=0.25)"] {
        let loss = Loss::parse(spec).unwrap();
        let parts = decompose(&loss, &target, &prediction, Some(&weight)).unwrap();
        let (target, prediction, weight) = (reversed(target), reversed(prediction), reversed(weight));
        assert_eq!(decompose(&loss, &target, &prediction, Some(&weight)).unwrap(), parts, "{spec}");
        assert!(parts.miscalibration > 0.0 && parts.discrimination > 0.0, "{spec}: {parts:?}");
    }
}

#[test]
fn n5_tversky_alpha_weighs_false_positives() {
    // TP = 3/2, FP = 1/4, FN = 3/2.
    let (mask, prediction) = ([1.0, 1.0, 1.0, 0.0], [0.5, 0.5, 0.5, 0.25]);
    let predictions: [&[f64]; 1] = [&prediction];
    let sums = OverlapSums::of(&Rows::new(Truth::Numbers(&mask), &predictions)).unwrap();
    assert_eq!((sums.true_positives(), sums.false_positives(), sums.false_negatives()), (1.5, 0.25, 1.5));
    let value = |alpha, beta| Overlap::tversky(alpha, beta, 0.0).unwrap().value(&sums).unwrap();
    assert_eq!(value(0.75, 0.25), 3.0 / 11.0);
    assert_eq!(value(0.25, 0.75), 19.0 / 43.0);
    // Keras 3.15.1, tversky(mask, prediction, alpha=0.75, beta=0.25), in single precision and with 1e-7 added to the
    // denominator: the number of alpha and beta the other way round.
    let keras = 0.44186044;
    assert!((value(0.25, 0.75) - keras).abs() < 1e-7 && (value(0.75, 0.25) - keras).abs() > 0.1);
}

#[test]
fn n6_multiclass_hinge_never_guesses() {
    let mean = |first: f64| {
        let rows = [at_row("multiclass_hinge", 0, &[first, 0.1, 0.5]), at_row("multiclass_hinge", 2, &[0.2, 0.3, 0.8])];
        0.5 * (rows[0].value + rows[1].value)
    };
    close(mean(0.9), 0.55);
    close(mean(1.01), 0.495);
}

#[test]
fn rows_of_one_class() {
    // There is no rival, and the only class has all of the probability: no loss is paid, whatever the score.
    for loss in Loss::all().filter(|loss| loss.rowwise().is_some() && loss.card().target == TargetKind::Class) {
        let score = if loss.card().prediction_domain.contains(2.0) { 2.0 } else { 1.0 };
        let score = if loss.card().prediction_domain.contains(score) { score } else { 0.0 };
        let point = at_row(&loss.spec(), 0, &[score]);
        assert_eq!(point.value, 0.0, "{}: {point:?}", loss.spec());
        if loss.card().name == "multiclass_hinge" {
            assert_eq!((&point.gradient[..], &point.hessian[..]), (&[0.0][..], &[0.0][..]));
        }
    }
}
