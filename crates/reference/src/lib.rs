//! What is to be known about each loss, as pages.
//!
//! The facts come from the cards, the formulas from the code that computes, the numbers and curves from the kernels:
//! nothing on a page is written by hand that a loss can say itself. A page is a [`document::Document`] until it is
//! known how it is shown: in a [`terminal`], as [`markdown`] or as [`html`].
//!
//! - [`page::Page`] is the page of one loss, [`card`] lays it out;
//! - [`quick()`] is the quick reference: all losses, a line each;
//! - [`compare()`] puts losses side by side;
//! - [`elsewhere()`] translates the names of another library;
//! - [`plot::Plot`] draws value and gradient, in characters or as SVG;
//! - [`pages()`] are the files under `docs/reference`.

pub mod card;
mod compare;
mod docs;
pub mod document;
mod elsewhere;
mod evaluate;
pub mod evidence;
mod facts;
pub mod html;
pub mod markdown;
pub mod number;
pub mod page;
pub mod plot;
mod quick;
pub mod tables;
pub mod terminal;

pub use compare::compare;
pub use docs::pages;
pub use elsewhere::{UnknownLibrary, elsewhere, libraries};
pub use facts::{Facts, all_facts};
pub use quick::{Format, quick, quick_document};
