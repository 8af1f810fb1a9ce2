//! Every card is complete, and every loss is in the catalogue.

use std::path::Path;

use dartboard_losses::{Card, cards};

/// Nothing on the card was left empty.
fn complete(card: &Card) -> Result<(), String> {
    let texts = [
        ("name", card.name),
        ("title", card.title),
        ("summary", card.summary),
        ("when", card.when),
        ("when_not", card.when_not),
    ];
    if let Some((name, _)) = texts.iter().find(|(_, text)| text.trim().is_empty()) {
        return Err(format!("{name} is empty"));
    }
    for (name, text) in [("summary", card.summary), ("when", card.when), ("when_not", card.when_not)] {
        if !text.ends_with('.') {
            return Err(format!("{name} is not a sentence"));
        }
    }
    if card.examples.is_empty() || card.examples.iter().any(|example| example.story.is_empty()) {
        return Err("there is no worked example".into());
    }
    let told = |e: &dartboard_losses::Elsewhere| !e.library.is_empty() && !e.name.is_empty();
    if card.elsewhere.is_empty() || !card.elsewhere.iter().all(told) {
        return Err("elsewhere is empty".into());
    }
    if card.references.is_empty() || card.references.iter().any(|reference| reference.is_empty()) {
        return Err("there is no reference".into());
    }
    for parameter in card.parameters {
        if parameter.meaning.is_empty() || !parameter.domain.contains(parameter.default) {
            return Err(format!("{} has no meaning, or a default outside of its domain", parameter.name));
        }
    }
    Ok(())
}

/// Every file is the file of a registered loss, and the other way round.
fn registered(files: &[String], names: &[&str]) -> Result<(), String> {
    if let Some(file) = files.iter().find(|file| !names.contains(&file.as_str())) {
        return Err(format!("losses/{file}.rs is not in the list of the catalogue"));
    }
    match names.iter().find(|name| !files.iter().any(|file| file == *name)) {
        Some(name) => Err(format!("{name} has no file of its own")),
        None => Ok(()),
    }
}

#[test]
fn cards_are_complete() {
    for card in cards() {
        complete(card).unwrap_or_else(|breach| panic!("{}: {breach}", card.name));
    }
}

#[test]
fn every_loss_file_is_registered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/losses");
    let files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|stem| stem != "mod")
        .collect();
    let names: Vec<&str> = cards().map(|card| card.name).collect();
    registered(&files, &names).unwrap();

    // A file whose line in the list is missing, and a line without a file.
    let forgotten = [files.clone(), vec!["forgotten".to_owned()]].concat();
    assert!(registered(&forgotten, &names).unwrap_err().contains("forgotten.rs is not in the list"));
    assert!(registered(&files[1..], &names).unwrap_err().contains("no file of its own"));
}

#[test]
fn incomplete_cards_are_caught() {
    let card = || cards().find(|card| !card.parameters.is_empty()).unwrap().clone();
    complete(&card()).unwrap();
    let mut bad = [0; 9].map(|_| card());
    bad[0].title = "";
    bad[1].summary = " ";
    bad[2].when = "";
    bad[3].when_not = "never";
    bad[4].examples = &[];
    bad[5].elsewhere = &[];
    bad[6].references = &[];
    bad[7].references = &[""];
    let parameter = dartboard_losses::Parameter { meaning: "", ..bad[8].parameters[0] };
    bad[8].parameters = Box::leak(Box::new([parameter]));
    for card in bad {
        complete(&card).unwrap_err();
    }
}
