//! The profiles of this computer.

use std::path::PathBuf;

/// A profile that can be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileName {
    /// Its directory.
    pub dir: PathBuf,
    /// What it is called: `handle@host` if it was made here.
    pub label: String,
}
