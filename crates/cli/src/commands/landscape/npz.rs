//! Grids as NumPy reads them: arrays in a ZIP archive (numpy.lib.format, version 1.0).

use std::io::Write;

use dartboard_landscapes::Study;
use rawzip::{CompressionMethod, ZipArchiveWriter};

/// Of the first loss `x`, `y` and `values` with a row for each y, of the others `x_2` and so on; `losses` are their specs.
/// The same grids give the same bytes.
pub(super) fn write(studies: &[Study]) -> std::io::Result<Vec<u8>> {
    let mut file = vec![];
    let mut archive = ZipArchiveWriter::new(&mut file);
    let mut add = |name: String, bytes: Vec<u8>| -> std::io::Result<()> {
        let entry = archive.new_file(format!("{name}.npy")).compression_method(CompressionMethod::STORE).start();
        let (mut entry, config) = entry.map_err(std::io::Error::other)?;
        let mut writer = config.wrap(&mut entry);
        writer.write_all(&bytes)?;
        let (_, descriptor) = writer.finish().map_err(std::io::Error::other)?;
        entry.finish(descriptor).map_err(std::io::Error::other)?;
        Ok(())
    };
    for (place, study) in studies.iter().enumerate() {
        let suffix = if place == 0 { String::new() } else { format!("_{}", place + 1) };
        let (x, y) = (study.numbers(0), study.numbers(1));
        let mut shape = vec![x.len()];
        add(format!("x{suffix}"), numbers(&[x.len()], &x))?;
        if !y.is_empty() {
            shape.insert(0, y.len());
            add(format!("y{suffix}"), numbers(&[y.len()], &y))?;
        }
        add(format!("values{suffix}"), numbers(&shape, &study.landscape.losses))?;
        let computed: Vec<u8> = study.landscape.computed.iter().map(|&computed| u8::from(computed)).collect();
        add(format!("computed{suffix}"), array("|b1", &shape, &computed))?;
    }
    add("losses".to_owned(), texts(&studies.iter().map(|study| study.loss.as_str()).collect::<Vec<_>>()))?;
    archive.finish().map_err(std::io::Error::other)?;
    Ok(file)
}

fn numbers(shape: &[usize], values: &[f64]) -> Vec<u8> {
    array("<f8", shape, &values.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>())
}

/// Texts of one length in UTF-32, shorter ones filled up with zeros.
fn texts(texts: &[&str]) -> Vec<u8> {
    let longest = texts.iter().map(|text| text.chars().count()).max().unwrap_or(0).max(1);
    let mut bytes = vec![];
    for text in texts {
        let letters = text.chars().map(u32::from).chain(std::iter::repeat(0)).take(longest);
        bytes.extend(letters.flat_map(u32::to_le_bytes));
    }
    array(&format!("<U{longest}"), &[texts.len()], &bytes)
}

fn array(kind: &str, shape: &[usize], data: &[u8]) -> Vec<u8> {
    let sizes: String = shape.iter().map(|size| format!("{size},")).collect();
    let mut header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({sizes}), }}");
    // Magic, version, the header's length and the header with its line break fill whole 64 bytes.
    let filled = (10 + header.len() + 1).next_multiple_of(64);
    header.extend(std::iter::repeat_n(' ', filled - 10 - header.len() - 1));
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

#[cfg(test)]
mod tests {
    use super::{array, numbers, texts};

    #[test]
    fn arrays_are_as_numpy_writes_them() {
        let bytes = numbers(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(bytes.len(), 128 + 48);
        assert!(
            bytes.starts_with(b"\x93NUMPY\x01\x00\x76\x00{'descr': '<f8', 'fortran_order': False, 'shape': (2,3,), }")
        );
        assert_eq!(bytes[127], b'\n');
        assert_eq!(texts(&["mse", "é"])[128..], b"m\0\0\0s\0\0\0e\0\0\0\xe9\0\0\0\0\0\0\0\0\0\0\0"[..]);
        assert_eq!(array("|b1", &[1], &[1]).len(), 129);
    }
}
