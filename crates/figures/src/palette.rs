//! Colours, and the style sheet that gives them to pictures.

use std::fmt::Write;

/// For which ground a picture is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// A white ground.
    #[default]
    Light,
    /// A dark ground.
    Dark,
    /// As the reader prefers, by a media query: for SVG in a browser. Programs without media queries, and PNG, take light.
    Auto,
}

/// The colour of a layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// The next of the palette that no layer before it has.
    #[default]
    Next,
    /// One of the palette, from 0; beyond its last the palette starts anew.
    Slot(usize),
    /// Grey, for what stands back.
    Grey,
    /// As text.
    Ink,
}

/// How many colours the palette has.
pub(crate) const SLOTS: usize = 6;
/// Classes of layers in grey and in the colour of text.
const GREY: usize = SLOTS;
const INK: usize = SLOTS + 1;

impl Colour {
    /// The number of its class, if it is not the next one.
    pub(crate) fn class(self) -> Option<usize> {
        match self {
            Self::Next => None,
            Self::Slot(slot) => Some(slot % SLOTS),
            Self::Grey => Some(GREY),
            Self::Ink => Some(INK),
        }
    }
}

/// The classes of layers by the colours that were asked for: the next one is the first that nobody has asked for.
pub(crate) fn classes(asked: &[Option<Colour>]) -> Vec<usize> {
    let taken: Vec<usize> = asked.iter().flatten().filter_map(|colour| colour.class()).collect();
    let mut free = (0..SLOTS).filter(|slot| !taken.contains(slot)).chain((0..SLOTS).cycle());
    asked
        .iter()
        .map(|colour| match colour {
            Some(colour) => colour.class().or_else(|| free.next()).unwrap_or_default(),
            None => 0,
        })
        .collect()
}

/// The colours of a theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// What is drawn on.
    pub ground: &'static str,
    /// Text.
    pub ink: &'static str,
    /// Text of less importance, axes.
    pub quiet: &'static str,
    /// What stands back.
    pub grey: &'static str,
    /// Lines between the parts of a page.
    pub line: &'static str,
    /// What can be pressed, and what has the focus.
    pub accent: &'static str,
    /// The ground of what stands out a little.
    pub soft: &'static str,
    /// Layers, in the order in which they are given out.
    pub slots: [&'static str; SLOTS],
}

/// Contrasts with the ground and differences between the colours, also as seen without one kind of cones, are tested below.
pub const LIGHT: Palette = Palette {
    ground: "#ffffff",
    ink: "#20242b",
    quiet: "#5c6470",
    grey: "#7d8590",
    line: "#e2e3de",
    accent: "#0b57a4",
    soft: "#f1f3f6",
    slots: ["#0b63b5", "#c23b0e", "#12967e", "#541a66", "#a39000", "#1f98f0"],
};
/// The same on a dark ground.
pub const DARK: Palette = Palette {
    ground: "#14171c",
    ink: "#e4e7eb",
    quiet: "#a0a8b4",
    grey: "#8b939e",
    line: "#2d333d",
    accent: "#79b8ff",
    soft: "#232933",
    slots: ["#6cb6ff", "#ec6113", "#259b8d", "#9f50ff", "#e7c259", "#c9f2f5"],
};

/// What does not depend on the ground.
const SHAPES: &str = "\
.fig text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;font-size:11px}
.fig .title{font-size:13px;font-weight:bold}
.fig .head{font-size:17px;font-weight:bold}
.fig .label{font-size:12px}
.fig .e{text-anchor:end}
.fig .m{text-anchor:middle}
.fig .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.fig .thin{stroke-width:1.25}
.fig .dash{stroke-dasharray:7 5}
.fig .dot{stroke-dasharray:.1 4.5}
.fig .mix{stroke-dasharray:9 4.5 .1 4.5}
.fig .grid{fill:none;stroke-width:1;stroke-opacity:.13}
.fig .axis{fill:none;stroke-width:1}
.fig .band{fill-opacity:.2}
.fig .bars{fill-opacity:.3;stroke-width:1;stroke-opacity:.75}
.fig .dots{fill:none;stroke-width:3.6;stroke-linecap:round;stroke-opacity:.38}
.fig .note{font-size:11px;paint-order:stroke;stroke-width:3px;stroke-linejoin:round}
.fig .iso{stroke-width:.5;stroke:#000;stroke-opacity:.45;fill-rule:evenodd}
.fig .mesh path{stroke:#000;stroke-opacity:.35;stroke-width:4;stroke-linejoin:round}
.fig .fine path{stroke-opacity:.22;stroke-width:3}
.fig .cells{shape-rendering:crispEdges}
.fig .halo{fill:none;stroke:#fff;stroke-width:4.6;stroke-linejoin:round;stroke-linecap:round}
.fig .rim{stroke-width:1.2}
";

/// What does.
fn colours(palette: &Palette) -> String {
    let Palette { ground, ink, quiet, grey, slots, .. } = palette;
    let mut css = format!(
        ".fig text,.fig .ink{{fill:{ink}}}\n\
         .fig .quiet{{fill:{quiet}}}\n\
         .fig .ground{{fill:{ground}}}\n\
         .fig .grid{{stroke:{ink}}}\n\
         .fig .axis{{stroke:{quiet}}}\n\
         .fig .rim,.fig .note{{stroke:{ground}}}\n\
         .fig .gap{{fill:{ground}}}\n\
         .fig .hatch{{stroke:{grey}}}\n"
    );
    for (class, colour) in slots.iter().chain([grey, ink]).enumerate() {
        // Writing into a string cannot fail.
        let _ = writeln!(css, ".fig .l{class}{{stroke:{colour}}}\n.fig .f{class}{{fill:{colour}}}");
    }
    css
}

/// The classes of layers on a map of colours: its ground is the same in every theme, so are they.
fn slots_on_maps() -> impl Iterator<Item = &'static str> {
    LIGHT.slots.into_iter().chain(["#444444", "#000000"])
}

/// Lines and marks on a map of colours.
fn on_maps() -> String {
    let mut css = String::from(".fig .map .rim,.fig .map .note{stroke:#fff}\n.fig .map .note{fill:#000}\n");
    for (class, colour) in slots_on_maps().enumerate() {
        let _ = writeln!(css, ".fig .map .l{class}{{stroke:{colour}}}\n.fig .map .f{class}{{fill:{colour}}}");
    }
    css
}

/// The style sheet of pictures, for a file of its own or once for a page that holds several.
pub(crate) fn css(theme: Theme) -> String {
    let colours = match theme {
        Theme::Light => colours(&LIGHT),
        Theme::Dark => colours(&DARK),
        Theme::Auto => {
            format!("{}@media screen and (prefers-color-scheme:dark){{\n{}}}\n", colours(&LIGHT), colours(&DARK))
        }
    };
    format!("{SHAPES}{colours}{}", on_maps())
}

/// Who decides whether a page is light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Switch {
    /// The reader's preference.
    Preference,
    /// The reader's preference, unless the attribute `data-theme` of the page says `light` or `dark`.
    Attribute,
}

/// The colours as variables for the style sheet of a page: those of its parts, and with a switch also those of the classes
/// of layers on its ground (`--c0` and on) and on maps of colours (`--m0` and on), for scripts that draw.
pub(crate) fn variables(switch: Switch) -> String {
    let of = |palette: &Palette| {
        let Palette { ground, ink, quiet, grey, line, accent, soft, slots } = palette;
        let mut css = format!(
            "--ground:{ground};--ink:{ink};--quiet:{quiet};--line:{line};--accent:{accent};--soft:{soft};--grey:{grey}"
        );
        if switch == Switch::Attribute {
            for (class, colour) in slots.iter().chain([grey, ink]).enumerate() {
                let _ = write!(css, ";--c{class}:{colour}");
            }
        }
        css
    };
    let (light, dark) = (of(&LIGHT), of(&DARK));
    match switch {
        Switch::Preference => {
            format!(":root{{{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n")
        }
        Switch::Attribute => {
            let maps: String =
                slots_on_maps().enumerate().map(|(class, colour)| format!(";--m{class}:{colour}")).collect();
            format!(
                ":root{{color-scheme:light;{light}{maps}}}\n\
                 @media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n\
                 :root[data-theme=dark]{{color-scheme:dark;{dark}}}\n"
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Linear red, green and blue from 0 to 1 (IEC 61966-2-1).
    fn linear(colour: &str) -> [f64; 3] {
        [1, 3, 5].map(|at| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn times(matrix: [[f64; 3]; 3], vector: [f64; 3]) -> [f64; 3] {
        matrix.map(|row| row.iter().zip(vector).map(|(a, b)| a * b).sum())
    }

    /// Contrast of two colours by WCAG 2.1.
    fn contrast(a: &str, b: &str) -> f64 {
        let luminance = |colour| times([[0.2126, 0.7152, 0.0722]; 3], linear(colour))[0] + 0.05;
        let (a, b) = (luminance(a), luminance(b));
        a.max(b) / a.min(b)
    }

    /// Oklab (Ottosson 2020), in which distances are about as large as differences look.
    fn oklab(rgb: [f64; 3]) -> [f64; 3] {
        let cones = times(
            [
                [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
                [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
                [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
            ],
            rgb.map(|part| part.clamp(0.0, 1.0)),
        );
        times(
            [
                [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
                [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
                [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
            ],
            cones.map(f64::cbrt),
        )
    }

    /// What remains of a colour without one kind of cones (Machado, Oliveira and Fernandes 2009, severity 1).
    const DEFICIENCIES: [(&str, [[f64; 3]; 3]); 4] = [
        ("all cones", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        (
            "protanopia",
            [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        ),
        (
            "deuteranopia",
            [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        ),
        (
            "tritanopia",
            [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
        ),
    ];

    #[test]
    fn colours_contrast_with_their_ground() {
        for palette in [LIGHT, DARK] {
            for text in [palette.ink, palette.quiet, palette.accent] {
                assert!(contrast(text, palette.ground) >= 4.5 && contrast(text, palette.soft) >= 4.5, "{text}");
            }
            for colour in palette.slots.iter().chain([&palette.grey]) {
                // What WCAG 2.1 asks of graphics (1.4.11).
                assert!(contrast(colour, palette.ground) >= 3.0, "{colour}: {}", contrast(colour, palette.ground));
            }
        }
    }

    #[test]
    fn colours_can_be_told_apart_without_one_kind_of_cones() {
        for palette in [LIGHT, DARK] {
            for (kind, matrix) in DEFICIENCIES {
                let seen = palette.slots.map(|colour| oklab(times(matrix, linear(colour))));
                for (first, a) in seen.iter().enumerate() {
                    for (second, b) in seen.iter().enumerate().skip(first + 1) {
                        let difference = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                        // A just noticeable difference in Oklab is about 0.02.
                        assert!(difference >= 0.07, "{kind}: {first} and {second} differ by {difference:.3}");
                    }
                }
            }
        }
    }
}
