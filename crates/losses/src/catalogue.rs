//! What registers a loss: the list itself is in `losses/mod.rs`.

use std::sync::Arc;

use crate::card::Card;
use crate::family::{Joint, JointBlocks, Pointwise, PointwiseBlocks, Rowwise, RowwiseBlocks};
use crate::losses::entries;

/// Visits the losses of the catalogue with their types: how laws are run over all of them.
pub trait Visitor {
    /// A pointwise loss.
    fn pointwise<L: Pointwise>(&mut self);
    /// A row loss.
    fn rowwise<L: Rowwise>(&mut self);
    /// A loss of several predictions per row.
    fn joint<L: Joint>(&mut self);
}

/// A loss behind `dyn`, by family.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Pointwise(Arc<dyn PointwiseBlocks>),
    Rowwise(Arc<dyn RowwiseBlocks>),
    Joint(Arc<dyn JointBlocks>),
}

/// A line of the catalogue.
pub(crate) struct Entry {
    pub(crate) card: Card,
    pub(crate) make: fn(&[f64]) -> Body,
}

pub(crate) fn pointwise<L: Pointwise>() -> Entry {
    Entry { card: L::CARD, make: |parameters| Body::Pointwise(Arc::new(L::new(parameters))) }
}

pub(crate) fn rowwise<L: Rowwise>() -> Entry {
    Entry { card: L::CARD, make: |parameters| Body::Rowwise(Arc::new(L::new(parameters))) }
}

pub(crate) fn joint<L: Joint>() -> Entry {
    Entry { card: L::CARD, make: |parameters| Body::Joint(Arc::new(L::new(parameters))) }
}

/// Declares the file of every loss of the list, and registers it.
macro_rules! catalogue {
    ($($family:ident: $($file:ident => $loss:ident),+;)+) => {
        $($(mod $file; pub use $file::$loss;)+)+

        pub(crate) fn entries() -> &'static [crate::catalogue::Entry] {
            static ENTRIES: std::sync::LazyLock<Vec<crate::catalogue::Entry>> =
                std::sync::LazyLock::new(|| vec![$($(crate::catalogue::$family::<$loss>()),+),+]);
            &ENTRIES
        }

        /// Shows every loss of the catalogue to `visitor`, in the order of the catalogue.
        pub fn visit(visitor: &mut impl crate::catalogue::Visitor) {
            $($(visitor.$family::<$loss>();)+)+
        }
    };
}
pub(crate) use catalogue;

/// The cards of all losses, in the order of the catalogue.
pub fn cards() -> impl Iterator<Item = &'static Card> {
    entries().iter().map(|entry| &entry.card)
}
