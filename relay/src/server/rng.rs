//! Randomness for key generation and handshakes: a seed of the system's, stretched by ChaCha20, so
//! that only taking the seed can fail.

use core::convert::Infallible;
use std::io;

use rand_chacha_03::ChaCha20Rng;
use rand_chacha_03::rand_core::{RngCore as _, SeedableRng as _};
use rand_core::{TryCryptoRng, TryRng};

/// See the module. Speaks the generation of `rand_core` that `wire` asks for.
pub(crate) struct SystemRng(ChaCha20Rng);

impl SystemRng {
    /// # Errors
    /// The system gives no randomness.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self(ChaCha20Rng::from_seed(super::random()?)))
    }
}

impl TryRng for SystemRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.0.next_u32())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.next_u64())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

impl TryCryptoRng for SystemRng {}
