//! As much of protocol buffers as an ONNX file needs: a message is a list of numbered fields, which can be read, and
//! written back as they were.

use crate::error::LandscapeError;

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Number(u64),
    Fixed32([u8; 4]),
    Fixed64([u8; 8]),
    Bytes(&'a [u8]),
}

/// A field of a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Field<'a> {
    pub(super) number: u64,
    pub(super) value: Value<'a>,
}

fn broken(reason: &str) -> LandscapeError {
    LandscapeError::Onnx(format!("the file is damaged or no ONNX file: {reason}"))
}

fn varint(bytes: &mut &[u8]) -> Result<u64, LandscapeError> {
    let mut value = 0_u64;
    // Ten bytes of seven bits hold 64.
    for place in 0..10 {
        let Some((&byte, rest)) = bytes.split_first() else { return Err(broken("it ends within a number")) };
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err(broken("a number is too long"))
}

fn take<'a>(bytes: &mut &'a [u8], count: u64) -> Result<&'a [u8], LandscapeError> {
    let split = usize::try_from(count).ok().and_then(|count| bytes.split_at_checked(count));
    let (taken, rest) = split.ok_or_else(|| broken("it ends within a field"))?;
    *bytes = rest;
    Ok(taken)
}

/// The fields of a message, in order.
pub(super) fn fields(mut bytes: &[u8]) -> Result<Vec<Field<'_>>, LandscapeError> {
    let mut found = vec![];
    while !bytes.is_empty() {
        let key = varint(&mut bytes)?;
        let value = match key & 7 {
            0 => Value::Number(varint(&mut bytes)?),
            1 => Value::Fixed64(take(&mut bytes, 8)?.try_into().unwrap_or_default()),
            2 => {
                let count = varint(&mut bytes)?;
                Value::Bytes(take(&mut bytes, count)?)
            }
            5 => Value::Fixed32(take(&mut bytes, 4)?.try_into().unwrap_or_default()),
            _ => return Err(broken("a field is of an unknown kind")),
        };
        found.push(Field { number: key >> 3, value });
    }
    Ok(found)
}

impl<'a> Field<'a> {
    /// The bytes of a message, a text or packed numbers; empty for other fields.
    pub(super) fn bytes(&self) -> &'a [u8] {
        if let Value::Bytes(bytes) = self.value { bytes } else { &[] }
    }

    /// As text.
    pub(super) fn text(&self) -> Result<&'a str, LandscapeError> {
        std::str::from_utf8(self.bytes()).map_err(|_| broken("a name is no text"))
    }

    /// One or, packed, several whole numbers.
    pub(super) fn numbers(&self) -> Result<Vec<i64>, LandscapeError> {
        match self.value {
            Value::Number(number) => Ok(vec![number as i64]),
            Value::Bytes(mut bytes) => {
                let mut found = vec![];
                while !bytes.is_empty() {
                    found.push(varint(&mut bytes)? as i64);
                }
                Ok(found)
            }
            _ => Err(broken("a whole number is of another kind")),
        }
    }
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends a field of bytes: a message or a text.
pub(super) fn put_bytes(out: &mut Vec<u8>, number: u64, bytes: &[u8]) {
    put_varint(out, number << 3 | 2);
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Appends a whole number.
pub(super) fn put_number(out: &mut Vec<u8>, number: u64, value: u64) {
    put_varint(out, number << 3);
    put_varint(out, value);
}

/// Appends a field as it was.
pub(super) fn put(out: &mut Vec<u8>, field: Field<'_>) {
    match field.value {
        Value::Number(value) => put_number(out, field.number, value),
        Value::Bytes(bytes) => put_bytes(out, field.number, bytes),
        Value::Fixed32(bytes) => {
            put_varint(out, field.number << 3 | 5);
            out.extend_from_slice(&bytes);
        }
        Value::Fixed64(bytes) => {
            put_varint(out, field.number << 3 | 1);
            out.extend_from_slice(&bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_back_as_they_were() {
        let mut message = vec![];
        put_number(&mut message, 1, u64::MAX);
        put_bytes(&mut message, 300, b"name");
        put(&mut message, Field { number: 2, value: Value::Fixed32([1, 2, 3, 4]) });
        put(&mut message, Field { number: 3, value: Value::Fixed64([5; 8]) });
        let found = fields(&message).unwrap();
        assert_eq!(found[0].numbers().unwrap(), [-1]);
        assert_eq!(found[1].text().unwrap(), "name");
        let mut again = vec![];
        found.into_iter().for_each(|field| put(&mut again, field));
        assert_eq!(again, message);
        for cut in 1..message.len() {
            // Cut between fields it is a shorter message, elsewhere it is refused; it never ends the program.
            let _ = fields(&message[..cut]);
        }
        assert!(fields(&message[..3]).is_err() && fields(&[0x0b]).is_err() && fields(&[0xff; 20]).is_err());
    }
}
