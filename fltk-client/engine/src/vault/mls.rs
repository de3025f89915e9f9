//! OpenMLS's storage, in the vault: a namespace of values, named by label and key.
//!
//! Writes take part in the vault's transaction, so group state and the message that moved it become
//! durable together.

use openmls_traits::storage::{CURRENT_VERSION, StorageProvider, traits};
use rmp_serde::config::BytesMode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::Vault;
use crate::Problem;

/// What OpenMLS reads and writes.
#[derive(Debug)]
pub(crate) struct MlsStore<'a>(pub(crate) &'a Vault);

impl MlsStore<'_> {
    fn put(
        &self,
        label: &str,
        key: &impl Serialize,
        value: &impl Serialize,
    ) -> Result<(), Problem> {
        let value = Zeroizing::new(pack(value).map_err(|_| self.broken())?);
        self.0.put_raw_value(&self.name(label, key)?, &value)
    }

    fn read<V: DeserializeOwned>(
        &self,
        label: &str,
        key: &impl Serialize,
    ) -> Result<Option<V>, Problem> {
        self.0
            .raw_value(&self.name(label, key)?)?
            .map(|bytes| rmp_serde::from_slice(&bytes).map_err(|_| self.broken()))
            .transpose()
    }

    fn delete(&self, label: &str, key: &impl Serialize) -> Result<(), Problem> {
        self.0.delete_value(&self.name(label, key)?)
    }

    fn name(&self, label: &str, key: &impl Serialize) -> Result<Vec<u8>, Problem> {
        let key = rmp_serde::to_vec_named(key).map_err(|_| self.broken())?;
        Ok([b"mls/", label.as_bytes(), b"/", &key].concat())
    }

    /// Values that do not fit the format: ends the transaction like a failed write.
    fn broken(&self) -> Problem {
        self.0.fail(Problem::Internal("MLS state has an unexpected form"))
    }

    fn list<T: DeserializeOwned>(
        &self,
        label: &str,
        key: &impl Serialize,
    ) -> Result<Vec<T>, Problem> {
        Ok(self.read(label, key)?.unwrap_or_default())
    }
}

/// Writes byte strings as such. By itself serde writes a `Vec<u8>` as a list of numbers, and a tree
/// is little else; it is read either way. Only values: names must stay as they are.
fn pack(value: &impl Serialize) -> Result<Vec<u8>, rmp_serde::encode::Error> {
    let mut packed = Vec::new();
    let mut serializer = rmp_serde::Serializer::new(&mut packed)
        .with_struct_map()
        .with_bytes(BytesMode::ForceIterables);
    value.serialize(&mut serializer)?;
    Ok(packed)
}

/// A list of encoded values: entities are serialisable one by one, not as parts of others.
type Encoded = Vec<u8>;

fn decode_all<T: DeserializeOwned>(
    store: &MlsStore<'_>,
    list: &[Encoded],
) -> Result<Vec<T>, Problem> {
    list.iter().map(|bytes| rmp_serde::from_slice(bytes).map_err(|_| store.broken())).collect()
}

fn encode<T: Serialize>(store: &MlsStore<'_>, value: &T) -> Result<Encoded, Problem> {
    rmp_serde::to_vec_named(value).map_err(|_| store.broken())
}

/// `write NAME<A, B>(KEY, VALUE) "label"` and so on: one line for each method of the trait that
/// stores one value under one key.
macro_rules! methods {
    ($(write $f:ident<$a:ident, $b:ident>($k:ident, $v:ident) $label:literal;)*) => {$(
        fn $f<$a: traits::$a<CURRENT_VERSION>, $b: traits::$b<CURRENT_VERSION>>(
            &self,
            key: &$k,
            value: &$v,
        ) -> Result<(), Problem> {
            self.put($label, key, value)
        }
    )*};
    ($(read $f:ident<$a:ident, $b:ident>($k:ident) -> $v:ident $label:literal;)*) => {$(
        fn $f<$a: traits::$a<CURRENT_VERSION>, $b: traits::$b<CURRENT_VERSION>>(
            &self,
            key: &$k,
        ) -> Result<Option<$v>, Problem> {
            self.read($label, key)
        }
    )*};
    ($(delete $f:ident<$k:ident> $label:literal;)*) => {$(
        fn $f<$k: traits::$k<CURRENT_VERSION>>(&self, key: &$k) -> Result<(), Problem> {
            self.delete($label, key)
        }
    )*};
}

impl StorageProvider<CURRENT_VERSION> for MlsStore<'_> {
    type Error = Problem;

    methods! {
        write write_mls_join_config<GroupId, MlsGroupJoinConfig>(GroupId, MlsGroupJoinConfig) "config";
        write write_tree<GroupId, TreeSync>(GroupId, TreeSync) "tree";
        write write_interim_transcript_hash<GroupId, InterimTranscriptHash>(GroupId, InterimTranscriptHash) "transcript";
        write write_context<GroupId, GroupContext>(GroupId, GroupContext) "context";
        write write_confirmation_tag<GroupId, ConfirmationTag>(GroupId, ConfirmationTag) "tag";
        write write_group_state<GroupState, GroupId>(GroupId, GroupState) "state";
        write write_message_secrets<GroupId, MessageSecrets>(GroupId, MessageSecrets) "secrets";
        write write_resumption_psk_store<GroupId, ResumptionPskStore>(GroupId, ResumptionPskStore) "resumption";
        write write_own_leaf_index<GroupId, LeafNodeIndex>(GroupId, LeafNodeIndex) "index";
        write write_group_epoch_secrets<GroupId, GroupEpochSecrets>(GroupId, GroupEpochSecrets) "epoch";
        write write_signature_key_pair<SignaturePublicKey, SignatureKeyPair>(SignaturePublicKey, SignatureKeyPair) "signature";
        write write_encryption_key_pair<EncryptionKey, HpkeKeyPair>(EncryptionKey, HpkeKeyPair) "encryption";
        write write_key_package<HashReference, KeyPackage>(HashReference, KeyPackage) "package";
        write write_psk<PskId, PskBundle>(PskId, PskBundle) "psk";
    }

    methods! {
        read mls_group_join_config<GroupId, MlsGroupJoinConfig>(GroupId) -> MlsGroupJoinConfig "config";
        read tree<GroupId, TreeSync>(GroupId) -> TreeSync "tree";
        read group_context<GroupId, GroupContext>(GroupId) -> GroupContext "context";
        read interim_transcript_hash<GroupId, InterimTranscriptHash>(GroupId) -> InterimTranscriptHash "transcript";
        read confirmation_tag<GroupId, ConfirmationTag>(GroupId) -> ConfirmationTag "tag";
        read group_state<GroupState, GroupId>(GroupId) -> GroupState "state";
        read message_secrets<GroupId, MessageSecrets>(GroupId) -> MessageSecrets "secrets";
        read resumption_psk_store<GroupId, ResumptionPskStore>(GroupId) -> ResumptionPskStore "resumption";
        read own_leaf_index<GroupId, LeafNodeIndex>(GroupId) -> LeafNodeIndex "index";
        read group_epoch_secrets<GroupId, GroupEpochSecrets>(GroupId) -> GroupEpochSecrets "epoch";
        read signature_key_pair<SignaturePublicKey, SignatureKeyPair>(SignaturePublicKey) -> SignatureKeyPair "signature";
        read encryption_key_pair<HpkeKeyPair, EncryptionKey>(EncryptionKey) -> HpkeKeyPair "encryption";
        read key_package<HashReference, KeyPackage>(HashReference) -> KeyPackage "package";
        read psk<PskBundle, PskId>(PskId) -> PskBundle "psk";
    }

    methods! {
        delete delete_own_leaf_nodes<GroupId> "leaves";
        delete delete_group_config<GroupId> "config";
        delete delete_tree<GroupId> "tree";
        delete delete_confirmation_tag<GroupId> "tag";
        delete delete_group_state<GroupId> "state";
        delete delete_context<GroupId> "context";
        delete delete_interim_transcript_hash<GroupId> "transcript";
        delete delete_message_secrets<GroupId> "secrets";
        delete delete_all_resumption_psk_secrets<GroupId> "resumption";
        delete delete_own_leaf_index<GroupId> "index";
        delete delete_group_epoch_secrets<GroupId> "epoch";
        delete delete_signature_key_pair<SignaturePublicKey> "signature";
        delete delete_encryption_key_pair<EncryptionKey> "encryption";
        delete delete_key_package<HashReference> "package";
        delete delete_psk<PskId> "psk";
    }

    fn append_own_leaf_node<
        GroupId: traits::GroupId<CURRENT_VERSION>,
        LeafNode: traits::LeafNode<CURRENT_VERSION>,
    >(
        &self,
        group: &GroupId,
        leaf: &LeafNode,
    ) -> Result<(), Problem> {
        let mut leaves: Vec<Encoded> = self.list("leaves", group)?;
        leaves.push(encode(self, leaf)?);
        self.put("leaves", group, &leaves)
    }

    fn own_leaf_nodes<
        GroupId: traits::GroupId<CURRENT_VERSION>,
        LeafNode: traits::LeafNode<CURRENT_VERSION>,
    >(
        &self,
        group: &GroupId,
    ) -> Result<Vec<LeafNode>, Problem> {
        decode_all(self, &self.list("leaves", group)?)
    }

    fn queue_proposal<
        GroupId: traits::GroupId<CURRENT_VERSION>,
        ProposalRef: traits::ProposalRef<CURRENT_VERSION>,
        QueuedProposal: traits::QueuedProposal<CURRENT_VERSION>,
    >(
        &self,
        group: &GroupId,
        reference: &ProposalRef,
        proposal: &QueuedProposal,
    ) -> Result<(), Problem> {
        let mut queue: Vec<(Encoded, Encoded)> = self.list("proposals", group)?;
        queue.push((encode(self, reference)?, encode(self, proposal)?));
        self.put("proposals", group, &queue)
    }

    fn queued_proposal_refs<
        GroupId: traits::GroupId<CURRENT_VERSION>,
        ProposalRef: traits::ProposalRef<CURRENT_VERSION>,
    >(
        &self,
        group: &GroupId,
    ) -> Result<Vec<ProposalRef>, Problem> {
        let queue: Vec<(Encoded, Encoded)> = self.list("proposals", group)?;
        decode_all(self, &queue.into_iter().map(|(reference, _)| reference).collect::<Vec<_>>())
    }

    fn queued_proposals<
        GroupId: traits::GroupId<CURRENT_VERSION>,
        ProposalRef: traits::ProposalRef<CURRENT_VERSION>,
        QueuedProposal: traits::QueuedProposal<CURRENT_VERSION>,
    >(
        &self,
        group: &GroupId,
    ) -> Result<Vec<(ProposalRef, QueuedProposal)>, Problem> {
        let (references, proposals): (Vec<_>, Vec<_>) =
            self.list::<(Encoded, Encoded)>("proposals", group)?.into_iter().unzip();
        Ok(decode_all(self, &references)?.into_iter().zip(decode_all(self, &proposals)?).collect())
    }

    fn remove_proposal<
        GroupId: traits::GroupId<CURRENT_VERSION>,
        ProposalRef: traits::ProposalRef<CURRENT_VERSION>,
    >(
        &self,
        group: &GroupId,
        reference: &ProposalRef,
    ) -> Result<(), Problem> {
        let reference = encode(self, reference)?;
        let mut queue: Vec<(Encoded, Encoded)> = self.list("proposals", group)?;
        queue.retain(|(other, _)| *other != reference);
        self.put("proposals", group, &queue)
    }

    fn clear_proposal_queue<
        GroupId: traits::GroupId<CURRENT_VERSION>,
        ProposalRef: traits::ProposalRef<CURRENT_VERSION>,
    >(
        &self,
        group: &GroupId,
    ) -> Result<(), Problem> {
        self.delete("proposals", group)
    }

    fn write_encryption_epoch_key_pairs<
        GroupId: traits::GroupId<CURRENT_VERSION>,
        EpochKey: traits::EpochKey<CURRENT_VERSION>,
        HpkeKeyPair: traits::HpkeKeyPair<CURRENT_VERSION>,
    >(
        &self,
        group: &GroupId,
        epoch: &EpochKey,
        leaf_index: u32,
        pairs: &[HpkeKeyPair],
    ) -> Result<(), Problem> {
        let pairs: Vec<Encoded> =
            pairs.iter().map(|pair| encode(self, pair)).collect::<Result<_, _>>()?;
        self.put("pairs", &(group, epoch, leaf_index), &pairs)
    }

    fn encryption_epoch_key_pairs<
        GroupId: traits::GroupId<CURRENT_VERSION>,
        EpochKey: traits::EpochKey<CURRENT_VERSION>,
        HpkeKeyPair: traits::HpkeKeyPair<CURRENT_VERSION>,
    >(
        &self,
        group: &GroupId,
        epoch: &EpochKey,
        leaf_index: u32,
    ) -> Result<Vec<HpkeKeyPair>, Problem> {
        decode_all(self, &self.list("pairs", &(group, epoch, leaf_index))?)
    }

    fn delete_encryption_epoch_key_pairs<
        GroupId: traits::GroupId<CURRENT_VERSION>,
        EpochKey: traits::EpochKey<CURRENT_VERSION>,
    >(
        &self,
        group: &GroupId,
        epoch: &EpochKey,
        leaf_index: u32,
    ) -> Result<(), Problem> {
        self.delete("pairs", &(group, epoch, leaf_index))
    }
}
