//! A scene as text in the colours of a theme: what a screen looks like, for tests.

use core::fmt::Write;

use super::{Op, Scene};
use crate::geometry::Rect;
use crate::palette::{Ink, Theme};

impl Scene {
    /// What is painted and what can be touched, a line each.
    #[must_use]
    pub fn print(&self, theme: Theme) -> String {
        let mut text = String::new();
        let mut depth = 0;
        for op in &self.ops {
            if matches!(op, Op::Unclip) {
                depth = usize::saturating_sub(depth, 1);
                continue;
            }
            let line = print_op(op, theme);
            text.extend(core::iter::repeat_n("  ", depth));
            text.push_str(&line);
            text.push('\n');
            depth += usize::from(matches!(op, Op::Clip(_)));
        }
        for field in &self.fields {
            let (place, on) = (rect(field.rect), colour(theme, field.ground));
            line(
                &mut text,
                format_args!("field {:?} {place} on {on} {:?}", field.field, field.hint),
            );
        }
        for region in &self.regions {
            let (role, place) = (region.role, rect(region.rect));
            line(
                &mut text,
                format_args!("region {role:?} {place} {:?} {:?}", region.name, region.act),
            );
        }
        if let Some(ms) = self.next_ms {
            line(&mut text, format_args!("again after {ms} ms"));
        }
        text
    }
}

fn print_op(op: &Op, theme: Theme) -> String {
    match op {
        Op::Fill(place, ink) => format!("fill {} {}", rect(*place), colour(theme, *ink)),
        Op::Round(place, radius, ink) => {
            format!("round {} r{radius} {}", rect(*place), colour(theme, *ink))
        }
        Op::Outline(place, radius, ink) => {
            format!("outline {} r{radius} {}", rect(*place), colour(theme, *ink))
        }
        Op::Text(at, font, ink, text) => {
            let face = format!("{:?}", font.face).to_lowercase();
            let colour = colour(theme, *ink);
            format!("text {},{} {face} {} {colour} {text:?}", at.x, at.y, font.size)
        }
        Op::Icon(place, icon, ink) => {
            format!("icon {} {icon:?} {}", rect(*place), colour(theme, *ink))
        }
        Op::Picture(place, radius, key) => {
            format!("picture {} r{radius} {:016x}", rect(*place), key.0)
        }
        Op::Clip(place) => format!("clip {}", rect(*place)),
        Op::Unclip => String::new(),
    }
}

fn rect(rect: Rect) -> String {
    format!("{},{} {}x{}", rect.x, rect.y, rect.w, rect.h)
}

fn colour(theme: Theme, ink: Ink) -> String {
    let [r, g, b, opacity] = theme.colour(ink);
    match opacity {
        255 => format!("#{r:02x}{g:02x}{b:02x}"),
        _ => format!("#{r:02x}{g:02x}{b:02x}{opacity:02x}"),
    }
}

fn line(text: &mut String, line: core::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "{line}");
}
