//! What the vault keeps of a room, beside its group, timeline and outbox.

use std::collections::{BTreeMap, BTreeSet};

use wire::codec::{Bytes, Field, Reader, Writer};
use wire::id::{DeviceId, Epoch, Handle, PostId, RoomId, Seq, UnixMs};
use wire::limit::MAX_MEMBER_CHANGES;
use wire::message::{Commit, GroupInfo, RoomKind, Welcome};

use super::policy::Snapshot;
use crate::charter::{AccountKey, MAX_OWNERS};
use crate::encoding::{put_list, put_text, read_list, read_text};
use crate::event::RequestId;
use crate::{Departure, Hold, MAX_ROOM_NAME_BYTES, MAX_TOPIC_BYTES};

/// Devices of one room, far beyond what a group info can hold.
const MAX_LEAVES: usize = 1 << 14;

/// How far this device has come into a room, or out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The group was made here; the relay has not acknowledged the room.
    Creating(GroupInfo),
    /// Wants to join, or to come back, and waits for group info.
    ExpectGroupInfo,
    /// The external commit was made and may have been sent; whether it won is to be asked.
    Joining { post: PostId, commit: Commit, group_info: GroupInfo },
    /// Was added by another, and waits for the welcome.
    ExpectWelcome,
    /// In the group.
    Member,
    /// Out of it; the relay does not know yet.
    Leaving(Departure),
    /// Out of it.
    Left(Departure),
}

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) kind: RoomKind,
    pub(super) standing: Standing,
    /// The record with which this device came in, and who brought it.
    pub(super) joined: Seq,
    pub(super) invited_by: Option<Handle>,
    /// Commits in the log up to `have`, which is the relay's epoch.
    pub(super) epoch: Epoch,
    /// The last record that was applied.
    pub(super) have: Seq,
    /// Why the room is neither read nor written now.
    pub(super) held: Option<Hold>,
    /// Set while the device is on its way back into the room: what it knew of it.
    pub(super) lost: Option<Snapshot>,
    /// What its owners call it; empty until heard.
    pub(super) name: String,
    pub(super) topic: String,
    /// Whether a pending commit is kept for it.
    pub(super) is_committing: bool,
    /// Accounts that said farewell and have leaves in the group still.
    pub(super) leaving: BTreeSet<AccountKey>,
    /// Whether somebody came in by itself and was not told the name since.
    pub(super) greeting_due: bool,
    /// When this device's own keys in the group were last new.
    pub(super) refreshed: UnixMs,
    /// When each device was last heard of, to the day.
    pub(super) heard: BTreeMap<DeviceId, UnixMs>,
}

impl Stored {
    pub(super) fn new(kind: RoomKind, standing: Standing) -> Self {
        Self {
            kind,
            standing,
            joined: Seq(0),
            invited_by: None,
            epoch: Epoch(0),
            have: Seq(0),
            held: None,
            lost: None,
            name: String::new(),
            topic: String::new(),
            is_committing: false,
            leaving: BTreeSet::new(),
            greeting_due: false,
            refreshed: UnixMs(0),
            heard: BTreeMap::new(),
        }
    }
}

/// A commit of this device that the relay has not answered. It is stored before it is sent, so that
/// after a crash the same is sent again and the relay says whether it had won.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pending {
    pub(super) post: PostId,
    pub(super) epoch: Epoch,
    pub(super) commit: Commit,
    pub(super) group_info: GroupInfo,
    pub(super) welcome: Option<Welcome>,
    pub(super) added: Vec<DeviceId>,
    pub(super) removed: Vec<DeviceId>,
    /// Whom it invites: they are told the name and given the history.
    pub(super) invited: Option<Handle>,
    /// The command that asked for it.
    pub(super) request: Option<RequestId>,
}

/// Where a room's values stand in the vault.
pub(super) fn name(room: RoomId) -> Vec<u8> {
    [b"room/".as_slice(), room.as_array()].concat()
}

/// Where its pending commit does.
pub(super) fn pending_name(room: RoomId) -> Vec<u8> {
    [b"pending/".as_slice(), room.as_array()].concat()
}

impl Field for Stored {
    const WHAT: &'static str = "room";

    fn encode(&self, w: &mut Writer) {
        self.kind.encode(w);
        self.standing.encode(w);
        self.joined.encode(w);
        self.invited_by.encode(w);
        self.epoch.encode(w);
        self.have.encode(w);
        self.held.encode(w);
        self.lost.encode(w);
        put_text(w, &self.name);
        put_text(w, &self.topic);
        self.is_committing.encode(w);
        put_list(w, self.leaving.iter());
        self.greeting_due.encode(w);
        self.refreshed.encode(w);
        w.count(self.heard.len());
        for (device, at) in &self.heard {
            device.encode(w);
            at.encode(w);
        }
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(Self {
            kind: Field::decode(r)?,
            standing: Field::decode(r)?,
            joined: Field::decode(r)?,
            invited_by: Field::decode(r)?,
            epoch: Field::decode(r)?,
            have: Field::decode(r)?,
            held: Field::decode(r)?,
            lost: Field::decode(r)?,
            name: read_text(r, MAX_ROOM_NAME_BYTES)?,
            topic: read_text(r, MAX_TOPIC_BYTES)?,
            is_committing: Field::decode(r)?,
            leaving: read_list(r, MAX_LEAVES)?,
            greeting_due: Field::decode(r)?,
            refreshed: Field::decode(r)?,
            heard: {
                let count = r.count(MAX_LEAVES, Self::WHAT)?;
                (0..count).map(|_| Ok((Field::decode(r)?, Field::decode(r)?))).collect::<Result<
                    _,
                    wire::Error,
                >>(
                )?
            },
        })
    }
}

impl Field for Pending {
    const WHAT: &'static str = "pending commit";

    fn encode(&self, w: &mut Writer) {
        self.post.encode(w);
        self.epoch.encode(w);
        self.commit.encode(w);
        self.group_info.encode(w);
        self.welcome.encode(w);
        put_list(w, self.added.iter());
        put_list(w, self.removed.iter());
        self.invited.encode(w);
        self.request.encode(w);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(Self {
            post: Field::decode(r)?,
            epoch: Field::decode(r)?,
            commit: Field::decode(r)?,
            group_info: Field::decode(r)?,
            welcome: Field::decode(r)?,
            added: read_list(r, MAX_MEMBER_CHANGES)?,
            removed: read_list(r, MAX_MEMBER_CHANGES)?,
            invited: Field::decode(r)?,
            request: Field::decode(r)?,
        })
    }
}

impl Field for Standing {
    const WHAT: &'static str = "standing in a room";

    fn encode(&self, w: &mut Writer) {
        match self {
            Self::Creating(group_info) => {
                w.put(&[1]);
                group_info.encode(w);
            }
            Self::ExpectGroupInfo => w.put(&[2]),
            Self::Joining { post, commit, group_info } => {
                w.put(&[3]);
                post.encode(w);
                commit.encode(w);
                group_info.encode(w);
            }
            Self::Member => w.put(&[4]),
            Self::ExpectWelcome => w.put(&[5]),
            Self::Leaving(departure) => {
                w.put(&[6]);
                departure.encode(w);
            }
            Self::Left(departure) => {
                w.put(&[7]);
                departure.encode(w);
            }
        }
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(match r.array(Self::WHAT)? {
            [1] => Self::Creating(Bytes::decode(r)?),
            [2] => Self::ExpectGroupInfo,
            [3] => Self::Joining {
                post: Field::decode(r)?,
                commit: Field::decode(r)?,
                group_info: Field::decode(r)?,
            },
            [4] => Self::Member,
            [5] => Self::ExpectWelcome,
            [6] => Self::Leaving(Field::decode(r)?),
            [7] => Self::Left(Field::decode(r)?),
            _ => return Err(wire::Error::Malformed { what: Self::WHAT }),
        })
    }
}

impl Field for Departure {
    const WHAT: &'static str = "departure";

    fn encode(&self, w: &mut Writer) {
        match self {
            Self::Left => w.put(&[1]),
            Self::Removed(by) => {
                w.put(&[2]);
                by.encode(w);
            }
            Self::Closed(by) => {
                w.put(&[3]);
                by.encode(w);
            }
            Self::Unexplained => w.put(&[4]),
        }
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(match r.array(Self::WHAT)? {
            [1] => Self::Left,
            [2] => Self::Removed(Field::decode(r)?),
            [3] => Self::Closed(Field::decode(r)?),
            [4] => Self::Unexplained,
            _ => return Err(wire::Error::Malformed { what: Self::WHAT }),
        })
    }
}

impl Field for Hold {
    const WHAT: &'static str = "hold";

    fn encode(&self, w: &mut Writer) {
        w.put(&[match self {
            Self::Behind => 1,
            Self::RolledBack => 2,
            Self::LogWentBack => 3,
            Self::KeyChanged => 5,
            Self::Forked => 6,
        }]);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(match r.array(Self::WHAT)? {
            [1] => Self::Behind,
            [2] => Self::RolledBack,
            [3] => Self::LogWentBack,
            [5] => Self::KeyChanged,
            [6] => Self::Forked,
            _ => return Err(wire::Error::Malformed { what: Self::WHAT }),
        })
    }
}

impl Field for Snapshot {
    const WHAT: &'static str = "snapshot";

    fn encode(&self, w: &mut Writer) {
        self.epoch.encode(w);
        put_list(w, self.accounts.iter());
        put_list(w, self.owners.iter());
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(Self {
            epoch: Field::decode(r)?,
            accounts: read_list(r, MAX_LEAVES)?,
            owners: read_list(r, MAX_OWNERS)?,
        })
    }
}
