//! The command line, read once and strictly: an option that a command does not take is refused.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use engine::{Access, Change, Intent, MessageId, Password, Receipts};
use lexopt::{Arg, Parser};
use wire::id::{Handle, Seq};
use wire::link::Link;

use self::value::Values;
use crate::command::{Alteration, Archive, Compared, NewRoom, Numbers, Sought, Wanted};
use crate::failure::Failure;
use crate::usage::{self, Usage};

mod value;

const ANY: &str = "[OPTIONS] COMMAND … (see --help)";

/// How long a command waits for the relay unless told.
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a change may take: it may have to wait for its turn.
const CHANGE_TIMEOUT: Duration = Duration::from_secs(20);
const PIPE_TIMEOUT: Duration = Duration::from_secs(30);
/// Hits of a search unless told.
const DEFAULT_HITS: u64 = 20;
/// How long a file may stand still.
const FILE_TIMEOUT: Duration = Duration::from_secs(30);

/// A command line that makes sense.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Invocation {
    /// Print this and end.
    Print(String),
    /// Do this.
    Run(Options, Verb),
}

/// What every command takes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// The profile, if not the default one.
    pub(crate) home: Option<PathBuf>,
    /// Where the password is.
    pub(crate) password_file: Option<PathBuf>,
    /// Whether to answer in JSON.
    pub(crate) json: bool,
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    SignUp {
        intent: Intent,
        link: Link,
        name: Handle,
    },
    Rooms {
        timeout: Duration,
    },
    Members {
        room: String,
        timeout: Duration,
    },
    Create {
        new: NewRoom,
        timeout: Duration,
    },
    Change {
        room: String,
        change: Change,
        timeout: Duration,
    },
    Join {
        room: String,
        timeout: Duration,
    },
    Leave {
        room: String,
        timeout: Duration,
    },
    Repair {
        room: String,
        timeout: Duration,
    },
    Direct {
        user: Handle,
        timeout: Duration,
    },
    Verify {
        user: Handle,
        compared: Compared,
        timeout: Duration,
    },
    Trust {
        user: Handle,
        timeout: Duration,
    },
    Devices {
        timeout: Duration,
    },
    NameDevice {
        device: String,
        name: String,
        timeout: Duration,
    },
    Revoke {
        device: String,
        timeout: Duration,
    },
    Password {
        new_file: Option<PathBuf>,
        new: Option<Password>,
        timeout: Duration,
    },
    Send {
        room: String,
        to: Option<Seq>,
        text: Option<String>,
        id: Option<MessageId>,
        timeout: Duration,
    },
    Alter {
        room: String,
        seq: Seq,
        alteration: Alteration,
        timeout: Duration,
    },
    MarkRead {
        room: String,
        seq: Seq,
        timeout: Duration,
    },
    Receipts {
        set: Option<Receipts>,
    },
    Read {
        room: String,
        since: Seq,
        numbers: Numbers,
        timeout: Duration,
    },
    Search {
        sought: Sought,
    },
    Follow {
        room: Option<String>,
        count: Option<u64>,
        timeout: Option<Duration>,
    },
    Typing {
        room: String,
        timeout: Duration,
    },
    Chat {
        room: String,
        timeout: Duration,
    },
    Put {
        room: String,
        files: Vec<PathBuf>,
        id: Option<MessageId>,
        timeout: Duration,
    },
    Get {
        room: String,
        wanted: Wanted,
        to: PathBuf,
        timeout: Duration,
    },
    Files {
        room: String,
        timeout: Duration,
    },
    Transfers,
    Cancel {
        transfer: String,
        timeout: Duration,
    },
    Archive {
        archive: Archive,
        to: PathBuf,
    },
    Pipe {
        timeout: Duration,
    },
}

/// Reads the command line without the program's name.
pub(crate) fn parse(
    args: impl IntoIterator<Item = impl Into<OsString>>,
) -> Result<Invocation, Failure> {
    let words = Words::collect(Parser::from_args(args))?;
    let command = words.command;
    match (words.help, words.version, command) {
        (true, _, Some(usage)) => Ok(Invocation::Print(usage::help(usage))),
        (true, _, None) => Ok(Invocation::Print(usage::overview())),
        (_, true, _) => {
            Ok(Invocation::Print(concat!("sotto-cli ", env!("CARGO_PKG_VERSION"), "\n").into()))
        }
        (_, _, None) => Err(wrong(None, "A command is missing.")),
        (_, _, Some(usage)) => words.interpret(usage),
    }
}

fn wrong(command: Option<&Usage>, what: impl Into<String>) -> Failure {
    Failure::Usage { what: what.into(), usage: command.map_or(ANY, |usage| usage.synopsis) }
}

/// The command line taken apart, not yet understood.
#[derive(Default)]
struct Words {
    command: Option<&'static Usage>,
    values: Vec<OsString>,
    options: Options,
    given: Vec<String>,
    id: Option<String>,
    timeout: Option<String>,
    since: Option<String>,
    count: Option<String>,
    history: Option<String>,
    room: Option<String>,
    limit: Option<String>,
    new_password_file: Option<PathBuf>,
    to: Option<PathBuf>,
    help: bool,
    version: bool,
}

impl Words {
    fn collect(mut parser: Parser) -> Result<Self, Failure> {
        let mut words = Self::default();
        loop {
            let command = words.command;
            let odd = |error: lexopt::Error| wrong(command, format!("{error}."));
            match parser.next().map_err(odd)? {
                None => break,
                Some(Arg::Short('h')) => words.help = true,
                Some(Arg::Short('V')) => words.version = true,
                Some(Arg::Short(option)) => {
                    return Err(wrong(command, format!("There is no option -{option}.")));
                }
                Some(Arg::Long(name)) => {
                    let name = name.to_owned();
                    words.option(name, &mut parser)?;
                }
                Some(Arg::Value(value)) => {
                    if command.is_some() {
                        words.values.push(value);
                        continue;
                    }
                    let value = utf8(value, command)?;
                    let unknown = || wrong(None, format!("There is no command {value:?}."));
                    words.command = Some(usage::find(&value).ok_or_else(unknown)?);
                }
            }
        }
        Ok(words)
    }

    fn option(&mut self, name: String, parser: &mut Parser) -> Result<(), Failure> {
        let command = self.command;
        let mut value = || parser.value().map_err(|error| wrong(command, format!("{error}.")));
        match name.as_str() {
            "help" => self.help = true,
            "version" => self.version = true,
            "json" => self.options.json = true,
            "home" => self.options.home = Some(value()?.into()),
            "password-file" => self.options.password_file = Some(value()?.into()),
            "id" => self.id = Some(utf8(value()?, command)?),
            "timeout" => self.timeout = Some(utf8(value()?, command)?),
            "since" => self.since = Some(utf8(value()?, command)?),
            "count" => self.count = Some(utf8(value()?, command)?),
            "history" => self.history = Some(utf8(value()?, command)?),
            "room" => self.room = Some(utf8(value()?, command)?),
            "limit" => self.limit = Some(utf8(value()?, command)?),
            "new-password-file" => self.new_password_file = Some(value()?.into()),
            "to" => self.to = Some(value()?.into()),
            // That they were given is all they say.
            "open" | "stale" | "accept" | "all" | "follow" | "withdraw" | "numbers" => {}
            "password" => {
                let why = "A password on the command line is readable by others; use --password-file or SOTTO_PASSWORD.";
                return Err(wrong(command, why));
            }
            _ => return Err(wrong(command, format!("There is no option --{name}."))),
        }
        self.given.push(name);
        Ok(())
    }

    fn interpret(self, usage: &'static Usage) -> Result<Invocation, Failure> {
        let taken = |name: &str| usage::COMMON.contains(&name) || usage.options.contains(&name);
        if let Some(name) = self.given.iter().find(|name| !taken(name)) {
            return Err(wrong(Some(usage), format!("{} takes no --{name}.", usage.name)));
        }
        let given = |name: &str| self.given.iter().any(|given| given == name);
        let mut values = Values { usage, rest: self.values.into_iter() };
        let timeout = self.timeout.map(|text| values.timeout(&text)).transpose()?;
        let wait = timeout.unwrap_or(DEFAULT_TIMEOUT);
        let verb = match usage.name {
            "register" => values.sign_up(Intent::Register)?,
            "login" => values.sign_up(Intent::Login)?,
            "rooms" => Verb::Rooms { timeout: wait },
            "members" => Verb::Members { room: values.room()?, timeout: wait },
            "devices" => Verb::Devices { timeout: wait },
            "send" | "reply" => Verb::Send {
                room: values.room()?,
                to: if usage.name == "reply" { Some(values.seq()?) } else { None },
                text: values.optional()?,
                id: self.id.map(|text| values.id(&text)).transpose()?,
                timeout: wait,
            },
            "read" => {
                let since = self.since.map(|text| values.number(&text)).transpose()?;
                let numbers = if given("numbers") { Numbers::Shown } else { Numbers::Left };
                let since = Seq(since.unwrap_or(0));
                Verb::Read { room: values.room()?, since, numbers, timeout: wait }
            }
            "edit" | "delete" | "react" => values.alter(given("withdraw"), wait)?,
            "mark-read" => {
                Verb::MarkRead { room: values.room()?, seq: values.seq()?, timeout: wait }
            }
            "receipts" => Verb::Receipts { set: values.receipts()? },
            "search" => {
                let limit = self.limit.map(|text| values.number(&text)).transpose()?;
                let limit = usize::try_from(limit.unwrap_or(DEFAULT_HITS)).unwrap_or(usize::MAX);
                let (text, room) = (values.next("TEXT")?, self.room);
                Verb::Search { sought: Sought { text, room, limit } }
            }
            "follow" => {
                let count = self.count.map(|text| values.number(&text)).transpose()?;
                Verb::Follow { room: values.optional()?, count, timeout }
            }
            "typing" => Verb::Typing { room: values.room()?, timeout: wait },
            "chat" => Verb::Chat { room: values.room()?, timeout: wait },
            "pipe" => Verb::Pipe { timeout: timeout.unwrap_or(PIPE_TIMEOUT) },
            "put" => {
                let id = self.id.map(|text| values.id(&text)).transpose()?;
                values.put(id, timeout.unwrap_or(FILE_TIMEOUT))?
            }
            "get" => values.get(given("all"), self.to, timeout.unwrap_or(FILE_TIMEOUT))?,
            "transfers" => Verb::Transfers,
            "cancel" => Verb::Cancel { transfer: values.next("ID")?, timeout: wait },
            "files" => Verb::Files { room: values.room()?, timeout: wait },
            "archive" => {
                values.archive(given("follow"), self.to, timeout.unwrap_or(FILE_TIMEOUT))?
            }
            "create" => {
                let access = if given("open") { Access::Open } else { Access::Closed };
                let history = self.history.map(|text| values.history(&text)).transpose()?;
                let new =
                    NewRoom { access, name: values.next("NAME")?, history: history.unwrap_or(0) };
                Verb::Create { new, timeout: timeout.unwrap_or(CHANGE_TIMEOUT) }
            }
            "password" => Verb::Password {
                new_file: self.new_password_file,
                new: None,
                timeout: timeout.unwrap_or(CHANGE_TIMEOUT),
            },
            _ => {
                let flag = given("stale") || given("accept");
                values.change(flag, timeout.unwrap_or(CHANGE_TIMEOUT))?
            }
        };
        values.end()?;
        Ok(Invocation::Run(self.options, verb))
    }
}

fn utf8(value: OsString, command: Option<&Usage>) -> Result<String, Failure> {
    value.into_string().map_err(|value| wrong(command, format!("{value:?} is not UTF-8 text.")))
}

#[cfg(test)]
mod tests;
