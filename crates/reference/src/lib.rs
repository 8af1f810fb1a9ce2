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
#[cfg(feature = "terminal")]
mod docs;
pub mod document;
mod elsewhere;
pub mod evaluate;
pub mod evidence;
mod facts;
pub mod html;
#[cfg(feature = "terminal")]
pub mod markdown;
pub mod number;
pub mod page;
pub mod plot;
mod quick;
pub mod tables;
#[cfg(feature = "terminal")]
pub mod terminal;

pub use compare::compare;
#[cfg(feature = "terminal")]
pub use docs::pages;
pub use elsewhere::{UnknownLibrary, elsewhere, libraries};
pub use facts::{Facts, all_facts};
#[cfg(feature = "terminal")]
pub use quick::{Format, quick};
pub use quick::{Line, lines, lines_without_plots, quick_document};
