//! What a figure of residuals shows: numbers only.

use dartboard_numerics::elementary::Float;

use crate::advice::{POINTS, ResidualPicture};
use crate::noise::{Data, Law};
use crate::order::{MAD_TO_SD, Sorted};
use crate::quantity::Quantity;
use crate::rows::Rows;
use crate::special::normal_quantile;

/// Bars of the histogram.
const BARS: usize = 60;
/// Heights of a density.
const HEIGHTS: usize = 241;
/// Points of the Q–Q plot.
const QUANTILES: usize = 199;
/// Densities that are drawn: the best, and what they are told from.
const DENSITIES: usize = 4;

/// The picture of rows and the laws that were fitted to them; `None` where residuals have no spread.
pub(crate) fn residuals(rows: &Rows, look: &Quantity) -> Option<ResidualPicture> {
    let data = &look.sample;
    let residuals = data.residuals();
    let sorted = Sorted::new(&residuals, |row| data.w[row]);
    let (low, high) = (sorted.quantile(0.005), sorted.quantile(0.995));
    if !(look.scale > 0.0 && high > low) {
        return None;
    }
    let margin = 0.05 * (high - low);
    let window = [low - margin, high + margin];
    let width = (window[1] - window[0]) / BARS as f64;
    let mut bars = vec![0.0; BARS];
    let mut inside = 0.0;
    for (residual, w) in residuals.iter().zip(&data.w) {
        let place = (residual - window[0]) / width;
        if (0.0..BARS as f64).contains(&place) {
            bars[place as usize] += w;
            inside += w;
        }
    }
    let total = data.total();
    bars.iter_mut().for_each(|bar| *bar /= total * width);
    let step = (window[1] - window[0]) / (HEIGHTS - 1) as f64;
    let y: Vec<f64> = (0..HEIGHTS).map(|i| window[0] + step * i as f64).collect();
    let places = Data { p: vec![0.0; HEIGHTS], w: vec![1.0; HEIGHTS], y };
    let densities = look.evidence.iter().filter(|evidence| is_of_residual(&evidence.law)).map(|evidence| {
        let heights = evidence.law.ln_densities(&places).into_iter().map(Float::exp).collect();
        (evidence.family.name().to_owned(), heights)
    });
    let median = sorted.median();
    let scale = MAD_TO_SD
        * Sorted::new(&residuals.iter().map(|r| (r - median).abs()).collect::<Vec<_>>(), |row| data.w[row]).median();
    let normal_quantiles = (0..QUANTILES).map(|i| {
        let level = (i as f64 + 0.5) / QUANTILES as f64;
        [normal_quantile(level), (sorted.quantile(level) - median) / scale]
    });
    let points = data.rows().min(POINTS);
    Some(ResidualPicture {
        predictions: rows.data.p[..points].to_vec(),
        residuals: rows.data.residuals()[..points].to_vec(),
        window,
        beyond: 1.0 - inside / total,
        densities: densities.take(DENSITIES).collect(),
        normal_quantiles: normal_quantiles.collect(),
        bars,
    })
}

/// Whether a law is one of the residual, whatever the prediction.
fn is_of_residual(law: &Law) -> bool {
    matches!(law, Law::Symmetric(_) | Law::AsymmetricLaplace(_) | Law::TwoPiece(_))
}
