//! The pages of the gallery: the pictures that were looked at, their markup, their layout, their size.

#![allow(clippy::unwrap_used)]

#[path = "../examples/gallery/pages.rs"]
mod pages;

use std::collections::BTreeSet;
use std::path::PathBuf;

use dartboard_figures::{Page, Theme};
use pages::{FULL, SMALL};
use roxmltree::{Document, ParsingOptions};

fn stored(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/pictures").join(name)
}

/// Pictures are compared with those that were looked at. `DARTBOARD_PICTURES=write cargo test -p dartboard-figures
/// --features png --test gallery` writes them anew: look at them before they are kept.
#[test]
fn pictures_are_those_that_were_looked_at() {
    for (name, page) in pages::all(SMALL).unwrap() {
        let svg = page.svg(Theme::Auto).unwrap();
        let path = stored(&format!("{name}.svg"));
        if std::env::var_os("DARTBOARD_PICTURES").is_some() {
            std::fs::write(&path, &svg).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        let line = kept.lines().zip(svg.lines()).position(|(a, b)| a != b);
        assert!(kept == svg, "{name} differs from {} from line {line:?} on", path.display());
    }
}

/// Every name that is referred to exists, and none exists twice.
fn check_names(document: &Document) {
    let mut names = BTreeSet::new();
    for node in document.descendants() {
        if let Some(name) = node.attribute("id") {
            assert!(names.insert(name.to_owned()), "{name} exists twice");
        }
    }
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        for attribute in node.attributes() {
            let value = attribute.value();
            let referred = value.split("url(#").skip(1).filter_map(|rest| rest.split(')').next());
            let labels = if attribute.name() == "aria-labelledby" { value } else { "" };
            for name in referred.chain(labels.split_whitespace()) {
                assert!(names.contains(name), "{name} does not exist");
            }
        }
    }
}

/// Role, title and description, as screen readers read them.
fn check_picture(svg: roxmltree::Node) {
    assert_eq!(svg.attribute("role"), Some("img"));
    let text = |tag: &str| svg.children().find(|child| child.has_tag_name(tag) || child.tag_name().name() == tag);
    for tag in ["title", "desc"] {
        assert!(text(tag).and_then(|node| node.text()).is_some_and(|text| text.len() > 3), "no {tag}");
    }
    let labels = svg.attribute("aria-labelledby").unwrap();
    assert_eq!(labels.split_whitespace().count(), 2);
}

#[test]
fn pictures_are_well_formed_and_say_what_they_show() {
    for theme in [Theme::Light, Theme::Dark, Theme::Auto] {
        for (name, page) in pages::all(SMALL).unwrap() {
            let svg = page.svg(theme).unwrap();
            let document = Document::parse(&svg).unwrap();
            check_picture(document.root_element());
            check_names(&document);
            assert!(!svg.contains("NaN") && !svg.contains("inf "), "{name}");
            assert_eq!(svg.contains("prefers-color-scheme"), theme == Theme::Auto);
            // Nothing comes from elsewhere.
            assert_eq!(svg.matches("://").count(), 1, "{name}: more than the namespace");
        }
    }
}

#[test]
fn a_page_stands_alone_and_is_small() {
    check_page(&pages::document(FULL).unwrap().html().unwrap(), 1, 70_000);
    check_page(&pages::landscape_document(FULL).html().unwrap(), 3, 150_000);
}

fn check_page(html: &str, pictures: usize, most: usize) {
    assert!(html.len() < most, "{}", html.len());
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(html, options).unwrap();
    check_names(&document);
    let figures: Vec<roxmltree::Node> = document.descendants().filter(|node| node.has_tag_name("svg")).collect();
    assert_eq!(figures.len(), pictures);
    figures.into_iter().for_each(check_picture);
    assert!(!html.contains("://") && !html.contains("<script") && html.contains("default-src 'none'"));
    assert!(html.contains("prefers-color-scheme:dark") && html.contains("<html lang=\"en\">"));
    for head in document.descendants().filter(|node| node.has_tag_name("th")) {
        assert!(head.attribute("scope").is_some());
    }
    // The style sheet of figures is there once.
    assert_eq!(html.matches(".fig .mesh path{").count(), 1);
}

#[test]
fn pictures_are_small() {
    let size = |name: &str| {
        let pages = pages::all(FULL).unwrap();
        let page: &Page = &pages.iter().find(|page| page.0 == name).unwrap().1;
        page.svg(Theme::Auto).unwrap().len()
    };
    // Two grids of 51 × 51 nodes with about 14 levels; 2,000 points, twice; 2,500 areas and 280.
    assert!(size("contours") < 25_000 && size("residuals") < 60_000 && size("surface") < 140_000);
}

/// No text covers another or leaves the page, measured with the letters of the font.
#[cfg(feature = "png")]
#[test]
fn texts_are_apart_and_inside() {
    use std::sync::Arc;

    use resvg::usvg::{Group, Node, Options, Rect, Tree, fontdb::Database};

    fn texts(group: &Group, found: &mut Vec<(String, Rect)>) {
        for node in group.children() {
            match node {
                Node::Group(group) => texts(group, found),
                Node::Text(text) => {
                    let words = text.chunks().iter().map(|chunk| chunk.text()).collect();
                    // The box of a text that is neither level nor upright is larger than the text.
                    let turned = text.abs_transform();
                    if turned.kx.abs() < 0.01 || turned.sx.abs() < 0.01 {
                        found.push((words, text.abs_bounding_box()));
                    }
                }
                _ => {}
            }
        }
    }

    let mut fonts = Database::new();
    fonts.load_font_data(dejavu::sans::regular().to_vec());
    fonts.load_font_data(dejavu::sans::bold().to_vec());
    let options = Options { fontdb: Arc::new(fonts), ..Options::default() };
    for (name, page) in pages::all(SMALL).unwrap() {
        let svg = page.svg(Theme::Light).unwrap();
        let tree = Tree::from_str(&svg, &options).unwrap();
        let mut found = vec![];
        texts(tree.root(), &mut found);
        assert!(found.len() > 5, "{name}");
        for (index, (text, own)) in found.iter().enumerate() {
            let inside = own.left() >= 0.0 && own.top() >= 0.0 && own.right() <= tree.size().width();
            assert!(inside && own.bottom() <= tree.size().height(), "{name}: {text} leaves the page");
            for (other, box_of_other) in &found[index + 1..] {
                // Boxes are as high as a line, letters less.
                let across = own.right().min(box_of_other.right()) - own.left().max(box_of_other.left());
                let down = own.bottom().min(box_of_other.bottom()) - own.top().max(box_of_other.top());
                assert!(across <= 0.0 || down <= 4.0, "{name}: {text} covers {other}");
            }
        }
    }
}

/// Pixels do not depend on the machine: letters are those of a font of the library. How they are packed depends on which
/// deflate the other crates of the build have asked for, so it is pixels that are compared.
#[cfg(feature = "png")]
#[test]
fn pixels_are_the_same_everywhere() {
    let pages = pages::all(SMALL).unwrap();
    let (_, page) = pages.iter().find(|(name, _)| *name == "heat-map").unwrap();
    let png = page.png(Theme::Light, 1.0).unwrap();
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    let path = stored("heat-map.png");
    if std::env::var_os("DARTBOARD_PICTURES").is_some() {
        std::fs::write(&path, &png).unwrap();
    }
    let pixels = |bytes: &[u8]| resvg::tiny_skia::Pixmap::decode_png(bytes).unwrap();
    assert!(pixels(&std::fs::read(&path).unwrap()) == pixels(&png), "differs from {}", path.display());
    assert_ne!(page.png(Theme::Dark, 1.0).unwrap(), png);
    assert_eq!(page.png(Theme::Auto, 1.0).unwrap(), png);
}
