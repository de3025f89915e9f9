//! The Sotto relay: routes and stores ciphertext, and can read none of it.
//!
//! **bytes → session → [`hub`] → [`store`] → [`hub`] → outbox → bytes.** The [`hub::Hub`] decides
//! and is pure; a [`store::Store`] keeps what must survive, and [`blob::Blobs`] the bytes of files;
//! [`server`] moves bytes and time between them and the sockets; [`admin`] lets the host look in. No
//! MLS, no plaintext, and no password passes through here.

pub mod admin;
pub mod blob;
pub mod cli;
pub mod config;
pub mod data_dir;
pub mod hub;
pub mod log;
pub mod server;
pub mod store;
