//! The rows that a loss is applied to.

/// What was true.
#[derive(Clone, Copy, Debug)]
pub enum Truth<'a> {
    /// A quantity, or an event (0, 1 or between) per row. For losses of classes: the class index as a number, the way
    /// files hold it; −100 and the like are possible where [`Treatment::ignore`](crate::Treatment::ignore) says so.
    Numbers(&'a [f64]),
    /// The class index of each row. For losses of events: 0 or 1.
    Classes(&'a [u32]),
    /// One column per class: its share in each row.
    Shares(&'a [&'a [f64]]),
}

/// Rows: what was true, what was predicted, how much each counts.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// What was true.
    pub truth: Truth<'a>,
    /// One column for pointwise losses, one per class for row losses.
    pub predictions: &'a [&'a [f64]],
    /// How much each row counts; 1 where absent.
    pub weight: Option<&'a [f64]>,
    /// Which rows take part: false leaves a row out, whatever it holds.
    pub mask: Option<&'a [bool]>,
}

impl<'a> Rows<'a> {
    /// All rows, each counting the same.
    pub fn new(truth: Truth<'a>, predictions: &'a [&'a [f64]]) -> Self {
        Self { truth, predictions, weight: None, mask: None }
    }

    /// With a weight per row.
    #[must_use]
    pub fn weight(self, weight: &'a [f64]) -> Self {
        Self { weight: Some(weight), ..self }
    }

    /// With only the rows whose mask is true.
    #[must_use]
    pub fn mask(self, mask: &'a [bool]) -> Self {
        Self { mask: Some(mask), ..self }
    }

    /// The number of rows, those left out included.
    pub fn len(&self) -> usize {
        match self.truth {
            Truth::Numbers(target) => target.len(),
            Truth::Classes(target) => target.len(),
            Truth::Shares(columns) => columns.first().map_or(0, |column| column.len()),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
