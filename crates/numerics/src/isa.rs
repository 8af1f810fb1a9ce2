//! One function body, several instruction sets, the same bits.
//!
//! A [`Kernel`] is plain scalar Rust whose `run` is inlined into one copy per instruction set, where LLVM vectorises it
//! with that set's registers. All arithmetic of the workspace is specified (fused multiply-add where it is written
//! `mul_add`, no reassociation), so the copies differ in speed only.

use std::sync::OnceLock;

/// The variable that names the instruction set to use instead of the best one: `sse2`, `avx2` or `avx512`.
///
/// It exists so that "the same bits on every instruction set" can be checked from outside, on any command.
pub const OVERRIDE_VARIABLE: &str = "DARTBOARD_ISA";

/// An instruction set that kernels are compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Isa {
    /// What every machine of the target has: SSE2 on x86-64. `mul_add` is a function call there: slow, same bits.
    Baseline,
    /// AVX2 with fused multiply-add: x86-64 machines since about 2013.
    Avx2,
    /// AVX-512 F, BW, DQ, VL: servers since 2017.
    Avx512,
}

impl Isa {
    /// Every instruction set that a kernel is compiled for on this target, slowest first.
    pub const ALL: [Self; 3] = [Self::Baseline, Self::Avx2, Self::Avx512];

    /// The name used in [`OVERRIDE_VARIABLE`] and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Baseline => "sse2",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }

    /// Whether this machine can run it.
    pub fn is_available(self) -> bool {
        match self {
            Self::Baseline => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                Self::Avx2.is_available()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
            }
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx2 | Self::Avx512 => false,
        }
    }

    /// The instruction sets this machine can run, slowest first.
    pub fn available() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|isa| isa.is_available())
    }

    /// The instruction set kernels run on: the one named in [`OVERRIDE_VARIABLE`], else the best available.
    ///
    /// Read once per process. An override that is unknown or not available on this machine is ignored here;
    /// [`check_override`](Self::check_override) reports it, and the command line calls that before anything else.
    pub fn current() -> Self {
        static CURRENT: OnceLock<Isa> = OnceLock::new();
        *CURRENT.get_or_init(|| {
            Self::check_override().ok().flatten().unwrap_or_else(|| Self::available().last().unwrap_or(Self::Baseline))
        })
    }

    /// The instruction set named in [`OVERRIDE_VARIABLE`], or `None` where it is not set.
    ///
    /// # Errors
    /// A sentence for the user where the name is unknown or the machine does not have it.
    pub fn check_override() -> Result<Option<Self>, String> {
        let Some(asked) = std::env::var_os(OVERRIDE_VARIABLE) else {
            return Ok(None);
        };
        let names = Self::ALL.map(Self::name).join(", ");
        let found = Self::ALL.into_iter().find(|isa| asked == isa.name());
        match found {
            None => {
                Err(format!("{OVERRIDE_VARIABLE}={} is not known; it may be one of {names}", asked.to_string_lossy()))
            }
            Some(isa) if !isa.is_available() => {
                Err(format!("{OVERRIDE_VARIABLE}={}: this machine does not have that instruction set", isa.name()))
            }
            Some(isa) => Ok(Some(isa)),
        }
    }
}

/// A body to be compiled once per instruction set.
///
/// `run` must be `#[inline(always)]`, and so must every function it spends its time in: a call that is not inlined is
/// compiled for the baseline only and is an order of magnitude slower, without any warning.
pub trait Kernel {
    /// What the body returns.
    type Output;
    /// The body. Mark the implementation `#[inline(always)]`.
    fn run(self) -> Self::Output;
}

/// Runs `kernel` on [`Isa::current`].
#[inline]
pub fn dispatch<K: Kernel>(kernel: K) -> K::Output {
    match Isa::current() {
        // SAFETY: `current` is an instruction set that this machine has been found to have.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => unsafe { run_avx512(kernel) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { run_avx2(kernel) },
        _ => kernel.run(),
    }
}

/// Runs `kernel` on `isa`, or on the baseline where the machine does not have `isa`.
#[inline]
pub fn dispatch_on<K: Kernel>(isa: Isa, kernel: K) -> K::Output {
    #[cfg(target_arch = "x86_64")]
    {
        if isa == Isa::Avx512 && isa.is_available() {
            // SAFETY: the features named on `run_avx512` have just been detected on this machine.
            return unsafe { run_avx512(kernel) };
        }
        if isa >= Isa::Avx2 && Isa::Avx2.is_available() {
            // SAFETY: the features named on `run_avx2` have just been detected on this machine.
            return unsafe { run_avx2(kernel) };
        }
    }
    let _ = isa;
    kernel.run()
}

/// # Safety
/// The machine must have the features named here.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn run_avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

/// # Safety
/// The machine must have the features named here.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
unsafe fn run_avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct MulAdd<'a>(&'a [f64], &'a mut [f64]);

    impl Kernel for MulAdd<'_> {
        type Output = ();
        #[inline(always)]
        fn run(self) {
            for (out, &x) in self.1.iter_mut().zip(self.0) {
                *out = x.mul_add(x, -0.1 * x);
            }
        }
    }

    #[test]
    fn every_instruction_set_gives_the_same_bits() {
        let input: Vec<f64> = (0..1000).map(|i| f64::from(i) * 0.37 - 50.0).collect();
        let mut expected = vec![0.0; input.len()];
        MulAdd(&input, &mut expected).run();
        for isa in Isa::available() {
            let mut got = vec![0.0; input.len()];
            dispatch_on(isa, MulAdd(&input, &mut got));
            assert_eq!(got, expected, "{}", isa.name());
        }
    }

    #[test]
    fn names_are_distinct() {
        let mut names = Isa::ALL.map(Isa::name);
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
