//! The page around the pictures.

use std::fmt::Write;

use super::data::Data;
use super::detail::Detail;
use super::{Explorer, Fact};
use crate::draw::canvas::escaped;
use crate::error::Error;
use crate::html::{self, paragraph};
use crate::palette::{Switch, variables};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");
const PICTURES: &str = include_str!("pictures.html");

/// The page with so much detail.
pub(super) fn page(explorer: &Explorer, detail: Detail) -> Result<String, Error> {
    let data = Data::of(explorer, detail)?;
    let (title, lead) = (escaped(&explorer.title), paragraph("lead", &explorer.lead));
    let (variables, basis, script) = (variables(Switch::Attribute), html::STYLE, packed(SCRIPT));
    let mut below = String::new();
    for (index, view) in explorer.views.iter().enumerate() {
        let notes: String = data.notes(index).iter().map(|note| paragraph("quiet", note)).collect();
        let hidden = if index == 0 { "" } else { " hidden" };
        // Writing into a string cannot fail.
        let _ = writeln!(below, "<div data-view=\"{index}\"{hidden}>\n{notes}{}</div>", facts(&view.facts));
    }
    let (tabs, panel) = tabs(explorer);
    let page = facts(&explorer.facts);
    let json = data.json();
    Ok(format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; \
         script-src 'unsafe-inline'\"/>\n<link rel=\"icon\" href=\"data:,\"/>\n<title>{title}</title>\n\
         <style>\n{variables}{basis}{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <header><h1>{title}</h1>\n<button type=\"button\" id=\"theme\" aria-pressed=\"false\">Dark</button></header>\n{lead}\
         <noscript><p>The pictures are drawn by a script of this page, which this browser does not run.</p></noscript>\n\
         {tabs}<section id=\"panel\"{panel}>\n{PICTURES}{below}</section>\n{page}</main>\n\
         <script type=\"application/json\" id=\"data\">{json}</script>\n<script>\n{script}</script>\n</body>\n</html>\n"
    ))
}

/// The tabs of the views, if there are several, and the attributes of what they open.
fn tabs(explorer: &Explorer) -> (String, String) {
    if let [view] = explorer.views.as_slice() {
        return (String::new(), format!(" aria-label=\"{}\"", escaped(&view.name)));
    }
    let mut tabs = String::from("<div role=\"tablist\" aria-label=\"Views\">\n");
    for (index, view) in explorer.views.iter().enumerate() {
        let (selected, place) = if index == 0 { ("true", "0") } else { ("false", "-1") };
        let name = escaped(&view.name);
        let _ = writeln!(
            tabs,
            "<button type=\"button\" role=\"tab\" id=\"tab{index}\" aria-controls=\"panel\" aria-selected=\"{selected}\" \
             tabindex=\"{place}\">{name}</button>"
        );
    }
    tabs.push_str("</div>\n");
    (tabs, " role=\"tabpanel\" aria-labelledby=\"tab0\"".to_owned())
}

/// Rows as a table without a head, sentences as a list.
fn facts(facts: &[Fact]) -> String {
    let (mut rows, mut sentences) = (String::new(), String::new());
    for fact in facts {
        let _ = match fact {
            Fact::Row(name, value) => {
                writeln!(rows, "<tr><th scope=\"row\">{}</th><td>{}</td></tr>", escaped(name), escaped(value))
            }
            Fact::Sentence(text) => writeln!(sentences, "<li>{}</li>", escaped(text)),
        };
    }
    let around = |inside: &str, before: &str, after: &str| match inside {
        "" => String::new(),
        inside => format!("{before}\n{inside}{after}\n"),
    };
    let table = around(
        &rows,
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Facts\"><table><tbody>",
        "</tbody></table></div>",
    );
    table + &around(&sentences, "<ul>", "</ul>")
}

/// A script without comments that fill a line and without indentation. No text in it runs over several lines.
fn packed(script: &str) -> String {
    let lines = script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_packed_without_harm() {
        assert_eq!(packed("// why\nlet a = 1; // one\n\n  let b = \"//\";\n"), "let a = 1; // one\nlet b = \"//\";\n");
        // A text over several lines would lose its indentation, and a comment over several lines would stay.
        assert!(!SCRIPT.contains("/*"));
        assert!(SCRIPT.lines().all(|line| line.matches('`').count() % 2 == 0));
        // It stands in the page as it is.
        assert!(!SCRIPT.contains("</") && !SCRIPT.contains("<!--"));
    }
}
