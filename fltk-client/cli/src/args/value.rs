//! The arguments of one command, taken in order.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use engine::{Change, Intent, MAX_HISTORY, MAX_LIFETIME_S, MessageId, Reacting, Receipts, Role};
use wire::id::{Handle, Seq};

use super::{Verb, utf8, wrong};
use crate::command::{Alteration, Archive, Compared, MIN_PREFIX_DIGITS, Until, Wanted, shelf_name};
use crate::failure::Failure;
use crate::time;
use crate::usage::Usage;

pub(super) struct Values {
    pub(super) usage: &'static Usage,
    pub(super) rest: std::vec::IntoIter<OsString>,
}

impl Values {
    pub(super) fn wrong(&self, what: impl Into<String>) -> Failure {
        wrong(Some(self.usage), what)
    }

    pub(super) fn next(&mut self, what: &str) -> Result<String, Failure> {
        self.optional()?.ok_or_else(|| self.wrong(format!("{what} is missing.")))
    }

    pub(super) fn optional(&mut self) -> Result<Option<String>, Failure> {
        self.rest.next().map(|value| utf8(value, Some(self.usage))).transpose()
    }

    /// All that are left, at least one.
    fn all(&mut self, what: &str) -> Result<Vec<String>, Failure> {
        let mut all = vec![self.next(what)?];
        while let Some(value) = self.optional()? {
            all.push(value);
        }
        Ok(all)
    }

    pub(super) fn room(&mut self) -> Result<String, Failure> {
        self.next("ROOM")
    }

    /// An account, as `rooms` writes it (`@bob`) or plain.
    pub(super) fn user(&mut self) -> Result<Handle, Failure> {
        let text = self.next("USER")?;
        self.handle(text.strip_prefix('@').unwrap_or(&text), "USER")
    }

    fn handle(&self, text: &str, what: &str) -> Result<Handle, Failure> {
        Handle::new(text).map_err(|_| {
            self.wrong(format!(
                "{what} must be 1 to 32 of a-z 0-9 . _ - and begin with a letter or digit."
            ))
        })
    }

    pub(super) fn sign_up(&mut self, intent: Intent) -> Result<Verb, Failure> {
        let (link, name) = (self.next("LINK")?, self.next("NAME")?);
        let link = link.parse().map_err(|_| {
            self.wrong("This is not a link of a relay (quote it: the shell reads & and #).")
        })?;
        let name = self.handle(&name, "NAME")?;
        Ok(Verb::SignUp { intent, link, name })
    }

    pub(super) fn put(
        &mut self,
        id: Option<MessageId>,
        timeout: Duration,
    ) -> Result<Verb, Failure> {
        let room = self.room()?;
        // A path need not be UTF-8.
        let files: Vec<PathBuf> = self.rest.by_ref().map(PathBuf::from).collect();
        match (files.len(), id) {
            (0, _) => Err(self.wrong("FILE is missing.")),
            (2.., Some(_)) => Err(self.wrong("--id names one message, so it takes one FILE.")),
            _ => Ok(Verb::Put { room, files, id, timeout }),
        }
    }

    pub(super) fn get(
        &mut self,
        all: bool,
        to: Option<PathBuf>,
        timeout: Duration,
    ) -> Result<Verb, Failure> {
        let (room, to) = (self.room()?, to.unwrap_or_else(|| ".".into()));
        if all {
            return Ok(Verb::Get { room, wanted: Wanted::All, to, timeout });
        }
        let ids = self.all("FILE-ID, or --all,")?;
        let names_one = |id: &&String| {
            (MIN_PREFIX_DIGITS..=32).contains(&id.len())
                && id.bytes().all(|digit| digit.is_ascii_hexdigit())
        };
        match ids.iter().find(|id| !names_one(id)) {
            Some(odd) => Err(self.wrong(format!(
                "{odd:?} is no FILE-ID: {MIN_PREFIX_DIGITS} to 32 hexadecimal digits, see `files`."
            ))),
            None => Ok(Verb::Get { room, wanted: Wanted::Ids(ids), to, timeout }),
        }
    }

    pub(super) fn archive(
        &mut self,
        follow: bool,
        to: Option<PathBuf>,
        timeout: Duration,
    ) -> Result<Verb, Failure> {
        let rooms = self.all("ROOM")?;
        let to = to.ok_or_else(|| self.wrong("--to DIR is missing."))?;
        let mut shelves: Vec<String> = rooms.iter().map(|room| shelf_name(room)).collect();
        shelves.sort_unstable();
        let pairs = shelves.iter().zip(shelves.iter().skip(1));
        if let Some((shelf, _)) = pairs.into_iter().find(|(a, b)| a == b) {
            return Err(self.wrong(format!("Two rooms would have the directory {shelf:?}.")));
        }
        let until = if follow { Until::Interrupted } else { Until::Head(timeout) };
        Ok(Verb::Archive { archive: Archive { rooms, until }, to })
    }

    /// The place of a message.
    pub(super) fn seq(&mut self) -> Result<Seq, Failure> {
        let text = self.next("SEQ")?;
        self.number(text.strip_prefix('#').unwrap_or(&text)).map(Seq)
    }

    /// A command that alters a message; `withdraw` is its `--withdraw`.
    pub(super) fn alter(&mut self, withdraw: bool, timeout: Duration) -> Result<Verb, Failure> {
        let (room, seq) = (self.room()?, self.seq()?);
        let alteration = match self.usage.name {
            "edit" => Alteration::Edit(self.next("TEXT")?),
            "react" => {
                let what = if withdraw { Reacting::Withdraw } else { Reacting::Add };
                Alteration::React(self.next("EMOJI")?, what)
            }
            _ => Alteration::Delete,
        };
        Ok(Verb::Alter { room, seq, alteration, timeout })
    }

    pub(super) fn receipts(&mut self) -> Result<Option<Receipts>, Failure> {
        match self.optional()?.as_deref() {
            None => Ok(None),
            Some("on") => Ok(Some(Receipts::On)),
            Some("off") => Ok(Some(Receipts::Off)),
            Some(other) => Err(self.wrong(format!("{other:?} is neither on nor off."))),
        }
    }

    /// Seconds, from a time or `off`.
    fn lifetime(&mut self) -> Result<u32, Failure> {
        let text = self.next("TIME or off")?;
        if text == "off" {
            return Ok(0);
        }
        let seconds = time::duration(&text).map(|time| time.as_secs()).filter(|time| *time > 0);
        let seconds = seconds.and_then(|seconds| u32::try_from(seconds).ok());
        seconds.filter(|seconds| *seconds <= MAX_LIFETIME_S).ok_or_else(|| {
            self.wrong(format!("{text:?} is not off, or a time of a year at most like 5m or 7d."))
        })
    }

    /// A command that changes something; `flag` is its `--stale` or `--accept`.
    pub(super) fn change(&mut self, flag: bool, timeout: Duration) -> Result<Verb, Failure> {
        Ok(match self.usage.name {
            "join" => Verb::Join { room: self.room()?, timeout },
            "leave" => Verb::Leave { room: self.room()?, timeout },
            "repair" => Verb::Repair { room: self.room()?, timeout },
            "dm" => Verb::Direct { user: self.user()?, timeout },
            "verify" => {
                let compared = if flag { Compared::Same } else { Compared::NotYet };
                Verb::Verify { user: self.user()?, compared, timeout }
            }
            "trust" => Verb::Trust { user: self.user()?, timeout },
            "revoke" => Verb::Revoke { device: self.next("DEVICE")?, timeout },
            "name-device" => {
                let (device, name) = (self.next("DEVICE")?, self.next("NAME")?);
                Verb::NameDevice { device, name, timeout }
            }
            _ => {
                let room = self.room()?;
                Verb::Change { room, change: self.change_of_room(flag)?, timeout }
            }
        })
    }

    fn change_of_room(&mut self, flag: bool) -> Result<Change, Failure> {
        Ok(match self.usage.name {
            "invite" => Change::Invite(self.user()?),
            "remove" if flag => Change::RemoveStale,
            "remove" => Change::Remove(self.user()?),
            "rename" => Change::Rename(self.next("NAME")?),
            "topic" => Change::SetTopic(self.next("TEXT")?),
            "history" => {
                let count = self.next("N")?;
                Change::SetHistory(self.history(&count)?)
            }
            "lifetime" => Change::SetLifetime(self.lifetime()?),
            "role" => Change::SetRole(self.user()?, self.role()?),
            _ => Change::Close,
        })
    }

    fn role(&mut self) -> Result<Role, Failure> {
        match self.next("owner or member")?.as_str() {
            "owner" => Ok(Role::Owner),
            "member" => Ok(Role::Member),
            other => Err(self.wrong(format!("{other:?} is no role: owner or member."))),
        }
    }

    pub(super) fn history(&self, text: &str) -> Result<u16, Failure> {
        let count = text.parse().ok().filter(|count| *count <= MAX_HISTORY);
        count.ok_or_else(|| {
            self.wrong(format!("{text:?} is not a whole number from 0 to {MAX_HISTORY}."))
        })
    }

    pub(super) fn timeout(&self, text: &str) -> Result<Duration, Failure> {
        let wrong = || self.wrong(format!("{text:?} is not a time like 500ms, 10s, 5m or 7d."));
        time::duration(text).ok_or_else(wrong)
    }

    pub(super) fn number(&self, text: &str) -> Result<u64, Failure> {
        text.parse().map_err(|_| self.wrong(format!("{text:?} is not a whole number.")))
    }

    pub(super) fn id(&self, text: &str) -> Result<MessageId, Failure> {
        let wrong = || self.wrong("A message id has 32 hexadecimal digits.");
        MessageId::from_hex(text).ok_or_else(wrong)
    }

    pub(super) fn end(&mut self) -> Result<(), Failure> {
        match self.optional()? {
            None => Ok(()),
            Some(extra) => {
                Err(self.wrong(format!("{extra:?} is too much; quote a text of words.")))
            }
        }
    }
}
