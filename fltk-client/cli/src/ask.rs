//! What `pipe` reads: one JSON command a line.

use std::path::PathBuf;

use serde::Deserialize;

/// Entries in one answer unless the command says otherwise.
const DEFAULT_LIMIT: u32 = 100;
/// Entries in one answer at most.
pub(crate) const MAX_LIMIT: u32 = 1_000;

/// A command of a program.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Ask {
    /// Send a text; `id` is 32 hexadecimal digits.
    Send { room: String, text: String, id: Option<String> },
    /// Send a text that answers the message at `seq`.
    Reply { room: String, seq: u64, text: String, id: Option<String> },
    /// Give the message at `seq` another text.
    Edit { room: String, seq: u64, text: String, id: Option<String> },
    /// Take the message at `seq` back.
    Delete { room: String, seq: u64, id: Option<String> },
    /// React to the message at `seq`, or withdraw that.
    React {
        room: String,
        seq: u64,
        emoji: String,
        #[serde(default)]
        withdraw: bool,
        id: Option<String>,
    },
    /// Note that what stands up to `seq` was read.
    MarkRead { room: String, seq: u64 },
    /// Say whether others are told what was read, after setting it if `on` is there.
    Receipts { on: Option<bool> },
    /// Send a file.
    Put { room: String, path: PathBuf, id: Option<String> },
    /// Save the file whose message's id is `file` in the directory `to`.
    Get { room: String, file: String, to: PathBuf, id: Option<String> },
    /// End a transfer, by the name of the command that began it.
    Cancel { transfer: String, id: Option<String> },
    /// List the transfers under way.
    Transfers {},
    /// Ask what files may be sent.
    FileLimits { id: Option<String> },
    /// Tell that the program types.
    Typing { room: String },
    /// List the rooms.
    Rooms {},
    /// List a room's members.
    Members { room: String },
    /// List the account's devices.
    Devices { id: Option<String> },
    /// Give what follows `since`, at most `limit` entries.
    Read {
        room: String,
        #[serde(default)]
        since: u64,
        #[serde(default = "default_limit")]
        limit: u32,
    },
    /// Give the messages in which a text occurs, at most `limit`.
    Search {
        text: String,
        room: Option<String>,
        #[serde(default = "default_limit")]
        limit: u32,
        id: Option<String>,
    },
    /// Make a room.
    Create {
        name: String,
        #[serde(default)]
        open: bool,
        #[serde(default)]
        history: u16,
        id: Option<String>,
    },
    /// Add an account to a room.
    Invite { room: String, account: String, id: Option<String> },
    /// Take out of a room an account, or else what is `stale`.
    Remove {
        room: String,
        account: Option<String>,
        #[serde(default)]
        stale: bool,
        id: Option<String>,
    },
    /// Make a member an owner, or the reverse.
    Role { room: String, account: String, role: Part, id: Option<String> },
    /// Give a room another name.
    Rename { room: String, name: String, id: Option<String> },
    /// Say what a room is about.
    Topic { room: String, text: String, id: Option<String> },
    /// Set how many earlier messages are given to those who are invited.
    History { room: String, count: u16, id: Option<String> },
    /// Let messages disappear after so many seconds; 0 keeps them.
    Lifetime { room: String, seconds: u32, id: Option<String> },
    /// End a room.
    Close { room: String, id: Option<String> },
    /// Join an open room.
    Join { room: String, id: Option<String> },
    /// Leave a room.
    Leave { room: String, id: Option<String> },
    /// Find or make the conversation with an account.
    Dm { account: String, id: Option<String> },
    /// Give the safety number, or accept that it was compared.
    Verify {
        account: String,
        #[serde(default)]
        accept: bool,
        id: Option<String>,
    },
    /// Accept the new key of an account.
    Trust { account: String, id: Option<String> },
    /// Give a device a name.
    NameDevice { device: String, name: String, id: Option<String> },
    /// End a device of this account.
    Revoke { device: String, id: Option<String> },
    /// End as if the input had ended.
    Quit {},
}

/// What a member is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Part {
    Owner,
    Member,
}

fn default_limit() -> u32 {
    DEFAULT_LIMIT
}

impl Ask {
    /// Reads one line; the error is a sentence.
    pub(crate) fn parse(line: &str) -> Result<Self, String> {
        serde_json::from_str(line)
            .map_err(|error| format!("This line is no command ({error}); nothing was done."))
    }

    /// What the program calls the command, if it does.
    pub(crate) fn id(&self) -> Option<&str> {
        match self {
            Self::Typing { .. }
            | Self::Rooms {}
            | Self::Transfers {}
            | Self::Members { .. }
            | Self::MarkRead { .. }
            | Self::Receipts { .. }
            | Self::Read { .. }
            | Self::Quit {} => None,
            Self::Send { id, .. }
            | Self::Reply { id, .. }
            | Self::Edit { id, .. }
            | Self::Delete { id, .. }
            | Self::React { id, .. }
            | Self::Lifetime { id, .. }
            | Self::Put { id, .. }
            | Self::Get { id, .. }
            | Self::Cancel { id, .. }
            | Self::FileLimits { id }
            | Self::Devices { id }
            | Self::Search { id, .. }
            | Self::Create { id, .. }
            | Self::Invite { id, .. }
            | Self::Remove { id, .. }
            | Self::Role { id, .. }
            | Self::Rename { id, .. }
            | Self::Topic { id, .. }
            | Self::History { id, .. }
            | Self::Close { id, .. }
            | Self::Join { id, .. }
            | Self::Leave { id, .. }
            | Self::Dm { id, .. }
            | Self::Verify { id, .. }
            | Self::Trust { id, .. }
            | Self::NameDevice { id, .. }
            | Self::Revoke { id, .. } => id.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_of_the_manual_is_read() {
        let room = || String::from("lobby");
        for (line, expected) in [
            (
                r#"{"type":"send","room":"lobby","text":"a\nb"}"#,
                Ask::Send { room: room(), text: "a\nb".into(), id: None },
            ),
            (
                r#"{"text":"hi","id":"00","room":"lobby","type":"send"}"#,
                Ask::Send { room: room(), text: "hi".into(), id: Some("00".into()) },
            ),
            (r#"{"type":"typing","room":"lobby"}"#, Ask::Typing { room: room() }),
            (r#"{"type":"rooms"}"#, Ask::Rooms {}),
            (r#"{"type":"members","room":"lobby"}"#, Ask::Members { room: room() }),
            (r#"{"type":"devices"}"#, Ask::Devices { id: None }),
            (
                r#"{"type":"read","room":"lobby"}"#,
                Ask::Read { room: room(), since: 0, limit: DEFAULT_LIMIT },
            ),
            (
                r#"{"type":"read","room":"lobby","since":7,"limit":2}"#,
                Ask::Read { room: room(), since: 7, limit: 2 },
            ),
            (
                r#"{"type":"search","text":"a b"}"#,
                Ask::Search { text: "a b".into(), room: None, limit: DEFAULT_LIMIT, id: None },
            ),
            (
                r#"{"type":"search","text":"a","room":"lobby","limit":5,"id":"0f"}"#,
                Ask::Search {
                    text: "a".into(),
                    room: Some(room()),
                    limit: 5,
                    id: Some("0f".into()),
                },
            ),
            (
                r#"{"type":"put","room":"lobby","path":"/a b"}"#,
                Ask::Put { room: room(), path: "/a b".into(), id: None },
            ),
            (
                r#"{"type":"get","room":"lobby","file":"0f0f","to":"/tmp","id":"00"}"#,
                Ask::Get {
                    room: room(),
                    file: "0f0f".into(),
                    to: "/tmp".into(),
                    id: Some("00".into()),
                },
            ),
            (
                r#"{"type":"cancel","transfer":"0f"}"#,
                Ask::Cancel { transfer: "0f".into(), id: None },
            ),
            (r#"{"type":"transfers"}"#, Ask::Transfers {}),
            (r#"{"type":"file-limits"}"#, Ask::FileLimits { id: None }),
            (r#" {"type":"quit"} "#, Ask::Quit {}),
        ] {
            assert_eq!(Ask::parse(line), Ok(expected), "{line}");
        }
    }

    #[test]
    fn every_change_of_the_manual_is_read() {
        let (room, name, account) =
            (|| String::from("lobby"), || String::from("a"), || String::from("bob"));
        for (line, expected) in [
            (
                r#"{"type":"create","name":"a"}"#,
                Ask::Create { name: name(), open: false, history: 0, id: None },
            ),
            (
                r#"{"type":"create","name":"a","open":true,"history":5,"id":"0f"}"#,
                Ask::Create { name: name(), open: true, history: 5, id: Some("0f".into()) },
            ),
            (
                r#"{"type":"invite","room":"lobby","account":"bob"}"#,
                Ask::Invite { room: room(), account: account(), id: None },
            ),
            (
                r#"{"type":"remove","room":"lobby","account":"bob"}"#,
                Ask::Remove { room: room(), account: Some(account()), stale: false, id: None },
            ),
            (
                r#"{"type":"remove","room":"lobby","stale":true}"#,
                Ask::Remove { room: room(), account: None, stale: true, id: None },
            ),
            (
                r#"{"type":"role","room":"lobby","account":"bob","role":"owner"}"#,
                Ask::Role { room: room(), account: account(), role: Part::Owner, id: None },
            ),
            (
                r#"{"type":"rename","room":"lobby","name":"a"}"#,
                Ask::Rename { room: room(), name: name(), id: None },
            ),
            (
                r#"{"type":"topic","room":"lobby","text":""}"#,
                Ask::Topic { room: room(), text: String::new(), id: None },
            ),
            (
                r#"{"type":"history","room":"lobby","count":5}"#,
                Ask::History { room: room(), count: 5, id: None },
            ),
            (
                r#"{"type":"reply","room":"lobby","seq":3,"text":"a"}"#,
                Ask::Reply { room: room(), seq: 3, text: name(), id: None },
            ),
            (
                r#"{"type":"edit","room":"lobby","seq":3,"text":"a"}"#,
                Ask::Edit { room: room(), seq: 3, text: name(), id: None },
            ),
            (
                r#"{"type":"delete","room":"lobby","seq":3}"#,
                Ask::Delete { room: room(), seq: 3, id: None },
            ),
            (
                r#"{"type":"react","room":"lobby","seq":3,"emoji":"a"}"#,
                Ask::React { room: room(), seq: 3, emoji: name(), withdraw: false, id: None },
            ),
            (
                r#"{"type":"mark-read","room":"lobby","seq":3}"#,
                Ask::MarkRead { room: room(), seq: 3 },
            ),
            (r#"{"type":"receipts"}"#, Ask::Receipts { on: None }),
            (r#"{"type":"receipts","on":true}"#, Ask::Receipts { on: Some(true) }),
            (
                r#"{"type":"lifetime","room":"lobby","seconds":60}"#,
                Ask::Lifetime { room: room(), seconds: 60, id: None },
            ),
            (r#"{"type":"close","room":"lobby"}"#, Ask::Close { room: room(), id: None }),
            (r#"{"type":"join","room":"lobby"}"#, Ask::Join { room: room(), id: None }),
            (r#"{"type":"leave","room":"lobby"}"#, Ask::Leave { room: room(), id: None }),
            (r#"{"type":"dm","account":"bob"}"#, Ask::Dm { account: account(), id: None }),
            (
                r#"{"type":"verify","account":"bob"}"#,
                Ask::Verify { account: account(), accept: false, id: None },
            ),
            (
                r#"{"type":"verify","account":"bob","accept":true}"#,
                Ask::Verify { account: account(), accept: true, id: None },
            ),
            (r#"{"type":"trust","account":"bob"}"#, Ask::Trust { account: account(), id: None }),
            (
                r#"{"type":"name-device","device":"0f","name":"a"}"#,
                Ask::NameDevice { device: "0f".into(), name: name(), id: None },
            ),
            (r#"{"type":"revoke","device":"0f"}"#, Ask::Revoke { device: "0f".into(), id: None }),
        ] {
            assert_eq!(Ask::parse(line), Ok(expected), "{line}");
        }
    }

    #[test]
    fn anything_else_is_answered_with_a_sentence() {
        for line in [
            "",
            "hello",
            "[]",
            r#"{"type":"shout","room":"lobby"}"#,
            r#"{"type":"send","room":"lobby"}"#,
            r#"{"type":"rooms","room":"lobby"}"#,
            r#"{"type":"read","room":"lobby","since":-1}"#,
            r#"{"type":"typing","room":"lobby"} trailing"#,
            r#"{"type":"role","room":"lobby","account":"bob","role":"king"}"#,
            r#"{"type":"history","room":"lobby","count":70000}"#,
            r#"{"type":"typing","room":"lobby","id":"0f"}"#,
        ] {
            let refusal = Ask::parse(line).unwrap_err();
            assert!(refusal.starts_with("This line is no command ("), "{refusal}");
        }
    }
}
