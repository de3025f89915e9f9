//! `rooms` and `members`.

use std::time::Duration;

use engine::{Command, Event};

use crate::console::{Console, Patience, after};
use crate::failure::Failure;
use crate::format;

/// Prints the rooms, as of now if the relay can be reached.
pub(crate) fn rooms(console: &mut Console<'_>, timeout: Duration) -> Result<(), Failure> {
    console.list_rooms()?;
    let stale = console.sync(after(timeout))?;
    let pick = |event| if let Event::Rooms(rooms) = event { Some(rooms) } else { None };
    let rooms = console.query(Command::ListRooms, pick)?;
    for info in &rooms {
        if !console.json {
            let label = console.view.label(info.room);
            console.say(&format::room(info, &label))?;
        }
    }
    answer(console, &Event::Rooms(rooms))?;
    stale.map_or(Ok(()), Err)
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

/// The answer as one line, for programs.
fn answer(console: &mut Console<'_>, event: &Event) -> Result<(), Failure> {
    if console.json { console.tell(event) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use engine::{Member, Role, Trust};

    use super::*;
    use crate::fixture::{DEVICE, LOBBY, Script, caught_up, connected, handle, offline};

    fn answers(command: &Command) -> Vec<Event> {
        let bob = Member {
            handle: handle("bob"),
            role: Role::Member,
            devices: vec![DEVICE],
            stale: 0,
            own: true,
            trust: Trust::Pinned,
        };
        match command {
            Command::ListMembers { room } => {
                vec![Event::Members { room: *room, members: vec![bob] }]
            }
            _ => Vec::new(),
        }
    }

    fn script(json: bool, events: Vec<Event>) -> Script {
        Script { json, events, answer: Some(answers), ..Script::default() }
    }

    #[test]
    fn rooms_are_those_of_now_or_the_command_says_that_they_are_not() {
        let ask = |console: &mut Console<'_>| rooms(console, Duration::from_secs(9));
        let told = script(false, vec![connected(), Event::Synced]).run(ask);
        assert_eq!(told.lines(), [format!("lobby  lobby, member, 2 members, 4 entries  {LOBBY}")]);
        assert!(told.result.is_ok());
        let told = script(true, vec![offline()]).run(ask);
        assert!(told.failure().contains("does not answer"));
        assert_eq!(
            told.lines(),
            [format!(
                r#"{{"type":"rooms","rooms":[{{"room":"lobby","id":"{LOBBY}","kind":"lobby","topic":"","standing":"member","members":2,"history":0,"head":4,"read":0,"unread":0,"mentions":0,"lifetime_s":0,"readers":[]}}]}}"#
            )]
        );
    }

    #[test]
    fn members_are_those_of_now_or_the_command_says_that_they_are_not() {
        let ask = |console: &mut Console<'_>| members(console, "lobby", Duration::from_secs(9));
        let told = script(false, vec![connected(), caught_up()]).run(ask);
        assert_eq!(told.lines(), [format!("bob (you)  member  {DEVICE}")]);
        assert!(told.result.is_ok());
        let told = script(true, vec![offline()]).run(ask);
        assert_eq!(
            told.lines(),
            [format!(
                r#"{{"type":"members","room":"lobby","members":[{{"name":"bob","role":"member","trust":"pinned","devices":["{DEVICE}"],"stale":0,"own":true}}]}}"#
            )]
        );
        assert!(told.failure().contains("does not answer"));
    }
}
