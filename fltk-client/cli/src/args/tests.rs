use engine::Role;

use super::*;
use crate::command::Until;

const HEX: &str = "abababababababababababababababab";
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
    let sought = |text: &str, room: Option<&str>, limit| Verb::Search {
        sought: Sought { text: text.into(), room: room.map(str::to_owned), limit },
    };
    let cases: [(&[&str], Verb); 15] = [
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
            Verb::Send { room: room.clone(), to: None, text: None, id: None, timeout: wait },
        ),
        (
            &["send", "--id", &hex, "--timeout=500ms", "lobby", "--", "-x"],
            Verb::Send {
                room: room.clone(),
                to: None,
                text: Some("-x".into()),
                id: Some(id),
                timeout: Duration::from_millis(500),
            },
        ),
        (
            &["read", "lobby", "--since", "7"],
            Verb::Read { room: room.clone(), since: Seq(7), numbers: Numbers::Left, timeout: wait },
        ),
        (&["search", "red roses"], sought("red roses", None, 20)),
        (
            &["search", "roses", "--room", "lobby", "--limit", "5"],
            sought("roses", Some("lobby"), 5),
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
fn everything_about_messages_is_understood() {
    let (room, timeout) = (|| String::from("lobby"), DEFAULT_TIMEOUT);
    let alter = |alteration| Verb::Alter { room: room(), seq: Seq(3), alteration, timeout };
    let react = |what| alter(Alteration::React("+".into(), what));
    let lifetime = |seconds| Verb::Change {
        room: room(),
        change: Change::SetLifetime(seconds),
        timeout: CHANGE_TIMEOUT,
    };
    let cases: [(&[&str], Verb); 11] = [
        (
            &["reply", "lobby", "3", "hi"],
            Verb::Send {
                room: room(),
                to: Some(Seq(3)),
                text: Some("hi".into()),
                id: None,
                timeout,
            },
        ),
        (&["edit", "lobby", "#3", "new"], alter(Alteration::Edit("new".into()))),
        (&["delete", "lobby", "3"], alter(Alteration::Delete)),
        (&["react", "lobby", "3", "+"], react(engine::Reacting::Add)),
        (&["react", "lobby", "3", "+", "--withdraw"], react(engine::Reacting::Withdraw)),
        (&["mark-read", "lobby", "3"], Verb::MarkRead { room: room(), seq: Seq(3), timeout }),
        (&["receipts"], Verb::Receipts { set: None }),
        (&["receipts", "off"], Verb::Receipts { set: Some(Receipts::Off) }),
        (&["lifetime", "lobby", "7d"], lifetime(604_800)),
        (&["lifetime", "lobby", "off"], lifetime(0)),
        (
            &["read", "lobby", "--numbers"],
            Verb::Read { room: room(), since: Seq(0), numbers: Numbers::Shown, timeout },
        ),
    ];
    for (line, expected) in cases {
        assert_eq!(verb(line), expected, "{line:?}");
    }
    let refused: [(&[&str], &str); 6] = [
        (&["edit", "lobby", "x", "new"], "is not a whole number"),
        (&["edit", "lobby", "3"], "TEXT is missing"),
        (&["receipts", "maybe"], "is neither on nor off"),
        (&["lifetime", "lobby", "0s"], "is not off, or a time"),
        (&["lifetime", "lobby", "400d"], "is not off, or a time"),
        (&["edit", "lobby", "3", "new", "--withdraw"], "takes no --withdraw"),
    ];
    for (line, said) in refused {
        assert!(refusal(line).contains(said), "{line:?}");
    }
}

#[test]
fn everything_about_files_is_understood() {
    let (room, timeout) = (|| String::from("lobby"), FILE_TIMEOUT);
    let ids = |ids: &[&str]| Wanted::Ids(ids.iter().map(|id| (*id).to_owned()).collect());
    let archive = |rooms: &[&str], until| {
        let rooms = rooms.iter().map(|room| (*room).to_owned()).collect();
        Verb::Archive { archive: Archive { rooms, until }, to: "/a".into() }
    };
    let put = |files: &[&str], id| {
        let files = files.iter().map(PathBuf::from).collect();
        Verb::Put { room: room(), files, id, timeout }
    };
    let cases: [(&[&str], Verb); 8] = [
        (&["put", "lobby", "a", "b"], put(&["a", "b"], None)),
        (&["put", "lobby", "a", "--id", HEX], put(&["a"], Some(MessageId::from_array([0xab; 16])))),
        (
            &["get", "lobby", "abcd", HEX],
            Verb::Get { room: room(), wanted: ids(&["abcd", HEX]), to: ".".into(), timeout },
        ),
        (
            &["get", "lobby", "--all", "--to", "/a"],
            Verb::Get { room: room(), wanted: Wanted::All, to: "/a".into(), timeout },
        ),
        (&["files", "lobby"], Verb::Files { room: room(), timeout: DEFAULT_TIMEOUT }),
        (&["archive", "a", "b", "--to", "/a"], archive(&["a", "b"], Until::Head(timeout))),
        (&["archive", "a", "--follow", "--to=/a"], archive(&["a"], Until::Interrupted)),
        (
            &["archive", "a", "--to=/a", "--timeout", "1s"],
            archive(&["a"], Until::Head(Duration::from_secs(1))),
        ),
    ];
    for (line, expected) in cases {
        assert_eq!(verb(line), expected, "{line:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_path_need_not_be_text_but_a_room_must() {
    use std::os::unix::ffi::OsStringExt as _;

    let odd = || OsString::from_vec(b"a\xff".to_vec());
    let line = |words: &'static [&'static str]| words.iter().map(OsString::from).chain([odd()]);
    let parsed = parse(line(&["put", "lobby"])).unwrap();
    let Invocation::Run(_, Verb::Put { files, .. }) = parsed else { panic!("{parsed:?}") };
    assert_eq!(files, [PathBuf::from(odd())]);
    let refusal = parse(line(&["read"])).unwrap_err().to_string();
    assert!(refusal.contains("is not UTF-8 text."), "{refusal}");
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
    let cases: [(&[&str], &str, &str); 39] = [
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
        (&["put", "lobby"], "FILE is missing.", "put ROOM FILE…"),
        (&["put", "lobby", "a", "b", "--id", HEX], "takes one FILE", "put ROOM FILE…"),
        (&["put", "lobby", "a", "--to", "/"], "put takes no --to.", "put ROOM FILE…"),
        (&["get", "lobby"], "FILE-ID, or --all, is missing.", "get ROOM FILE-ID…"),
        (&["get", "lobby", "abc"], "\"abc\" is no FILE-ID", "get ROOM FILE-ID…"),
        (&["get", "lobby", "abcd", "a.pdf"], "\"a.pdf\" is no FILE-ID", "get ROOM FILE-ID…"),
        (&["get", "lobby", "abcd", "--all"], "\"abcd\" is too much", "get ROOM FILE-ID…"),
        (&["archive", "--to", "/"], "ROOM is missing.", "archive ROOM…"),
        (&["archive", "lobby"], "--to DIR is missing.", "archive ROOM…"),
        (&["archive", "a", "b", "a", "--to", "/"], "Two rooms would have", "archive ROOM…"),
        (&["files"], "ROOM is missing.", "files ROOM"),
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
