//! An own commit whose answer does not come: it has won its epoch or not, and there is one truth.

use engine::{Access, Change, Role};
use tests::lab::{Lab, handle};
use wire::id::RoomId;
use wire::message::ToClient;

fn room_of_two_owners(seed: u64) -> (Lab, RoomId) {
    let mut lab = Lab::new(seed);
    for name in ["alice", "bob", "carol"] {
        lab.join(name);
    }
    let room = lab.make_room("alice", Access::Closed, &["bob"]);
    lab.change("alice", room, Change::SetRole(handle("bob"), Role::Owner)).unwrap();
    lab.run_ms(5_000);
    (lab, room)
}

fn there_is_one_truth(lab: &mut Lab, room: RoomId) {
    lab.mallory.repent();
    lab.run_ms(30_000);
    lab.say_in("alice", room, "one");
    lab.say_in("bob", room, "two");
    lab.until(|lab| ["alice", "bob"].iter().all(|name| lab.shown_in(name, room).len() == 2));
    let seed = lab.seed();
    assert!(lab.agree(&["alice", "bob"], room), "seed {seed}");
    let lines = lab.people["alice"].lines_in(room);
    assert_eq!(lines, lab.people["bob"].lines_in(room), "seed {seed}");
    assert!(!lines.contains(&"gap".to_owned()), "seed {seed}: {lines:?}");
    assert!(lines.iter().filter(|line| line.ends_with("+carol")).count() <= 1, "seed {seed}");
    let held = |event: &engine::Event| matches!(event, engine::Event::RoomHeld { .. });
    assert_eq!(lab.count("alice", held) + lab.count("bob", held), 0, "seed {seed}");
}

#[test]
fn a_lost_acknowledgement_of_an_own_commit_is_asked_for_again() {
    for seed in 600..605 {
        let (mut lab, room) = room_of_two_owners(seed);
        // The answer to the commit is swallowed, and the connection with it.
        lab.mallory.down = Some(Box::new(move |name, tagged| {
            let answer =
                matches!(&tagged.message, ToClient::Posted { room: of, .. } if *of == room);
            if name == "alice" && answer { Vec::new() } else { vec![tagged] }
        }));
        let change = Change::Invite(handle("carol"));
        lab.begin_ask("alice", |id| engine::Command::ChangeRoom { id, room, change });
        lab.until(|lab| lab.people["bob"].lines_in(room).contains(&"alice +carol".to_owned()));
        if seed % 2 == 0 {
            lab.cut("alice");
        } else {
            lab.kill("alice");
            lab.wake("alice");
        }
        there_is_one_truth(&mut lab, room);
        assert!(lab.people["alice"].lines_in(room).contains(&"alice +carol".to_owned()));
        lab.until(|lab| lab.knows("carol", room));
        assert!(lab.agree(&["alice", "bob", "carol"], room));
    }
}

/// Two owners commit at once while clients and the relay die and connections break at random.
#[test]
fn crashes_around_an_own_commit_make_no_fork() {
    let seeds = std::env::var("SOTTO_STORMS").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    for seed in 0..seeds {
        let (mut lab, room) = room_of_two_owners(1_000 + seed);
        for (name, change) in
            [("alice", Change::Invite(handle("carol"))), ("bob", Change::SetHistory(5))]
        {
            lab.begin_ask(name, |id| engine::Command::ChangeRoom { id, room, change });
        }
        for _ in 0..1 + lab.roll(3) {
            let pause = lab.roll(250);
            lab.run_ms(pause);
            let name = if lab.roll(3) == 0 { "bob" } else { "alice" };
            match lab.roll(4) {
                0 => lab.crash_relay(),
                1 => lab.cut(name),
                _ => {
                    lab.kill(name);
                    let pause = lab.roll(100);
                    lab.run_ms(pause);
                    lab.wake(name);
                }
            }
        }
        there_is_one_truth(&mut lab, room);
    }
}
