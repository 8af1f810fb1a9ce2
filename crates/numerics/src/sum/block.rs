//! Slices: blocks of terms are reduced to a few numbers, and only those go to the window.
//!
//! Blocks whose terms are alike are done by [`running`], in one pass. [`Unlike`] takes the others as values: numbers as
//! they are, products as rounded products and their errors.

use crate::isa::{Isa, Kernel, dispatch_on};

use super::extract::BLOCK;
use super::terms::{LANES, Products, Rows, SMALLEST_PRODUCT, Terms};
use super::unlike::{Specials, Unlike};
use super::{ExactSum, running};

/// Slices shorter than this are added one by one (measured: a block costs about as much as 25 single additions).
const SHORT: usize = 24;

/// Where `mul_add` is a function call (x86-64 before AVX2) or even emulated (WebAssembly), integers are faster.
const BASELINE_HAS_FMA: bool = cfg!(any(target_feature = "fma", target_arch = "aarch64"));

/// Adds all terms.
pub(super) fn add<const PARTS: usize, T: Exact<PARTS>>(sum: &mut ExactSum, terms: T) {
    if terms.len() < SHORT {
        terms.add_each(sum);
    } else {
        add_on(Isa::current(), sum, terms).apply(sum);
    }
}

/// Adds the finite values and returns how many others there were.
pub(super) fn add_finite<T: Exact<1>>(sum: &mut ExactSum, values: T) -> u64 {
    if values.len() < SHORT {
        let mut left_out = 0;
        for x in values.eights().chain(values.tail()).flat_map(T::rounded) {
            if x.is_finite() {
                sum.add(x);
            } else {
                left_out += 1;
            }
        }
        left_out
    } else {
        // A block that fits has been found to hold neither infinities nor NaN on the way.
        add_on(Isa::current(), sum, values).count
    }
}

/// Adds all terms and returns those that are not finite (but for products of `f64`, which are added at once).
fn add_on<const PARTS: usize, T: Exact<PARTS>>(isa: Isa, sum: &mut ExactSum, terms: T) -> Specials {
    let mut unlike = Unlike::new(isa);
    running::add_blocks(isa, sum, terms, |sum, block, to_come| block.add_unlike(&mut unlike, sum, to_come));
    unlike.finish(sum)
}

/// Terms that are added exactly, whatever they are.
pub(super) trait Exact<const PARTS: usize>: Terms<PARTS> {
    /// One by one.
    fn add_each(self, sum: &mut ExactSum);

    /// As values, of which `unlike` gets `to_come` terms at most from here on.
    fn add_unlike(self, unlike: &mut Unlike, sum: &mut ExactSum, to_come: usize);
}

impl Exact<1> for &[f64] {
    fn add_each(self, sum: &mut ExactSum) {
        self.iter().for_each(|&x| sum.add(x));
    }

    fn add_unlike(self, unlike: &mut Unlike, sum: &mut ExactSum, to_come: usize) {
        unlike.add(sum, self, to_come);
    }
}

impl Exact<1> for &[f32] {
    fn add_each(self, sum: &mut ExactSum) {
        self.iter().for_each(|&x| sum.add(x.into()));
    }

    fn add_unlike(self, unlike: &mut Unlike, sum: &mut ExactSum, to_come: usize) {
        add_stored(self, unlike, sum, to_come);
    }
}

impl Exact<1> for Products<'_, f32> {
    fn add_each(self, sum: &mut ExactSum) {
        self.a.iter().zip(self.b).for_each(|(&a, &b)| sum.add(f64::from(a) * f64::from(b)));
    }

    fn add_unlike(self, unlike: &mut Unlike, sum: &mut ExactSum, to_come: usize) {
        add_stored(self, unlike, sum, to_come);
    }
}

impl Exact<2> for Products<'_, f64> {
    fn add_each(self, sum: &mut ExactSum) {
        self.a.iter().zip(self.b).for_each(|(&a, &b)| sum.add_product(a, b));
    }

    #[cold]
    #[inline(never)]
    fn add_unlike(self, unlike: &mut Unlike, sum: &mut ExactSum, _to_come: usize) {
        if unlike.isa() == Isa::Baseline && !BASELINE_HAS_FMA {
            return self.add_each(sum);
        }
        for start in (0..self.len()).step_by(BLOCK) {
            let block = self.part(start..self.len().min(start + BLOCK));
            let mut stored = [[0.0; BLOCK]; 2];
            dispatch_on(unlike.isa(), Store { terms: block, parts: &mut stored });
            let [products, errors] = stored.each_mut().map(|parts| &mut parts[..block.len()]);
            if !dispatch_on(unlike.isa(), AllExact { products, errors }) {
                for (row, (product, error)) in products.iter_mut().zip(&mut *errors).enumerate() {
                    if !is_exact(*product, *error) {
                        sum.add_product(block.a[row], block.b[row]);
                        (*product, *error) = (0.0, 0.0);
                    }
                }
            }
            // Never mind how many are to come: for two values per product bins do not pay over medium spreads (measured).
            unlike.add_in_place(sum, products);
            unlike.add_in_place(sum, errors);
        }
    }
}

/// Adds terms that are one number each, as `f64`.
#[cold]
#[inline(never)]
fn add_stored<T: Terms<1>>(terms: T, unlike: &mut Unlike, sum: &mut ExactSum, to_come: usize) {
    for start in (0..terms.len()).step_by(BLOCK) {
        let block = terms.part(start..terms.len().min(start + BLOCK));
        let mut stored = [[0.0; BLOCK]];
        dispatch_on(unlike.isa(), Store { terms: block, parts: &mut stored });
        unlike.add(sum, &stored[0][..block.len()], to_come - start);
    }
}

/// Stores the parts of at most `BLOCK` terms.
struct Store<'a, const PARTS: usize, T> {
    terms: T,
    parts: &'a mut [[f64; BLOCK]; PARTS],
}

impl<const PARTS: usize, T: Terms<PARTS>> Kernel for Store<'_, PARTS, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (index, eight) in self.terms.eights().chain(self.terms.tail()).enumerate() {
            for (stored, parts) in self.parts.iter_mut().zip(T::parts(eight)) {
                stored[index * LANES..][..LANES].copy_from_slice(&parts);
            }
        }
    }
}

/// Whether a product and its error are the exact product: it is finite and far from underflow, or a factor is 0.
#[inline(always)]
fn is_exact(product: f64, error: f64) -> bool {
    const SMALLEST: f64 = f64::from_bits(((1023 + SMALLEST_PRODUCT) as u64) << 52);
    let size = product.abs();
    (SMALLEST..f64::INFINITY).contains(&size) | ((size == 0.0) & (error == 0.0))
}

/// Whether all products and their errors are exact.
struct AllExact<'a> {
    products: &'a [f64],
    errors: &'a [f64],
}

impl Kernel for AllExact<'_> {
    type Output = bool;

    #[inline(always)]
    fn run(self) -> bool {
        self.products.iter().zip(self.errors).fold(true, |all, (&product, &error)| all & is_exact(product, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers in −1..1 with full significands, times 2^(0..spread).
    fn numbers(len: usize, spread: i32) -> Vec<f64> {
        let mut state = 1_u64;
        let mut bits = || {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            state >> 11
        };
        (0..len)
            .map(|_| {
                let x = bits() as f64 / (1_u64 << 52) as f64 - 1.0;
                x * (2.0_f64).powi((bits() % spread as u64) as i32)
            })
            .collect()
    }

    /// Holds the blocks of every instruction set against terms added one by one.
    fn assert_exact<const PARTS: usize, T: Exact<PARTS>>(terms: T, what: &str) {
        let mut expected = ExactSum::new();
        terms.add_each(&mut expected);
        for isa in Isa::available() {
            let mut sum = ExactSum::new();
            add_on(isa, &mut sum, terms).apply(&mut sum);
            assert_eq!(sum, expected, "{} {what}", isa.name());
        }
    }

    #[test]
    fn every_instruction_set_gives_the_exact_sum() {
        for spread in [1, 20, 40, 100, 300, 900] {
            for len in [1, 7, 8, 9, 127, 128, 1000, 1024, 1025, 3000] {
                for shift in [-1074, -1000, -140, 0, 60] {
                    let what = format!("{spread} {len} {shift}");
                    let half = (2.0_f64).powi(shift / 2);
                    let values: Vec<f64> = numbers(len, spread).iter().map(|x| x * half * half).collect();
                    let weights = numbers(len, 3);
                    assert_exact(values.as_slice(), &what);
                    assert_exact(Products { a: &values, b: &weights }, &what);
                    let [values, weights] =
                        [values, weights].map(|xs| xs.iter().map(|&x| x as f32).collect::<Vec<_>>());
                    assert_exact(values.as_slice(), &what);
                    assert_exact(Products { a: &values, b: &weights }, &what);
                }
            }
        }
    }

    #[test]
    fn what_is_not_finite_is_returned_by_every_instruction_set() {
        for len in [24, 1000, 5000] {
            for spread in [1, 900] {
                let mut values = numbers(len, spread);
                let finite: ExactSum = values.iter().copied().collect();
                for special in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
                    values.insert(len / 2, special);
                    values.push(special);
                }
                for isa in Isa::available() {
                    let mut sum = ExactSum::new();
                    assert_eq!(add_on(isa, &mut sum, values.as_slice()).count, 6);
                    assert_eq!(sum, finite, "{} {len} {spread}", isa.name());
                }
            }
        }
    }
}
