//! What `--json` and `pipe` print: one object a line.
//!
//! | `type` | when | fields |
//! | --- | --- | --- |
//! | `message` | a text in a room | `room`, `seq`, `id`, `from`, `device`, `at`, `text`, `own`, `sent`; and of these those that there are: `told_by` (who handed it on), `reply` (what it answers: `from`, `id`, `seq` or `null`, `text`), `edited`, `expires` (times), `reactions` (a list of `emoji`, `by`: accounts) |
//! | `joined`, `left` | `by` brought an account in or took it out; a line each | `room`, `seq`, `from`, `by`, `at` |
//! | `file` | a file in a room; `id` is what `get` takes | `room`, `seq`, `id`, `from`, `device`, `at`, `name`, `size` (bytes), `media_type`, `own`, `sent`, and what a `message` has if there is any |
//! | `deleted` | a message that its author took back | `room`, `seq`, `id`, `from`, `device`, `at`, `own`, `sent`, `told_by` and `expires` if there are |
//! | `changed` | a message was edited, reacted to or taken back | `entry`: a `message`, `file` or `deleted`, as it is now |
//! | `expired` | messages have disappeared | `room`, `seqs`: a list |
//! | `set` | `by` set a property of the room: `what` is `name`, `topic`, `history`, `lifetime` (seconds; 0 for ever), `role` or `closed` | `room`, `seq`, `by`, `at`, `what`, `value`, `account` for a `role` |
//! | `gap` | entries `from` to `to` cannot be read here | `room`, `from`, `to`, `at` |
//! | `typing` | someone types; good for a few seconds | `room`, `from`, `device` |
//! | `key-changed` | an account came with another key; what it did was refused, and nothing is sent to rooms with it until `trust` | `room` or `null`, `from` |
//! | `held` | a room is neither read nor written here now | `room`, `problem` |
//! | `room-repaired` | a held room is read and written again; what could not be read is a `gap` | `room` |
//! | `connected` | the relay knows this device | `name`, `device` |
//! | `disconnected` | `retry_ms`: until the next try, or `null` if there is none | `problem`, `retry_ms` |
//! | `room-added`, `room-changed` | the profile has a new room; something of a room is another than before | `room`, `id`, `kind`, `topic`, `standing`, `members`, `history`, `head`, `read`, `unread`, `mentions`, `lifetime_s`, `readers`: a list of `name`, `seq` |
//! | `room-left` | the account is in a room no more; `reason` is `left`, `removed`, `closed` or `unexplained` | `room`, `reason`, `by` or `null` |
//! | `devices-stale` | nothing was heard of devices in a room for 90 days; an owner should remove them | `room`, `accounts`: a list of `name`, `devices` (how many) |
//! | `synced` | all rooms are here, and each is read or held; once on each connection | |
//! | `caught-up` | all that the relay holds of a room was read | `room`, `head` |
//! | `read-moved` | `by` has read a room up to `seq`; also this account, on any of its devices | `room`, `by`, `seq` |
//! | `queued`, `sent` | a text is stored here; a text or a file is on the relay | `room`, `id`; `sent` also `seq` |
//! | `progress` | a file moves; it ends in `sent`, `saved` or `error` with that `id` | `id`, `room`, `direction` (`up` or `down`), `seq` if down, `name`, `path` (the file, or the directory it is saved in), `done`, `total` (bytes), `rate` (bytes a second), `left_s` or `null` |
//! | `saved` | a file is whole and has its final name | `id` of the command, `room`, `seq`, `path` |
//! | `done` | a command was done | `id`, `room` if it was about one |
//! | `error` | a command was not done; the connection goes on | `problem`, `id` if the command had one |
//! | `rooms` | answer | `rooms`: a list of `room`, `id`, `kind`, `topic`, `standing`, `members`, `history`, `head`, `read`, `unread`, `mentions`, `lifetime_s`, `readers`: a list of `name`, `seq` |
//! | `members` | answer | `room`, `members`: a list of `name`, `role`, `trust`, `devices`, `stale` (how many), `own` |
//! | `devices` | answer | `devices`: a list of `device`, `name`, `created`, `seen`, `own` |
//! | `transfers` | answer | `transfers`: a list of what `progress` has |
//! | `file-limits` | answer: what files the account may send, in bytes | `id`, `max`, `account`, `left`, `keep_days` |
//! | `receipts` | answer: whether others are told what was read here | `on` |
//! | `safety` | answer to `verify`; `changed`: the number of the new key, if another came | `account`, `number`, `trust`, `changed` or `null` |
//! | `history` | answer to `read` | `room`, `entries`: a list of `message`, `file`, `deleted`, `joined`, `left`, `set`, `gap` |
//! | `found` | answer to `search`, newest first | `id`, `hits`: a list of `message`, `file` |
//! | `registered`, `logged-in` | the account is ready | `name`, `device` |
//!
//! `room` is the room's name, or its id where the name is not unique. Ids are hexadecimal: 32
//! digits. `seq` counts a room's entries from 1. Times are milliseconds since 1970 UTC: `at` and
//! `seen` by the relay's clock, `sent` and `created` by the author's. `kind` is `lobby`, `open`,
//! `closed` or `direct`; `standing` is `owner`, `member`, `left` or `joinable`; `role` is `owner` or
//! `member`; `trust` is `pinned`, `verified` or `changed`. `history` is how many earlier messages
//! those who are invited are given. `read` is the last entry that the person has read, `unread` counts
//! messages of others behind it, at most 1,000, and `mentions` those that mention the account.
//! `lifetime_s` is after how many seconds messages disappear (0: never), `readers` how far others have
//! read who tell it. Fields may be added later; programs ignore those they do not know.

use serde::Serialize;

mod message;
mod of;
mod part;

use message::Notes;
use part::Value;
pub(crate) use part::{Device, Member, Room, Stale, Transfer, kind, role};

/// One line of output.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum Line {
    Message {
        room: String,
        seq: u64,
        id: String,
        from: String,
        device: String,
        at: u64,
        text: String,
        own: bool,
        sent: u64,
        #[serde(flatten)]
        notes: Notes,
    },
    File {
        room: String,
        seq: u64,
        id: String,
        from: String,
        device: String,
        at: u64,
        name: String,
        size: u64,
        media_type: String,
        own: bool,
        sent: u64,
        #[serde(flatten)]
        notes: Notes,
    },
    Deleted {
        room: String,
        seq: u64,
        id: String,
        from: String,
        device: String,
        at: u64,
        own: bool,
        sent: u64,
        #[serde(flatten)]
        notes: Notes,
    },
    Changed {
        entry: Box<Line>,
    },
    Expired {
        room: String,
        seqs: Vec<u64>,
    },
    Receipts {
        on: bool,
    },
    Joined {
        room: String,
        seq: u64,
        from: String,
        by: String,
        at: u64,
    },
    Left {
        room: String,
        seq: u64,
        from: String,
        by: String,
        at: u64,
    },
    Set {
        room: String,
        seq: u64,
        by: String,
        at: u64,
        what: &'static str,
        value: Value,
        #[serde(skip_serializing_if = "Option::is_none")]
        account: Option<String>,
    },
    Gap {
        room: String,
        from: u64,
        to: u64,
        at: u64,
    },
    Typing {
        room: String,
        from: String,
        device: String,
    },
    KeyChanged {
        room: Option<String>,
        from: String,
    },
    Held {
        room: String,
        problem: String,
    },
    RoomRepaired {
        room: String,
    },
    Connected {
        name: String,
        device: String,
    },
    Disconnected {
        problem: String,
        retry_ms: Option<u64>,
    },
    RoomAdded(Room),
    RoomChanged(Room),
    RoomLeft {
        room: String,
        reason: &'static str,
        by: Option<String>,
    },
    DevicesStale {
        room: String,
        accounts: Vec<Stale>,
    },
    Synced,
    CaughtUp {
        room: String,
        head: u64,
    },
    ReadMoved {
        room: String,
        by: String,
        seq: u64,
    },
    Queued {
        room: String,
        id: String,
    },
    Sent {
        room: String,
        id: String,
        seq: u64,
    },
    Progress(Transfer),
    Saved {
        id: String,
        room: String,
        seq: u64,
        path: String,
    },
    Done {
        id: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        room: Option<String>,
    },
    Error {
        problem: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    Rooms {
        rooms: Vec<Room>,
    },
    Members {
        room: String,
        members: Vec<Member>,
    },
    Devices {
        devices: Vec<Device>,
    },
    Transfers {
        transfers: Vec<Transfer>,
    },
    FileLimits {
        id: String,
        max: u64,
        account: u64,
        left: u64,
        keep_days: u32,
    },
    Safety {
        account: String,
        number: String,
        trust: &'static str,
        changed: Option<String>,
    },
    History {
        room: String,
        entries: Vec<Line>,
    },
    Found {
        id: String,
        hits: Vec<Line>,
    },
    Registered {
        name: String,
        device: String,
    },
    LoggedIn {
        name: String,
        device: String,
    },
}

#[cfg(test)]
mod tests;
