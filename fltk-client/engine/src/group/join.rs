//! Coming into a group: by external commit, or by welcome.

use openmls::prelude::tls_codec::Deserialize as _;
use openmls::prelude::{
    LeafNodeIndex, LeafNodeParameters, MlsGroup, MlsGroupJoinConfig, MlsMessageBodyIn,
    MlsMessageIn, OpenMlsProvider, PURE_CIPHERTEXT_WIRE_FORMAT_POLICY, Proposal, StagedWelcome,
};
use wire::certificate::DeviceCertificate as Certificate;
use wire::id::RoomId;

use super::{
    Provider, SUITE, capabilities, credential, export_group_info, member_at, ratchet, verify,
    verify_members,
};
use crate::Problem;
use crate::identity::Identity;

fn join_config() -> MlsGroupJoinConfig {
    MlsGroupJoinConfig::builder()
        .wire_format_policy(PURE_CIPHERTEXT_WIRE_FORMAT_POLICY)
        .use_ratchet_tree_extension(true)
        .sender_ratchet_configuration(ratchet())
        .max_past_epochs(0)
        .build()
}

/// A group as it will be once the relay accepts the external commit that joins it.
pub(crate) struct Join {
    pub(crate) group: MlsGroup,
    pub(crate) commit: Vec<u8>,
    pub(crate) group_info: Vec<u8>,
    /// Who signed the group info that it was made from, and the MLS epoch of that.
    pub(crate) signer: Certificate,
    pub(crate) epoch: u64,
    /// Whether this device had a leaf in the group, which is replaced.
    pub(crate) had_leaf: bool,
}

/// Joins by external commit (RFC 9420 §12.4.3.2); a leaf that this device has in the group already
/// is replaced. The caller checks the members before it sends.
pub(crate) fn join(
    provider: &Provider<'_>,
    identity: &Identity,
    room: RoomId,
    group_info: &[u8],
) -> Result<Join, Problem> {
    const REFUSED: Problem = Problem::RelayMisbehaved("group info");
    let signer = signer_of(group_info).ok_or(REFUSED)?;
    let group_info = match body(group_info) {
        Some(MlsMessageBodyIn::GroupInfo(info)) => Some(info),
        _ => None,
    };
    let group_info = group_info
        .filter(|info| info.ciphersuite() == SUITE && info.group_id().as_slice() == room.as_array())
        .ok_or(REFUSED)?;
    let epoch = group_info.epoch().as_u64();
    let leaf = LeafNodeParameters::builder().with_capabilities(capabilities()).build();
    let builder = MlsGroup::external_commit_builder()
        .with_config(join_config())
        // Lifetimes are for key packages that wait to be used; this group is in use.
        .skip_lifetime_validation()
        .build_group(provider, group_info, credential(identity))
        .map_err(|_| REFUSED)?
        .leaf_node_parameters(leaf)
        .load_psks(provider.storage())
        .map_err(|_| REFUSED)?;
    let mut had_leaf = false;
    let (group, bundle) = builder
        .build(provider.crypto(), provider.crypto(), identity, |queued| {
            had_leaf |= matches!(queued.proposal(), Proposal::Remove(_));
            true
        })
        .map_err(|_| REFUSED)?
        .finalize(provider)
        .map_err(|_| REFUSED)?;
    let commit = bundle.commit().to_bytes().map_err(|_| REFUSED)?;
    let group_info = export_group_info(provider, identity, &group)?;
    verify_members(&group)?;
    let signer = member_at(&group, signer).ok_or(REFUSED)?;
    Ok(Join { group, commit, group_info, signer, epoch, had_leaf })
}

/// Who signed a group info, which ends in `signer[4] || signature<V>` (RFC 9420 §12.4.3); an
/// Ed25519 signature is 64 bytes behind a length of two. OpenMLS checks it all and does not tell.
fn signer_of(group_info: &[u8]) -> Option<LeafNodeIndex> {
    let (rest, _) = group_info.split_last_chunk::<{ 2 + 64 }>()?;
    let (_, signer) = rest.split_last_chunk()?;
    Some(LeafNodeIndex::new(u32::from_be_bytes(*signer)))
}

/// A group that a welcome opened, and who sent it.
pub(crate) struct Welcomed {
    pub(crate) group: MlsGroup,
    pub(crate) sender: Certificate,
}

/// Why a welcome does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotWelcome {
    /// It was made for key packages that are not here (any more), or is damaged.
    Unreadable,
    /// It breaks a rule that every correct sender keeps.
    Refused,
}

/// Opens a welcome (RFC 9420 §12.4.3.1). The caller has checked that the group is not known, and
/// checks the members before it goes on.
pub(crate) fn open_welcome(
    provider: &Provider<'_>,
    room: RoomId,
    welcome: &[u8],
) -> Result<Welcomed, NotWelcome> {
    let Some(MlsMessageBodyIn::Welcome(welcome)) = body(welcome) else {
        return Err(NotWelcome::Unreadable);
    };
    let builder = StagedWelcome::build_from_welcome(provider, &join_config(), welcome)
        .map_err(|_| NotWelcome::Unreadable)?;
    let info = builder.processed_welcome().unverified_group_info();
    if info.ciphersuite() != SUITE || info.group_id().as_slice() != room.as_array() {
        return Err(NotWelcome::Refused);
    }
    let staged = builder.skip_lifetime_validation().build().map_err(|_| NotWelcome::Refused)?;
    let sender = staged.welcome_sender().map_err(|_| NotWelcome::Refused)?;
    let sender = verify(sender.credential(), sender.signature_key().as_slice());
    let sender = sender.ok_or(NotWelcome::Refused)?;
    let group = staged.into_group(provider).map_err(|_| NotWelcome::Refused)?;
    Ok(Welcomed { group, sender })
}

fn body(bytes: &[u8]) -> Option<MlsMessageBodyIn> {
    MlsMessageIn::tls_deserialize_exact(bytes).ok().map(MlsMessageIn::extract)
}
