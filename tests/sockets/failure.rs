//! What goes wrong is said in one sentence, exits with 1, and leaves the way free for a better try.

use super::program::{Pipe, Profile, Relay};

#[test]
fn a_wrong_password_and_an_unknown_name_get_the_same_answer() {
    let dir = tempfile::tempdir().unwrap();
    let relay = Relay::start(&dir.path().join("data"));
    Profile::register(&dir.path().join("alice"), &relay.invitation(1), "alice");
    let link = relay.command(&["link"]);

    let mut device = Profile::new(&dir.path().join("device"));
    device.password = "wrong".into();
    let wrong = device.fails(&["login", &link, "alice"]);
    assert!(wrong.contains("name or the password is wrong"), "{wrong}");
    let unknown = device.fails(&["login", &link, "nobody"]);
    assert_eq!(wrong, unknown);

    let device = Profile::new(&dir.path().join("device"));
    device.ok(&["login", &link, "alice"]);
    device.ok(&["send", "lobby", "hello"]);
}

#[test]
fn a_profile_opens_with_its_password_only() {
    let dir = tempfile::tempdir().unwrap();
    let relay = Relay::start(&dir.path().join("data"));
    let mut alice = Profile::register(&dir.path().join("alice"), &relay.invitation(1), "alice");
    alice.password = "wrong".into();
    let said = alice.fails(&["send", "lobby", "hello"]);
    assert!(said.contains("password does not open this profile"), "{said}");
    Profile::new(&alice.home).ok(&["send", "lobby", "hello"]);
}

#[test]
fn invitations_are_counted_and_handles_are_unique() {
    let dir = tempfile::tempdir().unwrap();
    let relay = Relay::start(&dir.path().join("data"));
    let once = relay.invitation(1);
    Profile::register(&dir.path().join("alice"), &once, "alice");

    let bob = Profile::new(&dir.path().join("bob"));
    let said = bob.fails(&["register", &once, "bob"]);
    assert!(said.contains("used as often as it may be"), "{said}");
    let said = bob.fails(&["register", &relay.command(&["link"]), "bob"]);
    assert!(said.contains("wants an invitation"), "{said}");
    let another = relay.invitation(1);
    let said = bob.fails(&["register", &another, "alice"]);
    assert!(said.contains("has this name already"), "{said}");
    bob.ok(&["register", &another, "bob"]);
    bob.ok(&["send", "lobby", "in at last"]);
    let said = bob.fails(&["register", &another, "bob"]);
    assert!(said.contains("profile here already"), "{said}");
}

#[test]
fn an_unreachable_relay_is_named_and_nothing_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let relay = Relay::start(&data);
    let address = relay.address.clone();
    let link = relay.invitation(1);
    let alice = Profile::register(&dir.path().join("alice"), &link, "alice");
    relay.kill();

    let said = alice.fails(&["read", "lobby"]);
    assert!(said.contains(&address) && said.contains("does not answer"), "{said}");
    let said = alice.fails(&["send", "lobby", "later", "--timeout", "2s"]);
    assert!(said.contains("queue"), "{said}");
    let said = Profile::new(&dir.path().join("bob")).fails(&["register", &link, "bob"]);
    assert!(said.contains("does not answer"), "{said}");

    let _relay = Relay::start_with(&data, &address, &[]);
    alice.ok(&["send", "lobby", "now"]);
    assert_eq!(alice.texts(), ["later", "now"], "the queued one went out first");
}

#[test]
fn a_changed_relay_key_is_refused_with_both_fingerprints() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let relay = Relay::start(&data);
    let address = relay.address.clone();
    let alice = Profile::register(&dir.path().join("alice"), &relay.invitation(1), "alice");
    relay.kill();

    let impostor = Relay::start_with(&dir.path().join("other"), &address, &[]);
    let said = alice.fails(&["read", "lobby"]);
    assert!(said.contains("another key than expected"), "{said}");
    let groups = said.split_whitespace().filter(|word| {
        let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        word.len() == 4 && word.chars().all(|c| c.is_ascii_hexdigit())
    });
    assert!(groups.count() >= 16, "two fingerprints of eight groups: {said}");
    impostor.kill();

    let _relay = Relay::start_with(&data, &address, &[]);
    alice.ok(&["send", "lobby", "hello again"]);
}

#[test]
fn a_profile_in_use_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let relay = Relay::start(&dir.path().join("data"));
    let alice = Profile::register(&dir.path().join("alice"), &relay.invitation(1), "alice");
    let bot = Pipe::start(alice.command(&["pipe"]));
    bot.until(|line| line["type"] == "connected");
    let said = alice.fails(&["send", "lobby", "me too"]);
    assert!(said.contains("has this profile open"), "{said}");
    bot.end();
    alice.ok(&["send", "lobby", "my turn"]);
}

#[test]
fn wrong_usage_exits_with_two() {
    let dir = tempfile::tempdir().unwrap();
    let nobody = Profile::new(&dir.path().join("nobody"));
    for arguments in [&["sing"][..], &["send"], &["read", "lobby", "--since", "x"]] {
        assert_eq!(nobody.run(arguments).status.code(), Some(2), "{arguments:?}");
    }
    let said = nobody.fails(&["rooms"]);
    assert!(said.contains("no profile here yet"), "{said}");
}
