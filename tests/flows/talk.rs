//! People join and talk.

use engine::Event;
use tests::lab::Lab;

#[test]
fn three_people_read_the_same_in_the_same_order() {
    let mut lab = Lab::new(1);
    for name in ["alice", "bob", "carol"] {
        lab.join(name);
    }
    for round in 0..10 {
        for name in ["alice", "bob", "carol"] {
            lab.say(name, &format!("{round}"));
        }
    }
    lab.until(|lab| ["alice", "bob", "carol"].iter().all(|name| lab.shown(name).len() == 30));
    assert_eq!(lab.shown("alice"), lab.shown("bob"));
    assert_eq!(lab.shown("alice"), lab.shown("carol"));
}

#[test]
fn two_first_accounts_at_once_share_one_lobby() {
    for seed in 0..20 {
        let mut lab = Lab::new(seed);
        lab.begin("alice");
        lab.begin("bob");
        lab.until(|lab| lab.people.values().all(tests::lab::Person::is_ready));
        assert_eq!(lab.lobby("alice"), lab.lobby("bob"), "seed {}", lab.seed());
    }
}

#[test]
fn the_same_message_twice_is_sent_once() {
    let mut lab = Lab::new(3);
    lab.join("alice");
    lab.join("bob");
    let (room, text) = (lab.lobby("alice"), "once".to_owned());
    let id = lab.say("alice", "once");
    lab.command("alice", engine::Command::SendText { room, id, text: text.clone() });
    lab.until(|lab| lab.shown("bob").len() == 1 && lab.shown("alice").len() == 1);
    lab.command("alice", engine::Command::SendText { room, id, text });
    lab.run_ms(5_000);
    assert_eq!(lab.shown("bob"), ["alice: once"]);
    assert_eq!(lab.shown("alice"), ["alice: once"]);
    assert!(lab.count("alice", |event| matches!(event, Event::MessageSent { .. })) >= 2);
}

#[test]
fn a_network_that_cuts_everything_to_crumbs_changes_nothing() {
    let mut lab = Lab::new(4);
    lab.conditions.piece_bytes = 7;
    lab.conditions.delay_ms = 3;
    lab.join("alice");
    lab.join("bob");
    let long = "crumb ".repeat(3_000);
    lab.say("alice", &long);
    lab.say("bob", "short");
    lab.until(|lab| lab.shown("alice").len() == 2 && lab.shown("bob").len() == 2);
    assert_eq!(lab.shown("alice"), lab.shown("bob"));
    assert!(lab.shown("bob").contains(&format!("alice: {long}")));
}
