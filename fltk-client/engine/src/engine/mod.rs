//! A running profile: a [`Client`] on a thread of its own, with a socket and a clock.

mod connection;
mod disk;
mod driver;

use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use async_channel::{Receiver, Sender};
use wire::Time;
use wire::id::{Handle, UnixMs};
use wire::link::Link;
use zeroize::Zeroizing;

use crate::client::{Now, SignUp};
use crate::profile::{Enrolled, Profile};
use crate::{Client, Command, Cost, Event, Problem, Random, Vault};

/// Events that may wait for the front end before the engine waits for it.
const EVENTS: usize = 1_024;
const FILE: &str = "vault.db";

/// How a new profile gets its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// A new account.
    Register,
    /// Another device of an account.
    Login,
}

/// A running profile. It ends by [`Command::Stop`], or when this is dropped.
#[derive(Debug)]
pub struct Engine {
    commands: Sender<Command>,
    events: Receiver<Event>,
}

impl Engine {
    /// Opens the profile in `dir` and starts connecting.
    ///
    /// # Errors
    /// [`Problem::NoProfile`], [`Problem::WrongProfilePassword`], [`Problem::ProfileInUse`], …;
    /// nothing runs then.
    pub fn open(dir: &Path, password: &str) -> Result<Self, Problem> {
        let mut random = Random::from_system()?;
        let vault = Vault::open(&dir.join(FILE), password, random.fork())?;
        if vault.value::<Profile>(Profile::NAME)?.is_none() {
            return Err(Problem::NoProfile);
        }
        Self::start(None, move |clock| Client::open(vault, random, clock.now()))
    }

    /// Makes a profile in `dir` with a new or an existing account. Ends in
    /// [`Event::Connected`], or in [`Event::Stopped`] with the reason, after which `dir` is as
    /// before unless the relay may have accepted the device; then the same call goes on from there.
    ///
    /// # Errors
    /// [`Problem::ProfileExists`], [`Problem::ProfileIo`], …; nothing runs then.
    pub fn create(
        dir: &Path,
        password: &str,
        link: Link,
        handle: Handle,
        intent: Intent,
    ) -> Result<Self, Problem> {
        let mut random = Random::from_system()?;
        let files = Files::prepare(dir)?;
        let unfinished = files.unfinished(password, &link, &handle, &mut random)?;
        let (is_new, vault) = match unfinished {
            Some(vault) => (false, vault),
            None => (true, files.make(password, random.fork())?),
        };
        let password = Zeroizing::new(password.to_owned());
        Self::start(Some(files), move |clock| {
            let cost = Cost::ACCOUNT;
            let sign_up = SignUp { link, handle, intent, password: &password, cost };
            match is_new {
                true => Client::create(vault, sign_up, random, clock.now()),
                false => Client::resume(vault, sign_up, random, clock.now()),
            }
        })
    }

    fn start(
        files: Option<Files>,
        client: impl FnOnce(Clock) -> Result<Client, Problem> + Send + 'static,
    ) -> Result<Self, Problem> {
        let (commands, command_queue) = async_channel::unbounded();
        let (event_queue, events) = async_channel::bounded(EVENTS);
        let run = move || {
            let clock = Clock(Instant::now());
            let stopped = match client(clock) {
                Ok(client) => {
                    let front = driver::Front { commands: &command_queue, events: &event_queue };
                    smol::block_on(driver::run(client, clock, front, files))
                }
                Err(problem) => Some(problem),
            };
            let _ = smol::block_on(event_queue.send(Event::Stopped { problem: stopped }));
        };
        std::thread::Builder::new()
            .name("engine".into())
            .spawn(run)
            .map_err(|_| Problem::Internal("the system starts no thread"))?;
        Ok(Self { commands, events })
    }

    /// Hands over a command. Does nothing after [`Event::Stopped`].
    pub fn send(&self, command: Command) {
        // The queue is unbounded: it can only be closed.
        let _ = self.commands.try_send(command);
    }

    /// What happens, in order.
    #[must_use]
    pub fn events(&self) -> &Receiver<Event> {
        &self.events
    }
}

/// The clocks of this run.
#[derive(Clone, Copy, Debug)]
struct Clock(Instant);

impl Clock {
    fn time(self) -> Time {
        Time::from_ms(u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    fn instant(self, time: Time) -> Instant {
        let far = std::time::Duration::from_secs(24 * 60 * 60);
        let wait = std::time::Duration::from_millis(time.as_ms()).min(self.0.elapsed() + far);
        self.0 + wait
    }

    fn now(self) -> Now {
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let wall = UnixMs(u64::try_from(wall.as_millis()).unwrap_or(u64::MAX));
        Now { time: self.time(), wall }
    }
}

/// The files of a profile that is being made.
#[derive(Debug)]
struct Files {
    dir: PathBuf,
    made_dir: bool,
}

impl Files {
    fn prepare(dir: &Path) -> Result<Self, Problem> {
        let made_dir = !dir.exists();
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(dir).map_err(|error| Problem::from_io(&error))?;
        Ok(Self { dir: dir.to_owned(), made_dir })
    }

    fn vault(&self) -> PathBuf {
        self.dir.join(FILE)
    }

    fn make(&self, password: &str, random: Random) -> Result<Vault, Problem> {
        Vault::create(&self.vault(), password, Cost::PROFILE, random).inspect_err(|problem| {
            if *problem != Problem::ProfileExists && *problem != Problem::ProfileInUse {
                self.remove();
            }
        })
    }

    /// The vault of an earlier try whose outcome is open, if it was this same try.
    fn unfinished(
        &self,
        password: &str,
        link: &Link,
        handle: &Handle,
        random: &mut Random,
    ) -> Result<Option<Vault>, Problem> {
        let vault = match Vault::open(&self.vault(), password, random.fork()) {
            Ok(vault) => vault,
            Err(Problem::NoProfile) => {
                self.remove_file();
                return Ok(None);
            }
            Err(Problem::WrongProfilePassword | Problem::ProfileDamaged) => {
                return Err(Problem::ProfileExists);
            }
            Err(problem) => return Err(problem),
        };
        match vault.value::<Profile>(Profile::NAME)? {
            Some(profile) if profile.enrolment == Enrolled::Yes => Err(Problem::ProfileExists),
            Some(profile)
                if profile.identity.handle() == handle && profile.relay_key == link.relay_key =>
            {
                Ok(Some(vault))
            }
            _ => {
                drop(vault);
                self.remove_file();
                Ok(None)
            }
        }
    }

    /// Leaves the directory as it was before.
    fn remove(&self) {
        self.remove_file();
        if self.made_dir {
            // Fails when something else is in it, which then stays.
            let _ = std::fs::remove_dir(&self.dir);
        }
    }

    fn remove_file(&self) {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            let _ = std::fs::remove_file(self.dir.join(format!("{FILE}{suffix}")));
        }
    }
}
