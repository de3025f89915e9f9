//! From a message's way into one program to its way out of another, while a long file moves.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::person::Person;
use super::text;
use crate::table::{Table, percentile};
use crate::{Result, fail};

/// Between two messages of one person.
const PAUSE: Duration = Duration::from_millis(20);
/// The file and all of its messages are through by then.
const PATIENCE: Duration = Duration::from_secs(240);

/// What a program printed, and when.
type Line = (Instant, &'static str, String);

/// A running `pipe`.
struct Pipe {
    child: Child,
    input: ChildStdin,
}

impl Pipe {
    fn start(person: &Person, name: &'static str, lines: &Sender<Line>) -> Result<Self> {
        let mut child = person.pipe()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return fail("a pipe without ends");
        };
        let lines = lines.clone();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(core::result::Result::ok) {
                let _ = lines.send((Instant::now(), name, line));
            }
        });
        Ok(Self { child, input })
    }

    fn write(&mut self, line: &str) -> Result<()> {
        Ok(writeln!(self.input, "{line}")?)
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Both talk while alice sends the file, and then while bob fetches it.
pub(super) fn measure(
    (alice, bob): (&Person, &Person),
    file: &Path,
    table: &mut Table,
) -> Result<()> {
    let (send, lines) = channel();
    let mut alice = Pipe::start(alice, "alice", &send)?;
    let mut bob = Pipe::start(bob, "bob", &send)?;
    for _ in 0..2 {
        until(&lines, |(_, _, line)| line.contains(r#""type":"caught-up""#))?;
    }
    let ask = format!(r#"{{"type":"put","room":"lobby","path":"{}"}}"#, text(file)?);
    alice.write(&ask)?;
    let mut id = String::new();
    let waits = talk((&mut alice, &mut bob), &lines, |name, line| {
        let is_end = name == "bob" && line.contains(r#""type":"file""#);
        if is_end {
            id = field(line, "id").unwrap_or_default().to_owned();
        }
        is_end
    })?;
    report("while it is sent", &waits, table);
    let to = file.with_extension("fetched");
    std::fs::create_dir(&to)?;
    let ask = format!(r#"{{"type":"get","room":"lobby","file":"{id}","to":"{}"}}"#, text(&to)?);
    bob.write(&ask)?;
    let waits = talk((&mut alice, &mut bob), &lines, |name, line| {
        name == "bob" && line.contains(r#""type":"saved""#)
    })?;
    report("while it is fetched", &waits, table);
    Ok(())
}

fn report(when: &str, waits: &BTreeMap<&str, Vec<f64>>, table: &mut Table) {
    for (who, waits) in waits {
        let what = format!("a message of {who} {when} ({} of them)", waits.len());
        table.add(format!("{what}, median"), "ms", "", percentile(waits, 50));
        table.add(format!("{what}, 99th percentile"), "ms", "< 50", percentile(waits, 99));
    }
}

/// Both say something again and again until the end, and then wait for what they said. Returns
/// milliseconds from one program into the other, by author.
fn talk(
    (alice, bob): (&mut Pipe, &mut Pipe),
    lines: &Receiver<Line>,
    mut is_end: impl FnMut(&str, &str) -> bool,
) -> Result<BTreeMap<&'static str, Vec<f64>>> {
    let deadline = Instant::now() + PATIENCE;
    let (mut said, mut waits) = (BTreeMap::new(), BTreeMap::new());
    let (mut number, mut next, mut ended) = (0_u32, Instant::now(), false);
    while !(ended && said.is_empty()) {
        let now = Instant::now();
        if now > deadline {
            return fail(format!("{} messages did not arrive", said.len()));
        }
        if now >= next && !ended {
            next += PAUSE;
            for (author, pipe) in [("alice", &mut *alice), ("bob", &mut *bob)] {
                number += 1;
                let text = format!("message {number} of {author}");
                pipe.write(&format!(r#"{{"type":"send","room":"lobby","text":"{text}"}}"#))?;
                said.insert(text, Instant::now());
            }
        }
        let left = next.saturating_duration_since(Instant::now());
        let wait = if ended { PAUSE } else { left };
        let Ok((at, name, line)) = lines.recv_timeout(wait) else { continue };
        ended |= is_end(name, &line);
        let Some(text) = field(&line, "text") else { continue };
        let author = if text.ends_with("alice") { "alice" } else { "bob" };
        // One's own comes back as well; what counts is when the other has it.
        if author != name
            && let Some(then) = said.remove(text)
        {
            let took = at.duration_since(then).as_secs_f64() * 1_000.0;
            waits.entry(author).or_insert_with(Vec::new).push(took);
        }
    }
    Ok(waits)
}

fn until(lines: &Receiver<Line>, what: impl Fn(&Line) -> bool) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if what(&lines.recv_timeout(left)?) {
            return Ok(());
        }
    }
}

/// The text of a field, of a line that the program made.
fn field<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(&format!(r#""{name}":""#))?;
    rest.split_once('"').map(|(value, _)| value)
}
