//! The command line, read once and strictly: an option that a command does not take is refused.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use engine::{Intent, MessageId};
use lexopt::{Arg, Parser};
use wire::id::{Handle, Seq};
use wire::link::Link;

use crate::failure::Failure;
use crate::time;
use crate::usage::{self, Usage};

const ANY: &str = "[OPTIONS] COMMAND … (see --help)";

/// How long a command waits for the relay unless told.
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
const PIPE_TIMEOUT: Duration = Duration::from_secs(30);

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
    SignUp { intent: Intent, link: Link, name: Handle },
    Rooms,
    Members { room: String, timeout: Duration },
    Devices { timeout: Duration },
    Send { room: String, text: Option<String>, id: Option<MessageId>, timeout: Duration },
    Read { room: String, since: Seq, timeout: Duration },
    Follow { room: Option<String>, count: Option<u64>, timeout: Option<Duration> },
    Typing { room: String, timeout: Duration },
    Chat { room: String, timeout: Duration },
    Pipe { timeout: Duration },
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
    values: Vec<String>,
    options: Options,
    given: Vec<String>,
    id: Option<String>,
    timeout: Option<String>,
    since: Option<String>,
    count: Option<String>,
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
                    let value = utf8(value, command)?;
                    if command.is_some() {
                        words.values.push(value);
                        continue;
                    }
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
        let mut values = Values { usage, rest: self.values.into_iter() };
        let timeout = self.timeout.map(|text| values.timeout(&text)).transpose()?;
        let wait = timeout.unwrap_or(DEFAULT_TIMEOUT);
        let verb = match usage.name {
            "register" => values.sign_up(Intent::Register)?,
            "login" => values.sign_up(Intent::Login)?,
            "rooms" => Verb::Rooms,
            "members" => Verb::Members { room: values.room()?, timeout: wait },
            "devices" => Verb::Devices { timeout: wait },
            "send" => Verb::Send {
                room: values.room()?,
                text: values.rest.next(),
                id: self.id.map(|text| values.id(&text)).transpose()?,
                timeout: wait,
            },
            "read" => {
                let since = self.since.map(|text| values.number(&text)).transpose()?;
                Verb::Read { room: values.room()?, since: Seq(since.unwrap_or(0)), timeout: wait }
            }
            "follow" => {
                let count = self.count.map(|text| values.number(&text)).transpose()?;
                Verb::Follow { room: values.rest.next(), count, timeout }
            }
            "typing" => Verb::Typing { room: values.room()?, timeout: wait },
            "chat" => Verb::Chat { room: values.room()?, timeout: wait },
            _ => Verb::Pipe { timeout: timeout.unwrap_or(PIPE_TIMEOUT) },
        };
        values.end()?;
        Ok(Invocation::Run(self.options, verb))
    }
}

fn utf8(value: OsString, command: Option<&Usage>) -> Result<String, Failure> {
    value.into_string().map_err(|value| wrong(command, format!("{value:?} is not UTF-8 text.")))
}

/// The arguments of one command, taken in order.
struct Values {
    usage: &'static Usage,
    rest: std::vec::IntoIter<String>,
}

impl Values {
    fn wrong(&self, what: impl Into<String>) -> Failure {
        wrong(Some(self.usage), what)
    }

    fn next(&mut self, what: &str) -> Result<String, Failure> {
        self.rest.next().ok_or_else(|| self.wrong(format!("{what} is missing.")))
    }

    fn room(&mut self) -> Result<String, Failure> {
        self.next("ROOM")
    }

    fn sign_up(&mut self, intent: Intent) -> Result<Verb, Failure> {
        let (link, name) = (self.next("LINK")?, self.next("NAME")?);
        let link = link.parse().map_err(|_| {
            self.wrong("This is not a link of a relay (quote it: the shell reads & and #).")
        })?;
        let name = Handle::new(name).map_err(|_| {
            self.wrong("NAME must be 1 to 32 of a-z 0-9 . _ - and begin with a letter or digit.")
        })?;
        Ok(Verb::SignUp { intent, link, name })
    }

    fn timeout(&self, text: &str) -> Result<Duration, Failure> {
        let wrong = || self.wrong(format!("{text:?} is not a time like 500ms, 10s, 5m or 7d."));
        time::duration(text).ok_or_else(wrong)
    }

    fn number(&self, text: &str) -> Result<u64, Failure> {
        text.parse().map_err(|_| self.wrong(format!("{text:?} is not a whole number.")))
    }

    fn id(&self, text: &str) -> Result<MessageId, Failure> {
        let wrong = || self.wrong("A message id has 32 hexadecimal digits.");
        MessageId::from_hex(text).ok_or_else(wrong)
    }

    fn end(&mut self) -> Result<(), Failure> {
        match self.rest.next() {
            None => Ok(()),
            Some(extra) => {
                Err(self.wrong(format!("{extra:?} is too much; quote a text of words.")))
            }
        }
    }
}

#[cfg(test)]
mod tests;
