//! From the names of another library to ours.

use std::collections::BTreeSet;

use dartboard_losses::cards;

use crate::document::{Block, Cell, Document, Grid, Kind, Tone};

/// Words for a library beside its name.
const ALIASES: [(&str, &[&str]); 9] = [
    ("PyTorch", &["torch"]),
    ("Keras", &["tf", "tensorflow"]),
    ("Optax", &["jax"]),
    ("scikit-learn", &["sklearn"]),
    ("XGBoost", &["xgb"]),
    ("LightGBM", &["lgbm", "lgb"]),
    ("CatBoost", &["cb"]),
    ("LossFunctions.jl", &["lossfunctions", "julia"]),
    ("TorchMetrics", &["tm"]),
];

/// A library that no card names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are no names from '{name}'; the libraries are {}", .known.join(", "))]
pub struct UnknownLibrary {
    /// What was asked for.
    pub name: String,
    /// The libraries that some card names.
    pub known: Vec<&'static str>,
}

/// The libraries that some card names, in the order in which the catalogue first names them.
pub fn libraries() -> Vec<&'static str> {
    let mut known = BTreeSet::new();
    let named = cards().flat_map(|card| card.elsewhere).map(|elsewhere| elsewhere.library);
    named.filter(|library| known.insert(*library)).collect()
}

/// A table from the names of a library to ours. The library goes by its name or a short form of it, in small or capital
/// letters.
///
/// # Errors
/// [`UnknownLibrary`] where no card names it.
pub fn elsewhere(library: &str) -> Result<Document, UnknownLibrary> {
    let known = libraries();
    let is_meant = |name: &str| {
        let aliases = ALIASES.iter().find(|(canonical, _)| *canonical == name).map_or(&[][..], |(_, aliases)| aliases);
        plain(name) == plain(library) || aliases.iter().any(|alias| plain(alias) == plain(library))
    };
    let Some(library) = known.iter().copied().find(|name| is_meant(name)) else {
        return Err(UnknownLibrary { name: library.to_owned(), known });
    };
    let mut lines: Vec<_> = cards()
        .flat_map(|card| card.elsewhere.iter().map(move |elsewhere| (elsewhere, card)))
        .filter(|(elsewhere, _)| elsewhere.library == library)
        .collect();
    lines.sort_by_key(|(elsewhere, _)| elsewhere.name.to_lowercase());
    let mut grid = Grid::default();
    grid.column(format!("in {library}"), Kind::Prose);
    grid.column("here", Kind::Word);
    grid.column("difference", Kind::Prose);
    for (elsewhere, card) in lines {
        let difference = match elsewhere.difference {
            "" => Cell::from("none").with(Tone::Quiet),
            difference => difference.into(),
        };
        grid.rows.push(vec![Cell::code(elsewhere.name), Cell::code(card.name), difference]);
    }
    Ok(Document(vec![
        Block::Title(format!("From {library} to Dartboard")),
        Block::Grid(grid),
        Block::Remark("A difference says how the number or the derivatives there differ from those here.".to_owned()),
        Block::Heading("Next".to_owned()),
        Block::Commands(vec!["dartboard explain LOSS".to_owned()]),
    ]))
}

/// In small letters, without what people leave out: `scikit-learn`, `Scikit Learn` and `scikitlearn` are one.
fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Text;

    fn names(document: &Document, column: usize) -> Vec<String> {
        let Some(Block::Grid(grid)) = document.0.get(1) else { panic!("the table comes second") };
        let text = |cell: &Cell| match &cell.text {
            Text::Code(text) | Text::Plain(text) => text.clone(),
            Text::Math(_) | Text::Link { .. } => String::new(),
        };
        grid.rows.iter().map(|row| text(&row[column])).collect()
    }

    #[test]
    fn every_name_elsewhere_is_in_the_table_of_its_library() {
        for card in cards() {
            for known in card.elsewhere {
                let document = elsewhere(known.library).unwrap();
                let pairs = names(&document, 0).into_iter().zip(names(&document, 1));
                assert!(
                    pairs.into_iter().any(|pair| pair == (known.name.to_owned(), card.name.to_owned())),
                    "{known:?}"
                );
            }
        }
    }

    #[test]
    fn libraries_go_by_many_words() {
        for (word, library) in [
            ("torch", "PyTorch"),
            ("PYTORCH", "PyTorch"),
            ("sklearn", "scikit-learn"),
            ("Scikit Learn", "scikit-learn"),
            ("tf", "Keras"),
            ("lgbm", "LightGBM"),
        ] {
            let Some(Block::Title(title)) = elsewhere(word).unwrap().0.into_iter().next() else { panic!("no title") };
            assert_eq!(title, format!("From {library} to Dartboard"), "{word}");
        }
    }

    #[test]
    fn words_are_for_libraries_that_some_card_names() {
        let known = libraries();
        for (library, words) in ALIASES {
            assert!(known.contains(&library), "no card names {library}");
            assert!(!words.is_empty(), "{library} has no other word");
        }
    }

    #[test]
    fn an_unknown_library_is_refused_with_the_list() {
        let error = elsewhere("weka").unwrap_err();
        assert!(error.to_string().starts_with("there are no names from 'weka'; the libraries are PyTorch, Keras"));
        assert!(error.known.len() >= 7);
    }
}
