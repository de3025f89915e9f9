//! What a front end asks of the engine.

use wire::id::{RoomId, Seq};

use crate::event::MessageId;

/// A request. What comes of it arrives as [`Event`](crate::Event)s.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// Queues a text; durable once [`MessageQueued`](crate::Event::MessageQueued) arrives, on the
    /// relay once [`MessageSent`](crate::Event::MessageSent) does.
    SendText {
        /// The room.
        room: RoomId,
        /// The front end's random name for the message; repeating it sends nothing twice.
        id: MessageId,
        /// The text, at most [`MAX_TEXT_BYTES`](crate::MAX_TEXT_BYTES) of UTF-8.
        text: String,
    },
    /// Tells the members who are connected that someone types here. Nothing comes back.
    SendTyping {
        /// The room.
        room: RoomId,
    },
    /// Asks for the rooms: [`Rooms`](crate::Event::Rooms).
    ListRooms,
    /// Asks for a room's members: [`Members`](crate::Event::Members).
    ListMembers {
        /// The room.
        room: RoomId,
    },
    /// Asks for this account's devices: [`Devices`](crate::Event::Devices).
    ListDevices,
    /// Asks for what follows a place in a room: [`History`](crate::Event::History).
    ReadHistory {
        /// The room.
        room: RoomId,
        /// The last entry already known; 0 for the beginning.
        after: Seq,
        /// Entries wanted at most.
        limit: u32,
    },
    /// Tries to connect now instead of when the back-off ends.
    ConnectNow,
    /// Closes the connection and ends: [`Stopped`](crate::Event::Stopped).
    Stop,
}
