//! `typing`: one signal to the members who are connected.

use std::time::Duration;

use engine::Command;

use crate::console::{Console, Patience, after};
use crate::failure::Failure;

/// Sends the signal as soon as the room is up to date; older keys would not open it.
pub(crate) fn typing(
    console: &mut Console<'_>,
    room: &str,
    timeout: Duration,
) -> Result<(), Failure> {
    let until = after(timeout);
    let room = console.room(room)?;
    if let Some(why) = console.catch_up(room, until, Patience::AllTries)? {
        return Err(why);
    }
    console.ask(Command::SendTyping { room });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{LOBBY, Script, caught_up, connected, offline, unreachable};

    #[test]
    fn the_signal_waits_for_the_connection() {
        let events = vec![offline(), connected(), caught_up()];
        let told = Script { events, ..Script::default() }
            .run(|console| typing(console, "lobby", Duration::from_secs(9)));
        assert!(told.result.is_ok());
        assert_eq!(told.commands, [Command::ListRooms, Command::SendTyping { room: LOBBY }]);
    }

    #[test]
    fn without_a_connection_it_fails_when_the_time_is_over() {
        let told = Script { events: vec![offline()], ..Script::default() }
            .run(|console| typing(console, "lobby", Duration::from_millis(20)));
        assert_eq!(told.failure(), unreachable().to_string());
        assert_eq!(told.commands, [Command::ListRooms]);
    }
}
