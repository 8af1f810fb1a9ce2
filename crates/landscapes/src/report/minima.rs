//! The valleys of a grid, each with how deep it is.

use serde::Serialize;

use crate::grid::Landscape;

/// A local minimum of a grid: no neighbour, diagonal ones among them, is lower.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Minimum {
    /// Its place along the first and the second axis.
    pub point: [usize; 2],
    /// Its coordinates.
    pub place: [f64; 2],
    /// Its loss.
    pub loss: f64,
    /// How far the loss has to rise on the way to a lower minimum; infinite for the lowest of all. Small ones are ripples,
    /// or rounding.
    pub depth: f64,
    /// Whether it lies on the rim: the valley may go on outside.
    pub on_rim: bool,
}

/// The local minima of the finite losses, the lowest first. Points that are equal and adjoin count as one, the first of
/// them. What is not finite is a wall.
///
/// Water that rises from the lowest point on fills valley after valley; where two meet, the one with the higher floor ends,
/// and the height of the water above its floor is its depth.
pub fn minima(landscape: &Landscape) -> Vec<Minimum> {
    let [width, height] = landscape.shape();
    let losses = &landscape.losses;
    let mut order: Vec<usize> = (0..losses.len()).filter(|&at| losses[at].is_finite()).collect();
    // A stable order also among equals: by place.
    order.sort_by(|&a, &b| losses[a].total_cmp(&losses[b]).then(a.cmp(&b)));
    const DRY: usize = usize::MAX;
    // The valley that a point belongs to, by a tree of points; roots are floors.
    let mut parent = vec![DRY; losses.len()];
    let mut depth = vec![f64::INFINITY; losses.len()];
    let mut floors = vec![];
    for &at in &order {
        let (x, y) = (at % width, at / width);
        parent[at] = at;
        let mut valley = DRY;
        for ny in y.saturating_sub(1)..(y + 2).min(height) {
            for nx in x.saturating_sub(1)..(x + 2).min(width) {
                let neighbour = ny * width + nx;
                if neighbour == at || parent[neighbour] == DRY {
                    continue;
                }
                let other = root(&mut parent, neighbour);
                if valley == DRY {
                    valley = other;
                    parent[at] = other;
                } else if valley != other {
                    // By loss, then by place, as in the order.
                    let lower = losses[valley].total_cmp(&losses[other]).then(valley.cmp(&other)).is_lt();
                    let (stays, ends) = if lower { (valley, other) } else { (other, valley) };
                    depth[ends] = losses[at] - losses[ends];
                    parent[ends] = stays;
                    valley = stays;
                }
            }
        }
        if valley == DRY {
            floors.push(at);
        }
    }
    let minimum = |at: usize| {
        let (x, y) = (at % width, at / width);
        let on_rim = x == 0 || x + 1 == width || height > 1 && (y == 0 || y + 1 == height);
        Minimum { point: [x, y], place: landscape.place(at), loss: losses[at], depth: depth[at], on_rim }
    };
    // Valleys of depth 0 are parts of a level stretch that were not known to adjoin.
    floors.into_iter().filter(|&at| depth[at] > 0.0).map(minimum).collect()
}

fn root(parent: &mut [usize], at: usize) -> usize {
    let mut root = at;
    while parent[root] != root {
        root = parent[root];
    }
    let mut at = at;
    while parent[at] != root {
        at = std::mem::replace(&mut parent[at], root);
    }
    root
}
