//! Any sequence of what can be done to exact sums, against big integers.
#![no_main]

#[path = "../../crates/numerics/tests/reference/mod.rs"]
mod reference;

use arbitrary::Arbitrary;
use dartboard_numerics::sum::{self, ExactSum, Stepwise, add_grouped};
use libfuzzer_sys::fuzz_target;
use num_bigint::BigInt;

use reference::{assert_sum, exact, exact_product, scaled};

/// A finite number. Random bits alone would hardly ever give two numbers of similar size.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Number {
    Bits(u64),
    /// A significand at an exponent of few choices.
    Near(u8, u64),
    Small(i8),
    Subnormal(u32),
}

impl Number {
    fn value(self) -> f64 {
        match self {
            Self::Bits(bits) => {
                let x = f64::from_bits(bits);
                if x.is_finite() { x } else { f64::from_bits(bits & !(0x7ff << 52)) }
            }
            Self::Near(exponent, bits) => {
                let field = 1023 - 128 + u64::from(exponent);
                f64::from_bits(bits & !(0x7ff << 52) | field << 52)
            }
            Self::Small(number) => f64::from(number),
            Self::Subnormal(bits) => f64::from_bits(u64::from(bits)),
        }
    }
}

/// A finite number of single precision.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Single {
    Bits(u32),
    Near(u8, u32),
    Small(i8),
}

impl Single {
    fn value(self) -> f32 {
        match self {
            Self::Bits(bits) => {
                let x = f32::from_bits(bits);
                if x.is_finite() { x } else { f32::from_bits(bits & !(0xff << 23)) }
            }
            Self::Near(exponent, bits) => {
                let field = 127 - 8 + u32::from(exponent % 16);
                f32::from_bits(bits & !(0xff << 23) | field << 23)
            }
            Self::Small(number) => f32::from(number),
        }
    }
}

/// Blocks of the same terms, which are made a few at a time.
#[derive(Arbitrary, Debug)]
struct Blocks<T> {
    /// They are repeated to the length of a block.
    terms: Vec<T>,
    length: u16,
    /// All terms are multiplied by a power of two, so that one guess of their size does not fit the next blocks.
    scale: i16,
    /// The first steps.
    steps: Vec<u8>,
    /// The length of the others; 0 is that of a pass over an array. A block may have more steps than its lanes can take.
    others: u8,
    blocks: u8,
    /// A term that is infinite, in a block that is added to a sum of its own.
    infinite: Option<u16>,
}

impl<T: Copy> Blocks<T> {
    /// Adds the blocks to `sum` and returns what they add up to.
    fn add<N: sum::Number>(
        &self,
        stepwise: &mut Stepwise,
        sum: &mut ExactSum,
        value: impl Fn(T) -> N,
        from: impl Fn(f64) -> N,
    ) -> BigInt {
        let scale = f64::from_bits((1023 + i64::from(self.scale % 1023)) as u64 * (1 << 52));
        let terms: Vec<N> = self
            .terms
            .iter()
            .map(|&term| {
                let scaled = from(value(term).into() * scale);
                if scaled.into().is_finite() { scaled } else { value(term) }
            })
            .collect();
        let length = usize::from(self.length) % (Stepwise::BLOCK + 1);
        let mut block: Vec<N> = terms.iter().copied().cycle().take(length).collect();
        if let Some(at) = self.infinite.map(usize::from).filter(|&at| at < block.len()) {
            let finite = std::mem::replace(&mut block[at], from(f64::INFINITY));
            let mut infinite = ExactSum::new();
            self.step(stepwise, &block, &mut infinite);
            assert_eq!(infinite.to_f64(), f64::INFINITY);
            block[at] = finite;
        }
        let blocks = usize::from(self.blocks % 8);
        for _ in 0..blocks {
            self.step(stepwise, &block, sum);
        }
        let mut expected = BigInt::from(0);
        for (i, &term) in terms.iter().enumerate().take(length) {
            expected += exact(term.into()) * (length - i).div_ceil(terms.len());
        }
        expected * blocks
    }

    fn step<N: sum::Number>(&self, stepwise: &mut Stepwise, block: &[N], sum: &mut ExactSum) {
        let mut rest = block;
        for &step in &self.steps {
            let terms = rest.split_off(..usize::from(step).min(rest.len())).unwrap_or_default();
            stepwise.step(terms, [rest.as_ptr(), std::ptr::null()]);
        }
        let others = if self.others == 0 { 256 } else { usize::from(self.others) };
        rest.chunks(others).for_each(|terms| stepwise.step(terms, []));
        stepwise.finish(block, sum);
    }
}

/// What is done to the sum at hand.
#[derive(Arbitrary, Debug)]
enum Step {
    Add(Number),
    /// The same number again and again, then a slice: blocks of every length.
    Slice(Vec<Number>, u8),
    Finite(Vec<Number>),
    Products(Vec<(Number, Number)>, u8),
    /// The same three in single precision.
    SliceF32(Vec<Single>, u8),
    FiniteF32(Vec<Single>),
    ProductsF32(Vec<(Single, Single)>, u8),
    /// To all parts, in turn.
    Grouped(Vec<(u8, Number)>),
    /// Thousands of numbers over many exponents: from these, further ones by counting up their bits.
    Many(Vec<Number>, u64),
    Steps(Blocks<Number>),
    StepsF32(Blocks<Single>),
    /// Exponents that leave every bit within the range of sums.
    Scaled(Number, i16),
    Count(u64),
    Negate,
    /// Another of the parts is at hand from here on.
    Turn(u8),
    MergeInto(u8),
    TakeFrom(u8),
    ThroughBytes,
}

const PARTS: usize = 4;

fn repeated<T: Copy>(items: &[T], times: u8) -> Vec<T> {
    let times = usize::from(times) + 1;
    items.iter().flat_map(|&item| std::iter::repeat_n(item, times)).collect()
}

fuzz_target!(|steps: Vec<Step>| {
    let mut parts: [(ExactSum, BigInt); PARTS] = Default::default();
    let mut here = 0;
    let mut stepwise = Stepwise::new();
    for step in steps {
        let (sum, expected) = &mut parts[here];
        match step {
            Step::Add(number) => {
                sum.add(number.value());
                *expected += exact(number.value());
            }
            Step::Slice(numbers, times) => {
                let values: Vec<f64> = repeated(&numbers, times).into_iter().map(Number::value).collect();
                sum.add_slice(&values);
                *expected += values.iter().map(|&x| exact(x)).sum::<BigInt>();
            }
            Step::Finite(numbers) => {
                let mut values: Vec<f64> = numbers.into_iter().map(Number::value).collect();
                *expected += values.iter().map(|&x| exact(x)).sum::<BigInt>();
                values.push(f64::INFINITY);
                values.insert(values.len() / 2, f64::NAN);
                assert_eq!(sum.add_finite(&values), 2);
            }
            Step::Products(numbers, times) => {
                let (a, b): (Vec<f64>, Vec<f64>) =
                    repeated(&numbers, times).into_iter().map(|(a, b)| (a.value(), b.value())).unzip();
                sum.add_products(&a, &b);
                *expected += a.iter().zip(&b).map(|(&a, &b)| exact_product(a, b)).sum::<BigInt>();
            }
            Step::SliceF32(numbers, times) => {
                let values: Vec<f32> = repeated(&numbers, times).into_iter().map(Single::value).collect();
                sum.add_slice_f32(&values);
                *expected += values.iter().map(|&x| exact(x.into())).sum::<BigInt>();
            }
            Step::FiniteF32(numbers) => {
                let mut values: Vec<f32> = numbers.into_iter().map(Single::value).collect();
                *expected += values.iter().map(|&x| exact(x.into())).sum::<BigInt>();
                values.push(f32::INFINITY);
                values.insert(values.len() / 2, f32::NAN);
                assert_eq!(sum.add_finite_f32(&values), 2);
            }
            Step::ProductsF32(numbers, times) => {
                let (a, b): (Vec<f32>, Vec<f32>) =
                    repeated(&numbers, times).into_iter().map(|(a, b)| (a.value(), b.value())).unzip();
                sum.add_products_f32(&a, &b);
                *expected += a.iter().zip(&b).map(|(&a, &b)| exact_product(a.into(), b.into())).sum::<BigInt>();
            }
            Step::Grouped(rows) => {
                let (groups, values): (Vec<usize>, Vec<f64>) =
                    rows.into_iter().map(|(group, number)| (usize::from(group) % PARTS, number.value())).unzip();
                let mut sums = parts.each_ref().map(|(sum, _)| sum.clone());
                add_grouped(&mut sums, &groups, &values);
                for ((sum, _), added) in parts.iter_mut().zip(sums) {
                    *sum = added;
                }
                for (group, x) in groups.into_iter().zip(values) {
                    parts[group].1 += exact(x);
                }
            }
            Step::Many(numbers, step) => {
                let values: Vec<f64> = (0..3000)
                    .zip(numbers.iter().cycle())
                    .map(|(i, number)| {
                        Number::Bits(number.value().to_bits().wrapping_add(step.wrapping_mul(i))).value()
                    })
                    .collect();
                sum.add_slice(&values);
                *expected += values.iter().map(|&x| exact(x)).sum::<BigInt>();
            }
            Step::Steps(blocks) => *expected += blocks.add(&mut stepwise, sum, Number::value, |x| x),
            Step::StepsF32(blocks) => *expected += blocks.add(&mut stepwise, sum, Single::value, |x| x as f32),
            Step::Scaled(number, exponent) => {
                let exponent = i32::from(exponent % 1000);
                sum.add_scaled(number.value(), exponent);
                *expected += scaled(number.value(), exponent);
            }
            Step::Count(count) => {
                let count = count % (1 << 40);
                sum.add_count(count);
                *expected += BigInt::from(count) << reference::UNIT;
            }
            Step::Negate => {
                sum.negate();
                *expected = -&*expected;
            }
            Step::Turn(part) => here = usize::from(part) % PARTS,
            Step::MergeInto(part) => {
                let (added, more) = (sum.clone(), expected.clone());
                let (sum, expected) = &mut parts[usize::from(part) % PARTS];
                sum.merge(&added);
                *expected += more;
            }
            Step::TakeFrom(part) => {
                let (taken, less) = (sum.clone(), expected.clone());
                let (sum, expected) = &mut parts[usize::from(part) % PARTS];
                sum.unmerge(&taken);
                *expected -= less;
            }
            Step::ThroughBytes => *sum = ExactSum::from_bytes(&sum.to_bytes()).expect("its own bytes"),
        }
    }
    for (sum, expected) in &parts {
        assert_sum(sum, expected);
    }
});
