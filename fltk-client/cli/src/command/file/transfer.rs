//! `transfers` and `cancel`: files on their way, also those of earlier runs.

use std::time::Duration;

use engine::{Command, Event, MessageId, Problem, Transfer};

use super::find::{digits, find};
use super::under_way;
use crate::console::{Console, Patience};
use crate::failure::Failure;
use crate::format;
use crate::random;
use crate::request::Request;

/// Prints what is on its way.
pub(crate) fn transfers(console: &mut Console<'_>) -> Result<(), Failure> {
    console.list_rooms()?;
    let transfers = under_way(console)?;
    if console.json {
        return console.tell(&Event::Transfers(transfers));
    }
    let digits = digits(&ids(&transfers));
    for transfer in &transfers {
        let room = console.view.label(transfer.room);
        console.say(&format::transfer(transfer, &room, digits))?;
    }
    Ok(())
}

/// Ends a transfer, and deletes what there is of it.
pub(crate) fn cancel(
    console: &mut Console<'_>,
    text: &str,
    timeout: Duration,
) -> Result<(), Failure> {
    let transfers = under_way(console)?;
    let transfer = find(&ids(&transfers), text, Problem::TransferUnknown)?;
    let id = random::id()?;
    let command = Command::CancelTransfer { id, transfer };
    Request { patience: Patience::NoRelay, ..Request::change(id, command, timeout) }
        .done(console)
        .map(drop)
}

fn ids(transfers: &[Transfer]) -> Vec<(MessageId, MessageId)> {
    transfers.iter().map(|transfer| (transfer.id, transfer.id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Outcome, Script, download, id, offline, upload};

    const LONG: Duration = Duration::from_secs(60);

    fn script() -> Script {
        let transfers = vec![
            upload(0xab, "a\u{1b}[2J.pdf", 5 << 20, 80 << 20),
            download(0xcd, 3, std::path::Path::new("/saved")),
        ];
        Script { transfers, events: vec![offline()], ..Script::default() }
    }

    fn answered(text: &str, answer: fn(&Command) -> Vec<Event>) -> Outcome {
        Script { answer: Some(answer), ..script() }.run(|console| cancel(console, text, LONG))
    }

    #[test]
    fn transfers_are_listed_without_the_relay_and_safe_to_show() {
        let told = script().run(transfers);
        assert!(told.result.is_ok(), "{told:?}");
        assert_eq!(
            told.lines(),
            [
                "abababab  to lobby  a[2J.pdf  5.0 of 80.0 MiB",
                "cdcdcdcd  from lobby to /saved  a  1 of 2 bytes",
            ]
        );
        let told = Script { json: true, ..script() }.run(transfers);
        assert!(told.out.starts_with(r#"{"type":"transfers","#), "{}", told.out);
    }

    #[test]
    fn one_is_cancelled_by_the_beginning_of_its_id() {
        let told = answered("abab", |command| match command {
            Command::CancelTransfer { id, .. } => vec![Event::Done { id: *id, room: None }],
            _ => Vec::new(),
        });
        assert!(told.result.is_ok(), "{told:?}");
        assert!(matches!(
            told.commands.last(),
            Some(Command::CancelTransfer { transfer, .. }) if *transfer == id(0xab)
        ));
        let told = answered("beef", |_| Vec::new());
        assert_eq!(told.failure(), Problem::TransferUnknown.to_string());
    }
}
