//! Changing a room: what people ask for, or the group needs, becomes a commit or a message, one at a
//! time, when the room is read to its head.

use openmls::prelude::LeafNodeIndex;
use wire::certificate::DeviceCertificate as Certificate;
use wire::id::{Handle, PostId, RoomId};
use wire::message::{DeviceKeyPackage, RoomKind, ToRelay};

use super::trust::Fit;
use super::{Client, Request};
use crate::charter::{AccountKey, Charter, MAX_OWNERS};
use crate::command::Change;
use crate::content::{Content, check_name};
use crate::event::RequestId;
use crate::group::{self, Changes, Provider};
use crate::said::is_lifetime;
use crate::vault::Queued;
use crate::{
    MAX_HISTORY, MAX_LIFETIME_S, MAX_ROOM_NAME_BYTES, MAX_TOPIC_BYTES, MIN_LIFETIME_S, Problem,
    Role,
};

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

/// The group in which a change is planned.
struct Ground {
    charter: Charter,
    leaves: Vec<(LeafNodeIndex, Certificate)>,
    /// This account.
    own: AccountKey,
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
            Change::SetLifetime(seconds) if !is_lifetime(*seconds) => {
                return Err(Problem::LifetimeInvalid { min: MIN_LIFETIME_S, max: MAX_LIFETIME_S });
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
        let ground = self.ground(id)?;
        let charter = &ground.charter;
        match want {
            Want::Leave => self.plan_leave(&ground),
            Want::Chores => {
                let remove = self.chores(id)?;
                match self.refresh_in_ms(id)? {
                    // An empty commit renews this device's keys.
                    0 => Ok(commit(Changes { remove, ..Changes::default() })),
                    _ => Ok(removal(remove)),
                }
            }
            Want::Invite { handle, packages } => match charter.kind {
                RoomKind::Lobby => Err(Problem::NotInThisKind(charter.kind)),
                RoomKind::Closed if !ground.is_owner() => Err(Problem::OwnersOnly),
                _ => self.plan_invite(id, (handle, packages.as_deref()), &ground),
            },
            Want::Change(Change::SetLifetime(seconds)) if charter.kind == RoomKind::Direct => {
                Ok(ground.plan_lifetime(*seconds))
            }
            Want::Change(_) if !charter.has_owners() => Err(Problem::NotInThisKind(charter.kind)),
            Want::Change(_) if !ground.is_owner() => Err(Problem::OwnersOnly),
            Want::Change(change) => self.plan_change(id, change, ground),
        }
    }

    fn ground(&mut self, id: RoomId) -> Result<Ground, Problem> {
        let own = self.profile.identity.certificate.account_key;
        let (charter, leaves): (_, Vec<_>) =
            self.with_group(id, |group| (group::charter(group), group::leaves(group).collect()))?;
        let mut charter = charter.ok_or(Problem::Internal("a room without a charter"))?;
        if charter.has_owners() {
            // Those that are gone would be refused in a new charter.
            charter.owners.retain(|key| leaves.iter().any(|(_, leaf)| leaf.account_key == *key));
        }
        Ok(Ground { charter, leaves, own })
    }

    /// What an owner's change comes to.
    fn plan_change(
        &mut self,
        id: RoomId,
        change: &Change,
        ground: Ground,
    ) -> Result<Plan, Problem> {
        let stored = &self.room_mut(id)?.stored;
        let (name, topic) = (stored.name.clone(), stored.topic.clone());
        match change {
            Change::Rename(name) => Ok(Plan::Post(Content::Title { name: name.clone(), topic })),
            Change::SetTopic(topic) => {
                Ok(Plan::Post(Content::Title { name, topic: topic.clone() }))
            }
            Change::SetHistory(history) if ground.charter.history == *history => Ok(Plan::Nothing),
            Change::SetHistory(history) => {
                Ok(amendment(Charter { history: *history, ..ground.charter }))
            }
            Change::SetLifetime(seconds) => Ok(ground.plan_lifetime(*seconds)),
            Change::Close => Ok(amendment(Charter { closed: true, ..ground.charter })),
            Change::SetRole(handle, role) => ground.plan_role(handle, *role),
            Change::Remove(handle) => ground.plan_remove(handle),
            Change::RemoveStale => {
                let stale = self.stale_devices(id)?;
                let is_stale = |leaf: &Certificate| stale.contains(&leaf.device());
                Ok(removal(ground.indices(is_stale)))
            }
            Change::Invite(_) => Err(Problem::Internal("an invitation in disguise")),
        }
    }

    /// An owner gives that up before it leaves, unless nobody else would be one.
    fn plan_leave(&mut self, ground: &Ground) -> Result<Plan, Problem> {
        let Ground { charter, leaves, own } = ground;
        if !charter.has_owners() {
            return Err(Problem::NotInThisKind(charter.kind));
        }
        if leaves.iter().all(|(_, leaf)| leaf.account_key == *own) {
            return Ok(Plan::Depart);
        }
        if !ground.is_owner() {
            return Ok(Plan::Post(Content::Farewell));
        }
        ground.without_owners(|owner| owner == own).map(amendment)
    }

    fn plan_invite(
        &mut self,
        id: RoomId,
        (handle, packages): (&Handle, Option<&[DeviceKeyPackage]>),
        ground: &Ground,
    ) -> Result<Plan, Problem> {
        let pinned = self.pins.key(&self.vault, handle)?;
        let leaving = &self.room_mut(id)?.stored.leaving;
        let stays = |leaf: &Certificate| {
            pinned == Some(leaf.account_key) && !leaving.contains(&leaf.account_key)
        };
        if ground.of(handle).any(stays) {
            return Err(Problem::AlreadyMember(handle.clone()));
        }
        let Some(packages) = packages else {
            let is_claim = |open: &Request| matches!(open, Request::Claim(room) if *room == id);
            let asked = self.requests.values().any(is_claim);
            return Ok(if asked { Plan::Wait } else { Plan::Claim(handle.clone()) });
        };
        let (add, account) = self.check_packages(handle, packages)?;
        let kind = ground.charter.kind;
        if kind == RoomKind::Direct && !ground.charter.owners.contains(&account) {
            return Err(Problem::NotInThisKind(kind));
        }
        // Leaves of a former key, or of a member that has said farewell, make room for the new ones;
        // where only owners may remove them, this is one.
        let remove = match kind {
            RoomKind::Closed => ground.indices(|leaf| leaf.handle == *handle),
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
}

impl Ground {
    fn is_owner(&self) -> bool {
        self.charter.role(&self.own) == Role::Owner
    }

    /// The leaves of an account.
    fn of(&self, handle: &Handle) -> impl Iterator<Item = &Certificate> {
        self.leaves.iter().map(|(_, leaf)| leaf).filter(move |leaf| leaf.handle == *handle)
    }

    /// Where the leaves stand that fulfil `which`.
    fn indices(&self, which: impl Fn(&Certificate) -> bool) -> Vec<LeafNodeIndex> {
        self.leaves.iter().filter(|(_, leaf)| which(leaf)).map(|(index, _)| *index).collect()
    }

    /// The charter without some of its owners. There is always one left.
    fn without_owners(&self, which: impl Fn(&AccountKey) -> bool) -> Result<Charter, Problem> {
        let mut charter = self.charter.clone();
        charter.owners.retain(|owner| !which(owner));
        if charter.owners.is_empty() { Err(Problem::LastOwner) } else { Ok(charter) }
    }

    fn plan_lifetime(&self, lifetime_s: u32) -> Plan {
        match self.charter.lifetime_s == lifetime_s {
            true => Plan::Nothing,
            false => amendment(Charter { lifetime_s, ..self.charter.clone() }),
        }
    }

    fn plan_role(&self, handle: &Handle, role: Role) -> Result<Plan, Problem> {
        let key = self.of(handle).last().map(|leaf| leaf.account_key);
        let key = key.ok_or_else(|| Problem::NotAMember(handle.clone()))?;
        if self.charter.role(&key) == role {
            return Ok(Plan::Nothing);
        }
        if role == Role::Member {
            return self.without_owners(|owner| *owner == key).map(amendment);
        }
        let mut charter = self.charter.clone();
        charter.owners.insert(key);
        let fits = charter.owners.len() <= MAX_OWNERS;
        if fits { Ok(amendment(charter)) } else { Err(Problem::RoomFull) }
    }

    fn plan_remove(&self, handle: &Handle) -> Result<Plan, Problem> {
        let remove = self.indices(|leaf| leaf.handle == *handle);
        if remove.is_empty() {
            return Err(Problem::NotAMember(handle.clone()));
        }
        let charter =
            self.without_owners(|owner| self.of(handle).any(|leaf| leaf.account_key == *owner))?;
        let charter = (charter != self.charter).then_some(charter);
        Ok(commit(Changes { remove, charter, ..Changes::default() }))
    }
}

fn commit(changes: Changes) -> Plan {
    Plan::Commit { changes, invited: None }
}

fn amendment(charter: Charter) -> Plan {
    commit(Changes { charter: Some(charter), ..Changes::default() })
}

fn removal(remove: Vec<LeafNodeIndex>) -> Plan {
    match remove.is_empty() {
        true => Plan::Nothing,
        false => commit(Changes { remove, ..Changes::default() }),
    }
}
