//! Plots of series, grids and surfaces.
//!
//! A [`Page`] holds rows of panels: a [`Chart`] is layers over two axes, a [`Surface`] is a grid in three dimensions. A page
//! is written as SVG ([`Page::svg`]), as PNG (`Page::png`, feature `png`) or, with text and tables, as a page of HTML
//! ([`html::Document`]). [`explorer`] is a page on which a reader turns a surface, follows a path and reads off values.
//! [`sketch`] draws charts and grids in characters.
//!
//! Everything is plain data, checked when it is drawn: an [`Error`] says what is wrong with which layer. No number is
//! dropped without a word: values that are not finite, or outside of a given range, are counted in the legend. Output
//! depends on the input alone, on every machine: coordinates are computed without the system's mathematical library, and
//! text is measured by a table and, in PNG, drawn from a font of the library.

mod axis;
mod chart;
mod draw;
mod error;
pub mod explorer;
mod grid;
pub mod html;
mod layers;
mod number;
mod page;
mod palette;
#[cfg(feature = "png")]
mod png;
pub mod sketch;
mod surface;
mod ticks;

pub use axis::{Axis, Scale};
pub use chart::Chart;
pub use error::Error;
pub use grid::{Colours, Contours, Grid, HeatMap, Levels};
pub use layers::{Band, Histogram, Layer, Line, Mark, Marks, Rule, RuleAt, Scatter, Series, Shape, Trail};
pub use page::{Page, Panel, Row};
pub use palette::{Colour, DARK, LIGHT, Palette, Theme};
pub use surface::Surface;
pub use ticks::{Tick, ticks};
