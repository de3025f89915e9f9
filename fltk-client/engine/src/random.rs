//! Randomness, passed in so that a simulation replays from its seed.

use core::convert::Infallible;

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng, TryCryptoRng, TryRng};

use crate::Problem;

/// A cryptographic generator.
#[derive(Clone)]
pub struct Random(ChaCha20Rng);

impl Random {
    /// Seeded by the operating system.
    ///
    /// # Errors
    /// [`Problem::Internal`] when the system has no randomness to give.
    pub fn from_system() -> Result<Self, Problem> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)
            .map_err(|_| Problem::Internal("the system gives no randomness"))?;
        Ok(Self::from_seed(seed))
    }

    /// Determined by `seed`, for simulations.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(ChaCha20Rng::from_seed(seed))
    }

    /// `N` random bytes.
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    /// A number in `0..=most`.
    pub(crate) fn up_to(&mut self, most: u64) -> u64 {
        match most.checked_add(1) {
            Some(bound) => u64::from_be_bytes(self.array()) % bound,
            None => u64::from_be_bytes(self.array()),
        }
    }

    /// Another generator, independent of what this one goes on to make.
    pub(crate) fn fork(&mut self) -> Self {
        Self::from_seed(self.array())
    }
}

impl core::fmt::Debug for Random {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Random(..)")
    }
}

impl TryRng for Random {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.0.try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0.try_next_u64()
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.try_fill_bytes(bytes)
    }
}

impl TryCryptoRng for Random {}

/// The same generator under the traits of the generation that opaque-ke is on.
pub(crate) struct ForOpaque<'a>(pub(crate) &'a mut Random);

impl opaque_ke::rand::RngCore for ForOpaque<'_> {
    fn next_u32(&mut self) -> u32 {
        self.0.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.0.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.0.fill_bytes(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), opaque_ke::rand::Error> {
        self.0.0.fill_bytes(bytes);
        Ok(())
    }
}

impl opaque_ke::rand::CryptoRng for ForOpaque<'_> {}
