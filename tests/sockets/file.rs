//! Files through the real programs, which are killed on the way.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use sha2_010::{Digest, Sha256};

use super::program::{PASSWORD, Profile, Relay, executable};

/// Peak resident memory that a client or the relay may have.
const MAX_PEAK_KIB: u64 = 40_000;

/// Megabytes of the long file; `SOTTO_FILE_MIB=2048` is the campaign.
fn long_mib() -> u64 {
    std::env::var("SOTTO_FILE_MIB").ok().and_then(|text| text.parse().ok()).unwrap_or(96)
}

fn write_random(path: &Path, mib: u64) {
    let mut random = fs::File::open("/dev/urandom").unwrap().take(mib << 20);
    std::io::copy(&mut random, &mut fs::File::create(path).unwrap()).unwrap();
}

fn hash(path: &Path) -> Vec<u8> {
    let mut hash = Sha256::new();
    std::io::copy(&mut fs::File::open(path).unwrap(), &mut hash).unwrap();
    hash.finalize().to_vec()
}

/// The most resident memory a process has had so far.
fn peak_kib(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// A transfer under way, which says how far it is.
struct Moving {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
    peak_kib: u64,
}

impl Moving {
    fn start(profile: &Profile, arguments: &[&str]) -> Self {
        let mut child = profile
            .command(&[arguments, &["--json"]].concat())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines, peak_kib: 0 }
    }

    fn next(&mut self) -> Option<Value> {
        let line = self.lines.next()?.unwrap();
        self.peak_kib = self.peak_kib.max(peak_kib(self.child.id()));
        Some(serde_json::from_str(&line).unwrap())
    }

    /// Waits until so much of it is there.
    fn until_percent(&mut self, percent: u64) {
        loop {
            let line = self.next().expect("it is told how far the transfer is");
            if line["type"] == "progress"
                && line["done"].as_u64().unwrap() * 100 >= line["total"].as_u64().unwrap() * percent
            {
                return;
            }
        }
    }

    fn kill(mut self) -> u64 {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.peak_kib
    }

    /// Waits for its end; returns its last line.
    fn end(mut self) -> (Value, u64) {
        let mut last = Value::Null;
        while let Some(line) = self.next() {
            last = line;
        }
        assert!(self.child.wait().unwrap().success(), "it ends well");
        (last, self.peak_kib)
    }
}

#[test]
fn a_long_file_arrives_although_both_programs_and_the_relay_are_killed_in_flat_memory() {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut relay = Relay::start(&dir.path().join("data"));
    let link = relay.invitation(2);
    let alice = Profile::register(&dir.path().join("alice"), &link, "alice");
    let bob = Profile::register(&dir.path().join("bob"), &link, "bob");
    let (source, saved) = (dir.path().join("long.bin"), dir.path().join("saved"));
    write_random(&source, long_mib());
    fs::create_dir(&saved).unwrap();
    let (source, to) = (source.to_str().unwrap(), saved.to_str().unwrap());
    let mut peaks = Vec::new();

    let mut put = Moving::start(&alice, &["put", "lobby", source]);
    put.until_percent(30);
    peaks.push(("alice, killed", put.kill()));
    let mut put = Moving::start(&alice, &["put", "lobby", source]);
    put.until_percent(60);
    peaks.push(("relay, killed", peak_kib(relay.id())));
    relay.crash();
    let (sent, peak) = put.end();
    peaks.push(("alice", peak));
    let id = sent["id"].as_str().unwrap();

    let mut get = Moving::start(&bob, &["get", "lobby", id, "--to", to]);
    get.until_percent(30);
    peaks.push(("bob, killed", get.kill()));
    let mut get = Moving::start(&bob, &["get", "lobby", id, "--to", to]);
    get.until_percent(60);
    peaks.push(("relay, killed again", peak_kib(relay.id())));
    relay.crash();
    peaks.push(("bob", get.end().1));
    peaks.push(("relay", peak_kib(relay.id())));

    assert_eq!(hash(&saved.join("long.bin")), hash(Path::new(source)));
    let left: Vec<_> = fs::read_dir(&saved).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left, [saved.join("long.bin")], "nothing else is left");
    println!("peak resident memory, KiB: {peaks:?}");
    assert!(peaks.iter().all(|(_, peak)| (1..=MAX_PEAK_KIB).contains(peak)), "{peaks:?}");
}

#[test]
fn a_largest_size_and_a_quota_are_one_clear_sentence_and_nothing_is_left() {
    let dir = tempfile::tempdir().unwrap();
    let limits = ["--max-file-bytes", "2000000", "--account-file-bytes", "3000000"];
    let relay = Relay::start_with(&dir.path().join("data"), "127.0.0.1:0", &limits);
    let alice = Profile::register(&dir.path().join("alice"), &relay.invitation(1), "alice");
    let (large, fits) = (dir.path().join("large.bin"), dir.path().join("fits.bin"));
    write_random(&large, 2);
    fs::write(&fits, vec![7; 1_800_000]).unwrap();
    let said = alice.fails(&["put", "lobby", large.to_str().unwrap()]);
    assert!(said.contains("The relay takes files of at most 1.9 MiB"), "{said}");
    alice.ok(&["put", "lobby", fits.to_str().unwrap()]);
    let said = alice.fails(&["put", "lobby", fits.to_str().unwrap()]);
    assert!(said.contains("The account may send 1.1 MiB more"), "{said}");
    let kept: Vec<_> = fs::read_dir(relay.dir.join("files")).unwrap().collect();
    assert_eq!(kept.len(), 1, "the file that fitted: {kept:?}");
}

/// In a mount namespace of its own: a relay on a small file system, and a directory on another to
/// save in.
const SCRIPT: &str = r#"
    mount -t tmpfs -o size=160m tmpfs "$DIR/data" || exit 99
    mount -t tmpfs -o size=1m tmpfs "$DIR/saved" || exit 98
    "$RELAY" serve --data "$DIR/data/relay" --listen 127.0.0.1:0 --open-registration >"$DIR/log" &
    relay=$!
    trap 'kill $relay' EXIT
    for _ in $(seq 100); do grep -q '^relay key' "$DIR/log" && break; sleep 0.1; done
    link=$("$RELAY" link --data "$DIR/data/relay")
    "$CLI" register "$link" alice --home "$DIR/alice" >&2 || exit 97
    "$CLI" put lobby "$DIR/large.bin" --home "$DIR/alice"
    echo "put large: $?"
    ls "$DIR/data/relay/files"
    "$CLI" put lobby "$DIR/small.bin" --home "$DIR/alice" >&2 || exit 96
    "$CLI" get lobby --all --to "$DIR/saved" --home "$DIR/alice"
    echo "get: $?"
    ls -A "$DIR/saved"
    "$CLI" send lobby "still here" --home "$DIR/alice" >&2 || exit 95
"#;

#[test]
fn a_full_disk_of_the_relay_or_of_who_saves_is_said_and_nothing_half_written_remains() {
    let dir = tempfile::tempdir().unwrap();
    for place in ["data", "saved"] {
        fs::create_dir(dir.path().join(place)).unwrap();
    }
    write_random(&dir.path().join("large.bin"), 120);
    write_random(&dir.path().join("small.bin"), 2);
    let output = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", SCRIPT])
        .env("DIR", dir.path())
        .env("CLI", executable("sotto-cli"))
        .env("RELAY", executable("sotto-relay"))
        .env("SOTTO_PASSWORD", PASSWORD)
        .output()
        .unwrap();
    let (stdout, stderr) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{stdout}{stderr}");
    assert_eq!(stdout, "put large: 1\nget: 1\n", "{stderr}");
    assert!(stderr.contains("The relay has no space for the file"), "{stderr}");
    assert!(stderr.contains("is full, so the file was not saved"), "{stderr}");
}

#[test]
fn an_archive_loses_nothing_and_doubles_nothing_although_it_and_the_relay_are_killed() {
    const MARKER: &str = "the-heron-leaves-at-dawn";
    let dir = tempfile::tempdir().unwrap();
    let mut relay = Relay::start(&dir.path().join("data"));
    let link = relay.invitation(2);
    let alice = Profile::register(&dir.path().join("alice"), &link, "alice");
    let keeper = Profile::register(&dir.path().join("keeper"), &link, "keeper");
    alice.ok(&["create", "garden"]);
    alice.ok(&["invite", "garden", "keeper"]);
    let kept = dir.path().join("kept");
    let follow = ["archive", "garden", "--to", kept.to_str().unwrap(), "--follow"];
    let log = kept.join("garden").join("messages.jsonl");
    let say = |from: usize, to: usize| {
        for number in from..to {
            alice.ok(&["send", "garden", &format!("{MARKER} {number}")]);
            if number % 5 == 0 {
                let path = dir.path().join(format!("file-{}.txt", number / 5));
                fs::write(&path, format!("{MARKER} {number}\n").repeat(20_000)).unwrap();
                alice.ok(&["put", "garden", path.to_str().unwrap()]);
            }
        }
    };
    let mut archive = keeper.command(&follow).spawn().unwrap();
    say(0, 20);
    archive.kill().unwrap();
    archive.wait().unwrap();
    // As the end of a write that was torn.
    let mut torn = fs::OpenOptions::new().append(true).create(true).open(&log).unwrap();
    torn.write_all(br#"{"type":"message","room":"gar"#).unwrap();
    drop(torn);
    let mut archive = keeper.command(&follow).spawn().unwrap();
    say(20, 35);
    relay.crash();
    say(35, 50);
    let done = || {
        let text = fs::read_to_string(&log).unwrap_or_default();
        text.ends_with('\n') && text.contains(&format!("{MARKER} 49\""))
    };
    let deadline = std::time::Instant::now() + super::program::PATIENCE;
    while !done() {
        assert!(std::time::Instant::now() < deadline, "{}", fs::read_to_string(&log).unwrap());
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let pid = archive.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert!(archive.wait().unwrap().success(), "it ends well");

    let text = fs::read_to_string(&log).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let texts: Vec<&str> = lines
        .iter()
        .filter(|line| line["type"] == "message")
        .map(|line| line["text"].as_str().unwrap())
        .collect();
    let expected: Vec<String> = (0..50).map(|number| format!("{MARKER} {number}")).collect();
    assert_eq!(texts, expected, "each once, in order");
    let files: Vec<&Value> = lines.iter().filter(|line| line["type"] == "file").collect();
    assert_eq!(files.len(), 10);
    for (number, line) in files.iter().enumerate() {
        assert_eq!(line["saved"], format!("file-{number}.txt"));
        let saved = kept.join("garden").join(line["saved"].as_str().unwrap());
        let sent = dir.path().join(format!("file-{number}.txt"));
        assert_eq!(fs::read(saved).unwrap(), fs::read(sent).unwrap());
    }
    let mut names: Vec<_> = fs::read_dir(kept.join("garden"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.retain(|name| name.to_str().unwrap().starts_with("file-"));
    assert_eq!(names.len(), 10, "none was saved twice");
    super::secrecy::search(&relay.dir, MARKER);
    let members = alice.ok(&["members", "garden"]);
    assert!(members.contains("keeper"), "it is there for all to see: {members}");
}
