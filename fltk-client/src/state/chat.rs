//! The chat of an open profile.

use std::collections::BTreeMap;

use engine::{Member, RequestId, Transfer};
use wire::id::{Handle, RoomId};

use super::composer::Composer;
use super::rooms::Rooms;
use super::timeline::Timeline;

/// The chat.
#[derive(Debug)]
pub struct Chat {
    /// The account.
    pub me: Handle,
    /// The connection.
    pub link: LinkState,
    /// All rooms.
    pub rooms: Rooms,
    /// The room that is shown.
    pub timeline: Option<Timeline>,
    /// Where its messages are written.
    pub composer: Composer,
    /// Members of the rooms that were shown.
    pub members: BTreeMap<RoomId, Vec<Member>>,
    /// Who types where, and the beat until which that is believed.
    pub typing: BTreeMap<RoomId, Vec<(Handle, u64)>>,
    /// Files under way.
    pub transfers: BTreeMap<RequestId, Transfer>,
    /// Whether a narrow window shows the room list rather than the room.
    pub list_in_front: bool,
}

/// The connection to the relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// On its way.
    Connecting,
    /// It stands; everything that is sent is encrypted end to end.
    Connected,
    /// There is none; what is written waits. Why, in a sentence.
    Lost(String),
}
