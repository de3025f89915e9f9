//! `Noise_XX_25519_AESGCM_SHA256`, revision 34 of the Noise Protocol Framework.
//!
//! Files and types are named after the specification's own objects. Each handshake state is a type
//! that the next step consumes, so a failed or a skipped step leaves nothing to go on with. What
//! is absent: frames, prologue, time and limits, which are [`crate::session`]'s.

mod cipherstate;
mod handshake;
mod symmetricstate;

pub use cipherstate::{CipherState, KeyedCipher};
pub use handshake::{
    ExpectFinish, ExpectHello, ExpectResponse, Initiator, SendFinish, SendResponse, Transport,
};

#[cfg(test)]
mod tests;
