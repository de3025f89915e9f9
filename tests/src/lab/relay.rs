//! The relay's side of the lab: the real hub over the in-memory store.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use engine::Random;
use relay::hub::{ConnId, Hub, Now, Opaque, Output, Settings};
use relay::store::{MemoryStore, Store, StoreRequest};
use wire::Time;
use wire::codec::Field;
use wire::id::UnixMs;
use wire::key::StaticKey;
use wire::limit::MAX_MESSAGE_BYTES;
use wire::message::{Tagged, ToRelay};
use wire::session::{Event, Session};

use super::link::Link;
use super::{Dice, EPOCH};

/// A relay that can die and come back.
pub(super) struct RelayEnd {
    hub: Hub,
    store: MemoryStore,
    key: [u8; 32],
    waiting: Vec<StoreRequest>,
    /// The batch that the store is doing, and when it will have.
    working: Option<(Time, Vec<StoreRequest>)>,
    next_conn: u64,
    pub(super) store_ms: u64,
    /// All bytes that crossed the network.
    pub(super) capture: Vec<u8>,
}

impl RelayEnd {
    pub(super) fn new(dice: &mut Dice) -> Self {
        let (key, mut store) = (dice.bytes(), MemoryStore::default());
        let hub = hub(&mut store, key, dice, Time::from_ms(0));
        Self {
            hub,
            store,
            key,
            waiting: Vec::new(),
            working: None,
            next_conn: 1,
            store_ms: 5,
            capture: Vec::new(),
        }
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
        self.hub = hub(&mut self.store, self.key, dice, now);
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
    pub(super) fn receive(&mut self, link: &mut Link, mut bytes: Vec<u8>, now: Time) -> bool {
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
                    Ok(request) => self.hub.handle_message(link.conn, request, clocks(now)),
                    Err(_) => return false,
                },
                Event::Closed(_) => return false,
            }
        }
        outcome.is_ok()
    }

    /// Does what the hub wants.
    pub(super) fn drain(&mut self, links: &mut BTreeMap<u64, Link>, dice: &mut Dice, now: Time) {
        let mut served = BTreeSet::new();
        loop {
            while let Some(output) = self.hub.poll_output() {
                match output {
                    Output::Send { conn, bytes } => {
                        if let Some(link) = find(links, conn) {
                            // An end that is over shows when it next receives.
                            let _ = link.relay.send(&bytes, now);
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

fn find(links: &mut BTreeMap<u64, Link>, conn: ConnId) -> Option<&mut Link> {
    links.values_mut().find(|link| link.conn == conn)
}

fn hub(store: &mut MemoryStore, key: [u8; 32], dice: &mut Dice, now: Time) -> Hub {
    let settings =
        Settings { open_registration: true, attempts_per_address: u32::MAX, ..Settings::default() };
    let public = *StaticKey::from_bytes(key).public().as_bytes();
    let setup =
        store.opaque_setup(Opaque::fresh_setup(dice.bytes())).expect("memory does not fail");
    let opaque = Opaque::new(&setup, public, dice.bytes()).expect("the setup is its own");
    Hub::new(settings, opaque, clocks(now))
}

fn clocks(now: Time) -> Now {
    Now { time: now, unix: UnixMs(EPOCH.0 + now.as_ms()) }
}
