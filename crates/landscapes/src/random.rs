//! Random numbers from a seed: ChaCha20, and from its bits on only arithmetic that every machine does alike.

use dartboard_numerics::elementary::Float;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// What random numbers are for. Each purpose has a stream of its own, so that no two share their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Which rows are for testing.
    Split,
    /// First weights of a model.
    Weights,
    /// The vector that Lanczos' iteration starts from.
    Lanczos,
    /// The vectors of a trace by sampling.
    Trace,
    /// A random direction, counted from 0.
    Direction(u32),
}

impl Purpose {
    fn stream(self) -> u64 {
        match self {
            Self::Split => 1,
            Self::Weights => 2,
            Self::Lanczos => 3,
            Self::Trace => 4,
            Self::Direction(number) => (1 << 32) + u64::from(number),
        }
    }
}

/// A source of random numbers.
pub(crate) struct Random {
    source: ChaCha20Rng,
    /// The second number of the last pair of normal ones.
    spare: Option<f64>,
}

impl Random {
    pub(crate) fn new(seed: u64, purpose: Purpose) -> Self {
        let mut source = ChaCha20Rng::seed_from_u64(seed);
        source.set_stream(purpose.stream());
        Self { source, spare: None }
    }

    /// Uniform in [0, 1): a multiple of 2^-53.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.source.next_u64() >> 11) as f64 * (-53.0_f64).exp2()
    }

    /// Uniform in (−1, 1).
    pub(crate) fn symmetric(&mut self) -> f64 {
        2.0 * self.unit() - 1.0
    }

    /// Standard normal, by Marsaglia's polar method: of the elementary functions it takes only a logarithm and a root.
    pub(crate) fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let (x, y) = (self.symmetric(), self.symmetric());
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                let factor = (-2.0 * Float::ln(square) / square).sqrt();
                self.spare = Some(y * factor);
                return x * factor;
            }
        }
    }

    /// −1 or 1.
    pub(crate) fn sign(&mut self) -> f64 {
        if self.source.next_u32() & 1 == 0 { -1.0 } else { 1.0 }
    }

    /// Uniform among the whole numbers below `count`, which is not 0 (Lemire's method, without bias).
    fn below(&mut self, count: u64) -> u64 {
        let threshold = count.wrapping_neg() % count;
        loop {
            let product = u128::from(self.source.next_u64()) * u128::from(count);
            if product as u64 >= threshold {
                return (product >> 64) as u64;
            }
        }
    }

    /// Puts the items into a random order (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_numbers_have_the_moments_of_the_normal_distribution() {
        let mut random = Random::new(7, Purpose::Weights);
        let numbers: Vec<f64> = (0..100_000).map(|_| random.normal()).collect();
        let moment = |power: i32| numbers.iter().map(|x| x.powi(power)).sum::<f64>() / numbers.len() as f64;
        // Six standard errors: 1/√n, √2/√n, √15/√n and √96/√n.
        let root = (numbers.len() as f64).sqrt();
        assert!(moment(1).abs() < 6.0 / root);
        assert!((moment(2) - 1.0).abs() < 6.0 * 2.0_f64.sqrt() / root);
        assert!(moment(3).abs() < 6.0 * 15.0_f64.sqrt() / root);
        assert!((moment(4) - 3.0).abs() < 6.0 * 96.0_f64.sqrt() / root);
    }

    #[test]
    fn seeds_and_purposes_give_numbers_of_their_own() {
        let first = |seed, purpose| Random::new(seed, purpose).source.next_u64();
        assert_eq!(first(1, Purpose::Split), first(1, Purpose::Split));
        assert_ne!(first(1, Purpose::Split), first(2, Purpose::Split));
        assert_ne!(first(1, Purpose::Split), first(1, Purpose::Weights));
        assert_ne!(first(1, Purpose::Direction(0)), first(1, Purpose::Direction(1)));
    }

    #[test]
    fn a_shuffle_is_a_permutation_and_every_place_is_as_likely() {
        let mut counts = [[0_u32; 4]; 4];
        let mut random = Random::new(3, Purpose::Split);
        for _ in 0..24_000 {
            let mut items = [0, 1, 2, 3];
            random.shuffle(&mut items);
            let mut sorted = items;
            sorted.sort_unstable();
            assert_eq!(sorted, [0, 1, 2, 3]);
            items.iter().enumerate().for_each(|(place, &item)| counts[place][item] += 1);
        }
        // 6000 each, standard deviation 67.
        assert!(counts.as_flattened().iter().all(|&count| count.abs_diff(6000) < 6 * 67), "{counts:?}");
    }
}
