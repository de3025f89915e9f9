//! A room of this profile: where it stands in its log, its group, and what is to be done in it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use openmls::prelude::MlsGroup;
use wire::Time;
use wire::codec::List;
use wire::id::{PostId, RoomId, Seq};
use wire::message::RoomKind;

use super::Client;
use super::change::Wanted;
use super::marker::{self, Marker};
use super::policy::Snapshot;
use super::stored::{Pending, Standing, Stored, name, pending_name};
use super::summary::{self, Summary};
use crate::charter::AccountKey;
use crate::event::RequestId;
use crate::group::{self, Provider};
use crate::vault::Vault;
use crate::{Departure, Event, Hold, Problem};

const ROOMS: &[u8] = b"rooms";
type RoomIds = List<RoomId, { wire::limit::MAX_ROOMS }>;

/// A room in memory.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) stored: Stored,
    /// What the person has read of it.
    pub(super) marker: Marker,
    /// What is told of its group, so that it need not be loaded for that.
    pub(super) summary: Summary,
    /// Whether `stored` is to be saved at the end of the transaction.
    pub(super) changed: bool,
    /// The newest record that the relay has told of.
    pub(super) head: Seq,
    /// Whether a commit has removed this device, as the relay says on this connection: it may read up
    /// to `head`, where it should find that commit.
    pub(super) former: bool,
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
    /// Requests for group info or a welcome on this connection.
    pub(super) join_tries: u32,
    /// The command that waits for the room to be made or joined.
    pub(super) entered_for: Option<RequestId>,
    /// Changes that were asked for, in order; the first is under way.
    pub(super) wanted: VecDeque<Wanted>,
    /// This device's commit that the relay has not answered.
    pub(super) pending: Option<Pending>,
    /// Whether `pending` was sent on this connection.
    pub(super) committing: bool,
    /// No commit is made before.
    pub(super) commit_after: Option<Time>,
    /// Whether the group changed since it was last looked over for what is to be done.
    pub(super) chores_due: bool,
    /// When to do it: a moment later, so that not all members do.
    pub(super) chore_at: Option<Time>,
    /// When to greet newcomers, likewise.
    pub(super) greet_at: Option<Time>,
    /// Whether the owner was told of stale devices on this connection.
    pub(super) told_stale: bool,
    /// Ways back into the room that were tried, and when the next may be.
    pub(super) repairs: usize,
    pub(super) repair_after: Option<Time>,
    /// Accounts that spoke in a later epoch than this device has come to.
    pub(super) ahead: BTreeSet<AccountKey>,
    /// Whether the others are to be told what was read here, and when they may be.
    pub(super) receipt_due: bool,
    pub(super) receipt_after: Option<Time>,
    /// Loaded when needed; dropped whenever a write failed.
    pub(super) group: Option<MlsGroup>,
}

impl Room {
    pub(super) fn new(kind: RoomKind, standing: Standing) -> Self {
        Self { changed: true, ..Self::from(Stored::new(kind, standing)) }
    }

    pub(super) fn is_member(&self) -> bool {
        self.stored.standing == Standing::Member
    }

    /// Whether the room is one of this account's: it is in it, or on its way back.
    pub(super) fn is_ours(&self) -> bool {
        self.is_member() || (self.stored.lost.is_some() && !self.is_left())
    }

    pub(super) fn is_left(&self) -> bool {
        matches!(self.stored.standing, Standing::Left(_) | Standing::Leaving(_))
    }

    /// Whether something may be sent to it now.
    pub(super) fn is_ready(&self) -> bool {
        self.is_member() && self.caught_up && self.stored.held.is_none()
    }

    /// Whether nothing more is to come of it but news.
    pub(super) fn is_settled(&self) -> bool {
        match self.stored.standing {
            Standing::Member => self.caught_up || self.stored.held.is_some(),
            Standing::Left(_) | Standing::Leaving(_) => true,
            _ => self.stored.held.is_some(),
        }
    }

    /// The newest record that leaving is about. Where the relay says that this device is out, or where
    /// it was never in, that is the newest it knows of, read or not.
    pub(super) fn left_at(&self) -> Seq {
        let was_in = self.stored.lost.is_some();
        if self.former || !was_in { self.head } else { self.stored.have }
    }

    pub(super) fn set(&mut self, standing: Standing) {
        self.stored.standing = standing;
        self.changed = true;
    }

    /// Takes the first change from the queue if it is the one that this command asked for.
    pub(super) fn forget_wanted(&mut self, request: Option<RequestId>) {
        if self.wanted.front().is_some_and(|wanted| wanted.id == request) {
            self.wanted.pop_front();
        }
    }

    pub(super) fn disconnect(&mut self) {
        self.former = false;
        self.fetching = false;
        self.caught_up = false;
        self.in_flight.clear();
        self.queued = true;
        self.typing_due = false;
        self.join_tries = 0;
        self.committing = false;
        self.chores_due = true;
        self.chore_at = None;
        self.greet_at = None;
        self.told_stale = false;
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
            marker: Marker::new(stored.have),
            summary: Summary::default(),
            stored,
            changed: false,
            former: false,
            fetching: false,
            caught_up: false,
            in_flight: BTreeSet::new(),
            queued: true,
            typing_due: false,
            join_tries: 0,
            entered_for: None,
            wanted: VecDeque::new(),
            pending: None,
            committing: false,
            commit_after: None,
            chores_due: true,
            chore_at: None,
            greet_at: None,
            told_stale: false,
            repairs: 0,
            repair_after: None,
            ahead: BTreeSet::new(),
            receipt_due: false,
            receipt_after: None,
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
            let mut room = Room::from(stored);
            room.marker.load(vault, *id)?;
            room.summary.load(vault, *id)?;
            if room.stored.is_committing {
                room.pending = vault.value(&pending_name(*id))?;
            }
            Ok((*id, room))
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
            room.marker.save(&self.vault, *id)?;
            room.summary.save(&self.vault, *id)?;
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
        self.vault.delete_value(&marker::name(id))?;
        self.vault.delete_value(&summary::name(id))?;
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

    /// Runs `f` with a room's group.
    pub(super) fn with_group<T>(
        &mut self,
        id: RoomId,
        f: impl FnOnce(&mut MlsGroup) -> T,
    ) -> Result<T, Problem> {
        let provider = Provider::new(&self.crypto, &self.vault);
        let room = self.rooms.get_mut(&id).ok_or(Problem::RoomUnknown)?;
        Ok(f(room.group(&provider, id)?))
    }

    /// Stops reading and writing a room, and tells so.
    pub(super) fn hold(&mut self, id: RoomId, hold: Hold) -> Result<(), Problem> {
        if self.room_mut(id)?.stored.held.is_some() {
            return Ok(());
        }
        if self.room_mut(id)?.stored.lost.is_none() {
            let snapshot = self.with_group(id, |group| Snapshot::of(group))?;
            self.room_mut(id)?.stored.lost = Some(snapshot);
        }
        let room = self.room_mut(id)?;
        room.stored.held = Some(hold);
        room.changed = true;
        self.tell(Event::RoomHeld { room: id, hold });
        Ok(())
    }

    /// The account is in a room no more: its group is worth nothing, its history stays.
    pub(super) fn depart(&mut self, id: RoomId, reason: Departure) -> Result<(), Problem> {
        if self.room_mut(id)?.is_member() && self.room_mut(id)?.stored.lost.is_none() {
            // Nobody else can bring the account back into a room of this id.
            let snapshot = self.with_group(id, |group| Snapshot::of(group))?;
            self.room_mut(id)?.stored.lost = Some(snapshot);
        }
        group::delete(&Provider::new(&self.crypto, &self.vault), id)?;
        self.drop_pending(id)?;
        for queued in self.vault.first_queued(id, usize::MAX)? {
            self.vault.remove_queued(id, queued.id)?;
            self.failed(Some(queued.id), Problem::RoomLeft);
        }
        self.end_transfers(id)?;
        let room = self.room_mut(id)?;
        room.group = None;
        room.stored.held = None;
        room.stored.leaving.clear();
        room.stored.heard.clear();
        room.set(Standing::Left(reason.clone()));
        let wanted = core::mem::take(&mut room.wanted);
        for wanted in wanted {
            match reason {
                Departure::Left if wanted.is_leave() => self.done(wanted.id, Some(id)),
                _ => self.failed(wanted.id, Problem::RoomLeft),
            }
        }
        self.tell(Event::RoomLeft { room: id, reason });
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

    /// Tells that a command was done.
    pub(super) fn done(&mut self, id: Option<RequestId>, room: Option<RoomId>) {
        if let Some(id) = id {
            self.tell(Event::Done { id, room });
        }
    }

    /// Tells that a command was not done.
    pub(super) fn failed(&mut self, id: Option<RequestId>, problem: Problem) {
        if id.is_some() {
            self.tell(Event::CommandFailed { id, problem });
        }
    }
}
