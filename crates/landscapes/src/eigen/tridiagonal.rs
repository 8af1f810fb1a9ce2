//! Eigenvalues and eigenvectors of a symmetric tridiagonal matrix, by the implicit QL method (Bowdler, Martin, Reinsch and
//! Wilkinson, Numerische Mathematik 11 (1968), procedure tql2).

/// Eigenvalues in ascending order, and for each its eigenvector; `None` if the iteration does not settle, which is not
/// known to happen with finite numbers. `beside[i]` is the element beside the diagonal in rows `i` and `i + 1`.
pub(crate) fn eigen(diagonal: &[f64], beside: &[f64]) -> Option<(Vec<f64>, Vec<Vec<f64>>)> {
    let count = diagonal.len();
    let mut d = diagonal.to_vec();
    let mut e = beside.to_vec();
    e.resize(count, 0.0);
    // Row i holds the i-th components of all eigenvectors.
    let mut z = vec![vec![0.0; count]; count];
    (0..count).for_each(|i| z[i][i] = 1.0);
    for l in 0..count {
        let mut rounds = 0;
        loop {
            let small = |m: usize| e[m].abs() <= f64::EPSILON * (d[m].abs() + d[m + 1].abs());
            let m = (l..count.saturating_sub(1)).find(|&m| small(m)).unwrap_or(count - 1);
            if m == l {
                break;
            }
            rounds += 1;
            // 30 is the classic limit; two or three are usual.
            if rounds > 60 || !d[l].is_finite() {
                return None;
            }
            let g = (d[l + 1] - d[l]) / (2.0 * e[l]);
            let r = g.hypot(1.0);
            let mut g = d[m] - d[l] + e[l] / (g + r.copysign(g));
            let (mut s, mut c, mut p) = (1.0, 1.0, 0.0);
            let mut i = m;
            let mut split = false;
            while i > l {
                i -= 1;
                let f = s * e[i];
                let b = c * e[i];
                let r = f.hypot(g);
                e[i + 1] = r;
                if r == 0.0 {
                    d[i + 1] -= p;
                    e[m] = 0.0;
                    split = true;
                    break;
                }
                (s, c) = (f / r, g / r);
                let g2 = d[i + 1] - p;
                let r = (d[i] - g2) * s + 2.0 * c * b;
                p = s * r;
                d[i + 1] = g2 + p;
                g = c * r - b;
                for row in &mut z {
                    let (f, h) = (row[i + 1], row[i]);
                    row[i + 1] = s * h + c * f;
                    row[i] = c * h - s * f;
                }
            }
            if split {
                continue;
            }
            d[l] -= p;
            e[l] = g;
            e[m] = 0.0;
        }
    }
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| d[a].total_cmp(&d[b]));
    let vectors = order.iter().map(|&k| z.iter().map(|row| row[k]).collect()).collect();
    Some((order.iter().map(|&k| d[k]).collect(), vectors))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chain_has_the_eigenvalues_of_its_closed_form() {
        for count in [1, 2, 3, 10, 50] {
            let (values, vectors) = eigen(&vec![2.0; count], &vec![-1.0; count - 1]).unwrap();
            for (k, value) in values.iter().enumerate() {
                let angle = std::f64::consts::PI * (k + 1) as f64 / (count + 1) as f64;
                assert!((value - (2.0 - 2.0 * angle.cos())).abs() < 1e-13, "{count} {k}");
                let vector = &vectors[k];
                let norm: f64 = vector.iter().map(|x| x * x).sum();
                assert!((norm - 1.0).abs() < 1e-13);
                for i in 0..count {
                    let left = if i > 0 { vector[i - 1] } else { 0.0 };
                    let right = if i + 1 < count { vector[i + 1] } else { 0.0 };
                    assert!((2.0 * vector[i] - left - right - value * vector[i]).abs() < 1e-13);
                }
            }
        }
    }

    #[test]
    fn a_matrix_that_falls_apart_is_solved_in_parts() {
        let (values, _) = eigen(&[3.0, 1.0, 1.0, 0.0], &[0.0, 1.0, 0.0]).unwrap();
        for (got, expected) in values.iter().zip([0.0, 0.0, 2.0, 3.0]) {
            assert!((got - expected).abs() < 1e-14);
        }
        assert_eq!(eigen(&[], &[]).unwrap().0, Vec::<f64>::new());
    }
}
