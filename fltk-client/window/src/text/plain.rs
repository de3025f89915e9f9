//! A text in one line, as previews show it.

use super::clean;
use super::markup::{Kind, lines};

/// Lines that are looked at: no preview is longer.
const LINES: usize = 8;

/// The beginning of a text without its markup, in one line.
#[must_use]
pub fn plain(text: &str) -> String {
    plain_lines(text, LINES)
}

/// At most so many lines of a text without their markup, in one line.
#[must_use]
pub fn plain_lines(text: &str, count: usize) -> String {
    let text = clean(text);
    let mut plain = String::new();
    for line in lines(&text, count) {
        if !plain.is_empty() && !plain.ends_with(' ') {
            plain.push(' ');
        }
        for span in line.spans {
            if span.style.kind != Kind::Mark {
                plain.push_str(text.get(span.range).unwrap_or(""));
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn marks_are_left_out_and_lines_are_joined() {
        assert_eq!(plain("**Bold** and `code`,\n> quoted\u{202e}"), "Bold and code, quoted");
        assert_eq!(plain("2 * 3 * 4"), "2 * 3 * 4");
        assert_eq!(plain("```\nlet x;\n```"), "let x; ");
    }
}
