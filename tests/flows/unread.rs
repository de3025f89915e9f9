//! What a person has read and finds again, through cuts and crashes.

use engine::{Body, Command, EntryKind, Event, RoomInfo};
use tests::lab::Lab;
use wire::id::Seq;

fn lobby(lab: &mut Lab, name: &str) -> RoomInfo {
    lab.command(name, Command::ListRooms);
    let room = lab.lobby(name);
    lab.people[name].room(room).unwrap().clone()
}

/// Each message is unread once, however the client hears of it, and none that was read is again.
#[test]
fn unread_messages_are_those_behind_the_marker_whatever_happens() {
    for seed in 50..55 {
        let mut lab = Lab::new(seed);
        lab.join("alice");
        lab.join("bob");
        assert_eq!(lobby(&mut lab, "bob").unread, 0, "seed {}", lab.seed());
        for number in 0..30 {
            lab.say("alice", &format!("{number} @bob"));
            match lab.roll(8) {
                0 => lab.cut("bob"),
                1 => {
                    lab.kill("bob");
                    lab.wake("bob");
                }
                _ => {}
            }
            let pause = lab.roll(60);
            lab.run_ms(pause);
        }
        lab.say("bob", "mine");
        lab.until(|lab| lab.shown("bob").len() == 31 && lab.shown("alice").len() == 31);
        let before = lobby(&mut lab, "bob");
        assert_eq!((before.unread, before.mentions), (30, 30), "seed {}", lab.seed());

        let (room, seq) = (before.room, Seq(before.head.0 - 3));
        lab.command("bob", Command::MarkRead { room, seq });
        let marked = lobby(&mut lab, "bob");
        lab.kill("bob");
        lab.wake("bob");
        let after = lobby(&mut lab, "bob");
        assert_eq!((after.read, after.unread), (seq, marked.unread), "seed {}", lab.seed());
        assert!(after.unread <= 3, "seed {}", lab.seed());
    }
}

/// Also what arrives while the index is made is found, once.
#[test]
fn every_message_is_found_once_while_and_after_the_index_is_made() {
    for seed in 60..65 {
        let mut lab = Lab::new(seed);
        lab.join("alice");
        lab.join("bob");
        for number in 0..300 {
            lab.say("alice", &format!("rose {number}"));
        }
        lab.until(|lab| lab.shown("bob").len() == 300);
        lab.kill("bob");
        lab.wake("bob");
        for number in 300..330 {
            lab.say("alice", &format!("rose {number}"));
            let pause = lab.roll(90);
            lab.run_ms(pause);
        }
        lab.until(|lab| lab.shown("bob").len() == 330);
        let pause = lab.roll(3_000);
        lab.run_ms(pause);
        let id = lab.begin_ask("bob", |id| Command::Search {
            id,
            room: None,
            text: "ROSE".into(),
            limit: 1_000,
        });
        let hits = lab.people["bob"].events.iter().find_map(|event| match event {
            Event::Found { id: of, hits } if *of == id => Some(hits),
            _ => None,
        });
        let texts = hits.unwrap().iter().filter_map(|hit| match &hit.entry.kind {
            EntryKind::Message { body: Body::Text(text), .. } => Some(text.clone()),
            _ => None,
        });
        let expected: Vec<String> = (0..330).rev().map(|number| format!("rose {number}")).collect();
        assert_eq!(texts.collect::<Vec<_>>(), expected, "seed {}", lab.seed());
    }
}
