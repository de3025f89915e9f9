//! `kill -9` of the relay while messages are on their way.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::program::{Pipe, Profile, Relay};

const MESSAGES: usize = 1_000;

#[test]
fn a_thousand_messages_survive_three_kills_of_the_relay() {
    let dir = tempfile::tempdir().unwrap();
    let mut relay = Relay::start(&dir.path().join("data"));
    let link = relay.invitation(2);
    let alice = Profile::register(&dir.path().join("alice"), &link, "alice");
    let bob = Profile::register(&dir.path().join("bob"), &link, "bob");

    let mut bot = Pipe::start(alice.command(&["pipe", "--timeout", "60s"]));
    bot.until(|line| line["type"] == "caught-up");
    let mut acknowledged = BTreeSet::new();
    for number in 0..MESSAGES {
        bot.write(&json!({"type": "send", "room": "lobby", "text": number.to_string()}));
        if number % 300 == 299 {
            // In the middle of it: the pipe has only begun with these.
            let sent = bot.until(|line| line["type"] == "sent");
            acknowledged.insert(id(&sent));
            relay.crash();
        }
    }
    let (code, rest) = bot.end();
    assert_eq!(code, Some(0), "all were acknowledged in the end");
    acknowledged.extend(rest.iter().filter(|line| line["type"] == "sent").map(id));

    let output = bob.ok(&["read", "lobby", "--json"]);
    let lines: Vec<Value> =
        output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let messages: Vec<&Value> = lines.iter().filter(|line| line["type"] == "message").collect();
    let texts: Vec<&str> = messages.iter().map(|line| line["text"].as_str().unwrap()).collect();
    let expected: Vec<String> = (0..MESSAGES).map(|number| number.to_string()).collect();
    assert_eq!(texts, expected, "each once, in order");
    let arrived: BTreeSet<String> = messages.iter().map(|line| id(line)).collect();
    assert!(acknowledged.is_subset(&arrived), "no success was reported for a lost message");
}

fn id(line: &Value) -> String {
    line["id"].as_str().unwrap().to_owned()
}
