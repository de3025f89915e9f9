//! The timeline of the open room.
//!
//! `settle` lays out the rows in sight and says where they stand, `paint` draws them. Rows are laid out
//! from the one the view is anchored at, so nothing is estimated and a wheel step never jumps.

mod bubble;
mod draw;
mod file;
mod foot;
mod frame;
pub(crate) mod jpeg;
mod layouts;
mod mouse;
mod paint;
mod pills;
mod settle;
mod system;
mod when;

pub use layouts::Layouts;
pub use paint::{Context, paint};

/// Room below the rows, where it says who is typing.
pub const FOOT_H: i32 = 28;
/// Room at the left and right of the rows.
const MARGIN: i32 = 16;
/// Room for the avatar, at the left of others' messages.
const AVATAR_W: i32 = 38;

/// Where rows stand in the timeline's place.
#[must_use]
pub const fn rows_rect(rect: crate::geometry::Rect) -> crate::geometry::Rect {
    rect.split_bottom(FOOT_H).1
}

#[cfg(test)]
mod tests;
