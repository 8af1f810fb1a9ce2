//! What a file is, told by its first bytes rather than by its name alone.
//!
//! Names lie (`predictions.csv` that is gzip-compressed, `.arrow` for both forms of Arrow IPC), so content decides
//! where it is unmistakable; the name decides between the text formats, which have no mark of their own.

use std::error::Error as StdError;
use std::fmt;
use std::io::Read;
use std::path::Path;
use std::str::FromStr;

use datafusion::datasource::file_format::file_compression_type::FileCompressionType;

use super::place::Place;
use crate::error::{Error, Result, cause};

/// A format that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Lines of fields with a separator; `.tsv` is the same with tabs.
    Csv,
    /// Fields separated by tabs.
    Tsv,
    /// One JSON object a line.
    JsonLines,
    /// One JSON array of objects.
    JsonArray,
    /// Apache Parquet.
    Parquet,
    /// Arrow IPC, file form ("Feather 2").
    ArrowFile,
    /// Arrow IPC, stream form.
    ArrowStream,
}

impl Format {
    /// The words `--input-format` accepts.
    pub const NAMES: [&'static str; 7] = ["csv", "tsv", "jsonl", "json", "parquet", "arrow", "arrow-stream"];

    /// The format that a file's name promises.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let mut plain = name.as_str();
        for ending in [".gz", ".zst", ".bz2", ".xz"] {
            plain = plain.strip_suffix(ending).unwrap_or(plain);
        }
        let (stem, ending) = plain.rsplit_once('.')?;
        if stem.is_empty() {
            return None;
        }
        Some(match ending {
            "csv" | "psv" | "ssv" => Self::Csv,
            "tsv" | "tab" => Self::Tsv,
            "jsonl" | "ndjson" | "jsonlines" | "json" => Self::JsonLines,
            "parquet" | "pq" | "parq" => Self::Parquet,
            "arrow" | "ipc" | "feather" => Self::ArrowFile,
            "arrows" => Self::ArrowStream,
            _ => return None,
        })
    }

    /// The family: formats of one family are alternatives in how a file is written, not in what it is.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
            Self::JsonLines | Self::JsonArray => "JSON",
            Self::Parquet => "Parquet",
            Self::ArrowFile | Self::ArrowStream => "Arrow",
        }
    }

    pub(crate) fn same_kind(self, other: Self) -> bool {
        self.kind() == other.kind()
    }

    /// Whether the format is lines of text, which may be compressed as a whole.
    pub(crate) fn is_text(self) -> bool {
        matches!(self, Self::Csv | Self::Tsv | Self::JsonLines | Self::JsonArray)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
            Self::JsonLines => "JSON lines",
            Self::JsonArray => "JSON",
            Self::Parquet => "Parquet",
            Self::ArrowFile => "Arrow",
            Self::ArrowStream => "Arrow stream",
        })
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self> {
        Ok(match word.to_ascii_lowercase().as_str() {
            "csv" => Self::Csv,
            "tsv" => Self::Tsv,
            "jsonl" | "ndjson" => Self::JsonLines,
            "json" => Self::JsonArray,
            "parquet" => Self::Parquet,
            "arrow" | "feather" | "ipc" => Self::ArrowFile,
            "arrow-stream" => Self::ArrowStream,
            _ => {
                let near = crate::error::nearest(word, Self::NAMES)
                    .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                return Err(Error::Usage(format!("unknown format `{word}`{near} (one of {})", Self::NAMES.join(", "))));
            }
        })
    }
}

/// How a text file is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
    /// bzip2.
    Bzip2,
    /// xz.
    Xz,
}

impl Compression {
    /// The compression that a file's name promises.
    fn from_name(name: &str) -> Self {
        match name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "gz" => Self::Gzip,
            "zst" => Self::Zstd,
            "bz2" => Self::Bzip2,
            "xz" => Self::Xz,
            _ => Self::None,
        }
    }

    fn from_magic(head: &[u8]) -> Self {
        if head.starts_with(&[0x1f, 0x8b]) {
            Self::Gzip
        } else if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            Self::Zstd
        } else if head.starts_with(b"BZh") && head.get(4..10).is_some_and(|b| b == [0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
        {
            Self::Bzip2
        } else if head.starts_with(&[0xfd, b'7', b'z', b'X', b'Z', 0]) {
            Self::Xz
        } else {
            Self::None
        }
    }

    pub(crate) fn to_engine(self) -> FileCompressionType {
        match self {
            Self::None => FileCompressionType::UNCOMPRESSED,
            Self::Gzip => FileCompressionType::GZIP,
            Self::Zstd => FileCompressionType::ZSTD,
            Self::Bzip2 => FileCompressionType::BZIP2,
            Self::Xz => FileCompressionType::XZ,
        }
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "uncompressed",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
        })
    }
}

/// Bytes needed to tell a format.
const HEAD: usize = 512;

/// Opens a text file through its decompressor.
pub(crate) fn open_text(place: &Place, shown: &str, compression: Compression) -> Result<Box<dyn Read + Send>> {
    let file = place.open(shown)?;
    compression.to_engine().convert_read(file).map_err(|error| broken(shown, compression, &error))
}

/// The error of a decompressor that met something it cannot read, or that what it reads refused.
pub(crate) fn broken(shown: &str, compression: Compression, error: &(dyn StdError + 'static)) -> Error {
    if let Some(own) = cause::<Error>(error) {
        return own.clone();
    }
    let reason = &error.to_string();
    let short = ["unexpected end of file", "incomplete", "unexpectedeof", "premature eof", "not finished"]
        .iter()
        .any(|sign| reason.to_lowercase().contains(sign));
    let reason =
        if short { "it ends too early; the file is cut short".to_owned() } else { crate::error::clean(reason) };
    Error::Broken { path: shown.to_owned(), format: compression.to_string(), reason }
}

/// Reads as much as fits, whatever the pieces in which it comes.
pub(crate) fn read_up_to(reader: &mut dyn Read, most: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Tells format and compression of a file, or says why it cannot be read.
pub(crate) fn detect(place: &Place, shown: &str, wanted: Option<Format>) -> Result<(Format, Compression)> {
    let mut file = place.open(shown)?;
    let head = read_up_to(&mut file, HEAD).map_err(|error| Error::io(shown, &error))?;
    if head.is_empty() {
        return Err(Error::Empty { path: shown.to_owned() });
    }
    let compression = Compression::from_magic(&head);
    let name = Path::new(shown).file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let promised = Compression::from_name(&name);
    if compression == Compression::None && promised != Compression::None {
        return Err(Error::Broken {
            path: shown.to_owned(),
            format: promised.to_string(),
            reason: "it does not begin with the mark of that format".to_owned(),
        });
    }
    let head = if compression == Compression::None {
        head
    } else {
        let mut reader = open_text(place, shown, compression)?;
        // Only what is needed to tell the format: a file broken further on is reported with its line later.
        match read_up_to(reader.as_mut(), HEAD) {
            Ok(head) => head,
            Err(error) => return Err(broken(shown, compression, &error)),
        }
    };
    if head.is_empty() {
        return Err(Error::Empty { path: shown.to_owned() });
    }
    let by_name = Format::from_name(&name);
    let binary = binary_format(&head);
    if let Some(format) = binary
        && compression != Compression::None
    {
        return Err(Error::NotRead {
            path: shown.to_owned(),
            what: format!("a {format} file inside {compression}"),
            advice: "decompress it first (Parquet and Arrow compress their own columns)".to_owned(),
        });
    }
    if let Some((what, advice)) = known_but_not_read(&head) {
        return Err(Error::NotRead { path: shown.to_owned(), what: what.to_owned(), advice: advice.to_owned() });
    }
    let format = match (wanted, binary) {
        (Some(wanted), Some(is)) if !wanted.same_kind(is) => {
            return Err(Error::Broken {
                path: shown.to_owned(),
                format: wanted.to_string(),
                reason: format!("by its first bytes it is a {is} file"),
            });
        }
        (_, Some(is)) => is,
        (Some(wanted), None) if wanted.is_text() => sniff_text(&head, Some(wanted)),
        (Some(wanted), None) => return Err(not_what_it_says(shown, wanted, &head)),
        (None, None) => match by_name {
            Some(named) if !named.is_text() => return Err(not_what_it_says(shown, named, &head)),
            named => sniff_text(&head, named),
        },
    };
    Ok((format, compression))
}

fn not_what_it_says(shown: &str, format: Format, head: &[u8]) -> Error {
    let reason = match format {
        Format::Parquet => "it does not begin with the mark `PAR1`",
        _ if head.starts_with(b"ARROW1") => "it is cut short",
        _ => "it begins neither with the mark `ARROW1` nor with a stream message",
    };
    Error::Broken { path: shown.to_owned(), format: format.to_string(), reason: reason.to_owned() }
}

/// Formats with a mark of their own.
fn binary_format(head: &[u8]) -> Option<Format> {
    if head.starts_with(b"PAR1") {
        return Some(Format::Parquet);
    }
    if head.starts_with(b"ARROW1") {
        return Some(Format::ArrowFile);
    }
    // A stream starts with the continuation mark and the length of its schema message.
    (head.len() >= 8 && head.starts_with(&[0xff, 0xff, 0xff, 0xff])).then_some(Format::ArrowStream)
}

/// Kinds of file that people have and that are not read: better named than taken for broken text.
fn known_but_not_read(head: &[u8]) -> Option<(&'static str, &'static str)> {
    if head.starts_with(b"PAR1") || head.starts_with(b"ARROW1") || head.starts_with(&[0xff; 4]) {
        return None;
    }
    let table: [(&[u8], &str, &str); 9] = [
        (b"PK\x03\x04", "a zip archive (perhaps an Excel workbook or NumPy .npz)", "save the table as CSV or Parquet"),
        (&[0xd0, 0xcf, 0x11, 0xe0], "an old Excel workbook", "save the table as CSV or Parquet"),
        (b"PARE", "a Parquet file with an encrypted footer", "decrypt it first"),
        (b"ORC", "an ORC file", "convert it to Parquet"),
        (b"Obj\x01", "an Avro file", "convert it to Parquet"),
        (b"\x93NUMPY", "a NumPy array", "save it with column names as CSV or Parquet"),
        (b"FEA1", "a Feather 1 file", "write it again with Feather 2 (Arrow IPC)"),
        (&[0xff, 0xfe], "text in UTF-16", "save it as UTF-8"),
        (&[0xfe, 0xff], "text in UTF-16", "save it as UTF-8"),
    ];
    if let Some((_, what, advice)) = table.into_iter().find(|(mark, ..)| head.starts_with(mark)) {
        return Some((what, advice));
    }
    // Text holds no control characters but spaces of sorts; nearly every binary format does soon.
    let control = head.iter().any(|&byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0x1b));
    control.then_some(("not text: it holds control characters", "give CSV, TSV, JSON lines, Parquet or Arrow"))
}

/// Tells the text formats apart by the first character.
fn sniff_text(head: &[u8], hint: Option<Format>) -> Format {
    let text = head.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(head);
    let first = text.iter().copied().find(|byte| !byte.is_ascii_whitespace());
    match (hint, first) {
        (Some(Format::JsonLines | Format::JsonArray), Some(b'[')) => Format::JsonArray,
        (Some(Format::JsonLines | Format::JsonArray), _) => Format::JsonLines,
        (Some(hint), _) => hint,
        (None, Some(b'{')) => Format::JsonLines,
        (None, Some(b'[')) => Format::JsonArray,
        (None, _) => Format::Csv,
    }
}
