//! TODO composer.

/// Messages.
#[derive(Clone, Debug, PartialEq)]
pub enum ComposerAct {}

/// Where messages are written.
#[derive(Debug, Default)]
pub struct Composer {}
