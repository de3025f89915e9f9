//! The relay's log tells of no person.

use super::program::{Profile, Relay};

const MARKER: &str = "the-heron-leaves-at-dawn";

#[test]
fn no_name_key_address_or_text_is_logged() {
    let dir = tempfile::tempdir().unwrap();
    let mut relay = Relay::start_with(&dir.path().join("data"), "127.0.0.1:0", &["--log", "debug"]);
    let link = relay.invitation(2);
    let alice = Profile::register(&dir.path().join("alice"), &link, "alice");
    Profile::register(&dir.path().join("bob"), &link, "bob");
    alice.ok(&["send", "lobby", MARKER]);
    let mut wrong = Profile::new(&dir.path().join("wrong"));
    wrong.password = "wrong".into();
    wrong.fails(&["login", &link, "alice"]);
    relay.command(&["disable", "bob"]);
    let port = relay.address.rsplit(':').next().unwrap().to_owned();
    let device = alice.ok(&["devices"]);
    relay.crash();
    let log = std::fs::read_to_string(&relay.log).unwrap();

    assert!(log.lines().count() >= 3, "it logs something: {log}");
    let device = device.split_whitespace().find(|word| word.len() == 32).unwrap();
    for secret in ["alice", "bob", MARKER, "127.0.0.1", port.as_str(), device, &link[20..60]] {
        assert!(!log.contains(secret), "{secret} in the log:\n{log}");
    }
    for word in log.split(|c: char| !c.is_ascii_alphanumeric()) {
        let hex = word.len() >= 16 && word.chars().all(|c| c.is_ascii_hexdigit());
        assert!(!hex, "{word} looks like a key");
    }
}
