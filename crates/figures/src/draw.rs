//! What panels are drawn with: elements of SVG, paths, texts and the room they take, legends.

pub(crate) mod canvas;
pub(crate) mod colour_bar;
pub(crate) mod frame;
pub(crate) mod legend;
pub(crate) mod letters;
pub(crate) mod path;
