//! `PROTOCOL.md` says what the code does.

#![expect(clippy::unwrap_used, reason = "the helpers of a test panic like it")]

use std::fs;
use std::path::Path;

use wire::limit;

const PROTOCOL: &str = include_str!("../PROTOCOL.md");

/// Digits in groups of three, as the page writes them.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = (digits.len() + 2) % 3 + 1;
    let (head, tail) = digits.split_at(first);
    tail.as_bytes()
        .chunks(3)
        .fold(head.to_owned(), |text, group| text + "," + &String::from_utf8_lossy(group))
}

macro_rules! assert_listed {
    ($($name:ident),* $(,)?) => {$(
        let value = u64::try_from(limit::$name).unwrap();
        let row = format!("| `{}` | {} |", stringify!($name), grouped(value));
        assert!(PROTOCOL.contains(&row), "no row {row}");
    )*};
}

#[test]
fn the_limits_of_section_2_are_those_of_the_code() {
    assert_listed!(
        MAX_FRAME_BYTES,
        MAX_HANDSHAKE_FRAME_BYTES,
        TAG_BYTES,
        MAX_PLAINTEXT_BYTES,
        MAX_ANONYMOUS_MESSAGE_BYTES,
        MAX_MESSAGE_BYTES,
        REKEY_AFTER_MESSAGES,
        REKEY_AFTER_MS,
        HANDSHAKE_TIMEOUT_MS,
        KEEP_ALIVE_AFTER_MS,
        IDLE_TIMEOUT_MS,
    );
}

/// Every test that the tables of threats name stands in the source.
#[test]
fn the_threats_name_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut source = String::new();
    for part in ["wire", "relay", "fltk-client", "tests"] {
        read_sources(&root.join(part), &mut source);
    }
    let (_, threats) = PROTOCOL.split_once("## Threats").unwrap();
    let cells = threats.lines().filter(|line| line.starts_with('|')).filter_map(|line| {
        line.trim_end_matches('|').rsplit('|').next().filter(|cell| cell.contains('`'))
    });
    let mut named = 0;
    for name in cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)) {
        let name = name.rsplit("::").next().unwrap();
        // The others are folders and files.
        if name.contains('_') {
            assert!(source.contains(name), "no test {name}");
            named += 1;
        }
    }
    assert!(named > 60, "only {named} tests are named");
}

fn read_sources(folder: &Path, source: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_sources(&path, source);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            source.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}
