//! What a line that begins with one `/` asks for.

use std::path::PathBuf;

use engine::{Change, Command, Reacting, RequestId};
use wire::id::{Handle, RoomId, Seq};

use crate::command::Alteration;

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
    /// Show the last messages with their numbers.
    Numbers,
    /// Answer a message.
    Reply(Seq, String),
    /// Alter one.
    Alter(Seq, Alteration),
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
            ("numbers", "") => Self::Numbers,
            ("reply", rest) => {
                let (seq, text) = numbered(rest)?;
                Self::Reply(seq, text)
            }
            ("edit", rest) => {
                let (seq, text) = numbered(rest)?;
                Self::Alter(seq, Alteration::Edit(text))
            }
            ("delete", seq) => Self::Alter(number(seq)?, Alteration::Delete),
            ("react" | "unreact", rest) => {
                let (seq, emoji) = numbered(rest)?;
                let what = if name == "react" { Reacting::Add } else { Reacting::Withdraw };
                Self::Alter(seq, Alteration::React(emoji, what))
            }
            ("invite", user) => Self::Change(Change::Invite(handle(user)?)),
            ("remove", user) => Self::Change(Change::Remove(handle(user)?)),
            ("topic", text) => Self::Change(Change::SetTopic(text.to_owned())),
            ("rename", name) if !name.is_empty() => Self::Change(Change::Rename(name.to_owned())),
            ("verify", user) => Self::Verify(handle(user)?),
            ("trust", user) => Self::Trust(handle(user)?),
            _ => {
                return Err("The commands are /quit, /put FILE, /get ID [DIR], /files, /members, /invite USER, /remove USER, /topic TEXT, /rename NAME, /verify USER, /trust USER, /leave, /numbers, /reply SEQ TEXT, /edit SEQ TEXT, /delete SEQ, /react SEQ EMOJI and /unreact SEQ EMOJI; begin with // to send a line with a /.".into());
            }
        })
    }

    /// What the engine is asked; `None` for what the conversation does by itself.
    pub(super) fn command(self, id: RequestId, room: RoomId) -> Option<Command> {
        Some(match self {
            Self::Quit | Self::Put(_) | Self::Look(_) | Self::Numbers => return None,
            Self::Reply(to, text) => Command::Reply { room, id, to, text },
            Self::Alter(seq, Alteration::Edit(text)) => Command::EditText { id, room, seq, text },
            Self::Alter(seq, Alteration::Delete) => Command::DeleteMessage { id, room, seq },
            Self::Alter(seq, Alteration::React(emoji, what)) => {
                Command::React { id, room, seq, emoji, what }
            }
            Self::Members => Command::ListMembers { room },
            Self::Leave => Command::LeaveRoom { id, room },
            Self::Change(change) => Command::ChangeRoom { id, room, change },
            Self::Verify(handle) => Command::ShowSafety { id, handle },
            Self::Trust(handle) => Command::Trust { id, handle },
        })
    }
}

/// The number of a message, and what follows it.
fn numbered(rest: &str) -> Result<(Seq, String), String> {
    let (seq, text) = rest.split_once(' ').unwrap_or((rest, ""));
    match text.trim() {
        "" => Err("What to say is missing behind the number; nothing was done.".into()),
        text => Ok((number(seq)?, text.to_owned())),
    }
}

fn number(text: &str) -> Result<Seq, String> {
    let plain = text.strip_prefix('#').unwrap_or(text);
    plain
        .parse()
        .map(Seq)
        .map_err(|_| format!("{text:?} is no number of a message, see /numbers; nothing was done."))
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
            ("numbers", Slash::Numbers),
            ("reply 3 yes, please", Slash::Reply(Seq(3), "yes, please".into())),
            ("edit #3  new", Slash::Alter(Seq(3), Alteration::Edit("new".into()))),
            ("delete 3", Slash::Alter(Seq(3), Alteration::Delete)),
            ("react 3 +", Slash::Alter(Seq(3), Alteration::React("+".into(), Reacting::Add))),
            (
                "unreact 3 +",
                Slash::Alter(Seq(3), Alteration::React("+".into(), Reacting::Withdraw)),
            ),
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
        for (line, said) in [
            ("reply 3", "What to say is missing"),
            ("edit three new", "\"three\" is no number of a message"),
            ("delete", "\"\" is no number"),
        ] {
            let refusal = Slash::parse(line).unwrap_err();
            assert!(refusal.starts_with(said), "{refusal}");
        }
        for line in ["invite", "remove Bob", "trust bob carol"] {
            let refusal = Slash::parse(line).unwrap_err();
            assert!(refusal.contains("is no account's name"), "{refusal}");
        }
    }
}
