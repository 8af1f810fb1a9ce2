//! Writes `docs/accuracy.md`: the largest errors of every loss at the reference points, beside those of other libraries.
#![allow(clippy::unwrap_used)]

#[path = "../tests/golden/accuracy.rs"]
mod accuracy;
#[path = "../tests/golden/recipe.rs"]
mod recipe;

fn main() -> std::io::Result<()> {
    std::fs::write(accuracy::file(), accuracy::table())?;
    println!("written: docs/accuracy.md");
    Ok(())
}
