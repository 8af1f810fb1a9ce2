//! How rows and classes are cut so that the logits fit the room they are given.

use dartboard_numerics::matrix::{LANES, WIDEST};

/// Classes that are taken through all steps together. Their logits for 80 rows (20 KiB) stay in the first-level cache,
/// their weights in the second-level one; 64 is also the stretch in which a product with a panel of 80 is added up.
pub(super) const GROUP: usize = 64;

/// Fewer rows than this are not worth reading all weights for: at 48 rows a thread at 110 GFLOP/s asks for the weights
/// and their gradients at about the speed of memory. Then the logits are computed twice instead.
const FEWEST_ROWS: usize = 48;

/// The cut of a batch. All rows of a block are taken through all classes before the next block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// Rows of a block: a multiple of [`LANES`], and of [`WIDEST`] where it is more than that.
    pub(super) rows: usize,
    /// Classes whose logits exist at a time: all, or a multiple of [`GROUP`] if the logits are computed twice.
    pub(super) classes: usize,
}

impl Plan {
    /// The plan for `rows` × `classes` logits of which `room` bytes may exist at a time.
    ///
    /// The least it can do with is 16 rows of [`GROUP`] classes, 4 KiB.
    pub(super) fn new(rows: usize, classes: usize, room: usize) -> Self {
        let numbers = room / size_of::<f32>();
        let wanted = rows.max(1).next_multiple_of(LANES);
        let fit = numbers / classes;
        let fit = if fit < WIDEST { fit - fit % LANES } else { fit - fit % WIDEST };
        if fit >= wanted.min(FEWEST_ROWS) {
            return Self {
                rows: fit.min(wanted.next_multiple_of(if wanted > WIDEST { WIDEST } else { LANES })),
                classes,
            };
        }
        let rows = wanted.min(WIDEST).min((numbers / GROUP / LANES * LANES).max(LANES));
        let fit = (numbers / rows / GROUP * GROUP).max(GROUP);
        Self { rows, classes: fit.min(classes) }
    }

    /// Whether the logits of a block are kept from its loss to its gradient.
    pub(super) fn keeps(self, classes: usize) -> bool {
        self.classes == classes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logits_fit_the_room_and_rows_the_panels() {
        for room in [4096, 100_000, 1 << 20, 10 << 20, 1 << 30] {
            for classes in [1, 2, 17, 64, 1000, 32768, 50257, 131_072, 256_000] {
                for rows in [0, 1, 15, 16, 17, 80, 81, 2048] {
                    let plan = Plan::new(rows, classes, room);
                    assert!(plan.rows * plan.classes * 4 <= room, "{plan:?} of {rows} x {classes} in {room}");
                    assert!(plan.rows.is_multiple_of(LANES) && plan.rows > 0, "{plan:?}");
                    assert!(plan.rows <= WIDEST || plan.rows.is_multiple_of(WIDEST), "{plan:?}");
                    assert!(plan.keeps(classes) || plan.classes.is_multiple_of(GROUP), "{plan:?}");
                    assert!(plan.classes > 0 && plan.classes <= classes, "{plan:?}");
                }
            }
        }
    }

    #[test]
    fn ten_mebibytes_are_80_rows_of_32768_classes() {
        assert_eq!(Plan::new(2048, 32768, 10 << 20), Plan { rows: 80, classes: 32768 });
        assert_eq!(Plan::new(2048, 32768, usize::MAX), Plan { rows: 2080, classes: 32768 });
        assert_eq!(Plan::new(2048, 50257, 10 << 20), Plan { rows: 48, classes: 50257 });
        assert_eq!(Plan::new(2048, 131_072, 10 << 20), Plan { rows: 80, classes: 32768 });
    }
}
