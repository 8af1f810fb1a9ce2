//! Every instruction set gives the same bits, and values are the same bits with and without derivatives.
//!
//! Blocks run on the instruction set that the environment names, which is read once per process, so the test runs
//! itself once for each and compares what is printed.

use std::process::Command;

use dartboard_losses::{
    Derivatives, Joint, JointBlocks, Loss, Pointwise, PointwiseBlocks, RowTarget, Rowwise, RowwiseBlocks, Visitor,
};
use dartboard_numerics::isa::{Isa, OVERRIDE_VARIABLE};

use crate::sample::{self, Random, everywhere};
use crate::{Case, Law, PointCase, Subject, rows};

/// FNV-1a over 64-bit words.
struct Hash(u64);

impl Hash {
    fn add(&mut self, values: &[f64]) {
        for value in values {
            self.0 = (self.0 ^ value.to_bits()).wrapping_mul(0x100_0000_01b3).rotate_left(29);
        }
    }
    fn add_f32(&mut self, values: &[f32]) {
        values.iter().for_each(|&value| self.add(&[f64::from(value)]));
    }
}

struct Printer;

impl Visitor for Printer {
    fn pointwise<L: Pointwise>(&mut self) {
        for parameters in sample::parameters(&L::CARD) {
            let loss = L::new(&parameters);
            let blocks = Loss::with_parameters(L::CARD.name, &parameters).unwrap();
            print(L::CARD.name, &parameters, pointwise_hash(&loss, &**blocks.pointwise().unwrap()));
        }
    }
    fn rowwise<L: Rowwise>(&mut self) {
        for parameters in sample::parameters(&L::CARD) {
            let blocks = Loss::with_parameters(L::CARD.name, &parameters).unwrap();
            print(L::CARD.name, &parameters, rowwise_hash(&L::new(&parameters), &**blocks.rowwise().unwrap()));
        }
    }
    fn joint<L: Joint>(&mut self) {
        for parameters in sample::parameters(&L::CARD) {
            let blocks = Loss::with_parameters(L::CARD.name, &parameters).unwrap();
            print(L::CARD.name, &parameters, joint_hash(&**blocks.joint().unwrap()));
        }
    }
}

fn joint_hash(blocks: &dyn JointBlocks) -> u64 {
    let mut numbers = Random::new(41);
    let mut column = || (0..1027).map(|_| numbers.normal() * 8.0).collect::<Vec<f64>>();
    let (target, first, second) = (column(), column(), column());
    let mut out = vec![vec![0.0; 1027]; 5];
    let [value, a, b, c, d] = &mut out[..] else { unreachable!() };
    let mut derivatives = Derivatives { gradient: vec![a, b], hessian: vec![c, d] };
    blocks.value_gradient_hessian(&target, &[&first, &second], value, &mut derivatives);
    let mut hash = Hash(7);
    out.iter().for_each(|column| hash.add(column));
    hash.0
}

fn print(name: &str, parameters: &[f64], hash: u64) {
    println!("\nbits {name} {parameters:?} {hash:016x}");
}

fn pointwise_hash(loss: &dyn Subject, blocks: &dyn PointwiseBlocks) -> u64 {
    let mut numbers = Random::new(31);
    let mut points = everywhere(loss);
    // An odd number, so that the loops have a remainder.
    points.extend(
        (0..1027).map(|_| (numbers.inside(loss.card().target_domain), numbers.inside(loss.card().prediction_domain))),
    );
    let (y, z): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    let mut hash = Hash(7);
    let mut out = vec![vec![0.0; y.len()]; 6];
    let [value, gradient, hessian, alone, beside, slope] = &mut out[..] else { unreachable!() };
    blocks.value_gradient_hessian(&y, &z, value, gradient, hessian);
    blocks.value(&y, &z, alone);
    blocks.value_gradient(&y, &z, beside, slope);
    out.iter().for_each(|column| hash.add(column));

    let single = |x: f64, domain: dartboard_losses::Interval| domain.contains(f64::from(x as f32));
    points.retain(|&(y, z)| single(y, loss.card().target_domain) && single(z, loss.card().prediction_domain));
    let (y, z): (Vec<f32>, Vec<f32>) = points.iter().map(|&(y, z)| (y as f32, z as f32)).unzip();
    let mut out = vec![vec![0.0; y.len()]; 6];
    let [value, gradient, hessian, alone, beside, slope] = &mut out[..] else { unreachable!() };
    blocks.value_gradient_hessian_f32(&y, &z, value, gradient, hessian);
    blocks.value_f32(&y, &z, alone);
    blocks.value_gradient_f32(&y, &z, beside, slope);
    out.iter().for_each(|column| hash.add_f32(column));
    hash.0
}

fn rowwise_hash<L: Rowwise>(loss: &L, blocks: &dyn RowwiseBlocks) -> u64 {
    let mut numbers = Random::new(37);
    let mut hash = Hash(7);
    for classes in [2, 3, 10] {
        let ordinary = (0..515)
            .map(|_| (numbers.below(classes), rows::random(loss, &mut Random::new(numbers.bits()), classes, 5.0)));
        let extreme = rows::extreme(loss)
            .into_iter()
            .filter_map(|(truth, row)| (row.len() == classes).then_some((truth.class()?, row)));
        let all: Vec<(usize, Vec<f64>)> = ordinary.collect::<Vec<_>>().into_iter().chain(extreme).collect();
        let target: Vec<u32> = all.iter().map(|(target, _)| *target as u32).collect();
        let columns: Vec<Vec<f64>> =
            (0..classes).map(|class| all.iter().map(|(_, row)| row[class]).collect()).collect();
        let scores: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let mut value = vec![0.0; all.len()];
        let (mut gradient, mut hessian) = (vec![vec![0.0; all.len()]; classes], vec![vec![0.0; all.len()]; classes]);
        let mut derivatives = Derivatives {
            gradient: gradient.iter_mut().map(Vec::as_mut_slice).collect(),
            hessian: hessian.iter_mut().map(Vec::as_mut_slice).collect(),
        };
        blocks.value_gradient_hessian(RowTarget::Class(&target), &scores, &mut value, &mut derivatives);
        hash.add(&value);
        blocks.value(RowTarget::Class(&target), &scores, &mut value);
        hash.add(&value);
        gradient.iter().chain(&hessian).for_each(|column| hash.add(column));
        // Ordinary rows only: an infinite Hessian has no product with a vector.
        let ordinary: Vec<&[f64]> = scores.iter().map(|column| &column[..515]).collect();
        let mut products: Vec<&mut [f64]> = gradient.iter_mut().map(|column| &mut column[..515]).collect();
        let directions: Vec<Vec<f64>> = (0..classes).map(|_| (0..515).map(|_| numbers.normal()).collect()).collect();
        let vectors: Vec<&[f64]> = directions.iter().map(Vec::as_slice).collect();
        blocks.hessian_vector(RowTarget::Class(&target[..515]), &ordinary, &vectors, &mut products);
        gradient.iter().for_each(|column| hash.add(column));

        let columns: Vec<Vec<f32>> = columns.iter().map(|column| column.iter().map(|&x| x as f32).collect()).collect();
        let scores: Vec<&[f32]> = columns.iter().map(|column| &column[..515]).collect();
        let mut value = vec![0.0_f32; 515];
        let (mut gradient, mut hessian) = (vec![vec![0.0; 515]; classes], vec![vec![0.0; 515]; classes]);
        let mut derivatives = Derivatives {
            gradient: gradient.iter_mut().map(Vec::as_mut_slice).collect(),
            hessian: hessian.iter_mut().map(Vec::as_mut_slice).collect(),
        };
        blocks.value_gradient_hessian_f32(RowTarget::Class(&target[..515]), &scores, &mut value, &mut derivatives);
        hash.add_f32(&value);
        blocks.value_f32(RowTarget::Class(&target[..515]), &scores, &mut value);
        hash.add_f32(&value);
        gradient.iter().chain(&hessian).for_each(|column| hash.add_f32(column));
    }
    hash.0
}

#[test]
#[ignore = "prints for same_bits_on_every_instruction_set"]
fn print_bits() {
    println!("\nbits instruction-set {}", Isa::current().name());
    dartboard_losses::visit(&mut Printer);
    print("liar", &[], pointwise_hash(&crate::liar::OtherBits, &crate::liar::OtherBits));
}

/// What each instruction set printed: the same lines.
fn same(printed: &[(&str, Vec<String>)]) -> Result<(), String> {
    let (first, expected) = &printed[0];
    for (other, got) in &printed[1..] {
        for (a, b) in expected.iter().zip(got) {
            if a != b {
                return Err(format!("'{a}' on {first}, '{b}' on {other}"));
            }
        }
        if expected.len() != got.len() {
            return Err(format!("{} lines on {first}, {} on {other}", expected.len(), got.len()));
        }
    }
    Ok(())
}

#[test]
fn same_bits_on_every_instruction_set() {
    let printed: Vec<(&str, Vec<String>)> = Isa::available()
        .map(|isa| {
            let output = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "bits::print_bits", "--ignored", "--nocapture", "--test-threads=1"])
                .env(OVERRIDE_VARIABLE, isa.name())
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let text = String::from_utf8(output.stdout).unwrap();
            let mut lines: Vec<String> =
                text.lines().filter(|line| line.starts_with("bits ")).map(str::to_owned).collect();
            assert!(lines.len() > 8, "{text}");
            assert_eq!(lines.remove(0), format!("bits instruction-set {}", isa.name()));
            (isa.name(), lines)
        })
        .collect();
    let part = |liar: bool| -> Vec<(&str, Vec<String>)> {
        let keep =
            |lines: &[String]| lines.iter().filter(|line| line.starts_with("bits liar") == liar).cloned().collect();
        printed.iter().map(|(isa, lines)| (*isa, keep(lines))).collect()
    };
    same(&part(false)).unwrap();
    // Where a machine has one instruction set only there is nothing to compare, and nothing to lie about.
    if printed.len() > 1 {
        assert!(same(&part(true)).unwrap_err().contains("bits liar"));
    }
}

/// A value does not depend on whether derivatives were asked for, nor a gradient on whether the Hessian was.
struct ValueAlone;

impl Law for ValueAlone {
    fn pointwise(case: &PointCase) -> Result<(), String> {
        let points = everywhere(&*case.loss);
        let (y, z): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
        let mut out = vec![vec![0.0; y.len()]; 6];
        let [value, gradient, hessian, alone, beside, slope] = &mut out[..] else { unreachable!() };
        case.blocks().value_gradient_hessian(&y, &z, value, gradient, hessian);
        case.blocks().value(&y, &z, alone);
        case.blocks().value_gradient(&y, &z, beside, slope);
        for row in 0..y.len() {
            let (y, z, with) = (y[row], z[row], value[row]);
            for (how, other) in [("alone", alone[row]), ("with the gradient", beside[row])] {
                if other.to_bits() != with.to_bits() {
                    return Err(format!("y={y}, z={z}: {other} {how}, {with} with derivatives"));
                }
            }
            if slope[row].to_bits() != gradient[row].to_bits() {
                return Err(format!("y={y}, z={z}: gradient {}, {} with the Hessian", slope[row], gradient[row]));
            }
        }
        Ok(())
    }
    fn rowwise<L: Rowwise>(case: &Case<L>) -> Result<(), String> {
        for (target, row) in rows::ordinary(&case.loss).into_iter().chain(rows::extreme(&case.loss)) {
            let (alone, with) = (rows::value(&case.loss, target, &row), rows::jet(&case.loss, target, &row).value);
            if alone.to_bits() != with.to_bits() {
                return Err(format!("{row:?}: {alone} alone, {with} with derivatives"));
            }
        }
        Ok(())
    }
}

#[test]
fn values_do_not_depend_on_derivatives() {
    crate::assert_holds::<ValueAlone>();
    crate::assert_catches_in_blocks::<ValueAlone>(crate::liar::OtherDerivatives, "with derivatives");
}
