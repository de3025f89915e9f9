use engine::{Hold, Problem};
use wire::id::{RoomId, Seq};

use super::*;
use crate::fixture::{AT, DEVICE, LOBBY, caught_up, connected, handle, id, lobby, message};

fn text(event: &Event) -> String {
    let mut view = View::default();
    view.observe(&Event::Rooms(vec![lobby()]));
    serde_json::to_string(&Line::of(event, &view).unwrap()).unwrap()
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
            at(EntryKind::Joined { handle: bob.clone() }),
            r#"{"type":"joined","room":"lobby","seq":7,"from":"bob","at":1764000000000}"#,
        ),
        (
            at(EntryKind::Left { handle: bob.clone() }),
            r#"{"type":"left","room":"lobby","seq":7,"from":"bob","at":1764000000000}"#,
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
            Event::KeyChanged { room: LOBBY, handle: bob },
            r#"{"type":"key-changed","room":"lobby","from":"bob"}"#,
        ),
        (
            Event::RoomHeld { room: LOBBY, hold: Hold::Behind },
            r#"{"type":"held","room":"lobby","problem":"The room is held on this device, because a change of its members is missing here; nothing is sent to it from here, so log in as a new device in another directory."}"#,
        ),
        (
            Event::RoomAdded(lobby()),
            r#"{"type":"room-added","room":"lobby","id":"01010101010101010101010101010101","kind":"lobby","members":2,"head":4}"#,
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
        (
            Event::Devices(vec![engine::Device { device: DEVICE, created: AT, own: true }]),
            r#"{"type":"devices","devices":[{"device":"02020202020202020202020202020202","created":1764000000000,"own":true}]}"#,
        ),
    ] {
        assert_eq!(text(&event), expected);
    }
}

#[test]
fn a_room_without_a_name_here_goes_by_its_id() {
    let room = RoomId::from_array([0xab; 16]);
    let line = text(&Event::CaughtUp { room, head: Seq(0) });
    assert_eq!(line, format!(r#"{{"type":"caught-up","room":"{room}","head":0}}"#));
}
