//! The relay under test: a child process, and what `/proc` says of it.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use wire::key::PublicKey;
use wire::link::Link;

use crate::{Result, fail};

/// How long the relay may take to start, and to stop.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often something is looked at that is waited for.
const GLANCE: Duration = Duration::from_millis(50);
/// All clients come from one address, so the limits per address must not hold.
const LIMITS: &[&str] = &[
    "--connections-per-address=20000",
    "--handshakes-per-second=1000000",
    "--handshake-burst=1000000",
    "--attempts-per-address=1000000",
];

/// A running relay. It is ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Relay {
    child: Child,
    /// Where clients reach it.
    pub(crate) address: SocketAddr,
    /// Its static key.
    pub(crate) key: PublicKey,
}

impl Relay {
    /// Starts `program` on the data directory `data`, on a free port of the loopback.
    pub(crate) fn start(program: &Path, data: &Path) -> Result<Self> {
        let log = fs::OpenOptions::new().create(true).append(true).open(log_of(data))?;
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--open-registration", "--data"])
            .arg(data)
            .args(LIMITS)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()?;
        let stdout = child.stdout.take();
        let mut relay = Self {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            key: PublicKey::from_bytes([0; 32]),
        };
        let Some(address) = stdout.and_then(read_address) else {
            let log = fs::read_to_string(log_of(data)).unwrap_or_default();
            return fail(format!("the relay did not start: {log}"));
        };
        relay.address = address;
        relay.key = key(program, data)?;
        Ok(relay)
    }

    /// A link for anybody: registration is open.
    pub(crate) fn link(&self) -> String {
        let (address, relay_key) = (self.address.to_string(), *self.key.as_bytes());
        Link { address, relay_key, invite: None }.to_string()
    }

    /// CPU time of all its threads so far.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        let mut sum = Duration::ZERO;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            // A thread may end in between.
            let text = fs::read_to_string(task?.path().join("schedstat")).unwrap_or_default();
            let ns = text.split_whitespace().next().and_then(|ns| ns.parse().ok());
            sum += Duration::from_nanos(ns.unwrap_or(0));
        }
        Ok(sum)
    }

    /// Its resident memory in bytes, once it has been the same for a second.
    pub(crate) fn settled_memory(&self) -> Result<u32> {
        let deadline = Instant::now() + PATIENCE;
        let (mut since, mut last) = (Instant::now(), self.memory()?);
        while since.elapsed() < Duration::from_secs(1) && Instant::now() < deadline {
            thread::sleep(GLANCE);
            let now = self.memory()?;
            if now != last {
                (since, last) = (Instant::now(), now);
            }
        }
        Ok(last)
    }

    fn memory(&self) -> Result<u32> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u32>().ok());
        kib.map_or_else(|| fail("the relay has ended"), |kib| Ok(kib.saturating_mul(1_024)))
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let id = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status();
        let deadline = Instant::now() + PATIENCE;
        while asked.is_ok() && Instant::now() < deadline {
            match self.child.try_wait() {
                Ok(None) => thread::sleep(GLANCE),
                Ok(Some(_)) | Err(_) => return,
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn log_of(data: &Path) -> PathBuf {
    data.with_extension("log")
}

/// Reads up to the line with the key, after which clients are served.
fn read_address(stdout: ChildStdout) -> Option<SocketAddr> {
    let (said, hear) = mpsc::channel();
    thread::spawn(move || {
        // To the end of the output, so that what else the relay says does not block it.
        for line in BufReader::new(stdout).lines().map_while(io::Result::ok) {
            let _ = said.send(line);
        }
    });
    let deadline = Instant::now() + PATIENCE;
    let mut address = None;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let line = hear.recv_timeout(left).ok()?;
        if let Some(text) = line.strip_prefix("listening on ") {
            address = text.trim().parse().ok();
        }
        if line.starts_with("relay key ") {
            return address;
        }
    }
}

fn key(program: &Path, data: &Path) -> Result<PublicKey> {
    let output = Command::new(program).arg("link").arg("--data").arg(data).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let link = text.lines().find_map(|line| line.parse::<Link>().ok());
    link.map_or_else(
        || fail(format!("no link: {text}{}", String::from_utf8_lossy(&output.stderr))),
        |link| Ok(PublicKey::from_bytes(link.relay_key)),
    )
}
