//! TODO rooms.

/// Messages.
#[derive(Clone, Debug, PartialEq)]
pub enum RoomsAct {}

/// The rooms.
#[derive(Debug, Default)]
pub struct Rooms {}
