//! A large profile: opening it, its rooms and history, search, and what it keeps in memory.
//!
//! It is opened by a fresh process (`bench --open-profile DIR`), which prints what it measured, so that
//! neither the making of the profile nor another part stands in its memory. Nothing answers at the
//! relay's address: what is measured is what happens before the network does.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command as Process;
use std::time::{Duration, Instant};
use std::{env, fs};

use engine::client::{Now, Output};
use engine::{Client, Command, Event, Problem, Random, RequestId, RoomInfo, Vault, fixture};
use wire::Time;
use wire::id::{Seq, UnixMs};

use crate::table::{Table, median, number, percentile};
use crate::{Result, fail};

const PASSWORD: &str = "a password of the benchmark";
const ROOMS: usize = 50;
const MESSAGES: usize = 100_000;
/// Entries that a window shows at once, by and large.
const PAGE: u32 = 60;
const SEARCHES: usize = 100;
/// Hits that are wanted of each search.
const HITS: usize = 50;
/// What is looked for, in turn: often and rarely found, one word and more, and nothing.
const QUERIES: [&str; 8] = [
    "tomatoes",
    "zurich",
    "the",
    "roses garden",
    "12345",
    "minutes pdf",
    "e",
    "nowhere to be found",
];

/// Makes the profile, and has it measured.
pub(crate) fn measure(dir: &Path, table: &mut Table) -> Result<()> {
    let dir = dir.join("profile");
    let start = Instant::now();
    fixture::build(&dir, PASSWORD, ROOMS, MESSAGES)?;
    eprintln!("made {MESSAGES} messages in {:.1} s", start.elapsed().as_secs_f64());
    let bytes = fs::metadata(dir.join("vault.db"))?.len();
    let what = format!("a profile of {MESSAGES} messages in {ROOMS} rooms");
    table.add(format!("{what}: its file"), "MB", "", number(usize::try_from(bytes)?) / 1e6);
    for (name, arguments) in [("", [].as_slice()), (", search at once", &["--at-once"])] {
        let output = Process::new(env::current_exe()?)
            .arg("--open-profile")
            .arg(&dir)
            .args(arguments)
            .output()?;
        if !output.status.success() {
            return fail(String::from_utf8_lossy(&output.stderr));
        }
        for line in String::from_utf8(output.stdout)?.lines() {
            let [figure, unit, measured] = line.split('\t').collect::<Vec<_>>()[..] else {
                return fail(format!("an unexpected line: {line}"));
            };
            let (unit, aim) = aim(figure, unit);
            table.add(format!("the same{name}: {figure}"), unit, aim, measured.parse()?);
        }
    }
    Ok(())
}

fn aim(figure: &str, unit: &str) -> (&'static str, &'static str) {
    let aim = match figure {
        "from the key to a painted page" => "≤ 40",
        "a search, 99th percentile" => "≤ 50",
        "memory with the index" => "≤ 60",
        _ => "",
    };
    (if unit == "MB" { "MB" } else { "ms" }, aim)
}

/// Opens a profile, and prints what that takes. With `at_once`, searches before the index is made.
pub(crate) fn open(dir: &Path, at_once: bool) -> Result<()> {
    let mut out = Figures::default();
    let start = Instant::now();
    let _ = Vault::open(&dir.join("vault.db"), "another", Random::from_system()?);
    out.ms("a wrong password, which is Argon2id", start.elapsed());
    let mut run = Run::open(dir, &mut out)?;
    run.page(&mut out)?;
    out.memory("memory with the page")?;
    if at_once {
        run.timed(&mut out, "the first search", |run| run.search(0).map(drop))?;
    } else {
        run.index(&mut out);
    }
    out.memory("memory with the index")?;
    run.searches(&mut out)?;
    out.memory("memory after searching")?;
    run.timed(&mut out, "loading all groups", |run| {
        let rooms: Vec<_> = run.rooms.iter().map(|info| info.room).collect();
        rooms.into_iter().for_each(|room| drop(run.client.epoch_authenticator(room)));
        Ok(())
    })?;
    out.memory("memory with all groups, as after connecting")?;
    print!("{}", out.0);
    Ok(())
}

/// Lines of `what`, unit and number, parted by tabs.
#[derive(Default)]
struct Figures(String);

impl Figures {
    fn add(&mut self, what: &str, unit: &str, measured: f64) {
        // A string takes all that is written.
        let _ = writeln!(self.0, "{what}\t{unit}\t{measured}");
    }

    fn ms(&mut self, what: &str, took: Duration) {
        self.add(what, "ms", took.as_secs_f64() * 1e3);
    }

    fn memory(&mut self, what: &str) -> Result<()> {
        let status = fs::read_to_string("/proc/self/status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")).unwrap_or("0");
        self.add(what, "MB", kib.parse::<f64>()? * 1_024.0 / 1e6);
        Ok(())
    }
}

/// A client that nobody answers.
struct Run {
    client: Client,
    start: Instant,
    rooms: Vec<RoomInfo>,
}

impl Run {
    fn open(dir: &Path, out: &mut Figures) -> Result<Self> {
        let random = Random::from_system()?;
        let start = Instant::now();
        let vault = Vault::open(&dir.join("vault.db"), PASSWORD, Random::from_system()?)?;
        out.ms("opening the file, Argon2id with it", start.elapsed());
        let start = Instant::now();
        let client = Client::open(vault, random, now(start))?;
        out.ms("opening the client", start.elapsed());
        Ok(Self { client, start, rooms: Vec::new() })
    }

    /// What stands between the key and a painted page.
    fn page(&mut self, out: &mut Figures) -> Result<()> {
        let before = self.start;
        let told = self.timed(out, "ListRooms", |run| run.command(Command::ListRooms))?;
        self.rooms = told.into_iter().find_map(rooms).ok_or("no rooms were told")?;
        let largest = self.rooms.iter().max_by_key(|info| info.head).ok_or("there are no rooms")?;
        let (room, before_end) = (largest.room, Seq(u64::MAX));
        let page = Command::ReadBack { room, before: before_end, limit: PAGE };
        self.timed(out, "the last page of the largest room", |run| run.command(page))?;
        out.ms("from the key to a painted page", before.elapsed());
        self.timed(out, "ListRooms again", |run| run.command(Command::ListRooms))?;
        let unread: usize = self.rooms.iter().map(|info| info.unread).sum();
        out.add("messages unread", "", number(unread));
        Ok(())
    }

    /// Lets time pass until the index is made.
    fn index(&mut self, out: &mut Figures) {
        let (mut took, mut longest, mut slices) = (Duration::ZERO, Duration::ZERO, 0);
        let mut time = now(self.start);
        time.time = Time::from_ms(0);
        // One that nobody answers waits for a connection, which is no deadline.
        while let Some(due) = self.client.next_deadline() {
            time.time = due;
            let start = Instant::now();
            self.client.handle_time(time);
            let slice = start.elapsed();
            (took, longest, slices) = (took + slice, longest.max(slice), slices + 1);
            while self.client.poll_output().is_some() {}
        }
        out.ms("making the index", took);
        out.ms("its longest slice", longest);
        out.add("its slices", "", number(slices));
    }

    fn searches(&mut self, out: &mut Figures) -> Result<()> {
        let (mut times, mut hits) = (Vec::new(), 0);
        for number in 0..SEARCHES {
            let start = Instant::now();
            hits += self.search(number)?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
        out.add("a search, median", "ms", median(&times));
        out.add("a search, 99th percentile", "ms", percentile(&times, 99));
        out.add("hits", "", number(hits));
        Ok(())
    }

    fn search(&mut self, number: usize) -> Result<usize> {
        let text = QUERIES.get(number % QUERIES.len()).copied().unwrap_or_default().to_owned();
        let (id, room, limit) = (RequestId::from_array([1; 16]), None, HITS);
        let told = self.command(Command::Search { id, room, text, limit })?;
        told.into_iter().find_map(found).ok_or_else(|| "nothing was told".into())
    }

    fn timed<T>(
        &mut self,
        out: &mut Figures,
        what: &str,
        f: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let start = Instant::now();
        let value = f(self)?;
        out.ms(what, start.elapsed());
        Ok(value)
    }

    fn command(&mut self, command: Command) -> Result<Vec<Event>> {
        self.client.handle_command(command, now(self.start));
        let mut told = Vec::new();
        while let Some(output) = self.client.poll_output() {
            match output {
                Output::Event(Event::CommandFailed { problem, .. }) => {
                    return Err(failed(&problem));
                }
                Output::Event(event) => told.push(event),
                _ => {}
            }
        }
        Ok(told)
    }
}

fn failed(problem: &Problem) -> Box<dyn std::error::Error + Send + Sync> {
    problem.to_string().into()
}

fn rooms(event: Event) -> Option<Vec<RoomInfo>> {
    match event {
        Event::Rooms(rooms) => Some(rooms),
        _ => None,
    }
}

fn found(event: Event) -> Option<usize> {
    match event {
        Event::Found { hits, .. } => Some(hits.len()),
        _ => None,
    }
}

fn now(start: Instant) -> Now {
    let time = Time::from_ms(u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX));
    let wall = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH);
    let wall = u64::try_from(wall.unwrap_or_default().as_millis()).unwrap_or(u64::MAX);
    Now { time, wall: UnixMs(wall) }
}
