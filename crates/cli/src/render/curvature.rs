//! What `dartboard curvature` says.

use dartboard_landscapes::{Eigenpairs, Trace};
use serde::Serialize;

use super::document::{Block, Cell, Document, Grid, Kind};
use super::landscape::{of_fit, rows_read};
use super::number::{counted, rounded};
use crate::commands::subjects::{Fitted, Rows};

/// Curvature as data.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) model: String,
    pub(crate) rows: Rows,
    pub(crate) losses: Vec<OfLoss>,
}

/// The curvature of a loss.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct OfLoss {
    pub(crate) loss: String,
    /// The loss at the weights.
    pub(crate) value: f64,
    pub(crate) weights: usize,
    pub(crate) fit: Option<Fitted>,
    pub(crate) top: Vec<End>,
    pub(crate) lowest: Vec<End>,
    pub(crate) trace: Trace,
}

/// An eigenvalue of an end of the spectrum.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct End {
    pub(crate) value: f64,
    /// An eigenvalue lies within this distance.
    pub(crate) residual: f64,
}

impl End {
    pub(crate) fn of(pairs: Eigenpairs) -> Vec<Self> {
        let pairs = pairs.values.into_iter().zip(pairs.residuals);
        pairs.map(|(value, residual)| Self { value, residual }).collect()
    }
}

/// The curvature in words.
pub(crate) fn document(report: &Report) -> Document {
    let mut head = vec![("model", report.model.as_str().into())];
    head.extend(rows_read(&report.rows));
    let mut blocks = vec![Block::Facts(head)];
    for of in &report.losses {
        blocks.push(Block::Heading(format!("{}: {}", of.loss, rounded(of.value))));
        let mut grid = Grid::default();
        grid.column("eigenvalue", Kind::Word);
        grid.column("value", Kind::Number);
        grid.column("within", Kind::Number);
        let mut add = |name: String, end: &End| {
            grid.rows.push(vec![Cell::from(name), rounded(end.value).into(), rounded(end.residual).into()]);
        };
        of.top.iter().enumerate().for_each(|(place, end)| add(format!("largest {}", place + 1), end));
        of.lowest.iter().enumerate().for_each(|(place, end)| add(format!("smallest {}", place + 1), end));
        if !grid.rows.is_empty() {
            blocks.push(Block::Grid(grid));
        }
        blocks.push(Block::Bullets(sentences(of)));
    }
    Document(blocks)
}

fn sentences(of: &OfLoss) -> Vec<String> {
    let mut said = vec![];
    if let Some(fitted) = &of.fit {
        said.push(of_fit(fitted));
    }
    let (products, weights) = (counted(of.trace.products as u64, "product", "products"), of.weights);
    let trace = match of.trace.standard_error {
        0.0 => format!("Trace {}, exact, by {products} with the Hessian.", rounded(of.trace.value)),
        error => format!(
            "Trace {} ± {} (standard error of Hutchinson's estimate, {products}).",
            rounded(of.trace.value),
            rounded(error)
        ),
    };
    said.push(format!(
        "{trace} The mean of all {weights} eigenvalues is {}.",
        rounded(of.trace.value / weights as f64)
    ));
    said.extend(verdict(of));
    said
}

/// Eigenvalues whose residual is beyond this share of the largest are not settled.
const SETTLED: f64 = 1e-5;

/// What the ends of the spectrum say together.
fn verdict(of: &OfLoss) -> Option<String> {
    let largest = of.top.iter().chain(&of.lowest).map(|end| end.value.abs()).fold(0.0, f64::max);
    let settled = |end: &End| end.residual <= SETTLED * largest;
    if !of.top.iter().chain(&of.lowest).all(settled) {
        let text = "Not all eigenvalues are settled: --products takes more products with the Hessian than now.";
        return Some(text.to_owned());
    }
    let low = of.lowest.first()?;
    // Rounding of the products, by the largest eigenvalue.
    let room = low.residual + 1e-9 * largest;
    Some(if low.value < -room {
        "The smallest eigenvalue is negative: the weights are no minimum, there is a way down.".to_owned()
    } else if low.value <= room {
        "The smallest eigenvalue is 0 as far as it is known: there are directions without curvature.".to_owned()
    } else {
        let condition = of
            .top
            .first()
            .map_or_else(String::new, |top| format!(" Condition number {}.", rounded(top.value / low.value)));
        format!("All eigenvalues are positive: the loss bends upwards in every direction.{condition}")
    })
}
