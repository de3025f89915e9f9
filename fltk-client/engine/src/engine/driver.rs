//! Moves bytes and time around a [`Client`].

use std::pin::Pin;

use async_channel::{Receiver, Sender};
use smol::{Timer, future};
use wire::Time;
use wire::codec::Field;

use super::connection::{Connection, Turn};
use super::disk::DiskThreads;
use super::{Clock, Files};
use crate::client::Output;
use crate::file::FileReply;
use crate::{Client, Command, Event, Problem};

type Opening = Pin<Box<dyn Future<Output = Result<Connection, Problem>>>>;

/// The connection, as far as it is.
enum Link {
    Down,
    Opening(Opening),
    Up(Box<Connection>),
}

/// What woke the loop.
enum Wake {
    Command(Command),
    /// The front end is gone.
    Abandoned,
    Opened(Result<Box<Connection>, Problem>),
    Turn(Result<Turn, Problem>),
    Files(Vec<FileReply>),
    Deadline,
}

/// The front end's ends of its queues.
#[derive(Clone, Copy)]
pub(super) struct Front<'a> {
    pub(super) commands: &'a Receiver<Command>,
    pub(super) events: &'a Sender<Event>,
}

/// Runs until the client stops or the front end is gone. Returns the reason for a stop.
pub(super) async fn run(
    mut client: Client,
    clock: Clock,
    front: Front<'_>,
    files: Option<Files>,
) -> Option<Problem> {
    let disk = match DiskThreads::start() {
        Ok(disk) => disk,
        Err(problem) => return Some(problem),
    };
    let mut link = Link::Down;
    loop {
        if let Some(stopped) = drain(&mut client, &mut link, clock, (front.events, &disk)).await {
            let worthless = client.is_worthless();
            drop(client);
            if let Some(files) = files.filter(|_| worthless) {
                files.remove();
            }
            return stopped;
        }
        match wait(&client, &mut link, clock, (front.commands, &disk)).await {
            Wake::Command(command) => client.handle_command(command, clock.now()),
            Wake::Abandoned => client.handle_command(Command::Stop, clock.now()),
            Wake::Opened(Ok(connection)) => link = Link::Up(connection),
            Wake::Opened(Err(problem)) | Wake::Turn(Err(problem)) => {
                link = Link::Down;
                client.handle_disconnected(problem, clock.now());
            }
            Wake::Turn(Ok(turn)) => {
                if let Some(handshake_hash) = turn.established {
                    client.handle_connected(handshake_hash, clock.now());
                }
                if !turn.messages.is_empty() {
                    client.handle_messages(&turn.messages, clock.now());
                }
            }
            Wake::Files(replies) => client.handle_files(replies, clock.now()),
            Wake::Deadline => client.handle_time(clock.now()),
        }
        if let Err(problem) = check_session(&mut link, clock.time()) {
            link = Link::Down;
            client.handle_disconnected(problem, clock.now());
        }
    }
}

/// Does what the client wants. Returns its last word, if it has said it.
async fn drain(
    client: &mut Client,
    link: &mut Link,
    clock: Clock,
    (events, disk): (&Sender<Event>, &DiskThreads),
) -> Option<Option<Problem>> {
    loop {
        let Some(output) = client.poll_output() else {
            match write(link) {
                Ok(()) => return None,
                Err(problem) => client.handle_disconnected(problem, clock.now()),
            }
            continue;
        };
        match output {
            Output::Connect { address, relay_key, static_key } => {
                let time = move || clock.time();
                let opening = Connection::open(address, relay_key, static_key, time);
                *link = Link::Opening(Box::pin(opening));
            }
            Output::Send(message) => {
                if let Link::Up(connection) = link
                    && let Err(problem) = connection.send(&message.to_bytes(), clock.time())
                {
                    *link = Link::Down;
                    client.handle_disconnected(problem, clock.now());
                }
            }
            Output::Disconnect => {
                if let Link::Up(connection) = core::mem::replace(link, Link::Down) {
                    connection.close(clock.time()).await;
                }
            }
            Output::File(op) => disk.want(op),
            Output::Event(Event::Stopped { problem }) => return Some(problem),
            // Nobody listens any more: the commands' end says so too.
            Output::Event(event) => drop(events.send(event).await),
        }
    }
}

/// Writes what the socket takes; the link is down if it takes nothing any more.
fn write(link: &mut Link) -> Result<(), Problem> {
    let Link::Up(connection) = link else { return Ok(()) };
    connection.write().inspect_err(|_| *link = Link::Down)
}

async fn wait(
    client: &Client,
    link: &mut Link,
    clock: Clock,
    (commands, disk): (&Receiver<Command>, &DiskThreads),
) -> Wake {
    let session = match link {
        Link::Up(connection) => connection.next_deadline(),
        Link::Down | Link::Opening(_) => None,
    };
    let deadline = session.into_iter().chain(client.next_deadline()).min();
    let command = async {
        match commands.recv().await {
            Ok(command) => Wake::Command(command),
            Err(_) => Wake::Abandoned,
        }
    };
    let network = async {
        match link {
            Link::Down => future::pending().await,
            Link::Opening(opening) => Wake::Opened(opening.await.map(Box::new)),
            Link::Up(connection) => Wake::Turn(connection.turn(|| clock.time()).await),
        }
    };
    let timer = async {
        match deadline {
            Some(time) => drop(Timer::at(clock.instant(time)).await),
            None => future::pending().await,
        }
        Wake::Deadline
    };
    let files = async { Wake::Files(disk.replies().await) };
    future::or(command, future::or(network, future::or(files, timer))).await
}

fn check_session(link: &mut Link, now: Time) -> Result<(), Problem> {
    match link {
        Link::Up(connection) if connection.next_deadline().is_some_and(|at| at <= now) => {
            connection.handle_timeout(now)
        }
        Link::Up(_) | Link::Down | Link::Opening(_) => Ok(()),
    }
}
