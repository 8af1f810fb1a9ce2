//! How much room texts take. There being no fonts to measure, widths are those of DejaVu Sans, which pictures in pixels are
//! drawn with and which is wider than what browsers choose, so that texts which fit in it fit.

/// Advances of the characters from space to tilde, in thousandths of the size (DejaVu Sans 2.37, table `hmtx`).
const REGULAR: [u16; 95] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
    636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
    748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
    615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
    337, 636, 838,
];
/// The same of the bold face.
const BOLD: [u16; 95] = [
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696, 696, 696,
    696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372, 775, 637, 995,
    837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716,
    678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712,
    365, 712, 838,
];
/// What other characters are taken for: accented letters, Greek, Cyrillic and signs of mathematics have 0.68 on average and
/// seldom more than this.
const OTHER: u16 = 840;
/// Ideographs and the like, from Hangul on, are as wide as high.
const SQUARE: u16 = 1000;

/// A size and a weight of letters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Font {
    pub(crate) size: f64,
    pub(crate) bold: bool,
}

/// The sizes of the style sheet.
pub(crate) const TICK: Font = Font { size: 11.0, bold: false };
pub(crate) const LABEL: Font = Font { size: 12.0, bold: false };
pub(crate) const TITLE: Font = Font { size: 13.0, bold: true };
pub(crate) const HEAD: Font = Font { size: 17.0, bold: true };

/// The width of a text in pixels.
pub(crate) fn width(text: &str, font: Font) -> f64 {
    let table = if font.bold { &BOLD } else { &REGULAR };
    let advance = |letter: char| {
        let known = (letter as usize).checked_sub(' ' as usize).and_then(|index| table.get(index));
        known.copied().unwrap_or(if letter as u32 >= 0x1100 && !('\u{2000}'..'\u{2e80}').contains(&letter) {
            SQUARE
        } else {
            OTHER
        })
    };
    text.chars().map(|letter| f64::from(advance(letter))).sum::<f64>() * font.size / 1000.0
}

/// A text that is not wider than the room, cut with an ellipsis where it must be. What stands in brackets at its end, a unit
/// or a count, is kept where it is short.
pub(crate) fn fitted(text: &str, font: Font, room: f64) -> String {
    if width(text, font) <= room {
        return text.to_owned();
    }
    let tail = text.rfind(" (").filter(|_| text.ends_with(')')).and_then(|at| text.split_at_checked(at));
    if let Some((head, tail)) = tail.filter(|(_, tail)| width(tail, font) <= room / 2.0) {
        return cut(head, font, room - width(tail, font)) + tail;
    }
    cut(text, font, room)
}

fn cut(text: &str, font: Font, room: f64) -> String {
    let mut kept = String::new();
    for letter in text.chars() {
        kept.push(letter);
        if width(&kept, font) + width("…", font) > room {
            kept.pop();
            break;
        }
    }
    format!("{}…", kept.trim_end())
}

/// A text in lines that are not wider than the room, broken between words, at most `most` of them.
pub(crate) fn wrapped(text: &str, font: Font, room: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line, font) + width(" ", font) + width(word, font) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    if lines.len() > most {
        let rest = lines.split_off(most.saturating_sub(1)).join(" ");
        lines.push(rest);
    }
    lines.iter().map(|line| fitted(line, font, room)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_and_broken_to_their_room() {
        assert_eq!(wrapped("one two three", TICK, 50.0, 3), ["one two", "three"]);
        assert_eq!(wrapped("one two three", TICK, 50.0, 1), ["one tw…"]);
        assert_eq!(fitted("short", TICK, 100.0), "short");
        assert_eq!(fitted("a long label (m/s)", TICK, 80.0), "a long… (m/s)");
        assert!(width(&fitted("a_very_long_name_of_a_column", TICK, 60.0), TICK) <= 60.0);
        assert!(wrapped("", TICK, 50.0, 2).is_empty());
    }
}
