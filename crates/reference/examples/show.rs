//! Prints pages: `show explain huber`, `show compare mse mae`, `show quick table|markdown|json|html`,
//! `show elsewhere torch`.

use std::error::Error;

use dartboard_losses::Measure;
use dartboard_reference::page::Page;
use dartboard_reference::terminal::{self, Canvas};
use dartboard_reference::{Format, card, compare, elsewhere, quick};

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let canvas = Canvas { width: 100, styled: std::env::var_os("COLOUR").is_some() };
    let text = match &words[..] {
        ["explain", spec] => terminal::write(&card::page(&Page::of(&Measure::parse(spec)?)), canvas),
        ["compare", specs @ ..] => {
            let measures: Result<Vec<Measure>, _> = specs.iter().map(|spec| Measure::parse(spec)).collect();
            terminal::write(&compare(&measures?), canvas)
        }
        ["quick", "table"] => quick(Format::Table, canvas)?,
        ["quick", "markdown"] => quick(Format::Markdown, canvas)?,
        ["quick", "json"] => quick(Format::Json, canvas)?,
        ["quick", "html"] => quick(Format::Html, canvas)?,
        ["elsewhere", library] => terminal::write(&elsewhere(library)?, canvas),
        _ => return Err("show explain LOSS, compare LOSS..., quick FORMAT or elsewhere LIBRARY".into()),
    };
    print!("{text}");
    Ok(())
}
