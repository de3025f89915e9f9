//! Makes scenes of the state.
