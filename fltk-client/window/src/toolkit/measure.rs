//! How wide text is, as FLTK will paint it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use fltk::draw;

use super::line;
use crate::look::{Face, Font, Measure};

/// Words and short lines that are remembered before the older half is forgotten.
const MAX_KNOWN: usize = 8_192;
/// What is longer is measured anew each time: it will hardly come again.
const MAX_KNOWN_BYTES: usize = 64;
/// Text is measured this far; what is behind is taken to be as wide on average. No line that is
/// painted is as long, and shaping a megabyte takes a second.
const MAX_MEASURED_BYTES: usize = 2_048;
/// What is shaped at once.
const PIECE_BYTES: usize = 256;

/// The fonts of every chat. The first text in each takes milliseconds, until its file is open.
pub(super) const COMMON: [Font; 8] = [
    Font::BODY,
    Font::SMALL,
    Font::STRONG,
    Font::TITLE,
    Font::TINY,
    Font::SMALL_STRONG,
    Font::TINY_STRONG,
    Font::CODE,
];
/// Letters, signs and an emoji, which come from different files.
const SAMPLE: &str = "Room 1… 👍";

/// Measures by FLTK, word by word, and remembers words and short lines. The display must be open.
#[derive(Debug, Default)]
pub(super) struct Type {
    young: RefCell<Widths>,
    old: RefCell<Widths>,
    count: Cell<usize>,
    ascents: RefCell<HashMap<Font, i32>>,
}

type Widths = HashMap<Font, HashMap<Box<str>, f32>>;

impl Type {
    /// Forgets everything: the screen's scale changed, and hinting with it.
    pub(super) fn forget(&self) {
        self.young.borrow_mut().clear();
        self.old.borrow_mut().clear();
        self.ascents.borrow_mut().clear();
        self.count.set(0);
    }

    /// Opens a font before it is needed.
    pub(super) fn warm(&self, font: Font) {
        self.width(font, SAMPLE);
        self.ascent(font);
    }

    /// What was measured before, of a word or a short line.
    fn known(&self, font: Font, text: &str) -> Option<f32> {
        let known = |words: &RefCell<Widths>| words.borrow().get(&font)?.get(text).copied();
        if let Some(width) = known(&self.young) {
            return Some(width);
        }
        let width = known(&self.old)?;
        self.remember(font, text, width);
        Some(width)
    }

    fn remember(&self, font: Font, text: &str, width: f32) {
        if self.count.get() >= MAX_KNOWN / 2 {
            self.old.replace(self.young.take());
            self.count.set(0);
        }
        self.count.set(self.count.get() + 1);
        self.young.borrow_mut().entry(font).or_default().insert(text.into(), width);
    }

    fn word(&self, font: Font, word: &str) -> f32 {
        if word.len() > MAX_KNOWN_BYTES {
            return pieces(word).map(|piece| shaped(font, piece)).sum();
        }
        self.known(font, word).unwrap_or_else(|| {
            let width = shaped(font, word);
            self.remember(font, word, width);
            width
        })
    }

    /// The sum of its words.
    fn line(&self, font: Font, text: &str) -> f32 {
        let head = line::head(text, MAX_MEASURED_BYTES);
        let seen = line::visible(head);
        let mut width = 0.0;
        for (number, word) in seen.split(' ').enumerate() {
            if number > 0 {
                width += self.word(font, " ");
            }
            if !word.is_empty() {
                width += self.word(font, word);
            }
        }
        if head.len() < text.len() {
            width *= ratio(text.len(), head.len());
        }
        width
    }
}

impl Measure for Type {
    fn width(&self, font: Font, text: &str) -> f32 {
        if text.len() > MAX_KNOWN_BYTES {
            return self.line(font, text);
        }
        self.known(font, text).unwrap_or_else(|| {
            let width = self.line(font, text);
            self.remember(font, text, width);
            width
        })
    }

    fn ascent(&self, font: Font) -> i32 {
        if let Some(ascent) = self.ascents.borrow().get(&font) {
            return *ascent;
        }
        set(font);
        let (height, descent) = (draw::height(), draw::descent());
        let ascent = (i32::from(font.size) + 6 - height) / 2 + height - descent;
        self.ascents.borrow_mut().insert(font, ascent);
        ascent
    }
}

/// Makes a font the one that is drawn and measured with.
pub(super) fn set(font: Font) {
    draw::set_font(face(font.face), i32::from(font.size));
}

/// FLTK's name of a face. On Linux these are fontconfig's Sans and Monospace.
pub(super) const fn face(face: Face) -> fltk::enums::Font {
    match face {
        Face::Sans => fltk::enums::Font::Helvetica,
        Face::Bold => fltk::enums::Font::HelveticaBold,
        Face::Italic => fltk::enums::Font::HelveticaItalic,
        Face::BoldItalic => fltk::enums::Font::HelveticaBoldItalic,
        Face::Mono => fltk::enums::Font::Courier,
    }
}

fn shaped(font: Font, text: &str) -> f32 {
    set(font);
    narrow(draw::width(text))
}

/// A text in pieces that are shaped one by one; a ligature over a seam is lost.
fn pieces(mut text: &str) -> impl Iterator<Item = &str> {
    core::iter::from_fn(move || {
        let piece = line::head(text, PIECE_BYTES);
        text = text.get(piece.len()..)?;
        (!piece.is_empty()).then_some(piece)
    })
}

#[expect(clippy::as_conversions, reason = "a width has no use for the digits that are lost")]
const fn narrow(width: f64) -> f32 {
    width as f32
}

#[expect(clippy::as_conversions, reason = "an estimate")]
const fn ratio(whole: usize, part: usize) -> f32 {
    whole as f32 / part as f32
}
