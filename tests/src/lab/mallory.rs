//! A relay that is not honest: it changes, forges, withholds and repeats messages, goes back to what
//! it once stored, and shows different people different rooms.

use ::relay::hub::AdminRequest;
use ::relay::store::MemoryStore;
use engine::Intent;
use wire::codec::Field;
use wire::id::{Handle, UnixMs};
use wire::message::{InviteToken, Tagged, ToClient, ToRelay};

use super::{EPOCH, Lab, Person};

/// What becomes of a message from or to a person: nothing, itself, or others.
type Tamper<M> = Box<dyn FnMut(&str, Tagged<M>) -> Vec<Tagged<M>>>;

/// What the relay does to messages beside its work; by default nothing.
#[derive(Default)]
pub struct Mallory {
    /// To what people ask, before the hub sees it.
    pub up: Option<Tamper<ToRelay>>,
    /// To what the hub answers and tells.
    pub down: Option<Tamper<ToClient>>,
}

/// All that the relay had stored at one moment.
pub struct Copy(MemoryStore);

impl Mallory {
    /// An honest relay again.
    pub fn repent(&mut self) {
        *self = Self::default();
    }

    pub(super) fn pass_up(&mut self, name: &str, request: Tagged<ToRelay>) -> Vec<Tagged<ToRelay>> {
        match &mut self.up {
            Some(tamper) => tamper(name, request),
            None => vec![request],
        }
    }

    pub(super) fn pass_down(&mut self, name: &str, bytes: &[u8]) -> Vec<Vec<u8>> {
        let Some(tamper) = &mut self.down else { return vec![bytes.to_vec()] };
        let message = Tagged::from_bytes(bytes).expect("the hub's own message");
        tamper(name, message).iter().map(Field::to_bytes).collect()
    }
}

impl Lab {
    /// The relay tells a person something of its own making.
    ///
    /// # Panics
    /// When they are not connected.
    pub fn tell(&mut self, name: &str, message: ToClient) {
        let (now, link) = (self.now, self.person(name).link);
        let link = link.and_then(|id| self.links.get_mut(&id)).expect("the person is connected");
        let bytes = Tagged { tag: 0, message }.to_bytes();
        link.relay.send(&bytes, now).expect("the session stands");
        self.happen();
    }

    /// Moves people to another relay that poses as the first, and stores what that does so far.
    pub fn fork(&mut self, names: &[&str]) {
        let no = self.relays.len();
        let twin = self.relays[0].twin(no, &mut self.dice, self.now);
        self.relays.push(twin);
        for name in names {
            self.elsewhere.insert((*name).to_owned(), no);
            self.cut(name);
        }
    }

    /// Brings everybody back to the first relay.
    pub fn unite(&mut self) {
        for name in core::mem::take(&mut self.elsewhere).keys() {
            self.cut(name);
        }
    }

    /// All that the relay has stored.
    #[must_use]
    pub fn copy_relay(&self) -> Copy {
        Copy(self.relays[0].copy())
    }

    /// The relay starts again from what it had stored once.
    pub fn put_back(&mut self, copy: &Copy) {
        let now = self.now;
        self.relays[0].put_back(copy.0.clone(), &mut self.dice, now);
        self.cut_all();
    }

    /// Lets an account begin anew on another device, with another key: a person by the name of
    /// `name`, who is in the lobby when this returns.
    ///
    /// # Panics
    /// When there is no such account.
    pub fn reset(&mut self, name: &str, account: &str) {
        let token = InviteToken(self.dice.bytes());
        let handle = Handle::new(account).expect("a handle");
        let expires = UnixMs(EPOCH.0 + self.now.as_ms() + 60_000);
        let request = AdminRequest::Reset { handle, token: token.clone(), expires };
        self.relays[0].handle_admin(request, self.now);
        self.run_ms(1_000);
        self.begin_with(name, (Intent::Register, account), Some(token));
        self.until(|lab| lab.people.get(name).is_some_and(Person::is_ready));
    }
}
