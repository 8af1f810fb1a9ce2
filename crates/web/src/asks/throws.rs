//! Darts: throws around an aim, drawn by seed.

use dartboard_numerics::elementary::Float;

use crate::answer::{Answer, object};
use crate::complaint::Complaint;
use crate::question::Question;

/// Throws that fit on a board and can still be told apart.
const MOST: usize = 500;

/// How much wider than the others a wild throw scatters.
const WILD: f64 = 4.0;

/// `count` throws around (`x`, `y`) with the standard deviation `spread` in each direction; every tenth is a wild one if
/// `wild` is 1. The numbers are all x, then all y. The same seed gives the same throws.
pub(super) fn throws(question: &Question<'_>) -> Result<Answer, Complaint> {
    let count = question.count("count", MOST)?;
    let (x, y, spread) = (question.number("x")?, question.number("y")?, question.number("spread")?);
    let wild = question.count("wild", 1)? == 1;
    let mut random = Random(question.count("seed", u32::MAX as usize)? as u64);
    let mut numbers = vec![0.0; 2 * count];
    for throw in 0..count {
        let spread = if wild && throw % 10 == 9 { WILD * spread } else { spread };
        let [across, up] = random.normals();
        numbers[throw] = x + spread * across;
        numbers[count + throw] = y + spread * up;
    }
    Ok(Answer::of(object! { "count": count }).with(numbers))
}

/// SplitMix64 (Steele, Lea and Flood 2014): for pictures, not for statistics.
struct Random(u64);

impl Random {
    /// A number in (−1, 1).
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        ((z >> 11) as f64 + 0.5) / (1_u64 << 52) as f64 - 1.0
    }

    /// Two numbers of the standard normal law, by Marsaglia's polar method (1964).
    fn normals(&mut self) -> [f64; 2] {
        loop {
            let (a, b) = (self.share(), self.share());
            let square = a * a + b * b;
            if square < 1.0 && square > 0.0 {
                let factor = (-2.0 * Float::ln(square) / square).sqrt();
                return [a * factor, b * factor];
            }
        }
    }
}
