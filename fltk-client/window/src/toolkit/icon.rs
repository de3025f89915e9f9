//! The symbols, from the same few strokes, so that they look alike on every system. Each is drawn once
//! for the pixels and the colour that it has on the screen, and then copied.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use fltk::enums::ColorDepth;
use fltk::image::RgbImage;
use fltk::prelude::ImageExt;

use super::stroke::{self, Stroke};
use crate::geometry::{Rect, px};
use crate::scene::Icon;

/// Symbols that are kept: all of them, in a few sizes and colours, a kilobyte or two each.
const MAX_KEPT: usize = 256;

/// The symbols that were drawn, by which, pixels and colour.
#[derive(Debug, Default)]
pub(super) struct Symbols(HashMap<(Icon, [u32; 2], [u8; 3]), RgbImage>);

impl Symbols {
    /// Paints a symbol as large as fits into the middle of a rectangle.
    pub(super) fn paint(&mut self, icon: Icon, rect: Rect, colour: [u8; 3], scale: f32) {
        let side = rect.w.min(rect.h);
        if side < 4 {
            return;
        }
        let place = rect.centred(side, side);
        // FLTK puts a picture's edges on whole pixels; so many are between them.
        let pixels = |at: i32| u32::try_from(edge(at + side, scale) - edge(at, scale)).unwrap_or(0);
        let size = [pixels(place.x), pixels(place.y)];
        if self.0.len() >= MAX_KEPT {
            self.0.clear();
        }
        let image = match self.0.entry((icon, size, colour)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => match drawn(icon, size, colour) {
                Some(image) => new.insert(image),
                None => return,
            },
        };
        image.scale(side, side, false, true);
        image.draw(place.x, place.y, side, side);
    }
}

/// The pixel of the screen on which an edge lies.
fn edge(at: i32, scale: f32) -> i32 {
    #[expect(clippy::as_conversions, reason = "places on a screen are exact in it")]
    let at = at as f32;
    // Against 1.1 × 10 being less than 11.
    px((at * scale + 0.001).floor())
}

/// A symbol on nothing.
fn drawn(icon: Icon, [width, height]: [u32; 2], [r, g, b]: [u8; 3]) -> Option<RgbImage> {
    let covered = stroke::coverage(strokes(icon), width, height);
    let pixels: Vec<u8> = covered.into_iter().flat_map(|part| [r, g, b, opacity(part)]).collect();
    let [w, h] = [i32::try_from(width).ok()?, i32::try_from(height).ok()?];
    RgbImage::new(&pixels, w, h, ColorDepth::Rgba8).ok()
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and 255"
)]
const fn opacity(part: f64) -> u8 {
    (part * 255.0 + 0.5) as u8
}

const fn strokes(icon: Icon) -> &'static [Stroke] {
    use Stroke::{Arc, Curve, Dot, Line, Loop, Ring};

    match icon {
        Icon::Attach => &[
            Line(&[[20.5, 11.2], [12.2, 19.5]]),
            Arc([8.4, 15.7], 5.4, -45.0, -225.0),
            Line(&[[4.6, 11.9], [12.6, 3.9]]),
            Arc([15.1, 6.4], 3.54, 135.0, -45.0),
            Line(&[[17.6, 8.9], [9.6, 16.9]]),
            Arc([8.35, 15.65], 1.77, -45.0, -225.0),
            Line(&[[7.1, 14.4], [14.2, 7.3]]),
        ],
        Icon::Back => {
            &[Line(&[[20.0, 12.0], [4.0, 12.0]]), Line(&[[11.0, 5.0], [4.0, 12.0], [11.0, 19.0]])]
        }
        Icon::Bell => &[
            Arc([12.0, 9.0], 6.0, 0.0, 180.0),
            Curve([[6.0, 9.0], [6.0, 14.0], [4.5, 15.5], [3.5, 17.0]]),
            Curve([[18.0, 9.0], [18.0, 14.0], [19.5, 15.5], [20.5, 17.0]]),
            Line(&[[3.5, 17.0], [20.5, 17.0]]),
            Arc([12.0, 19.2], 2.2, 200.0, 340.0),
        ],
        Icon::Check => &[Line(&[[4.5, 12.5], [9.5, 17.5], [19.5, 6.5]])],
        Icon::Checks => &[
            Line(&[[1.8, 12.8], [6.3, 17.3], [15.3, 7.0]]),
            Line(&[[11.6, 16.3], [12.6, 17.3], [22.0, 7.0]]),
        ],
        Icon::Chevron => &[Line(&[[9.0, 5.5], [15.5, 12.0], [9.0, 18.5]])],
        Icon::Close => &[Line(&[[6.0, 6.0], [18.0, 18.0]]), Line(&[[18.0, 6.0], [6.0, 18.0]])],
        Icon::Clock => &[Ring([12.0, 12.0], 9.0), Line(&[[12.0, 6.5], [12.0, 12.0], [15.8, 14.0]])],
        Icon::Copy => &[
            Loop(&[[9.0, 9.0], [20.0, 9.0], [20.0, 20.0], [9.0, 20.0]]),
            Line(&[[5.5, 15.0], [4.0, 15.0], [4.0, 4.0], [15.0, 4.0], [15.0, 5.5]]),
        ],
        Icon::Cross => &[
            Ring([12.0, 12.0], 9.0),
            Line(&[[9.0, 9.0], [15.0, 15.0]]),
            Line(&[[15.0, 9.0], [9.0, 15.0]]),
        ],
        Icon::Device => &[
            Loop(&[[4.0, 5.0], [20.0, 5.0], [20.0, 15.5], [4.0, 15.5]]),
            Line(&[[2.0, 19.5], [22.0, 19.5]]),
        ],
        Icon::Down => {
            &[Line(&[[12.0, 4.0], [12.0, 20.0]]), Line(&[[5.0, 13.0], [12.0, 20.0], [19.0, 13.0]])]
        }
        Icon::Download => &[
            Line(&[[12.0, 3.5], [12.0, 15.0]]),
            Line(&[[7.0, 10.0], [12.0, 15.0], [17.0, 10.0]]),
            Line(&[[3.5, 16.5], [3.5, 20.5], [20.5, 20.5], [20.5, 16.5]]),
        ],
        Icon::Edit => &[
            Loop(&[[4.0, 20.0], [4.8, 15.6], [16.2, 4.2], [19.8, 7.8], [8.4, 19.2]]),
            Line(&[[13.3, 7.1], [16.9, 10.7]]),
        ],
        Icon::Emoji => &[
            Ring([12.0, 12.0], 9.0),
            Dot([8.9, 9.8], 1.3),
            Dot([15.1, 9.8], 1.3),
            Arc([12.0, 12.4], 4.4, 205.0, 335.0),
        ],
        Icon::File => &[
            Loop(&[[5.0, 2.8], [13.5, 2.8], [19.0, 8.3], [19.0, 21.2], [5.0, 21.2]]),
            Line(&[[13.0, 3.2], [13.0, 8.8], [18.6, 8.8]]),
        ],
        Icon::Folder => {
            &[Loop(&[[3.0, 4.8], [9.2, 4.8], [11.4, 7.6], [21.0, 7.6], [21.0, 19.2], [3.0, 19.2]])]
        }
        Icon::Gear => &[
            Ring([12.0, 12.0], 6.9),
            Ring([12.0, 12.0], 2.8),
            Line(&[[12.0, 4.1], [12.0, 2.3]]),
            Line(&[[12.0, 19.9], [12.0, 21.7]]),
            Line(&[[4.1, 12.0], [2.3, 12.0]]),
            Line(&[[19.9, 12.0], [21.7, 12.0]]),
            Line(&[[6.41, 6.41], [5.14, 5.14]]),
            Line(&[[17.59, 17.59], [18.86, 18.86]]),
            Line(&[[6.41, 17.59], [5.14, 18.86]]),
            Line(&[[17.59, 6.41], [18.86, 5.14]]),
        ],
        Icon::Home => &[
            Line(&[[2.8, 11.8], [12.0, 3.4], [21.2, 11.8]]),
            Line(&[[5.2, 10.2], [5.2, 20.6], [18.8, 20.6], [18.8, 10.2]]),
            Line(&[[9.6, 20.6], [9.6, 14.2], [14.4, 14.2], [14.4, 20.6]]),
        ],
        Icon::Info => {
            &[Ring([12.0, 12.0], 9.0), Line(&[[12.0, 11.5], [12.0, 16.6]]), Dot([12.0, 7.6], 1.3)]
        }
        Icon::Leave => &[
            Line(&[[9.5, 20.5], [3.8, 20.5], [3.8, 3.5], [9.5, 3.5]]),
            Line(&[[9.0, 12.0], [20.6, 12.0]]),
            Line(&[[15.6, 7.0], [20.6, 12.0], [15.6, 17.0]]),
        ],
        Icon::Lock => &[
            Loop(&[[4.8, 10.6], [19.2, 10.6], [19.2, 20.8], [4.8, 20.8]]),
            Line(&[[7.6, 10.6], [7.6, 7.4]]),
            Arc([12.0, 7.4], 4.4, 0.0, 180.0),
            Line(&[[16.4, 7.4], [16.4, 10.6]]),
        ],
        Icon::Members => &[
            Ring([9.0, 8.0], 3.8),
            Arc([9.0, 20.4], 6.6, 0.0, 180.0),
            Arc([15.2, 8.0], 3.8, -62.0, 62.0),
            Arc([15.6, 20.4], 6.6, 0.0, 62.0),
        ],
        Icon::Menu => &[
            Line(&[[3.5, 6.0], [20.5, 6.0]]),
            Line(&[[3.5, 12.0], [20.5, 12.0]]),
            Line(&[[3.5, 18.0], [20.5, 18.0]]),
        ],
        Icon::Moon => &[
            Arc([12.0, 12.0], 8.8, 95.0, 355.0),
            Curve([[11.2, 3.2], [8.2, 7.2], [12.4, 17.6], [20.8, 12.8]]),
        ],
        Icon::More => &[Dot([5.0, 12.0], 1.7), Dot([12.0, 12.0], 1.7), Dot([19.0, 12.0], 1.7)],
        Icon::Play => &[Loop(&[[7.0, 4.5], [19.5, 12.0], [7.0, 19.5]])],
        Icon::Plus => &[Line(&[[12.0, 4.5], [12.0, 19.5]]), Line(&[[4.5, 12.0], [19.5, 12.0]])],
        Icon::Reply => &[
            Line(&[[9.5, 4.5], [3.5, 10.5], [9.5, 16.5]]),
            Line(&[[3.5, 10.5], [13.5, 10.5]]),
            Curve([[13.5, 10.5], [18.0, 10.5], [20.5, 13.0], [20.5, 19.5]]),
        ],
        Icon::Search => &[Ring([10.6, 10.6], 6.9), Line(&[[15.7, 15.7], [20.8, 20.8]])],
        Icon::Send => &[
            Loop(&[[21.2, 2.8], [14.6, 21.0], [10.8, 13.2], [3.0, 9.4]]),
            Line(&[[21.2, 2.8], [10.8, 13.2]]),
        ],
        Icon::Shield => &[
            Line(&[[4.2, 5.8], [12.0, 2.9], [19.8, 5.8]]),
            Curve([[4.2, 5.8], [4.2, 13.5], [6.2, 18.2], [12.0, 21.2]]),
            Curve([[19.8, 5.8], [19.8, 13.5], [17.8, 18.2], [12.0, 21.2]]),
        ],
        Icon::Sun => &[
            Ring([12.0, 12.0], 4.2),
            Line(&[[12.0, 2.2], [12.0, 4.0]]),
            Line(&[[12.0, 20.0], [12.0, 21.8]]),
            Line(&[[2.2, 12.0], [4.0, 12.0]]),
            Line(&[[20.0, 12.0], [21.8, 12.0]]),
            Line(&[[5.1, 5.1], [6.3, 6.3]]),
            Line(&[[17.7, 17.7], [18.9, 18.9]]),
            Line(&[[5.1, 18.9], [6.3, 17.7]]),
            Line(&[[17.7, 6.3], [18.9, 5.1]]),
        ],
        Icon::Trash => &[
            Line(&[[3.5, 6.2], [20.5, 6.2]]),
            Line(&[[8.6, 6.2], [8.6, 3.2], [15.4, 3.2], [15.4, 6.2]]),
            Line(&[[5.6, 6.2], [6.6, 20.8], [17.4, 20.8], [18.4, 6.2]]),
            Line(&[[10.2, 10.6], [10.2, 16.4]]),
            Line(&[[13.8, 10.6], [13.8, 16.4]]),
        ],
        Icon::Warning => &[
            Loop(&[[12.0, 3.4], [21.6, 20.2], [2.4, 20.2]]),
            Line(&[[12.0, 9.6], [12.0, 13.8]]),
            Dot([12.0, 17.0], 1.2),
        ],
    }
}
