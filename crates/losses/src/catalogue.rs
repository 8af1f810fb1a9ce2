//! The list of losses: the one place a new loss is registered.

use std::sync::Arc;

use crate::card::Card;
use crate::family::{Pointwise, PointwiseBlocks, Rowwise, RowwiseBlocks};
use crate::losses::{Bce, BceLogits, Cce, CceLogits, Huber, Mae, Mse, Quantile};

/// Visits the losses of the catalogue with their types: how laws are run over all of them.
pub trait Visitor {
    /// A pointwise loss.
    fn pointwise<L: Pointwise>(&mut self);
    /// A row loss.
    fn rowwise<L: Rowwise>(&mut self);
}

/// A loss behind `dyn`, by family.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Pointwise(Arc<dyn PointwiseBlocks>),
    Rowwise(Arc<dyn RowwiseBlocks>),
}

/// A line of the catalogue.
pub(crate) struct Entry {
    pub(crate) card: Card,
    pub(crate) make: fn(&[f64]) -> Body,
}

fn pointwise<L: Pointwise>() -> Entry {
    Entry { card: L::CARD, make: |parameters| Body::Pointwise(Arc::new(L::new(parameters))) }
}

fn rowwise<L: Rowwise>() -> Entry {
    Entry { card: L::CARD, make: |parameters| Body::Rowwise(Arc::new(L::new(parameters))) }
}

macro_rules! catalogue {
    (pointwise: $($pointwise:ty),+; rowwise: $($rowwise:ty),+ $(;)?) => {
        pub(crate) fn entries() -> &'static [Entry] {
            static ENTRIES: std::sync::LazyLock<Vec<Entry>> =
                std::sync::LazyLock::new(|| vec![$(pointwise::<$pointwise>()),+, $(rowwise::<$rowwise>()),+]);
            &ENTRIES
        }

        /// Shows every loss of the catalogue to `visitor`, in the order of the catalogue.
        pub fn visit(visitor: &mut impl Visitor) {
            $(visitor.pointwise::<$pointwise>();)+
            $(visitor.rowwise::<$rowwise>();)+
        }
    };
}

catalogue! {
    pointwise: Mse, Mae, Huber, Quantile, Bce, BceLogits;
    rowwise: Cce, CceLogits;
}

/// The cards of all losses, in the order of the catalogue.
pub fn cards() -> impl Iterator<Item = &'static Card> {
    entries().iter().map(|entry| &entry.card)
}
