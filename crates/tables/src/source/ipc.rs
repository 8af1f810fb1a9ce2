//! Looking at Arrow IPC files before they are read: do the lengths they state fit into the file?
//!
//! The decoder allocates what a message claims to need before it reads it, so that one damaged length would end the
//! process. Only the messages' headers are read here; they also tell the number of rows.

use std::io::{Read, Seek, SeekFrom};

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::ipc::reader::{FileReader, StreamReader};
use datafusion::arrow::ipc::{MessageHeader, root_as_footer, root_as_message};

use super::format::Format;
use super::place::{Place, Reader};
use crate::error::{Error, Result, cause, clean};

/// What a look at a file gave.
#[derive(Debug)]
pub(crate) struct Look {
    pub(crate) schema: SchemaRef,
    pub(crate) rows: u64,
}

/// Looks at a file.
pub(crate) fn look(place: &Place, shown: &str, format: Format) -> Result<Look> {
    let broken = |reason: String| Error::Broken { path: shown.to_owned(), format: format.to_string(), reason };
    let mut file = place.open(shown)?;
    let length = file.length().map_err(|error| Error::io(shown, &error))?;
    let rows = match format {
        Format::ArrowFile => blocks(&mut file, length),
        _ => messages(&mut file, length),
    };
    let rows = rows.map_err(|fault| match fault {
        Fault::Broken(reason) => broken(reason.to_owned()),
        Fault::Refused(own) => own,
    })?;
    file.rewind().map_err(|error| Error::io(shown, &error))?;
    let reader = std::io::BufReader::new(file);
    let schema = match format {
        Format::ArrowFile => FileReader::try_new(reader, None).map(|reader| reader.schema()),
        _ => StreamReader::try_new(reader, None).map(|reader| reader.schema()),
    };
    let schema =
        schema.map_err(|error| cause::<Error>(&error).cloned().unwrap_or_else(|| broken(clean(&error.to_string()))))?;
    Ok(Look { schema, rows })
}

const CUT: &str = "it ends too early; the file is cut short";
const DAMAGED: &str = "it is damaged";

/// What is wrong with a file, or what its store refused.
enum Fault {
    Broken(&'static str),
    Refused(Error),
}

type Step<T> = std::result::Result<T, Fault>;

fn cut(error: std::io::Error) -> Fault {
    cause::<Error>(&error).map_or(Fault::Broken(CUT), |own| Fault::Refused(own.clone()))
}

/// The header of a message: its metadata's length, if another message follows at all.
fn message_length(file: &mut Reader, left: u64) -> Step<Option<(u64, u64)>> {
    if left == 0 {
        return Ok(None);
    }
    let mut four = [0; 4];
    file.read_exact(&mut four).map_err(cut)?;
    let mut prefix = 4;
    // Files of before 2020 have no continuation mark.
    if four == [0xff; 4] {
        file.read_exact(&mut four).map_err(cut)?;
        prefix = 8;
    }
    let length = i32::from_le_bytes(four);
    match u64::try_from(length) {
        Ok(0) => Ok(None),
        Ok(length) if length + prefix > left => Err(Fault::Broken(CUT)),
        Ok(length) => Ok(Some((prefix, length))),
        Err(_) => Err(Fault::Broken(DAMAGED)),
    }
}

/// The rows and the length of the body of a message.
fn message(metadata: &[u8]) -> Step<(u64, u64)> {
    let message = root_as_message(metadata).map_err(|_| Fault::Broken(DAMAGED))?;
    let body = u64::try_from(message.bodyLength()).map_err(|_| Fault::Broken(DAMAGED))?;
    let batch = match message.header_type() {
        MessageHeader::RecordBatch => message.header_as_record_batch(),
        MessageHeader::DictionaryBatch => message.header_as_dictionary_batch().and_then(|batch| batch.data()),
        _ => None,
    };
    for buffer in batch.and_then(|batch| batch.buffers()).iter().flatten() {
        let end = buffer.offset().checked_add(buffer.length());
        if buffer.offset() < 0 || buffer.length() < 0 || end.is_none_or(|end| end > message.bodyLength()) {
            return Err(Fault::Broken(DAMAGED));
        }
    }
    let is_rows = message.header_type() == MessageHeader::RecordBatch;
    let rows = batch.filter(|_| is_rows).map_or(0, |batch| batch.length());
    Ok((u64::try_from(rows).map_err(|_| Fault::Broken(DAMAGED))?, body))
}

/// Walks through the messages of a stream.
fn messages(file: &mut Reader, length: u64) -> Step<u64> {
    let (mut at, mut rows) = (0, 0);
    while let Some((prefix, size)) = message_length(file, length - at)? {
        let metadata = read(file, size)?;
        let (more, body) = message(&metadata)?;
        at += prefix + size;
        if body > length - at {
            return Err(Fault::Broken(CUT));
        }
        at += body;
        file.seek(SeekFrom::Start(at)).map_err(cut)?;
        rows += more;
    }
    Ok(rows)
}

/// Walks through the blocks that the footer of a file lists.
fn blocks(file: &mut Reader, length: u64) -> Step<u64> {
    const ENDS: u64 = 8 + 10;
    if length < ENDS {
        return Err(Fault::Broken(CUT));
    }
    file.seek(SeekFrom::End(-10)).map_err(cut)?;
    let mut end = [0; 10];
    file.read_exact(&mut end).map_err(cut)?;
    let [a, b, c, d, mark @ ..] = end;
    if &mark != b"ARROW1" {
        return Err(Fault::Broken("it does not end with the mark `ARROW1`; the file is cut short"));
    }
    let size = u64::try_from(i32::from_le_bytes([a, b, c, d])).map_err(|_| Fault::Broken(DAMAGED))?;
    if size + ENDS > length {
        return Err(Fault::Broken(DAMAGED));
    }
    file.seek(SeekFrom::Start(length - 10 - size)).map_err(cut)?;
    let footer = read(file, size)?;
    let footer = root_as_footer(&footer).map_err(|_| Fault::Broken(DAMAGED))?;
    if footer.schema().is_none() {
        return Err(Fault::Broken(DAMAGED));
    }
    let mut rows = 0;
    for block in footer.recordBatches().iter().flatten().chain(footer.dictionaries().iter().flatten()) {
        let number = |n: i64| u64::try_from(n).map_err(|_| Fault::Broken(DAMAGED));
        let (offset, metadata, body) =
            (number(block.offset())?, number(block.metaDataLength().into())?, number(block.bodyLength())?);
        let end = offset.checked_add(metadata).and_then(|end| end.checked_add(body));
        if end.is_none_or(|end| end > length) {
            return Err(Fault::Broken(DAMAGED));
        }
        file.seek(SeekFrom::Start(offset)).map_err(cut)?;
        let Some((_, size)) = message_length(file, metadata)? else { return Err(Fault::Broken(DAMAGED)) };
        rows += message(&read(file, size)?)?.0;
    }
    Ok(rows)
}

/// Reads `size` bytes, which are known to be there.
fn read(file: &mut Reader, size: u64) -> Step<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(size).read_to_end(&mut bytes).map_err(cut)?;
    if bytes.len() as u64 == size { Ok(bytes) } else { Err(Fault::Broken(CUT)) }
}
