//! Many commit at once.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use engine::{Access, Change, Command, RequestId, Role};
use relay::hub::Settings;
use tests::lab::Lab;
use wire::id::{Epoch, Handle, RoomId};
use wire::message::{RecordKind, ToClient, ToRelay};

const PEOPLE: usize = 50;

/// Commits that the relay was asked for by epoch, and those that won one.
#[derive(Default)]
struct Seen {
    asked: BTreeMap<Epoch, BTreeSet<String>>,
    won: BTreeMap<Epoch, BTreeSet<Vec<u8>>>,
}

fn name(number: usize) -> String {
    format!("person-{number:02}")
}

/// A relay whose room `PEOPLE` people own.
fn crowd(seed: u64, people: usize) -> (Lab, Vec<String>, RoomId) {
    let settings = Settings { commits_per_minute: u8::MAX, ..Settings::default() };
    let mut lab = Lab::with_settings(seed, settings);
    lab.conditions.capture = false;
    lab.conditions.piece_bytes = 1 << 16;
    let names: Vec<String> = (0..people).map(name).collect();
    for name in &names {
        lab.join(name);
    }
    let guests: Vec<&str> = names[1..].iter().map(String::as_str).collect();
    let room = lab.make_room(&names[0], Access::Closed, &[]);
    for guest in guests {
        let guest = Handle::new(guest).unwrap();
        lab.change(&names[0], room, Change::Invite(guest.clone())).unwrap();
        lab.change(&names[0], room, Change::SetRole(guest, Role::Owner)).unwrap();
    }
    (lab, names, room)
}

fn watch(lab: &mut Lab, of: RoomId) -> Rc<RefCell<Seen>> {
    let seen = Rc::new(RefCell::new(Seen::default()));
    let asked = Rc::clone(&seen);
    lab.mallory.up = Some(Box::new(move |name, request| {
        if let ToRelay::Commit { room, epoch, .. } = &request.message
            && *room == of
        {
            asked.borrow_mut().asked.entry(*epoch).or_default().insert(name.to_owned());
        }
        vec![request]
    }));
    let won = Rc::clone(&seen);
    lab.mallory.down = Some(Box::new(move |_, message| {
        let mut seen = won.borrow_mut();
        let mut note = |record: &wire::message::Record| {
            if record.kind == RecordKind::Commit {
                let payload = record.payload.to_vec();
                seen.won.entry(record.epoch).or_default().insert(payload);
            }
        };
        match &message.message {
            ToClient::Record { room, record } if *room == of => note(record),
            ToClient::Records { room, records, .. } if *room == of => {
                records.iter().for_each(&mut note);
            }
            _ => {}
        }
        vec![message]
    }));
    seen
}

/// Everybody asks for the same at the same moment, and so commits in the same epoch: 50 commits for
/// one epoch, of which one wins. The others find done what they wanted. `SOTTO_ROUNDS` makes a
/// campaign of it.
#[test]
fn of_50_commits_at_once_one_wins_the_epoch_and_all_agree() {
    let rounds = std::env::var("SOTTO_ROUNDS").ok().and_then(|text| text.parse().ok());
    let rounds: u16 = rounds.unwrap_or(50);
    let (mut lab, names, room) = crowd(400, PEOPLE);
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    lab.run_ms(60_000);
    assert!(lab.agree(&all, room));
    let seen = watch(&mut lab, room);
    for round in 0..rounds {
        // What was told before is not looked at again.
        lab.people.values_mut().for_each(|person| person.events.clear());
        let history = 1 + round % engine::MAX_HISTORY;
        let asked: Vec<(&str, RequestId)> = all
            .iter()
            .map(|name| {
                let change = Change::SetHistory(history);
                (*name, lab.begin_ask(name, |id| Command::ChangeRoom { id, room, change }))
            })
            .collect();
        lab.until(|lab| asked.iter().all(|(name, id)| lab.people[*name].outcome(*id).is_some()));
        lab.run_ms(1_000);
        for (name, id) in asked {
            assert_eq!(lab.people[name].outcome(id), Some(Ok(Some(room))), "{name}");
            let lines = lab.people[name].lines_in(room);
            assert_eq!(lines.len(), 1, "{name} is shown who won, once: {lines:?}");
        }
        assert!(lab.agree(&all, room), "round {round} of seed {}", lab.seed());
        let seen = seen.take();
        let asked: Vec<usize> = seen.asked.values().map(BTreeSet::len).collect();
        assert_eq!(asked, [PEOPLE], "all commit, in one epoch");
        let won: Vec<usize> = seen.won.values().map(BTreeSet::len).collect();
        assert_eq!(won, [1], "and one wins it");
        if round % 100 == 99 {
            println!("round {} of {rounds}", round + 1);
        }
    }
}

/// Everybody wants something else, and goes again until it has won an epoch of its own.
#[test]
fn who_loses_an_epoch_goes_again_behind_the_winner() {
    let (mut lab, names, room) = crowd(401, 8);
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    lab.run_ms(60_000);
    for round in 0..5_u16 {
        lab.people.values_mut().for_each(|person| person.events.clear());
        let asked: Vec<(&str, RequestId)> = (0..)
            .zip(&all)
            .map(|(number, name)| {
                let change = Change::SetHistory(10 * (round + 1) + number);
                (*name, lab.begin_ask(name, |id| Command::ChangeRoom { id, room, change }))
            })
            .collect();
        lab.until(|lab| asked.iter().all(|(name, id)| lab.people[*name].outcome(*id).is_some()));
        lab.run_ms(1_000);
        for (name, id) in asked {
            assert_eq!(lab.people[name].outcome(id), Some(Ok(Some(room))), "{name}");
            let lines = lab.people[name].lines_in(room);
            assert_eq!(lines, lab.people[all[0]].lines_in(room));
            assert_eq!(lines.len(), all.len(), "each has won once: {lines:?}");
        }
        assert!(lab.agree(&all, room), "round {round} of seed {}", lab.seed());
    }
}
