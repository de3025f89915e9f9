//! Text in lines of runs, and what a place in it means.
//!
//! Widths are summed from words (see [`Words`]), so a line may be a pixel off what is painted; a place
//! in a run is found by measuring the run itself.

mod place;

use core::ops::Range;

use crate::geometry::px;
use crate::look::{Face, Font, Look};

use super::breaks;
use super::markup::{self, Kind, Line, LineKind, Style};
use super::words::Words;

/// Height of a line of text.
pub const LINE: i32 = 20;
/// Bytes of a text that are laid out at first, and by each step after that.
pub const STEP_BYTES: usize = 20_000;
/// Lines of a text that are laid out at first, and by each step after that.
pub const STEP_LINES: usize = 400;
/// Room in front of points of a list and of quoted lines.
const INDENT: i32 = 16;
/// Room inside of a block of code, at its sides.
const CODE_X: i32 = 8;
/// Room at both ends of code among words, for the ground behind it.
pub const CODE_PAD: i32 = 4;

/// A text that is laid out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// The text that the runs are ranges of: the cleaned beginning of what was given.
    pub text: Box<str>,
    /// Its lines, downward.
    pub rows: Vec<Row>,
    /// The width of the widest.
    pub width: i32,
    /// The height of all.
    pub height: i32,
    /// Whether there is more text behind it.
    pub more: bool,
    /// Whether some widths are guesses, so that it is worth doing again.
    pub rough: bool,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// Pixels from the top of the layout; it is [`LINE`] high.
    pub y: i32,
    /// Where its text begins.
    pub x: i32,
    /// Where its text ends.
    pub right: i32,
    /// What the line of the text is that it belongs to.
    pub kind: LineKind,
    /// Whether it is the first row of that line.
    pub first: bool,
    /// Its parts, from left to right.
    pub runs: Vec<Run>,
}

/// Text in one style on one line.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// Pixels from the left of the layout.
    pub x: f32,
    /// Its width.
    pub width: f32,
    /// What it is.
    pub style: Style,
    /// The bytes of the whole address, of a part of a link.
    pub link: Option<Range<usize>>,
}

impl Run {
    /// The type that it is painted in.
    #[must_use]
    pub const fn font(&self) -> Font {
        font(self.style)
    }
}

/// The type of a style.
#[must_use]
pub const fn font(style: Style) -> Font {
    match (style.kind, style.bold, style.italic) {
        (Kind::Code, ..) => Font::CODE,
        (Kind::Mention, _, false) | (_, true, false) => Font::STRONG,
        (_, false, true) => Font::new(Face::Italic, 14),
        (Kind::Mention, _, true) | (_, true, true) => Font::new(Face::BoldItalic, 14),
        _ => Font::BODY,
    }
}

impl Layout {
    /// Lays a text out in lines of at most this many pixels; `steps` says how much of a long one.
    #[must_use]
    pub fn new(text: &str, width: i32, steps: usize, words: &mut Words, look: Look<'_>) -> Self {
        let steps = steps.max(1);
        let mut end = text.len().min(steps * STEP_BYTES);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let beginning = text.get(..end).unwrap_or_default();
        let cleaned = super::clean(beginning);
        let cleaned = cleaned.trim_end_matches(['\n', ' ', '\t']);
        let max_lines = steps * STEP_LINES;
        words.take_rough();
        let mut setter =
            Setter { text: cleaned, max: width.max(40), max_lines, rows: Vec::new(), words, look };
        let whole = setter.set();
        let rows = setter.rows;
        let rough = words.take_rough();
        let widest = rows.iter().map(|row| row.right).max().unwrap_or(0);
        let height = rows.last().map_or(LINE, |row| row.y + LINE);
        let more = !whole || end < text.len();
        Self { text: cleaned.into(), rows, width: widest.min(width), height, more, rough }
    }
}

/// Puts pieces into rows.
struct Setter<'a> {
    text: &'a str,
    max: i32,
    max_lines: usize,
    rows: Vec<Row>,
    words: &'a mut Words,
    look: Look<'a>,
}

/// A part of a piece in one style.
struct Part {
    range: Range<usize>,
    style: Style,
    link: Option<Range<usize>>,
    /// With the blanks at its end, and without.
    width: [f32; 2],
}

impl Setter<'_> {
    /// Sets all lines, and says whether all found room.
    fn set(&mut self) -> bool {
        let lines = markup::lines(self.text, self.max_lines);
        for line in &lines {
            if self.rows.len() >= self.max_lines {
                return false;
            }
            if line.kind != LineKind::Fence {
                self.line(line);
            }
        }
        if self.rows.is_empty() {
            self.begin_row(LineKind::Plain, true, 0);
        }
        let whole = lines.last().is_none_or(|line| line.range.end == self.text.len())
            && self.rows.len() <= self.max_lines;
        self.rows.truncate(self.max_lines);
        whole
    }

    fn line(&mut self, line: &Line) {
        let start = self.rows.len();
        self.begin_row(line.kind, true, line.range.start);
        let text = self.text.get(line.range.clone()).unwrap_or_default();
        let mut spans = line.spans.iter().peekable();
        for piece in breaks::pieces(text) {
            let piece = line.range.start + piece.start..line.range.start + piece.end;
            let mut parts = Vec::new();
            while let Some(span) = spans.peek() {
                let range = piece.start.max(span.range.start)..piece.end.min(span.range.end);
                if !range.is_empty() && span.style.kind != Kind::Mark {
                    let link = (span.style.kind == Kind::Link).then(|| span.range.clone());
                    parts.push(self.part(range, span.style, link));
                }
                if span.range.end > piece.end {
                    break;
                }
                spans.next();
            }
            self.place(line.kind, parts);
            if self.rows.len() > self.max_lines {
                break;
            }
        }
        // Marks that are not shown belong to the rows around them.
        let mut end = line.range.end;
        for row in self.rows.iter_mut().skip(start).rev() {
            row.range.end = end;
            end = row.range.start;
        }
    }

    fn part(&mut self, range: Range<usize>, style: Style, link: Option<Range<usize>>) -> Part {
        let text = self.text.get(range.clone()).unwrap_or_default();
        let bare = text.trim_end_matches([' ', '\t']);
        let measured = self.width(style, bare);
        let blanks = text.len() - bare.len();
        let blank = if blanks == 0 { 0.0 } else { self.width(style, " ") };
        let blanks = f32::from(u16::try_from(blanks).unwrap_or(u16::MAX));
        Part { range, style, link, width: [measured + blank * blanks, measured] }
    }

    fn width(&mut self, style: Style, text: &str) -> f32 {
        let chunks = breaks::chunks(text).into_iter().filter_map(|chunk| text.get(chunk));
        chunks.map(|chunk| self.words.width(self.look.measure, font(style), chunk)).sum()
    }

    /// Puts a piece on the row, or on a new one, or on several if it is too wide for any.
    fn place(&mut self, kind: LineKind, parts: Vec<Part>) {
        let Some((first, last)) = parts.first().zip(parts.last()) else { return };
        let (start, style) = (first.range.start, first.style);
        let pads = parts
            .windows(2)
            .filter(|pair| matches!(pair, [one, other] if pads(one.style, other.style)));
        let pads = narrow(i32::try_from(pads.count()).unwrap_or(0) * CODE_PAD);
        let all: f32 = parts.iter().map(|part| part.width[0]).sum();
        let wanted = all - (last.width[0] - last.width[1]) + pads + tail(kind, last.style);
        if !self.fits(style, wanted) && self.has_text() {
            self.begin_row(kind, false, start);
        }
        if self.fits(style, wanted) {
            parts.into_iter().for_each(|part| self.push(part));
            return;
        }
        for part in parts {
            self.split(kind, &part);
        }
    }

    /// Puts a part that is wider than a row on several, grapheme by grapheme.
    fn split(&mut self, kind: LineKind, part: &Part) {
        use unicode_segmentation::UnicodeSegmentation;
        let text = self.text;
        let text = text.get(part.range.clone()).unwrap_or_default();
        for (at, grapheme) in text.grapheme_indices(true) {
            let start = part.range.start + at;
            let range = start..start + grapheme.len();
            let width = self.words.width(self.look.measure, font(part.style), grapheme);
            let wanted = width + tail(kind, part.style);
            if !self.fits(part.style, wanted) && self.has_text() && !grapheme.trim().is_empty() {
                self.begin_row(kind, false, start);
                if self.rows.len() > self.max_lines {
                    return;
                }
            }
            let link = part.link.clone();
            self.push(Part { range, style: part.style, link, width: [width; 2] });
        }
    }

    fn begin_row(&mut self, kind: LineKind, first: bool, start: usize) {
        let y = self.rows.last().map_or(0, |row| row.y + LINE);
        let x = match kind {
            LineKind::Bullet | LineKind::Quote => INDENT,
            LineKind::Number(_) if !first => INDENT,
            LineKind::Code => CODE_X,
            _ => 0,
        };
        let range = start..start;
        self.rows.push(Row { range, y, x, right: x, kind, first, runs: Vec::new() });
    }

    fn has_text(&self) -> bool {
        self.rows.last().is_some_and(|row| !row.runs.is_empty())
    }

    fn fits(&self, style: Style, width: f32) -> bool {
        let Some(row) = self.rows.last() else { return false };
        let max = if row.kind == LineKind::Code { self.max - CODE_X } else { self.max };
        next_x(row, style) + width <= narrow(max)
    }

    fn push(&mut self, part: Part) {
        let max = self.max;
        let Some(row) = self.rows.last_mut() else { return };
        let x = next_x(row, part.style);
        let behind =
            if row.kind == LineKind::Code { narrow(CODE_X) } else { tail(row.kind, part.style) };
        row.range.end = part.range.end;
        row.right = px(x + part.width[1] + behind).min(max);
        match row.runs.last_mut() {
            Some(run)
                if run.style == part.style
                    && run.range.end == part.range.start
                    && run.link == part.link =>
            {
                run.range.end = part.range.end;
                run.width += part.width[0];
            }
            _ => row.runs.push(Run {
                range: part.range,
                x,
                width: part.width[0],
                style: part.style,
                link: part.link,
            }),
        }
    }
}

/// Where text of a style would begin on a row.
fn next_x(row: &Row, style: Style) -> f32 {
    match row.runs.last() {
        None => narrow(row.x) + tail(row.kind, style),
        Some(run) if pads(run.style, style) => run.x + run.width + narrow(CODE_PAD),
        Some(run) => run.x + run.width,
    }
}

/// Whether there is room between texts of two styles: one is code, the other is not.
fn pads(one: Style, other: Style) -> bool {
    (one.kind == Kind::Code) != (other.kind == Kind::Code)
}

/// Room beside a text of a style at either end of a row.
fn tail(kind: LineKind, style: Style) -> f32 {
    let is_padded = style.kind == Kind::Code && kind != LineKind::Code;
    if is_padded { narrow(CODE_PAD) } else { 0.0 }
}

fn narrow(value: i32) -> f32 {
    f32::from(i16::try_from(value).unwrap_or(i16::MAX))
}

#[cfg(test)]
mod tests;
