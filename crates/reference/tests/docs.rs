//! The files under `docs/reference` say what the losses say.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use dartboard_losses::cards;
use dartboard_reference::pages;

const COMMAND: &str = "cargo run -p dartboard-reference --example write_docs";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn docs_are_current() {
    let root = root();
    let differing: Vec<String> = pages()
        .into_iter()
        .filter(|(path, text)| std::fs::read_to_string(root.join(path)).ok().as_ref() != Some(text))
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(differing.is_empty(), "not as the losses say: {}; write them with\n  {COMMAND}", differing.join(", "));
}

#[test]
fn nothing_else_is_kept_there() {
    let written: BTreeSet<PathBuf> = pages().into_iter().map(|(path, _)| root().join(path)).collect();
    let kept = std::fs::read_dir(root().join("docs/reference")).unwrap();
    let strays: Vec<PathBuf> = kept.map(|entry| entry.unwrap().path()).filter(|path| !written.contains(path)).collect();
    assert!(strays.is_empty(), "of no loss: {strays:?}; write the folder anew with\n  {COMMAND}");
}

#[test]
fn every_loss_has_a_page_and_every_link_leads_to_a_file() {
    let pages = pages();
    let files: BTreeSet<String> =
        pages.iter().map(|(path, _)| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    for card in cards() {
        assert!(files.contains(&format!("{}.md", card.name)), "{}", card.name);
    }
    for (path, text) in pages.iter().filter(|(path, _)| path.extension().is_some_and(|end| end == "md")) {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(files.contains(link), "{}: {link}", path.display());
        }
    }
}

#[test]
fn formulas_are_blocks_of_mathematics() {
    for (path, text) in pages().into_iter().filter(|(path, _)| path.extension().is_some_and(|end| end == "md")) {
        assert_eq!(text.matches("```").count() % 2, 0, "{}", path.display());
        assert!(text.lines().all(|line| !line.contains("NaN")), "{}", path.display());
    }
    let (_, mse) = pages().into_iter().find(|(path, _)| path.ends_with("mse.md")).unwrap();
    assert!(mse.contains("```math\n(z - y)^{2}\n```") && mse.contains("](mse.svg)"), "{mse}");
}
