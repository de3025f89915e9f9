//! The desktop client: **input → message → command**, and **engine event → state → scene → paint**.
//!
//! [`app`] takes what a person does and what the engine tells, and changes the [`state`]; [`view`] makes
//! a [`scene`] of it, a list of draw operations and hit regions without a display; `toolkit` paints it
//! with FLTK and holds the real text fields. No FLTK type is named outside `toolkit`.

pub mod act;
pub mod app;
pub mod effect;
pub mod emoji;
pub mod geometry;
pub mod look;
pub mod palette;
pub mod scene;
pub mod state;
pub mod text;
pub mod toolkit;
pub mod view;
