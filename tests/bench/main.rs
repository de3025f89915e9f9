//! Measures a release relay on the loopback and the clients of a large room, and prints what was
//! aimed for beside what was seen.
//!
//! ```text
//! bench --relay PROGRAM --cli PROGRAM --window PROGRAM [--mib N] [--idle N] [--members N] [--posts N] [--only PART] [--dir DIR]
//! bench --open-profile DIR [--at-once]
//! ```
//!
//! The second is how the first has a large profile opened (`profile`).
//!
//! One thread plays all clients. Those of the relay speak real Noise and real OPAQUE, and check that each reader
//! gets every record once and in order; what they post is random, since the relay cannot read it.
//! Those of the large room are the real ones (`group`), around a hub of their own.
//! Absolute numbers belong to the machine; `DESIGN` names the aims.

mod client;
mod crowd;
mod device;
mod durable;
mod fan_out;
mod figures;
mod files;
mod group;
mod memory;
mod profile;
mod relay;
mod room;
mod sign_in;
mod table;
mod window;

use std::cell::Cell;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::ExitCode;
use std::time::Duration;
use std::{env, fs, process};

use lexopt::prelude::*;
use smol::future::{self, FutureExt};
use smol::{LocalExecutor, Timer, channel};

use device::Device;
use relay::Relay;
use table::Table;

/// What one thread does among other things.
type LocalTask<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + 'a>>;
type Result<T> = core::result::Result<T, Box<dyn Error + Send + Sync>>;

fn fail<T>(why: impl Into<String>) -> Result<T> {
    Err(why.into().into())
}

/// No part takes longer than this.
const PART_TIMEOUT: Duration = Duration::from_secs(300);
/// Devices that register or sign in at once.
const WIDTH: usize = 64;

/// What the command line says.
struct Options {
    relay: PathBuf,
    cli: PathBuf,
    window: PathBuf,
    /// Megabytes of the file that is sent.
    mib: u64,
    /// Idle connections whose memory is measured.
    idle: usize,
    /// Members of the room in which deliveries are measured.
    members: usize,
    /// Messages in one round of deliveries.
    posts: u32,
    only: Option<String>,
    dir: PathBuf,
    /// A profile to be opened, and nothing else.
    profile: Option<PathBuf>,
    /// Whether it is searched before its index is made.
    at_once: bool,
}

impl Options {
    fn parse() -> Result<Self> {
        let mut options = Self {
            relay: PathBuf::new(),
            cli: PathBuf::new(),
            window: PathBuf::new(),
            mib: 1_024,
            idle: 1_000,
            members: 200,
            posts: 8_000,
            only: None,
            dir: env::temp_dir().join(format!("sotto-bench-{}", process::id())),
            profile: None,
            at_once: false,
        };
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("relay") => options.relay = arguments.value()?.into(),
                Long("window") => options.window = arguments.value()?.into(),
                Long("cli") => options.cli = arguments.value()?.into(),
                Long("mib") => options.mib = arguments.value()?.parse()?,
                Long("idle") => options.idle = arguments.value()?.parse()?,
                Long("members") => options.members = arguments.value()?.parse()?,
                Long("posts") => options.posts = arguments.value()?.parse()?,
                Long("only") => options.only = Some(arguments.value()?.parse()?),
                Long("open-profile") => options.profile = Some(arguments.value()?.into()),
                Long("at-once") => options.at_once = true,
                Long("dir") => options.dir = arguments.value()?.into(),
                _ => return Err(argument.unexpected().into()),
            }
        }
        if options.profile.is_some() {
            return Ok(options);
        }
        if options.relay.as_os_str().is_empty() {
            return fail("--relay PROGRAM is missing");
        }
        if options.cli.as_os_str().is_empty() {
            return fail("--cli PROGRAM is missing");
        }
        if options.window.as_os_str().is_empty() {
            return fail("--window PROGRAM is missing");
        }
        Ok(options)
    }

    fn wants(&self, part: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == part)
    }
}

fn main() -> ExitCode {
    let run = |options: Options| match &options.profile {
        Some(profile) => profile::open(profile, options.at_once),
        None => measure_all(&options).map(|table| print!("{table}")),
    };
    match Options::parse().and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure_all(options: &Options) -> Result<Table> {
    let mut table = Table::default();
    if !matches!(options.only.as_deref(), Some("group" | "files" | "profile" | "window")) {
        measure_relay(options, &mut table)?;
    }
    if options.wants("files") {
        fs::create_dir(&options.dir)?;
        let directory = Temporary(&options.dir);
        let programs = (options.relay.as_path(), options.cli.as_path());
        files::measure(programs, directory.0, options.mib, &mut table)?;
    }
    if options.wants("group") {
        group::measure(&mut table)?;
    }
    if options.wants("profile") {
        fs::create_dir(&options.dir)?;
        let directory = Temporary(&options.dir);
        profile::measure(directory.0, &mut table)?;
    }
    if options.wants("window") {
        fs::create_dir(&options.dir)?;
        let directory = Temporary(&options.dir);
        window::measure(&options.window, directory.0, &mut table)?;
    }
    Ok(table)
}

fn measure_relay(options: &Options, table: &mut Table) -> Result<()> {
    fs::create_dir(&options.dir)?;
    let directory = Temporary(&options.dir);
    let data = directory.0.join("relay");

    // Registering leaves traces in the relay's memory, so it is started again for each part.
    let relay = Relay::start(&options.relay, &data)?;
    memory::measure_empty(&relay, table)?;
    let devices = bounded(register(&relay, options.idle.max(options.members)))?;
    drop(relay);

    let start = || Relay::start(&options.relay, &data);
    if options.wants("memory") {
        bounded(memory::measure_idle(&start()?, &devices, options.idle, table))?;
    }
    if options.wants("sign-in") {
        bounded(sign_in::measure(&start()?, &devices, table))?;
    }
    if options.wants("fan-out") {
        let members = devices.get(..options.members).unwrap_or(&devices);
        bounded(fan_out::measure(&start()?, members, options.posts, table))?;
    }
    if options.wants("durable") {
        bounded(durable::measure(&start()?, &devices, table))?;
    }
    Ok(())
}

async fn register(relay: &Relay, count: usize) -> Result<Vec<Device>> {
    each(count, |number| Device::register(relay, number)).await
}

/// Runs `part` on this thread, for [`PART_TIMEOUT`] at most.
fn bounded<T>(part: impl Future<Output = Result<T>>) -> Result<T> {
    smol::block_on(future::or(part, async {
        Timer::after(PART_TIMEOUT).await;
        fail("a part took too long")
    }))
}

/// Does `job` for each number below `count`, [`WIDTH`] at once; the results are in order.
async fn each<T, F>(count: usize, job: impl Fn(usize) -> F) -> Result<Vec<T>>
where
    F: Future<Output = Result<T>>,
{
    let next = Cell::new(0);
    let worker = async || {
        let mut done = Vec::new();
        loop {
            let number = next.replace(next.get() + 1);
            if number >= count {
                return Result::Ok(done);
            }
            done.push((number, job(number).await?));
        }
    };
    let workers = (0..WIDTH).map(|_| worker().boxed_local()).collect();
    let mut all: Vec<_> = together(workers).await?.into_iter().flatten().collect();
    all.sort_by_key(|(number, _)| *number);
    Ok(all.into_iter().map(|(_, value)| value).collect())
}

/// Runs all `tasks` to their ends, or until the first of them fails. The results are in no order.
async fn together<T>(tasks: Vec<LocalTask<'_, T>>) -> Result<Vec<T>> {
    let count = tasks.len();
    let (send, receive) = channel::unbounded();
    let executor = LocalExecutor::new();
    for task in tasks {
        let send = send.clone();
        executor.spawn(async move { send.send(task.await).await }).detach();
    }
    let collect = async {
        let mut all = Vec::with_capacity(count);
        for _ in 0..count {
            all.push(receive.recv().await??);
        }
        Ok(all)
    };
    executor.run(collect).await
}

/// A directory of this run's own, and a log beside the data in it.
struct Temporary<'a>(&'a Path);

impl Drop for Temporary<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.0);
    }
}
