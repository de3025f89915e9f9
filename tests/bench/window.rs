//! The window on a large profile: how soon its history is painted, what it keeps in memory, how long
//! frames take while it scrolls, and how soon a search is answered.
//!
//! The real program on a display of its own (`Xvfb`), driven by `xdotool`; its `--trace` says when what
//! was painted. Nothing answers at the relay's address.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use engine::fixture;

use crate::table::{Table, median, percentile};
use crate::{Result, fail};

const PASSWORD: &str = "a password of the benchmark";
const ROOMS: usize = 50;
const MESSAGES: usize = 100_000;
const STARTS: usize = 9;
/// Nothing that is waited for takes longer.
const PATIENCE: Duration = Duration::from_secs(30);
const QUERIES: [&str; 6] = ["tomatoes", "zurich", "the", "roses garden", "12345", "nowhere"];

/// Makes the profile, and measures the window on it.
pub(crate) fn measure(program: &Path, dir: &Path, table: &mut Table) -> Result<()> {
    let profile = dir.join("window");
    fixture::build(&profile, PASSWORD, ROOMS, MESSAGES)?;
    let screen = Screen::open()?;
    choose_largest(&Window::open(program, &profile, &screen)?)?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let window = Window::open(program, &profile, &screen)?;
        starts.push(window.trace.mark("history")?.at_us / 1e3);
    }
    let what = format!("the window, {ROOMS} rooms and {MESSAGES} messages");
    table.add(format!("{what}: start to painted history"), "ms", "≤ 300", median(&starts));
    let window = Window::open(program, &profile, &screen)?;
    window.trace.mark("history")?;
    scroll(&window, table)?;
    search(&window, table)?;
    table.add("the same: resident memory after that", "MB", "≤ 60", window.resident_mb()?);
    Ok(())
}

/// Shows the largest room, which is then shown at each start.
fn choose_largest(window: &Window<'_>) -> Result<()> {
    window.trace.mark("shown")?;
    sleep(Duration::from_secs(2));
    window.xdotool(&["key", "ctrl+k"])?;
    window.xdotool(&["type", "--delay", "5", " 01"])?;
    sleep(Duration::from_secs(1));
    window.xdotool(&["key", "Return"])?;
    window.trace.mark("history")?;
    sleep(Duration::from_secs(2));
    Ok(())
}

/// Turns the wheel through the largest room, page by page and from end to end.
fn scroll(window: &Window<'_>, table: &mut Table) -> Result<()> {
    window.xdotool(&["mousemove", "520", "350"])?;
    let before = window.trace.frames()?.len();
    for button in ["4", "5", "4"] {
        window.xdotool(&["click", "--repeat", "400", "--delay", "8", button])?;
    }
    for key in ["Prior", "Next"] {
        window.xdotool(&["key", "--repeat", "60", "--delay", "20", key])?;
    }
    sleep(Duration::from_millis(500));
    let frames: Vec<f64> = window.trace.frames()?.split_off(before);
    if frames.len() < 300 {
        return fail(format!("only {} frames were painted", frames.len()));
    }
    let count = frames.len();
    let (p50, p99) = (median(&frames), percentile(&frames, 99));
    table.add(format!("the same: a frame while scrolling, median of {count}"), "ms", "", p50);
    table.add("the same: 99th percentile", "ms", "≤ 8", p99);
    Ok(())
}

/// Looks for words, with the search's own pause between key and question left out.
fn search(window: &Window<'_>, table: &mut Table) -> Result<()> {
    // The index is made while nothing happens.
    sleep(Duration::from_secs(4));
    for query in QUERIES {
        let asked = window.trace.marks("search")?.len();
        window.xdotool(&["key", "ctrl+k"])?;
        window.xdotool(&["key", "ctrl+a"])?;
        window.xdotool(&["type", "--delay", "5", query])?;
        window.trace.await_marks("search", asked + 1)?;
        sleep(Duration::from_millis(300));
    }
    let took: Vec<f64> =
        window.trace.marks("search")?.iter().map(|mark| mark.took_us / 1e3).collect();
    let count = took.len();
    table.add(
        format!("the same: a search until painted, median of {count}"),
        "ms",
        "",
        median(&took),
    );
    table.add("the same: the longest", "ms", "≤ 50", percentile(&took, 100));
    Ok(())
}

/// A display without a screen.
struct Screen {
    server: Child,
    name: String,
}

impl Screen {
    fn open() -> Result<Self> {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1000x700x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut number = String::new();
        if let Some(stdout) = &mut server.stdout {
            let mut byte = [0];
            while stdout.read(&mut byte)? == 1 && byte != *b"\n" {
                number.push(char::from(byte[0]));
            }
        }
        Ok(Self { server, name: format!(":{number}") })
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The program, opened with the profile.
struct Window<'a> {
    program: Child,
    trace: Trace,
    screen: &'a Screen,
}

impl<'a> Window<'a> {
    fn open(program: &Path, profile: &Path, screen: &'a Screen) -> Result<Self> {
        let trace = profile.with_extension("trace");
        let _ = fs::remove_file(&trace);
        let program = Command::new(program)
            .arg("--home")
            .arg(profile)
            .arg("--trace")
            .arg(&trace)
            .args(["--size", "1000x700", "--theme", "light"])
            .env("DISPLAY", &screen.name)
            .env("SOTTO_PASSWORD", PASSWORD)
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Self { program, trace: Trace(trace), screen })
    }

    fn xdotool(&self, arguments: &[&str]) -> Result<()> {
        let status =
            Command::new("xdotool").args(arguments).env("DISPLAY", &self.screen.name).status()?;
        if status.success() { Ok(()) } else { fail(format!("xdotool {arguments:?} failed")) }
    }

    fn resident_mb(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.program.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")).unwrap_or("0");
        Ok(kib.parse::<f64>()? * 1_024.0 / 1e6)
    }
}

impl Drop for Window<'_> {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// What the program writes of its frames.
struct Trace(PathBuf);

/// Something that the trace names.
struct Mark {
    at_us: f64,
    took_us: f64,
}

impl Trace {
    fn lines(&self) -> Result<Vec<String>> {
        match fs::read_to_string(&self.0) {
            Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }

    /// How long each frame took, in milliseconds.
    fn frames(&self) -> Result<Vec<f64>> {
        let sum = |line: &String| Some(number(line, "layout_us")? + number(line, "paint_us")?);
        Ok(self.lines()?.iter().filter_map(sum).map(|us| us / 1e3).collect())
    }

    fn marks(&self, name: &str) -> Result<Vec<Mark>> {
        let named = format!(r#"{{"mark":"{name}""#);
        let lines = self.lines()?;
        let marks = lines.iter().filter(|line| line.starts_with(&named)).map(|line| Mark {
            at_us: number(line, "at_us").unwrap_or(0.0),
            took_us: number(line, "took_us").unwrap_or(0.0),
        });
        Ok(marks.collect())
    }

    fn await_marks(&self, name: &str, count: usize) -> Result<Vec<Mark>> {
        let until = Instant::now() + PATIENCE;
        loop {
            let marks = self.marks(name)?;
            if marks.len() >= count {
                return Ok(marks);
            }
            if Instant::now() > until {
                return fail(format!("the window never came to {name}"));
            }
            sleep(Duration::from_millis(20));
        }
    }

    fn mark(&self, name: &str) -> Result<Mark> {
        let mut marks = self.await_marks(name, 1)?;
        Ok(marks.swap_remove(0))
    }
}

/// A number of a line of JSON that has no other after the name.
fn number(line: &str, name: &str) -> Option<f64> {
    let rest = line.split_once(&format!("\"{name}\":"))?.1;
    rest.split([',', '}']).next()?.parse().ok()
}
