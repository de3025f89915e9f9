//! Runs `sotto-relay` and `sotto-cli`.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Longest wait for anything here.
pub const PATIENCE: Duration = Duration::from_secs(60);
pub const PASSWORD: &str = "correct horse battery staple";

/// An executable of this workspace, built when first asked for.
pub fn executable(name: &str) -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let dir = BUILT.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status = Command::new(cargo)
            .args(["build", "--quiet", "--locked", "-p", "relay", "-p", "cli"])
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .status();
        assert!(status.unwrap().success(), "the programs build");
        // …/target/debug/deps/sockets-… stands beside …/target/debug/sotto-relay
        let own = std::env::current_exe().unwrap();
        own.parent().unwrap().parent().unwrap().to_owned()
    });
    dir.join(name)
}

/// A running relay; it dies with this value.
pub struct Relay {
    child: Child,
    pub dir: PathBuf,
    pub address: String,
    /// What it wrote to standard error.
    pub log: PathBuf,
}

impl Relay {
    /// Starts on a free port.
    pub fn start(dir: &Path) -> Self {
        Self::start_with(dir, "127.0.0.1:0", &[])
    }

    pub fn start_with(dir: &Path, listen: &str, arguments: &[&str]) -> Self {
        let log = dir.with_extension("log");
        let log_file = std::fs::OpenOptions::new().create(true).append(true).open(&log).unwrap();
        let mut child = Command::new(executable("sotto-relay"))
            .args(["serve", "--listen", listen, "--data"])
            .arg(dir)
            // All of these tests come from one address.
            .args(["--attempts-per-address", "1000", "--handshakes-per-second", "1000"])
            .args(["--handshake-burst", "1000"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(log_file)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().expect("the relay says where it listens").unwrap();
        let address = first.strip_prefix("listening on ").expect("its first line").to_owned();
        let second = lines.next().unwrap().unwrap();
        assert!(second.starts_with("relay key "), "{second}");
        Self { child, dir: dir.to_owned(), address, log }
    }

    /// `kill -9`, and a new start on the same port and data.
    pub fn crash(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let again = Self::start_with(&self.dir.clone(), &self.address.clone(), &[]);
        *self = again;
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; returns how long it took to end well.
    pub fn terminate(mut self) -> Duration {
        let begin = Instant::now();
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success(), "a clean end");
        begin.elapsed()
    }

    pub fn invitation(&self, uses: u32) -> String {
        self.command(&["invite", "--uses", &uses.to_string()])
    }

    /// Runs one of the host's commands.
    pub fn command(&self, arguments: &[&str]) -> String {
        let output = Command::new(executable("sotto-relay"))
            .args(arguments)
            .arg("--data")
            .arg(&self.dir)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A profile.
pub struct Profile {
    pub home: PathBuf,
    pub password: String,
}

impl Profile {
    pub fn new(home: &Path) -> Self {
        Self { home: home.to_owned(), password: PASSWORD.to_owned() }
    }

    /// A profile with a new account.
    pub fn register(home: &Path, link: &str, name: &str) -> Self {
        let profile = Self::new(home);
        profile.ok(&["register", link, name]);
        profile
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(executable("sotto-cli"));
        command
            .args(arguments)
            .arg("--home")
            .arg(&self.home)
            .env("SOTTO_PASSWORD", &self.password)
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that succeeds; returns what it printed.
    pub fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command that fails with exit code 1 and one sentence; returns the sentence.
    pub fn fails(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {stderr}");
        stderr.lines().last().unwrap_or_default().to_owned()
    }

    /// A profile of another device of an account, signed in with name and password only.
    pub fn login(home: &Path, relay: &Relay, name: &str) -> Self {
        let profile = Self::new(home);
        profile.ok(&["login", &relay.command(&["link"]), name]);
        profile
    }

    /// Runs a command, however it ends; returns what it printed and what it said aside.
    pub fn told(&self, arguments: &[&str]) -> (String, String) {
        let output = self.run(arguments);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr))
    }

    /// Runs a command that succeeds; returns its lines of JSON.
    pub fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.ok(&[arguments, &["--json"]].concat());
        output.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The texts that `read` prints of the lobby, in order.
    pub fn texts(&self) -> Vec<String> {
        self.texts_in("lobby")
    }

    /// The texts that `read` prints of a room, in order.
    pub fn texts_in(&self, room: &str) -> Vec<String> {
        texts(&self.json(&["read", room]))
    }

    /// Waits until this profile sees so many devices of an account in a room. Somebody who
    /// can bring them there must be connected.
    pub fn await_devices(&self, room: &str, account: &str, count: usize) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let lines = self.json(&["members", room]);
            let members = lines[0]["members"].as_array().unwrap();
            let seen = members
                .iter()
                .find(|member| member["name"] == account)
                .map_or(0, |member| member["devices"].as_array().unwrap().len());
            if seen == count {
                return;
            }
            assert!(Instant::now() < deadline, "{seen} devices of {account} in {room}: {lines:?}");
        }
    }
}

/// The texts among lines of JSON.
pub fn texts(lines: &[Value]) -> Vec<String> {
    let messages = lines.iter().filter(|line| line["type"] == "message");
    messages.map(|line| line["text"].as_str().unwrap().to_owned()).collect()
}

/// A program that talks JSON Lines.
pub struct Pipe {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<Value>,
}

impl Pipe {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let _ = sender.send(serde_json::from_str(&line).unwrap());
            }
        });
        Self { input: child.stdin.take(), child, lines }
    }

    pub fn write(&mut self, line: &Value) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    /// The next line that fulfils `what`.
    pub fn until(&self, what: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left).expect("the line comes in time");
            if what(&line) {
                return line;
            }
        }
    }

    /// Ends its input; returns the exit code and the lines that were left.
    pub fn end(mut self) -> (Option<i32>, Vec<Value>) {
        drop(self.input.take());
        let code = self.child.wait().unwrap().code();
        (code, self.lines.iter().collect())
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
