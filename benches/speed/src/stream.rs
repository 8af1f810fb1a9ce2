//! What the memory can do: loops with next to no arithmetic, the floor under every loss.

use std::hint::black_box;

use dartboard_numerics::isa::{Kernel, dispatch};

/// Partial sums of a reading loop: enough to hide the latency of additions at any vector width.
const LANES: usize = 64;

/// A loop over memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Reads one array.
    Read,
    /// Reads two arrays.
    ReadTwo,
    /// Reads one array and writes one.
    Copy,
    /// Reads two arrays and writes one: what value and gradient of a loss need.
    Triad,
}

impl Stream {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Read, Self::ReadTwo, Self::Copy, Self::Triad];

    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::ReadTwo => "read two",
            Self::Copy => "copy",
            Self::Triad => "triad",
        }
    }

    /// Bytes that have to be moved per element. (An ordinary store reads its line first; that is not counted.)
    pub fn bytes_per_element(self) -> usize {
        8 * match self {
            Self::Read => 1,
            Self::ReadTwo | Self::Copy => 2,
            Self::Triad => 3,
        }
    }

    /// Runs once over arrays of one length, shared evenly by `threads` threads.
    pub fn run_on(self, threads: usize, a: &[f64], b: &[f64], out: &mut [f64]) {
        if threads <= 1 {
            return self.run(a, b, out);
        }
        let part = a.len().div_ceil(threads).max(1);
        std::thread::scope(|scope| {
            for ((a, b), out) in a.chunks(part).zip(b.chunks(part)).zip(out.chunks_mut(part)) {
                scope.spawn(move || self.run(a, b, out));
            }
        });
    }

    /// Runs once over arrays of one length, on this thread.
    pub fn run(self, a: &[f64], b: &[f64], out: &mut [f64]) {
        match self {
            Self::Read => _ = black_box(dispatch(Sum { a })),
            Self::ReadTwo => _ = black_box(dispatch(Dot { a, b })),
            Self::Copy => out.copy_from_slice(a),
            Self::Triad => dispatch(Triad { a, b, out }),
        }
        black_box(out);
    }
}

struct Sum<'a> {
    a: &'a [f64],
}

impl Kernel for Sum<'_> {
    type Output = f64;
    #[inline(always)]
    fn run(self) -> f64 {
        let mut lanes = [0.0; LANES];
        for a in self.a.as_chunks::<LANES>().0 {
            for lane in 0..LANES {
                lanes[lane] += a[lane];
            }
        }
        lanes.iter().sum()
    }
}

struct Dot<'a> {
    a: &'a [f64],
    b: &'a [f64],
}

impl Kernel for Dot<'_> {
    type Output = f64;
    #[inline(always)]
    fn run(self) -> f64 {
        let mut lanes = [0.0; LANES];
        for (a, b) in self.a.as_chunks::<LANES>().0.iter().zip(self.b.as_chunks::<LANES>().0) {
            for lane in 0..LANES {
                lanes[lane] = a[lane].mul_add(b[lane], lanes[lane]);
            }
        }
        lanes.iter().sum()
    }
}

struct Triad<'a> {
    a: &'a [f64],
    b: &'a [f64],
    out: &'a mut [f64],
}

impl Kernel for Triad<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        for ((&a, &b), out) in self.a.iter().zip(self.b).zip(self.out) {
            *out = b.mul_add(3.0, a);
        }
    }
}
