//! Writes pages to explore, and beside each what a reader must find on it:
//! `cargo run -p dartboard-figures --example explorer -- FOLDER`.

mod pages;

use std::error::Error;
use std::path::PathBuf;

use dartboard_figures::explorer::{Explorer, Picture};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    std::fs::create_dir_all(&folder)?;
    for (name, page) in pages::all() {
        let html = page.html()?;
        println!("{name}.html: {} bytes", html.len());
        std::fs::write(folder.join(format!("{name}.html")), html)?;
        std::fs::write(folder.join(format!("{name}.json")), serde_json::to_string(&expected(&page))?)?;
    }
    Ok(())
}

/// The numbers of the views as decimal text, another way than that by which they travel in the page.
fn expected(page: &Explorer) -> Value {
    let texts = |values: &[f64]| values.iter().map(|value| format!("{value:e}")).collect::<Vec<String>>();
    let views = page.views.iter().map(|view| match &view.picture {
        Picture::Plane(plane) => {
            let steps = plane.path.iter().flat_map(|path| &path.steps);
            let steps: Vec<Value> = steps
                .map(|step| json!({"number": step.number, "value": format!("{:e}", step.value), "in_plane": format!("{:e}", step.in_plane)}))
                .collect();
            json!({"x": texts(&plane.grid.x), "y": texts(&plane.grid.y), "z": texts(&plane.grid.z), "steps": steps})
        }
        Picture::Line(line) => {
            let curves: Vec<Value> =
                line.curves.iter().map(|curve| json!({"x": texts(&curve.x), "y": texts(&curve.y)})).collect();
            let steps = line.path.iter().flat_map(|path| &path.steps);
            let steps: Vec<Value> =
                steps.map(|step| json!({"number": step.number, "value": format!("{:e}", step.value)})).collect();
            json!({"curves": curves, "steps": steps})
        }
    });
    json!({"views": views.collect::<Vec<Value>>()})
}
