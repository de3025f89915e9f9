//! What a commit changed: for the timeline, the pins, and what is to be done next.

use std::collections::{BTreeMap, BTreeSet};

use openmls::prelude::MlsGroup;
use wire::certificate::DeviceCertificate as Certificate;
use wire::id::{Handle, RoomId, Seq, UnixMs};

use super::{Client, policy};
use crate::charter::{AccountKey, Charter};
use crate::event::{Entry, EntryKind, Role, Setting};
use crate::group;
use crate::{Departure, Event, Problem};

/// A group before a commit is merged into it.
pub(super) struct Before {
    members: Vec<Certificate>,
    charter: Option<Charter>,
}

/// What a commit changed.
pub(super) struct Turn {
    by: Certificate,
    /// Whether a device came in by itself.
    came_alone: bool,
    /// Devices that came, and that went.
    added: Vec<Certificate>,
    removed: Vec<Certificate>,
    /// Accounts that had no device before, and that have none after.
    joined: Vec<Handle>,
    left: Vec<Handle>,
    before: Option<Charter>,
    after: Option<Charter>,
    /// The members' names.
    accounts: BTreeMap<AccountKey, Handle>,
}

impl Before {
    pub(super) fn of(group: &MlsGroup) -> Self {
        Self { members: group::members(group).collect(), charter: group::charter(group) }
    }

    pub(super) fn turn(self, group: &MlsGroup, by: Certificate, is_external: bool) -> Turn {
        let members: Vec<Certificate> = group::members(group).collect();
        let handles =
            |of: &[Certificate]| of.iter().map(|leaf| leaf.handle.clone()).collect::<BTreeSet<_>>();
        let (then, now) = (handles(&self.members), handles(&members));
        let without = |of: &[Certificate], others: &[Certificate]| {
            let others: BTreeSet<_> = others.iter().map(Certificate::device).collect();
            of.iter().filter(|leaf| !others.contains(&leaf.device())).cloned().collect::<Vec<_>>()
        };
        let added = without(&members, &self.members);
        Turn {
            by,
            came_alone: is_external && !added.is_empty(),
            removed: without(&self.members, &members),
            added,
            accounts: members.iter().map(|leaf| (leaf.account_key, leaf.handle.clone())).collect(),
            joined: now.difference(&then).cloned().collect(),
            left: then.difference(&now).cloned().collect(),
            before: self.charter,
            after: group::charter(group),
        }
    }
}

impl Turn {
    /// What of the charter was set. Owners that left take their role with them without a word.
    fn setting(&self) -> Option<Setting> {
        let (before, after) = (self.before.as_ref()?, self.after.as_ref()?);
        if after.closed && !before.closed {
            return Some(Setting::Closed);
        }
        if after.history != before.history {
            return Some(Setting::History(after.history));
        }
        if after.lifetime_s != before.lifetime_s {
            return Some(Setting::Lifetime(after.lifetime_s));
        }
        let (key, role) = match after.owners.difference(&before.owners).next() {
            Some(key) => (key, Role::Owner),
            None => (before.owners.difference(&after.owners).next()?, Role::Member),
        };
        let handle = self.accounts.get(key)?;
        Some(Setting::Role(handle.clone(), role))
    }
}

impl Client {
    /// Shows what a commit changed, and notes what follows from it.
    pub(super) fn show_turn(
        &mut self,
        id: RoomId,
        seq: Seq,
        at: UnixMs,
        turn: Turn,
    ) -> Result<(), Problem> {
        for certificate in &turn.added {
            self.pins.meet(&self.vault, certificate)?;
        }
        self.show_turn_line(id, seq, at, &turn)?;
        let own = self.profile.identity.certificate.account_key;
        let is_owner = turn.after.as_ref().is_some_and(|charter| charter.role(&own) == Role::Owner);
        let is_own = turn.by.account_key == own;
        let accounts: BTreeSet<_> =
            self.with_group(id, |group| policy::accounts(group).collect())?;
        let is_lobby = self.room_mut(id)?.stored.kind == wire::message::RoomKind::Lobby;
        let greets = is_owner || is_own || (is_lobby && self.owns_open_room()?);
        let room = self.room_mut(id)?;
        room.stored.leaving.retain(|account| accounts.contains(account));
        for gone in &turn.removed {
            room.stored.heard.remove(&gone.device());
        }
        for new in &turn.added {
            room.stored.heard.insert(new.device(), at);
        }
        room.stored.greeting_due |= turn.came_alone && greets;
        room.chores_due = true;
        room.changed = true;
        if turn.after.as_ref().is_some_and(|charter| charter.closed) {
            // Only the owner that closed it comes here.
            self.depart(id, Departure::Closed(turn.by.handle))?;
            return self.leave_relay(id);
        }
        if !turn.added.is_empty() || !turn.removed.is_empty() || turn.before != turn.after {
            let info = self.room_info(id)?;
            self.tell(Event::RoomChanged(info));
        }
        Ok(())
    }

    /// One line for one commit: who came and went, or else what was set.
    pub(super) fn show_turn_line(
        &mut self,
        id: RoomId,
        seq: Seq,
        at: UnixMs,
        turn: &Turn,
    ) -> Result<(), Problem> {
        let leaving = &self.room_mut(id)?.stored.leaving;
        let said_farewell = |handle: &Handle| {
            let theirs = turn.removed.iter().filter(|leaf| leaf.handle == *handle);
            theirs.clone().count() > 0
                && theirs.clone().all(|leaf| leaving.contains(&leaf.account_key))
        };
        let by = turn.by.handle.clone();
        let joined = turn.joined.clone();
        let left: Vec<Handle> =
            turn.left.iter().filter(|handle| !said_farewell(handle)).cloned().collect();
        let kind = match turn.setting() {
            _ if !joined.is_empty() || !left.is_empty() => {
                Some(EntryKind::Members { by, joined, left })
            }
            Some(setting) => Some(EntryKind::Set { by, setting }),
            None => None,
        };
        match kind {
            Some(kind) => self.add_entry(id, Entry { seq, at, kind }),
            None => Ok(()),
        }
    }
}
