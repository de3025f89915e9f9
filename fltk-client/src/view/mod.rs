//! Makes scenes of the state.

pub mod part;
pub mod timeline;
