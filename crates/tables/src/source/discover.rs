//! From what stands on the command line to a list of files: paths, globs and directories.
//!
//! The order is part of the result, because rows are numbered and named by it: paths in the order they were given,
//! the files of a directory or glob sorted by name.

use std::collections::{BTreeMap, HashSet};
use std::path::{Component, Path, PathBuf};

use super::format::Format;
use crate::error::{Error, Result, nearest};

/// A file that was found.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// Where it is.
    pub(crate) path: PathBuf,
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
pub(crate) fn discover(paths: &[String], format: Option<Format>) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    for path in paths {
        discover_one(path, format, &mut found)?;
    }
    let mut seen = HashSet::new();
    for file in &found {
        // Through links too: the same rows must not count twice.
        let real = std::fs::canonicalize(&file.path).unwrap_or_else(|_| file.path.clone());
        if !seen.insert(real) {
            return Err(Error::GivenTwice { path: file.shown.clone() });
        }
    }
    Ok(found)
}

fn discover_one(given: &str, format: Option<Format>, found: &mut Vec<Found>) -> Result<()> {
    if given == "-" {
        found.push(Found { path: PathBuf::from("-"), shown: super::stdin::NAME.to_owned(), partitions: Vec::new() });
        return Ok(());
    }
    let given = given.strip_prefix("file://").unwrap_or(given);
    if given.is_empty() {
        return Err(Error::Usage("an empty file name".to_owned()));
    }
    if let Some(scheme) = scheme(given) {
        return Err(Error::Remote { path: given.to_owned(), scheme: scheme.to_owned() });
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
    Found { path, shown, partitions }
}

/// The `key=value` directories of a path, from the outside in. The file's own name does not count.
fn partitions_of(path: &Path) -> Vec<(String, String)> {
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
    let mut files = Vec::new();
    let mut others = Vec::new();
    walk(dir, 0, &mut files, &mut others)?;
    if let Some(format) = format {
        files.retain(|(_, of)| of.same_kind(format));
    }
    if files.is_empty() {
        let looked_for = format.map_or_else(|| ENDINGS.to_owned(), |format| format!("{format} files"));
        others.sort();
        return Err(Error::NoDataFiles { path: given.to_owned(), looked_for, found: others });
    }
    let mut counts: BTreeMap<&'static str, (usize, &Path)> = BTreeMap::new();
    for (path, of) in &files {
        counts.entry(of.kind()).or_insert((0, path)).0 += 1;
    }
    if counts.len() > 1 {
        // The same rows are often kept in several formats side by side; reading all would count them twice.
        let text: Vec<String> = counts.iter().map(|(kind, (n, _))| format!("{n} {kind}")).collect();
        let ending = counts.values().next().and_then(|(_, path)| path.extension()).unwrap_or_default();
        let example = Path::new(given).join(format!("*.{}", ending.to_string_lossy()));
        return Err(Error::SeveralFormats {
            path: given.to_owned(),
            found: text.join(", "),
            example: example.to_string_lossy().into_owned(),
        });
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    found.extend(files.into_iter().map(|(path, _)| entry(path)));
    Ok(())
}

fn walk(dir: &Path, depth: usize, files: &mut Vec<(PathBuf, Format)>, others: &mut Vec<String>) -> Result<()> {
    let shown = dir.to_string_lossy();
    if depth > DEEPEST {
        return Ok(());
    }
    for item in std::fs::read_dir(dir).map_err(|error| Error::io(&shown, &error))? {
        let item = item.map_err(|error| Error::io(&shown, &error))?;
        let name = item.file_name();
        let name = name.to_string_lossy();
        // `_SUCCESS`, `_metadata`, `.part.crc`: bookkeeping of the programs that wrote the directory.
        if name.starts_with(['.', '_']) {
            continue;
        }
        let path = item.path();
        let Ok(meta) = std::fs::metadata(&path) else { continue };
        if meta.is_dir() {
            walk(&path, depth + 1, files, others)?;
        } else if let Some(format) = Format::from_name(&name) {
            // An empty file is what a writer leaves for an empty partition; named by itself it is an error.
            files.push((path, format));
        } else {
            others.push(name.into_owned());
        }
    }
    Ok(())
}

fn from_pattern(given: &str, format: Option<Format>, found: &mut Vec<Found>) -> Result<()> {
    let options =
        glob::MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };
    let matches = glob::glob_with(given, options)
        .map_err(|error| Error::Usage(format!("{given}: not a valid file pattern: {error}")))?;
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
    let names: Vec<String> = std::fs::read_dir(listed)
        .ok()?
        .filter_map(|item| item.ok()?.file_name().into_string().ok())
        .filter(|other| !other.starts_with('.'))
        .collect();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    let best = nearest(name, names)?;
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
