//! From what stands on the command line to a list of files: paths, globs and directories.
//!
//! The order is part of the result, because rows are numbered and named by it: paths in the order they were given,
//! the files of a directory or glob sorted by name.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use datafusion::execution::runtime_env::RuntimeEnv;

use super::format::Format;
use super::listing::{Listing, is_bookkeeping, nearest_name};
use super::place::Place;
use super::{bucket, stores};
use crate::error::{Error, Result};

/// A file that was found.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// Where it is.
    pub(crate) place: Place,
    /// How messages call it: as it was given, not made absolute.
    pub(crate) shown: String,
    /// `key=value` directories on the way to it.
    pub(crate) partitions: Vec<(String, String)>,
}

/// How many directories deep a search goes; links that lead in circles end here.
const DEEPEST: usize = 32;

/// Endings by which a directory's data files are known.
pub(crate) const ENDINGS: &str =
    "csv, tsv, jsonl, ndjson, json, parquet, arrow, feather; text also as .gz, .zst, .bz2, .xz";

/// Finds the files of all paths; `-` is standard input.
pub(crate) fn discover(runtime: &RuntimeEnv, paths: &[String], format: Option<Format>) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    for path in paths {
        discover_one(runtime, path, format, &mut found)?;
    }
    let mut seen = HashSet::new();
    for file in &found {
        if !seen.insert(file.place.identity()) {
            return Err(Error::GivenTwice { path: file.shown.clone() });
        }
    }
    Ok(found)
}

fn discover_one(runtime: &RuntimeEnv, given: &str, format: Option<Format>, found: &mut Vec<Found>) -> Result<()> {
    if given == "-" {
        let place = Place::Local(PathBuf::from("-"));
        found.push(Found { place, shown: super::stdin::NAME.to_owned(), partitions: Vec::new() });
        return Ok(());
    }
    let given = given.strip_prefix("file://").unwrap_or(given);
    if given.is_empty() {
        return Err(Error::Usage("an empty file name".to_owned()));
    }
    match scheme(given) {
        Some(stores::SCHEME) => {
            found.extend(bucket::discover(runtime, given, format)?);
            return Ok(());
        }
        Some(scheme) => return Err(Error::Remote { path: given.to_owned(), scheme: scheme.to_owned() }),
        None => {}
    }
    let path = Path::new(given);
    match std::fs::metadata(path) {
        Ok(meta) if meta.is_dir() => from_directory(path, given, format, found),
        Ok(_) => {
            found.push(entry(path.to_owned()));
            Ok(())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            // A name with `*` or `[` in it may be a real file; only when it is not, it is a pattern.
            if is_pattern(given) { from_pattern(given, format, found) } else { Err(no_such_file(given)) }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => Err(no_such_file(given)),
        Err(error) => Err(Error::io(given, &error)),
    }
}

/// The scheme of `s3://bucket/key`, if there is one.
pub(crate) fn scheme(path: &str) -> Option<&str> {
    let (scheme, _) = path.split_once("://")?;
    let plausible = !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    plausible.then_some(scheme)
}

/// Whether a name holds characters of a glob pattern.
pub(crate) fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

fn entry(path: PathBuf) -> Found {
    let shown = path.to_string_lossy().into_owned();
    let partitions = partitions_of(&path);
    Found { place: Place::Local(path), shown, partitions }
}

/// The `key=value` directories of a path, from the outside in. The file's own name does not count.
pub(crate) fn partitions_of(path: &Path) -> Vec<(String, String)> {
    let Some(parent) = path.parent() else { return Vec::new() };
    parent
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => name.to_str()?.split_once('='),
            _ => None,
        })
        .filter(|(key, _)| !key.is_empty())
        .map(|(key, value)| (unescape(key), unescape(value)))
        .collect()
}

/// Undoes the `%2F` escapes with which partition directories are written.
fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let code = (bytes[i] == b'%')
            .then(|| text.get(i + 1..i + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match code {
            Some(code) => {
                out.push(code);
                i += 3;
            }
            None => {
                out.push(bytes[i]);
                i += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

fn from_directory(dir: &Path, given: &str, format: Option<Format>, found: &mut Vec<Found>) -> Result<()> {
    let mut listing = Listing::default();
    walk(dir, 0, &mut listing)?;
    found.extend(listing.of_one_format(given, format)?);
    Ok(())
}

fn walk(dir: &Path, depth: usize, listing: &mut Listing) -> Result<()> {
    let shown = dir.to_string_lossy();
    if depth > DEEPEST {
        return Ok(());
    }
    for item in std::fs::read_dir(dir).map_err(|error| Error::io(&shown, &error))? {
        let item = item.map_err(|error| Error::io(&shown, &error))?;
        let name = item.file_name();
        let name = name.to_string_lossy();
        if is_bookkeeping(&name) {
            continue;
        }
        let path = item.path();
        let Ok(meta) = std::fs::metadata(&path) else { continue };
        if meta.is_dir() {
            walk(&path, depth + 1, listing)?;
        } else {
            listing.add(&name, || entry(path));
        }
    }
    Ok(())
}

/// How patterns match: a `*` ends at a `/`, and hidden files have to be named.
pub(crate) const MATCHING: glob::MatchOptions =
    glob::MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };

pub(crate) fn bad_pattern(given: &str, error: &glob::PatternError) -> Error {
    Error::Usage(format!("{given}: not a valid file pattern: {error}"))
}

fn from_pattern(given: &str, format: Option<Format>, found: &mut Vec<Found>) -> Result<()> {
    let matches = glob::glob_with(given, MATCHING).map_err(|error| bad_pattern(given, &error))?;
    let before = found.len();
    // `glob` yields names in alphabetical order.
    for path in matches {
        let path = path.map_err(|error| Error::io(&error.path().to_string_lossy(), error.error()))?;
        if path.is_dir() {
            let shown = path.to_string_lossy().into_owned();
            from_directory(&path, &shown, format, found)?;
        } else {
            found.push(entry(path));
        }
    }
    if found.len() == before {
        return Err(Error::NoFileMatches { pattern: given.to_owned(), near: near(given) });
    }
    Ok(())
}

fn no_such_file(given: &str) -> Error {
    Error::NoSuchFile { path: given.to_owned(), near: near(given) }
}

/// The nearest name in the directory of a path that does not exist; of its parent if the directory does not exist.
fn near(given: &str) -> Option<String> {
    let path = Path::new(given);
    let name = path.file_name()?.to_str()?;
    let parent = path.parent().unwrap_or(Path::new(""));
    let listed = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
    if !listed.is_dir() {
        return near(parent.to_str()?);
    }
    let names = std::fs::read_dir(listed).ok()?;
    let best = nearest_name(name, names.filter_map(|item| item.ok()?.file_name().into_string().ok()).collect())?;
    Some(parent.join(best).to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_are_read_from_directories_only() {
        let parts = partitions_of(Path::new("data/seg=a%20b/year=2014/x=1.csv"));
        assert_eq!(parts, [("seg".to_owned(), "a b".to_owned()), ("year".to_owned(), "2014".to_owned())]);
    }

    #[test]
    fn schemes_are_not_drive_letters_or_plain_names() {
        assert_eq!(scheme("s3://bucket/key"), Some("s3"));
        assert_eq!(scheme("a/b.csv"), None);
        assert_eq!(scheme("C:/x.csv"), None);
    }
}
