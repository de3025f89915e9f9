//! Rooms, keys, devices and passwords by the command line.

use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::program::{PASSWORD, Pipe, Profile, Relay, texts};

/// A relay and the people on it.
struct Place {
    dir: TempDir,
    relay: Relay,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let relay = Relay::start(&dir.path().join("data"));
        Self { dir, relay }
    }

    fn home(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn register<const N: usize>(&self, names: [&str; N]) -> [Profile; N] {
        let link = self.relay.invitation(names.len().try_into().unwrap());
        names.map(|name| Profile::register(&self.home(name), &link, name))
    }

    /// Another device of `name`, in a home of its own.
    fn login(&self, name: &str, home: &str) -> Profile {
        Profile::login(&self.home(home), &self.relay, name)
    }
}

/// The line of `rooms` for the room of this name or id.
fn room_of(profile: &Profile, room: &str) -> Option<Value> {
    let answer = profile.json(&["rooms"]);
    let rooms = answer[0]["rooms"].as_array().unwrap();
    rooms.iter().find(|line| line["room"] == room || line["id"] == room).cloned()
}

#[test]
fn a_closed_room_is_for_whom_its_owner_invites_and_a_removed_account_reads_no_further() {
    let place = Place::new();
    let [alice, bob, carol] = place.register(["alice", "bob", "carol"]);
    let garden = alice.ok(&["create", "garden"]).trim().to_owned();
    assert_eq!(room_of(&alice, "garden").unwrap()["standing"], "owner");
    alice.ok(&["invite", "garden", "bob"]);
    alice.ok(&["send", "garden", "hello bob"]);
    assert_eq!(bob.texts_in("garden"), ["hello bob"]);
    bob.ok(&["send", "garden", "hello alice"]);
    assert_eq!(alice.texts_in("garden"), ["hello bob", "hello alice"]);

    let said = carol.fails(&["join", &garden]);
    assert!(said.ends_with('.'), "{said}");
    carol.ok(&["read", "lobby"]);
    assert_eq!(room_of(&carol, &garden), None);
    let said = bob.fails(&["invite", "garden", "carol"]);
    assert!(said.contains("owner"), "{said}");

    // Somebody who may add it is there when the device comes.
    let first = Pipe::start(bob.command(&["pipe"]));
    first.until(|line| line["type"] == "connected");
    let second = place.login("bob", "bob-2");
    alice.await_devices("garden", "bob", 2);
    first.end();
    alice.ok(&["send", "garden", "on both your devices"]);
    assert_eq!(second.texts_in("garden"), ["on both your devices"]);
    let bob_had = ["hello bob", "hello alice", "on both your devices"];
    assert_eq!(bob.texts_in("garden"), bob_had);

    alice.ok(&["remove", "garden", "bob"]);
    alice.ok(&["send", "garden", "without bob"]);
    for (device, had) in [(&bob, &bob_had[..]), (&second, &bob_had[2..])] {
        let (_, said) = device.told(&["read", "garden"]);
        assert!(said.contains("not in the room any more"), "{said}");
        assert_eq!(device.texts_in("garden"), had);
        assert_eq!(room_of(device, "garden").unwrap()["standing"], "left");
        device.fails(&["send", "garden", "let me in"]);
    }
    assert!(alice.ok(&["read", "garden"]).contains("* alice removed bob"));
    assert_eq!(alice.texts_in("garden").last().unwrap(), "without bob");
    alice.await_devices("garden", "bob", 0);
}

/// The safety number with an account, and what is known of its key.
fn safety(profile: &Profile, account: &str) -> (String, String) {
    let [line] = &profile.json(&["verify", account])[..] else { panic!("one line") };
    assert_eq!((&line["type"], &line["account"]), (&json!("safety"), &json!(account)));
    let number = line["number"].as_str().unwrap().to_owned();
    assert!(number.len() == 60 && number.bytes().all(|digit| digit.is_ascii_digit()), "{number}");
    (number, line["trust"].as_str().unwrap().to_owned())
}

#[test]
fn safety_numbers_agree_on_all_devices_and_change_only_with_an_account_key() {
    let place = Place::new();
    let [alice, mut bob] = place.register(["alice", "bob"]);
    let second = place.login("bob", "bob-2");
    for device in [&alice, &bob, &second] {
        device.ok(&["read", "lobby"]);
    }
    let (number, trust) = safety(&alice, "bob");
    assert_eq!(trust, "pinned");
    assert_eq!(safety(&bob, "alice").0, number);
    assert_eq!(safety(&second, "alice").0, number);
    let shown = alice.ok(&["verify", "bob", "--accept"]);
    let digits: String = shown.lines().take(3).flat_map(str::split_whitespace).collect();
    assert_eq!(digits, number, "{shown}");
    let verified = (number.clone(), "verified".to_owned());
    assert_eq!(safety(&alice, "bob"), verified);

    let third = place.login("bob", "bob-3");
    change_password(&mut bob, "another one entirely");
    bob.ok(&["revoke", &device_of(&second)]);
    alice.ok(&["read", "lobby"]);
    bob.ok(&["read", "lobby"]);
    third.ok(&["read", "lobby"]);
    assert_eq!(safety(&alice, "bob"), verified);
    assert_eq!(safety(&bob, "alice").0, number);
    assert_eq!(safety(&third, "alice").0, number);

    let link = place.relay.command(&["reset", "bob"]);
    let anew = Profile::register(&place.home("bob-anew"), &link, "bob");
    let (_, said) = alice.told(&["read", "lobby"]);
    assert!(said.contains("WARNING: bob came with another key"), "{said}");
    let said = alice.fails(&["send", "lobby", "is that you?", "--timeout", "5s"]);
    assert!(said.contains("another key"), "{said}");
    let line = &alice.json(&["verify", "bob"])[0];
    assert_eq!((&line["number"], &line["trust"]), (&json!(number), &json!("changed")));
    let changed = line["changed"].as_str().unwrap().to_owned();
    assert_ne!(changed, number);
    let members = alice.run(&["members", "lobby"]).stdout;
    assert!(String::from_utf8_lossy(&members).contains("KEY CHANGED"));

    alice.ok(&["trust", "bob"]);
    assert_eq!(safety(&alice, "bob"), (changed.clone(), "pinned".to_owned()));
    anew.ok(&["read", "lobby"]);
    assert_eq!(safety(&anew, "alice").0, changed);
    alice.ok(&["send", "lobby", "it is you"]);
    assert_eq!(anew.texts().last().unwrap(), "it is you");
}

/// The id of the device that a profile is.
fn device_of(profile: &Profile) -> String {
    let answer = profile.json(&["devices"]);
    let devices = answer[0]["devices"].as_array().unwrap();
    let own = devices.iter().find(|device| device["own"] == true).unwrap();
    own["device"].as_str().unwrap().to_owned()
}

/// Changes the password and opens the profile with it from then on.
fn change_password(profile: &mut Profile, new: &str) {
    let output = profile.command(&["password"]).env("SOTTO_NEW_PASSWORD", new).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    profile.password = new.to_owned();
}

#[test]
fn a_revoked_device_cannot_sign_in_and_reads_nothing_more() {
    let place = Place::new();
    let [alice, bob] = place.register(["alice", "bob"]);
    let lost = place.login("bob", "bob-lost");
    alice.ok(&["create", "garden"]);
    alice.ok(&["invite", "garden", "bob"]);
    alice.ok(&["send", "lobby", "to all devices"]);
    alice.ok(&["send", "garden", "to all devices"]);
    for room in ["lobby", "garden"] {
        assert_eq!(lost.texts_in(room), ["to all devices"]);
    }

    let id = device_of(&lost);
    bob.ok(&["name-device", &id[..8], "the lost one"]);
    assert!(bob.ok(&["devices"]).contains("the lost one"));
    let said = lost.fails(&["revoke", &id]);
    assert!(said.contains("does not revoke itself"), "{said}");
    bob.ok(&["revoke", "the lost one"]);
    let devices = &bob.json(&["devices"])[0]["devices"];
    assert_eq!(devices.as_array().unwrap().len(), 1, "{devices}");

    alice.await_devices("lobby", "bob", 1);
    alice.await_devices("garden", "bob", 1);
    for room in ["lobby", "garden"] {
        alice.ok(&["send", room, "to the one that is left"]);
        assert_eq!(bob.texts_in(room), ["to all devices", "to the one that is left"]);
        let said = lost.fails(&["read", room, "--timeout", "5s"]);
        assert!(said.ends_with('.'), "{said}");
        let (printed, _) = lost.told(&["read", room, "--json", "--timeout", "5s"]);
        let lines = printed.lines().map(|line| serde_json::from_str(line).unwrap());
        assert_eq!(texts(&lines.collect::<Vec<Value>>()), ["to all devices"], "{room}");
    }
    lost.fails(&["send", "lobby", "am I there?", "--timeout", "5s"]);
    assert!(!alice.texts().contains(&"am I there?".to_owned()));
}

#[test]
fn history_is_handed_to_those_who_are_invited_where_the_room_says_so() {
    let place = Place::new();
    let [alice, bob, carol] = place.register(["alice", "bob", "carol"]);
    alice.ok(&["create", "garden", "--history", "5"]);
    alice.ok(&["create", "shed"]);
    let said: Vec<String> = (1..=7).map(|number| format!("message {number}")).collect();
    for text in &said {
        alice.ok(&["send", "garden", text]);
        alice.ok(&["send", "shed", text]);
    }
    for room in ["garden", "shed"] {
        alice.ok(&["invite", room, "bob"]);
        alice.ok(&["send", room, "bob is here"]);
    }
    let lines = bob.json(&["read", "garden"]);
    assert_eq!(texts(&lines), [&said[2..], &["bob is here".to_owned()]].concat());
    let told = |line: &Value| line["told_by"].clone();
    let messages: Vec<Value> =
        lines.iter().filter(|line| line["type"] == "message").map(told).collect();
    assert_eq!(messages[..5], vec![json!("alice"); 5][..]);
    assert_eq!(messages[5], Value::Null, "what bob was there for needs nobody's word");
    assert!(bob.ok(&["read", "garden"]).contains("message 3 (told by alice)"));
    assert_eq!(bob.texts_in("shed"), ["bob is here"]);

    // It is an owner's to say, and holds for those who come after.
    bob.fails(&["history", "garden", "0"]);
    alice.ok(&["history", "garden", "0"]);
    alice.ok(&["invite", "garden", "carol"]);
    alice.ok(&["send", "garden", "carol is here"]);
    assert_eq!(carol.texts_in("garden"), ["carol is here"]);
}

#[test]
fn a_direct_conversation_is_found_again_and_open_rooms_are_joined_by_name() {
    let place = Place::new();
    let [alice, bob, carol] = place.register(["alice", "bob", "carol"]);
    assert_eq!(alice.ok(&["dm", "bob"]).trim(), "@bob");
    alice.ok(&["send", "@bob", "psst"]);
    assert_eq!(bob.texts_in("@alice"), ["psst"]);
    assert_eq!(bob.ok(&["dm", "alice"]).trim(), "@alice");
    bob.ok(&["send", "@alice", "yes?"]);
    assert_eq!(alice.ok(&["dm", "bob"]).trim(), "@bob");
    assert_eq!(alice.texts_in("@bob"), ["psst", "yes?"]);
    let ids = [(&alice, "@bob"), (&bob, "@alice")]
        .map(|(profile, name)| room_of(profile, name).unwrap()["id"].clone());
    assert_eq!(ids[0], ids[1], "one conversation, whoever looks for it");
    alice.fails(&["invite", "@bob", "carol"]);

    alice.ok(&["create", "plaza", "--open"]);
    alice.ok(&["topic", "plaza", "everything"]);
    carol.ok(&["join", "plaza"]);
    alice.ok(&["send", "plaza", "welcome"]);
    assert_eq!(carol.texts_in("plaza"), ["welcome"]);
    let plaza = room_of(&carol, "plaza").unwrap();
    assert_eq!((&plaza["kind"], &plaza["standing"]), (&json!("open"), &json!("member")));
    assert_eq!(plaza["topic"], "everything");
    assert!(alice.ok(&["read", "plaza"]).contains("* carol joined"));
    carol.ok(&["leave", "plaza"]);
    assert_eq!(room_of(&carol, "plaza").unwrap()["standing"], "left");
    assert_eq!(carol.texts_in("plaza"), ["welcome"], "it stays");
    assert!(alice.ok(&["read", "plaza"]).contains("* carol left"));
}

#[test]
fn a_password_changes_for_account_and_profile() {
    let place = Place::new();
    let [mut alice] = place.register(["alice"]);
    let second = place.login("alice", "alice-2");
    let new = "a horse that is not so correct";
    change_password(&mut alice, new);

    alice.ok(&["send", "lobby", "with the new one"]);
    let old = Profile::new(&alice.home);
    assert_eq!(old.password, PASSWORD);
    let said = old.fails(&["read", "lobby"]);
    assert!(said.contains("password does not open this profile"), "{said}");
    second.ok(&["send", "lobby", "this profile keeps its own"]);

    let mut third = Profile::new(&place.home("alice-3"));
    let link = place.relay.command(&["link"]);
    let said = third.fails(&["login", &link, "alice"]);
    assert!(said.contains("name or the password is wrong"), "{said}");
    third.password = new.to_owned();
    third.ok(&["login", &link, "alice"]);

    let file = place.home("new-password");
    std::fs::write(&file, "from a file\nand no more\n").unwrap();
    alice.ok(&["password", "--new-password-file", file.to_str().unwrap()]);
    alice.password = "from a file".to_owned();
    alice.ok(&["send", "lobby", "and with the newest"]);
}
