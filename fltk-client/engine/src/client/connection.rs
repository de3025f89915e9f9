//! Whether there is a connection, and when to try again: back-off with jitter.

use wire::Time;

use crate::random::Random;

const FIRST_RETRY_MS: u64 = 500;
const LONGEST_RETRY_MS: u64 = 60_000;
/// A connection that held this long was a good one: the next wait is short again.
const GOOD_AFTER_MS: u64 = 60_000;
/// An answer that takes longer than this does not come.
const ANSWER_TIMEOUT_MS: u64 = 30_000;

/// The connection to the relay.
#[derive(Debug)]
pub(super) struct Connection {
    state: State,
    /// Connections in a row that were not good.
    failures: u32,
    /// When the session was established.
    since: Time,
    /// When the relay must have answered; `None` while nothing is asked.
    answer_by: Option<Time>,
}

#[derive(Debug)]
enum State {
    /// None, and the next try is at this time.
    Waiting(Time),
    /// None, and none will be made.
    GivenUp,
    /// The shell is connecting.
    Connecting,
    /// The session stands; the relay speaks first, once.
    Established { handshake_hash: [u8; 32] },
    /// The relay does not know this device yet.
    Enrolling { handshake_hash: [u8; 32] },
    /// The relay knows this device.
    SignedIn,
}

impl Connection {
    pub(super) const fn new(now: Time) -> Self {
        Self { state: State::Waiting(now), failures: 0, since: now, answer_by: None }
    }

    /// Whether a session stands.
    pub(super) const fn is_open(&self) -> bool {
        matches!(self.state, State::Established { .. } | State::Enrolling { .. } | State::SignedIn)
    }

    /// Whether the relay's greeting is to come.
    pub(super) const fn expects_greeting(&self) -> bool {
        matches!(self.state, State::Established { .. })
    }

    pub(super) const fn is_signed_in(&self) -> bool {
        matches!(self.state, State::SignedIn)
    }

    /// Whether nothing is there to be dropped.
    pub(super) const fn is_idle(&self) -> bool {
        matches!(self.state, State::Waiting(_) | State::GivenUp)
    }

    /// The session's hash, until signed in (Noise §11.2).
    pub(super) const fn handshake_hash(&self) -> Option<[u8; 32]> {
        match self.state {
            State::Established { handshake_hash } | State::Enrolling { handshake_hash } => {
                Some(handshake_hash)
            }
            _ => None,
        }
    }

    const fn retry_at(&self) -> Option<Time> {
        match self.state {
            State::Waiting(at) => Some(at),
            _ => None,
        }
    }

    /// When something is to be done: a try, or giving up on an answer.
    pub(super) const fn deadline(&self) -> Option<Time> {
        match self.state {
            State::Waiting(at) => Some(at),
            _ => self.answer_by,
        }
    }

    /// Whether the relay has let this side wait too long.
    pub(super) fn is_overdue(&self, now: Time) -> bool {
        self.is_open() && self.answer_by.is_some_and(|at| at <= now)
    }

    /// Something was asked; or, with `false`, nothing is open any more.
    pub(super) fn expect_answer(&mut self, now: Time, expected: bool) {
        self.answer_by = expected.then(|| now.after_ms(ANSWER_TIMEOUT_MS));
    }

    /// Begins to connect if it is time to.
    pub(super) fn begin_if_due(&mut self, now: Time) -> bool {
        let due = self.retry_at().is_some_and(|at| at <= now);
        if due {
            self.state = State::Connecting;
        }
        due
    }

    pub(super) fn retry_now(&mut self, now: Time) {
        if self.is_idle() {
            self.state = State::Waiting(now);
        }
    }

    pub(super) fn established(&mut self, handshake_hash: [u8; 32], now: Time) {
        if matches!(self.state, State::Connecting) {
            self.state = State::Established { handshake_hash };
            self.since = now;
            self.expect_answer(now, true);
        }
    }

    pub(super) fn enrolling(&mut self) {
        if let State::Established { handshake_hash } = self.state {
            self.state = State::Enrolling { handshake_hash };
        }
    }

    pub(super) fn signed_in(&mut self) {
        self.state = State::SignedIn;
    }

    pub(super) fn give_up(&mut self) {
        self.state = State::GivenUp;
        self.answer_by = None;
    }

    /// Plans the next try: between half and all of a wait that doubles with each failure, so that
    /// many clients do not come back at once. Returns the milliseconds until then.
    pub(super) fn lost(&mut self, now: Time, random: &mut Random) -> u64 {
        if self.is_open() && now.since_ms(self.since) >= GOOD_AFTER_MS {
            self.failures = 0;
        }
        self.answer_by = None;
        let doubled = FIRST_RETRY_MS.checked_shl(self.failures).unwrap_or(LONGEST_RETRY_MS);
        let most = doubled.min(LONGEST_RETRY_MS);
        self.failures = self.failures.saturating_add(1).min(32);
        let wait_ms = most / 2 + random.up_to(most / 2);
        self.state = State::Waiting(now.after_ms(wait_ms));
        wait_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_minute_and_jitter() {
        let mut random = Random::from_seed([1; 32]);
        let mut connection = Connection::new(Time::default());
        let waits: Vec<u64> =
            (0..40).map(|_| connection.lost(Time::default(), &mut random)).collect();
        assert!((250..=500).contains(&waits[0]));
        assert!(waits.iter().all(|wait| *wait <= LONGEST_RETRY_MS));
        assert!(waits[10..].iter().all(|wait| *wait >= LONGEST_RETRY_MS / 2));
        assert!(waits[10..].windows(2).any(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn who_has_given_up_waits_for_nothing() {
        let begin = Time::from_ms(0);
        let mut connection = Connection::new(begin);
        assert!(connection.begin_if_due(begin));
        connection.established([0; 32], begin);
        assert!(connection.deadline().is_some(), "for the greeting");
        connection.give_up();
        assert_eq!(connection.deadline(), None);
    }

    #[test]
    fn only_a_connection_that_held_forgets_failures() {
        let mut random = Random::from_seed([1; 32]);
        let mut connection = Connection::new(Time::default());
        for _ in 0..10 {
            connection.lost(Time::default(), &mut random);
        }
        let (begin, good) = (Time::from_ms(0), Time::from_ms(GOOD_AFTER_MS));
        for (lived, short) in [(begin, false), (good, true)] {
            connection.retry_now(begin);
            assert!(connection.begin_if_due(begin));
            connection.established([0; 32], begin);
            connection.signed_in();
            assert_eq!(connection.lost(lived, &mut random) <= FIRST_RETRY_MS, short);
        }
    }
}
