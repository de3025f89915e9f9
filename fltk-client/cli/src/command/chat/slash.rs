//! What a line that begins with one `/` asks for.

use std::path::PathBuf;

use engine::{Change, Command, RequestId};
use wire::id::{Handle, RoomId};

/// A command among the lines of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Slash {
    /// End the conversation here.
    Quit,
    /// Show who is in the room.
    Members,
    /// Leave the room.
    Leave,
    /// Send a file.
    Put(PathBuf),
    /// Look for files.
    Look(Meant),
    /// Change the room.
    Change(Change),
    /// Show the safety number with an account.
    Verify(Handle),
    /// Accept the new key of an account.
    Trust(Handle),
}

/// Which files of the room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meant {
    /// All are to be listed.
    All,
    /// The one with this id is to be saved in this directory.
    One { id: String, to: PathBuf },
}

impl Slash {
    /// Reads what follows the `/`; the error is a sentence.
    pub(super) fn parse(line: &str) -> Result<Self, String> {
        let line = line.trim();
        let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        Ok(match (name, rest) {
            ("quit", "") => Self::Quit,
            ("members", "") => Self::Members,
            ("leave", "") => Self::Leave,
            ("files", "") => Self::Look(Meant::All),
            ("put", path) if !path.is_empty() => Self::Put(path.into()),
            ("get", file) if !file.is_empty() => {
                let (id, to) = file.split_once(' ').unwrap_or((file, "."));
                Self::Look(Meant::One { id: id.to_owned(), to: to.trim().into() })
            }
            ("invite", user) => Self::Change(Change::Invite(handle(user)?)),
            ("remove", user) => Self::Change(Change::Remove(handle(user)?)),
            ("topic", text) => Self::Change(Change::SetTopic(text.to_owned())),
            ("rename", name) if !name.is_empty() => Self::Change(Change::Rename(name.to_owned())),
            ("verify", user) => Self::Verify(handle(user)?),
            ("trust", user) => Self::Trust(handle(user)?),
            _ => {
                return Err("The commands are /quit, /put FILE, /get ID [DIR], /files, /members, /invite USER, /remove USER, /topic TEXT, /rename NAME, /verify USER, /trust USER and /leave; begin with // to send a line with a /.".into());
            }
        })
    }

    /// What the engine is asked; `None` for what the conversation does by itself.
    pub(super) fn command(self, id: RequestId, room: RoomId) -> Option<Command> {
        Some(match self {
            Self::Quit | Self::Put(_) | Self::Look(_) => return None,
            Self::Members => Command::ListMembers { room },
            Self::Leave => Command::LeaveRoom { id, room },
            Self::Change(change) => Command::ChangeRoom { id, room, change },
            Self::Verify(handle) => Command::ShowSafety { id, handle },
            Self::Trust(handle) => Command::Trust { id, handle },
        })
    }
}

fn handle(user: &str) -> Result<Handle, String> {
    let plain = user.strip_prefix('@').unwrap_or(user);
    Handle::new(plain).map_err(|_| format!("{user:?} is no account's name; nothing was done."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_of_the_help_is_read() {
        let bob = || Handle::new("bob").unwrap();
        for (line, expected) in [
            ("quit ", Slash::Quit),
            ("members", Slash::Members),
            ("leave", Slash::Leave),
            ("put a  file.pdf ", Slash::Put("a  file.pdf".into())),
            ("files", Slash::Look(Meant::All)),
            ("get 1a2b", Slash::Look(Meant::One { id: "1a2b".into(), to: ".".into() })),
            (
                "get 1a2b  some where",
                Slash::Look(Meant::One { id: "1a2b".into(), to: "some where".into() }),
            ),
            ("invite bob", Slash::Change(Change::Invite(bob()))),
            ("remove  @bob ", Slash::Change(Change::Remove(bob()))),
            ("topic what we do", Slash::Change(Change::SetTopic("what we do".into()))),
            ("topic", Slash::Change(Change::SetTopic(String::new()))),
            ("rename the yard", Slash::Change(Change::Rename("the yard".into()))),
            ("verify bob", Slash::Verify(bob())),
            ("trust bob", Slash::Trust(bob())),
        ] {
            assert_eq!(Slash::parse(line), Ok(expected), "{line}");
        }
    }

    #[test]
    fn anything_else_is_answered_with_a_sentence_and_not_sent() {
        for line in [
            "",
            "who",
            "quit now",
            "leave garden",
            "rename",
            "members lobby",
            "put",
            "get ",
            "files a",
        ] {
            let refusal = Slash::parse(line).unwrap_err();
            assert!(refusal.starts_with("The commands are /quit"), "{refusal}");
        }
        for line in ["invite", "remove Bob", "trust bob carol"] {
            let refusal = Slash::parse(line).unwrap_err();
            assert!(refusal.contains("is no account's name"), "{refusal}");
        }
    }
}
