//! Sums over vectors of weights, in one order. Without fused multiply-adds, which are calls outside of dispatched kernels.

/// Σ aᵢ·bᵢ
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// √Σ aᵢ²
pub(crate) fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

/// The largest |aᵢ|; NaN where there is one.
pub(crate) fn largest(a: &[f64]) -> f64 {
    a.iter().fold(0.0, |largest: f64, x| if x.abs() > largest || x.is_nan() { x.abs() } else { largest })
}

/// `a += factor·b`
pub(crate) fn add_scaled(a: &mut [f64], factor: f64, b: &[f64]) {
    a.iter_mut().zip(b).for_each(|(a, b)| *a += factor * b);
}

/// `origin + factor·direction`
pub(crate) fn along(origin: &[f64], factor: f64, direction: &[f64]) -> Vec<f64> {
    origin.iter().zip(direction).map(|(origin, direction)| origin + factor * direction).collect()
}
