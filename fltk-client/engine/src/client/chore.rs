//! What keeps groups healthy without anybody asking: own keys renewed every week, devices that are
//! gone taken out, newcomers told what the room is called, and owners told of stale devices.

use std::collections::BTreeSet;

use openmls::prelude::LeafNodeIndex;
use wire::Time;
use wire::id::{DeviceId, Handle, RoomId, Seq, UnixMs};
use wire::message::RoomKind;

use super::Client;
use super::change::Want;
use super::room::Room;
use crate::content::{Content, MAX_TOLD_BYTES, Told};
use crate::event::{Body, EntryKind, RequestId, Role};
use crate::group;
use crate::said::{Reference, Said};
use crate::vault::Vault;
use crate::{Event, Problem};

/// Age at which a device renews its keys in a group.
const REFRESH_MS: u64 = 7 * DAY_MS;
/// Silence after which a device is stale.
const STALE_MS: u64 = 90 * DAY_MS;
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
/// All members see what is to be done at once; each waits for a random part of this, grown with
/// their number, and finds that another was first.
const JITTER_MS: u64 = 1_000;
const JITTER_EACH_MS: u64 = 20;

impl Client {
    /// Plans what is to be done in rooms that changed, and begins what is due.
    pub(super) fn do_chores(&mut self) -> Result<(), Problem> {
        if !self.connection.is_signed_in() {
            return Ok(());
        }
        let idle: Vec<RoomId> = self
            .rooms
            .iter()
            .filter(|(_, room)| room.is_ready() && (room.has_chores() || room.wants_greeting()))
            .map(|(id, _)| *id)
            .collect();
        for id in idle {
            self.plan_chores(id)?;
            self.plan_greeting(id)?;
        }
        Ok(())
    }

    fn plan_chores(&mut self, id: RoomId) -> Result<(), Problem> {
        if core::mem::take(&mut self.room_mut(id)?.chores_due) {
            self.schedule_chores(id)?;
            self.tell_stale(id)?;
        }
        let now = self.now.time;
        if self.room_mut(id)?.chore_at.is_none_or(|at| at > now) {
            return Ok(());
        }
        self.room_mut(id)?.chore_at = None;
        let room = self.room_mut(id)?;
        if !room.wanted.is_empty() || room.pending.is_some() {
            room.chores_due = true;
            return Ok(());
        }
        match self.chores(id)?.is_empty() && self.refresh_in_ms(id)? > 0 {
            // The clock on the wall went another way than this one, or somebody was first.
            true => self.schedule_chores(id),
            false => self.want(id, None, Want::Chores),
        }
    }

    /// When to look after the group: at once, in a moment, or when this device's keys are a week old,
    /// also if the connection stands that long.
    fn schedule_chores(&mut self, id: RoomId) -> Result<(), Problem> {
        let chores = self.chores(id)?;
        let wait_ms = match chores.is_empty() {
            true => self.refresh_in_ms(id)?.saturating_add(self.jitter(id)?),
            false if self.has_revoked(id, &chores)? => 0,
            false => self.jitter(id)?,
        };
        self.room_mut(id)?.chore_at = Some(self.now.time.after_ms(wait_ms));
        Ok(())
    }

    fn jitter(&mut self, id: RoomId) -> Result<u64, Problem> {
        let members = self.with_group(id, |group| group.members().count())?;
        let members = u64::try_from(members).unwrap_or(u64::MAX);
        Ok(self.random.up_to(JITTER_MS + JITTER_EACH_MS.saturating_mul(members)))
    }

    /// The leaves that this device is to take out: revoked devices of its own account, those that
    /// bear its name with a former key, and, for owners, those of accounts that said farewell.
    pub(super) fn chores(&mut self, id: RoomId) -> Result<Vec<LeafNodeIndex>, Problem> {
        let own = self.profile.identity.certificate.clone();
        let revoked = self.revoked.clone();
        let leaving = self.room_mut(id)?.stored.leaving.clone();
        self.with_group(id, |group| {
            let is_owner = group::charter(group)
                .is_some_and(|charter| charter.role(&own.account_key) == Role::Owner);
            group::leaves(group)
                .filter(|(_, leaf)| {
                    let is_former =
                        leaf.handle == own.handle && leaf.account_key != own.account_key;
                    revoked.contains(&leaf.device())
                        || is_former
                        || (is_owner && leaving.contains(&leaf.account_key))
                })
                .map(|(index, _)| index)
                .collect()
        })
    }

    fn has_revoked(&mut self, id: RoomId, leaves: &[LeafNodeIndex]) -> Result<bool, Problem> {
        let revoked = self.revoked.clone();
        self.with_group(id, |group| {
            let at = |index: &LeafNodeIndex| group::member_at(group, *index);
            leaves.iter().filter_map(at).any(|leaf| revoked.contains(&leaf.device()))
        })
    }

    /// Milliseconds until this device's keys are to be renewed; 0 when they are due.
    pub(super) fn refresh_in_ms(&mut self, id: RoomId) -> Result<u64, Problem> {
        let age_ms = self.now.wall.0.saturating_sub(self.room_mut(id)?.stored.refreshed.0);
        Ok(REFRESH_MS.saturating_sub(age_ms))
    }

    /// Devices in a room of which nothing was heard for long.
    pub(super) fn stale_devices(&mut self, id: RoomId) -> Result<BTreeSet<DeviceId>, Problem> {
        let wall = self.now.wall.0;
        let own = self.profile.identity.device();
        let room = self.room_mut(id)?;
        let is_stale = |(device, at): &(&DeviceId, &wire::id::UnixMs)| {
            **device != own && wall.saturating_sub(at.0) >= STALE_MS
        };
        Ok(room.stored.heard.iter().filter(is_stale).map(|(device, _)| *device).collect())
    }

    /// Tells an owner of stale devices, once on each connection.
    fn tell_stale(&mut self, id: RoomId) -> Result<(), Problem> {
        let stale = self.stale_devices(id)?;
        if stale.is_empty() || core::mem::replace(&mut self.room_mut(id)?.told_stale, true) {
            return Ok(());
        }
        let own = self.profile.identity.certificate.account_key;
        let charter = self.with_group(id, |group| group::charter(group))?;
        if charter.is_none_or(|charter| charter.role(&own) != Role::Owner) {
            return Ok(());
        }
        let devices: Vec<(Handle, usize)> = self
            .members_by_handle(id)?
            .into_iter()
            .map(|(handle, devices)| {
                (handle, devices.iter().filter(|device| stale.contains(device)).count())
            })
            .filter(|(_, count)| *count > 0)
            .collect();
        if !devices.is_empty() {
            self.tell(Event::DevicesStale { room: id, devices });
        }
        Ok(())
    }

    /// Somebody came in by itself: whoever is first tells what the room is called.
    fn plan_greeting(&mut self, id: RoomId) -> Result<(), Problem> {
        let now = self.now.time;
        if !self.room_mut(id)?.stored.greeting_due {
            return Ok(());
        }
        if self.room_mut(id)?.greet_at.is_none() {
            // Whoever is about to say something need not wait.
            let is_talking = !self.vault.first_queued(id, 1)?.is_empty();
            let wait_ms = if is_talking { 0 } else { self.jitter(id)? };
            self.room_mut(id)?.greet_at = Some(now.after_ms(wait_ms));
        }
        if self.room_mut(id)?.greet_at.is_some_and(|at| at <= now) {
            let room = self.room_mut(id)?;
            room.greet_at = None;
            room.stored.greeting_due = false;
            room.changed = true;
            if room.stored.kind == RoomKind::Lobby {
                let rooms = self.own_open_rooms()?;
                return self.announce(rooms, None);
            }
            if let Some(title) = self.title(id)? {
                self.queue(id, None, title)?;
            }
        }
        Ok(())
    }

    fn title(&mut self, id: RoomId) -> Result<Option<Content>, Problem> {
        let stored = &self.room_mut(id)?.stored;
        let is_named = stored.kind != RoomKind::Direct && !stored.name.is_empty();
        let (name, topic) = (stored.name.clone(), stored.topic.clone());
        Ok(is_named.then_some(Content::Title { name, topic }))
    }

    /// Gives those who came in with a record what they need: the name, and as much of what was said
    /// before as the room's charter says. When the last of it has arrived, `request` is done.
    pub(super) fn hand_over(
        &mut self,
        id: RoomId,
        joined: Seq,
        request: Option<RequestId>,
    ) -> Result<(), Problem> {
        let charter = self.with_group(id, |group| group::charter(group))?;
        let count = charter.map_or(0, |charter| charter.history);
        let told = last_messages(&self.vault, (id, joined), count.into(), self.now.wall)?;
        let history = in_parts(told).into_iter();
        let history = history.map(|messages| Content::History { joined, messages });
        let mut contents: Vec<Content> = self.title(id)?.into_iter().chain(history).collect();
        let Some(last) = contents.pop() else {
            self.done(request, Some(id));
            return Ok(());
        };
        for content in contents {
            self.queue(id, None, content)?;
        }
        self.queue(id, request, last)
    }

    /// When a chore or a greeting is due.
    pub(super) fn next_chore(&self) -> Option<Time> {
        if !self.connection.is_signed_in() {
            return None;
        }
        self.rooms.values().filter_map(Room::next_chore).min()
    }
}

impl Room {
    fn has_chores(&self) -> bool {
        self.chores_due || self.chore_at.is_some()
    }

    fn wants_greeting(&self) -> bool {
        self.stored.greeting_due
    }

    fn next_chore(&self) -> Option<Time> {
        if self.is_repairable() {
            return self.repair_after;
        }
        let commit = self.commit_after.filter(|_| !self.wanted.is_empty());
        [self.chore_at, self.greet_at, commit]
            .into_iter()
            .flatten()
            .filter(|_| self.is_ready())
            .min()
    }
}

/// The last `count` texts and files before a record, in order, without those whose time is over.
fn last_messages(
    vault: &Vault,
    (room, before): (RoomId, Seq),
    count: usize,
    wall: UnixMs,
) -> Result<Vec<Told>, Problem> {
    let mut entries = vault.last_messages(room, before, count)?;
    entries.retain(|entry| !entry.is_expired(wall));
    let told = entries.into_iter().filter_map(|entry| match entry.kind {
        EntryKind::Message { body: Body::Deleted, .. } => None,
        EntryKind::Message { id, from, device, sent, body, state, .. } => {
            let left_ms = state.expires.map_or(0, |at| at.0.saturating_sub(entry.at.0));
            let said = Said {
                reply: state.reply.as_deref().map(Reference::from),
                lifetime_s: u32::try_from(left_ms / 1_000).unwrap_or(u32::MAX),
                body: without_thumbnail(body),
            };
            Some(Told { seq: entry.seq, at: entry.at, id, from, device, sent, said })
        }
        _ => None,
    });
    Ok(told.collect())
}

/// Parts that fit a message each. A text that fills a message alone leaves no room for its author,
/// and is left out.
fn in_parts(told: Vec<Told>) -> Vec<Vec<Told>> {
    use wire::codec::Field as _;

    let (mut parts, mut bytes) = (vec![Vec::new()], 0);
    for message in told {
        let size = message.to_bytes().len();
        if size > MAX_TOLD_BYTES {
            continue;
        }
        if bytes + size > MAX_TOLD_BYTES {
            parts.push(Vec::new());
            bytes = 0;
        }
        bytes += size;
        parts.last_mut().into_iter().for_each(|part| part.push(message.clone()));
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Hundreds of pictures would be megabytes for every member.
fn without_thumbnail(mut body: Body) -> Body {
    if let Body::File(file) = &mut body {
        file.thumbnail = None;
    }
    body
}
