//! Lays text out: what may be painted of a stranger's text, markup, line breaks, and what a place
//! in the laid-out text means.

pub mod breaks;
mod clean;
pub mod find;
pub mod layout;
pub mod markup;
mod plain;
pub mod words;

pub use clean::clean;
pub use layout::Layout;
pub use plain::{plain, plain_lines};
pub use words::Words;
