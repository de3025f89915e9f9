//! Rooms with connected members: the fan-out of records, signals and news.

use std::sync::Arc;

use wire::codec::Field;
use wire::id::{DeviceId, Epoch, RoomId, Seq};
use wire::message::{
    Presence, Record, Refusal, RoomKind, RoomSummary, Signal, Tag, Tagged, ToClient,
};

use super::outbox::Offer;
use super::{ConnId, Hub, Now, Output};
use crate::store::{Changes, RoomNews};

/// A room with connected members.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// The newest record that was fanned out.
    pub(super) head: Seq,
    /// Connections of member devices.
    pub(super) members: Vec<ConnId>,
}

impl Hub {
    /// Forwards a signal to whoever is there and not behind.
    pub(super) fn signal(
        &mut self,
        conn: ConnId,
        room: RoomId,
        payload: Signal,
        now: Now,
    ) -> Result<(), Refusal> {
        let member = self.conns.get_mut(&conn).and_then(|state| state.member());
        let member = member.ok_or(Refusal::NotSignedIn)?;
        if !member.rooms.contains(&room) {
            return Err(Refusal::RoomUnknown);
        }
        if !member.signals.take(now.time.as_ms() / 1_000, self.settings.signals_per_second) {
            return Ok(());
        }
        let message = ToClient::Signal { room, from: member.device, payload };
        let bytes: Arc<[u8]> = Tagged { tag: 0, message }.to_bytes().into();
        for member in self.rooms.get(&room).into_iter().flat_map(|room| &room.members) {
            let other = self.conns.get_mut(member).filter(|_| *member != conn);
            let Some(other) = other else { continue };
            let chunks = other.files.as_ref().map_or(0, |files| files.sent_bytes);
            if let Offer::Send(bytes) = other.outbox.signal(Arc::clone(&bytes), chunks) {
                self.output.push_back(Output::Send { conn: *member, bytes });
            }
        }
        Ok(())
    }

    /// A record is durable: its sender is answered, all other members get it, and membership is
    /// what it says from here on.
    pub(super) fn appended(
        &mut self,
        (sender, tag): (ConnId, Tag),
        room: RoomId,
        record: Record,
        changes: Option<Box<Changes>>,
    ) {
        let Record { seq, at, post, .. } = record;
        let Changes { added, removed, news } = changes.map_or_else(Changes::default, |all| *all);
        if let Some(RoomNews { kind, siblings }) = news {
            let epoch = record.epoch.next();
            let summary = RoomSummary { room, kind, epoch, head: seq, presence: Presence::Device };
            self.members_added((sender, room), &added, &summary);
            self.tell(&siblings, &RoomSummary { presence: Presence::Account, ..summary });
        }
        self.fan_out(sender, room, record);
        self.answer(sender, tag, ToClient::Posted { room, post, seq, at });
        for device in removed {
            self.membership_ended(device, room);
        }
    }

    /// The room exists, and its creator is its member.
    pub(super) fn room_created(
        &mut self,
        (creator, tag): (ConnId, Tag),
        (room, kind): (RoomId, RoomKind),
        siblings: &[DeviceId],
    ) {
        let (epoch, head) = (Epoch(0), Seq(0));
        self.subscribe(room, creator, head);
        self.answer(creator, tag, ToClient::Done);
        let presence = Presence::Account;
        self.tell(siblings, &RoomSummary { room, kind, epoch, head, presence });
    }

    /// Devices are members from here on, and hear of it before they get the first record.
    fn members_added(
        &mut self,
        (sender, room): (ConnId, RoomId),
        added: &[DeviceId],
        summary: &RoomSummary,
    ) {
        for device in added {
            let Some(conn) = self.devices.get(device).copied() else { continue };
            self.subscribe(room, conn, summary.head);
            if conn != sender {
                self.answer(conn, 0, ToClient::Room(summary.clone()));
            }
        }
    }

    fn tell(&mut self, devices: &[DeviceId], summary: &RoomSummary) {
        for device in devices {
            if let Some(conn) = self.devices.get(device).copied() {
                self.answer(conn, 0, ToClient::Room(summary.clone()));
            }
        }
    }

    /// The device, wherever it is connected, is no member any more.
    pub(super) fn membership_ended(&mut self, device: DeviceId, room: RoomId) {
        let Some(conn) = self.devices.get(&device).copied() else { return };
        self.unsubscribe(&room, conn);
        if let Some(member) = self.conns.get_mut(&conn).and_then(|conn| conn.member()) {
            member.rooms.retain(|other| *other != room);
        }
        self.close_files_of(conn, room);
    }

    /// Encodes the record once and gives it to every connected member but the sender.
    fn fan_out(&mut self, sender: ConnId, room: RoomId, record: Record) {
        let Some(state) = self.rooms.get_mut(&room) else { return };
        state.head = state.head.max(record.seq);
        let message = ToClient::Record { room, record };
        let bytes: Arc<[u8]> = Tagged { tag: 0, message }.to_bytes().into();
        for conn in state.members.iter().filter(|conn| **conn != sender) {
            let Some(member) = self.conns.get_mut(conn) else { continue };
            let offer = member.outbox.news(room, Arc::clone(&bytes), self.settings.outbox_bytes);
            if let Offer::Send(bytes) = offer {
                self.output.push_back(Output::Send { conn: *conn, bytes });
            }
        }
    }

    /// The connection's device is a member of `room` now.
    pub(super) fn subscribe(&mut self, room: RoomId, conn: ConnId, head: Seq) {
        let Some(member) = self.conns.get_mut(&conn).and_then(|conn| conn.member()) else { return };
        let state = self.rooms.entry(room).or_default();
        state.head = state.head.max(head);
        if !member.rooms.contains(&room) {
            member.rooms.push(room);
            state.members.push(conn);
        }
    }

    /// The connection gets nothing more of `room`.
    pub(super) fn unsubscribe(&mut self, room: &RoomId, conn: ConnId) {
        let Some(state) = self.rooms.get_mut(room) else { return };
        if let Some(at) = state.members.iter().position(|member| *member == conn) {
            state.members.swap_remove(at);
        }
        if state.members.is_empty() {
            self.rooms.remove(room);
        }
    }

    /// Tells a reader that has caught up what it missed.
    pub(super) fn send_heads(&mut self, conn: ConnId) {
        let Some(state) = self.conns.get_mut(&conn) else { return };
        for room in state.outbox.take_behind() {
            let is_member = self
                .conns
                .get_mut(&conn)
                .and_then(|conn| conn.member())
                .is_some_and(|member| member.rooms.contains(&room));
            if let Some(head) = self.rooms.get(&room).map(|room| room.head).filter(|_| is_member) {
                self.answer(conn, 0, ToClient::Head { room, head });
            }
        }
    }
}
