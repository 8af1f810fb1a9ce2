//! Which files of a directory are its data, whether it lies on this machine or in a store.

use std::collections::BTreeMap;
use std::path::Path;

use super::discover::{ENDINGS, Found};
use super::format::Format;
use crate::error::{Error, Result, nearest};

/// What a directory holds.
#[derive(Default)]
pub(crate) struct Listing {
    files: Vec<(Found, Format)>,
    others: Vec<String>,
}

/// Whether a name is of bookkeeping of the programs that wrote the directory: `_SUCCESS`, `_metadata`, `.part.crc`.
pub(crate) fn is_bookkeeping(name: &str) -> bool {
    name.starts_with(['.', '_'])
}

impl Listing {
    /// Takes a file, told by its name. An empty one is what a writer leaves for an empty partition; named by itself it is
    /// an error.
    pub(crate) fn add(&mut self, name: &str, found: impl FnOnce() -> Found) {
        match Format::from_name(name) {
            Some(format) => self.files.push((found(), format)),
            None => self.others.push(name.to_owned()),
        }
    }

    /// The files of the wanted format, or of the only one there is, by name.
    pub(crate) fn of_one_format(mut self, given: &str, format: Option<Format>) -> Result<Vec<Found>> {
        if let Some(format) = format {
            self.files.retain(|(_, of)| of.same_kind(format));
        }
        if self.files.is_empty() {
            let looked_for = format.map_or_else(|| ENDINGS.to_owned(), |format| format!("{format} files"));
            self.others.sort();
            return Err(Error::NoDataFiles { path: given.to_owned(), looked_for, found: self.others });
        }
        let mut counts: BTreeMap<&'static str, (usize, &str)> = BTreeMap::new();
        for (found, of) in &self.files {
            counts.entry(of.kind()).or_insert((0, &found.shown)).0 += 1;
        }
        if counts.len() > 1 {
            // The same rows are often kept in several formats side by side; reading all would count them twice.
            let text: Vec<String> = counts.iter().map(|(kind, (n, _))| format!("{n} {kind}")).collect();
            let ending = counts.values().next().and_then(|(_, name)| Path::new(name).extension()).unwrap_or_default();
            let example = Path::new(given).join(format!("*.{}", ending.to_string_lossy()));
            return Err(Error::SeveralFormats {
                path: given.to_owned(),
                found: text.join(", "),
                example: example.to_string_lossy().into_owned(),
            });
        }
        // Directory by directory, which is not the order of the letters: `/` comes after `-`.
        self.files.sort_by(|(a, _), (b, _)| Path::new(&a.shown).cmp(Path::new(&b.shown)));
        Ok(self.files.into_iter().map(|(found, _)| found).collect())
    }
}

/// The nearest of the names in a directory to one that is not there.
pub(crate) fn nearest_name(name: &str, mut names: Vec<String>) -> Option<String> {
    names.retain(|other| !other.starts_with('.'));
    names.sort_unstable();
    nearest(name, names.iter().map(String::as_str)).map(ToOwned::to_owned)
}
