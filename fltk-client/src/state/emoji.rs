//! TODO emoji.

/// Messages.
#[derive(Clone, Debug, PartialEq)]
pub enum EmojiAct {}

/// The emoji menu.
#[derive(Debug)]
pub struct EmojiMenu {}
