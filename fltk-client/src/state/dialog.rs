//! TODO dialog.

pub mod keys;

/// Messages.
#[derive(Clone, Debug, PartialEq)]
pub enum DialogAct {}

/// Which dialog.
#[derive(Clone, Debug, PartialEq)]
pub enum DialogKind {}

/// A dialog.
#[derive(Debug)]
pub struct Dialog {}
