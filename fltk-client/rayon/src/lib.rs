//! Stands in for `rayon`, which OpenMLS has to derive and encrypt the secrets of a commit on all
//! cores at once. Here they come one after another, as OpenMLS itself has it where there are no
//! threads (`wasm32`).
//!
//! The work is the same, at most a tenth of a second for a room of 200 devices, now and then.
//! What goes is a pool of as many threads as there are cores, which stays once it was started, and
//! 50 kB of executable.

/// What is imported from `rayon::prelude`.
pub mod prelude {
    /// By reference.
    pub trait IntoParallelRefIterator<T> {
        /// Each in turn.
        fn par_iter(&self) -> core::slice::Iter<'_, T>;
    }

    impl<T> IntoParallelRefIterator<T> for [T] {
        fn par_iter(&self) -> core::slice::Iter<'_, T> {
            self.iter()
        }
    }

    /// By value.
    pub trait IntoParallelIterator: IntoIterator + Sized {
        /// Each in turn.
        fn into_par_iter(self) -> Self::IntoIter {
            self.into_iter()
        }
    }

    impl<T> IntoParallelIterator for Vec<T> {}
}
