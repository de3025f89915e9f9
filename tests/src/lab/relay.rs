//! The relay's side of the lab: the real hub over the in-memory store.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use engine::Random;
use relay::blob::{self, Blobs as _, MemoryBlobs};
use relay::hub::{AdminRequest, ConnId, Hub, Now, Opaque, Output, Settings};
use relay::store::{MemoryStore, Store, StoreRequest};
use wire::Time;
use wire::codec::Field;
use wire::id::UnixMs;
use wire::key::StaticKey;
use wire::limit::MAX_MESSAGE_BYTES;
use wire::message::{Tagged, ToRelay};
use wire::session::{Event, Session};

use super::link::Link;
use super::{Dice, EPOCH, Mallory};

/// A relay that can die and come back.
pub(super) struct RelayEnd {
    /// Its place among the relays of the lab.
    no: usize,
    settings: Settings,
    hub: Hub,
    store: MemoryStore,
    blobs: MemoryBlobs,
    key: [u8; 32],
    waiting: Vec<StoreRequest>,
    /// The batch that the store is doing, and when it will have.
    working: Option<(Time, Vec<StoreRequest>)>,
    next_conn: u64,
    pub(super) store_ms: u64,
}

impl RelayEnd {
    pub(super) fn new(settings: Settings, dice: &mut Dice) -> Self {
        let settings =
            Settings { open_registration: true, attempts_per_address: u32::MAX, ..settings };
        let (key, store) = (dice.bytes(), MemoryStore::default());
        Self::over(store, settings, key, dice, Time::from_ms(0))
    }

    fn over(
        mut store: MemoryStore,
        settings: Settings,
        key: [u8; 32],
        dice: &mut Dice,
        now: Time,
    ) -> Self {
        let hub = hub(&mut store, &settings, key, dice, now);
        let (no, waiting, working) = (0, Vec::new(), None);
        let blobs = MemoryBlobs::default();
        Self { no, settings, hub, store, blobs, key, waiting, working, next_conn: 1, store_ms: 5 }
    }

    /// Another relay that holds the same key and, so far, the same of everything.
    pub(super) fn twin(&self, no: usize, dice: &mut Dice, now: Time) -> Self {
        let twin = Self::over(self.store.clone(), self.settings.clone(), self.key, dice, now);
        Self { no, blobs: self.blobs.clone(), ..twin }
    }

    /// What is stored now.
    pub(super) fn copy(&self) -> MemoryStore {
        self.store.clone()
    }

    /// Starts again from what was stored once.
    pub(super) fn put_back(&mut self, store: MemoryStore, dice: &mut Dice, now: Time) {
        self.store = store;
        (self.waiting, self.working) = (Vec::new(), None);
        self.reconcile();
        self.hub = hub(&mut self.store, &self.settings, self.key, dice, now);
    }

    /// The host asks for something that is done without an answer.
    pub(super) fn handle_admin(&mut self, request: AdminRequest, now: Time) {
        self.hub.handle_admin(0, request, clocks(now));
    }

    /// A link for anybody: registration is open in the lab.
    pub(super) fn link(&self) -> wire::link::Link {
        let relay_key = *StaticKey::from_bytes(self.key).public().as_bytes();
        wire::link::Link { address: "lab:1".into(), relay_key, invite: None }
    }

    /// The relay's end of a new connection.
    pub(super) fn accept(&mut self, dice: &mut Dice, now: Time) -> (ConnId, Session) {
        let conn = ConnId(self.next_conn);
        self.next_conn += 1;
        let mut random = Random::from_seed(dice.bytes());
        (conn, Session::responder(StaticKey::from_bytes(self.key), now, &mut random))
    }

    pub(super) fn disconnected(&mut self, conn: ConnId) {
        self.hub.handle_disconnected(conn);
    }

    /// What the store was doing happens or not; nobody hears of it.
    pub(super) fn crash(&mut self, dice: &mut Dice, now: Time) {
        if let Some((_, batch)) = self.working.take().filter(|_| dice.coin()) {
            let _ = self.store.apply(batch);
        }
        self.waiting.clear();
        self.blobs.crash();
        self.reconcile();
        self.hub = hub(&mut self.store, &self.settings, self.key, dice, now);
    }

    /// What a relay does before it serves.
    fn reconcile(&mut self) {
        blob::reconcile(&mut self.store, &mut self.blobs).expect("memory does not fail");
    }

    pub(super) fn next_time(&self) -> Option<Time> {
        self.working.as_ref().map(|(at, _)| *at).into_iter().chain([self.hub.next_deadline()]).min()
    }

    pub(super) fn handle_time(&mut self, now: Time) {
        if let Some((_, batch)) = self.working.take_if(|(at, _)| *at <= now) {
            for reply in self.store.apply(batch) {
                self.hub.handle_stored(reply, clocks(now));
            }
        }
        if self.hub.next_deadline() <= now {
            self.hub.handle_time(clocks(now));
        }
    }

    /// Takes bytes of a client; `false` when the connection is over.
    pub(super) fn receive(
        &mut self,
        link: &mut Link,
        mut bytes: Vec<u8>,
        mallory: &mut Mallory,
        now: Time,
    ) -> bool {
        if link.relay.handle_timeout(now).is_err() {
            return false;
        }
        if bytes.is_empty() {
            return true;
        }
        let outcome = link.relay.handle_bytes(&mut bytes, now);
        while let Some(event) = link.relay.poll_event() {
            match event {
                Event::Established { remote_static, handshake_hash } => self.hub.handle_connected(
                    link.conn,
                    *remote_static.as_bytes(),
                    handshake_hash,
                    IpAddr::V4(Ipv4Addr::LOCALHOST),
                    clocks(now),
                ),
                Event::Message(message) => match Tagged::<ToRelay>::from_bytes(&message) {
                    Ok(request) => {
                        for request in mallory.pass_up(&link.name, request) {
                            self.hub.handle_message(link.conn, request, clocks(now));
                        }
                    }
                    Err(_) => return false,
                },
                Event::Closed(_) => return false,
            }
        }
        outcome.is_ok()
    }

    /// Does what the hub wants.
    pub(super) fn drain(
        &mut self,
        links: &mut BTreeMap<u64, Link>,
        mallory: &mut Mallory,
        dice: &mut Dice,
        now: Time,
    ) {
        let links = &mut links
            .values_mut()
            .filter(|link| link.relay_no == self.no)
            .map(|link| (link.conn, link))
            .collect::<Links<'_>>();
        let mut served = BTreeSet::new();
        loop {
            while let Some(output) = self.hub.poll_output() {
                match output {
                    Output::Send { conn, bytes } => {
                        if let Some(link) = find(links, conn) {
                            for bytes in mallory.pass_down(&link.name, &bytes) {
                                // An end that is over shows when it next receives.
                                let _ = link.relay.send(&bytes, now);
                            }
                            served.insert(conn);
                        }
                    }
                    Output::RaiseLimit { conn } => {
                        if let Some(link) = find(links, conn) {
                            link.relay.set_max_message_bytes(MAX_MESSAGE_BYTES);
                        }
                    }
                    Output::Close { conn, reason } => {
                        if let Some(link) = find(links, conn) {
                            let _ = link.relay.close(reason.code(), now);
                        }
                    }
                    Output::Store(request) => self.waiting.push(request),
                    Output::Blob(request) => {
                        self.hub.handle_blob(self.blobs.apply(request), clocks(now));
                    }
                    Output::Admin { .. } => {}
                }
            }
            match served.pop_first() {
                Some(conn) => self.hub.handle_drained(conn, clocks(now)),
                None => break,
            }
        }
        if self.working.is_none() && !self.waiting.is_empty() {
            let at = now.after_ms(dice.below(self.store_ms + 1));
            self.working = Some((at, core::mem::take(&mut self.waiting)));
        }
    }
}

type Links<'a> = BTreeMap<ConnId, &'a mut Link>;

fn find<'a>(links: &'a mut Links<'_>, conn: ConnId) -> Option<&'a mut Link> {
    links.get_mut(&conn).map(|link| &mut **link)
}

fn hub(
    store: &mut MemoryStore,
    settings: &Settings,
    key: [u8; 32],
    dice: &mut Dice,
    now: Time,
) -> Hub {
    let public = *StaticKey::from_bytes(key).public().as_bytes();
    let setup =
        store.opaque_setup(Opaque::fresh_setup(dice.bytes())).expect("memory does not fail");
    let opaque = Opaque::new(&setup, public, dice.bytes()).expect("the setup is its own");
    Hub::new(settings.clone(), opaque, clocks(now))
}

fn clocks(now: Time) -> Now {
    Now { time: now, unix: UnixMs(EPOCH.0 + now.as_ms()) }
}
