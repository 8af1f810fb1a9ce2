//! From an address such as `s3://bucket/dir/part-*.parquet` to a list of objects, by the rules for local files: keys are
//! paths, and a directory is what the keys of its files begin with.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnv;
use futures::StreamExt;
use object_store::path::Path as StorePath;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};
use tokio::runtime::Handle;

use super::discover::{Found, MATCHING, bad_pattern, is_pattern, partitions_of};
use super::format::Format;
use super::listing::{Listing, is_bookkeeping, nearest_name};
use super::place::{Object, Place, unusable};
use super::stores::{self, FOR_LITTLE, FOR_MUCH, SCHEME};
use crate::error::{Error, Result};

/// Keys that are looked at for the nearest name: a hint is not worth listing a whole bucket.
const KEYS_FOR_HINT: usize = 1000;

/// A bucket that is searched by a thread that may wait.
struct Bucket<'a> {
    name: &'a str,
    base: ObjectStoreUrl,
    store: Arc<dyn ObjectStore>,
    waits: Handle,
    /// The address as it was given.
    given: &'a str,
}

/// Finds the objects of an address.
pub(crate) fn discover(runtime: &RuntimeEnv, given: &str, format: Option<Format>) -> Result<Vec<Found>> {
    let address = given.strip_prefix(SCHEME).and_then(|rest| rest.strip_prefix("://")).unwrap_or(given);
    let (name, key) = address.split_once('/').unwrap_or((address, ""));
    let plausible = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let base = ObjectStoreUrl::parse(format!("{SCHEME}://{name}"));
    let Some(base) = base.ok().filter(|_| !name.is_empty() && name.bytes().all(plausible)) else {
        return Err(Error::Usage(format!("{given}: `{name}` cannot be the name of a bucket")));
    };
    let store = runtime.object_store(&base).map_err(|error| Error::from_engine(&error).of_path(given))?;
    let waits = Handle::try_current().map_err(|error| Error::Usage(format!("{given}: {error}")))?;
    Bucket { name, base, store, waits, given }.find(key, format)
}

impl Bucket<'_> {
    fn find(&self, key: &str, format: Option<Format>) -> Result<Vec<Found>> {
        let is_directory = key.is_empty() || key.ends_with('/');
        let path = self.path(key)?;
        if !is_directory {
            match self.ask(self.store.head(&path)) {
                // An empty object may stand for a directory.
                Ok(meta) if meta.size > 0 || self.first(&path, 1)?.is_empty() => return Ok(vec![self.found(meta)]),
                Ok(_) => {}
                // A store says so of an absent key, too, where keys must not be listed.
                Err(Error::Io { kind: ErrorKind::PermissionDenied, .. }) if is_pattern(key) => {}
                Err(Error::NoSuchFile { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        // A name with `*` or `[` in it may be a real file; only when it is not, it is a pattern.
        if is_pattern(key) {
            return self.matching(key.trim_end_matches('/'), is_directory, format);
        }
        let objects = self.all(&path)?;
        if objects.is_empty() && !path.as_ref().is_empty() {
            return Err(Error::NoSuchFile { path: self.given.to_owned(), near: self.near(path.as_ref()) });
        }
        self.listing(&path, objects).of_one_format(self.given, format)
    }

    /// The files and directories whose keys a pattern matches, and the files in these directories.
    fn matching(&self, key: &str, only_directories: bool, format: Option<Format>) -> Result<Vec<Found>> {
        // The address as a whole first: a message counts the letters of what was given.
        let pattern = glob::Pattern::new(self.given).and_then(|_| glob::Pattern::new(key));
        let pattern = pattern.map_err(|error| bad_pattern(self.given, &error))?;
        let plain: Vec<&str> = key.split('/').take_while(|part| !is_pattern(part)).collect();
        let above = self.path(&plain.join("/"))?;
        let (objects, directories) = if plain.len() + 1 == key.split('/').count() {
            // What lies deeper does not matter and may be much.
            let level = self.wait(FOR_MUCH, self.store.list_with_delimiter(Some(&above)))?;
            (level.objects, level.common_prefixes.into_iter().collect())
        } else {
            let objects = self.all(&above)?;
            let directories = directories_of(&objects);
            (objects, directories)
        };
        let fits = |path: &StorePath| pattern.matches_with(path.as_ref(), MATCHING);
        let files = objects.into_iter().filter(|meta| !only_directories && !directories.contains(&meta.location));
        let mut matched: Vec<(StorePath, Option<ObjectMeta>)> =
            files.map(|meta| (meta.location.clone(), Some(meta))).filter(|(path, _)| fits(path)).collect();
        matched.extend(directories.iter().filter(|path| fits(path)).map(|path| (path.clone(), None)));
        if matched.is_empty() {
            return Err(Error::NoFileMatches { pattern: self.given.to_owned(), near: self.near(key) });
        }
        matched.sort_by(|(a, _), (b, _)| Path::new(a.as_ref()).cmp(Path::new(b.as_ref())));
        let mut found = Vec::new();
        for (path, meta) in matched {
            match meta {
                Some(meta) => found.push(self.found(meta)),
                None => found
                    .extend(self.listing(&path, self.all(&path)?).of_one_format(&self.shown(path.as_ref()), format)?),
            }
        }
        Ok(found)
    }

    /// What a directory holds, in it and below.
    fn listing(&self, directory: &StorePath, objects: Vec<ObjectMeta>) -> Listing {
        let directories = directories_of(&objects);
        let mut listing = Listing::default();
        for meta in objects {
            let path = meta.location.clone();
            // Some programs write an empty object in place of a directory.
            let stands_for_directory = meta.size == 0 && (directories.contains(&path) || path == *directory);
            let Some(parts) = path.prefix_match(directory) else { continue };
            let parts: Vec<_> = parts.collect();
            let Some(name) = parts.last().filter(|_| !stands_for_directory) else { continue };
            if !parts.iter().any(|part| is_bookkeeping(part.as_ref())) {
                listing.add(name.as_ref(), || self.found(meta));
            }
        }
        listing
    }

    /// All objects whose keys begin with a directory.
    fn all(&self, directory: &StorePath) -> Result<Vec<ObjectMeta>> {
        self.first(directory, usize::MAX)
    }

    fn first(&self, directory: &StorePath, most: usize) -> Result<Vec<ObjectMeta>> {
        let mut keys = self.store.list(Some(directory)).take(most);
        let mut objects = Vec::new();
        while let Some(meta) = self.ask(async { keys.next().await.transpose() })? {
            objects.push(meta);
        }
        Ok(objects)
    }

    /// The nearest name beside a key that is not there; beside its directory if that is not there either.
    fn near(&self, key: &str) -> Option<String> {
        let (parent, name) = key.rsplit_once('/').unwrap_or(("", key));
        let directory = self.path(parent).ok()?;
        let objects = self.first(&directory, KEYS_FOR_HINT).ok()?;
        if objects.is_empty() {
            return if parent.is_empty() { None } else { self.near(parent) };
        }
        let first_part = |meta: &ObjectMeta| Some(meta.location.prefix_match(&directory)?.next()?.as_ref().to_owned());
        let names: BTreeSet<String> = objects.iter().filter_map(first_part).collect();
        let best = nearest_name(name, names.into_iter().collect())?;
        Some(self.shown(directory.join(best).as_ref()))
    }

    fn path(&self, key: &str) -> Result<StorePath> {
        StorePath::parse(key).map_err(|error| unusable(self.given, &error))
    }

    fn shown(&self, key: &str) -> String {
        format!("{SCHEME}://{}/{key}", self.name)
    }

    fn found(&self, meta: ObjectMeta) -> Found {
        let key = meta.location.to_string();
        Found {
            shown: self.shown(&key),
            partitions: partitions_of(Path::new(&key)),
            place: Place::Object(Arc::new(Object::new(Arc::clone(&self.store), self.base.clone(), meta))),
        }
    }

    fn ask<T>(&self, asked: impl Future<Output = object_store::Result<T>>) -> Result<T> {
        self.wait(FOR_LITTLE, asked)
    }

    fn wait<T>(&self, patience: Duration, asked: impl Future<Output = object_store::Result<T>>) -> Result<T> {
        self.waits.block_on(stores::answer(self.given, &self.base, patience, asked))
    }
}

/// The directories that keys speak of.
fn directories_of(objects: &[ObjectMeta]) -> BTreeSet<StorePath> {
    let mut directories = BTreeSet::new();
    for meta in objects {
        let key = meta.location.as_ref();
        for (at, _) in key.match_indices('/') {
            directories.extend(StorePath::parse(&key[..at]));
        }
    }
    directories
}
