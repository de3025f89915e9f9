//! Which commits and groups a client accepts (PROTOCOL §10.3). Every client checks; the relay's word
//! counts for nothing. All rules but the pins follow from the group alone, so that all members decide
//! alike.

use std::collections::BTreeSet;

use openmls::prelude::{
    GroupContextExtensionProposal, LeafNodeIndex, MlsGroup, Proposal, QueuedProposal, Sender,
    StagedCommit,
};
use wire::certificate::DeviceCertificate as Certificate;
use wire::id::DeviceId;
use wire::message::RoomKind;

use super::trust::{Fit, Pins};
use crate::charter::{AccountKey, Charter};
use crate::group;
use crate::vault::Vault;
use crate::{Problem, Role};

/// Why a commit is not merged, or a group not joined.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It breaks the room's rules.
    NotAllowed,
    /// It brings an account with another key than the pinned one.
    KeyChanged(Box<Certificate>),
    /// The vault failed, and the transaction with it.
    Vault,
}

impl From<Problem> for Refusal {
    fn from(_: Problem) -> Self {
        Self::Vault
    }
}

/// A commit that holds to the rules: who made it, and what it does.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) by: Certificate,
    /// Whether the committer was no member.
    pub(super) is_external: bool,
    /// The charter from here on, if it changes.
    pub(super) charter: Option<Charter>,
}

/// Where a commit comes from and what it meets.
struct Case<'a> {
    group: &'a MlsGroup,
    charter: Charter,
    by: &'a Certificate,
    is_external: bool,
}

/// Checks a staged commit against the group it is made for.
pub(super) fn check(
    pins: &mut Pins,
    vault: &Vault,
    group: &MlsGroup,
    (sender, from): (&Sender, DeviceId),
    commit: &StagedCommit,
) -> Result<Verdict, Refusal> {
    let leaf = commit.update_path_leaf_node().ok_or(Refusal::NotAllowed)?;
    let by = group::verify(leaf.credential(), leaf.signature_key().as_slice())
        .ok_or(Refusal::NotAllowed)?;
    let is_external = match sender {
        // The relay admits a device under its own account's name only.
        Sender::NewMemberCommit if by.device() == from => true,
        // A member stays the device it was.
        Sender::Member(index) if group::member_at(group, *index).as_ref() == Some(&by) => false,
        _ => return Err(Refusal::NotAllowed),
    };
    let charter = group::charter(group).ok_or(Refusal::NotAllowed)?;
    let case = Case { group, charter, by: &by, is_external };
    if case.charter.closed || (is_external && !case.may_join()) {
        return Err(Refusal::NotAllowed);
    }
    let (mut added, mut changed) = (Vec::new(), None);
    for queued in commit.queued_proposals() {
        case.check_proposal(queued, &mut added, &mut changed)?;
    }
    let mut keys: BTreeSet<AccountKey> = accounts(group).collect();
    keys.extend(added.iter().map(|certificate| certificate.account_key));
    // Those of a direct conversation stay what they are, whoever has a leaf.
    let has_strangers =
        |charter: &Charter| charter.kind != RoomKind::Direct && !charter.owners.is_subset(&keys);
    if changed.as_ref().is_some_and(has_strangers) {
        return Err(Refusal::NotAllowed);
    }
    for certificate in added.iter().chain([&by]) {
        check_pin(pins, vault, certificate)?;
    }
    Ok(Verdict { is_external, charter: changed, by })
}

impl Case<'_> {
    /// Whether a device that is no member may come in by itself: anybody in the lobby and in an open
    /// room, elsewhere the devices of accounts that are members.
    fn may_join(&self) -> bool {
        self.charter.is_open() || accounts(self.group).any(|key| key == self.by.account_key)
    }

    fn is_owner(&self) -> bool {
        !self.is_external && self.charter.role(&self.by.account_key) == Role::Owner
    }

    fn check_proposal(
        &self,
        queued: &QueuedProposal,
        added: &mut Vec<Certificate>,
        changed: &mut Option<Charter>,
    ) -> Result<(), Refusal> {
        let allowed = match queued.proposal() {
            Proposal::ExternalInit(_) => self.is_external,
            Proposal::Add(add) => {
                let leaf = add.key_package().leaf_node();
                let certificate = group::verify(leaf.credential(), leaf.signature_key().as_slice());
                let certificate = certificate.ok_or(Refusal::NotAllowed)?;
                let may_add = self.may_add(&certificate);
                added.push(certificate);
                may_add
            }
            Proposal::Remove(remove) => self.may_remove(remove.removed()),
            Proposal::GroupContextExtensions(proposal) => {
                *changed = self.changed_charter(proposal);
                changed.as_ref().is_some_and(|charter| self.may_amend(charter))
            }
            _ => false,
        };
        if allowed { Ok(()) } else { Err(Refusal::NotAllowed) }
    }

    /// Owners change everything but the kind. The two accounts of a direct conversation let messages
    /// disappear, and change nothing else.
    fn may_amend(&self, changed: &Charter) -> bool {
        if self.charter.kind != RoomKind::Direct {
            return self.is_owner();
        }
        let lifetime_s = changed.lifetime_s;
        !self.is_external
            && self.charter.owners.contains(&self.by.account_key)
            && *changed == Charter { lifetime_s, ..self.charter.clone() }
    }

    fn may_add(&self, certificate: &Certificate) -> bool {
        !self.is_external
            && match self.charter.kind {
                RoomKind::Lobby => false,
                RoomKind::Open => true,
                RoomKind::Closed => self.is_owner(),
                RoomKind::Direct => self.charter.owners.contains(&certificate.account_key),
            }
    }

    /// Each account removes its own devices, and those of another key that bear its name, which are
    /// its own from before a reset. Owners remove anybody. A newcomer replaces itself alone.
    fn may_remove(&self, index: LeafNodeIndex) -> bool {
        let Some(removed) = group::member_at(self.group, index) else { return false };
        if self.is_external {
            return removed.device() == self.by.device();
        }
        removed.handle == self.by.handle || self.is_owner()
    }

    /// The charter that a proposal brings, if it is one and of the same kind of room.
    fn changed_charter(&self, proposal: &GroupContextExtensionProposal) -> Option<Charter> {
        group::charter_in(proposal.extensions()).filter(|charter| charter.kind == self.charter.kind)
    }
}

/// What a device that comes in finds, and what it expects.
pub(super) struct Roster<'a> {
    pub(super) group: &'a MlsGroup,
    /// What the relay says the room is.
    pub(super) kind: RoomKind,
    pub(super) own: &'a Certificate,
}

/// Checks a group that came from outside: it is of the kind it should be, every certificate holds, no
/// account has two keys, and none another than the pinned one. Pins nothing: the group is the relay's
/// word so far.
pub(super) fn check_roster(
    pins: &mut Pins,
    vault: &Vault,
    roster: &Roster<'_>,
) -> Result<Charter, Refusal> {
    let charter = group::charter(roster.group).ok_or(Refusal::NotAllowed)?;
    if charter.kind != roster.kind {
        return Err(Refusal::NotAllowed);
    }
    let members = group::verify_members(roster.group).map_err(|_| Refusal::NotAllowed)?;
    let mut keys = std::collections::BTreeMap::new();
    for certificate in &members {
        let is_own_former = certificate.handle == roster.own.handle
            && certificate.account_key != roster.own.account_key;
        if is_own_former || pins.fit(vault, certificate)? == Fit::Former {
            // From before a reset of this account, or of one whose new key the person has accepted. It
            // waits to be removed.
            continue;
        }
        check_pin(pins, vault, certificate)?;
        let key = certificate.account_key;
        if *keys.entry(&certificate.handle).or_insert(key) != key {
            return Err(Refusal::KeyChanged(Box::new(certificate.clone())));
        }
    }
    let direct_strangers = charter.kind == RoomKind::Direct
        && members.iter().any(|member| !charter.owners.contains(&member.account_key));
    let for_us =
        charter.kind != RoomKind::Direct || charter.owners.contains(&roster.own.account_key);
    if direct_strangers || !for_us { Err(Refusal::NotAllowed) } else { Ok(charter) }
}

/// Whether a device that has never been in the room may come in by itself, as all members see it.
pub(super) fn may_enter(join: &group::Join, charter: &Charter) -> bool {
    !charter.closed && (charter.is_open() || join.had_leaf || has_sibling(join))
}

/// Whether a member may invite.
pub(super) fn may_invite(charter: &Charter, by: &Certificate) -> bool {
    match charter.kind {
        RoomKind::Lobby => false,
        RoomKind::Open => true,
        RoomKind::Closed => charter.role(&by.account_key) == Role::Owner,
        RoomKind::Direct => charter.owners.contains(&by.account_key),
    }
}

/// Whether another device of the joining account is in the group, which is what lets it in.
fn has_sibling(join: &group::Join) -> bool {
    let own = group::member_at(&join.group, join.group.own_leaf_index());
    let siblings =
        |own: Certificate| accounts(&join.group).filter(|key| *key == own.account_key).count() > 1;
    own.is_some_and(siblings)
}

/// What was known of a group before this device lost it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Snapshot {
    /// The MLS epoch.
    pub(super) epoch: u64,
    pub(super) accounts: BTreeSet<AccountKey>,
    pub(super) owners: BTreeSet<AccountKey>,
}

impl Snapshot {
    pub(super) fn of(group: &MlsGroup) -> Self {
        let owners = group::charter(group).map(|charter| charter.owners).unwrap_or_default();
        Self { epoch: group.epoch().as_u64(), accounts: accounts(group).collect(), owners }
    }

    /// Whether a group can be what became of this one. The relay may not bring back an earlier
    /// epoch, nor, where people are invited, a branch made by who was a member once: it must be
    /// vouched for by who was a member, and by an owner if it brings strangers or other owners.
    pub(super) fn precedes(&self, join: &group::Join, charter: &Charter) -> bool {
        if join.epoch < self.epoch {
            return false;
        }
        let signer = join.signer.account_key;
        if charter.is_open() {
            // Anybody comes and goes, but nobody makes itself an owner.
            return charter.owners == self.owners || self.owners.contains(&signer);
        }
        let after: BTreeSet<AccountKey> = accounts(&join.group).collect();
        let same = after.is_subset(&self.accounts) && charter.owners == self.owners;
        let vouched = match (same, charter.kind) {
            (false, RoomKind::Closed) => self.owners.contains(&signer),
            _ => self.accounts.contains(&signer),
        };
        vouched && may_enter(join, charter)
    }
}

/// The account of each leaf.
pub(super) fn accounts(group: &MlsGroup) -> impl Iterator<Item = AccountKey> + '_ {
    group::members(group).map(|certificate| certificate.account_key)
}

/// An account's key must be the pinned one, or none is pinned.
fn check_pin(pins: &mut Pins, vault: &Vault, certificate: &Certificate) -> Result<(), Refusal> {
    match pins.fit(vault, certificate)? {
        // What bears a former key is not shown, but it is in the group, where all must decide alike.
        Fit::Good | Fit::Former => Ok(()),
        Fit::Changed => Err(Refusal::KeyChanged(Box::new(certificate.clone()))),
    }
}
