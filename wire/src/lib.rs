//! The Sotto protocol, sans-IO: bytes in, bytes out.
//!
//! **bytes → `frame` → `session` → [`message`]**. This crate opens no socket, reads no clock,
//! touches no disk and starts no thread; time and randomness are passed in. `PROTOCOL.md` beside
//! it is the specification, and its section numbers are quoted throughout.

pub mod codec;
mod error;
pub mod id;
pub mod limit;
pub mod link;
pub mod message;
mod time;

pub use error::Error;
pub use time::Time;
