//! Writes the files under `docs/reference`.

use std::path::Path;

use dartboard_reference::pages;

fn main() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let files = pages();
    let folder = root.join("docs/reference");
    // Nothing else is kept there, so that a loss that goes takes its page with it.
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    for (path, text) in &files {
        std::fs::write(root.join(path), text)?;
    }
    println!("{} files in docs/reference", files.len());
    Ok(())
}
