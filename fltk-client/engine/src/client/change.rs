//! Changing a room: what people ask for becomes a commit or a message, one at a time.
//!
//! A commit is made when the room is read to its head, stored, sent, and merged only when it comes
//! back in the room's order. When another wins the epoch it is dropped and made anew behind that.

use openmls::prelude::LeafNodeIndex;
use wire::codec::{Bytes, List};
use wire::id::{DeviceId, Epoch, Handle, PostId, RoomId, Seq, UnixMs};
use wire::message::{DeviceKeyPackage, Refusal, RoomKind, ToRelay};

use super::policy;
use super::stored::{Pending, pending_name};
use super::trust::Fit;
use super::{Client, Request};
use crate::charter::{AccountKey, Charter, MAX_OWNERS};
use crate::command::Change;
use crate::content::{Content, check_name};
use crate::event::RequestId;
use crate::group::{self, Changes, Provider};
use crate::vault::Queued;
use crate::{MAX_HISTORY, MAX_ROOM_NAME_BYTES, MAX_TOPIC_BYTES, Problem, Role};

/// A change that waits for its turn.
#[derive(Debug)]
pub(super) struct Wanted {
    /// The command that asked for it.
    pub(super) id: Option<RequestId>,
    pub(super) want: Want,
}

/// What is wanted.
#[derive(Debug)]
pub(super) enum Want {
    /// What a person asked for.
    Change(Change),
    /// As [`Change::Invite`], with the key packages once the relay has given them.
    Invite { handle: Handle, packages: Option<Vec<DeviceKeyPackage>> },
    /// To leave.
    Leave,
    /// Whatever the group needs.
    Chores,
}

impl Wanted {
    pub(super) const fn is_leave(&self) -> bool {
        matches!(self.want, Want::Leave)
    }
}

/// What becomes of a change.
enum Plan {
    Commit {
        changes: Changes,
        invited: Option<Handle>,
    },
    /// A message, whose arrival is the change.
    Post(Content),
    /// Key packages are asked for.
    Claim(Handle),
    /// The answer is on its way.
    Wait,
    /// There is nothing left to do.
    Nothing,
    /// Out, without a word, because nobody is there to hear it.
    Depart,
}

impl Client {
    /// Notes a change, and goes about it as soon as the room is ready.
    pub(super) fn change_room(
        &mut self,
        id: RequestId,
        room: RoomId,
        change: Change,
    ) -> Result<(), Problem> {
        self.known_room(room)?;
        match &change {
            Change::Rename(name) => check_name(name, MAX_ROOM_NAME_BYTES)?,
            Change::SetTopic(topic) if topic.len() > MAX_TOPIC_BYTES => {
                return Err(Problem::TextTooLong { got: topic.len(), max: MAX_TOPIC_BYTES });
            }
            Change::SetHistory(count) if *count > MAX_HISTORY => {
                return Err(Problem::HistoryTooLong { max: MAX_HISTORY });
            }
            _ => {}
        }
        let want = match change {
            Change::Invite(handle) => Want::Invite { handle, packages: None },
            change => Want::Change(change),
        };
        self.want(room, Some(id), want)
    }

    /// Puts a change at the end of a room's.
    pub(super) fn want(
        &mut self,
        room: RoomId,
        id: Option<RequestId>,
        want: Want,
    ) -> Result<(), Problem> {
        self.room_mut(room)?.wanted.push_back(Wanted { id, want });
        Ok(())
    }

    /// Goes on with what is wanted, in every room that is ready.
    pub(super) fn advance(&mut self) -> Result<(), Problem> {
        if !self.connection.is_signed_in() {
            return Ok(());
        }
        let time = self.now.time;
        let ready: Vec<RoomId> = self
            .rooms
            .iter()
            .filter(|(_, room)| room.is_ready() && !room.committing)
            .filter(|(_, room)| room.pending.is_some() || !room.wanted.is_empty())
            .filter(|(_, room)| room.commit_after.is_none_or(|at| at <= time))
            .map(|(id, _)| *id)
            .collect();
        ready.into_iter().try_for_each(|id| self.advance_room(id))
    }

    fn advance_room(&mut self, id: RoomId) -> Result<(), Problem> {
        while self.room_mut(id)?.is_ready() {
            if self.room_mut(id)?.pending.is_some() {
                return self.send_pending(id);
            }
            let Some(wanted) = self.room_mut(id)?.wanted.pop_front() else { return Ok(()) };
            let plan = self.plan(id, &wanted.want);
            if let Some(failure) = self.vault.failure() {
                return Err(failure);
            }
            match plan {
                Ok(Plan::Commit { changes, invited }) => {
                    // It stays in front until the relay has answered.
                    let request = wanted.id;
                    self.room_mut(id)?.wanted.push_front(wanted);
                    return self.propose(id, changes, invited, request);
                }
                Ok(Plan::Post(content)) => self.queue(id, wanted.id, content)?,
                Ok(Plan::Claim(handle)) => {
                    self.room_mut(id)?.wanted.push_front(wanted);
                    let message = ToRelay::ClaimKeyPackages { handle };
                    self.request(Request::Claim(id), message);
                    return Ok(());
                }
                Ok(Plan::Wait) => {
                    self.room_mut(id)?.wanted.push_front(wanted);
                    return Ok(());
                }
                Ok(Plan::Nothing) => self.done(wanted.id, Some(id)),
                Ok(Plan::Depart) => {
                    self.room_mut(id)?.wanted.push_front(wanted);
                    return self.say_farewell(id);
                }
                Err(problem) => self.failed(wanted.id, problem),
            }
        }
        Ok(())
    }

    /// Puts a message that is no text into the queue; its arrival answers `request`.
    pub(super) fn queue(
        &mut self,
        room: RoomId,
        request: Option<RequestId>,
        content: Content,
    ) -> Result<(), Problem> {
        self.asked.extend(request.map(|request| (request, room)));
        let id = request.unwrap_or_else(|| PostId::from_array(self.random.array()));
        let queued = Queued { room, id, sent: self.now.wall, content, sealed: None };
        self.vault.put_queued(&queued)?;
        self.room_mut(room)?.queued = true;
        Ok(())
    }

    fn plan(&mut self, id: RoomId, want: &Want) -> Result<Plan, Problem> {
        let (charter, leaves) = self.with_group(id, |group| {
            (group::charter(group), group::leaves(group).collect::<Vec<_>>())
        })?;
        let mut charter = charter.ok_or(Problem::Internal("a room without a charter"))?;
        if charter.has_owners() {
            charter.owners.retain(|key| leaves.iter().any(|(_, leaf)| leaf.account_key == *key));
        }
        let own = self.profile.identity.certificate.account_key;
        let is_owner = charter.role(&own) == Role::Owner;
        let of = |handle: &Handle| {
            let theirs = leaves.iter().filter(|(_, leaf)| leaf.handle == *handle);
            theirs.map(|(index, leaf)| (*index, leaf.account_key)).collect::<Vec<_>>()
        };
        let commit = |changes| Ok(Plan::Commit { changes, invited: None });
        match want {
            Want::Leave => self.plan_leave(id, charter, own),
            Want::Chores => {
                let remove = self.chores(id)?;
                let refresh = self.is_refresh_due(id)?;
                if remove.is_empty() && !refresh {
                    Ok(Plan::Nothing)
                } else {
                    commit(Changes { remove, ..Changes::default() })
                }
            }
            Want::Invite { handle, packages } => {
                match charter.kind {
                    RoomKind::Lobby => return Err(Problem::NotInThisKind(charter.kind)),
                    RoomKind::Closed if !is_owner => return Err(Problem::OwnersOnly),
                    _ => {}
                }
                self.plan_invite(id, (handle, packages.as_deref()), &charter, &of(handle))
            }
            Want::Change(_) if !charter.has_owners() => Err(Problem::NotInThisKind(charter.kind)),
            Want::Change(_) if !is_owner => Err(Problem::OwnersOnly),
            Want::Change(change) => match change {
                Change::Rename(name) => {
                    let topic = self.room_mut(id)?.stored.topic.clone();
                    Ok(Plan::Post(Content::Title { name: name.clone(), topic }))
                }
                Change::SetTopic(topic) => {
                    let name = self.room_mut(id)?.stored.name.clone();
                    Ok(Plan::Post(Content::Title { name, topic: topic.clone() }))
                }
                Change::SetHistory(history) if charter.history == *history => Ok(Plan::Nothing),
                Change::SetHistory(history) => {
                    commit(changes_to(Charter { history: *history, ..charter }))
                }
                Change::Close => commit(changes_to(Charter { closed: true, ..charter })),
                Change::SetRole(handle, role) => plan_role(charter, handle, &of(handle), *role),
                Change::Remove(handle) => plan_remove(charter, handle, &of(handle)),
                Change::RemoveStale => {
                    let stale = self.stale_devices(id)?;
                    let remove: Vec<LeafNodeIndex> = leaves
                        .iter()
                        .filter(|(_, leaf)| stale.contains(&leaf.device()))
                        .map(|(index, _)| *index)
                        .collect();
                    if remove.is_empty() {
                        Ok(Plan::Nothing)
                    } else {
                        commit(Changes { remove, ..Changes::default() })
                    }
                }
                Change::Invite(_) => Err(Problem::Internal("an invitation in disguise")),
            },
        }
    }

    /// An owner gives that up before it leaves, unless nobody else would be one.
    fn plan_leave(
        &mut self,
        id: RoomId,
        charter: Charter,
        own: AccountKey,
    ) -> Result<Plan, Problem> {
        if !charter.has_owners() {
            return Err(Problem::NotInThisKind(charter.kind));
        }
        let accounts: Vec<AccountKey> =
            self.with_group(id, |group| policy::accounts(group).collect())?;
        if accounts.iter().all(|key| *key == own) {
            return Ok(Plan::Depart);
        }
        if !charter.owners.contains(&own) {
            return Ok(Plan::Post(Content::Farewell));
        }
        let mut owners = charter.owners.clone();
        owners.retain(|key| *key != own && accounts.contains(key));
        if owners.is_empty() {
            return Err(Problem::LastOwner);
        }
        Ok(Plan::Commit { changes: changes_to(Charter { owners, ..charter }), invited: None })
    }

    fn plan_invite(
        &mut self,
        id: RoomId,
        (handle, packages): (&Handle, Option<&[DeviceKeyPackage]>),
        charter: &Charter,
        theirs: &[(LeafNodeIndex, AccountKey)],
    ) -> Result<Plan, Problem> {
        let pinned = self.pins.key(&self.vault, handle)?;
        let leaving = &self.room_mut(id)?.stored.leaving;
        let is_member =
            theirs.iter().any(|(_, key)| pinned == Some(*key) && !leaving.contains(key));
        if is_member {
            return Err(Problem::AlreadyMember(handle.clone()));
        }
        let Some(packages) = packages else {
            let asked = self
                .requests
                .values()
                .any(|open| matches!(open, Request::Claim(room) if *room == id));
            return Ok(if asked { Plan::Wait } else { Plan::Claim(handle.clone()) });
        };
        let (add, account) = self.check_packages(handle, packages)?;
        if charter.kind == RoomKind::Direct && !charter.owners.contains(&account) {
            return Err(Problem::NotInThisKind(charter.kind));
        }
        // Leaves of a former key, or of a member that has said farewell, make room for the new ones;
        // where only owners may remove them, this is one.
        let remove = match charter.kind {
            RoomKind::Closed => theirs.iter().map(|(index, _)| *index).collect(),
            _ => Vec::new(),
        };
        let changes = Changes { add, remove, charter: None };
        Ok(Plan::Commit { changes, invited: Some(handle.clone()) })
    }

    /// Checks what the relay gave as an account's key packages.
    pub(super) fn check_packages(
        &mut self,
        handle: &Handle,
        packages: &[DeviceKeyPackage],
    ) -> Result<(Vec<openmls::prelude::KeyPackage>, AccountKey), Problem> {
        const FORGED: Problem = Problem::RelayMisbehaved("a key package");
        let provider = Provider::new(&self.crypto, &self.vault);
        let (mut add, mut account) = (Vec::new(), None);
        for package in packages {
            let checked = group::check_key_package(&provider, &package.key_package);
            let (key_package, certificate) = checked.ok_or(FORGED)?;
            if certificate.handle != *handle || certificate.device() != package.device {
                return Err(FORGED);
            }
            if self.pins.fit(&self.vault, &certificate)? != Fit::Good {
                self.key_changed(None, &certificate)?;
                return Err(Problem::KeyChanged(handle.clone()));
            }
            if account
                .replace(certificate.account_key)
                .is_some_and(|key| key != certificate.account_key)
            {
                return Err(FORGED);
            }
            add.push(key_package);
        }
        let account = account.ok_or_else(|| Problem::NoDevices(handle.clone()))?;
        Ok((add, account))
    }

    /// The relay has given key packages of the account that is to be invited.
    pub(super) fn handle_claimed(
        &mut self,
        id: RoomId,
        given: Vec<DeviceKeyPackage>,
    ) -> Result<(), Problem> {
        // Otherwise the room was left meanwhile.
        let want = self.room_mut(id)?.wanted.front_mut().map(|wanted| &mut wanted.want);
        if let Some(Want::Invite { packages, .. }) = want {
            *packages = Some(given);
        }
        Ok(())
    }

    /// There is no account of the name that was to be invited.
    pub(super) fn handle_nobody(&mut self, id: RoomId) -> Result<(), Problem> {
        match self.room_mut(id)?.wanted.pop_front() {
            Some(Wanted { id, want: Want::Invite { handle, .. } }) => {
                self.failed(id, Problem::HandleUnknown(handle));
            }
            // The room was left meanwhile.
            other => self.room_mut(id)?.wanted.extend(other),
        }
        Ok(())
    }

    /// Makes a commit and stores it as pending; it goes out from the vault, now and after a crash.
    fn propose(
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

    fn send_pending(&mut self, id: RoomId) -> Result<(), Problem> {
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

    fn merge_own(&mut self, id: RoomId) -> Result<super::record::Turn, Problem> {
        let by = self.profile.identity.certificate.clone();
        let provider = Provider::new(&self.crypto, &self.vault);
        let room = self.rooms.get_mut(&id).ok_or(Problem::RoomUnknown)?;
        let group = room.group(&provider, id)?;
        let before = super::record::Before::of(group);
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
        let made_in = room.pending.as_ref().map(|pending| pending.epoch);
        let provider = Provider::new(&self.crypto, &self.vault);
        let room = self.rooms.get_mut(&id).ok_or(Problem::RoomUnknown)?;
        if room.is_member() {
            group::clear_pending(&provider, room.group(&provider, id)?)?;
        }
        let pending = self.drop_pending(id)?;
        match refusal {
            Refusal::Conflict { epoch } => self.commit_lost(id, made_in, epoch),
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

    /// Another commit won the epoch; what is wanted is done behind it.
    fn commit_lost(
        &mut self,
        id: RoomId,
        made_in: Option<Epoch>,
        epoch: Epoch,
    ) -> Result<(), Problem> {
        if made_in.is_none_or(|made_in| epoch <= made_in) {
            return Err(Problem::RelayMisbehaved("a conflict with no other commit"));
        }
        let room = self.room_mut(id)?;
        if epoch > room.stored.epoch {
            room.head = room.head.max(room.stored.have.next());
            return self.catch_up(id);
        }
        Ok(())
    }
}

fn changes_to(charter: Charter) -> Changes {
    Changes { charter: Some(charter), ..Changes::default() }
}

fn plan_role(
    charter: Charter,
    handle: &Handle,
    theirs: &[(LeafNodeIndex, AccountKey)],
    role: Role,
) -> Result<Plan, Problem> {
    let (_, key) = *theirs.last().ok_or_else(|| Problem::NotAMember(handle.clone()))?;
    if charter.role(&key) == role {
        return Ok(Plan::Nothing);
    }
    let mut owners = charter.owners.clone();
    match role {
        Role::Owner => owners.insert(key),
        Role::Member => owners.remove(&key),
    };
    match owners.len() {
        0 => Err(Problem::LastOwner),
        count if count > MAX_OWNERS => Err(Problem::RoomFull),
        _ => Ok(Plan::Commit { changes: changes_to(Charter { owners, ..charter }), invited: None }),
    }
}

fn plan_remove(
    charter: Charter,
    handle: &Handle,
    theirs: &[(LeafNodeIndex, AccountKey)],
) -> Result<Plan, Problem> {
    if theirs.is_empty() {
        return Err(Problem::NotAMember(handle.clone()));
    }
    let mut owners = charter.owners.clone();
    owners.retain(|owner| theirs.iter().all(|(_, key)| key != owner));
    if owners.is_empty() {
        return Err(Problem::LastOwner);
    }
    let charter = (owners != charter.owners).then_some(Charter { owners, ..charter });
    let remove = theirs.iter().map(|(index, _)| *index).collect();
    Ok(Plan::Commit { changes: Changes { remove, charter, ..Changes::default() }, invited: None })
}

type Fitting = (wire::message::Commit, wire::message::GroupInfo, Option<wire::message::Welcome>);

/// What a commit is sent as, if the protocol has room for it.
fn fit(proposed: group::Proposed) -> Result<Fitting, wire::Error> {
    let welcome = proposed.welcome.map(Bytes::new).transpose()?;
    Ok((Bytes::new(proposed.commit)?, Bytes::new(proposed.group_info)?, welcome))
}
