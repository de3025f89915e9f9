//! Coming into a room: by external commit, or by welcome.
//!
//! What is sent is stored first, so after a crash the same request is sent again, and the relay says
//! whether it had won.

use wire::codec::{Bytes, List};
use wire::id::{Epoch, PostId, RoomId, Seq, UnixMs};
use wire::message::{RoomKind, ToRelay};

use super::policy::{self, Refusal, Roster};
use super::room::Room;
use super::stored::Standing;
use super::{Client, Request};
use crate::event::{Entry, EntryKind, RequestId};
use crate::group::{self, NotWelcome, Provider};
use crate::{Event, Hold, Problem, Step};

pub(super) const TOO_LARGE: Problem = Problem::RelayMisbehaved("a group that is too large");
pub(super) const OUT_OF_ORDER: Problem = Problem::RelayMisbehaved("the order of joining");
/// External commits to one room on one connection.
const JOIN_TRIES: u32 = 8;

impl Client {
    /// Begins to join a room by external commit.
    pub(super) fn join_room(&mut self, id: RoomId, kind: RoomKind) -> Result<(), Problem> {
        if kind == RoomKind::Lobby {
            self.tell(Event::Progress(Step::JoiningLobby));
        }
        self.add_room(id, Room::new(kind, Standing::ExpectGroupInfo))?;
        self.resume_room(id)
    }

    /// Joins an open room because a person wants to.
    pub(super) fn join_open(&mut self, request: RequestId, id: RoomId) -> Result<(), Problem> {
        if self.rooms.get(&id).is_some_and(Room::is_ours) {
            self.done(Some(request), Some(id));
            return Ok(());
        }
        match self.rooms.get_mut(&id) {
            // It was left once: what is here of it stays, and it is joined anew.
            Some(room) if matches!(room.stored.standing, Standing::Left(_)) => {
                room.set(Standing::ExpectGroupInfo);
                room.entered_for = Some(request);
                self.resume_room(id)
            }
            Some(room) => {
                room.entered_for = Some(request);
                Ok(())
            }
            None => {
                self.join_room(id, RoomKind::Open)?;
                self.room_mut(id)?.entered_for = Some(request);
                Ok(())
            }
        }
    }

    /// Sends (again) what brings this device into a room.
    pub(super) fn resume_room(&mut self, id: RoomId) -> Result<(), Problem> {
        if !self.connection.is_signed_in() {
            return Ok(());
        }
        let own = self.profile.identity.device();
        let room = self.room_mut(id)?;
        let (kind, epoch) = (room.stored.kind, room.stored.epoch);
        let (request, message) = match room.stored.standing.clone() {
            Standing::Creating(group_info) => {
                (Request::CreateRoom(id), ToRelay::CreateRoom { room: id, kind, group_info })
            }
            Standing::ExpectGroupInfo => {
                (Request::GroupInfo(id), ToRelay::FetchGroupInfo { room: id })
            }
            Standing::ExpectWelcome => (Request::Welcome(id), ToRelay::FetchWelcome { room: id }),
            Standing::Joining { post, commit, group_info } => {
                let added = List::new(vec![own]).map_err(|_| TOO_LARGE)?;
                let (room, welcome, removed) = (id, None, List::default());
                let message = ToRelay::Commit {
                    room,
                    epoch,
                    post,
                    commit,
                    group_info,
                    welcome,
                    added,
                    removed,
                };
                (Request::Join(id, post), message)
            }
            Standing::Leaving(_) => {
                (Request::Leave(id), ToRelay::LeaveRoom { room: id, seq: room.left_at() })
            }
            Standing::Member | Standing::Left(_) => return Ok(()),
        };
        self.request(request, message);
        Ok(())
    }

    /// Makes the external commit that joins a room, and sends it.
    pub(super) fn join_with(
        &mut self,
        id: RoomId,
        epoch: Epoch,
        info: &[u8],
    ) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        room.join_tries = room.join_tries.saturating_add(1);
        if room.stored.standing != Standing::ExpectGroupInfo {
            return Err(OUT_OF_ORDER);
        }
        if room.join_tries > JOIN_TRIES {
            // A busy room, or a relay that plays: come back later.
            return Err(Problem::ConnectionLost);
        }
        let (kind, lost) = (room.stored.kind, room.stored.lost.clone());
        room.group = None;
        let post = PostId::from_array(self.random.array());
        let provider = Provider::new(&self.crypto, &self.vault);
        group::delete(&provider, id)?;
        let own = &self.profile.identity.certificate;
        let join = match group::join(&provider, &self.profile.identity, id, info) {
            Ok(join) => join,
            Err(Problem::RelayMisbehaved(what)) if self.vault.failure().is_none() => {
                return self.refuse_room(id, Refusal::NotAllowed, what);
            }
            Err(problem) => return Err(problem),
        };
        let roster = Roster { group: &join.group, kind, own };
        let outcome = policy::check_roster(&mut self.pins, &self.vault, &roster);
        let outcome = outcome.and_then(|charter| match &lost {
            Some(lost) if !lost.precedes(&join, &charter) => Err(Refusal::NotAllowed),
            None if !policy::may_enter(&join, &charter) => Err(Refusal::NotAllowed),
            _ => Ok(()),
        });
        if let Err(refusal) = outcome {
            return self.refuse_room(id, refusal, "group info");
        }
        let room = self.room_mut(id)?;
        room.set(Standing::Joining {
            post,
            commit: Bytes::new(join.commit).map_err(|_| TOO_LARGE)?,
            group_info: Bytes::new(join.group_info).map_err(|_| TOO_LARGE)?,
        });
        room.stored.epoch = epoch;
        room.group = Some(join.group);
        self.resume_room(id)
    }

    /// A room that the relay offers is not what it should be.
    fn refuse_room(
        &mut self,
        id: RoomId,
        refusal: Refusal,
        what: &'static str,
    ) -> Result<(), Problem> {
        group::delete(&Provider::new(&self.crypto, &self.vault), id)?;
        let room = self.room_mut(id)?;
        room.group = None;
        room.changed = true;
        match refusal {
            Refusal::KeyChanged(certificate) => {
                room.stored.held = Some(Hold::KeyChanged);
                let request = room.entered_for.take();
                let handle = certificate.handle.clone();
                self.key_changed(Some(id), &certificate)?;
                self.failed(request, Problem::KeyChanged(handle));
                Ok(())
            }
            Refusal::NotAllowed if room.stored.held.is_some() => self.repair_failed(id),
            Refusal::NotAllowed if room.stored.lost.is_some() => {
                self.depart(id, crate::Departure::Unexplained)
            }
            Refusal::NotAllowed if room.stored.kind != RoomKind::Lobby => self.decline(id, what),
            Refusal::NotAllowed | Refusal::Vault => Err(Problem::RelayMisbehaved(what)),
        }
    }

    /// Has nothing to do with a room that this device was never in. Whoever invites can make one that
    /// is not sound, and must not be able to keep others from their relay with it.
    fn decline(&mut self, id: RoomId, what: &'static str) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        let request = room.entered_for.take();
        room.set(Standing::Leaving(crate::Departure::Unexplained));
        self.failed(request, Problem::RelayMisbehaved(what));
        self.resume_room(id)
    }

    /// Another commit won the epoch: the group that was to be is dropped, and made anew.
    pub(super) fn retry_join(&mut self, id: RoomId) -> Result<(), Problem> {
        group::delete(&Provider::new(&self.crypto, &self.vault), id)?;
        let room = self.room_mut(id)?;
        if !matches!(room.stored.standing, Standing::Joining { .. }) {
            return Err(OUT_OF_ORDER);
        }
        room.group = None;
        room.set(Standing::ExpectGroupInfo);
        self.resume_room(id)
    }

    /// The external commit is in the log: this device is a member, and the others are pinned.
    pub(super) fn handle_joined(
        &mut self,
        id: RoomId,
        joined_by: PostId,
        seq: Seq,
        at: UnixMs,
    ) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        match room.stored.standing {
            Standing::Joining { post, .. } if post == joined_by => {}
            _ => return Err(OUT_OF_ORDER),
        }
        let had = room.stored.have;
        let was_held = room.stored.held.is_some();
        room.stored.epoch = room.stored.epoch.next();
        self.enter(id, seq, at)?;
        if was_held {
            return self.handle_repaired(id, had, (seq, at));
        }
        self.tell_entered(id)?;
        let handle = self.profile.identity.handle().clone();
        let devices = self.members_by_handle(id)?;
        if devices.get(&handle).is_some_and(|devices| devices.len() == 1) {
            let (by, left) = (handle.clone(), Vec::new());
            let kind = EntryKind::Members { by, joined: vec![handle], left };
            self.add_entry(id, Entry { seq, at, kind })?;
        }
        self.catch_up(id)
    }

    /// This device is in the group since a record of the log.
    fn enter(&mut self, id: RoomId, seq: Seq, at: UnixMs) -> Result<(), Problem> {
        let members: Vec<_> = self.with_group(id, |group| group::members(group).collect())?;
        let own = self.profile.identity.handle().clone();
        for certificate in &members {
            self.pins.meet(&self.vault, certificate)?;
            if certificate.handle == own {
                self.pins.add_former(&self.vault, certificate)?;
            }
        }
        let wall = self.now.wall;
        let room = self.room_mut(id)?;
        room.stored.heard = members.iter().map(|leaf| (leaf.device(), at)).collect();
        room.stored.refreshed = wall;
        if room.stored.lost.is_none() {
            room.marker.begin(seq);
        }
        room.stored.joined = seq;
        room.stored.have = seq;
        room.stored.held = None;
        room.stored.lost = None;
        room.ahead.clear();
        room.former = false;
        room.head = room.head.max(seq);
        room.chores_due = true;
        room.set(Standing::Member);
        Ok(())
    }

    /// The welcome to a room that another brought this device into (RFC 9420 §12.4.3.1).
    pub(super) fn handle_welcome(
        &mut self,
        id: RoomId,
        epoch: Epoch,
        seq: Seq,
        welcome: &[u8],
    ) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        if room.stored.standing != Standing::ExpectWelcome || seq <= room.stored.have {
            return Err(Problem::RelayMisbehaved("a welcome to a room that is known"));
        }
        let (kind, lost) = (room.stored.kind, room.stored.lost.clone());
        let provider = Provider::new(&self.crypto, &self.vault);
        let vault = std::rc::Rc::clone(&self.vault);
        // A welcome uses up its key package even if the room is refused afterwards.
        let opened = vault.attempt(|| group::open_welcome(&provider, id, welcome));
        if let Some(failure) = vault.failure() {
            return Err(failure);
        }
        let welcomed = match opened {
            Ok(welcomed) => welcomed,
            // The account is in the group; this device comes in by itself.
            Err(NotWelcome::Unreadable) => return self.welcome_missing(id),
            Err(NotWelcome::Refused) => {
                return self.refuse_room(id, Refusal::NotAllowed, "a welcome");
            }
        };
        let own = &self.profile.identity.certificate;
        let roster = Roster { group: &welcomed.group, kind, own };
        let outcome = policy::check_roster(&mut self.pins, &self.vault, &roster);
        let outcome = outcome.and_then(|charter| {
            let invites = policy::may_invite(&charter, &welcomed.sender);
            let sender = welcomed.sender.account_key;
            // An old welcome, which a key package of last resort opens again, would bring this
            // device among those who were members then.
            let epoch = welcomed.group.epoch().as_u64();
            let follows =
                lost.is_none_or(|lost| lost.accounts.contains(&sender) && lost.epoch < epoch);
            if invites && follows { Ok(()) } else { Err(Refusal::NotAllowed) }
        });
        if let Err(refusal) = outcome {
            return self.refuse_room(id, refusal, "a welcome");
        }
        let by = welcomed.sender.handle;
        let room = self.room_mut(id)?;
        room.group = Some(welcomed.group);
        room.stored.epoch = epoch;
        room.stored.invited_by = Some(by.clone());
        let at = UnixMs(self.now.wall.0);
        self.enter(id, seq, at)?;
        self.tell_entered(id)?;
        let joined = vec![self.profile.identity.handle().clone()];
        let kind = EntryKind::Members { by, joined, left: Vec::new() };
        self.add_entry(id, Entry { seq, at, kind })?;
        // Also when nothing follows: with this the relay knows that the welcome was read.
        self.fetch(id)
    }

    /// There is no welcome to be had: the room is joined by external commit.
    pub(super) fn welcome_missing(&mut self, id: RoomId) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        if room.stored.standing == Standing::ExpectWelcome {
            room.set(Standing::ExpectGroupInfo);
            self.resume_room(id)?;
        }
        Ok(())
    }

    pub(super) fn tell_entered(&mut self, id: RoomId) -> Result<(), Problem> {
        let info = self.room_info(id)?;
        self.joinable.remove(&id);
        self.tell(Event::RoomAdded(info));
        let request = self.room_mut(id)?.entered_for.take();
        self.done(request, Some(id));
        Ok(())
    }
}
