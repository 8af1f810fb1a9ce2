//! Draws every kind of panel, to be looked at: `cargo run -p dartboard-figures --features png --example gallery -- FOLDER`.

mod pages;

use std::error::Error;
use std::path::PathBuf;

use dartboard_figures::sketch::{self, Size};
use dartboard_figures::{Panel, Theme};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    std::fs::create_dir_all(&folder)?;
    let mut sketches = String::new();
    for (name, page) in pages::all(pages::FULL)? {
        let svg = page.svg(Theme::Auto)?;
        println!("{name}: {} bytes", svg.len());
        std::fs::write(folder.join(format!("{name}.svg")), svg)?;
        for (theme, suffix) in [(Theme::Light, ""), (Theme::Dark, "-dark")] {
            std::fs::write(folder.join(format!("{name}{suffix}.png")), page.png(theme, 2.0)?)?;
        }
        for panel in page.rows.iter().flat_map(|row| &row.panels) {
            if let Panel::Chart(chart) = panel {
                sketches += &sketch::chart(chart, Size { columns: 72, rows: 14, styled: false })?;
                sketches.push('\n');
            }
        }
    }
    std::fs::write(folder.join("sketches.txt"), sketches)?;
    let documents = [("page", pages::document(pages::FULL)?), ("landscape", pages::landscape_document(pages::FULL))];
    for (name, document) in documents {
        let html = document.html()?;
        println!("{name}.html: {} bytes", html.len());
        std::fs::write(folder.join(format!("{name}.html")), html)?;
    }
    Ok(())
}
