//! Which commits a member accepts. Every client checks; the relay's word counts for nothing.

use std::collections::BTreeMap;

use openmls::prelude::{MlsGroup, Proposal, QueuedProposal, Sender, StagedCommit};
use wire::certificate::DeviceCertificate as Certificate;
use wire::id::{DeviceId, Handle};

use crate::Problem;
use crate::group;
use crate::vault::Vault;

/// Why a commit is not merged.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It breaks the room's rules.
    NotAllowed,
    /// It brings an account with another key than the pinned one.
    KeyChanged(Handle),
    /// The vault failed, and the transaction with it.
    Vault,
}

/// Checks a staged commit of an open room: a device joins by itself, updates itself, or takes out
/// devices of its own account. Pins the account it brings.
pub(super) fn check(
    vault: &Vault,
    group: &MlsGroup,
    sender: &Sender,
    commit: &StagedCommit,
    from: DeviceId,
) -> Result<(), Refusal> {
    let leaf = commit.update_path_leaf_node().ok_or(Refusal::NotAllowed)?;
    let committer = group::verify(leaf.credential(), leaf.signature_key().as_slice())
        .ok_or(Refusal::NotAllowed)?;
    match sender {
        // The relay admits a device under its own account's name only.
        Sender::NewMemberCommit if committer.device() == from => {}
        Sender::Member(index) => {
            // A member stays the device it was.
            if group::member_at(group, *index).as_ref() != Some(&committer) {
                return Err(Refusal::NotAllowed);
            }
        }
        _ => return Err(Refusal::NotAllowed),
    }
    for proposal in commit.queued_proposals() {
        check_proposal(group, sender, &committer, proposal)?;
    }
    match check_pin(vault, &committer).map_err(|_| Refusal::Vault)? {
        Ok(()) => pin(vault, &committer).map_err(|_| Refusal::Vault),
        Err(handle) => Err(Refusal::KeyChanged(handle)),
    }
}

fn check_proposal(
    group: &MlsGroup,
    sender: &Sender,
    committer: &Certificate,
    proposal: &QueuedProposal,
) -> Result<(), Refusal> {
    let allowed = match proposal.proposal() {
        Proposal::ExternalInit(_) => matches!(sender, Sender::NewMemberCommit),
        Proposal::Remove(remove) => group::member_at(group, remove.removed())
            .is_some_and(|removed| removed.account_key == committer.account_key),
        _ => false,
    };
    if allowed { Ok(()) } else { Err(Refusal::NotAllowed) }
}

/// Checks the members of a group that came from outside: every certificate holds, no account has two
/// keys, and none another than the pinned one. Pins nothing: the group is the relay's word so far.
pub(super) fn check_members(
    vault: &Vault,
    group: &MlsGroup,
) -> Result<Result<(), Handle>, Problem> {
    let mut seen = BTreeMap::new();
    for certificate in group::verify_members(group)? {
        let key = certificate.account_key;
        let first = *seen.entry(certificate.handle.clone()).or_insert(key);
        if first != key {
            return Ok(Err(certificate.handle));
        }
        if let Err(handle) = check_pin(vault, &certificate)? {
            return Ok(Err(handle));
        }
    }
    Ok(Ok(()))
}

/// Whether an account's key is the pinned one, or none is pinned.
fn check_pin(vault: &Vault, certificate: &Certificate) -> Result<Result<(), Handle>, Problem> {
    let pinned: Option<[u8; 32]> = vault.value(&pin_name(&certificate.handle))?;
    Ok(match pinned {
        Some(key) if key != certificate.account_key => Err(certificate.handle.clone()),
        _ => Ok(()),
    })
}

/// Pins an account's key on first sight.
pub(super) fn pin(vault: &Vault, certificate: &Certificate) -> Result<(), Problem> {
    let name = pin_name(&certificate.handle);
    match vault.value::<[u8; 32]>(&name)? {
        Some(_) => Ok(()),
        None => vault.put_value(&name, &certificate.account_key),
    }
}

fn pin_name(handle: &Handle) -> Vec<u8> {
    [b"pin/", handle.as_str().as_bytes()].concat()
}
