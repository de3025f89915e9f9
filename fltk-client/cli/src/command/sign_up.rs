//! `register` and `login`: follow the engine until the account is ready.

use std::time::Duration;

use engine::{Event, Intent, Step};

use crate::console::{Console, after};
use crate::failure::Failure;
use crate::inbox::Input;
use crate::json::Line;

/// The lobby comes with every account; the profile is of little use before it is there.
const LOBBY_TIMEOUT: Duration = Duration::from_secs(10);

/// Shows progress until the relay knows this device and the first room is there.
pub(crate) fn sign_up(console: &mut Console<'_>, intent: Intent) -> Result<(), Failure> {
    let (name, device) = loop {
        match console.next(None)? {
            Input::Event(Event::Connected { handle, device }) => {
                break (handle.to_string(), device.to_string());
            }
            Input::Event(Event::Progress(step)) => console.note(describe(step)),
            Input::Event(Event::Disconnected { problem, retry_ms: None }) => {
                return Err(problem.into());
            }
            Input::Event(Event::Disconnected { problem, .. }) => console.note(&problem.to_string()),
            Input::Interrupted => return Err(Failure::Interrupted),
            _ => {}
        }
    };
    wait_for_lobby(console);
    match (console.json, intent) {
        (true, Intent::Register) => console.emit(&Line::Registered { name, device }),
        (true, Intent::Login) => console.emit(&Line::LoggedIn { name, device }),
        (false, Intent::Register) => console.say(&format!("registered as {name}, device {device}")),
        (false, Intent::Login) => console.say(&format!("logged in as {name}, device {device}")),
    }
}

/// The account exists by now, so nothing that happens here makes the command fail.
fn wait_for_lobby(console: &mut Console<'_>) {
    let until = after(LOBBY_TIMEOUT);
    while !console.view.has_room() {
        match console.next(until) {
            Ok(Input::Event(Event::Progress(step))) => console.note(describe(step)),
            Ok(Input::Interrupted | Input::TimeUp) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

fn describe(step: Step) -> &'static str {
    match step {
        Step::Connecting => "connecting",
        Step::StretchingPassword => "stretching the password, which takes a moment on purpose",
        Step::MakingKeys => "making keys",
        Step::JoiningLobby => "joining the lobby",
        _ => "working",
    }
}

#[cfg(test)]
mod tests {
    use engine::Problem;

    use super::*;
    use crate::fixture::{DEVICE, Script, connected, lobby};

    /// Plays events at once, since signing up asks for nothing.
    fn run(json: bool, intent: Intent, events: Vec<Event>) -> crate::fixture::Outcome {
        Script { json, events, ..Script::default() }.run(|console| {
            console.ask(engine::Command::ListRooms);
            console.view.observe(&Event::RoomAdded(lobby()));
            sign_up(console, intent)
        })
    }

    #[test]
    fn progress_goes_aside_and_the_account_is_printed() {
        let events = || vec![Event::Progress(Step::MakingKeys), connected()];
        let told = run(false, Intent::Register, events());
        assert_eq!(told.out, format!("registered as alice, device {DEVICE}\n"));
        assert_eq!(told.notes, "making keys\n");
        let told = run(true, Intent::Login, events());
        let expected = format!(r#"{{"type":"logged-in","name":"alice","device":"{DEVICE}"}}"#);
        assert_eq!(told.lines(), [expected]);
    }

    #[test]
    fn a_refusal_is_the_end() {
        let refused = Event::Stopped { problem: Some(Problem::InvitationUsedUp) };
        let told = run(false, Intent::Register, vec![Event::Progress(Step::Connecting), refused]);
        assert_eq!(told.out, "");
        assert_eq!(told.failure(), Problem::InvitationUsedUp.to_string());
    }
}
