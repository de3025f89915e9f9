//! The Sotto relay: routes and stores ciphertext, and can read none of it.
pub mod hub;
pub mod log;
pub mod store;
