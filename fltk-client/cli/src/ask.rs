//! What `pipe` reads: one JSON command a line.

use engine::MessageId;
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
    /// Tell that the program types.
    Typing { room: String },
    /// List the rooms.
    Rooms {},
    /// List a room's members.
    Members { room: String },
    /// List the account's devices.
    Devices {},
    /// Give what follows `since`, at most `limit` entries.
    Read {
        room: String,
        #[serde(default)]
        since: u64,
        #[serde(default = "default_limit")]
        limit: u32,
    },
    /// End as if the input had ended.
    Quit {},
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
}

/// Reads a message id that a program gave.
pub(crate) fn message_id(hex: &str) -> Result<MessageId, String> {
    let wrong = || "A message id has 32 hexadecimal digits; nothing was sent.".to_owned();
    MessageId::from_hex(hex).ok_or_else(wrong)
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
            (r#"{"type":"devices"}"#, Ask::Devices {}),
            (
                r#"{"type":"read","room":"lobby"}"#,
                Ask::Read { room: room(), since: 0, limit: DEFAULT_LIMIT },
            ),
            (
                r#"{"type":"read","room":"lobby","since":7,"limit":2}"#,
                Ask::Read { room: room(), since: 7, limit: 2 },
            ),
            (r#" {"type":"quit"} "#, Ask::Quit {}),
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
        ] {
            let refusal = Ask::parse(line).unwrap_err();
            assert!(refusal.starts_with("This line is no command ("), "{refusal}");
        }
        assert!(message_id("12").is_err());
        assert!(message_id(&"0f".repeat(16)).is_ok());
    }
}
