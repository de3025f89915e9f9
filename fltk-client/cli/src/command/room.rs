//! What is done to rooms: made, joined, left and changed.

use std::time::Duration;

use engine::{Access, Change, Command, Event, Problem, RequestId};
use wire::id::{Handle, RoomId};

use crate::console::{Console, Patience, after};
use crate::failure::Failure;
use crate::random;
use crate::request::Request;

/// A room that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewRoom {
    /// Who may join.
    pub(crate) access: Access,
    /// Its name.
    pub(crate) name: String,
    /// How many earlier messages those who are invited are given.
    pub(crate) history: u16,
}

/// Makes a room and prints its id.
pub(crate) fn create(
    console: &mut Console<'_>,
    new: NewRoom,
    timeout: Duration,
) -> Result<(), Failure> {
    let (id, NewRoom { access, name, history }) = (random::id()?, new);
    console.list_rooms()?;
    let mut request =
        Request::change(id, Command::CreateRoom { id, access, name, history }, timeout);
    request.again = Some("see with `rooms` whether it was before you try again");
    let room = request.done(console)?.ok_or(Problem::Internal("a room without an id"))?;
    finish(console, id, Some(room), Some(&room.to_string()))
}

/// Finds or makes the conversation with an account, and prints what it is called here.
pub(crate) fn direct(
    console: &mut Console<'_>,
    handle: Handle,
    timeout: Duration,
) -> Result<(), Failure> {
    let id = random::id()?;
    console.list_rooms()?;
    let request = Request::change(id, Command::OpenDirect { id, handle }, timeout);
    let room = request.done(console)?.ok_or(Problem::Internal("a room without an id"))?;
    let label = console.view.label(room);
    finish(console, id, Some(room), Some(&label))
}

/// Joins an open room.
pub(crate) fn join(
    console: &mut Console<'_>,
    room: &str,
    timeout: Duration,
) -> Result<(), Failure> {
    let (id, room) = (random::id()?, console.joinable_room(room)?);
    let request = Request::change(id, Command::JoinRoom { id, room }, timeout);
    settle(console, request)
}

/// Leaves a room.
pub(crate) fn leave(
    console: &mut Console<'_>,
    room: &str,
    timeout: Duration,
) -> Result<(), Failure> {
    let (id, room) = (random::id()?, console.room(room)?);
    let request = Request::change(id, Command::LeaveRoom { id, room }, timeout);
    settle(console, request)
}

/// Comes back into a room that is held as forked, and waits until this device is in it.
pub(crate) fn repair(
    console: &mut Console<'_>,
    room: &str,
    timeout: Duration,
) -> Result<(), Failure> {
    let (id, room) = (random::id()?, console.room(room)?);
    settle(console, Request::change(id, Command::RepairRoom { id, room }, timeout))?;
    let stale = console.catch_up(room, after(timeout), Patience::FirstTry)?;
    stale.map_or(Ok(()), Err)
}

/// Changes a room.
pub(crate) fn change(
    console: &mut Console<'_>,
    room: &str,
    change: Change,
    timeout: Duration,
) -> Result<(), Failure> {
    let (id, room) = (random::id()?, console.room(room)?);
    let request = Request::change(id, Command::ChangeRoom { id, room, change }, timeout);
    settle(console, request)
}

/// Waits for a command that has nothing to print for people.
pub(super) fn settle(console: &mut Console<'_>, request: Request) -> Result<(), Failure> {
    let id = request.id;
    let room = request.done(console)?;
    finish(console, id, room, None)
}

fn finish(
    console: &mut Console<'_>,
    id: RequestId,
    room: Option<RoomId>,
    shown: Option<&str>,
) -> Result<(), Failure> {
    match shown {
        _ if console.json => console.tell(&Event::Done { id, room }),
        Some(text) => console.say(&crate::safe::line(text)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
