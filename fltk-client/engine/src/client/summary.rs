//! What rooms are listed with of their groups, kept beside them: loading fifty groups to list them
//! would take longer than all else between start and a painted window.

use wire::codec::{Field, Reader, Writer};
use wire::id::{Epoch, Handle, RoomId, Seq};

use super::Client;
use super::receipt::MAX_ACCOUNTS;
use super::stored::Stored;
use crate::Problem;
use crate::charter::{AccountKey, Charter};
use crate::encoding::{put_list, read_list};
use crate::group;
use crate::vault::Vault;

use std::collections::BTreeSet;

/// Other members that are listed: those whom this account hears of having read.
const MAX_OTHERS: usize = MAX_ACCOUNTS - 1;
/// Devices of one room, far beyond what a group info can hold.
const MAX_LEAVES: usize = 1 << 14;

/// A room's summary, as far as it is known.
#[derive(Debug, Default)]
pub(super) struct Summary {
    kept: Option<Kept>,
    changed: bool,
}

/// A summary, and the state of the room that it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Kept {
    joined: Seq,
    epoch: Epoch,
    leaving: BTreeSet<AccountKey>,
    what: Summarised,
}

/// What is told of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Summarised {
    /// Accounts in the room, without those that have said farewell.
    pub(super) members: usize,
    /// Those beside this one, if they are few enough to be told what the others have read.
    pub(super) others: Vec<Handle>,
    pub(super) charter: Option<Charter>,
}

/// Where a room's summary stands in the vault.
pub(super) fn name(room: RoomId) -> Vec<u8> {
    [b"summary/".as_slice(), room.as_array()].concat()
}

impl Summary {
    pub(super) fn load(&mut self, vault: &Vault, room: RoomId) -> Result<(), Problem> {
        self.kept = vault.value(&name(room))?;
        Ok(())
    }

    /// Writes it if it changed.
    pub(super) fn save(&mut self, vault: &Vault, room: RoomId) -> Result<(), Problem> {
        match &self.kept {
            Some(kept) if core::mem::take(&mut self.changed) => vault.put_value(&name(room), kept),
            _ => Ok(()),
        }
    }

    /// What it says, unless it is of another state: each commit ends an epoch, and whoever comes in
    /// anew has joined elsewhere.
    fn of(&self, stored: &Stored) -> Option<Summarised> {
        let kept = self.kept.as_ref()?;
        let is_of = (kept.joined, kept.epoch, &kept.leaving);
        (is_of == (stored.joined, stored.epoch, &stored.leaving)).then(|| kept.what.clone())
    }
}

impl Client {
    /// The summary of a room's group, which is loaded only if it has changed since; of a room without
    /// one, nobody.
    pub(super) fn summary(&mut self, id: RoomId) -> Result<Summarised, Problem> {
        let room = self.room_mut(id)?;
        if !room.is_member() {
            return Ok(Summarised::default());
        }
        if let Some(what) = room.summary.of(&room.stored) {
            return Ok(what);
        }
        let charter = self.with_group(id, |group| group::charter(group))?;
        let accounts = self.members_by_handle(id)?;
        let own = self.profile.identity.handle();
        let mut others: Vec<Handle> =
            accounts.keys().filter(|handle| *handle != own).cloned().collect();
        if others.len() > MAX_OTHERS {
            others.clear();
        }
        let what = Summarised { members: accounts.len(), others, charter };
        let room = self.room_mut(id)?;
        let (joined, epoch) = (room.stored.joined, room.stored.epoch);
        let leaving = room.stored.leaving.clone();
        room.summary.kept = Some(Kept { joined, epoch, leaving, what: what.clone() });
        room.summary.changed = true;
        Ok(what)
    }
}

impl Field for Kept {
    const WHAT: &'static str = "summary of a room";

    fn encode(&self, w: &mut Writer) {
        self.joined.encode(w);
        self.epoch.encode(w);
        put_list(w, self.leaving.iter());
        w.count(self.what.members);
        put_list(w, self.what.others.iter());
        self.what.charter.encode(w);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(Self {
            joined: Field::decode(r)?,
            epoch: Field::decode(r)?,
            leaving: read_list(r, MAX_LEAVES)?,
            what: Summarised {
                members: r.count(MAX_LEAVES, Self::WHAT)?,
                others: read_list(r, MAX_OTHERS)?,
                charter: Field::decode(r)?,
            },
        })
    }
}
