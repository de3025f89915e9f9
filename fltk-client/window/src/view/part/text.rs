//! Lines of text: cut, aligned, wrapped. Everything is cleaned here before it is painted.

use unicode_segmentation::UnicodeSegmentation;

use crate::geometry::{Point, Rect, px};
use crate::look::{Font, Look};
use crate::palette::Ink;
use crate::scene::{Op, Scene};
use crate::text::clean;

const ELLIPSIS: &str = "…";

/// The width of a text on one line, in whole pixels.
#[must_use]
pub fn width(look: Look<'_>, font: Font, text: &str) -> i32 {
    px(look.measure.width(font, text).ceil())
}

/// One line, vertically centred, ended by "…" if it is too wide.
pub fn label(scene: &mut Scene, look: Look<'_>, rect: Rect, font: Font, ink: Ink, text: &str) {
    let text = cut(look, font, text, rect.w);
    put(scene, look, rect, rect.x, (font, ink), text);
}

/// As [`label`], at the right.
pub fn label_right(
    scene: &mut Scene,
    look: Look<'_>,
    rect: Rect,
    font: Font,
    ink: Ink,
    text: &str,
) {
    let text = cut(look, font, text, rect.w);
    let x = rect.right() - width(look, font, &text);
    put(scene, look, rect, x, (font, ink), text);
}

/// As [`label`], in the middle.
pub fn label_centre(
    scene: &mut Scene,
    look: Look<'_>,
    rect: Rect,
    font: Font,
    ink: Ink,
    text: &str,
) {
    let text = cut(look, font, text, rect.w);
    let x = rect.x + (rect.w - width(look, font, &text)) / 2;
    put(scene, look, rect, x, (font, ink), text);
}

fn put(
    scene: &mut Scene,
    look: Look<'_>,
    rect: Rect,
    x: i32,
    (font, ink): (Font, Ink),
    text: Box<str>,
) {
    if text.is_empty() {
        return;
    }
    let line = i32::from(font.size) + 6;
    let y = rect.y + (rect.h - line) / 2 + look.measure.ascent(font);
    scene.push(Op::Text(Point { x, y }, font, ink, text));
}

/// A text that fits into a width: whole, or its beginning and "…". On one line, cleaned.
#[must_use]
pub fn cut(look: Look<'_>, font: Font, text: &str, width: i32) -> Box<str> {
    let text = one_line(text);
    // Of a text that is much too long the end is not even measured.
    if fitting(look, font, &text, width) == text.len() {
        return text.into();
    }
    let kept = fitting(look, font, &text, width - self::width(look, font, ELLIPSIS));
    let kept = text.get(..kept).unwrap_or_default().trim_end();
    format!("{kept}{ELLIPSIS}").into()
}

/// A text that fits into a width: whole, or its two ends around "…". For addresses.
#[must_use]
pub fn cut_middle(look: Look<'_>, font: Font, text: &str, width: i32) -> Box<str> {
    let text = one_line(text);
    if self::width(look, font, &text) <= width {
        return text.into();
    }
    let room = width - self::width(look, font, ELLIPSIS);
    let head = text.get(..fitting(look, font, &text, room * 2 / 3)).unwrap_or_default();
    let mut tail = "";
    for (at, _) in text.grapheme_indices(true).rev() {
        let longer = text.get(at..).unwrap_or_default();
        if self::width(look, font, longer) > room / 3 {
            break;
        }
        tail = longer;
    }
    format!("{head}{ELLIPSIS}{tail}").into()
}

fn one_line(text: &str) -> String {
    // What is far beyond any window's width need not be measured.
    let short = text.char_indices().nth(600).map_or(text, |(at, _)| text.get(..at).unwrap_or(text));
    clean(short).replace(['\n', '\t'], " ")
}

/// Bytes of the longest beginning, in whole graphemes, that is no wider than this.
fn fitting(look: Look<'_>, font: Font, text: &str, width: i32) -> usize {
    let fits =
        |before: f32, part: &str| px((before + look.measure.width(font, part)).ceil()) <= width;
    // Word by word, since those are known; only the one that is cut is looked at more closely.
    let (mut kept, mut before) = (0, 0.0);
    for word in text.split_inclusive(' ') {
        if !fits(before, word) {
            let ends: Vec<usize> =
                word.grapheme_indices(true).map(|(at, g)| at + g.len()).collect();
            let some = |end: &usize| word.get(..*end).is_some_and(|part| fits(before, part));
            let count = ends.partition_point(some);
            return kept
                + count.checked_sub(1).and_then(|last| ends.get(last)).copied().unwrap_or(0);
        }
        before += look.measure.width(font, word);
        kept += word.len();
    }
    kept
}

/// Paragraphs, wrapped at words; words wider than the rectangle are broken. Goes on below the
/// rectangle if it must. Returns the height that it used.
pub fn wrapped(
    scene: &mut Scene,
    look: Look<'_>,
    rect: Rect,
    font: Font,
    ink: Ink,
    text: &str,
) -> i32 {
    let height = i32::from(font.size) + 6;
    let mut y = rect.y;
    for line in lines(look, font, text, rect.w) {
        let place = Rect::new(rect.x, y, rect.w, height);
        put(scene, look, place, rect.x, (font, ink), line);
        y += height;
    }
    y - rect.y
}

/// The lines of a text that is wrapped at words.
#[must_use]
pub fn lines(look: Look<'_>, font: Font, text: &str, width: i32) -> Vec<Box<str>> {
    let text = clean(text);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split_inclusive(' ') {
            let longer = format!("{line}{word}");
            if self::width(look, font, longer.trim_end()) <= width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(line.trim_end().into());
            }
            line = broken(look, font, word, width, &mut lines);
        }
        lines.push(line.trim_end().into());
    }
    lines
}

/// Breaks a word that is too wide for a line; returns its last piece.
fn broken(look: Look<'_>, font: Font, word: &str, width: i32, lines: &mut Vec<Box<str>>) -> String {
    let mut rest = word;
    while self::width(look, font, rest.trim_end()) > width {
        let first = rest.graphemes(true).next().map_or(rest.len(), str::len);
        let at = fitting(look, font, rest, width).max(first);
        let (piece, after) = rest.split_at(at);
        lines.push(piece.into());
        rest = after;
    }
    rest.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::fixture::Fixed;

    #[test]
    fn a_text_that_is_too_wide_ends_in_dots_and_fits() {
        let fixed = Fixed::MONDAY;
        let text = cut(fixed.look(), Font::BODY, "Saturday: rain or shine", 70);
        assert_eq!(&*text, "Saturday…");
        assert!(width(fixed.look(), Font::BODY, &text) <= 70);
        assert_eq!(&*cut(fixed.look(), Font::BODY, "short", 70), "short");
        assert_eq!(&*cut(fixed.look(), Font::BODY, "a\u{202e}b\nc", 70), "ab c");
    }

    #[test]
    fn an_address_keeps_both_ends() {
        let text = cut_middle(Fixed::MONDAY.look(), Font::BODY, "https://example.org/a/b/c", 105);
        assert_eq!(&*text, "https://…/b/c");
    }

    #[test]
    fn words_wrap_and_long_words_break() {
        let lines = lines(Fixed::MONDAY.look(), Font::BODY, "one two three\nabcdefghijklm", 70);
        let lines: Vec<&str> = lines.iter().map(|line| &**line).collect();
        assert_eq!(lines, ["one two", "three", "abcdefghij", "klm"]);
    }
}
