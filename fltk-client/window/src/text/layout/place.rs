//! From a place to a byte of the text, and back.

use core::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::geometry::{Point, Rect, px};
use crate::look::Look;

use super::super::markup::Kind;
use super::{LINE, Layout, Row, Run};

impl Layout {
    /// The byte nearest to a place, between two graphemes.
    #[must_use]
    pub fn byte_at(&self, at: Point, look: Look<'_>) -> usize {
        let Some(row) = self.row_at(at.y) else { return 0 };
        if at.y < 0 {
            return 0;
        }
        if at.y >= self.height {
            return self.text.len();
        }
        let Some(run) = row.runs.iter().rfind(|run| px(run.x) <= at.x).or(row.runs.first()) else {
            return row.range.start;
        };
        self.byte_in(run, at.x, look)
    }

    fn row_at(&self, y: i32) -> Option<&Row> {
        let row = usize::try_from(y.max(0) / LINE).ok()?;
        self.rows.get(row).or(self.rows.last())
    }

    fn byte_in(&self, run: &Run, x: i32, look: Look<'_>) -> usize {
        let text = self.text.get(run.range.clone()).unwrap_or_default();
        let mut ends: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
        ends.push(text.len());
        let middle = |pair: &[usize]| {
            let [from, to] = pair else { return i32::MAX };
            let width =
                |end: usize| look.measure.width(run.font(), text.get(..end).unwrap_or_default());
            px(run.x + (width(*from) + width(*to)) / 2.0)
        };
        let pairs: Vec<&[usize]> = ends.windows(2).collect();
        let passed = pairs.partition_point(|pair| middle(pair) <= x);
        run.range.start + ends.get(passed).copied().unwrap_or(text.len())
    }

    /// Where a range of bytes stands: one rectangle on each row.
    #[must_use]
    pub fn rects(&self, range: &Range<usize>, look: Look<'_>) -> Vec<Rect> {
        let touched = |row: &&Row| row.range.start < range.end && range.start < row.range.end;
        self.rows.iter().filter(touched).filter_map(|row| self.rect_on(row, range, look)).collect()
    }

    fn rect_on(&self, row: &Row, range: &Range<usize>, look: Look<'_>) -> Option<Rect> {
        let touched = |run: &&Run| run.range.start < range.end && range.start < run.range.end;
        let mut touched = row.runs.iter().filter(touched);
        let first = touched.next()?;
        let last = touched.next_back().unwrap_or(first);
        let left = self.x_in(first, range.start, look);
        let right = self.x_in(last, range.end, look);
        Some(Rect::new(left, row.y, (right - left).max(1), LINE))
    }

    fn x_in(&self, run: &Run, byte: usize, look: Look<'_>) -> i32 {
        if byte <= run.range.start {
            return px(run.x);
        }
        if byte >= run.range.end {
            return px(run.x + run.width);
        }
        let before = self.text.get(run.range.start..byte).unwrap_or_default();
        px(run.x + look.measure.width(run.font(), before))
    }

    /// The web address at a place.
    #[must_use]
    pub fn link_at(&self, at: Point) -> Option<&str> {
        let row = self.row_at(at.y)?;
        let run = row.runs.iter().find(|run| px(run.x) <= at.x && at.x < px(run.x + run.width))?;
        self.text.get(run.link.clone()?)
    }

    /// What is shown of a range of the text: without marks.
    #[must_use]
    pub fn shown(&self, range: &Range<usize>) -> String {
        let mut shown = String::new();
        let mut behind = None;
        let touched = |row: &&Row| row.range.start < range.end && range.start <= row.range.end;
        for row in self.rows.iter().filter(touched) {
            if behind.is_some_and(|end| end < row.range.start) || (row.first && behind.is_some()) {
                shown.push('\n');
            }
            behind = Some(row.range.end);
            for run in row.runs.iter().filter(|run| run.style.kind != Kind::Mark) {
                let from = run.range.start.max(range.start);
                let to = run.range.end.min(range.end);
                shown.push_str(self.text.get(from..to.max(from)).unwrap_or_default());
            }
        }
        shown
    }
}
