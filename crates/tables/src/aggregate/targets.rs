//! The distribution of the targets of a group: which ones were seen, with how much weight.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use dartboard_losses::Distribution;
use dartboard_numerics::sum::ExactSum;
use datafusion::common::Result;

use super::tally::{Reader, write_sum};

/// Different targets up to which a distribution is kept. A target costs about 300 bytes over all copies of the states of
/// a query (measured), so these are 1.2 GB at most.
const MOST_TARGETS: usize = 1 << 22;

/// Targets with their total weights.
#[derive(Clone, Debug, Default)]
pub(crate) struct Targets {
    /// Rows whose target is exactly 0 or 1 and that have no weight of their own: the whole distribution of an event,
    /// kept apart because counting it costs next to nothing.
    events: [u64; 2],
    /// Weights of all other rows by the bits of their target.
    weights: HashMap<u64, ExactSum, BuildHasherDefault<BitsHasher>>,
    too_many: bool,
}

/// Mixes the bits of a float. The default hasher withstands an adversary, which a table of sums need not.
#[derive(Clone, Debug, Default)]
struct BitsHasher(u64);

impl Hasher for BitsHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }
    fn write_u64(&mut self, bits: u64) {
        // Multiplication by 2⁶⁴/φ (Fibonacci hashing) moves entropy up, the shift brings it down to the table's bits.
        let mixed = (self.0 ^ bits).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

impl Targets {
    pub(crate) fn add(&mut self, targets: &[f64], weight: Option<&[f64]>) {
        if self.too_many {
            return;
        }
        if weight.is_none() && targets.iter().fold(true, |all, &target| all & ((target == 0.0) | (target == 1.0))) {
            // The sum of a run's zeros and ones is far below 2⁵³.
            let ones = targets.iter().sum::<f64>() as u64;
            self.events[1] += ones;
            self.events[0] += targets.len() as u64 - ones;
            return;
        }
        for (row, &target) in targets.iter().enumerate() {
            // One zero.
            let mass = self.weights.entry((target + 0.0).to_bits()).or_default();
            mass.add(weight.map_or(1.0, |weight| weight[row]));
        }
        self.check_size();
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (count, added) in self.events.iter_mut().zip(other.events) {
            *count += added;
        }
        self.too_many |= other.too_many;
        if !self.too_many {
            for (&bits, mass) in &other.weights {
                self.weights.entry(bits).or_default().merge(mass);
            }
            self.check_size();
        }
    }

    fn check_size(&mut self) {
        if self.weights.len() > MOST_TARGETS {
            self.too_many = true;
            self.weights = HashMap::default();
        }
    }

    /// `None` where there were too many different targets.
    pub(crate) fn distribution(&self) -> Option<Distribution> {
        if self.too_many {
            return None;
        }
        let events = self.events.map(|count| {
            let mut mass = ExactSum::new();
            mass.add_count(count);
            mass
        });
        let weights = self.weights.iter().map(|(&bits, mass)| (f64::from_bits(bits), mass));
        Some(Distribution::new(weights.chain([0.0, 1.0].into_iter().zip(&events))))
    }

    pub(crate) fn size(&self) -> usize {
        self.weights.capacity() * size_of::<(u64, ExactSum)>()
    }

    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        let header = [self.events[0], self.events[1], u64::from(self.too_many), self.weights.len() as u64];
        for count in header {
            bytes.extend_from_slice(&count.to_le_bytes());
        }
        for (bits, mass) in &self.weights {
            bytes.extend_from_slice(&bits.to_le_bytes());
            write_sum(mass, bytes);
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let events = [reader.count()?, reader.count()?];
        let too_many = reader.count()? != 0;
        let mut weights = HashMap::default();
        for _ in 0..reader.count()? {
            weights.insert(reader.count()?, reader.sum()?);
        }
        Ok(Self { events, weights, too_many })
    }
}
