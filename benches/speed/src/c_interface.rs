//! What the comparison calls: plain functions over plain pointers.
//!
//! # Safety
//! All functions trust their caller: pointers are null only where that is allowed, and point to as many elements as the
//! counts say.

#![allow(clippy::missing_safety_doc)] // said above, once for all

use std::ffi::{CStr, c_char, c_int, c_void};

use dartboard_arrays::{
    ClassOptions, ClassTarget, Element, Outputs, Rows, Threads, Total, linear, pointwise, softmax_cross_entropy,
    softmax_cross_entropy_in_place,
};
use dartboard_losses::{BatchError, Loss};
use dartboard_numerics::sum::{ExactSum, add_grouped};

use crate::stream::Stream;

/// A loss to be used in other calls, null where `spec` is not one. It is never freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dartboard_loss(spec: *const c_char) -> *const Loss {
    // SAFETY: a string, by the contract of this module.
    let spec = unsafe { CStr::from_ptr(spec) };
    let loss = spec.to_str().ok().and_then(|spec| Loss::parse(spec).ok());
    loss.map_or(std::ptr::null(), |loss| Box::into_raw(Box::new(loss)).cast_const())
}

/// A pointwise loss over `rows` rows of `f32` (`precision` 32) or `f64` (64). 0, or 1 where rows are refused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dartboard_pointwise(
    loss: *const Loss,
    precision: c_int,
    rows: usize,
    target: *const c_void,
    prediction: *const c_void,
    weight: *const c_void,
    value: *mut c_void,
    gradient: *mut c_void,
    hessian: *mut c_void,
    threads: c_int,
    mean: *mut f64,
) -> c_int {
    // SAFETY: by the contract of this module.
    unsafe {
        let (loss, threads) = (&*loss, count(threads));
        let (read, write) = ([target, prediction, weight], [value, gradient, hessian]);
        match precision {
            32 => run::<f32>(loss, rows, read, write, threads, mean),
            _ => run::<f64>(loss, rows, read, write, threads, mean),
        }
    }
}

unsafe fn run<E: Element>(
    loss: &Loss,
    rows: usize,
    [target, prediction, weight]: [*const c_void; 3],
    write: [*mut c_void; 3],
    threads: Threads,
    mean: *mut f64,
) -> c_int {
    // SAFETY: by the contract of this module.
    let (rows, outputs) = unsafe {
        let mut all = Rows::new(slice::<E>(target, rows), slice(prediction, rows));
        if !weight.is_null() {
            all = all.weighted(slice(weight, rows));
        }
        let [value, gradient, hessian] = write.map(|out| slice_mut::<E>(out, rows));
        (all, Outputs { value, gradient, hessian, scale: 1.0 })
    };
    match pointwise(loss, rows, outputs, threads) {
        Ok(total) => {
            // SAFETY: by the contract of this module.
            unsafe { give(mean, total.mean()) };
            0
        }
        Err(_) => 1,
    }
}

/// A number of threads, 0 for all.
fn count(threads: c_int) -> Threads {
    Threads::new(usize::try_from(threads).unwrap_or(1))
}

/// Writes the mean where it is wanted.
unsafe fn give(mean: *mut f64, value: f64) {
    if !mean.is_null() {
        // SAFETY: by the contract of this module.
        unsafe { *mean = value };
    }
}

/// Softmax cross-entropy of `rows` rows of `classes` logits, which may be where the gradient goes. 0, or 1 where rows are
/// refused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dartboard_rows(
    loss: *const Loss,
    precision: c_int,
    rows: usize,
    classes: usize,
    target: *const u32,
    scores: *const c_void,
    gradient: *mut c_void,
    threads: c_int,
    mean: *mut f64,
) -> c_int {
    // SAFETY: by the contract of this module.
    unsafe {
        if (*loss).card().name != "cce_logits" {
            return 1;
        }
        let threads = count(threads);
        let target = slice(target.cast(), rows);
        let total = match precision {
            32 => softmax::<f32>(target, classes, scores, gradient, threads),
            _ => softmax::<f64>(target, classes, scores, gradient, threads),
        };
        total.map_or(1, |total| {
            give(mean, total.mean());
            0
        })
    }
}

unsafe fn softmax<E: Element>(
    target: &[u32],
    classes: usize,
    scores: *const c_void,
    gradient: *mut c_void,
    threads: Threads,
) -> Result<Total, BatchError> {
    let (options, len) = (ClassOptions::<E>::default(), target.len() * classes);
    let target = ClassTarget::Index(target);
    // SAFETY: by the contract of this module; where scores and gradient are one array, it is lent once.
    unsafe {
        if std::ptr::eq(scores, gradient) {
            let scores = slice_mut(gradient, len).unwrap_or_default();
            softmax_cross_entropy_in_place(target, scores, classes, options, threads)
        } else {
            softmax_cross_entropy(target, slice(scores, len), classes, slice_mut(gradient, len), options, threads)
        }
    }
}

/// Cross-entropy of a linear layer without its logits; gradients are those of the mean. 0, or 1 where rows are refused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dartboard_linear(
    rows: usize,
    width: usize,
    classes: usize,
    hidden: *const f32,
    weights: *const f32,
    target: *const u32,
    hidden_gradient: *mut f32,
    weights_gradient: *mut f32,
    threads: c_int,
    mean: *mut f64,
) -> c_int {
    // SAFETY: by the contract of this module.
    let (inputs, gradients) = unsafe {
        let inputs = linear::Inputs {
            hidden: slice(hidden.cast(), rows * width),
            weights: slice(weights.cast(), classes * width),
            bias: None,
            target: slice(target.cast(), rows),
            width,
            classes,
        };
        let gradients = linear::Gradients {
            hidden: slice_mut(hidden_gradient.cast(), rows * width),
            weights: slice_mut(weights_gradient.cast(), classes * width),
            bias: None,
        };
        (inputs, gradients)
    };
    let options = linear::Options { threads: count(threads), ..linear::Options::default() };
    match linear::cross_entropy(&inputs, &options, gradients) {
        Ok(loss) => {
            // SAFETY: by the contract of this module.
            unsafe { give(mean, loss.value) };
            0
        }
        Err(_) => 1,
    }
}

/// The exact sum of every group, rounded once. 0, or 1 where a group is out of range.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dartboard_grouped(
    values: *const f64,
    groups: *const u32,
    len: usize,
    group_count: usize,
    totals: *mut f64,
) -> c_int {
    // SAFETY: by the contract of this module.
    let (values, groups): (&[f64], &[u32]) = unsafe { (slice(values.cast(), len), slice(groups.cast(), len)) };
    // SAFETY: by the contract of this module.
    let Some(totals) = (unsafe { slice_mut::<f64>(totals.cast(), group_count) }) else { return 1 };
    if groups.iter().any(|&group| group as usize >= group_count) {
        return 1;
    }
    let mut sums = vec![ExactSum::new(); group_count];
    add_grouped(&mut sums, groups, values);
    totals.iter_mut().zip(&sums).for_each(|(total, sum)| *total = sum.to_f64());
    0
}

unsafe fn slice<'a, T>(from: *const c_void, len: usize) -> &'a [T] {
    // SAFETY: by the contract of this module.
    unsafe { std::slice::from_raw_parts(from.cast(), len) }
}

unsafe fn slice_mut<'a, T>(from: *mut c_void, len: usize) -> Option<&'a mut [T]> {
    // SAFETY: by the contract of this module.
    (!from.is_null()).then(|| unsafe { std::slice::from_raw_parts_mut(from.cast(), len) })
}

/// Runs a stream once: 0 read, 1 read two, 2 copy, 3 triad.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dartboard_stream(
    kind: c_int,
    threads: c_int,
    a: *const f64,
    b: *const f64,
    out: *mut f64,
    len: usize,
) -> c_int {
    let Some(stream) = usize::try_from(kind).ok().and_then(|kind| Stream::ALL.get(kind)) else { return 1 };
    // SAFETY: by the contract of this module.
    let (a, b, out) = unsafe { (slice(a.cast(), len), slice(b.cast(), len), slice_mut(out.cast(), len)) };
    let Some(out) = out else { return 1 };
    stream.run_on(usize::try_from(threads).unwrap_or(1), a, b, out);
    0
}

/// The exact sum, rounded once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn dartboard_sum(values: *const f64, len: usize) -> f64 {
    let mut sum = ExactSum::new();
    // SAFETY: by the contract of this module.
    sum.add_slice(unsafe { slice(values.cast(), len) });
    sum.to_f64()
}
