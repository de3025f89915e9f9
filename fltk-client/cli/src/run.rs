//! Opens the profile, runs one command over it, and closes it in order.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_channel::Receiver;
use engine::{Command, Engine, Password, Problem};
use zeroize::Zeroizing;

use crate::args::{Options, Verb};
use crate::command::{self, Echo, Text};
use crate::console::{Console, after};
use crate::failure::Failure;
use crate::inbox::{self, Inbox, Input};
use crate::password::{self, Purpose};
use crate::progress;
use crate::random;
use crate::time;

/// How long the engine may take to end.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// Does what the command line says.
pub(crate) fn run(options: &Options, verb: Verb) -> Result<(), Failure> {
    let started = time::now();
    let home = profile(options)?;
    let verb = prepared(verb)?;
    let engine = open(&home, options, &verb)?;
    let verb = with_new_password(verb)?;
    let lines = match verb {
        Verb::Chat { .. } | Verb::Pipe { .. } => inbox::lines()?,
        _ => never(),
    };
    let inbox = Inbox::new(engine.events().clone(), lines, inbox::interrupts()?);
    let ask = |command| engine.send(command);
    let (mut out, mut notes) = (io::stdout(), io::stderr());
    let mut console = Console::new(inbox, &ask, &mut out, &mut notes);
    console.json = options.json;
    console.started = started;
    console.progress.columns = io::stderr().is_terminal().then(progress::columns);
    let result = dispatch(&mut console, verb);
    close(&mut console);
    result
}

fn profile(options: &Options) -> Result<PathBuf, Failure> {
    let unknown = || Failure::Said("There is no home directory; name one with --home.".into());
    let default = || engine::default_home(|name| std::env::var_os(name)).ok_or_else(unknown);
    options.home.clone().map_or_else(default, Ok)
}

/// Reads the text of a message, and looks at files and directories, before the profile is opened,
/// which others may need meanwhile.
fn prepared(verb: Verb) -> Result<Verb, Failure> {
    match verb {
        Verb::Put { room, files, id, timeout } => {
            Ok(Verb::Put { room, files: command::sources(files)?, id, timeout })
        }
        Verb::Get { room, wanted, to, timeout } => {
            Ok(Verb::Get { room, wanted, to: command::directory(to)?, timeout })
        }
        Verb::Send { room, to, text, id, timeout } => {
            let text = Some(command::text(text, io::stdin().lock())?);
            Ok(Verb::Send { room, to, text, id, timeout })
        }
        other => Ok(other),
    }
}

fn open(home: &Path, options: &Options, verb: &Verb) -> Result<Engine, Failure> {
    let password = |purpose| -> Result<Zeroizing<String>, Failure> {
        let variable = std::env::var("SOTTO_PASSWORD").ok();
        password::obtain(options.password_file.as_deref(), variable, purpose)
    };
    if let Verb::SignUp { intent, link, name } = verb {
        let purpose = match intent {
            engine::Intent::Register => Purpose::Choose,
            engine::Intent::Login => Purpose::Open,
        };
        let (password, link) = (password(purpose)?, link.clone());
        return Ok(Engine::create(home, &password, link, name.clone(), *intent)?);
    }
    // Nobody should type a password for nothing.
    if !home.exists() {
        return Err(Problem::NoProfile.into());
    }
    Ok(Engine::open(home, &password(Purpose::Open)?)?)
}

/// Obtains the new password once the old one has opened the profile, and before Ctrl-C is taken
/// for an event: at a prompt it is to end the program.
fn with_new_password(verb: Verb) -> Result<Verb, Failure> {
    match verb {
        Verb::Password { new_file, new: None, timeout } => {
            let new = Some(new_password(new_file.as_deref())?);
            Ok(Verb::Password { new_file, new, timeout })
        }
        other => Ok(other),
    }
}

fn new_password(file: Option<&Path>) -> Result<Password, Failure> {
    let variable = std::env::var("SOTTO_NEW_PASSWORD").ok();
    password::obtain(file, variable, Purpose::Replace).map(Password::new)
}

fn never() -> Receiver<Input> {
    async_channel::bounded(1).1
}

fn dispatch(console: &mut Console<'_>, verb: Verb) -> Result<(), Failure> {
    match verb {
        Verb::SignUp { intent, .. } => command::sign_up(console, intent),
        Verb::Rooms { timeout } => command::rooms(console, timeout),
        Verb::Members { room, timeout } => command::members(console, &room, timeout),
        Verb::Create { new, timeout } => command::create(console, new, timeout),
        Verb::Change { room, change, timeout } => command::change(console, &room, change, timeout),
        Verb::Join { room, timeout } => command::join(console, &room, timeout),
        Verb::Leave { room, timeout } => command::leave(console, &room, timeout),
        Verb::Repair { room, timeout } => command::repair(console, &room, timeout),
        Verb::Direct { user, timeout } => command::direct(console, user, timeout),
        Verb::Verify { user, compared, timeout } => {
            command::verify(console, user, compared, timeout)
        }
        Verb::Trust { user, timeout } => command::trust(console, user, timeout),
        Verb::Devices { timeout } => command::devices(console, timeout),
        Verb::NameDevice { device, name, timeout } => {
            command::name_device(console, &device, name, timeout)
        }
        Verb::Revoke { device, timeout } => command::revoke(console, &device, timeout),
        Verb::Password { new_file, new, timeout } => {
            let new = new.map_or_else(|| new_password(new_file.as_deref()), Ok)?;
            command::password(console, new, timeout)
        }
        Verb::Send { room, to, text, id, timeout } => {
            let id = id.map_or_else(random::id, Ok)?;
            let text = Text { id, text: text.unwrap_or_default(), to };
            command::send(console, &room, text, timeout)
        }
        Verb::Alter { room, seq, alteration, timeout } => {
            command::alter(console, &room, (seq, alteration), timeout)
        }
        Verb::MarkRead { room, seq, timeout } => command::mark_read(console, &room, seq, timeout),
        Verb::Receipts { set } => command::receipts(console, set),
        Verb::Read { room, since, numbers, timeout } => {
            command::read(console, &room, (since, numbers), timeout)
        }
        Verb::Search { sought } => command::search(console, sought),
        Verb::Follow { room, count, timeout } => {
            command::follow(console, room.as_deref(), count, timeout)
        }
        Verb::Put { room, files, id, timeout } => command::put(console, &room, &files, id, timeout),
        Verb::Get { room, wanted, to, timeout } => {
            command::get(console, &room, &wanted, &to, timeout)
        }
        Verb::Transfers => command::transfers(console),
        Verb::Cancel { transfer, timeout } => command::cancel(console, &transfer, timeout),
        Verb::Files { room, timeout } => command::files(console, &room, timeout),
        Verb::Archive { archive, to } => command::archive(console, &archive, &to),
        Verb::Typing { room, timeout } => command::typing(console, &room, timeout),
        Verb::Chat { room, timeout } => {
            let echo = if io::stdin().is_terminal() { Echo::Terminal } else { Echo::None };
            command::chat(console, &room, echo, timeout)
        }
        Verb::Pipe { timeout } => command::pipe(console, timeout),
    }
}

/// Lets the engine flush and close the profile; a second Ctrl-C does not wait for it.
fn close(console: &mut Console<'_>) {
    if console.ended {
        return;
    }
    console.ask(Command::Stop);
    let until = after(STOP_TIMEOUT);
    while let Ok(Input::Event(_)) = console.next(until) {}
}
