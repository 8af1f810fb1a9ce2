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
mod label_form;
mod liar;
mod lipschitz;
mod names;
mod range;
mod rows;
mod sample;
mod smoothness;

use dartboard_losses::{Card, Pointwise, Rowwise, Visitor};

/// A loss with its parameters set.
#[derive(Clone, Debug)]
struct Case<L> {
    loss: L,
    parameters: Vec<f64>,
}

/// A claim that is tested. What does not concern a family is left out.
trait Law {
    fn pointwise<L: Pointwise>(_case: &Case<L>) -> Result<(), String> {
        Ok(())
    }
    fn rowwise<L: Rowwise>(_case: &Case<L>) -> Result<(), String> {
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
            let case = Case { loss: L::new(&parameters), parameters };
            self.hear(&L::CARD, &case.parameters, T::pointwise(&case));
        }
    }
    fn rowwise<L: Rowwise>(&mut self) {
        for parameters in sample::parameters(&L::CARD) {
            let case = Case { loss: L::new(&parameters), parameters };
            self.hear(&L::CARD, &case.parameters, T::rowwise(&case));
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
    caught(T::pointwise(&Case { loss: liar, parameters: vec![] }), word);
}

/// Asserts that a law catches a lying row loss, with a breach that mentions `word`.
fn assert_catches_rowwise<T: Law>(liar: impl Rowwise, word: &str) {
    caught(T::rowwise(&Case { loss: liar, parameters: vec![] }), word);
}

fn caught(verdict: Result<(), String>, word: &str) {
    match verdict {
        Ok(()) => panic!("the lie was believed"),
        Err(breach) => assert!(breach.contains(word), "caught for another reason: {breach}"),
    }
}
