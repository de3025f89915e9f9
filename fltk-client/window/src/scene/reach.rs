//! What of the window an operation can paint, and what two scenes show differently: the rest need not
//! be painted anew.

use super::{Op, Scene};
use crate::geometry::Rect;

impl Op {
    /// All that it can paint inside of `clip`, and more rather than less. Of [`Op::Clip`], what it
    /// leaves to others.
    #[must_use]
    pub fn reach(&self, clip: Rect) -> Rect {
        let place = match self {
            Self::Fill(rect, _)
            | Self::Round(rect, ..)
            | Self::Outline(rect, ..)
            | Self::Icon(rect, ..)
            | Self::Picture(rect, ..) => rect.inset(-1, -1),
            Self::Clip(rect) => *rect,
            Self::Text(at, font, _, text) if text.chars().all(is_tame) => {
                let size = i32::from(font.size);
                let bytes = i32::try_from(text.len()).unwrap_or(i32::MAX);
                // No letter is wider than one and a half of its height.
                let width = bytes.saturating_mul(size + size / 2).min(clip.right() - at.x);
                Rect::new(at.x - size / 2, at.y - 2 * size, width + size, 3 * size)
            }
            // Accents can be stacked as high as one likes.
            Self::Text(..) | Self::Unclip => return clip,
        };
        place.intersection(clip)
    }
}

/// A letter or sign that stands in its line and goes from left to right.
const fn is_tame(c: char) -> bool {
    c < '\u{300}' || matches!(c, '\u{2010}'..='\u{2027}')
}

/// The rectangle of the window outside of which two scenes look alike.
#[must_use]
pub fn difference(before: &Scene, after: &Scene, window: Rect) -> Rect {
    let alike = |(a, b): &(&Op, &Op)| a == b;
    let (old, new) = (&before.ops, &after.ops);
    let head = old.iter().zip(new).take_while(alike).count();
    let shorter = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(shorter).take_while(alike).count();
    [old, new].into_iter().fold(Rect::default(), |all, ops| {
        all.around(part_reach(ops, head..ops.len() - tail, window))
    })
}

/// What some of the operations can paint.
fn part_reach(ops: &[Op], part: core::ops::Range<usize>, window: Rect) -> Rect {
    let mut clips = vec![window];
    let mut reach = Rect::default();
    for (number, op) in ops.iter().enumerate().take(part.end) {
        let clip = clips.last().copied().unwrap_or(window);
        match op {
            Op::Clip(_) => clips.push(op.reach(clip)),
            Op::Unclip if clips.len() > 1 => {
                clips.pop();
            }
            _ => {}
        }
        if number >= part.start {
            // What follows a clip's end may not have been inside of it before.
            let clip = if matches!(op, Op::Unclip) { clips.last().copied() } else { Some(clip) };
            reach = reach.around(op.reach(clip.unwrap_or(window)));
        }
    }
    reach
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Point;
    use crate::look::Font;
    use crate::palette::Ink;

    const WINDOW: Rect = Rect::new(0, 0, 400, 300);

    fn fill(x: i32, y: i32) -> Op {
        Op::Fill(Rect::new(x, y, 10, 10), Ink::Own)
    }

    fn text(x: i32, y: i32, text: &str) -> Op {
        Op::Text(Point { x, y }, Font::BODY, Ink::Text, text.into())
    }

    fn changed(before: &[Op], after: &[Op]) -> Rect {
        let scene = |ops: &[Op]| Scene { ops: ops.to_vec(), ..Scene::default() };
        difference(&scene(before), &scene(after), WINDOW)
    }

    #[test]
    fn nothing_differs_between_equal_scenes() {
        let ops = [fill(0, 0), Op::Clip(WINDOW), text(5, 50, "a"), Op::Unclip];
        assert!(changed(&ops, &ops).is_empty());
        assert!(changed(&[], &[]).is_empty());
    }

    #[test]
    fn what_comes_goes_or_moves_differs_where_it_was_and_where_it_is() {
        let (a, b, c) = (fill(0, 0), fill(100, 50), fill(300, 200));
        assert_eq!(changed(&[a.clone(), c.clone()], &[a.clone(), b.clone(), c.clone()]), {
            Rect::new(99, 49, 12, 12)
        });
        assert_eq!(
            changed(&[a.clone(), b.clone()], core::slice::from_ref(&a)),
            Rect::new(99, 49, 12, 12)
        );
        assert_eq!(changed(&[a.clone(), b], &[a, c]), Rect::new(99, 49, 212, 162));
    }

    #[test]
    fn a_clip_bounds_the_difference() {
        let pane = Rect::new(50, 50, 100, 100);
        let inside = |op: Op| [Op::Clip(pane), op, Op::Unclip, fill(0, 0)];
        assert_eq!(changed(&inside(text(60, 60, "👍")), &inside(text(60, 70, "👍"))), pane);
        let outer = [fill(60, 60), Op::Clip(pane), Op::Unclip];
        assert_eq!(
            changed(&outer, &[Op::Clip(pane), fill(60, 60), Op::Unclip]),
            Rect::new(50, 50, 100, 100),
        );
    }

    #[test]
    fn another_clip_or_a_missing_end_takes_in_what_it_clips() {
        let (wide, narrow) = (Rect::new(0, 0, 200, 200), Rect::new(0, 0, 20, 20));
        let clipped = |rect| [Op::Clip(rect), fill(100, 100), Op::Unclip];
        assert_eq!(changed(&clipped(wide), &clipped(narrow)), wide);
        let ended = [Op::Clip(narrow), Op::Unclip, fill(100, 100), Op::Unclip, fill(0, 0)];
        let open = [Op::Clip(narrow), fill(100, 100), Op::Unclip, fill(0, 0)];
        assert_eq!(changed(&ended, &open), WINDOW);
    }

    #[test]
    fn a_text_reaches_no_further_than_its_letters_can() {
        let Rect { x, y, w, h } = text(100, 100, "Rose, “iris” – ü").reach(WINDOW);
        assert!((80..99).contains(&x) && (60..80).contains(&y) && (30..60).contains(&h) && w > 200);
        assert!(text(100, 100, "Rose").reach(WINDOW).right() < 220);
        assert_eq!(text(100, 100, "a\u{301}\u{301}").reach(WINDOW), WINDOW);
        assert_eq!(text(100, 100, "א").reach(WINDOW), WINDOW);
        assert_eq!(text(0, 100, &"long ".repeat(1 << 20)).reach(WINDOW).right(), 400);
    }
}
