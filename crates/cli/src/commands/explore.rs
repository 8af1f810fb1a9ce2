//! `dartboard explore`: the interactive page, which is within this program.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use clap::ValueEnum;
use serde::de::IgnoredAny;

use crate::args::{ExploreArgs, Panel};
use crate::failure::Failure;
use crate::output;
use crate::render::picture::write_whole;

/// Built by `web/build.sh`.
const PAGE: &str = include_str!("../../../../web/dist/index.html");

/// Where the page looks for the panel that it starts with, and for the files of a run.
const PLACE: &str = "<div id=\"page\">";

/// What the page needs of a run: its values, and what was found in them.
const GRID: &str = "grid.csv";
const FINDINGS: &str = "landscape.json";

pub(crate) fn run(args: &ExploreArgs) -> Result<(), Failure> {
    if args.run.is_some() && args.panel.is_some_and(|panel| panel != Panel::Landscape) {
        return Err(Failure::usage("--run: a run is shown in the panel landscape"));
    }
    let given = args.run.as_deref().map(given).transpose()?;
    let panel = args.panel.or(given.is_some().then_some(Panel::Landscape));
    let page = page(panel, given.as_deref());
    let Some(path) = &args.output else { return open(&page) };
    write_whole(path, page.as_bytes())?;
    output::print(&format!("{}\n", path.display()))
}

/// The page, started at a panel and with the files of a run in it.
fn page(panel: Option<Panel>, given: Option<&str>) -> String {
    let name = panel.and_then(|panel| panel.to_possible_value()).map(|value| value.get_name().to_owned());
    let panel = name.map_or_else(String::new, |name| format!(" data-panel=\"{name}\""));
    let given = given.map_or_else(String::new, |json| {
        // No text of a file may end the element that it stands in.
        let json = json.replace('<', "\\u003c");
        format!("<script id=\"given\" type=\"application/json\">{json}</script>\n")
    });
    PAGE.replacen(PLACE, &format!("{given}<div id=\"page\"{panel}>"), 1)
}

/// The files of a run that the page reads, as an object of their names.
fn given(folder: &Path) -> Result<String, Failure> {
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read_to_string(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound if folder.is_dir() => Failure::Data(format!(
                "{}: there is no finished landscape in this folder (no {name}); `dartboard landscape --output` writes one",
                folder.display()
            )),
            kind => Failure::Data(format!("{}: {kind}", path.display())),
        })
    };
    let (grid, findings) = (read(GRID)?, read(FINDINGS)?);
    let path = folder.join(FINDINGS);
    let wrong = |error| Failure::Data(format!("{}: not what a run writes: {error}", path.display()));
    serde_json::from_str::<IgnoredAny>(&findings).map_err(wrong)?;
    let texts = [(GRID, grid), (FINDINGS, findings)];
    serde_json::to_string(&texts).map_err(wrong)
}

/// Opens the page in the browser of the user, from a file that stays: the browser may read it again.
fn open(page: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::Data(format!("the page cannot be written: {}", error.kind()));
    let mut file = tempfile::Builder::new().prefix("dartboard-").suffix(".html").tempfile().map_err(failed)?;
    file.write_all(page.as_bytes()).map_err(failed)?;
    let (_, path) = file.keep().map_err(|error| failed(error.error))?;
    let shown = path.display();
    if webbrowser::open(&path.to_string_lossy()).is_err() {
        return Err(Failure::Data(format!(
            "no browser could be opened; the page is {shown}, and --output writes it elsewhere"
        )));
    }
    output::print(&format!("{shown}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_one_place_for_what_it_starts_with() {
        assert_eq!(PAGE.matches(PLACE).count(), 1);
    }

    #[test]
    fn files_cannot_end_their_element() {
        let page = page(Some(Panel::Landscape), Some("[\"</script><b>\"]"));
        assert!(page.contains("[\"\\u003c/script>\\u003cb>\"]</script>\n<div id=\"page\" data-panel=\"landscape\">"));
    }
}
