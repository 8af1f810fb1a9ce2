//! Answers questions from standard input, a line each, as the page would: the text, a tab, and the bits of the numbers. With
//! it a test holds the WebAssembly build against the native one.

use std::io::{BufRead, Write};

fn main() -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let answer = dartboard_web::answer(line?.as_bytes(), vec![]);
        let bits: Vec<String> = answer.numbers.iter().map(|number| format!("{:016x}", number.to_bits())).collect();
        writeln!(out, "{}\t{}", answer.text, bits.join(" "))?;
    }
    out.flush()
}
