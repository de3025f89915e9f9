//! What every part of the window is drawn from: lines of text, avatars, buttons, fields.
//!
//! Each function adds to a scene and reads no state but what it is given.

mod check;
mod control;
mod place;
mod text;

pub use check::check_scene;
pub use control::{
    ButtonKind, FIELD_H, LINE_H, avatar, badge, busy_bar, button, card, field, heading, hovers,
    hue, initials, progress, toast, tool, tooltip,
};
pub use place::clipped;
pub use text::{cut, cut_middle, label, label_centre, label_right, lines, width, wrapped};
