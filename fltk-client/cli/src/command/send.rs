//! `send`: one message, until the relay has it for good.

use std::io::Read;
use std::time::Duration;

use engine::{Command, Event, MAX_TEXT_BYTES, MessageId, Problem};
use wire::id::Seq;

use crate::console::{Console, Patience, after};
use crate::failure::Failure;
use crate::inbox::Input;
use crate::json::Line;

/// More than a message may be, so that one which is too long is known to be.
const MAX_INPUT_BYTES: u64 = 1 << 20;

/// A message and its name.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) id: MessageId,
    pub(crate) text: String,
    /// The message that it answers.
    pub(crate) to: Option<Seq>,
}

/// The text of the command line, or all of `input` without its last line end.
pub(crate) fn text(given: Option<String>, input: impl Read) -> Result<String, Failure> {
    let text = match given {
        Some(text) => text,
        None => {
            let mut bytes = Vec::new();
            let cannot = |why| Failure::Said(format!("Standard input {why}; nothing was sent."));
            let read = input.take(MAX_INPUT_BYTES).read_to_end(&mut bytes);
            read.map_err(|error| cannot(format!("could not be read ({error})")))?;
            let text = String::from_utf8(bytes);
            let text = text.map_err(|_| cannot("is not UTF-8 text".into()))?;
            let end = text.strip_suffix('\n').map(|text| text.strip_suffix('\r').unwrap_or(text));
            end.map(str::to_owned).unwrap_or(text)
        }
    };
    match text.len() {
        0 => Err(Problem::TextEmpty.into()),
        got if got > MAX_TEXT_BYTES => {
            Err(Problem::TextTooLong { got, max: MAX_TEXT_BYTES }.into())
        }
        _ => Ok(text),
    }
}

/// Sends the message and prints its id once the relay has stored it.
pub(crate) fn send(
    console: &mut Console<'_>,
    room: &str,
    Text { id, text, to }: Text,
    timeout: Duration,
) -> Result<(), Failure> {
    let until = after(timeout);
    let room = console.room(room)?;
    console.ask(match to {
        Some(to) => Command::Reply { room, id, to, text },
        None => Command::SendText { room, id, text },
    });
    let mut queued = false;
    let seq = loop {
        match console.next(until) {
            Ok(Input::Event(Event::MessageSent { id: sent, seq, .. })) if sent == id => break seq,
            Ok(Input::Event(Event::MessageQueued { id: stored, .. })) if stored == id => {
                queued = true;
            }
            Ok(Input::Event(Event::CommandFailed { id: failed, problem }))
                if failed.is_none_or(|failed| failed == id) =>
            {
                return Err(problem.into());
            }
            Ok(Input::Event(Event::RoomHeld { room: held, hold }))
                if held == room && !(queued && hold.is_passing()) =>
            {
                return Err(Problem::RoomHeld(hold).into());
            }
            Ok(Input::TimeUp) => return Err(unsent(console, id, queued, "in time")),
            Ok(Input::Interrupted) => return Err(unsent(console, id, queued, "yet")),
            Ok(_) if queued && console.view.hopeless(Patience::AllTries).is_some() => {
                return Err(unsent(console, id, queued, "and will not be asked again"));
            }
            Ok(_) => {}
            Err(failure) if queued => {
                console.note(&failure.to_string());
                return Err(unsent(console, id, queued, "before the connection ended"));
            }
            Err(failure) => return Err(failure),
        }
    };
    match console.json {
        true => {
            let room = console.view.label(room);
            console.emit(&Line::Sent { room, id: id.to_string(), seq: seq.0 })
        }
        false => console.say(&id.to_string()),
    }
}

/// What happened to a message that the relay has not confirmed.
fn unsent(console: &mut Console<'_>, id: MessageId, queued: bool, when: &str) -> Failure {
    if let Some(problem) = console.view.problem.clone() {
        console.note(&problem.to_string());
    }
    let again = format!("repeating the command with --id {id} sends nothing twice");
    Failure::Said(if queued {
        format!(
            "The relay did not confirm the message {when}, so it stays queued in this profile and goes out when it next connects; {again}."
        )
    } else {
        format!("The profile did not take the message {when}; {again}.")
    })
}

#[cfg(test)]
mod tests;
