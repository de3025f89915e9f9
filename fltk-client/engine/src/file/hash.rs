//! SHA-256 over the sealed chunks of a file, which can be put away and gone on with.

use sha2::digest::common::hazmat::{SerializableState, SerializedState};
use sha2::{Digest, Sha256};
use wire::codec::Bytes;

use super::Mark;

/// The hash so far.
#[derive(Clone)]
pub(super) struct Hash(Sha256);

impl Hash {
    /// Over nothing.
    pub(super) fn new() -> Self {
        Self(Sha256::new())
    }

    /// As it was at a mark; `None` for what is no state of it.
    pub(super) fn resumed(mark: &Mark) -> Option<Self> {
        let state = SerializedState::<Sha256>::try_from(&*mark.hash).ok()?;
        Sha256::deserialize(&state).ok().map(Self)
    }

    /// Over another chunk.
    pub(super) fn update(&mut self, sealed: &[u8]) {
        self.0.update(sealed);
    }

    /// The mark behind the chunks so far; `None` would be a state of more bytes than SHA-256 has.
    pub(super) fn mark(&self, offset: u64) -> Option<Mark> {
        let hash = Bytes::new(self.0.serialize().to_vec()).ok()?;
        Some(Mark { offset, hash })
    }

    /// The hash.
    pub(super) fn value(&self) -> [u8; 32] {
        self.0.clone().finalize().into()
    }
}
