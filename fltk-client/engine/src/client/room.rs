//! A room of this profile: where it stands in its log, and its group.

use std::collections::{BTreeMap, BTreeSet};

use openmls::prelude::MlsGroup;
use wire::codec::{Bytes, Field, List, Reader, Writer};
use wire::id::{Epoch, PostId, RoomId, Seq};
use wire::message::{Commit, GroupInfo, RoomKind};

use super::Client;
use crate::group::{self, Provider};
use crate::vault::Vault;
use crate::{Event, Hold, Problem};

const ROOMS: &[u8] = b"rooms";
type RoomIds = List<RoomId, { wire::limit::MAX_ROOMS }>;

/// How far this device has come into a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The group was made here; the relay has not acknowledged the room.
    Creating(GroupInfo),
    /// Wants to join, and waits for group info.
    ExpectGroupInfo,
    /// The external commit was made and may have been sent; whether it won is to be asked.
    Joining { post: PostId, commit: Commit, group_info: GroupInfo },
    /// In the group.
    Member,
}

/// What the vault keeps of a room, beside its group, timeline and outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) kind: RoomKind,
    pub(super) standing: Standing,
    /// Commits in the log up to `have`.
    pub(super) epoch: Epoch,
    /// The last record that was applied.
    pub(super) have: Seq,
    /// Why the room is neither read nor written any more.
    pub(super) held: Option<Hold>,
}

/// A room in memory.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) stored: Stored,
    /// Whether `stored` is to be saved at the end of the transaction.
    pub(super) changed: bool,
    /// The newest record that the relay has told of.
    pub(super) head: Seq,
    /// Whether a fetch is under way.
    pub(super) fetching: bool,
    /// Whether the relay's head is known and all of it applied, since this connection began.
    pub(super) caught_up: bool,
    /// Posts that were sent on this connection and not answered.
    pub(super) in_flight: BTreeSet<PostId>,
    /// Whether the queue may hold posts that are not in flight.
    pub(super) queued: bool,
    /// Someone types here and waits for the room to be ready.
    pub(super) typing_due: bool,
    /// External commits made on this connection.
    pub(super) join_tries: u32,
    /// Loaded when needed; dropped whenever a write failed.
    pub(super) group: Option<MlsGroup>,
}

impl Room {
    pub(super) fn new(kind: RoomKind, standing: Standing) -> Self {
        let stored = Stored { kind, standing, epoch: Epoch(0), have: Seq(0), held: None };
        Self { changed: true, ..Self::from(stored) }
    }

    pub(super) fn is_member(&self) -> bool {
        self.stored.standing == Standing::Member
    }

    /// Whether something may be sent to it now.
    pub(super) fn is_ready(&self) -> bool {
        self.is_member() && self.caught_up && self.stored.held.is_none()
    }

    pub(super) fn disconnect(&mut self) {
        self.fetching = false;
        self.caught_up = false;
        self.in_flight.clear();
        self.queued = true;
        self.typing_due = false;
        self.join_tries = 0;
    }

    /// The group, loaded if it is not in memory.
    pub(super) fn group(
        &mut self,
        provider: &Provider<'_>,
        id: RoomId,
    ) -> Result<&mut MlsGroup, Problem> {
        match &mut self.group {
            Some(group) => Ok(group),
            empty => Ok(empty.insert(group::load(provider, id)?)),
        }
    }
}

impl From<Stored> for Room {
    fn from(stored: Stored) -> Self {
        Self {
            head: stored.have,
            stored,
            changed: false,
            fetching: false,
            caught_up: false,
            in_flight: BTreeSet::new(),
            queued: true,
            typing_due: false,
            join_tries: 0,
            group: None,
        }
    }
}

/// The rooms of a vault.
pub(super) fn load_all(vault: &Vault) -> Result<BTreeMap<RoomId, Room>, Problem> {
    let ids: Option<RoomIds> = vault.value(ROOMS)?;
    ids.unwrap_or_default()
        .iter()
        .map(|id| {
            let stored: Stored = vault.value(&name(*id))?.ok_or(Problem::ProfileDamaged)?;
            Ok((*id, Room::from(stored)))
        })
        .collect()
}

impl Client {
    /// Writes what changed, at the end of each transaction.
    pub(super) fn save_rooms(&mut self) -> Result<(), Problem> {
        for (id, room) in &mut self.rooms {
            if core::mem::take(&mut room.changed) {
                self.vault.put_value(&name(*id), &room.stored)?;
            }
        }
        Ok(())
    }

    pub(super) fn add_room(&mut self, id: RoomId, room: Room) -> Result<(), Problem> {
        self.rooms.insert(id, room);
        self.save_room_ids()
    }

    /// Forgets a room that this device never came to be in, and its group.
    pub(super) fn remove_room(&mut self, id: RoomId) -> Result<(), Problem> {
        group::delete(&Provider::new(&self.crypto, &self.vault), id)?;
        self.rooms.remove(&id);
        self.vault.delete_value(&name(id))?;
        self.save_room_ids()
    }

    fn save_room_ids(&self) -> Result<(), Problem> {
        let ids: RoomIds = List::new(self.rooms.keys().copied().collect())
            .map_err(|_| Problem::Internal("too many rooms"))?;
        self.vault.put_value(ROOMS, &ids)
    }

    pub(super) fn room_mut(&mut self, id: RoomId) -> Result<&mut Room, Problem> {
        self.rooms.get_mut(&id).ok_or(Problem::RelayMisbehaved("an unknown room"))
    }

    /// Stops reading and writing a room, and tells so.
    pub(super) fn hold(&mut self, id: RoomId, hold: Hold) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        if room.stored.held.is_none() {
            room.stored.held = Some(hold);
            room.changed = true;
            self.tell(Event::RoomHeld { room: id, hold });
        }
        Ok(())
    }

    /// Tells that a room has been read to its head.
    pub(super) fn mark_caught_up(&mut self, id: RoomId) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        let head = room.stored.have;
        if !core::mem::replace(&mut room.caught_up, true) {
            self.tell(Event::CaughtUp { room: id, head });
        }
        Ok(())
    }
}

fn name(room: RoomId) -> Vec<u8> {
    [b"room/".as_slice(), room.as_array()].concat()
}

impl Field for Stored {
    const WHAT: &'static str = "room";

    fn encode(&self, w: &mut Writer) {
        self.kind.encode(w);
        self.epoch.encode(w);
        self.have.encode(w);
        w.put(&[match self.held {
            None => 0,
            Some(Hold::Behind) => 1,
            Some(Hold::RolledBack) => 2,
            Some(Hold::LogWentBack) => 3,
            Some(Hold::Removed) => 4,
            Some(Hold::KeyChanged) => 5,
        }]);
        match &self.standing {
            Standing::Creating(group_info) => {
                w.put(&[1]);
                group_info.encode(w);
            }
            Standing::ExpectGroupInfo => w.put(&[2]),
            Standing::Joining { post, commit, group_info } => {
                w.put(&[3]);
                post.encode(w);
                commit.encode(w);
                group_info.encode(w);
            }
            Standing::Member => w.put(&[4]),
        }
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        let (kind, epoch, have) = (Field::decode(r)?, Field::decode(r)?, Field::decode(r)?);
        let held = match r.array(Self::WHAT)? {
            [0] => None,
            [1] => Some(Hold::Behind),
            [2] => Some(Hold::RolledBack),
            [3] => Some(Hold::LogWentBack),
            [4] => Some(Hold::Removed),
            [5] => Some(Hold::KeyChanged),
            _ => return Err(wire::Error::Malformed { what: Self::WHAT }),
        };
        let standing = match r.array(Self::WHAT)? {
            [1] => Standing::Creating(Bytes::decode(r)?),
            [2] => Standing::ExpectGroupInfo,
            [3] => Standing::Joining {
                post: Field::decode(r)?,
                commit: Field::decode(r)?,
                group_info: Field::decode(r)?,
            },
            [4] => Standing::Member,
            _ => return Err(wire::Error::Malformed { what: Self::WHAT }),
        };
        Ok(Self { kind, standing, epoch, have, held })
    }
}
