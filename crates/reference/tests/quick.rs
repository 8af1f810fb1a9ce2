//! The quick reference lists everything, in every format.

#![allow(clippy::unwrap_used)]

use dartboard_losses::{Derived, Loss, cards};
use dartboard_reference::terminal::Canvas;
use dartboard_reference::{Format, quick};

fn text(format: Format) -> String {
    quick(format, Canvas { width: 100, styled: false }).unwrap()
}

fn names() -> Vec<&'static str> {
    cards().map(|card| card.name).chain(Derived::ALL.map(Derived::name)).collect()
}

#[test]
fn a_line_for_every_measure_and_no_line_is_too_long() {
    let table = text(Format::Table);
    for name in names() {
        let begins = |line: &str| line.starts_with(&format!("{name} ")) || line.starts_with(&format!("{name}("));
        assert_eq!(table.lines().filter(|line| begins(line)).count(), 1, "{name} in\n{table}");
    }
    assert!(table.lines().all(|line| line.chars().count() <= 100), "{table}");
}

#[test]
fn markdown_has_a_row_for_every_measure_and_as_many_cells_in_each() {
    let table = text(Format::Markdown);
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with('|')).collect();
    assert_eq!(rows.len(), names().len() + 2);
    let cells = |row: &str| row.replace("\\|", "").matches('|').count();
    assert!(rows.iter().all(|row| cells(row) == cells(rows[0])), "{table}");
}

#[test]
fn json_holds_every_fact_to_the_last_bit() {
    let facts: serde_json::Value = serde_json::from_str(&text(Format::Json)).unwrap();
    let facts = facts.as_array().unwrap();
    assert_eq!(facts.len(), cards().count());
    for (fact, loss) in facts.iter().zip(Loss::all()) {
        let card = loss.card();
        assert_eq!(fact["name"], card.name);
        assert_eq!(fact["aliases"].as_array().unwrap().len(), card.aliases.len());
        assert_eq!(fact["elsewhere"].as_array().unwrap().len(), card.elsewhere.len());
        assert_eq!(fact["when_not"], card.when_not);
        assert_eq!(fact["lipschitz"].as_f64(), loss.properties().lipschitz, "{}", card.name);
        let low = &fact["target_domain"]["low"];
        assert!(low.as_f64() == Some(card.target_domain.low) || *low == "-inf", "{}: {low}", card.name);
    }
}

#[test]
fn html_has_a_section_for_every_measure_and_a_plot_for_every_loss_that_has_one() {
    let page = text(Format::Html);
    for name in names() {
        assert!(page.contains(&format!("<article id=\"{name}\"")), "{name}");
        assert!(page.contains(&format!("<a href=\"#{name}\">")), "{name}");
    }
    let plots = Loss::all().filter(|loss| dartboard_reference::plot::Plot::of(loss).is_some()).count();
    assert_eq!(page.matches("<svg").count(), plots);
    // Whoever keeps the page needs no other file, and no network.
    assert!(!page.contains("src=") && !page.contains("http://") && !page.contains("https://"));
    assert!(!page.contains("NaN"));
}
