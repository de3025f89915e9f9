//! TODO timeline.

/// Messages.
#[derive(Clone, Debug, PartialEq)]
pub enum TimelineAct {}

/// A room's timeline.
#[derive(Debug)]
pub struct Timeline {}
