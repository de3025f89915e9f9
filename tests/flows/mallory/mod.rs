//! What a relay that is not honest, alone or with a member, cannot do.

mod commit;
mod fork;
mod key;
mod log;
mod removed;
mod room;
mod welcome;

use std::cell::RefCell;
use std::rc::Rc;

use engine::{Command, Event, Hold, Problem};
use tests::lab::Lab;
use wire::codec::Bytes;
use wire::id::RoomId;
use wire::message::{Payload, Record, ToClient};

/// The members that a person is shown.
fn members(lab: &mut Lab, name: &str, room: RoomId) -> Vec<String> {
    lab.command(name, Command::ListMembers { room });
    let last = lab.people[name].events.iter().rev().find_map(|event| match event {
        Event::Members { room: of, members } if *of == room => Some(members),
        _ => None,
    });
    last.unwrap().iter().map(|member| member.handle.to_string()).collect()
}

/// Why a person's client held a room, each time it did.
fn holds(lab: &Lab, name: &str, room: RoomId) -> Vec<Hold> {
    let hold = |event: &Event| match event {
        Event::RoomHeld { room: of, hold } if *of == room => Some(*hold),
        _ => None,
    };
    lab.people[name].events.iter().filter_map(hold).collect()
}

/// How often a person's client left the relay because that broke a rule.
fn caught(lab: &Lab, name: &str) -> usize {
    lab.count(name, |event| {
        matches!(event, Event::Disconnected { problem: Problem::RelayMisbehaved(_), .. })
    })
}

/// Changes each record that a person is given of a room, whichever way it comes.
fn change_records(
    lab: &mut Lab,
    victim: &str,
    of: RoomId,
    mut change: impl FnMut(&mut Record) + 'static,
) {
    let victim = victim.to_owned();
    lab.mallory.down = Some(Box::new(move |name, mut tagged| {
        match &mut tagged.message {
            ToClient::Record { room, record } if name == victim && *room == of => change(record),
            ToClient::Records { room, records, .. } if name == victim && *room == of => {
                let mut changed = core::mem::take(records).into_vec();
                changed.iter_mut().for_each(&mut change);
                *records = wire::codec::List::new(changed).unwrap();
            }
            _ => {}
        }
        vec![tagged]
    }));
}

/// Collects each record that a person is given of a room.
fn collect_records(lab: &mut Lab, victim: &str, of: RoomId) -> Rc<RefCell<Vec<Record>>> {
    let records = Rc::new(RefCell::new(Vec::new()));
    let kept = Rc::clone(&records);
    change_records(lab, victim, of, move |record| kept.borrow_mut().push(record.clone()));
    records
}

fn flip(payload: &Payload, at: usize) -> Payload {
    let mut bytes = payload.to_vec();
    bytes[at] ^= 1;
    Bytes::new(bytes).unwrap()
}
