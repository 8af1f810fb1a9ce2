//! Laws: every claim of every card, tested over the whole catalogue without naming a loss.
//!
//! A law is a type that implements [`Law`]: it takes a loss and says which of its claims fails where. Each module holds
//! one law, the test that the catalogue keeps it, and tests that it catches losses that lie.
#![allow(clippy::unwrap_used)]
// "Not within the bound" rather than "beyond it": NaN has to fail.
#![allow(clippy::neg_cmp_op_on_partial_ord)]

mod bits;
mod cards;
mod constant;
mod convexity;
mod curvature;
mod dd;
mod derivatives;
mod examples;
mod formula;
mod functional;
mod joint;
mod label_form;
mod liar;
mod lipschitz;
mod names;
mod range;
mod rows;
mod sample;
mod smoothness;

use std::sync::Arc;

use dartboard_losses::{Card, Joint, Loss, Pointwise, PointwiseBlocks, Properties, Rowwise, Visitor};
use dartboard_numerics::Jet;
use dd::Dd;

/// A pointwise loss as laws look at it.
///
/// Laws are compiled once and each formula once per number, here: copies of all laws for all losses would take minutes to
/// compile.
trait Subject {
    fn card(&self) -> &'static Card;
    fn properties(&self) -> Properties;
    fn value(&self, y: f64, z: f64) -> f64;
    fn jet(&self, y: f64, z: f64) -> Jet<f64>;
    fn jet_at_label(&self, y: f64, z: f64) -> Jet<f64>;
    fn jet_f32(&self, y: f32, z: f32) -> Jet<f32>;
    fn jet_f32_at_label(&self, y: f32, z: f32) -> Jet<f32>;
    fn value_dd(&self, y: Dd, z: Dd) -> Dd;
    fn jet_dd(&self, y: Dd, z: Dd) -> Jet<Dd>;
    /// The largest errors in ulp that are argued for, at ordinary and at extreme numbers.
    fn ulps(&self) -> [f64; 2];
    /// The same loss with other parameters.
    fn with(&self, parameters: &[f64]) -> Box<dyn Subject>;
}

impl<L: Pointwise> Subject for L {
    fn card(&self) -> &'static Card {
        const { &L::CARD }
    }
    fn properties(&self) -> Properties {
        Pointwise::properties(self)
    }
    fn value(&self, y: f64, z: f64) -> f64 {
        self.formula(y, z)
    }
    fn jet(&self, y: f64, z: f64) -> Jet<f64> {
        self.formula(y, Jet::variable(z))
    }
    fn jet_at_label(&self, y: f64, z: f64) -> Jet<f64> {
        self.formula_at_labels(y, Jet::variable(z))
    }
    fn jet_f32(&self, y: f32, z: f32) -> Jet<f32> {
        self.formula(y, Jet::variable(z))
    }
    fn jet_f32_at_label(&self, y: f32, z: f32) -> Jet<f32> {
        self.formula_at_labels(y, Jet::variable(z))
    }
    fn value_dd(&self, y: Dd, z: Dd) -> Dd {
        self.formula(y, z)
    }
    fn jet_dd(&self, y: Dd, z: Dd) -> Jet<Dd> {
        self.formula(y, Jet::variable(z))
    }
    fn ulps(&self) -> [f64; 2] {
        [L::ORDINARY_ULPS, L::EXTREME_ULPS]
    }
    fn with(&self, parameters: &[f64]) -> Box<dyn Subject> {
        Box::new(L::new(parameters))
    }
}

/// A pointwise loss with its parameters set.
struct PointCase {
    loss: Box<dyn Subject>,
    parameters: Vec<f64>,
    /// The loss as the library compiles it.
    blocks: Option<Arc<dyn PointwiseBlocks>>,
}

impl PointCase {
    fn blocks(&self) -> &dyn PointwiseBlocks {
        &**self.blocks.as_ref().expect("a liar about blocks has to bring them")
    }
}

/// A row loss, or a joint one, with its parameters set.
#[derive(Clone, Debug)]
struct Case<L> {
    loss: L,
    parameters: Vec<f64>,
}

impl<L> Case<L> {
    fn new(loss: L, parameters: Vec<f64>) -> Self {
        Self { loss, parameters }
    }
}

/// A claim that is tested. What does not concern a family is left out.
trait Law {
    fn pointwise(_case: &PointCase) -> Result<(), String> {
        Ok(())
    }
    fn rowwise<L: Rowwise>(_case: &Case<L>) -> Result<(), String> {
        Ok(())
    }
    fn joint<L: Joint>(_case: &Case<L>) -> Result<(), String> {
        Ok(())
    }
}

/// Runs a law over the catalogue, each loss with several values of its parameters.
struct Court<T> {
    law: std::marker::PhantomData<T>,
    cases: usize,
    breaches: Vec<String>,
}

impl<T> Court<T> {
    fn hear(&mut self, card: &Card, parameters: &[f64], verdict: Result<(), String>) {
        self.cases += 1;
        if let Err(breach) = verdict {
            self.breaches.push(format!("{} {parameters:?}: {breach}", card.name));
        }
    }
}

impl<T: Law> Visitor for Court<T> {
    fn pointwise<L: Pointwise>(&mut self) {
        for parameters in sample::parameters(&L::CARD) {
            let blocks = Loss::with_parameters(L::CARD.name, &parameters).unwrap().pointwise().cloned();
            let case = PointCase { loss: Box::new(L::new(&parameters)), parameters, blocks };
            self.hear(&L::CARD, &case.parameters, T::pointwise(&case));
        }
    }
    fn rowwise<L: Rowwise>(&mut self) {
        for parameters in sample::parameters(&L::CARD) {
            let case = Case::new(L::new(&parameters), parameters);
            self.hear(&L::CARD, &case.parameters, T::rowwise(&case));
        }
    }
    fn joint<L: Joint>(&mut self) {
        for parameters in sample::parameters(&L::CARD) {
            let case = Case::new(L::new(&parameters), parameters);
            self.hear(&L::CARD, &case.parameters, T::joint(&case));
        }
    }
}

/// Asserts that the whole catalogue keeps a law.
fn assert_holds<T: Law>() {
    let mut court = Court::<T> { law: std::marker::PhantomData, cases: 0, breaches: vec![] };
    dartboard_losses::visit(&mut court);
    assert!(court.cases > 0, "the catalogue is empty");
    assert!(court.breaches.is_empty(), "\n{}\n", court.breaches.join("\n"));
}

/// Asserts that a law catches a lying pointwise loss, with a breach that mentions `word`.
fn assert_catches<T: Law>(liar: impl Pointwise, word: &str) {
    caught(T::pointwise(&PointCase { loss: Box::new(liar), parameters: vec![], blocks: None }), word);
}

/// As [`assert_catches`], for a law that looks at whole blocks.
fn assert_catches_in_blocks<T: Law>(liar: impl Pointwise, word: &str) {
    let blocks: Arc<dyn PointwiseBlocks> = Arc::new(liar.clone());
    caught(T::pointwise(&PointCase { loss: Box::new(liar), parameters: vec![], blocks: Some(blocks) }), word);
}

/// Asserts that a law catches a lying row loss, with a breach that mentions `word`.
fn assert_catches_rowwise<T: Law>(liar: impl Rowwise, word: &str) {
    caught(T::rowwise(&Case::new(liar, vec![])), word);
}

fn caught(verdict: Result<(), String>, word: &str) {
    match verdict {
        Ok(()) => panic!("the lie was believed"),
        Err(breach) => assert!(breach.contains(word), "caught for another reason: {breach}"),
    }
}
