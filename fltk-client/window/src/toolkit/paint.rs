//! Paints a scene with FLTK's drawing functions.

use fltk::draw;
use fltk::enums::{Color, ColorDepth};
use fltk::image::RgbImage;
use fltk::prelude::ImageExt;

use super::picture::Pictures;
use super::{line, measure};
use crate::geometry::Rect;
use crate::palette::{Ink, Rgba, Theme};
use crate::scene::{Op, Scene};

/// No line that can be seen has more.
const MAX_PAINTED_BYTES: usize = 1_024;

/// Further than any window reaches.
const EVERYWHERE: Rect = Rect::new(-(1 << 14), -(1 << 14), 1 << 15, 1 << 15);

/// Paints what can be seen: where FLTK paints nothing now, nothing is done. `pictures` scales those
/// that are named, and knows which are not there.
pub(super) fn scene(scene: &Scene, theme: Theme, pictures: &mut Pictures) {
    let mut clips = 0_usize;
    for op in &scene.ops {
        if !matches!(op, Op::Clip(_) | Op::Unclip) && !is_visible(op.reach(EVERYWHERE)) {
            continue;
        }
        match op {
            Op::Fill(rect, ink) => fill(*rect, theme, *ink),
            Op::Round(rect, radius, ink) => {
                colour(theme, *ink);
                round(*rect, *radius);
            }
            Op::Outline(rect, radius, ink) => {
                colour(theme, *ink);
                outline(*rect, *radius);
            }
            Op::Text(at, font, ink, text) => {
                let text = line::visible(line::head(text, MAX_PAINTED_BYTES));
                measure::set(*font);
                colour(theme, *ink);
                draw::draw_text_n(&text, at.x, at.y);
            }
            Op::Icon(rect, symbol, ink) => {
                let [r, g, b, _] = theme.colour(*ink);
                pictures.symbol(*symbol, *rect, [r, g, b]);
            }
            Op::Picture(rect, radius, key) => {
                if !rect.is_empty() && !pictures.draw(*key, *rect, *radius) {
                    colour(theme, Ink::Inset);
                    round(*rect, *radius);
                }
            }
            Op::Clip(rect) => {
                draw::push_clip(rect.x, rect.y, rect.w.max(0), rect.h.max(0));
                clips += 1;
            }
            Op::Unclip if clips > 0 => {
                draw::pop_clip();
                clips -= 1;
            }
            Op::Unclip => {}
        }
    }
    // A scene that forgot to end a clip must not spoil what FLTK paints after it.
    for _ in 0..clips {
        draw::pop_clip();
    }
}

/// Makes an ink the colour that is drawn with; what lets something through is drawn by [`veil`].
pub(super) fn colour(theme: Theme, ink: Ink) {
    draw::set_draw_color(of(theme, ink));
}

/// An ink as a colour of widgets. It is an own value in each theme, so it is set again after a
/// change.
pub(super) fn of(theme: Theme, ink: Ink) -> Color {
    let [r, g, b, _] = theme.colour(ink);
    Color::from_rgb(r, g, b)
}

fn fill(rect: Rect, theme: Theme, ink: Ink) {
    if rect.is_empty() {
        return;
    }
    let rgba = theme.colour(ink);
    if rgba.last() == Some(&u8::MAX) {
        colour(theme, ink);
        draw::draw_rectf(rect.x, rect.y, rect.w, rect.h);
    } else {
        veil(rect, rgba);
    }
}

/// A rectangle that lets through what is behind it. FLTK's colours have no opacity, its pictures
/// have; of this one the middle is seen, since a scaled picture fades at its edges.
fn veil(rect: Rect, rgba: Rgba) {
    let pixels = rgba.repeat(16);
    let Ok(mut picture) = RgbImage::new(&pixels, 4, 4, ColorDepth::Rgba8) else { return };
    let around = Rect::new(rect.x - rect.w / 2, rect.y - rect.h / 2, 2 * rect.w, 2 * rect.h);
    picture.scale(around.w, around.h, false, true);
    draw::push_clip(rect.x, rect.y, rect.w, rect.h);
    picture.draw(around.x, around.y, around.w, around.h);
    draw::pop_clip();
}

fn is_visible(rect: Rect) -> bool {
    !rect.is_empty() && draw::not_clipped(rect.x, rect.y, rect.w, rect.h)
}

/// One path, filled at once: pieces beside each other would show their seams.
fn round(rect: Rect, radius: i32) {
    if rect.is_empty() {
        return;
    }
    let r = f64::from(radius).min(f64::from(rect.w) / 2.0).min(f64::from(rect.h) / 2.0);
    if r < 0.5 {
        return draw::draw_rectf(rect.x, rect.y, rect.w, rect.h);
    }
    draw::begin_polygon();
    corners(rect, r);
    draw::end_polygon();
}

fn outline(rect: Rect, radius: i32) {
    if rect.w < 2 || rect.h < 2 {
        return;
    }
    let r = f64::from(radius).min(f64::from(rect.w) / 2.0).min(f64::from(rect.h) / 2.0);
    if r < 1.0 {
        return draw::draw_rect(rect.x, rect.y, rect.w, rect.h);
    }
    // A form with a hole is filled in a quarter of the time that a line takes.
    draw::begin_complex_polygon();
    corners(rect, r);
    draw::gap();
    let inner = rect.inset(1, 1);
    hole(inner, r - 1.0);
    draw::end_complex_polygon();
}

/// The four corners of a filled rectangle clockwise; the path joins them with straight lines.
fn corners(rect: Rect, r: f64) {
    let [left, top, right, bottom] = edges(rect);
    draw::draw_arc2(left + r, top + r, r, 180.0, 90.0);
    draw::draw_arc2(right - r, top + r, r, 90.0, 0.0);
    draw::draw_arc2(right - r, bottom - r, r, 360.0, 270.0);
    draw::draw_arc2(left + r, bottom - r, r, 270.0, 180.0);
}

/// The four corners the other way round: what is inside is not filled.
fn hole(rect: Rect, r: f64) {
    let [left, top, right, bottom] = edges(rect);
    draw::draw_arc2(left + r, bottom - r, r, 180.0, 270.0);
    draw::draw_arc2(right - r, bottom - r, r, 270.0, 360.0);
    draw::draw_arc2(right - r, top + r, r, 0.0, 90.0);
    draw::draw_arc2(left + r, top + r, r, 90.0, 180.0);
}

/// FLTK's coordinates mean the middles of pixels, and a filled path ends at their edges.
fn edges(rect: Rect) -> [f64; 4] {
    let edge = |at: i32| f64::from(at) - 0.5;
    [rect.x, rect.y, rect.right(), rect.bottom()].map(edge)
}
