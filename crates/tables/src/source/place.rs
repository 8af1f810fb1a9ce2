//! Where a file is, and reading it from there: on this machine, or as an object in a store.
//!
//! Whatever looks at files before the engine reads them (formats, heads of text, footers, the search for a bad value)
//! reads a [`Reader`], so that it is written once. Of an object only the ranges that are asked for travel.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use datafusion::execution::object_store::ObjectStoreUrl;
use object_store::path::Path as StorePath;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};
use tokio::runtime::Handle;

use super::stores;
use crate::error::{Error, Result};

/// Where a file is.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// A file of this machine.
    Local(PathBuf),
    /// An object of a store.
    Object(Arc<Object>),
}

/// An object of a store.
pub(crate) struct Object {
    store: Arc<dyn ObjectStore>,
    base: ObjectStoreUrl,
    meta: ObjectMeta,
    /// Its beginning, once it was read: the format is told from it, and then the columns.
    head: OnceLock<Head>,
}

/// Bytes of an object as its store gave them.
type Head = Arc<[u8]>;

/// The first piece of an object that is read, and the first after a jump.
const PIECE: u64 = 64 << 10;
/// The largest piece. Pieces grow as reading goes on: few requests for long files, few bytes for a look.
const LARGEST: u64 = 8 << 20;
const GROWTH: u64 = 4;

// Not derived: a store knows the credentials.
impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Object").field("base", &self.base).field("location", &self.meta.location).finish()
    }
}

impl Object {
    pub(crate) fn new(store: Arc<dyn ObjectStore>, base: ObjectStoreUrl, meta: ObjectMeta) -> Self {
        Self { store, meta: stores::told_apart(&base, meta), base, head: OnceLock::new() }
    }

    pub(crate) fn meta(&self) -> &ObjectMeta {
        &self.meta
    }
}

impl Place {
    /// Opens the file; `shown` names it in messages.
    pub(crate) fn open(&self, shown: &str) -> Result<Reader> {
        match self {
            Self::Local(path) => File::open(path).map(Reader::Local).map_err(|error| Error::io(shown, &error)),
            Self::Object(object) => Ok(Reader::Object(ObjectReader {
                object: Arc::clone(object),
                shown: shown.to_owned(),
                position: 0,
                start: 0,
                piece: Arc::default(),
                next: PIECE,
            })),
        }
    }

    /// The file's size in bytes.
    pub(crate) fn bytes(&self, shown: &str) -> Result<u64> {
        match self {
            Self::Local(path) => {
                std::fs::metadata(path).map(|meta| meta.len()).map_err(|error| Error::io(shown, &error))
            }
            Self::Object(object) => Ok(object.meta.size),
        }
    }

    /// The store that the engine reads the file from.
    pub(crate) fn base(&self) -> ObjectStoreUrl {
        match self {
            Self::Local(_) => ObjectStoreUrl::local_filesystem(),
            Self::Object(object) => object.base.clone(),
        }
    }

    /// The file's name in that store.
    pub(crate) fn location(&self, shown: &str) -> Result<StorePath> {
        match self {
            Self::Local(path) => StorePath::from_filesystem_path(path).map_err(|error| unusable(shown, &error)),
            Self::Object(object) => Ok(object.meta.location.clone()),
        }
    }

    /// What tells the file from all others: rows of a file that is named twice would count twice.
    pub(crate) fn identity(&self) -> PathBuf {
        match self {
            // Through links too.
            Self::Local(path) => std::fs::canonicalize(path).unwrap_or_else(|_| path.clone()),
            Self::Object(object) => Path::new(object.base.as_str()).join(object.meta.location.as_ref()),
        }
    }

    pub(crate) fn object(&self) -> Option<&Object> {
        match self {
            Self::Local(_) => None,
            Self::Object(object) => Some(object),
        }
    }

    /// The path of a file of this machine; empty for an object.
    pub(crate) fn local_path(&self) -> PathBuf {
        match self {
            Self::Local(path) => path.clone(),
            Self::Object(_) => PathBuf::new(),
        }
    }
}

/// The error for a name that stores cannot have.
pub(crate) fn unusable(shown: &str, why: &dyn fmt::Display) -> Error {
    Error::Io {
        path: shown.to_owned(),
        message: format!("the name cannot be used: {why}"),
        kind: io::ErrorKind::InvalidFilename,
    }
}

/// A file that is being read. An object is read by a thread that may wait, as those of `spawn_blocking` may.
pub(crate) enum Reader {
    Local(File),
    Object(ObjectReader),
}

impl Reader {
    /// The size of the file in bytes.
    pub(crate) fn length(&self) -> io::Result<u64> {
        match self {
            Self::Local(file) => Ok(file.metadata()?.len()),
            Self::Object(reader) => Ok(reader.object.meta.size),
        }
    }
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Local(file) => file.read(buffer),
            Self::Object(reader) => reader.read(buffer),
        }
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Local(file) => file.seek(to),
            Self::Object(reader) => reader.seek(to),
        }
    }
}

/// An object that is being read, piece by piece.
pub(crate) struct ObjectReader {
    object: Arc<Object>,
    shown: String,
    position: u64,
    /// Where the piece at hand begins.
    start: u64,
    piece: Arc<[u8]>,
    /// The size of the next piece.
    next: u64,
}

impl ObjectReader {
    /// The bytes at hand from the position on.
    fn at_hand(&self) -> &[u8] {
        let within = self.position.checked_sub(self.start).and_then(|at| usize::try_from(at).ok());
        within.and_then(|at| self.piece.get(at..)).unwrap_or_default()
    }

    fn fetch(&mut self) -> io::Result<()> {
        let size = self.object.meta.size;
        // A jump, rather than the end of a piece that was read through.
        if self.position != self.start + self.piece.len() as u64 {
            self.next = PIECE;
        }
        let end = size.min(self.position.saturating_add(self.next));
        let piece = match self.object.head.get() {
            Some(head) if self.position < head.len() as u64 => {
                self.start = 0;
                self.piece = Arc::clone(head);
                return Ok(());
            }
            _ => self.get(self.position..end)?,
        };
        if self.position == 0 {
            // Another reader of the same object may have been first.
            let _ = self.object.head.set(Arc::clone(&piece));
        }
        self.start = self.position;
        self.piece = piece;
        self.next = (self.next * GROWTH).min(LARGEST);
        Ok(())
    }

    fn get(&self, range: std::ops::Range<u64>) -> io::Result<Arc<[u8]>> {
        let Object { store, base, meta, .. } = self.object.as_ref();
        let runtime = Handle::try_current().map_err(io::Error::other)?;
        let asked = store.get_range(&meta.location, range.clone());
        let bytes = runtime.block_on(stores::answer(&self.shown, base, stores::FOR_MUCH, asked));
        let bytes = bytes.map_err(io::Error::other)?;
        if bytes.len() as u64 != range.end - range.start {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        Ok(Arc::from(bytes.as_ref()))
    }
}

impl Read for ObjectReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.object.meta.size || buffer.is_empty() {
            return Ok(0);
        }
        if self.at_hand().is_empty() {
            self.fetch()?;
        }
        let read = self.at_hand().read(buffer)?;
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for ObjectReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.object.meta.size.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = target.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}
