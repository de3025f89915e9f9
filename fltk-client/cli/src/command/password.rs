//! `password`: another password for the account and this profile.

use std::time::Duration;

use engine::{Command, Password};

use super::room::settle;
use crate::console::Console;
use crate::failure::Failure;
use crate::random;
use crate::request::Request;

/// Changes the password.
pub(crate) fn password(
    console: &mut Console<'_>,
    new: Password,
    timeout: Duration,
) -> Result<(), Failure> {
    let id = random::id()?;
    let mut request = Request::change(id, Command::ChangePassword { id, new }, timeout);
    request.again = Some("see which of the two passwords opens this profile before you try again");
    settle(console, request)?;
    console.note("The profiles of other devices still open with the password they had.");
    Ok(())
}

#[cfg(test)]
mod tests {
    use engine::{Event, Problem};
    use zeroize::Zeroizing;

    use super::*;
    use crate::fixture::{Outcome, Script};

    fn run(answer: fn(&Command) -> Vec<Event>) -> Outcome {
        Script { answer: Some(answer), ..Script::default() }.run(|console| {
            let new = Password::new(Zeroizing::new("new".into()));
            password(console, new, Duration::from_secs(60))
        })
    }

    #[test]
    fn it_is_changed_and_what_stays_is_said() {
        let told = run(|command| match command {
            Command::ChangePassword { id, .. } => vec![Event::Done { id: *id, room: None }],
            _ => Vec::new(),
        });
        assert!(told.result.is_ok() && told.out.is_empty(), "{told:?}");
        assert!(told.notes.contains("profiles of other devices"), "{}", told.notes);
    }

    #[test]
    fn a_refusal_is_said() {
        let told = run(|command| match command {
            Command::ChangePassword { id, .. } => {
                vec![Event::CommandFailed { id: Some(*id), problem: Problem::RelayCannotStore }]
            }
            _ => Vec::new(),
        });
        assert_eq!(told.failure(), Problem::RelayCannotStore.to_string());
        assert!(told.notes.is_empty());
    }
}
