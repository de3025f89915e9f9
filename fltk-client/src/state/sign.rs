//! TODO sign.

/// Messages.
#[derive(Clone, Debug, PartialEq)]
pub enum SignAct {}

/// Signing in.
#[derive(Debug)]
pub struct Sign {}
