use engine::{
    Departure, Entry, EntryKind, Event, FileLimits, Hold, Membership, Problem, Role, RoomInfo,
    Safety, Setting, Trust,
};
use wire::id::{RoomId, Seq};

use super::*;
use crate::fixture::{AT, DEVICE, LOBBY, caught_up, connected, handle, id, lobby, message};
use crate::view::View;

fn text(event: &Event) -> String {
    let mut view = View::default();
    view.observe(&Event::Rooms(vec![lobby()]));
    let lines = Line::of(event, &view);
    let lines: Vec<String> =
        lines.iter().map(|line| serde_json::to_string(line).unwrap()).collect();
    lines.join("\n")
}

#[test]
fn a_message_is_exact_whatever_it_holds() {
    let entry = message(12, "alice", "a \"quote\"\n\u{1b}[2J \u{202e}é");
    assert_eq!(
        text(&Event::Entry { room: LOBBY, entry }),
        concat!(
            r#"{"type":"message","room":"lobby","seq":12,"id":"0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c","#,
            r#""from":"alice","device":"02020202020202020202020202020202","at":1764000000000,"#,
            r#""text":"a \"quote\"\n\u001b[2J "#,
            "\u{202e}é",
            r#"","own":false,"sent":1764000000000}"#
        )
    );
}

#[test]
fn every_event_has_its_shape() {
    let at = |kind| Event::Entry { room: LOBBY, entry: Entry { seq: Seq(7), at: AT, kind } };
    let (bob, refused) = (handle("bob"), Problem::RoomUnknown);
    for (event, expected) in [
        (
            connected(),
            r#"{"type":"connected","name":"alice","device":"02020202020202020202020202020202"}"#,
        ),
        (
            Event::Disconnected { problem: Problem::HandleTaken, retry_ms: None },
            r#"{"type":"disconnected","problem":"Somebody has this name already; choose another.","retry_ms":null}"#,
        ),
        (
            at(EntryKind::Gap { from: Seq(3) }),
            r#"{"type":"gap","room":"lobby","from":3,"to":7,"at":1764000000000}"#,
        ),
        (
            Event::Typing { room: LOBBY, from: bob.clone(), device: DEVICE },
            r#"{"type":"typing","room":"lobby","from":"bob","device":"02020202020202020202020202020202"}"#,
        ),
        (
            Event::KeyChanged { room: Some(LOBBY), handle: bob.clone() },
            r#"{"type":"key-changed","room":"lobby","from":"bob"}"#,
        ),
        (
            Event::KeyChanged { room: None, handle: bob },
            r#"{"type":"key-changed","room":null,"from":"bob"}"#,
        ),
        (
            Event::RoomHeld { room: LOBBY, hold: Hold::Behind },
            r#"{"type":"held","room":"lobby","problem":"The room is held on this device, because a change of its members is missing here; nothing is read or sent there until this device is back in it, which it tries by itself."}"#,
        ),
        (
            Event::RoomAdded(lobby()),
            r#"{"type":"room-added","room":"lobby","id":"01010101010101010101010101010101","kind":"lobby","topic":"","standing":"member","members":2,"history":0,"head":4,"read":0,"unread":0,"mentions":0,"lifetime_s":0,"readers":[]}"#,
        ),
        (caught_up(), r#"{"type":"caught-up","room":"lobby","head":4}"#),
        (
            Event::MessageQueued { room: LOBBY, id: id(7) },
            r#"{"type":"queued","room":"lobby","id":"07070707070707070707070707070707"}"#,
        ),
        (
            Event::MessageSent { room: LOBBY, id: id(7), seq: Seq(5) },
            r#"{"type":"sent","room":"lobby","id":"07070707070707070707070707070707","seq":5}"#,
        ),
        (
            Event::CommandFailed { id: None, problem: refused },
            r#"{"type":"error","problem":"This profile has no such room; see `rooms` for those it has."}"#,
        ),
    ] {
        assert_eq!(text(&event), expected);
    }
}

#[test]
fn every_account_that_comes_or_goes_has_a_line() {
    let (joined, left) = (vec![handle("bob"), handle("carol")], vec![handle("dave")]);
    let kind = EntryKind::Members { by: handle("alice"), joined, left };
    let entry = Entry { seq: Seq(7), at: AT, kind };
    let line = |kind: &str, who: &str| {
        format!(
            r#"{{"type":"{kind}","room":"lobby","seq":7,"from":"{who}","by":"alice","at":1764000000000}}"#
        )
    };
    let expected = [line("joined", "bob"), line("joined", "carol"), line("left", "dave")];
    assert_eq!(text(&Event::Entry { room: LOBBY, entry }), expected.join("\n"));
}

#[test]
fn every_setting_has_its_shape() {
    let bob = handle("bob");
    for (setting, expected) in [
        (Setting::Name("garden".into()), r#""what":"name","value":"garden""#),
        (Setting::Topic(String::new()), r#""what":"topic","value":"""#),
        (Setting::History(5), r#""what":"history","value":5"#),
        (Setting::Role(bob, Role::Owner), r#""what":"role","value":"owner","account":"bob""#),
        (Setting::Lifetime(90_000), r#""what":"lifetime","value":90000"#),
        (Setting::Closed, r#""what":"closed","value":true"#),
    ] {
        let kind = EntryKind::Set { by: handle("alice"), setting };
        let entry = Entry { seq: Seq(7), at: AT, kind };
        let begin = r#"{"type":"set","room":"lobby","seq":7,"by":"alice","at":1764000000000,"#;
        assert_eq!(text(&Event::Entry { room: LOBBY, entry }), format!("{begin}{expected}}}"));
    }
}

#[test]
fn a_message_names_who_handed_it_on() {
    let mut entry = message(3, "bob", "hi");
    if let EntryKind::Message { told_by, .. } = &mut entry.kind {
        *told_by = Some(handle("alice"));
    }
    let line = text(&Event::Entry { room: LOBBY, entry });
    assert!(line.ends_with(r#","told_by":"alice"}"#), "{line}");
}

#[test]
fn what_belongs_to_a_message_stands_on_its_line() {
    let mut entry = message(3, "bob", "hi");
    if let EntryKind::Message { state, .. } = &mut entry.kind {
        let (from, id, text) = (handle("alice"), id(9), "tea?".into());
        state.reply = Some(Box::new(engine::Quote { from, id, seq: None, text }));
        (state.edited, state.expires) = (Some(AT), Some(AT));
        let by = vec![handle("alice")];
        state.reactions = vec![engine::Reaction { emoji: "👍".into(), by }];
    }
    let notes = format!(
        r#""reply":{{"from":"alice","id":"{}","seq":null,"text":"tea?"}},"edited":1764000000000,"expires":1764000000000,"reactions":[{{"emoji":"👍","by":["alice"]}}]}}"#,
        id(9)
    );
    let line = text(&Event::Entry { room: LOBBY, entry: entry.clone() });
    assert!(line.ends_with(&notes), "{line}");
    let changed = text(&Event::EntryChanged { room: LOBBY, entry: entry.clone() });
    assert_eq!(changed, format!(r#"{{"type":"changed","entry":{line}}}"#));
    if let EntryKind::Message { body, state, .. } = &mut entry.kind {
        (*body, *state) = (engine::Body::Deleted, engine::MessageState::default());
    }
    assert_eq!(
        text(&Event::Entry { room: LOBBY, entry }),
        format!(
            r#"{{"type":"deleted","room":"lobby","seq":3,"id":"{}","from":"bob","device":"{DEVICE}","at":1764000000000,"own":false,"sent":1764000000000}}"#,
            id(3)
        )
    );
}

#[test]
fn receipts_and_what_disappears_have_their_shape() {
    let bob = handle("bob");
    for (event, expected) in [
        (
            Event::EntriesExpired { room: LOBBY, seqs: vec![Seq(3), Seq(4)] },
            r#"{"type":"expired","room":"lobby","seqs":[3,4]}"#,
        ),
        (Event::ReceiptsSet(engine::Receipts::Off), r#"{"type":"receipts","on":false}"#),
    ] {
        assert_eq!(text(&event), expected);
    }
    let info = RoomInfo { lifetime_s: 60, readers: vec![(bob, Seq(3))], ..lobby() };
    let line = text(&Event::RoomChanged(info));
    assert!(line.ends_with(r#""lifetime_s":60,"readers":[{"name":"bob","seq":3}]}"#), "{line}");
}

#[test]
fn what_becomes_of_a_room_has_its_shape() {
    let left = |reason| Event::RoomLeft { room: LOBBY, reason };
    let open = RoomInfo {
        topic: "all of it".into(),
        standing: Membership::Joinable,
        history: 9,
        kind: wire::message::RoomKind::Open,
        ..lobby()
    };
    for (event, expected) in [
        (
            Event::RoomChanged(open),
            r#"{"type":"room-changed","room":"lobby","id":"01010101010101010101010101010101","kind":"open","topic":"all of it","standing":"joinable","members":2,"history":9,"head":4,"read":0,"unread":0,"mentions":0,"lifetime_s":0,"readers":[]}"#,
        ),
        (
            left(Departure::Removed(handle("bob"))),
            r#"{"type":"room-left","room":"lobby","reason":"removed","by":"bob"}"#,
        ),
        (
            left(Departure::Closed(handle("bob"))),
            r#"{"type":"room-left","room":"lobby","reason":"closed","by":"bob"}"#,
        ),
        (left(Departure::Left), r#"{"type":"room-left","room":"lobby","reason":"left","by":null}"#),
        (
            left(Departure::Unexplained),
            r#"{"type":"room-left","room":"lobby","reason":"unexplained","by":null}"#,
        ),
        (Event::RoomRepaired { room: LOBBY }, r#"{"type":"room-repaired","room":"lobby"}"#),
        (
            Event::DevicesStale { room: LOBBY, devices: vec![(handle("bob"), 2)] },
            r#"{"type":"devices-stale","room":"lobby","accounts":[{"name":"bob","devices":2}]}"#,
        ),
    ] {
        assert_eq!(text(&event), expected);
    }
}

#[test]
fn every_answer_has_its_shape() {
    let member = engine::Member {
        handle: handle("bob"),
        role: Role::Owner,
        devices: vec![DEVICE],
        stale: 1,
        own: false,
        trust: Trust::Verified,
    };
    let name = String::from("laptop");
    let device = engine::Device { device: DEVICE, name, created: AT, seen: AT, own: true };
    let number = "12345".repeat(12);
    let safety = Safety {
        id: id(7),
        handle: handle("bob"),
        number: number.clone(),
        trust: Trust::Changed,
        changed: Some("0".into()),
    };
    let hex = DEVICE.to_string();
    for (event, expected) in [
        (
            Event::Done { id: id(7), room: Some(LOBBY) },
            format!(r#"{{"type":"done","id":"{}","room":"lobby"}}"#, id(7)),
        ),
        (Event::Done { id: id(7), room: None }, format!(r#"{{"type":"done","id":"{}"}}"#, id(7))),
        (
            Event::Members { room: LOBBY, members: vec![member] },
            format!(
                r#"{{"type":"members","room":"lobby","members":[{{"name":"bob","role":"owner","trust":"verified","devices":["{hex}"],"stale":1,"own":false}}]}}"#
            ),
        ),
        (
            Event::Devices { id: id(7), devices: vec![device] },
            format!(
                r#"{{"type":"devices","devices":[{{"device":"{hex}","name":"laptop","created":1764000000000,"seen":1764000000000,"own":true}}]}}"#
            ),
        ),
        (
            Event::Safety(safety),
            format!(
                r#"{{"type":"safety","account":"bob","number":"{number}","trust":"changed","changed":"0"}}"#
            ),
        ),
    ] {
        assert_eq!(text(&event), expected);
    }
}

#[test]
fn hits_are_entries_of_their_rooms() {
    let hit = engine::Hit { room: LOBBY, entry: message(3, "bob", "hi") };
    let line = text(&Event::Found { id: id(7), hits: vec![hit] });
    let begin = format!(
        r#"{{"type":"found","id":"{}","hits":[{{"type":"message","room":"lobby","seq":3,"#,
        id(7)
    );
    assert!(line.starts_with(&begin), "{line}");
    assert_eq!(text(&Event::Found { id: id(7), hits: Vec::new() }).matches("[]").count(), 1);
}

#[test]
fn a_room_without_a_name_here_goes_by_its_id() {
    let room = RoomId::from_array([0xab; 16]);
    let line = text(&Event::CaughtUp { room, head: Seq(0) });
    assert_eq!(line, format!(r#"{{"type":"caught-up","room":"{room}","head":0}}"#));
}

#[test]
fn files_and_their_transfers_have_their_shape() {
    use std::path::Path;

    use crate::fixture::{download, file, upload};

    let mut sent = file(7, "alice", "a\u{1b}.pdf");
    if let EntryKind::Message { told_by, .. } = &mut sent.kind {
        *told_by = Some(handle("bob"));
    }
    let up = upload(9, "a", 1, 2);
    let down = engine::Transfer { rate: 3, left_s: Some(4), ..download(8, 7, Path::new("/tmp")) };
    let (hex7, hex8, hex9) = ("07".repeat(16), "08".repeat(16), "09".repeat(16));
    let up_fields = format!(
        r#""id":"{hex9}","room":"lobby","direction":"up","name":"a","path":"/tmp/a","done":1,"total":2,"rate":0,"left_s":null"#
    );
    let down_fields = format!(
        r#""id":"{hex8}","room":"lobby","direction":"down","seq":7,"name":"a","path":"/tmp","done":1,"total":2,"rate":3,"left_s":4"#
    );
    let (path, seq) = ("/tmp/a\n.pdf".into(), Seq(7));
    let limits =
        FileLimits { id: id(8), max_bytes: 5, account_bytes: 4, left_bytes: 3, keep_days: 90 };
    for (event, expected) in [
        (
            Event::Entry { room: LOBBY, entry: sent },
            format!(
                r#"{{"type":"file","room":"lobby","seq":7,"id":"{hex7}","from":"alice","device":"{DEVICE}","at":1764000000000,"name":"a\u001b.pdf","size":83886080,"media_type":"application/pdf","own":false,"sent":1764000000000,"told_by":"bob"}}"#
            ),
        ),
        (Event::TransferMoved(up.clone()), format!(r#"{{"type":"progress",{up_fields}}}"#)),
        (
            Event::Transfers(vec![up, down]),
            format!(r#"{{"type":"transfers","transfers":[{{{up_fields}}},{{{down_fields}}}]}}"#),
        ),
        (
            Event::FileSaved { id: id(8), room: LOBBY, seq, path },
            format!(
                r#"{{"type":"saved","id":"{hex8}","room":"lobby","seq":7,"path":"/tmp/a\n.pdf"}}"#
            ),
        ),
        (
            Event::FileLimits(limits),
            format!(
                r#"{{"type":"file-limits","id":"{hex8}","max":5,"account":4,"left":3,"keep_days":90}}"#
            ),
        ),
    ] {
        assert_eq!(text(&event), expected);
    }
}

#[test]
fn the_table_of_the_readme_is_that_of_this_module() {
    fn rows(text: &str) -> Vec<&str> {
        let rows = text.lines().map(|line| line.trim_start_matches("//! "));
        let rows = rows.skip_while(|line| !line.starts_with("| `type` | when"));
        rows.take_while(|line| line.starts_with('|')).collect()
    }
    let here = rows(include_str!("../json.rs"));
    assert!(here.len() > 20);
    assert_eq!(here, rows(include_str!("../../../../README.md")));
}
