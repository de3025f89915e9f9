//! The command line.

mod usage;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::{Arg, Parser, ValueExt as _};
use wire::id::{Handle, UnixMs};
use wire::link::Link;
use wire::message::InviteToken;

use crate::admin::{self, Query};
use crate::config::{Config, OPTIONS};
use crate::data_dir::{self, DataDir};
use crate::hub::AdminRequest;
use crate::server;

/// Why nothing was done.
enum Failure {
    /// The command cannot be understood. Exit code 2.
    Usage(String),
    /// It was refused or failed. Exit code 1.
    Failed(String),
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(error.to_string())
    }
}

/// Runs the program with its arguments, without its name.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    match run(Parser::from_args(args)) {
        Ok(text) => {
            // Whoever closed the pipe has read enough.
            let _ = std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(Failure::Usage(error)) => {
            eprintln!("sotto-relay: {error}\nTry `sotto-relay --help`.");
            ExitCode::from(2)
        }
        Err(Failure::Failed(error)) => {
            eprintln!("sotto-relay: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns what is to be printed at the end.
fn run(mut args: Parser) -> Result<String, Failure> {
    let command = match args.next()? {
        None => return Err(Failure::Usage("a command is missing".into())),
        Some(Arg::Short('h') | Arg::Long("help")) => return Ok(usage::all()),
        Some(Arg::Short('V') | Arg::Long("version")) => {
            return Ok(format!("sotto-relay {}\n", env!("CARGO_PKG_VERSION")));
        }
        Some(Arg::Value(command)) => command.string()?,
        Some(other) => return Err(other.unexpected().into()),
    };
    let Some(help) = usage::of(&command) else {
        return Err(Failure::Usage(format!("there is no command `{command}`")));
    };
    let Some(options) = Options::parse(&command, args)? else { return Ok(help) };
    let query = |request| Query { request, json: options.json };
    match command.as_str() {
        "serve" => serve(options).map(|()| String::new()),
        "invite" => invite(&options),
        "reset" => reset(&options),
        "link" => link(&options, None),
        "accounts" => ask(&options, query(AdminRequest::Accounts)),
        "rooms" => ask(&options, query(AdminRequest::Rooms)),
        "status" => ask(&options, query(AdminRequest::Status)),
        _ => {
            let (handle, enabled) = (options.account()?, command == "enable");
            ask(&options, query(AdminRequest::SetEnabled { handle, enabled }))
        }
    }
}

/// Everything any command takes.
struct Options {
    data: Option<PathBuf>,
    config: Config,
    json: bool,
    uses: u32,
    expires_ms: u64,
    name: Option<String>,
}

impl Options {
    /// `None` if help is wanted.
    fn parse(command: &str, mut args: Parser) -> Result<Option<Self>, Failure> {
        const WEEK_MS: u64 = 7 * 24 * 60 * 60 * 1_000;
        let config = Config::default();
        let (uses, expires_ms) = (1, WEEK_MS);
        let mut options = Self { data: None, config, json: false, uses, expires_ms, name: None };
        let mut flags = Vec::new();
        while let Some(arg) = args.next()? {
            match arg {
                Arg::Short('h') | Arg::Long("help") => return Ok(None),
                Arg::Long("data") => options.data = Some(args.value()?.into()),
                Arg::Long("json") if is_listing(command) => options.json = true,
                Arg::Long("uses") if command == "invite" => options.uses = args.value()?.parse()?,
                Arg::Long("expires") if matches!(command, "invite" | "reset") => {
                    options.expires_ms = duration_ms(&args.value()?.string()?)?;
                }
                Arg::Long("config") if command == "serve" => {
                    let read = options.config.read_file(&PathBuf::from(args.value()?));
                    read.map_err(Failure::Usage)?;
                }
                Arg::Long(name) if takes(command, name) => {
                    let name = name.to_owned();
                    flags.push(flag(name, &mut args)?);
                }
                Arg::Value(name) if matches!(command, "enable" | "disable" | "reset") => {
                    options.name = Some(name.string()?);
                }
                other => return Err(other.unexpected().into()),
            }
        }
        // After the file, wherever on the line the file was named.
        for (name, value) in flags {
            options.config.set(&name, &value).map_err(Failure::Usage)?;
        }
        Ok(Some(options))
    }

    fn data(&self) -> Result<&PathBuf, Failure> {
        self.data.as_ref().ok_or_else(|| Failure::Usage("`--data DIR` is missing".into()))
    }

    fn account(&self) -> Result<Handle, Failure> {
        let name = self.name.clone().ok_or_else(|| Failure::Usage("a name is missing".into()))?;
        Handle::new(name).map_err(|_| Failure::Usage("that is no account's name".into()))
    }
}

fn is_listing(command: &str) -> bool {
    matches!(command, "accounts" | "rooms" | "status")
}

fn takes(command: &str, name: &str) -> bool {
    match command {
        "serve" => OPTIONS.iter().any(|(known, ..)| *known == name),
        "invite" | "reset" | "link" => name == "public",
        _ => false,
    }
}

/// A setting from the command line. The one switch among them needs no value.
fn flag(name: String, args: &mut Parser) -> Result<(String, String), Failure> {
    let value = match name.as_str() {
        "open-registration" => args.optional_value().map_or(Ok("yes".into()), |v| v.string())?,
        _ => args.value()?.string()?,
    };
    Ok((name, value))
}

/// `7d`, `12h`, `30m`, `45s`.
fn duration_ms(text: &str) -> Result<u64, Failure> {
    let wrong = || Failure::Usage(format!("`{text}` is no duration like 7d, 12h, 30m or 45s"));
    let unit = text.chars().next_back().ok_or_else(wrong)?;
    let count: u64 = text.trim_end_matches(unit).parse().map_err(|_| wrong())?;
    let seconds = match unit {
        'd' => 24 * 60 * 60,
        'h' => 60 * 60,
        'm' => 60,
        's' => 1,
        _ => return Err(wrong()),
    };
    Ok(count.saturating_mul(seconds * 1_000))
}

fn serve(options: Options) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::Failed(error.to_string());
    let mut data = DataDir::open(options.data()?).map_err(failed)?;
    let Config { listen, public, settings, rates, level } = options.config;
    level.set();
    data.set_public(public);
    server::run(server::Setup { listen, settings, rates }, &data).map_err(failed)
}

fn ask(options: &Options, query: Query) -> Result<String, Failure> {
    admin::ask(options.data()?, &query).map_err(Failure::Failed)
}

fn invite(options: &Options) -> Result<String, Failure> {
    let uses = options.uses;
    send_link(options, |token, expires| AdminRequest::Invite { token, uses, expires })
}

fn reset(options: &Options) -> Result<String, Failure> {
    let handle = options.account()?;
    let of = handle.clone();
    let text =
        send_link(options, |token, expires| AdminRequest::Reset { handle: of, token, expires })?;
    eprint!("{}", usage::reset_warning(&handle));
    Ok(text)
}

/// Has the relay accept a new secret, and returns the link that carries it.
fn send_link(
    options: &Options,
    request: impl FnOnce(InviteToken, UnixMs) -> AdminRequest,
) -> Result<String, Failure> {
    let token = server::random().map_err(|error| Failure::Failed(error.to_string()))?;
    let token = InviteToken(token);
    let expires = UnixMs(server::unix_now().0.saturating_add(options.expires_ms));
    // First, so that an invitation without a link is never made.
    let text = link(options, Some(token.clone()))?;
    ask(options, Query { request: request(token, expires), json: false })?;
    Ok(text)
}

fn link(options: &Options, invite: Option<InviteToken>) -> Result<String, Failure> {
    let data = options.data()?;
    let never = |_| {
        Failure::Failed(format!(
            "there is no relay in {}: start it once with `sotto-relay serve`",
            data.display()
        ))
    };
    let relay_key = *data_dir::read_key(data).map_err(never)?.public().as_bytes();
    let address = match &options.config.public {
        Some(public) => public.clone(),
        None => data_dir::read_address(data).map_err(never)?,
    };
    if address.starts_with("0.0.0.0:") || address.starts_with("[::]:") {
        let error = "the relay listens on every address: say `--public HOST:PORT`, as others \
                     reach it";
        return Err(Failure::Failed(error.into()));
    }
    Ok(format!("{}\n", Link { address, relay_key, invite }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(args: &[&str]) -> Result<String, u8> {
        run(Parser::from_args(args)).map_err(|failure| match failure {
            Failure::Usage(_) => 2,
            Failure::Failed(_) => 1,
        })
    }

    #[test]
    fn every_command_has_help() {
        for command in usage::COMMANDS {
            assert!(code(&[command, "--help"]).unwrap().contains(command));
        }
        assert!(code(&["--help"]).unwrap().contains("serve"));
        assert!(code(&["--version"]).unwrap().starts_with("sotto-relay "));
    }

    #[test]
    fn wrong_usage_is_told_from_failure() {
        for wrong in [
            &[][..],
            &["dance"],
            &["link"],
            &["invite", "--data", "x", "--expires", "soon"],
            &["accounts", "--uses", "1"],
            &["serve", "--data", "x", "--listen", "nowhere"],
            &["disable", "--data", "x", "No Such"],
            &["reset", "--data", "x"],
            &["reset", "--data", "x", "alice", "--uses", "2"],
        ] {
            assert_eq!(code(wrong), Err(2), "{wrong:?}");
        }
        assert_eq!(code(&["link", "--data", "/nonexistent"]), Err(1));
        assert_eq!(code(&["accounts", "--data", "/nonexistent"]), Err(1));
        assert_eq!(code(&["reset", "alice", "--data", "/nonexistent"]), Err(1));
    }
}
