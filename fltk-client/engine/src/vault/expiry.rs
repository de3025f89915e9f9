//! Which messages disappear when: by room, in batches, so that a message costs one small write.

use wire::codec::{Field, List, Reader, Writer};
use wire::id::{RoomId, Seq, UnixMs};

use super::Vault;
use crate::Problem;

/// Messages of one batch.
pub(crate) const MAX_BATCH: usize = 128;
/// Batches of one room: as many messages as nobody writes in a lifetime.
const MAX_BATCHES: usize = 1 << 16;

type Batches = List<Batch, MAX_BATCHES>;
type Messages = List<Pending, MAX_BATCH>;

/// Messages that disappear; which ones is a value of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(crate) number: u32,
    /// When the first of them does.
    pub(crate) first: UnixMs,
    /// Whether another has place in it.
    pub(crate) full: bool,
}

/// A message that disappears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    pub(crate) expires: UnixMs,
    pub(crate) seq: Seq,
}

impl Vault {
    /// The batches of a room, in the order of their numbers.
    pub(crate) fn batches(&self, room: RoomId) -> Result<Vec<Batch>, Problem> {
        let batches: Option<Batches> = self.value(&batches_name(room))?;
        Ok(batches.unwrap_or_default().into_vec())
    }

    pub(crate) fn put_batches(&self, room: RoomId, batches: &[Batch]) -> Result<(), Problem> {
        if batches.is_empty() {
            return self.delete_value(&batches_name(room));
        }
        let batches: Batches = List::new(batches.to_vec())
            .map_err(|_| Problem::Internal("too many messages that disappear"))?;
        self.put_value(&batches_name(room), &batches)
    }

    /// The messages of a batch.
    pub(crate) fn batch(&self, room: RoomId, number: u32) -> Result<Vec<Pending>, Problem> {
        let messages: Option<Messages> = self.value(&batch_name(room, number))?;
        Ok(messages.unwrap_or_default().into_vec())
    }

    /// Writes the messages of a batch, at most [`MAX_BATCH`].
    pub(crate) fn put_batch(
        &self,
        room: RoomId,
        number: u32,
        messages: Vec<Pending>,
    ) -> Result<(), Problem> {
        if messages.is_empty() {
            return self.delete_value(&batch_name(room, number));
        }
        let messages: Messages =
            List::new(messages).map_err(|_| Problem::Internal("a batch that is too large"))?;
        self.put_value(&batch_name(room, number), &messages)
    }
}

fn batches_name(room: RoomId) -> Vec<u8> {
    [b"expiring/".as_slice(), room.as_array()].concat()
}

fn batch_name(room: RoomId, number: u32) -> Vec<u8> {
    [batches_name(room).as_slice(), &number.to_be_bytes()].concat()
}

impl Field for Batch {
    const WHAT: &'static str = "batch of messages that disappear";

    fn encode(&self, w: &mut Writer) {
        self.number.encode(w);
        self.first.encode(w);
        self.full.encode(w);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(Self { number: Field::decode(r)?, first: Field::decode(r)?, full: Field::decode(r)? })
    }
}

impl Field for Pending {
    const WHAT: &'static str = "message that disappears";

    fn encode(&self, w: &mut Writer) {
        self.expires.encode(w);
        self.seq.encode(w);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(Self { expires: Field::decode(r)?, seq: Field::decode(r)? })
    }
}
