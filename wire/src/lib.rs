//! The Sotto protocol, sans-IO: bytes in, bytes out.
//!
//! **bytes → [`frame`] → [`session`] → [`message`]**. This crate opens no socket, reads no clock,
//! touches no disk and starts no thread; time and randomness are passed in. `PROTOCOL.md` beside
//! it is the specification, and its section numbers are quoted throughout.

pub mod certificate;
pub mod chunk;
pub mod codec;
mod error;
pub mod frame;
#[doc(hidden)]
pub mod fuzz;
pub mod id;
pub mod key;
pub mod limit;
pub mod link;
pub mod message;
pub mod noise;
pub mod sealed;
pub mod session;
#[cfg(test)]
mod testing;
mod time;

pub use error::Error;
pub use time::Time;
