//! Rows of a timeline.

use std::sync::atomic::{AtomicU64, Ordering};

use engine::{Body, Entry, EntryKind, MessageId, MessageState};
use wire::id::{DeviceId, Handle, Seq, UnixMs};

/// An entry, and which it is of all that were ever shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The entry.
    pub entry: Entry,
    /// Another with each change and in each timeline, so that what was laid out of it is laid out again:
    /// entries of other rooms have the same places.
    pub revision: Revision,
}

/// Tells an entry from what it was before, and from those of other rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision(u64);

impl Revision {
    /// One that nothing had before.
    #[must_use]
    pub fn fresh() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// A row, whatever moves around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The entry at this place.
    At(Seq),
    /// The own message that has no place yet.
    Own(MessageId),
}

/// An own message that the relay has not got yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// It as a row; its place is `Seq(u64::MAX)`.
    pub item: Item,
    /// How far it is.
    pub sending: Sending,
    /// What it answers.
    pub reply: Option<Seq>,
}

/// How far an own message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sending {
    /// On its way.
    Waiting,
    /// It was refused: why, in a sentence.
    Failed(String),
}

impl Item {
    /// An entry as it is now.
    pub(super) fn new(entry: Entry) -> Self {
        Self { entry, revision: Revision::fresh() }
    }

    /// Its name as a row.
    #[must_use]
    pub const fn key(&self) -> Key {
        match &self.entry.kind {
            EntryKind::Message { id, .. } if self.entry.seq.0 == u64::MAX => Key::Own(*id),
            _ => Key::At(self.entry.seq),
        }
    }

    /// About how many bytes it holds.
    pub(crate) fn bytes(&self) -> usize {
        match &self.entry.kind {
            EntryKind::Message { body: Body::Text(text), .. } => text.len(),
            EntryKind::Message { body: Body::File(file), .. } => {
                file.thumbnail.as_ref().map_or(0, |picture| picture.jpeg().len())
            }
            _ => 0,
        }
    }

    /// Who wrote it, if it is a message.
    #[must_use]
    pub const fn author(&self) -> Option<&Handle> {
        match &self.entry.kind {
            EntryKind::Message { from, .. } => Some(from),
            _ => None,
        }
    }
}

impl Pending {
    /// An own message that was just written, or waits since a moment.
    pub(crate) fn new(
        id: MessageId,
        me: &Handle,
        body: Body,
        reply: Option<Seq>,
        at: Option<UnixMs>,
    ) -> Self {
        let kind = EntryKind::Message {
            id,
            from: me.clone(),
            device: DeviceId::from_array([0; 16]),
            sent: at.unwrap_or_default(),
            body,
            own: true,
            told_by: None,
            state: MessageState::default(),
        };
        let entry = Entry { seq: Seq(u64::MAX), at: at.unwrap_or_default(), kind };
        Self { item: Item::new(entry), sending: Sending::Waiting, reply }
    }

    /// Its name.
    #[must_use]
    pub const fn id(&self) -> Option<MessageId> {
        match self.item.key() {
            Key::Own(id) => Some(id),
            Key::At(_) => None,
        }
    }
}
