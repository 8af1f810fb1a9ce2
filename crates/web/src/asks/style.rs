//! What the page has in common with the figures of the command line: colours and ticks.

use dartboard_figures::{Colours, DARK, LIGHT, Palette, Scale, ticks as ticks_of};
use dartboard_reference::plot::svg;

use crate::answer::{Answer, Object, object};
use crate::complaint::Complaint;
use crate::question::Question;

/// Steps of the map of colours: one per value of a byte.
const STEPS: u32 = 256;

/// The palettes, the style of the plots in pages, and as numbers the map of colours: red, green and blue from 0 to 255 for
/// each of 256 steps.
pub(super) fn style() -> Result<Answer, Complaint> {
    let map = (0..STEPS).flat_map(|step| Colours::default().at(f64::from(step) / f64::from(STEPS - 1)));
    let object =
        object! { "light": palette(&LIGHT), "dark": palette(&DARK), "plot": svg::CSS, "plot_dark": svg::CSS_DARK };
    Ok(Answer::of(object).with(map.map(f64::from).collect()))
}

fn palette(palette: &Palette) -> Object {
    object! {
        "ground": palette.ground, "ink": palette.ink, "quiet": palette.quiet, "grey": palette.grey, "line": palette.line, "accent": palette.accent, "soft": palette.soft,
        "slots": palette.slots,
    }
}

/// Round numbers along an axis, as the figures have them. The numbers are their places.
pub(super) fn ticks(question: &Question<'_>) -> Result<Answer, Complaint> {
    let range = (question.number("low")?, question.number("high")?);
    let (at, labels): (Vec<f64>, Vec<String>) = ticks_of(range, question.count("most", 50)?, Scale::Linear)
        .into_iter()
        .map(|tick| (tick.at, tick.label))
        .unzip();
    Ok(Answer::of(object! { "labels": labels }).with(at))
}
