//! What a person must learn whatever the command, and what becomes of what was not confirmed.

use engine::{Departure, Event, Problem};
use wire::id::{Handle, RoomId};

use crate::failure::Failure;
use crate::view::View;

/// The warning or news in an event, as one sentence that begins with the room.
pub(crate) fn notice(event: &Event, view: &View) -> Option<String> {
    let label = |room: &RoomId| view.label(*room);
    Some(match event {
        Event::KeyChanged { handle, .. } => key_changed(handle),
        Event::RoomHeld { room, hold } => format!("{}: {}", label(room), Problem::RoomHeld(*hold)),
        Event::RoomRepaired { room } => {
            format!("{}: The room is read and written again.", label(room))
        }
        Event::RoomLeft { room, reason } => {
            format!("{}: {}", label(room), left(reason, view.own.as_ref())?)
        }
        Event::DevicesStale { room, devices } => {
            let whose: Vec<String> =
                devices.iter().map(|(handle, count)| format!("{handle} ({count})")).collect();
            let (label, whose) = (label(room), whose.join(", "));
            format!(
                "{label}: Nothing was heard for 90 days of devices of {whose}; `remove ROOM --stale` takes them out."
            )
        }
        _ => return None,
    })
}

/// The warning about an account that came with another key.
fn key_changed(handle: &Handle) -> String {
    format!(
        "WARNING: {handle} came with another key than before, so what it did was refused and nothing is sent to rooms with {handle} until `trust {handle}`; ask {handle} in person first whether that is right (`verify {handle}` shows the new number)."
    )
}

/// Why the account is out; `None` where it did that itself.
fn left(reason: &Departure, own: Option<&Handle>) -> Option<String> {
    let kept = "what was said before can still be read";
    Some(match reason {
        Departure::Left => return None,
        Departure::Removed(by) | Departure::Closed(by) if Some(by) == own => return None,
        Departure::Removed(by) => format!("{by} removed this account from the room; {kept}."),
        Departure::Closed(by) => format!("{by} closed the room; {kept}."),
        Departure::Unexplained => format!(
            "The relay says that this account is not in the room any more, but nobody has shown that they removed it; {kept}, so ask the members."
        ),
    })
}

/// What is said when a room is read that the account is in no more.
pub(crate) fn out_of_room(label: &str) -> String {
    format!("{label}: {}", Problem::RoomLeft)
}

/// What becomes of messages that the relay has not confirmed.
pub(crate) fn left_behind(unsent: usize) -> Failure {
    let (messages, stay) = match unsent {
        1 => ("1 message".to_owned(), "it stays queued in this profile and goes out when it"),
        _ => (format!("{unsent} messages"), "they stay queued in this profile and go out when it"),
    };
    Failure::Said(format!("The relay did not confirm {messages} in time; {stay} next connects."))
}

/// What becomes of files that are not here yet.
pub(crate) fn unsaved(count: usize) -> Failure {
    let files = if count == 1 { "a file".to_owned() } else { format!("{count} files") };
    Failure::Said(format!(
        "The relay did not give {files} in time; what has begun stays in this profile and goes on when that is next opened."
    ))
}

/// What becomes of a change that nobody has confirmed; `again` says how to go on.
pub(crate) fn uncertain(again: &str) -> Failure {
    Failure::Said(format!("It was not confirmed in time and may not have been done; {again}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{LOBBY, connected, handle, lobby};

    fn told(event: &Event) -> Option<String> {
        let mut view = View::default();
        view.observe(&connected());
        view.observe(&Event::Rooms(vec![lobby()]));
        notice(event, &view)
    }

    #[test]
    fn a_changed_key_is_loud_and_says_what_to_do() {
        for room in [None, Some(LOBBY)] {
            let said = told(&Event::KeyChanged { room, handle: handle("bob") }).unwrap();
            assert!(said.starts_with("WARNING: bob came with another key"), "{said}");
            assert!(said.contains("nothing is sent to rooms with bob until `trust bob`"), "{said}");
        }
    }

    #[test]
    fn being_put_out_is_told_and_going_is_not() {
        let left = |reason| told(&Event::RoomLeft { room: LOBBY, reason });
        let said = left(Departure::Removed(handle("bob"))).unwrap();
        assert!(said.starts_with("lobby: bob removed this account from the room;"), "{said}");
        assert!(left(Departure::Unexplained).unwrap().contains("nobody has shown"));
        assert!(left(Departure::Closed(handle("bob"))).unwrap().contains("bob closed the room"));
        assert_eq!(left(Departure::Closed(handle("alice"))), None);
        assert_eq!(left(Departure::Left), None);
    }

    #[test]
    fn stale_devices_and_a_repaired_room_are_told() {
        let devices = vec![(handle("bob"), 2), (handle("carol"), 1)];
        let said = told(&Event::DevicesStale { room: LOBBY, devices }).unwrap();
        assert!(said.contains("bob (2), carol (1); `remove ROOM --stale`"), "{said}");
        let said = told(&Event::RoomRepaired { room: LOBBY }).unwrap();
        assert_eq!(said, "lobby: The room is read and written again.");
    }
}
