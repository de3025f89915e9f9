//! MLS (RFC 9420) as Sotto uses it: one suite, one credential, inline proposals only, and a charter
//! in the group context.
//!
//! Everything here is a function of a group and the vault. When anything fails the caller rolls the
//! vault back and drops the group object: memory and disk must not part.

use openmls::prelude::tls_codec::Deserialize as _;
use openmls::prelude::{
    BasicCredential, Capabilities, Credential, CredentialWithKey, Extension, ExtensionType,
    Extensions, GroupContext, GroupId, KeyPackage, KeyPackageIn, LeafNodeIndex, MlsGroup,
    MlsGroupCreateConfig, MlsMessageIn, OpenMlsProvider, PURE_CIPHERTEXT_WIRE_FORMAT_POLICY,
    ProcessMessageError, ProcessedMessage, ProtocolMessage, ProtocolVersion,
    RequiredCapabilitiesExtension, SenderRatchetConfiguration, UnknownExtension,
};
use suite::Suite;
use wire::certificate::DeviceCertificate as Certificate;
use wire::codec::Field;
use wire::id::RoomId;
use wire::sealed::SealingKey;
use zeroize::Zeroizing;

use crate::Problem;
use crate::charter::Charter;
use crate::identity::{self, Identity};
use crate::vault::{MlsStore, Vault};

mod join;

pub(crate) use join::{Join, NotWelcome, join, open_welcome};
pub(crate) use suite::SUITE;

/// The charter's type among extensions of the group context; of the range for private use
/// (RFC 9420 §17.3).
const CHARTER: u16 = 0xf053;

/// Messages arrive in the room's order, so a ratchet never has to go back; it goes forward over
/// messages that retention deleted, but not so far that a member could make all others compute.
fn ratchet() -> SenderRatchetConfiguration {
    SenderRatchetConfiguration::new(0, 2_000)
}

/// Bytes of the epoch authenticator that every message carries as authenticated data.
const AUTHENTICATOR_BYTES: usize = 8;

/// What OpenMLS needs: its crypto, and the vault for storage.
pub(crate) struct Provider<'a> {
    crypto: &'a Suite,
    store: MlsStore<'a>,
}

impl<'a> Provider<'a> {
    pub(crate) const fn new(crypto: &'a Suite, vault: &'a Vault) -> Self {
        Self { crypto, store: MlsStore(vault) }
    }
}

impl<'a> OpenMlsProvider for Provider<'a> {
    type CryptoProvider = Suite;
    type RandProvider = Suite;
    type StorageProvider = MlsStore<'a>;

    fn storage(&self) -> &MlsStore<'a> {
        &self.store
    }

    fn crypto(&self) -> &Suite {
        self.crypto
    }

    fn rand(&self) -> &Suite {
        self.crypto
    }
}

/// Makes a room's group with this device alone, and its group info.
pub(crate) fn create(
    provider: &Provider<'_>,
    identity: &Identity,
    room: RoomId,
    charter: &Charter,
) -> Result<(MlsGroup, Vec<u8>), Problem> {
    let config = MlsGroupCreateConfig::builder()
        .wire_format_policy(PURE_CIPHERTEXT_WIRE_FORMAT_POLICY)
        .use_ratchet_tree_extension(true)
        .sender_ratchet_configuration(ratchet())
        .max_past_epochs(0)
        .capabilities(capabilities())
        .with_group_context_extensions(extensions(charter)?)
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

/// What one commit changes. Nothing at all refreshes this device's keys.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) add: Vec<KeyPackage>,
    pub(crate) remove: Vec<LeafNodeIndex>,
    pub(crate) charter: Option<Charter>,
}

/// A commit that the group holds as pending until the relay accepts it.
pub(crate) struct Proposed {
    pub(crate) commit: Vec<u8>,
    pub(crate) welcome: Option<Vec<u8>>,
    pub(crate) group_info: Vec<u8>,
}

/// Makes a commit with an update path, bound to this epoch like every private message.
pub(crate) fn commit(
    provider: &Provider<'_>,
    identity: &Identity,
    group: &mut MlsGroup,
    changes: Changes,
) -> Result<Proposed, Problem> {
    const FAILED: Problem = Problem::Internal("a commit could not be made");
    group.set_aad(authenticator(group));
    let mut builder = group
        .commit_builder()
        .force_self_update(true)
        .propose_adds(changes.add)
        .propose_removals(changes.remove);
    if let Some(charter) = &changes.charter {
        builder =
            builder.propose_group_context_extensions(extensions(charter)?).map_err(|_| FAILED)?;
    }
    let bundle = builder
        .load_psks(provider.storage())
        .map_err(|_| FAILED)?
        .use_ratchet_tree_extension(true)
        .build(provider.crypto(), provider.crypto(), identity, |_| true)
        .map_err(|_| FAILED)?
        .stage_commit(provider)
        .map_err(|_| FAILED)?;
    let (commit, welcome, group_info) = bundle.into_messages();
    let bytes = |message: openmls::prelude::MlsMessageOut| message.to_bytes().map_err(|_| FAILED);
    Ok(Proposed {
        commit: bytes(commit)?,
        welcome: welcome.map(bytes).transpose()?,
        group_info: bytes(group_info.ok_or(FAILED)?)?,
    })
}

/// Goes into the epoch of the pending commit.
pub(crate) fn merge_pending(provider: &Provider<'_>, group: &mut MlsGroup) -> Result<(), Problem> {
    group
        .merge_pending_commit(provider)
        .map_err(|_| Problem::Internal("a commit could not be merged"))
}

/// Forgets the pending commit, if there is one.
pub(crate) fn clear_pending(provider: &Provider<'_>, group: &mut MlsGroup) -> Result<(), Problem> {
    group.clear_pending_commit(provider.storage())
}

/// Checks a key package (RFC 9420 §10.1): suite, signature, lifetime, that it can follow a charter,
/// and the certificate in it.
pub(crate) fn check_key_package(
    provider: &Provider<'_>,
    bytes: &[u8],
) -> Option<(KeyPackage, Certificate)> {
    let key_package = KeyPackageIn::tls_deserialize_exact(bytes).ok()?;
    let key_package = key_package.validate(provider.crypto(), ProtocolVersion::Mls10).ok()?;
    let leaf = key_package.leaf_node();
    let certificate = verify(leaf.credential(), leaf.signature_key().as_slice())?;
    let fits = key_package.ciphersuite() == SUITE
        && leaf.capabilities().extensions().contains(&ExtensionType::Unknown(CHARTER));
    fits.then_some((key_package, certificate))
}

/// What the group's members have agreed the room to be; `None` if that is missing or unsound.
pub(crate) fn charter(group: &MlsGroup) -> Option<Charter> {
    charter_in(group.extensions())
}

/// The charter among a group context's extensions, if they are nothing but what Sotto puts there.
pub(crate) fn charter_in(extensions: &Extensions<GroupContext>) -> Option<Charter> {
    let charter = Charter::from_bytes(&extensions.unknown(CHARTER)?.0).ok()?;
    let expected = self::extensions(&charter).ok()?;
    (*extensions == expected).then_some(charter)
}

fn extensions(charter: &Charter) -> Result<Extensions<GroupContext>, Problem> {
    let required = RequiredCapabilitiesExtension::new(&[ExtensionType::Unknown(CHARTER)], &[], &[]);
    let list = vec![
        Extension::RequiredCapabilities(required),
        Extension::Unknown(CHARTER, UnknownExtension(charter.to_bytes())),
    ];
    Extensions::from_vec(list).map_err(|_| Problem::Internal("a charter could not be written"))
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
    /// It was made in another epoch of this number: its author sees another room.
    Forked,
    /// It was made in an epoch that comes after a commit which did not reach this device whole.
    Ahead,
}

/// Reads the payload of a record that has `commits` before it in the log, of which a group may have
/// refused some.
pub(crate) fn process(
    provider: &Provider<'_>,
    group: &mut MlsGroup,
    payload: &[u8],
    commits: u64,
) -> Result<ProcessedMessage, Unprocessed> {
    let message: ProtocolMessage = MlsMessageIn::tls_deserialize_exact(payload)
        .ok()
        .and_then(|message| message.try_into_protocol_message().ok())
        .ok_or(Unprocessed::Rubbish)?;
    let is_external = message.is_external();
    let expected = authenticator(group);
    let is_forked = match &message {
        ProtocolMessage::PrivateMessage(private) => {
            private.epoch() == group.epoch() && private.aad() != expected
        }
        _ => false,
    };
    let is_ahead = message.epoch() > group.epoch() && message.epoch().as_u64() <= commits;
    let processed = group.process_message(provider, message).map_err(|error| match error {
        _ if is_forked => Unprocessed::Forked,
        _ if is_ahead => Unprocessed::Ahead,
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

/// The leaves of a group and their certificates, which were verified when they came in.
pub(crate) fn leaves(group: &MlsGroup) -> impl Iterator<Item = (LeafNodeIndex, Certificate)> {
    group.members().filter_map(|member| Some((member.index, parse(&member.credential)?)))
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
    Capabilities::builder()
        .ciphersuites(vec![SUITE])
        // Without the other, nobody could take this device's key package of last resort.
        .extensions(vec![ExtensionType::Unknown(CHARTER), ExtensionType::LastResort])
        .build()
}

fn authenticator(group: &MlsGroup) -> Vec<u8> {
    group.epoch_authenticator().as_slice().iter().take(AUTHENTICATOR_BYTES).copied().collect()
}
