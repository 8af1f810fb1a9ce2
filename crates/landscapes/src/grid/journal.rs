//! Finished points on disk: what a grid that was killed goes on from.
//!
//! A header with hashes of what the losses depend on, then a record for each finished point, in the order in which points
//! are taken. Records are only ever appended, so a file that a kill has cut short is the beginning of the file that would
//! have become of it, but for half a record.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::LandscapeError;
use crate::fingerprint::{Fingerprint, Hasher};
use crate::plane::Fingerprints;
use crate::whole_file;

/// What a file begins with.
const MAGIC: &[u8; 24] = b"dartboard grid points 1\n";

/// Magic, three hashes, a check of all of it.
const HEADER: usize = 24 + 3 * 32 + 8;

/// The number of a point, the bits of its loss, a check.
const RECORD: usize = 24;

/// A file of finished points.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    key: Fingerprint,
    known: HashMap<u64, u64>,
    dropped: usize,
}

impl Journal {
    /// A new file.
    ///
    /// # Errors
    /// Where there is one already, or it cannot be written.
    pub(super) fn create(path: &Path, hashes: Fingerprints) -> Result<Self, LandscapeError> {
        let header = header(hashes);
        let write = || -> std::io::Result<()> {
            let mut file = whole_file::beside(path)?;
            file.write_all(&header)?;
            file.persist_noclobber(path).map_err(|error| error.error)?;
            Ok(())
        };
        write().map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                LandscapeError::file(path, "there are points of another run: resume it, or choose another place")
            }
            _ => LandscapeError::file(path, error),
        })?;
        Self::resume(path, hashes)
    }

    /// A file that is there already, with the points it holds. What a kill has left of half a record is cut off.
    ///
    /// # Errors
    /// Where it is no such file, belongs to another model, other data or settings, is being written by another process, or
    /// cannot be read.
    pub(super) fn resume(path: &Path, hashes: Fingerprints) -> Result<Self, LandscapeError> {
        let failed = |error: std::io::Error| LandscapeError::file(path, error);
        let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(LandscapeError::file(path, "another process is writing to it"));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let mut bytes = vec![];
        file.read_to_end(&mut bytes).map_err(failed)?;
        check_header(path, &bytes, hashes)?;
        let key = Fingerprint::of(&bytes[..HEADER]);
        let mut known = HashMap::new();
        let mut end = HEADER;
        for record in bytes[HEADER..].chunks_exact(RECORD) {
            let (number, bits) = (word(record, 0), word(record, 8));
            if word(record, 16) != check(key, number, bits) {
                break;
            }
            known.insert(number, bits);
            end += RECORD;
        }
        let dropped = (bytes.len() - end).div_ceil(RECORD);
        file.set_len(end as u64).map_err(failed)?;
        file.seek(SeekFrom::Start(end as u64)).map_err(failed)?;
        Ok(Self { path: path.to_owned(), file, key, known, dropped })
    }

    /// The loss of a point, where it is known.
    pub(super) fn get(&self, number: usize) -> Option<f64> {
        self.known.get(&(number as u64)).map(|&bits| f64::from_bits(bits))
    }

    /// How many points are known.
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    /// How many records at the end could not be used and were cut off, to be computed again.
    pub(super) fn dropped(&self) -> usize {
        self.dropped
    }

    /// Adds finished points, in this order. They are with the operating system when this returns.
    pub(super) fn append(&mut self, points: &[(usize, f64)]) -> Result<(), LandscapeError> {
        let mut bytes = Vec::with_capacity(points.len() * RECORD);
        for &(number, loss) in points {
            let (number, bits) = (number as u64, loss.to_bits());
            bytes.extend_from_slice(&number.to_le_bytes());
            bytes.extend_from_slice(&bits.to_le_bytes());
            bytes.extend_from_slice(&check(self.key, number, bits).to_le_bytes());
            self.known.insert(number, bits);
        }
        self.file.write_all(&bytes).map_err(|error| LandscapeError::file(&self.path, error))
    }
}

fn word(bytes: &[u8], at: usize) -> u64 {
    bytes[at..].first_chunk().map_or(0, |word| u64::from_le_bytes(*word))
}

/// What tells a whole record of this file from anything else.
fn check(key: Fingerprint, number: u64, bits: u64) -> u64 {
    let mut hasher = Hasher::new("point");
    hasher.bytes(&key.0);
    hasher.count(number as usize);
    hasher.bytes(&bits.to_le_bytes());
    word(&hasher.finish().0, 0)
}

fn header(hashes: Fingerprints) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    for hash in [hashes.model, hashes.data, hashes.settings] {
        bytes.extend_from_slice(&hash.0);
    }
    let check = word(&Fingerprint::of(&bytes).0, 0);
    bytes.extend_from_slice(&check.to_le_bytes());
    bytes
}

fn check_header(path: &Path, bytes: &[u8], hashes: Fingerprints) -> Result<(), LandscapeError> {
    if !bytes.starts_with(MAGIC) || bytes.len() < HEADER {
        return Err(LandscapeError::file(path, "these are no points of a grid of this version of Dartboard"));
    }
    let expected = header(hashes);
    if bytes[..HEADER] == expected {
        return Ok(());
    }
    let parts = ["another model", "other data", "another loss, other directions, or another grid"];
    let differs =
        |part: usize| bytes[24 + part * 32..24 + (part + 1) * 32] != expected[24 + part * 32..24 + (part + 1) * 32];
    // Where the rows have changed, so has a model that is fitted to them.
    let found = [1, 0, 2].into_iter().find(|&part| differs(part)).map_or("a damaged header", |part| parts[part]);
    Err(LandscapeError::file(path, format!("its points belong to {found}")))
}
