//! From calls of clients to figures: what a change cost whom, and how large it was.

use std::time::Duration;

use wire::codec::Field as _;
use wire::id::RoomId;
use wire::message::{RecordKind, ToClient, ToRelay};

use crate::crowd::{Call, Who};
use crate::table::{Table, median, number};
use crate::{Result, fail};

/// Values of each figure, in the order in which they first came.
#[derive(Debug, Default)]
pub(crate) struct Figures(Vec<Figure>);

#[derive(Debug)]
struct Figure {
    what: String,
    unit: &'static str,
    values: Vec<f64>,
}

/// The calls that heard of a room or committed to it.
pub(crate) fn about(calls: &[Call], room: RoomId) -> Vec<&Call> {
    let is_about = |call: &&Call| {
        let sent = call.sent.iter().any(|sent| commits_to(&sent.message) == Some(room));
        sent || call.heard.as_ref().and_then(heard_of) == Some(room)
    };
    calls.iter().filter(is_about).collect()
}

const fn commits_to(message: &ToRelay) -> Option<RoomId> {
    match message {
        ToRelay::Commit { room, .. } => Some(*room),
        _ => None,
    }
}

const fn heard_of(message: &ToClient) -> Option<RoomId> {
    match message {
        ToClient::GroupInfo { room, .. }
        | ToClient::Posted { room, .. }
        | ToClient::Record { room, .. } => Some(*room),
        _ => None,
    }
}

impl Figures {
    /// The median of each.
    pub(crate) fn print(self, room: &str, table: &mut Table) {
        for Figure { what, unit, values } in self.0 {
            table.add(format!("{room}, {what}"), unit, "", median(&values));
        }
    }

    /// A commit: what making it, its acceptance and reading it took, and its bytes.
    ///
    /// # Errors
    /// When the calls hold no such commit.
    pub(crate) fn commit(
        &mut self,
        change: &str,
        calls: &[&Call],
        (by, other): (Who, Who),
    ) -> Result<()> {
        let made = until(calls, by, |sent| matches!(sent, ToRelay::Commit { .. }))?;
        let accepted = heard(calls, by, |heard| matches!(heard, ToClient::Posted { .. }))?;
        let read = heard(calls, other, |heard| is_record(heard, RecordKind::Commit))?;
        self.add_ms(change, "making the commit", made.took);
        self.add_ms(change, "going on once it is accepted", accepted.took);
        self.add_ms(change, "another member reading it", read.took);
        if let ToRelay::Commit { commit, group_info, welcome, .. } = made.message {
            self.add_kb(change, "commit", commit.len());
            self.add_kb(change, "group info", group_info.len());
            if let Some(welcome) = welcome {
                self.add_kb(change, "welcome", welcome.len());
            }
        }
        self.add_kb(change, "all that goes up", made.bytes);
        self.add_kb(change, "what each member is sent", read.heard_bytes);
        Ok(())
    }

    /// What opening a welcome took, and the bytes that came.
    ///
    /// # Errors
    /// When the calls hold none.
    pub(crate) fn welcome(&mut self, change: &str, calls: &[&Call], guest: Who) -> Result<()> {
        let opened = heard(calls, guest, |heard| matches!(heard, ToClient::Welcome { .. }))?;
        self.add_ms(change, "the newcomer opening the welcome", opened.took);
        self.add_kb(change, "what the newcomer is sent", opened.heard_bytes);
        Ok(())
    }

    /// The bytes that an external commit is made from.
    ///
    /// # Errors
    /// When the calls hold none.
    pub(crate) fn group_info(&mut self, change: &str, calls: &[&Call], guest: Who) -> Result<()> {
        let asked = heard(calls, guest, |heard| matches!(heard, ToClient::GroupInfo { .. }))?;
        self.add_kb(change, "what the newcomer is sent", asked.heard_bytes);
        Ok(())
    }

    /// A message: what sending, its acceptance and reading it took, and its bytes.
    ///
    /// # Errors
    /// When the calls hold none.
    pub(crate) fn message(
        &mut self,
        what: &str,
        calls: &[&Call],
        (by, other): (Who, Who),
    ) -> Result<()> {
        let made = until(calls, by, |sent| matches!(sent, ToRelay::Post { .. }))?;
        let accepted = heard(calls, by, |heard| matches!(heard, ToClient::Posted { .. }))?;
        let read = heard(calls, other, |heard| is_record(heard, RecordKind::Application))?;
        self.add_ms(what, "sealing and storing it", made.took);
        self.add_ms(what, "going on once it is accepted", accepted.took);
        self.add_ms(what, "a member opening and storing it", read.took);
        self.add(what, "all that goes up", "bytes", number(made.bytes));
        self.add(what, "what each member is sent", "bytes", number(read.heard_bytes));
        Ok(())
    }

    fn add_ms(&mut self, change: &str, what: &str, took: Duration) {
        self.add(change, what, "ms", took.as_secs_f64() * 1e3);
    }

    fn add_kb(&mut self, change: &str, what: &str, bytes: usize) {
        self.add(change, what, "KB", number(bytes) / 1e3);
    }

    fn add(&mut self, change: &str, what: &str, unit: &'static str, value: f64) {
        let what = format!("{change}: {what}");
        match self.0.iter_mut().find(|figure| figure.what == what) {
            Some(figure) => figure.values.push(value),
            None => self.0.push(Figure { what, unit, values: vec![value] }),
        }
    }
}

/// A request, and what it took to come to it.
struct Made {
    took: Duration,
    message: ToRelay,
    bytes: usize,
}

/// All that a client did up to the first request of a kind.
fn until(calls: &[&Call], who: Who, is: impl Fn(&ToRelay) -> bool) -> Result<Made> {
    let mut took = Duration::ZERO;
    for call in calls.iter().filter(|call| call.who == who) {
        took += call.took;
        if let Some(sent) = call.sent.iter().find(|sent| is(&sent.message)) {
            let (message, bytes) = (sent.message.clone(), sent.to_bytes().len());
            return Ok(Made { took, message, bytes });
        }
    }
    fail("a client did not send what it should")
}

/// The first call in which a client heard a kind of message.
fn heard<'a>(calls: &[&'a Call], who: Who, is: impl Fn(&ToClient) -> bool) -> Result<&'a Call> {
    let mut own = calls.iter().filter(|call| call.who == who);
    match own.find(|call| call.heard.as_ref().is_some_and(&is)) {
        Some(call) => Ok(call),
        None => fail("a client did not hear what it should"),
    }
}

fn is_record(message: &ToClient, kind: RecordKind) -> bool {
    matches!(message, ToClient::Record { record, .. } if record.kind == kind)
}
