//! The Sotto relay.
