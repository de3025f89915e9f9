//! MLS (RFC 9420) as Sotto uses it: one suite, one credential, inline proposals only.
//!
//! Everything here is a function of a group and the vault. When anything fails the caller rolls the
//! vault back and drops the group object: memory and disk must not part.

use openmls::prelude::tls_codec::Deserialize as _;
use openmls::prelude::{
    BasicCredential, Capabilities, Ciphersuite, Credential, CredentialWithKey, GroupId,
    LeafNodeIndex, LeafNodeParameters, MlsGroup, MlsGroupCreateConfig, MlsGroupJoinConfig,
    MlsMessageIn, OpenMlsProvider, PURE_CIPHERTEXT_WIRE_FORMAT_POLICY, ProcessMessageError,
    ProcessedMessage, ProtocolMessage, SenderRatchetConfiguration,
};
use openmls_rust_crypto::RustCrypto;
use wire::certificate::DeviceCertificate as Certificate;
use wire::codec::Field;
use wire::id::RoomId;
use wire::sealed::SealingKey;
use zeroize::Zeroizing;

use crate::Problem;
use crate::identity::{self, Identity};
use crate::vault::{MlsStore, Vault};

/// X25519 with ML-KEM-768, AES-256-GCM, Ed25519 (draft-ietf-mls-pq-ciphersuites).
pub(crate) const SUITE: Ciphersuite = Ciphersuite::MLS_128_MLKEM768X25519_AES256GCM_SHA384_Ed25519;

/// Messages arrive in the room's order, so a ratchet never has to go back; it goes forward over
/// messages that retention deleted, but not so far that a member could make all others compute.
fn ratchet() -> SenderRatchetConfiguration {
    SenderRatchetConfiguration::new(0, 2_000)
}

/// Bytes of the epoch authenticator that every message carries as authenticated data.
const AUTHENTICATOR_BYTES: usize = 8;

/// What OpenMLS needs: its crypto, and the vault for storage.
pub(crate) struct Provider<'a> {
    crypto: &'a RustCrypto,
    store: MlsStore<'a>,
}

impl<'a> Provider<'a> {
    pub(crate) const fn new(crypto: &'a RustCrypto, vault: &'a Vault) -> Self {
        Self { crypto, store: MlsStore(vault) }
    }
}

impl<'a> OpenMlsProvider for Provider<'a> {
    type CryptoProvider = RustCrypto;
    type RandProvider = RustCrypto;
    type StorageProvider = MlsStore<'a>;

    fn storage(&self) -> &MlsStore<'a> {
        &self.store
    }

    fn crypto(&self) -> &RustCrypto {
        self.crypto
    }

    fn rand(&self) -> &RustCrypto {
        self.crypto
    }
}

/// Makes a room's group with this device alone, and its group info.
pub(crate) fn create(
    provider: &Provider<'_>,
    identity: &Identity,
    room: RoomId,
) -> Result<(MlsGroup, Vec<u8>), Problem> {
    let config = MlsGroupCreateConfig::builder()
        .wire_format_policy(PURE_CIPHERTEXT_WIRE_FORMAT_POLICY)
        .use_ratchet_tree_extension(true)
        .sender_ratchet_configuration(ratchet())
        .max_past_epochs(0)
        .capabilities(capabilities())
        .ciphersuite(SUITE)
        .build();
    let group = MlsGroup::new_with_group_id(
        provider,
        identity,
        &config,
        GroupId::from_slice(room.as_array()),
        credential(identity),
    )
    .map_err(|_| Problem::Internal("a group could not be made"))?;
    let group_info = export_group_info(provider, identity, &group)?;
    Ok((group, group_info))
}

/// A group as it will be once the relay accepts the external commit that joins it.
pub(crate) struct Join {
    pub(crate) group: MlsGroup,
    pub(crate) commit: Vec<u8>,
    pub(crate) group_info: Vec<u8>,
}

/// Joins by external commit (RFC 9420 §12.4.3.2). The caller checks the members before it sends.
pub(crate) fn join(
    provider: &Provider<'_>,
    identity: &Identity,
    room: RoomId,
    group_info: &[u8],
) -> Result<Join, Problem> {
    const REFUSED: Problem = Problem::RelayMisbehaved("group info");
    let group_info = MlsMessageIn::tls_deserialize_exact(group_info)
        .ok()
        .and_then(|message| match message.extract() {
            openmls::prelude::MlsMessageBodyIn::GroupInfo(info) => Some(info),
            _ => None,
        })
        .filter(|info| info.ciphersuite() == SUITE && info.group_id().as_slice() == room.as_array())
        .ok_or(REFUSED)?;
    let config = MlsGroupJoinConfig::builder()
        .wire_format_policy(PURE_CIPHERTEXT_WIRE_FORMAT_POLICY)
        .use_ratchet_tree_extension(true)
        .sender_ratchet_configuration(ratchet())
        .max_past_epochs(0)
        .build();
    let leaf = LeafNodeParameters::builder().with_capabilities(capabilities()).build();
    let (group, bundle) = MlsGroup::external_commit_builder()
        .with_config(config)
        // Lifetimes are for key packages that wait to be used; this group is in use.
        .skip_lifetime_validation()
        .build_group(provider, group_info, credential(identity))
        .map_err(|_| REFUSED)?
        .leaf_node_parameters(leaf)
        .load_psks(provider.storage())
        .map_err(|_| REFUSED)?
        .build(provider.crypto(), provider.crypto(), identity, |_| true)
        .map_err(|_| REFUSED)?
        .finalize(provider)
        .map_err(|_| REFUSED)?;
    let commit = bundle.commit().to_bytes().map_err(|_| REFUSED)?;
    let group_info = export_group_info(provider, identity, &group)?;
    Ok(Join { group, commit, group_info })
}

/// The stored group of a room.
pub(crate) fn load(provider: &Provider<'_>, room: RoomId) -> Result<MlsGroup, Problem> {
    MlsGroup::load(provider.storage(), &GroupId::from_slice(room.as_array()))?
        .ok_or_else(|| provider.store.0.fail(Problem::ProfileDamaged))
}

/// Deletes the stored group of a room, if there is one.
pub(crate) fn delete(provider: &Provider<'_>, room: RoomId) -> Result<(), Problem> {
    match MlsGroup::load(provider.storage(), &GroupId::from_slice(room.as_array()))? {
        Some(mut group) => group.delete(provider.storage()),
        None => Ok(()),
    }
}

/// Encrypts content to a room, bound to this epoch.
pub(crate) fn encrypt(
    provider: &Provider<'_>,
    identity: &Identity,
    group: &mut MlsGroup,
    content: &[u8],
) -> Result<Vec<u8>, Problem> {
    const FAILED: Problem = Problem::Internal("a message could not be encrypted");
    group.set_aad(authenticator(group));
    let message = group.create_message(provider, identity, content).map_err(|_| FAILED)?;
    message.to_bytes().map_err(|_| FAILED)
}

/// Why a payload was not processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unprocessed {
    /// No correct member would have posted it in this epoch, and none can read it.
    Rubbish,
    /// A member's commit that this device cannot follow. Others may.
    Commit,
}

/// Reads a record's payload.
pub(crate) fn process(
    provider: &Provider<'_>,
    group: &mut MlsGroup,
    payload: &[u8],
) -> Result<ProcessedMessage, Unprocessed> {
    let message: ProtocolMessage = MlsMessageIn::tls_deserialize_exact(payload)
        .ok()
        .and_then(|message| message.try_into_protocol_message().ok())
        .ok_or(Unprocessed::Rubbish)?;
    let is_external = message.is_external();
    let expected = authenticator(group);
    let processed = group.process_message(provider, message).map_err(|error| match error {
        // Comes after the signature was checked: a member made it.
        ProcessMessageError::InvalidCommit(_) => Unprocessed::Commit,
        _ => Unprocessed::Rubbish,
    })?;
    if is_external || processed.aad() == expected {
        Ok(processed)
    } else {
        Err(Unprocessed::Rubbish)
    }
}

/// Keys for signals of this epoch (PROTOCOL §11).
pub(crate) fn signal_key(provider: &Provider<'_>, group: &MlsGroup) -> Option<SealingKey> {
    let secret = group.export_secret(provider.crypto(), "sotto/1 signal", &[], 32).ok()?;
    let secret = Zeroizing::new(secret);
    Some(SealingKey::new(secret.as_slice().try_into().ok()?))
}

/// Checks every member's certificate, of a group that came from outside.
///
/// # Errors
/// [`Problem::RelayMisbehaved`] when any does not hold.
pub(crate) fn verify_members(group: &MlsGroup) -> Result<Vec<Certificate>, Problem> {
    group
        .members()
        .map(|member| {
            verify(&member.credential, &member.signature_key)
                .ok_or(Problem::RelayMisbehaved("a member's credential"))
        })
        .collect()
}

/// The members' certificates. They were verified when they came in.
pub(crate) fn members(group: &MlsGroup) -> impl Iterator<Item = Certificate> {
    group.members().filter_map(|member| parse(&member.credential))
}

/// The certificate of a leaf, verified when it came in.
pub(crate) fn member_at(group: &MlsGroup, index: LeafNodeIndex) -> Option<Certificate> {
    parse(&group.member_at(index)?.credential)
}

fn parse(credential: &Credential) -> Option<Certificate> {
    let basic = BasicCredential::try_from(credential.clone()).ok()?;
    Certificate::from_bytes(basic.identity()).ok()
}

/// Reads the certificate in a credential and checks it against the leaf it stands in.
pub(crate) fn verify(credential: &Credential, signature_key: &[u8]) -> Option<Certificate> {
    let basic = BasicCredential::try_from(credential.clone()).ok()?;
    let certificate = identity::verify(basic.identity()).ok()?;
    (certificate.mls_key == *signature_key).then_some(certificate)
}

fn export_group_info(
    provider: &Provider<'_>,
    identity: &Identity,
    group: &MlsGroup,
) -> Result<Vec<u8>, Problem> {
    const FAILED: Problem = Problem::Internal("a group info could not be made");
    let info = group.export_group_info(provider.crypto(), identity, true).map_err(|_| FAILED)?;
    info.to_bytes().map_err(|_| FAILED)
}

pub(crate) fn credential(identity: &Identity) -> CredentialWithKey {
    CredentialWithKey {
        credential: BasicCredential::new(identity.certificate.to_bytes()).into(),
        signature_key: identity.certificate.mls_key.as_slice().into(),
    }
}

pub(crate) fn capabilities() -> Capabilities {
    Capabilities::builder().ciphersuites(vec![SUITE]).build()
}

fn authenticator(group: &MlsGroup) -> Vec<u8> {
    group.epoch_authenticator().as_slice().iter().take(AUTHENTICATOR_BYTES).copied().collect()
}
