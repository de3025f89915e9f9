//! Everything a command may wait for: the engine's events, lines of standard input, Ctrl-C, time.

use std::io::{self, BufRead, Read};
use std::thread;
use std::time::Instant;

use async_channel::{Receiver, Sender};
use async_signal::{Signal, Signals};
use engine::Event;
use smol::future::{self, FutureExt};
use smol::stream::StreamExt;

/// Longest line of standard input: the longest text with every character escaped.
const MAX_LINE_BYTES: u64 = 1 << 20;

#[cfg(unix)]
const END_SIGNALS: &[Signal] = &[Signal::Int, Signal::Term];
#[cfg(not(unix))]
const END_SIGNALS: &[Signal] = &[Signal::Int];

/// What came.
#[derive(Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there is one at a time, and nearly all are events")]
pub(crate) enum Input {
    /// The engine tells something.
    Event(Event),
    /// A line of standard input, without its end.
    Line(String),
    /// A line of standard input that is too long or not UTF-8.
    BadLine,
    /// Standard input has ended.
    Eof,
    /// Ctrl-C, or a request of the system to end.
    Interrupted,
    /// The time has come.
    TimeUp,
}

/// The places they come from.
#[derive(Debug)]
pub(crate) struct Inbox {
    events: Receiver<Event>,
    lines: Receiver<Input>,
    interrupts: Receiver<()>,
}

impl Inbox {
    /// Joins what comes from these.
    pub(crate) fn new(
        events: Receiver<Event>,
        lines: Receiver<Input>,
        interrupts: Receiver<()>,
    ) -> Self {
        Self { events, lines, interrupts }
    }

    /// Waits for an event, Ctrl-C, or the time.
    pub(crate) fn next(&self, until: Option<Instant>) -> Input {
        smol::block_on(self.anything_but_lines(until))
    }

    /// Waits for a line as well; of what is there already, events come first.
    pub(crate) fn next_or_line(&self, until: Option<Instant>) -> Input {
        let line = async { self.lines.recv().await.unwrap_or(Input::Eof) };
        smol::block_on(future::or(self.anything_but_lines(until), line))
    }

    async fn anything_but_lines(&self, until: Option<Instant>) -> Input {
        let interrupt = async {
            match self.interrupts.recv().await {
                Ok(()) => Input::Interrupted,
                Err(_) => future::pending().await,
            }
        };
        let event = async {
            let ended = Event::Stopped { problem: None };
            Input::Event(self.events.recv().await.unwrap_or(ended))
        };
        let time = async {
            match until {
                Some(instant) => smol::Timer::at(instant).await,
                None => future::pending().await,
            };
            Input::TimeUp
        };
        interrupt.or(event).or(time).await
    }
}

/// Tells of Ctrl-C instead of dying of it, so that the profile is closed in order.
pub(crate) fn interrupts() -> io::Result<Receiver<()>> {
    let mut signals = Signals::new(END_SIGNALS)?;
    let (sender, receiver) = async_channel::unbounded();
    thread::Builder::new().name("signals".into()).spawn(move || {
        smol::block_on(async {
            while signals.next().await.is_some() && sender.send(()).await.is_ok() {}
        });
    })?;
    Ok(receiver)
}

/// Reads standard input on a thread of its own, no more than one line ahead.
pub(crate) fn lines() -> io::Result<Receiver<Input>> {
    let (sender, receiver) = async_channel::bounded(1);
    let read = move || read_lines(io::stdin().lock(), &sender);
    thread::Builder::new().name("input".into()).spawn(read)?;
    Ok(receiver)
}

fn read_lines(mut input: impl BufRead, sender: &Sender<Input>) {
    loop {
        let next = read_line(&mut input).unwrap_or(Input::Eof);
        let over = next == Input::Eof;
        if sender.send_blocking(next).is_err() || over {
            return;
        }
    }
}

fn read_line(input: &mut impl BufRead) -> io::Result<Input> {
    let mut line = Vec::new();
    if input.take(MAX_LINE_BYTES).read_until(b'\n', &mut line)? == 0 {
        return Ok(Input::Eof);
    }
    if line.last() != Some(&b'\n') && u64::try_from(line.len()).is_ok_and(|n| n >= MAX_LINE_BYTES) {
        skip_line(input)?;
        return Ok(Input::BadLine);
    }
    let text = String::from_utf8(line).ok();
    let text = text.map(|mut text| {
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
        text
    });
    Ok(text.map_or(Input::BadLine, Input::Line))
}

fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffered = input.fill_buf()?;
        let (skipped, done) = match buffered.iter().position(|byte| *byte == b'\n') {
            Some(end) => (end + 1, true),
            None => (buffered.len(), buffered.is_empty()),
        };
        input.consume(skipped);
        if done {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_bounded_and_a_bad_one_is_skipped() {
        let mut input = b"one\r\n\xff\xfe\n".to_vec();
        input.extend(vec![b'x'; 3 << 20]);
        input.extend(b"\n\nlast");
        let (sender, receiver) = async_channel::unbounded();
        read_lines(input.as_slice(), &sender);
        let mut read = Vec::new();
        while let Ok(line) = receiver.try_recv() {
            read.push(line);
        }
        assert_eq!(
            read,
            [
                Input::Line("one".into()),
                Input::BadLine,
                Input::BadLine,
                Input::Line(String::new()),
                Input::Line("last".into()),
                Input::Eof,
            ]
        );
    }

    #[test]
    fn events_come_before_lines_and_lines_before_the_time() {
        let (events, lines) = (async_channel::unbounded(), async_channel::unbounded());
        let (_never, interrupts) = async_channel::unbounded();
        events.0.try_send(Event::Rooms(Vec::new())).unwrap();
        lines.0.try_send(Input::Line("hi".into())).unwrap();
        let inbox = Inbox::new(events.1, lines.1, interrupts);
        let now = Some(Instant::now());
        assert_eq!(inbox.next_or_line(None), Input::Event(Event::Rooms(Vec::new())));
        assert_eq!(inbox.next_or_line(None), Input::Line("hi".into()));
        assert_eq!(inbox.next_or_line(now), Input::TimeUp);
        assert_eq!(inbox.next(now), Input::TimeUp);
    }
}
