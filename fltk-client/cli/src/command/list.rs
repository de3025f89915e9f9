//! `rooms`, `members` and `devices`.

use std::time::Duration;

use engine::{Command, Event};

use crate::console::{Console, Patience, after};
use crate::failure::Failure;
use crate::format;
use crate::json::Line;

/// Prints the rooms that the profile knows.
pub(crate) fn rooms(console: &mut Console<'_>) -> Result<(), Failure> {
    let pick = |event| if let Event::Rooms(rooms) = event { Some(rooms) } else { None };
    let rooms = console.query(Command::ListRooms, pick)?;
    for info in &rooms {
        if !console.json {
            let label = console.view.label(info.room);
            console.say(&format::room(info, &label))?;
        }
    }
    answer(console, &Event::Rooms(rooms))
}

/// Prints the accounts in a room, as of now if the relay can be reached.
pub(crate) fn members(
    console: &mut Console<'_>,
    room: &str,
    timeout: Duration,
) -> Result<(), Failure> {
    let until = after(timeout);
    let room = console.room(room)?;
    let stale = console.catch_up(room, until, Patience::FirstTry)?;
    let pick = |event| match event {
        Event::Members { room: answered, members } if answered == room => Some(members),
        _ => None,
    };
    let members = console.query(Command::ListMembers { room }, pick)?;
    for member in &members {
        if !console.json {
            console.say(&format::member(member))?;
        }
    }
    answer(console, &Event::Members { room, members })?;
    stale.map_or(Ok(()), Err)
}

/// Prints the devices of this account.
pub(crate) fn devices(console: &mut Console<'_>, timeout: Duration) -> Result<(), Failure> {
    console.ask(Command::ListDevices);
    let pick = |event| if let Event::Devices(devices) = event { Some(devices) } else { None };
    let Some(devices) = console.wait(after(timeout), pick)? else {
        return Err(console.overdue());
    };
    for device in &devices {
        if !console.json {
            console.say(&format::device(device))?;
        }
    }
    answer(console, &Event::Devices(devices))
}

/// The answer as one line, for programs.
fn answer(console: &mut Console<'_>, event: &Event) -> Result<(), Failure> {
    match Line::of(event, &console.view) {
        Some(line) if console.json => console.emit(&line),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use engine::{Device, Member};

    use super::*;
    use crate::fixture::{AT, DEVICE, LOBBY, Script, caught_up, connected, handle, offline};

    fn answers(command: &Command) -> Vec<Event> {
        let bob = Member { handle: handle("bob"), devices: vec![DEVICE], own: true };
        match command {
            Command::ListMembers { room } => {
                vec![Event::Members { room: *room, members: vec![bob] }]
            }
            Command::ListDevices => {
                vec![Event::Devices(vec![Device { device: DEVICE, created: AT, own: true }])]
            }
            _ => Vec::new(),
        }
    }

    fn script(json: bool, events: Vec<Event>) -> Script {
        Script { json, events, answer: Some(answers), ..Script::default() }
    }

    #[test]
    fn rooms_are_listed_without_the_relay() {
        let told = script(false, vec![]).run(rooms);
        assert_eq!(told.lines(), [format!("lobby  lobby, 2 members, 4 entries  {LOBBY}")]);
        let told = script(true, vec![]).run(rooms);
        assert_eq!(
            told.lines(),
            [format!(
                r#"{{"type":"rooms","rooms":[{{"room":"lobby","id":"{LOBBY}","kind":"lobby","members":2,"head":4}}]}}"#
            )]
        );
    }

    #[test]
    fn members_are_those_of_now_or_the_command_says_that_they_are_not() {
        let ask = |console: &mut Console<'_>| members(console, "lobby", Duration::from_secs(9));
        let told = script(false, vec![connected(), caught_up()]).run(ask);
        assert_eq!(told.lines(), [format!("bob (you)  {DEVICE}")]);
        assert!(told.result.is_ok());
        let told = script(true, vec![offline()]).run(ask);
        assert_eq!(
            told.lines(),
            [format!(
                r#"{{"type":"members","room":"lobby","members":[{{"name":"bob","devices":["{DEVICE}"],"own":true}}]}}"#
            )]
        );
        assert!(told.failure().contains("does not answer"));
    }

    #[test]
    fn devices_are_listed() {
        let ask = |console: &mut Console<'_>| devices(console, Duration::from_secs(9));
        let told = script(false, vec![]).run(ask);
        assert_eq!(told.lines(), [format!("{DEVICE}  since 2025-11-24 16:00  (this one)")]);
        let told = Script::default().run(|console| devices(console, Duration::ZERO));
        assert!(told.failure().starts_with("The relay did not answer in time"));
    }
}
