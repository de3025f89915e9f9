//! `PROTOCOL.md` says what the code does.

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
