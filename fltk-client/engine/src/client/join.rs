//! Coming into a room: making the lobby, or joining it by external commit.
//!
//! What is sent is stored first, so after a crash the same request is sent again, and the relay says
//! whether it had won.

use wire::codec::{Bytes, List};
use wire::id::{Epoch, PostId, RoomId, Seq, UnixMs};
use wire::message::{RoomKind, ToRelay};

use super::room::{Room, Standing};
use super::{Client, Request, policy};
use crate::event::{Entry, EntryKind};
use crate::group::{self, Provider};
use crate::{Event, Problem, Step};

const TOO_LARGE: Problem = Problem::RelayMisbehaved("a group that is too large");
const OUT_OF_ORDER: Problem = Problem::RelayMisbehaved("the order of joining");
/// External commits to one room on one connection.
const JOIN_TRIES: u32 = 8;

impl Client {
    /// Makes a room with this device alone.
    pub(super) fn create_room(&mut self, kind: RoomKind) -> Result<(), Problem> {
        let id = RoomId::from_array(self.random.array());
        let provider = Provider::new(&self.crypto, &self.vault);
        let (group, info) = group::create(&provider, &self.profile.identity, id)?;
        let standing = Standing::Creating(Bytes::new(info).map_err(|_| TOO_LARGE)?);
        let mut room = Room::new(kind, standing);
        room.group = Some(group);
        policy::pin(&self.vault, &self.profile.identity.certificate)?;
        self.add_room(id, room)?;
        self.resume_room(id)
    }

    /// Begins to join a room that anybody may join.
    pub(super) fn join_room(&mut self, id: RoomId, kind: RoomKind) -> Result<(), Problem> {
        self.tell(Event::Progress(Step::JoiningLobby));
        self.add_room(id, Room::new(kind, Standing::ExpectGroupInfo))?;
        self.resume_room(id)
    }

    /// Sends (again) what brings this device into a room.
    pub(super) fn resume_room(&mut self, id: RoomId) -> Result<(), Problem> {
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
            Standing::Joining { post, commit, group_info } => {
                let added = List::new(vec![own]).map_err(|_| TOO_LARGE)?;
                let removed = List::default();
                let (room, welcome) = (id, None);
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
            Standing::Member => return Ok(()),
        };
        self.request(request, message);
        Ok(())
    }

    /// The relay has the room that was made here.
    pub(super) fn handle_created(&mut self, id: RoomId) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        if !matches!(room.stored.standing, Standing::Creating(_)) {
            return Err(OUT_OF_ORDER);
        }
        room.stored.standing = Standing::Member;
        room.changed = true;
        self.tell_room_added(id)?;
        self.mark_caught_up(id)
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
        let post = PostId::from_array(self.random.array());
        let provider = Provider::new(&self.crypto, &self.vault);
        let join = group::join(&provider, &self.profile.identity, id, info)?;
        if let Err(handle) = policy::check_members(&self.vault, &join.group)? {
            self.tell(Event::KeyChanged { room: id, handle });
            return self.remove_room(id);
        }
        let room = self.room_mut(id)?;
        room.stored.standing = Standing::Joining {
            post,
            commit: Bytes::new(join.commit).map_err(|_| TOO_LARGE)?,
            group_info: Bytes::new(join.group_info).map_err(|_| TOO_LARGE)?,
        };
        room.stored.epoch = epoch;
        room.changed = true;
        room.group = Some(join.group);
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
        room.stored.standing = Standing::ExpectGroupInfo;
        room.changed = true;
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
        let provider = Provider::new(&self.crypto, &self.vault);
        let room = self.rooms.get_mut(&id).ok_or(OUT_OF_ORDER)?;
        match room.stored.standing {
            Standing::Joining { post, .. } if post == joined_by => {}
            _ => return Err(OUT_OF_ORDER),
        }
        for certificate in group::members(room.group(&provider, id)?) {
            policy::pin(&self.vault, &certificate)?;
        }
        room.stored.standing = Standing::Member;
        room.stored.epoch = room.stored.epoch.next();
        room.stored.have = seq;
        room.head = room.head.max(seq);
        room.changed = true;
        self.tell_room_added(id)?;
        let handle = self.profile.identity.handle().clone();
        let devices = self.members_by_handle(id)?;
        if devices.get(&handle).is_some_and(|devices| devices.len() == 1) {
            self.add_entry(id, Entry { seq, at, kind: EntryKind::Joined { handle } })?;
        }
        self.catch_up(id)
    }

    fn tell_room_added(&mut self, id: RoomId) -> Result<(), Problem> {
        let info = self.room_info(id)?;
        self.tell(Event::RoomAdded(info));
        Ok(())
    }
}
