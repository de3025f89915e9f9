//! This device's own commits: made, stored, sent, and merged only when they come back in the room's
//! order. When another wins the epoch, what was wanted is planned again behind it.

use openmls::prelude::LeafNodeIndex;
use wire::codec::{Bytes, List};
use wire::id::{DeviceId, Epoch, Handle, PostId, RoomId, Seq, UnixMs};
use wire::message::{Refusal, ToRelay};

use super::change::Wanted;
use super::stored::{Pending, pending_name};
use super::turn::{Before, Turn};
use super::{Client, Request};
use crate::Problem;
use crate::event::RequestId;
use crate::group::{self, Changes, Provider};

impl Client {
    /// Makes a commit and stores it as pending; it goes out from the vault, now and after a crash.
    pub(super) fn propose(
        &mut self,
        id: RoomId,
        changes: Changes,
        invited: Option<Handle>,
        request: Option<RequestId>,
    ) -> Result<(), Problem> {
        let certificates = |client: &mut Self, indices: &[LeafNodeIndex]| {
            client.with_group(id, |group| {
                indices
                    .iter()
                    .filter_map(|index| group::member_at(group, *index))
                    .map(|leaf| leaf.device())
                    .collect::<Vec<DeviceId>>()
            })
        };
        let removed = certificates(self, &changes.remove)?;
        let added: Vec<DeviceId> = changes
            .add
            .iter()
            .filter_map(|package| {
                let leaf = package.leaf_node();
                group::verify(leaf.credential(), leaf.signature_key().as_slice())
            })
            .map(|certificate| certificate.device())
            .collect();
        let provider = Provider::new(&self.crypto, &self.vault);
        let room = self.rooms.get_mut(&id).ok_or(Problem::RoomUnknown)?;
        let epoch = room.stored.epoch;
        let group = room.group(&provider, id)?;
        let proposed = group::commit(&provider, &self.profile.identity, group, changes)?;
        let pending = fit(proposed).map(|(commit, group_info, welcome)| Pending {
            post: PostId::from_array(self.random.array()),
            epoch,
            commit,
            group_info,
            welcome,
            added,
            removed,
            invited,
            request,
        });
        let Ok(pending) = pending else {
            group::clear_pending(&provider, group)?;
            room.forget_wanted(request);
            self.failed(request, Problem::RoomFull);
            return Ok(());
        };
        self.vault.put_value(&pending_name(id), &pending)?;
        room.stored.is_committing = true;
        room.changed = true;
        room.pending = Some(pending);
        self.send_pending(id)
    }

    pub(super) fn send_pending(&mut self, id: RoomId) -> Result<(), Problem> {
        const TOO_MANY: Problem = Problem::Internal("a commit of too many changes");
        let room = self.room_mut(id)?;
        let Some(pending) = room.pending.clone() else { return Ok(()) };
        room.committing = true;
        let Pending { post, epoch, commit, group_info, welcome, added, removed, .. } = pending;
        let added = List::new(added).map_err(|_| TOO_MANY)?;
        let removed = List::new(removed).map_err(|_| TOO_MANY)?;
        let message =
            ToRelay::Commit { room: id, epoch, post, commit, group_info, welcome, added, removed };
        self.request(Request::Commit(id, post), message);
        Ok(())
    }

    /// The commit is in the log. If everything before it was read, it is merged now; otherwise when
    /// the log comes to it.
    pub(super) fn handle_committed(
        &mut self,
        id: RoomId,
        post: PostId,
        seq: Seq,
        at: UnixMs,
    ) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        room.head = room.head.max(seq);
        let is_ours = room.pending.as_ref().is_some_and(|pending| pending.post == post);
        if !is_ours || room.stored.held.is_some() || seq != room.stored.have.next() {
            return self.catch_up(id);
        }
        room.stored.have = seq;
        room.stored.epoch = room.stored.epoch.next();
        room.changed = true;
        self.settle(id, seq, at)
    }

    /// Merges the pending commit, whose place in the log has come.
    pub(super) fn settle(&mut self, id: RoomId, seq: Seq, at: UnixMs) -> Result<(), Problem> {
        let turn = self.merge_own(id)?;
        let pending = self.drop_pending(id)?;
        let wall = self.now.wall;
        let room = self.room_mut(id)?;
        room.stored.refreshed = wall;
        let (request, invited) =
            pending.map_or((None, None), |pending| (pending.request, pending.invited));
        let leave_goes_on = room.wanted.front().is_some_and(Wanted::is_leave);
        if !leave_goes_on {
            room.forget_wanted(request);
        }
        self.show_turn(id, seq, at, turn)?;
        if invited.is_some() {
            return self.hand_over(id, seq, request);
        }
        if !leave_goes_on {
            self.done(request, Some(id));
        }
        Ok(())
    }

    fn merge_own(&mut self, id: RoomId) -> Result<Turn, Problem> {
        let by = self.profile.identity.certificate.clone();
        let provider = Provider::new(&self.crypto, &self.vault);
        let room = self.rooms.get_mut(&id).ok_or(Problem::RoomUnknown)?;
        let group = room.group(&provider, id)?;
        let before = Before::of(group);
        group::merge_pending(&provider, group)?;
        Ok(before.turn(group, by, false))
    }

    /// Forgets the pending commit, because it won or lost.
    pub(super) fn drop_pending(&mut self, id: RoomId) -> Result<Option<Pending>, Problem> {
        let room = self.room_mut(id)?;
        let pending = room.pending.take();
        room.committing = false;
        if core::mem::take(&mut room.stored.is_committing) {
            room.changed = true;
            self.vault.delete_value(&pending_name(id))?;
        }
        Ok(pending)
    }

    /// The relay did not take the commit.
    pub(super) fn handle_commit_refused(
        &mut self,
        id: RoomId,
        post: PostId,
        refusal: Refusal,
    ) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        if room.pending.as_ref().is_none_or(|pending| pending.post != post) {
            // Another's came first, and was read first.
            return Ok(());
        }
        let made_in = room.pending.as_ref().map_or(Epoch(0), |pending| pending.epoch);
        let provider = Provider::new(&self.crypto, &self.vault);
        let room = self.rooms.get_mut(&id).ok_or(Problem::RoomUnknown)?;
        if room.is_member() {
            group::clear_pending(&provider, room.group(&provider, id)?)?;
        }
        let pending = self.drop_pending(id)?;
        match refusal {
            // What is wanted is done behind the commit that won.
            Refusal::Conflict { epoch } => self.follow_conflict(id, made_in, epoch),
            Refusal::TooManyAttempts { retry_after_s } => {
                let wait_ms = u64::from(retry_after_s).saturating_mul(1_000);
                let at = self.now.time.after_ms(wait_ms);
                self.room_mut(id)?.commit_after = Some(at);
                Ok(())
            }
            Refusal::StoreUnavailable => Err(Problem::RelayCannotStore),
            refusal => {
                let request = pending.and_then(|pending| pending.request);
                self.room_mut(id)?.forget_wanted(request);
                self.failed(request, refusal.into());
                Ok(())
            }
        }
    }
}

type Fitting = (wire::message::Commit, wire::message::GroupInfo, Option<wire::message::Welcome>);

/// What a commit is sent as, if the protocol has room for it.
fn fit(proposed: group::Proposed) -> Result<Fitting, wire::Error> {
    let welcome = proposed.welcome.map(Bytes::new).transpose()?;
    Ok((Bytes::new(proposed.commit)?, Bytes::new(proposed.group_info)?, welcome))
}
