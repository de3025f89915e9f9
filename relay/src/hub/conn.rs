//! What the hub knows of one connection. Thousands are idle, so what only a few need is boxed.

use std::collections::VecDeque;

use opaque_ke::ServerLogin;
use wire::id::{DeviceId, Handle, RoomId};
use wire::message::{InviteToken, OpaqueMessage, Tag, Tagged, ToRelay};

use super::attempts::Origin;
use super::file::Files;
use super::opaque::OpaqueSuite;
use super::outbox::Outbox;
use crate::store::{AccountId, AccountRecord, Op, PasswordNo};

/// One connection.
#[derive(Debug)]
pub(super) struct Conn {
    pub(super) state: State,
    pub(super) outbox: Outbox,
    /// Requests with large answers: asked one after the other, as the client takes the answers.
    pub(super) reads: Option<Box<Reads>>,
    /// Files that are being sent and fetched; most connections have none.
    pub(super) files: Option<Box<Files>>,
}

/// Reads that wait.
#[derive(Debug, Default)]
pub(super) struct Reads {
    /// Whether the store has one of them.
    pub(super) is_asked: bool,
    pub(super) waiting: VecDeque<(Tag, Op)>,
}

/// Whether the connection's device is known.
#[derive(Debug)]
pub(super) enum State {
    Anonymous(Box<Anonymous>),
    SignedIn(Member),
}

/// A device at work.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) device: DeviceId,
    /// Rooms it is a member of.
    pub(super) rooms: Vec<RoomId>,
    pub(super) origin: Origin,
    /// A new password on its way; hardly ever there, so in a box.
    pub(super) password: Option<Box<PasswordStep>>,
    /// Signals, by the second.
    pub(super) signals: Ration,
    /// Commits, by the minute.
    pub(super) commits: Ration,
}

/// A new password, named by what it waits for.
#[derive(Debug)]
pub(super) enum PasswordStep {
    /// The store, which looks for the account's name.
    ExpectHandle { tag: Tag, request: OpaqueMessage },
    /// The client's registration record.
    ExpectFinish,
}

/// Counts what a device does within one span of time, the spans being numbered.
#[derive(Debug, Default)]
pub(super) struct Ration {
    /// Cut to its lower half: thousands of these are idle, and a span is not met again for years.
    span: u32,
    taken: u8,
}

impl Ration {
    /// Takes one, unless `most` were taken in this span.
    pub(super) fn take(&mut self, span: u64, most: u8) -> bool {
        let span = u32::try_from(span & u64::from(u32::MAX)).unwrap_or(u32::MAX);
        if self.span != span {
            *self = Self { span, taken: 0 };
        }
        let may = self.taken < most;
        self.taken += u8::from(may);
        may
    }
}

/// A connection before it is a device.
#[derive(Debug)]
pub(super) struct Anonymous {
    pub(super) noise_key: [u8; 32],
    pub(super) handshake_hash: [u8; 32],
    pub(super) origin: Origin,
    /// What came before the store knew who this is.
    pub(super) early: Vec<Tagged<ToRelay>>,
    pub(super) step: Step,
}

/// Named by what it waits for.
#[expect(clippy::enum_variant_names, reason = "the prefix says that each is a state")]
#[derive(Debug)]
pub(super) enum Step {
    /// The store, which looks for the device.
    ExpectDevice,
    /// The client, to register or log in.
    ExpectStart,
    /// The store, which checks handle and invitation.
    ExpectCheck { handle: Handle, invite: Option<InviteToken>, request: OpaqueMessage },
    /// The client's registration record.
    ExpectRegisterFinish { handle: Handle, invite: Option<InviteToken> },
    /// The store, which looks for the account.
    ExpectAccount { handle: Handle, request: OpaqueMessage },
    /// The client's proof that it knows the password.
    ExpectLoginFinish(Box<Login>),
    /// The client, to enrol a device.
    ExpectEnroll(Enrolling),
    /// The store, which makes the account or the device.
    ExpectStored { retry: Option<Enrolling> },
}

/// Whoever has proved a password.
#[derive(Clone, Debug)]
pub(super) struct Enrolling {
    pub(super) account: AccountId,
    pub(super) password: PasswordNo,
    pub(super) handle: Handle,
}

/// A login between its two messages.
#[derive(Debug)]
pub(super) struct Login {
    pub(super) handle: Handle,
    pub(super) opaque: ServerLogin<OpaqueSuite>,
    /// `None` for an unknown handle: the proof fails then, like that of a wrong password.
    pub(super) account: Option<Box<AccountRecord>>,
}

impl Conn {
    pub(super) fn new(noise_key: [u8; 32], handshake_hash: [u8; 32], origin: Origin) -> Self {
        let (early, step) = (Vec::new(), Step::ExpectDevice);
        let anonymous = Anonymous { noise_key, handshake_hash, origin, early, step };
        let state = State::Anonymous(Box::new(anonymous));
        Self { state, outbox: Outbox::default(), reads: None, files: None }
    }

    pub(super) fn anonymous(&mut self) -> Option<&mut Anonymous> {
        match &mut self.state {
            State::Anonymous(anonymous) => Some(anonymous),
            State::SignedIn(_) => None,
        }
    }

    pub(super) fn member(&mut self) -> Option<&mut Member> {
        match &mut self.state {
            State::SignedIn(member) => Some(member),
            State::Anonymous(_) => None,
        }
    }
}

impl Member {
    pub(super) fn new(device: DeviceId, origin: Origin) -> Self {
        let (signals, commits) = (Ration::default(), Ration::default());
        Self { device, rooms: Vec::new(), origin, password: None, signals, commits }
    }
}

impl Anonymous {
    pub(super) fn is_connecting(&self) -> bool {
        matches!(self.step, Step::ExpectDevice)
    }
}
