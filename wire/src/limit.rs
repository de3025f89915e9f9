//! Every bound of the protocol, in one place. Sizes are in bytes and times in milliseconds unless
//! the name says otherwise. `PROTOCOL.md` §2 lists the same numbers for other implementations.

/// Longest frame body; the length prefix itself is not counted (PROTOCOL §3).
pub const MAX_FRAME_BYTES: usize = 65_535;
/// AES-GCM tag.
pub const TAG_BYTES: usize = 16;
/// Longest plaintext of one transport message.
pub const MAX_PLAINTEXT_BYTES: usize = MAX_FRAME_BYTES - TAG_BYTES;
/// Longest handshake frame: the third XX message without payload is 64 bytes, the second 96.
pub const MAX_HANDSHAKE_FRAME_BYTES: usize = 256;

/// Transport messages under one key, the one that announces the rekey included (PROTOCOL §5.3).
pub const REKEY_AFTER_MESSAGES: u64 = 1 << 20;
/// Age at which a sender rekeys.
pub const REKEY_AFTER_MS: u64 = 60 * 60 * 1_000;
/// A handshake that has not ended by then is dropped.
pub const HANDSHAKE_TIMEOUT_MS: u64 = 5_000;
/// The initiator sends a keep-alive this long after the last one, whatever else it sends.
pub const KEEP_ALIVE_AFTER_MS: u64 = 30_000;
/// Either side drops a session after this much silence of the other.
pub const IDLE_TIMEOUT_MS: u64 = 90_000;

/// Longest message before the peer has signed in.
pub const MAX_ANONYMOUS_MESSAGE_BYTES: usize = 4 * 1_024;
/// Longest message afterwards: a commit of a large room with its group info and welcome.
pub const MAX_MESSAGE_BYTES: usize =
    MAX_COMMIT_BYTES + MAX_GROUP_INFO_BYTES + MAX_WELCOME_BYTES + 64 * 1_024;

/// Longest handle (ASCII characters).
pub const MAX_HANDLE_BYTES: usize = 32;
/// Longest OPAQUE message of any kind.
pub const MAX_OPAQUE_BYTES: usize = 512;
/// Longest sealed account key.
pub const MAX_SEALED_ACCOUNT_BYTES: usize = 512;
/// Longest device certificate.
pub const MAX_CERTIFICATE_BYTES: usize = 512;
/// Longest key package.
pub const MAX_KEY_PACKAGE_BYTES: usize = 8 * 1_024;
/// One-use key packages the relay keeps for one device, beside one of last resort.
pub const MAX_KEY_PACKAGES: usize = 20;
/// Devices of one account.
pub const MAX_DEVICES: usize = 32;
/// Longest application message: 60 KiB of padded content and what MLS adds.
pub const MAX_APPLICATION_BYTES: usize = 62 * 1_024;
/// Longest commit.
pub const MAX_COMMIT_BYTES: usize = 1 << 20;
/// Longest group info, ratchet tree included.
pub const MAX_GROUP_INFO_BYTES: usize = 3 << 20;
/// Longest welcome, ratchet tree included.
pub const MAX_WELCOME_BYTES: usize = 3 << 20;
/// Longest name of a device, sealed by its account.
pub const MAX_SEALED_NAME_BYTES: usize = 256;
/// Longest signal (typing), which is forwarded and never stored.
pub const MAX_SIGNAL_BYTES: usize = 512;
/// Content of one chunk of a file; only the last has less (PROTOCOL §12).
pub const CHUNK_CONTENT_BYTES: usize = 60 * 1_024;
/// Longest sealed chunk: its run, the content, the tag.
pub const MAX_CHUNK_BYTES: usize = 4 + CHUNK_CONTENT_BYTES + TAG_BYTES;
/// Chunks that one client may have sent or asked for without an answer, of all its files.
pub const MAX_CHUNKS_UNDER_WAY: usize = 32;
/// Files of one connection that may be open for sending, and as many for fetching.
pub const MAX_OPEN_FILES: usize = 8;
/// Devices one commit may add or remove.
pub const MAX_MEMBER_CHANGES: usize = 256;
/// Rooms of one device in one list.
pub const MAX_ROOMS: usize = 4_096;
/// Records in one answer to a fetch.
pub const MAX_RECORDS: usize = 4_096;
/// Payload bytes the relay aims for in one answer to a fetch; one record may exceed it.
pub const FETCH_BYTES: usize = 256 * 1_024;
