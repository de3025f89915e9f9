//! People talk by the command line.

use serde_json::json;

use super::program::{PASSWORD, Pipe, Profile, Relay};

#[test]
fn two_people_and_a_second_device_talk() {
    let dir = tempfile::tempdir().unwrap();
    let relay = Relay::start(&dir.path().join("data"));
    let link = relay.invitation(2);
    let alice = Profile::register(&dir.path().join("alice"), &link, "alice");
    let bob = Profile::register(&dir.path().join("bob"), &link, "bob");

    let id = alice.ok(&["send", "lobby", "hello bob"]);
    assert_eq!(id.trim().len(), 32);
    bob.ok(&["send", "lobby", "hello alice"]);
    assert_eq!(bob.texts(), ["hello bob", "hello alice"]);
    assert_eq!(alice.texts(), ["hello bob", "hello alice"]);

    let again = Profile::new(&dir.path().join("bob-2"));
    again.ok(&["login", &relay.command(&["link"]), "bob"]);
    again.ok(&["send", "lobby", "from my other device"]);
    assert_eq!(alice.texts().last().unwrap(), "from my other device");
    let devices = again.ok(&["devices", "--json"]);
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(devices.trim())
            .map_or(0, |line| { line["devices"].as_array().map_or(0, Vec::len) }),
        2,
        "{devices}"
    );
    let members = alice.ok(&["members", "lobby"]);
    assert!(members.contains("alice") && members.contains("bob"), "{members}");
}

#[test]
fn typing_and_messages_arrive_live() {
    let dir = tempfile::tempdir().unwrap();
    let relay = Relay::start(&dir.path().join("data"));
    let link = relay.invitation(2);
    let alice = Profile::register(&dir.path().join("alice"), &link, "alice");
    let bob = Profile::register(&dir.path().join("bob"), &link, "bob");

    let follow = Pipe::start(bob.command(&["follow", "lobby", "--json", "--timeout", "60s"]));
    follow.until(|line| line["type"] == "connected");
    let mut bot = Pipe::start(alice.command(&["pipe"]));
    bot.until(|line| line["type"] == "caught-up");
    bot.write(&json!({"type": "typing", "room": "lobby"}));
    follow.until(|line| line["type"] == "typing" && line["from"] == "alice");
    bot.write(&json!({"type": "send", "room": "lobby", "text": "live"}));
    let line = follow.until(|line| line["type"] == "message");
    assert_eq!((&line["from"], &line["text"]), (&json!("alice"), &json!("live")));
    let (code, _) = bot.end();
    assert_eq!(code, Some(0));
}

#[test]
fn the_host_sees_names_and_numbers_and_can_lock_an_account() {
    let dir = tempfile::tempdir().unwrap();
    let relay = Relay::start(&dir.path().join("data"));
    let alice = Profile::register(&dir.path().join("alice"), &relay.invitation(1), "alice");
    alice.ok(&["send", "lobby", "hello"]);
    assert!(relay.command(&["accounts"]).contains("alice"));
    assert_eq!(relay.command(&["rooms", "--json"]).lines().count(), 1);
    relay.command(&["status", "--json"]);

    relay.command(&["disable", "alice"]);
    alice.fails(&["send", "lobby", "still there?", "--timeout", "3s"]);
    relay.command(&["enable", "alice"]);
    alice.ok(&["send", "lobby", "back again"]);
    assert_eq!(alice.password, PASSWORD);
}

#[test]
fn a_relay_ends_within_five_seconds_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let relay = Relay::start(&data);
    let address = relay.address.clone();
    let alice = Profile::register(&dir.path().join("alice"), &relay.invitation(1), "alice");
    let mut bot = Pipe::start(alice.command(&["pipe", "--timeout", "30s"]));
    bot.until(|line| line["type"] == "caught-up");
    for number in 0..200 {
        bot.write(&json!({"type": "send", "room": "lobby", "text": number.to_string()}));
    }
    bot.until(|line| line["type"] == "sent");
    assert!(relay.terminate().as_secs() < 5);
    let _relay = Relay::start_with(&data, &address, &[]);
    let (code, _) = bot.end();
    assert_eq!(code, Some(0), "the rest went out to the next relay");
    let expected: Vec<String> = (0..200).map(|number| number.to_string()).collect();
    assert_eq!(alice.texts(), expected);
}
