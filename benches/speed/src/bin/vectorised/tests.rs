//! The parser and the verdict, on recorded kernels and on what must not pass.

use std::collections::BTreeSet;

use dartboard_numerics::isa::Isa;

use super::disassembly::Program;
use super::exceptions::{Exception, Methods, faults};
use super::kernels::Kernel;
use super::report::report;
use super::verdict::{Role, Verdict};

/// The values of `mape` on AVX-512: a loop over vectors, a loop over two rows at a time, panics of bounds checks.
const VECTORS: &str = include_str!("recorded/vectors.txt");
/// The values and derivatives of `sigmoid_margin` on AVX-512, when a closure in its formula was not inlined.
const CALL: &str = include_str!("recorded/call.txt");
/// What both refer to.
const ELSEWHERE: &str = "
OFFSET           TYPE              VALUE
00000000003bbe60 R_X86_64_RELATIVE  *ABS*+0x0000000000012340
00000000003bbe68 R_X86_64_GLOB_DAT  memset@GLIBC_2.2.5

0000000000012340 <core::slice::index::slice_index_fail>:
   12340:\tud2

000000000023a750 <<dartboard_losses::losses::sigmoid_margin::SigmoidMargin as dartboard_losses::family::pointwise::Pointwise>::formula::{{closure}}>:
  23a750:\tret
";

fn verdict(kernel: &str) -> Verdict {
    let text = format!("{ELSEWHERE}\n{kernel}");
    let program = Program::parse(&text);
    let function = program.functions.values().find(|function| function.name.contains("run_avx512"));
    Verdict::of(&program, &function.expect("a kernel").instructions(), Isa::Avx512)
}

fn roles(kernel: &str) -> Vec<Role> {
    verdict(kernel).loops.iter().map(|one| one.role).collect()
}

#[test]
fn a_loop_over_vectors_accounts_for_one_over_the_rows_that_are_left() {
    let verdict = verdict(VECTORS);
    assert!(verdict.is_vectorised());
    let [rest, vectors] = &verdict.loops[..] else { panic!("{:?}", verdict.loops) };
    assert_eq!((rest.role, rest.instructions, rest.address), (Role::Rest, 15, 0x279ff0));
    assert_eq!(rest.counts.to_string(), "scalar: 2 add 2 div");
    assert_eq!((vectors.role, vectors.instructions, vectors.address), (Role::Vectors, 9, 0x27a050));
    assert_eq!(vectors.counts.to_string(), "zmm: 1 add 1 div");
}

#[test]
fn a_loop_over_rows_alone_is_not_vectorised() {
    let alone = VECTORS.replace("jne    27a050", "nop");
    assert_eq!(roles(&alone), [Role::Scalar]);
    assert!(!verdict(&alone).is_vectorised());
}

#[test]
fn one_loop_over_vectors_accounts_for_one_loop_only() {
    // The code before the loops jumps back into itself: a second loop over single rows.
    let twice =
        VECTORS.replace("cmp    %r8,%rsi\n  279fd5:\tje     27a089", "cmp    %r8,%rsi\n  279fd5:\tje     279fae");
    let mut found = roles(&twice);
    found.sort_by_key(|role| format!("{role:?}"));
    assert_eq!(found, [Role::Rest, Role::Scalar, Role::Vectors]);
}

#[test]
fn vectors_of_half_the_width_are_not_full() {
    let half = VECTORS.replace("%zmm", "%ymm");
    assert_eq!(roles(&half), [Role::Rest, Role::Narrow]);
    assert!(!verdict(&half).is_vectorised());
}

#[test]
fn a_function_that_is_not_inlined_is_named() {
    let verdict = verdict(CALL);
    assert!(!verdict.is_vectorised());
    assert_eq!(verdict.loops.iter().map(|one| one.role).collect::<Vec<_>>(), [Role::Calls]);
    let [call] = &verdict.calls[..] else { panic!("{:?}", verdict.calls) };
    assert!(call.ends_with("SigmoidMargin as dartboard_losses::family::pointwise::Pointwise>::formula::{{closure}}"));
}

#[test]
fn calls_through_pointers_are_followed() {
    let through_register = |place: &str| {
        let load =
            format!("  279f95:\tmov    0x0(%rip),%r15        # {place} <_DYNAMIC+0x270>\n  279f99:\tcall   *%r15\n");
        VECTORS.replace("  279f99:\tje     27a034 <run_avx512+0xf4>\n", &load)
    };
    assert_eq!(verdict(&through_register("3bbe68")).calls, [""; 0], "memset chooses its instruction set itself");
    assert_eq!(verdict(&through_register("3bbe70")).calls, ["an unknown function"]);
}

/// A kernel of `mape` that serves these methods.
fn judged(methods: &[&str], code: &str) -> [(Kernel, Verdict); 1] {
    let methods = methods.iter().map(|&method| method.to_owned()).collect();
    [(Kernel { loss: "mape", isa: Isa::Avx512, address: 0, methods }, verdict(code))]
}

const EXCUSE: [Exception; 1] = [Exception { losses: &["mape"], methods: Methods::Blocks, reason: "a test" }];

#[test]
fn a_loop_that_is_not_vectorised_fails_unless_it_is_excused() {
    let slow = VECTORS.replace("jne    27a050", "nop");
    let (text, passed) = report(&judged(&["value"], &slow), &[], false);
    assert!(!passed && text.contains("NOT VECTORISED") && text.contains("1 not vectorised"), "{text}");
    assert!(report(&judged(&["value"], &slow), &EXCUSE, false).1);
    let (text, passed) = report(&judged(&["value", "hessian_vector"], &slow), &EXCUSE, false);
    assert!(!passed, "all methods of a kernel must be excused: {text}");
}

#[test]
fn a_function_that_is_not_inlined_is_not_excused() {
    let (text, passed) = report(&judged(&["value"], CALL), &EXCUSE, false);
    assert!(!passed && text.contains("not inlined"), "{text}");
}

#[test]
fn an_exception_that_is_not_needed_is_a_fault() {
    assert!(report(&judged(&["value"], VECTORS), &[], false).1);
    let (text, passed) = report(&judged(&["value"], VECTORS), &EXCUSE, false);
    assert!(!passed && text.contains("not needed"), "{text}");
}

#[test]
fn an_exception_for_no_loss_is_a_fault() {
    let exceptions = [Exception { losses: &["meteor_strike"], methods: Methods::Every, reason: "a test" }];
    let checked = BTreeSet::from([("mse", "value")]);
    assert_eq!(faults(&exceptions, &checked, &BTreeSet::new()), ["meteor_strike is no loss"]);
}
