//! Draws every kind of panel, to be looked at: `cargo run -p dartboard-figures --features png --example gallery -- FOLDER`.

mod pages;

use std::error::Error;
use std::path::PathBuf;

use dartboard_figures::Theme;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    std::fs::create_dir_all(&folder)?;
    for (name, page) in pages::all()? {
        let svg = page.svg(Theme::Auto)?;
        println!("{name}: {} bytes", svg.len());
        std::fs::write(folder.join(format!("{name}.svg")), svg)?;
        for (theme, suffix) in [(Theme::Light, ""), (Theme::Dark, "-dark")] {
            std::fs::write(folder.join(format!("{name}{suffix}.png")), page.png(theme, 2.0)?)?;
        }
    }
    Ok(())
}
