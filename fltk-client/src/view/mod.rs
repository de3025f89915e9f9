//! Makes scenes of the state.

pub mod dialog;
pub mod emoji;
#[cfg(test)]
mod fixture;
pub mod menu;
pub mod part;
pub mod sign;
