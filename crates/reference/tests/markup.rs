//! What is written for browsers can be read by them: every element that opens is closed, in order.

#![allow(clippy::unwrap_used)]

use dartboard_losses::{Loss, Measure};
use dartboard_numerics::Notation;
use dartboard_reference::plot::{Plot, svg};
use dartboard_reference::terminal::Canvas;
use dartboard_reference::{Format, html, quick};

/// Elements that HTML never closes.
const VOID: [&str; 3] = ["meta", "link", "input"];

/// The largest depth of the elements of a text, or what is wrong with it.
fn depth(text: &str) -> Result<usize, String> {
    let mut open: Vec<&str> = vec![];
    let mut deepest = 0;
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        if before.contains('>') {
            return Err(format!("a loose > in {before:?}"));
        }
        let end = tag.find('>').ok_or_else(|| format!("no end of {tag:.40}"))?;
        let inner = &tag[1..end];
        rest = &tag[end + 1..];
        if inner.starts_with('!') {
            continue;
        }
        if inner.matches('"').count() % 2 == 1 {
            return Err(format!("an open quotation mark in <{inner}>"));
        }
        let name = inner.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap_or_default();
        if inner.starts_with('/') {
            match open.pop() {
                Some(known) if known == name => {}
                known => return Err(format!("</{name}> closes {known:?}")),
            }
        } else if !inner.ends_with('/') && !VOID.contains(&name) {
            open.push(name);
            deepest = deepest.max(open.len());
            // What is inside of these is no markup.
            if let "style" | "script" = name {
                rest = &rest[rest.find("</").unwrap_or(rest.len())..];
            }
        }
    }
    if open.is_empty() { Ok(deepest) } else { Err(format!("never closed: {open:?}")) }
}

fn all() -> impl Iterator<Item = Loss> {
    let specs = ["huber(delta=20000)", "quantile(tau=0.9)"].map(|spec| Loss::parse(spec).unwrap());
    Loss::all().chain(specs)
}

#[test]
fn formulas_are_well_formed() {
    for loss in all() {
        let formula = loss.formula();
        for part in [formula.value, formula.gradient, formula.hessian] {
            let text = part.print(Notation::MathMl);
            assert!(depth(&text).is_ok_and(|depth| depth > 0), "{}: {:?} in {text}", loss.spec(), depth(&text));
            let plain = text.replace("&gt;", "").replace("&lt;", "");
            assert!(!plain.contains('&'), "{text}");
        }
    }
}

#[test]
fn plots_are_well_formed() {
    for loss in all() {
        let Some(plot) = Plot::of(&loss) else { continue };
        for text in [svg::inline(&plot), svg::standalone(&plot)] {
            assert_eq!(depth(&text).err(), None, "{}", loss.spec());
        }
    }
}

#[test]
fn pages_are_well_formed() {
    let page = quick(Format::Html, Canvas { width: 100, styled: false }).unwrap();
    assert_eq!(depth(&page).err(), None);
    let measures: Vec<Measure> = all().map(Measure::Mean).collect();
    assert_eq!(depth(&html::compare_page(&measures)).err(), None);
}

#[test]
fn what_is_not_well_formed_is_noticed() {
    for wrong in ["<p>", "</p>", "<p><b></p></b>", "<p class=\"x>a</p>", "a > b<p></p>", "<p"] {
        assert!(depth(wrong).is_err(), "{wrong}");
    }
    assert_eq!(depth("<!doctype html><p><meta x=\"y\"><b>a</b><br/></p>"), Ok(2));
}
