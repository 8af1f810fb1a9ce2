//! Pictures as PNG.

use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use crate::error::Error;
use crate::page::Page;
use crate::palette::Theme;

/// No picture has more pixels: 256 MB.
const MOST: f64 = 64e6;

impl Page {
    /// The page as a PNG file with `scale` pixels for every pixel of the page: 2 for screens, 4 for print. Letters are those
    /// of DejaVu Sans, so that the bytes do not depend on what fonts a machine has; characters that it lacks, such as
    /// Chinese ones, are boxes. [`Theme::Auto`] is light.
    ///
    /// # Errors
    ///
    /// If something on the page cannot be drawn, or the scale is not between 0.1 and 16 or the picture is too large.
    pub fn png(&self, theme: Theme, scale: f64) -> Result<Vec<u8>, Error> {
        if !(0.1..=16.0).contains(&scale) {
            return Err(Error::Number { what: "the scale".to_owned(), value: scale, allowed: "between 0.1 and 16" });
        }
        let theme = if theme == Theme::Auto { Theme::Light } else { theme };
        let svg = self.svg(theme)?;
        let raster = |error: String| Error::Raster(error);
        let options = Options { font_family: FAMILY.to_owned(), fontdb: fonts(), ..Options::default() };
        let tree = Tree::from_str(&svg, &options).map_err(|error| raster(error.to_string()))?;
        let size = tree.size();
        let [width, height] = [size.width(), size.height()].map(|length| (f64::from(length) * scale).round().max(1.0));
        if width * height > MOST {
            Error::if_more("pixels of the picture", (width * height) as usize, MOST as usize)?;
        }
        let mut pixels = Pixmap::new(width as u32, height as u32).ok_or_else(|| raster("its size".to_owned()))?;
        let transform = Transform::from_scale(scale as f32, scale as f32);
        resvg::render(&tree, transform, &mut pixels.as_mut());
        pixels.encode_png().map_err(|error| raster(error.to_string()))
    }
}

const FAMILY: &str = "DejaVu Sans";

/// The fonts, read once.
fn fonts() -> Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let read = || {
        let mut fonts = fontdb::Database::new();
        for font in [dejavu::sans::regular(), dejavu::sans::bold()] {
            fonts.load_font_data(font.to_vec());
        }
        fonts.set_sans_serif_family(FAMILY);
        Arc::new(fonts)
    };
    Arc::clone(FONTS.get_or_init(read))
}

#[cfg(test)]
mod tests {
    use resvg::usvg::Node;

    use super::*;
    use crate::draw::letters::{Font, width};

    #[test]
    fn texts_are_as_wide_as_the_table_says() {
        let options = Options { font_family: FAMILY.to_owned(), fontdb: fonts(), ..Options::default() };
        let all: String = ('!'..='~').filter(|letter| !"<&".contains(*letter)).collect();
        for (weight, bold) in [("normal", false), ("bold", true)] {
            for text in [all.as_str(), "residual of the prediction", "0123456789", "WWWMMM", "illij"] {
                let svg = format!(
                    "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>\
                     <text font-size='100' font-weight='{weight}'>{text}</text></svg>"
                );
                let tree = Tree::from_str(&svg, &options).unwrap();
                let Some(Node::Text(drawn)) = tree.root().children().first() else { panic!("no text") };
                let (drawn, told) = (f64::from(drawn.bounding_box().width()), width(text, Font { size: 100.0, bold }));
                // Kerning moves a few pairs of letters together.
                assert!((drawn / told - 1.0).abs() < 0.02, "{text} {weight}: {drawn} {told}");
            }
        }
    }
}
