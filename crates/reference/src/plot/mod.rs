//! Curves of losses: data here, drawn in characters by [`braille`] and as a picture by [`svg`].
//!
//! A plot is a pure function of the losses it shows: the same everywhere, so drawings can be compared as text.

#[cfg(feature = "terminal")]
pub mod braille;
mod sample;
mod slice;
pub mod svg;

use dartboard_losses::{Loss, Smoothness};

use sample::{parts, vertical_range};
use slice::Slice;

/// One or more panels above the same horizontal axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// What is shown: the names of the losses.
    pub title: String,
    /// What is held fixed: the target, the other scores.
    pub setting: String,
    /// The title of the horizontal axis.
    pub x_title: String,
    /// The horizontal range.
    pub x: (f64, f64),
    /// From top to bottom.
    pub panels: Vec<Panel>,
    /// Where smoothness ends, and how it does.
    pub kinks: Option<Kinks>,
}

/// A panel: a vertical axis with its curves.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// The title of the vertical axis.
    pub title: &'static str,
    /// The vertical range.
    pub y: (f64, f64),
    /// The curves.
    pub curves: Vec<Curve>,
}

/// A curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Its name.
    pub name: String,
    /// Which of the colours and line styles it has, from 0.
    pub style: usize,
    /// Pieces without jumps, as points; points may lie outside of the panel's range.
    pub parts: Vec<Vec<(f64, f64)>>,
}

/// The places at which the smoothness of a loss ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Kinks {
    /// Where, inside of the horizontal range.
    pub at: Vec<f64>,
    /// What happens there.
    pub what: &'static str,
}

impl Plot {
    /// Value and gradient of a loss; `None` for a family that cannot be drawn over one number.
    pub fn of(loss: &Loss) -> Option<Self> {
        let slice = Slice::of(loss)?;
        let panel = |title: &'static str, style, pick: fn((f64, f64)) -> f64| {
            let parts = parts(&slice, slice.window, |x| slice.at(x).map_or(f64::NAN, pick));
            let curves = vec![Curve { name: title.to_owned(), style, parts }];
            Panel { title, y: vertical_range(&curves), curves }
        };
        let panels = vec![panel("value", 0, |(value, _)| value), panel("gradient", 1, |(_, gradient)| gradient)];
        let (low, high) = slice.window;
        let at: Vec<f64> = slice.kinks.iter().copied().filter(|kink| (low..=high).contains(kink)).collect();
        let what = match loss.properties().smoothness {
            Smoothness::Discontinuous => "the value jumps",
            Smoothness::Continuous => "the gradient jumps",
            Smoothness::Once => "the Hessian jumps",
            Smoothness::Twice | Smoothness::Infinitely => "the third derivative jumps",
        };
        Some(Self {
            title: loss.spec(),
            setting: slice.setting,
            x_title: slice.x_title,
            x: slice.window,
            panels,
            kinks: (!at.is_empty()).then_some(Kinks { at, what }),
        })
    }

    /// The values, and the gradients, of several losses in one plot for every kind of prediction among them: curves
    /// over a logit and over a probability have no axis in common.
    pub fn overlays(losses: &[Loss]) -> Vec<Self> {
        let mut groups: Vec<Vec<Slice>> = vec![];
        for slice in losses.iter().filter_map(Slice::of) {
            match groups.iter_mut().find(|group| group.iter().any(|known| known.is_like(&slice))) {
                Some(group) => group.push(slice),
                None => groups.push(vec![slice]),
            }
        }
        groups.into_iter().map(overlay).collect()
    }

    /// In a sentence, for those who do not see it.
    pub fn describe(&self) -> String {
        let panels: Vec<&str> = self.panels.iter().map(|panel| panel.title).collect();
        format!("{} of {} over the {}; {}", capitalised(&panels.join(" and ")), self.title, self.x_title, self.setting)
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| std::iter::once(first.to_ascii_uppercase()).chain(letters).collect())
}

fn overlay(slices: Vec<Slice>) -> Plot {
    let slices = Slice::aligned(slices);
    let x = slices[0].window;
    let panel = |title, pick: fn((f64, f64)) -> f64| {
        let curves: Vec<Curve> = slices
            .iter()
            .enumerate()
            .map(|(style, slice)| Curve {
                name: slice.loss.spec(),
                style,
                parts: parts(slice, x, |at| slice.at(at).map_or(f64::NAN, pick)),
            })
            .collect();
        Panel { title, y: vertical_range(&curves), curves }
    };
    let names: Vec<String> = slices.iter().map(|slice| slice.loss.spec()).collect();
    Plot {
        title: names.join(", "),
        setting: slices[0].setting.clone(),
        x_title: slices[0].x_title.clone(),
        x,
        panels: vec![panel("value", |(value, _)| value), panel("gradient", |(_, gradient)| gradient)],
        kinks: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<(Loss, Plot)> {
        Loss::all().filter_map(|loss| Plot::of(&loss).map(|plot| (loss, plot))).collect()
    }

    #[test]
    fn every_loss_of_one_prediction_or_of_rows_has_a_plot_of_finite_numbers() {
        assert!(Loss::all().all(|loss| Plot::of(&loss).is_some() || loss.pointwise().or(None).is_none()));
        for (loss, plot) in all() {
            assert!(plot.x.0 < plot.x.1, "{loss:?}");
            for panel in &plot.panels {
                assert!(panel.y.0 < panel.y.1 && panel.y.0.is_finite() && panel.y.1.is_finite(), "{loss:?}");
                for curve in &panel.curves {
                    assert!(curve.parts.iter().map(Vec::len).sum::<usize>() > 100, "{loss:?}: {}", panel.title);
                    assert!(curve.parts.iter().flatten().all(|(x, y)| x.is_finite() && y.is_finite()), "{loss:?}");
                }
            }
        }
    }

    #[test]
    fn jumps_break_the_curve_and_nothing_else_does() {
        let gaps = |spec: &str| {
            let plot = Plot::of(&Loss::parse(spec).unwrap()).unwrap();
            [0, 1].map(|panel: usize| plot.panels[panel].curves[0].parts.len() - 1)
        };
        assert_eq!(gaps("mse"), [0, 0]);
        assert_eq!(gaps("mae"), [0, 1]);
        assert_eq!(gaps("huber"), [0, 0]);
        assert_eq!(gaps("quantile(tau=0.9)"), [0, 1]);
        assert_eq!(gaps("bce"), [0, 0]);
    }

    #[test]
    fn kinks_of_rows_are_found() {
        let kinks = |spec: &str| Plot::of(&Loss::parse(spec).unwrap()).unwrap().kinks.map(|kinks| kinks.at.len());
        assert_eq!(kinks("cce_logits"), None);
        if Loss::parse("multiclass_hinge").is_ok() {
            assert_eq!(kinks("multiclass_hinge"), Some(1));
        }
    }

    #[test]
    fn windows_follow_the_scale_of_the_loss() {
        let window = |spec: &str| Plot::of(&Loss::parse(spec).unwrap()).unwrap().x;
        assert_eq!(window("mse"), (-3.0, 3.0));
        assert_eq!(window("huber(delta=20000)"), (-60_000.0, 60_000.0));
        assert_eq!(window("bce"), (0.0, 1.0));
        let plot = Plot::of(&Loss::parse("huber(delta=2)").unwrap()).unwrap();
        assert_eq!(plot.kinks, Some(Kinks { at: vec![-2.0, 2.0], what: "the Hessian jumps" }));
    }

    #[test]
    fn only_like_predictions_share_a_plot() {
        let losses = ["mse", "bce", "mae", "cce_logits"].map(|spec| Loss::parse(spec).unwrap());
        let titles: Vec<String> = Plot::overlays(&losses).into_iter().map(|plot| plot.title).collect();
        assert_eq!(titles, ["mse, mae", "bce", "cce_logits"]);
    }
}
