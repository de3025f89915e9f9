//! What a timeline shows of messages.

use engine::{Body, EntryKind, Event, File, Problem, Quote, Reaction, Transfer, Way};
use wire::id::{RoomId, Seq};

use super::{Play, RECT, ROOM, handle, id, message, texts};
use crate::act::Act;
use crate::effect::{Effect, Key as Typed, Mods};
use crate::geometry::Point;
use crate::scene::{Icon, Op, Role};
use crate::state::timeline::{Key, TimelineAct};
use crate::view::timeline::Context;

fn garden() -> Play {
    let entries =
        [("bob", "Morning!"), ("bob", "I can pick up the **compost**"), ("alice", "Twenty bags")];
    let head = 3;
    let entry = |(seq, (from, text)): (u64, &(&str, &str))| message(seq, head, from, text);
    Play::new((1..).zip(&entries).map(entry).collect(), 0)
}

fn icons(play: &Play) -> Vec<Icon> {
    let icon = |op: &Op| match op {
        Op::Icon(_, icon, _) => Some(*icon),
        _ => None,
    };
    play.paint().ops.iter().filter_map(icon).collect()
}

fn change(play: &mut Play, seq: usize, change: impl FnOnce(&mut EntryKind)) {
    let mut entry = play.entries[seq - 1].clone();
    change(&mut entry.kind);
    play.event(&Event::EntryChanged { room: ROOM, entry });
}

#[test]
fn messages_are_grouped_under_day_and_name() {
    let shown = [
        "Today",
        "bob",
        "Morning!",
        "9:58",
        "I can pick up the",
        "compost",
        "9:59",
        "B",
        "Twenty bags",
        "10:00",
    ];
    assert_eq!(garden().texts(), shown);
}

#[test]
fn another_room_shows_nothing_of_the_one_before() {
    let mut play = garden();
    let other = Play::new(vec![message(1, 1, "carol", "Elsewhere")], 0);
    play.timeline = other.timeline;
    play.timeline.room = RoomId::from_array([8; 16]);
    play.entries = other.entries;
    play.run();
    assert_eq!(play.texts(), ["Today", "carol", "Elsewhere", "10:00", "C"]);
}

#[test]
fn the_mark_of_an_own_message_says_who_has_read_it() {
    let mut play = garden();
    let note = |play: &Play| {
        let scene = play.paint();
        let notes = scene.regions.iter().filter(|region| region.role == Role::Note);
        notes.map(|region| region.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(note(&play), ["Sent"]);
    for (count, expected) in [
        (1, "Read by reader-1"),
        (3, "Read by reader-1, reader-2 and reader-3"),
        (9, "Read by reader-1, reader-2, reader-3 and 6 more"),
    ] {
        let readers = (1..=count).map(|n| (handle(&format!("reader-{n}")), Seq(3)));
        play.timeline.readers = readers.collect();
        assert_eq!(note(&play), [expected]);
    }
}

#[test]
fn many_reactions_stay_inside_of_the_view_at_either_side() {
    for seq in [2, 3] {
        let mut play = garden();
        change(&mut play, seq, |kind| {
            let EntryKind::Message { state, .. } = kind else { panic!() };
            let of = |n| Reaction { emoji: format!("{n}"), by: vec![handle("carol")] };
            state.reactions = (0..20).map(of).collect();
        });
        let scene = play.paint();
        let pills = scene.regions.iter().filter(|region| matches!(region.act, Act::React(..)));
        let pills: Vec<_> = pills.map(|pill| pill.rect).collect();
        assert_eq!(pills.len(), 20);
        let (left, right) = (RECT.x + 16, RECT.right() - 16);
        assert!(pills.iter().all(|pill| left <= pill.x && pill.right() <= right), "{pills:?}");
    }
}

#[test]
fn the_line_stands_above_the_first_new_message_of_another() {
    let from = [(1, "bob"), (2, "alice"), (3, "bob"), (4, "bob")];
    let play = Play::new(from.map(|(seq, from)| message(seq, 4, from, from)).into(), 3);
    let shown = play.texts();
    let line = shown.iter().position(|text| text == "New messages").unwrap();
    assert_eq!(shown[line + 1..line + 3], ["bob", "bob"], "name and message: {shown:?}");
    assert_eq!(shown.iter().filter(|text| *text == "New messages").count(), 1);
    assert!(shown[..line].contains(&"alice".to_owned()));
}

#[test]
fn delivery_is_marked() {
    let mut play = garden();
    assert_eq!(icons(&play), [Icon::Check]);
    play.event(&Event::ReadMoved { room: ROOM, by: handle("bob"), seq: Seq(3) });
    assert_eq!(icons(&play), [Icon::Checks]);
    play.timeline.said(id(9), Body::Text("and gloves".into()), None);
    play.run();
    assert_eq!(icons(&play), [Icon::Checks, Icon::Clock]);
    let mut entry = message(4, 4, "alice", "and gloves");
    if let EntryKind::Message { id: name, .. } = &mut entry.kind {
        *name = id(9);
    }
    play.event(&Event::Entry { room: ROOM, entry });
    assert_eq!(icons(&play), [Icon::Checks, Icon::Check]);
    assert!(play.timeline.pending.is_empty());
}

#[test]
fn a_refused_message_says_why_and_can_be_sent_again() {
    let mut play = garden();
    play.timeline.said(id(9), Body::Text("hello".into()), None);
    play.event(&Event::CommandFailed { id: Some(id(9)), problem: Problem::RoomFull });
    assert!(play.texts().iter().any(|text| text.contains("The room is full")));
    assert!(play.texts().contains(&"Retry".to_owned()));
    play.act(TimelineAct::Retry(id(9)));
    let is_again = |effect: &Effect| matches!(effect, Effect::Command(engine::Command::SendText { id: again, .. }) if *again == id(9));
    assert!(play.effects.iter().any(is_again));
    assert!(!play.texts().contains(&"Retry".to_owned()));
    play.act(TimelineAct::Discard(id(9)));
    assert_eq!(play.timeline.count(), 3);
}

#[test]
fn quotes_reactions_and_changes_show() {
    let mut play = garden();
    change(&mut play, 3, |kind| {
        let EntryKind::Message { state, .. } = kind else { panic!() };
        let (from, text) = (handle("bob"), "I can pick up".into());
        state.reply = Some(Box::new(Quote { from, id: id(2), seq: Some(Seq(2)), text }));
        state.edited = Some(wire::id::UnixMs(1));
        let by = vec![handle("bob"), handle("carol")];
        state.reactions = vec![Reaction { emoji: "👍".into(), by }];
    });
    let shown = play.texts();
    for text in ["I can pick up", "👍 2", "edited · 10:00"] {
        assert!(shown.contains(&text.to_owned()), "{shown:?}");
    }
    let scene = play.paint();
    let acts: Vec<&Act> = scene.regions.iter().map(|region| &region.act).collect();
    assert!(acts.contains(&&Act::Timeline(TimelineAct::Jump(Seq(2)))));
    assert!(acts.contains(&&Act::React(Seq(3), "👍".into())));
    assert!(scene.regions.iter().any(|region| &*region.name == "bob and carol"));
    change(&mut play, 3, |kind| {
        let EntryKind::Message { body, .. } = kind else { panic!() };
        *body = Body::Deleted;
    });
    assert!(play.texts().contains(&"Message deleted".to_owned()));
}

#[test]
fn files_show_how_far_they_are() {
    let mut entry = message(1, 1, "carol", "");
    if let EntryKind::Message { body, .. } = &mut entry.kind {
        *body = Body::File(File::example("beds\u{202e}-2027.pdf", 13_000_000, "application/pdf"));
    }
    let mut play = Play::new(vec![entry], 0);
    for text in ["PDF", "beds-2027.pdf", "13.0 MB"] {
        assert!(play.texts().contains(&text.to_owned()), "{:?}", play.texts());
    }
    let transfer = Transfer {
        id: id(5),
        room: ROOM,
        way: Way::Down(Seq(1)),
        path: "/tmp".into(),
        name: String::new(),
        done: 8_100_000,
        total: 13_000_000,
        rate: 4_200_000,
        left_s: Some(1),
    };
    play.event(&Event::TransferMoved(transfer));
    let moving = "8.1 of 13.0 MB · 4.2 MB/s · 1 s left".to_owned();
    assert!(play.texts().contains(&moving), "{:?}", play.texts());
    let (seq, path) = (Seq(1), "/tmp/beds.pdf".into());
    play.event(&Event::FileSaved { id: id(5), room: ROOM, seq, path });
    assert!(play.texts().contains(&"13.0 MB · saved".to_owned()));
}

#[test]
fn other_lines_say_what_happened() {
    let line = |seq, kind| engine::Entry { kind, ..message(seq, 4, "bob", "") };
    let (by, joined) = (handle("alice"), vec![handle("carol")]);
    let play = Play::new(
        vec![
            line(1, EntryKind::Members { by, joined, left: vec![] }),
            line(2, EntryKind::Gap { from: Seq(2) }),
            line(
                3,
                EntryKind::Set { by: handle("bob"), setting: engine::Setting::Lifetime(86_400) },
            ),
            message(4, 4, "bob", "@alice, look"),
        ],
        0,
    );
    let shown = play.texts();
    assert!(shown.contains(&"carol was invited by alice".to_owned()), "{shown:?}");
    assert!(shown.contains(&"bob lets new messages disappear after 1 day".to_owned()));
    assert!(shown.iter().any(|text| text.starts_with("Messages between 9:57 and 9:58 cannot")));
    assert!(
        play.paint()
            .ops
            .iter()
            .any(|op| matches!(op, Op::Outline(_, 14, crate::palette::Ink::Accent)))
    );
}

#[test]
fn selected_text_is_copied() {
    let mut play = garden();
    let row = |play: &Play, seq| {
        *play.timeline.stand.rows.iter().find(|row| row.key == Key::At(Seq(seq))).unwrap()
    };
    let foot = row(&play, 2);
    let at = Point { x: 248 + 16 + 38 + 12 + 16, y: foot.y + foot.h - 20 };
    let copied = |play: &mut Play| {
        play.act(TimelineAct::Copy);
        let copy = |effect: &Effect| match effect {
            Effect::Copy(text) => Some(text.clone()),
            _ => None,
        };
        play.effects.iter().rev().find_map(copy).unwrap_or_default()
    };
    play.act(TimelineAct::Press { at, clicks: 2, extend: false });
    assert_eq!(copied(&mut play), "can");
    play.act(TimelineAct::Press { at, clicks: 3, extend: false });
    assert_eq!(copied(&mut play), "I can pick up the **compost**");
    play.act(TimelineAct::Press { at, clicks: 1, extend: false });
    let end = row(&play, 3);
    play.act(TimelineAct::Drag(Point { x: 790, y: end.y + end.h - 20 }));
    play.act(TimelineAct::Release(at));
    assert_eq!(
        copied(&mut play),
        "[09:59] bob: can pick up the compost\n[10:00] alice: Twenty bags"
    );
    assert!(play.timeline.dismiss() && !play.timeline.dismiss());
}

#[test]
fn the_keyboard_goes_from_message_to_message() {
    let mut play = garden();
    assert_eq!(play.timeline.focused(), None);
    for seq in [3, 2, 1, 1] {
        play.act(TimelineAct::FocusUp);
        assert_eq!(play.timeline.focused(), Some(Seq(seq)));
    }
    let meant = |play: &Play, key| play.timeline.meant(key, Mods::default());
    assert_eq!(meant(&play, Typed::Char('r')), Some(Act::Reply(Seq(1))));
    assert_eq!(meant(&play, Typed::Char('e')), None, "not the account's own");
    play.act(TimelineAct::FocusDown);
    play.act(TimelineAct::FocusDown);
    assert_eq!(meant(&play, Typed::Char('e')), Some(Act::Edit(Seq(3))));
    assert_eq!(meant(&play, Typed::Delete), Some(Act::Delete(Seq(3))));
    play.act(TimelineAct::FocusDown);
    assert_eq!(play.timeline.focused(), None);
}

#[test]
fn typing_and_links_and_tools() {
    let mut play = Play::new(vec![message(1, 1, "bob", "see https://a.b/c")], 0);
    let typing = [handle("bob"), handle("carol")];
    let context = Context { typing: &typing, ..Context::default() };
    let row = play.timeline.stand.rows[0];
    let pointer = Point { x: 300, y: row.y + row.h - 5 };
    let scene = play.paint_with(&context, Some(pointer));
    assert!(texts(&scene).contains(&"bob and carol are typing".to_owned()));
    assert_eq!(scene.next_ms, Some(120));
    let acts: Vec<&Act> = scene.regions.iter().map(|region| &region.act).collect();
    assert!(acts.contains(&&Act::AskLink("https://a.b/c".into())));
    assert!(acts.contains(&&Act::Reply(Seq(1))));
    assert_eq!(play.timeline.message_at(pointer), Some(Seq(1)));
    play.act(TimelineAct::Wheel(50));
    assert!(play.timeline.stand.at_end);
}

#[test]
fn a_bubble_is_drawn_like_this() {
    let play = Play::new(vec![message(1, 1, "bob", "Hi **all**")], 0);
    let scene = play.paint();
    let ops: Vec<String> = scene.ops.iter().map(|op| format!("{op:?}")).collect();
    assert_eq!(ops.join("\n"), BUBBLE);
}

const BUBBLE: &str = r#"Fill(Rect { x: 248, y: 56, w: 556, h: 584 }, Ground)
Clip(Rect { x: 248, y: 56, w: 556, h: 556 })
Fill(Rect { x: 264, y: 531, w: 238, h: 1 }, Line)
Fill(Rect { x: 550, y: 531, w: 238, h: 1 }, Line)
Text(Point { x: 512, y: 533 }, Font { face: Sans, size: 11 }, Soft, "Today")
Text(Point { x: 314, y: 561 }, Font { face: Bold, size: 12 }, Name(4), "bob")
Round(Rect { x: 302, y: 570, w: 106, h: 34 }, 14, Other)
Text(Point { x: 314, y: 591 }, Font { face: Sans, size: 14 }, Text, "Hi")
Text(Point { x: 335, y: 591 }, Font { face: Bold, size: 14 }, Text, "all")
Text(Point { x: 368, y: 594 }, Font { face: Sans, size: 11 }, Faint, "10:00")
Round(Rect { x: 264, y: 576, w: 28, h: 28 }, 14, Avatar(4))
Text(Point { x: 274, y: 592 }, Font { face: Bold, size: 11 }, White, "B")
Unclip"#;
