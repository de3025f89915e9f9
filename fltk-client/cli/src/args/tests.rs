use engine::Role;

use super::*;

const LINK: &str = "sotto://127.0.0.1:7171/#key=BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";

fn verb(line: &[&str]) -> Verb {
    match parse(line).unwrap() {
        Invocation::Run(_, verb) => verb,
        Invocation::Print(text) => panic!("{text}"),
    }
}

fn refusal(line: &[&str]) -> String {
    let failure = parse(line).unwrap_err();
    assert!(matches!(failure, Failure::Usage { .. }), "{failure}");
    failure.to_string()
}

#[test]
fn every_command_is_understood() {
    let (room, wait) = (String::from("lobby"), DEFAULT_TIMEOUT);
    let (link, name): (Link, _) = (LINK.parse().unwrap(), Handle::new("alice").unwrap());
    let id = MessageId::from_array([0xab; 16]);
    let hex = "ab".repeat(16);
    let cases: [(&[&str], Verb); 13] = [
        (
            &["register", LINK, "alice"],
            Verb::SignUp { intent: Intent::Register, link: link.clone(), name: name.clone() },
        ),
        (&["login", LINK, "alice"], Verb::SignUp { intent: Intent::Login, link, name }),
        (&["rooms", "--json"], Verb::Rooms { timeout: wait }),
        (&["members", "lobby"], Verb::Members { room: room.clone(), timeout: wait }),
        (&["devices"], Verb::Devices { timeout: wait }),
        (
            &["send", "lobby"],
            Verb::Send { room: room.clone(), text: None, id: None, timeout: wait },
        ),
        (
            &["send", "--id", &hex, "--timeout=500ms", "lobby", "--", "-x"],
            Verb::Send {
                room: room.clone(),
                text: Some("-x".into()),
                id: Some(id),
                timeout: Duration::from_millis(500),
            },
        ),
        (
            &["read", "lobby", "--since", "7"],
            Verb::Read { room: room.clone(), since: Seq(7), timeout: wait },
        ),
        (&["follow"], Verb::Follow { room: None, count: None, timeout: None }),
        (
            &["follow", "lobby", "--count", "2", "--timeout", "5m"],
            Verb::Follow {
                room: Some(room.clone()),
                count: Some(2),
                timeout: Some(Duration::from_secs(300)),
            },
        ),
        (&["typing", "lobby"], Verb::Typing { room: room.clone(), timeout: wait }),
        (&["chat", "lobby"], Verb::Chat { room, timeout: wait }),
        (&["pipe"], Verb::Pipe { timeout: PIPE_TIMEOUT }),
    ];
    for (line, expected) in cases {
        assert_eq!(verb(line), expected, "{line:?}");
    }
}

#[test]
fn every_change_is_understood() {
    let (room, bob, timeout) =
        (String::from("garden"), Handle::new("bob").unwrap(), CHANGE_TIMEOUT);
    let change = |change| Verb::Change { room: room.clone(), change, timeout };
    let new = |access, history| NewRoom { access, name: room.clone(), history };
    let verified = |compared| Verb::Verify { user: bob.clone(), compared, timeout };
    let device = || String::from("abcd");
    let password = |new_file| Verb::Password { new_file, new: None, timeout };
    let cases: [(&[&str], Verb); 26] = [
        (&["create", "garden"], Verb::Create { new: new(Access::Closed, 0), timeout }),
        (
            &["create", "--open", "garden", "--history", "5"],
            Verb::Create { new: new(Access::Open, 5), timeout },
        ),
        (&["invite", "garden", "bob"], change(Change::Invite(bob.clone()))),
        (&["invite", "garden", "@bob"], change(Change::Invite(bob.clone()))),
        (&["remove", "garden", "bob"], change(Change::Remove(bob.clone()))),
        (&["remove", "garden", "--stale"], change(Change::RemoveStale)),
        (&["rename", "garden", "a b"], change(Change::Rename("a b".into()))),
        (&["topic", "garden", ""], change(Change::SetTopic(String::new()))),
        (&["history", "garden", "1000"], change(Change::SetHistory(1_000))),
        (&["role", "garden", "bob", "owner"], change(Change::SetRole(bob.clone(), Role::Owner))),
        (&["role", "garden", "bob", "member"], change(Change::SetRole(bob.clone(), Role::Member))),
        (&["close", "garden"], change(Change::Close)),
        (&["join", "garden"], Verb::Join { room: room.clone(), timeout }),
        (&["leave", "garden"], Verb::Leave { room: room.clone(), timeout }),
        (
            &["leave", "garden", "--timeout", "1s"],
            Verb::Leave { room: room.clone(), timeout: Duration::from_secs(1) },
        ),
        (&["repair", "garden"], Verb::Repair { room: room.clone(), timeout }),
        (&["dm", "bob"], Verb::Direct { user: bob.clone(), timeout }),
        (&["dm", "@bob"], Verb::Direct { user: bob.clone(), timeout }),
        (&["verify", "bob"], verified(Compared::NotYet)),
        (&["verify", "bob", "--accept"], verified(Compared::Same)),
        (&["trust", "bob"], Verb::Trust { user: bob.clone(), timeout }),
        (&["revoke", "abcd"], Verb::Revoke { device: device(), timeout }),
        (
            &["name-device", "abcd", "desk"],
            Verb::NameDevice { device: device(), name: "desk".into(), timeout },
        ),
        (&["devices", "--timeout", "20s"], Verb::Devices { timeout }),
        (&["password"], password(None)),
        (&["password", "--new-password-file", "/tmp/p"], password(Some("/tmp/p".into()))),
    ];
    for (line, expected) in cases {
        assert_eq!(verb(line), expected, "{line:?}");
    }
}

#[test]
fn common_options_stand_anywhere() {
    for line in [
        ["--home", "/tmp/a", "--password-file=/tmp/p", "--json", "rooms"],
        ["rooms", "--json", "--home=/tmp/a", "--password-file", "/tmp/p"],
    ] {
        let (home, password_file) = (Some("/tmp/a".into()), Some("/tmp/p".into()));
        let options = Options { home, password_file, json: true };
        let verb = Verb::Rooms { timeout: DEFAULT_TIMEOUT };
        assert_eq!(parse(line).unwrap(), Invocation::Run(options, verb));
    }
}

#[test]
fn wrong_usage_names_the_mistake_and_the_usage_of_the_command() {
    let cases: [(&[&str], &str, &str); 28] = [
        (&[], "A command is missing.", ANY),
        (&["sned"], "There is no command \"sned\".", ANY),
        (&["rooms", "--verbose"], "There is no option --verbose.", "rooms"),
        (&["rooms", "-x"], "There is no option -x.", "rooms"),
        (&["rooms", "lobby"], "\"lobby\" is too much", "rooms"),
        (&["rooms", "--since", "1"], "rooms takes no --since.", "rooms"),
        (&["send"], "ROOM is missing.", "send ROOM [TEXT]"),
        (&["send", "lobby", "two", "words"], "\"words\" is too much", "send ROOM"),
        (&["send", "lobby", "x", "--id", "12"], "32 hexadecimal digits", "send ROOM"),
        (&["send", "lobby", "x", "--timeout", "10"], "not a time", "send ROOM"),
        (&["read", "lobby", "--since", "-1"], "not a whole number", "read ROOM"),
        (&["read", "lobby", "--since"], "missing argument", "read ROOM"),
        (&["follow", "--count", "many"], "not a whole number", "follow [ROOM]"),
        (&["register", LINK], "NAME is missing.", "register LINK NAME"),
        (&["register", LINK, "Alice"], "NAME must be", "register LINK NAME"),
        (&["login", "sotto://x", "alice"], "not a link", "login LINK NAME"),
        (&["rooms", "--password", "x"], "readable by others", "rooms"),
        (&["create"], "NAME is missing.", "create NAME"),
        (&["create", "x", "--history", "1001"], "whole number from 0 to 1000", "create NAME"),
        (&["create", "x", "--open=yes"], "argument", "create NAME"),
        (&["invite", "garden"], "USER is missing.", "invite ROOM USER"),
        (&["invite", "garden", "Bob"], "USER must be", "invite ROOM USER"),
        (&["invite", "garden", "bob", "--stale"], "takes no --stale", "invite ROOM USER"),
        (&["remove", "garden"], "USER is missing.", "remove ROOM"),
        (&["remove", "garden", "bob", "--stale"], "\"bob\" is too much", "remove ROOM"),
        (&["role", "garden", "bob", "king"], "is no role", "role ROOM USER owner|member"),
        (&["history", "garden", "-1"], "no option -1", "history ROOM N"),
        (&["name-device", "abcd"], "NAME is missing.", "name-device DEVICE NAME"),
    ];
    for (line, mistake, usage) in cases {
        let refusal = refusal(line);
        assert!(refusal.contains(mistake), "{line:?}: {refusal}");
        assert!(refusal.contains(&format!("usage: sotto-cli {usage}")), "{line:?}: {refusal}");
    }
}

#[test]
fn help_and_version_need_nothing_else() {
    let print = |line: &[&str]| match parse(line).unwrap() {
        Invocation::Print(text) => text,
        run => panic!("{run:?}"),
    };
    assert!(print(&["--help"]).contains("usage: sotto-cli [OPTIONS] COMMAND"));
    assert!(print(&["send", "-h"]).starts_with("usage: sotto-cli send ROOM"));
    assert!(print(&["--help", "send"]).starts_with("usage: sotto-cli send ROOM"));
    assert_eq!(print(&["--version"]), format!("sotto-cli {}\n", env!("CARGO_PKG_VERSION")));
}
