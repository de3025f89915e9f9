//! What follows from the store's answers.

use wire::codec::List;
use wire::id::DeviceId;
use wire::message::{DeviceKeyPackage, Presence, Refusal, Tag, ToClient};

use super::conn::{Member, State, Step};
use super::{AdminReply, CloseReason, ConnId, Hub, Now, Output, SWEEP_PAUSE_MS};
use crate::store::{Done, SignedInDevice};

/// An owner with fewer one-use key packages is told.
const FEW_KEY_PACKAGES: u8 = 5;

impl Hub {
    pub(super) fn handle_client_reply(
        &mut self,
        conn: ConnId,
        tag: Tag,
        result: Result<Done, Refusal>,
        now: Now,
    ) {
        match result {
            Err(refusal) => self.refused(conn, tag, refusal),
            Ok(Done::NoDevice) => self.ready(conn, now),
            Ok(Done::SignedIn(device)) => self.signed_in(conn, tag, *device, now),
            Ok(Done::Checked) => self.registration_checked(conn, tag),
            Ok(Done::Account(found)) => self.account_found(conn, tag, found),
            Ok(Done::Handle(handle)) => self.handle_found(conn, tag, &handle),
            Ok(Done::Appended { room, record, changes }) => {
                self.appended((conn, tag), room, record, changes);
            }
            Ok(Done::RoomCreated { room, kind, siblings }) => {
                self.room_created((conn, tag), (room, kind), &siblings);
            }
            Ok(Done::Left { device, room }) => {
                self.membership_ended(device, room);
                self.answer(conn, tag, ToClient::Done);
            }
            Ok(Done::DeviceRevoked { device }) => {
                self.close_device(device, CloseReason::Revoked);
                self.answer(conn, tag, ToClient::Done);
            }
            Ok(Done::KeyPackagesClaimed { packages, left }) => {
                self.claimed((conn, tag), packages, &left);
            }
            Ok(Done::DownloadOpened { room, file, size }) => {
                self.download_opened((conn, tag), room, file, size);
            }
            Ok(Done::FileDeleted { file, existed }) => {
                self.file_deleted(file, existed);
                self.answer(conn, tag, ToClient::Done);
            }
            Ok(done) => self.pass_on(conn, tag, done),
        }
    }

    /// Answers that the client gets as they are.
    fn pass_on(&mut self, conn: ConnId, tag: Tag, done: Done) {
        let message = match done {
            Done::KeyPackagesStored { one_use_left } => {
                ToClient::KeyPackagesStored { one_use_left }
            }
            Done::GroupInfo { room, epoch, head, group_info } => {
                ToClient::GroupInfo { room, epoch, head, group_info }
            }
            Done::Repeated { room, post, seq, at } => ToClient::Posted { room, post, seq, at },
            Done::Records { room, oldest, head, records } => {
                let Ok(records) = List::new(records) else { return };
                ToClient::Records { room, oldest, head, records }
            }
            Done::Welcome { room, epoch, seq, welcome } => {
                ToClient::Welcome { room, epoch, seq, welcome }
            }
            Done::Devices(devices) => {
                let Ok(devices) = List::new(devices) else { return };
                ToClient::Devices { devices }
            }
            Done::FileLimits(limits) => ToClient::FileLimits(limits),
            Done::PasswordSet | Done::DeviceNamed | Done::StillMember => ToClient::Done,
            _ => return,
        };
        self.answer(conn, tag, message);
    }

    /// The store refused: whoever waited for it may try again.
    fn refused(&mut self, conn: ConnId, tag: Tag, refusal: Refusal) {
        if refusal == Refusal::StoreUnavailable {
            self.refund(conn);
        }
        if let Some(anonymous) = self.anonymous(conn) {
            anonymous.step = match &anonymous.step {
                Step::ExpectDevice => return self.close(conn, CloseReason::Unavailable),
                // Another password since it was proved: log in again.
                Step::ExpectStored { .. } if refusal == Refusal::LoginFailed => Step::ExpectStart,
                Step::ExpectStored { retry: Some(enrolling) } => {
                    Step::ExpectEnroll(enrolling.clone())
                }
                _ => Step::ExpectStart,
            };
        }
        self.password_refused(conn, tag, &refusal);
        self.refuse(conn, tag, refusal);
    }

    /// The store failed before anything was answered: that is no attempt.
    fn refund(&mut self, conn: ConnId) {
        let Some(anonymous) = self.conns.get_mut(&conn).and_then(|conn| conn.anonymous()) else {
            return;
        };
        match &anonymous.step {
            Step::ExpectAccount { handle, .. } => {
                self.attempts.refund(Some(handle), anonymous.origin);
            }
            Step::ExpectCheck { .. } => self.attempts.refund(None, anonymous.origin),
            _ => {}
        }
    }

    /// No device has the connection's key.
    fn ready(&mut self, conn: ConnId, now: Now) {
        let Some(anonymous) = self.anonymous(conn) else { return };
        anonymous.step = Step::ExpectStart;
        let early = core::mem::take(&mut anonymous.early);
        let open_registration = self.settings.open_registration;
        self.answer(conn, 0, ToClient::Ready { open_registration });
        for request in early {
            self.handle_message(conn, request, now);
        }
    }

    /// The connection is a device from now on.
    fn signed_in(&mut self, conn: ConnId, tag: Tag, signed_in: SignedInDevice, now: Now) {
        let SignedInDevice { signed_in, revoked, .. } = signed_in;
        for device in &revoked {
            self.close_device(*device, CloseReason::Revoked);
        }
        if !revoked.is_empty() {
            // Who guessed at the old password does not keep its owner from using the new one.
            self.attempts.succeeded(&signed_in.handle);
        }
        let Some(anonymous) = self.anonymous(conn) else { return };
        let origin = anonymous.origin;
        let early = core::mem::take(&mut anonymous.early);
        let device = signed_in.device;
        if let Some(older) = self.devices.get(&device).copied() {
            self.close(older, CloseReason::Replaced);
        }
        self.devices.insert(device, conn);
        if let Some(state) = self.conns.get_mut(&conn) {
            state.state = State::SignedIn(Member::new(device, origin));
        }
        for room in signed_in.rooms.iter().filter(|room| room.presence == Presence::Device) {
            self.subscribe(room.room, conn, room.head);
        }
        if let Some(member) = self.conns.get_mut(&conn).and_then(|state| state.member()) {
            member.rooms.shrink_to_fit();
        }
        self.output.push_back(Output::RaiseLimit { conn });
        self.answer(conn, tag, ToClient::SignedIn(signed_in));
        for request in early {
            self.handle_message(conn, request, now);
        }
    }

    /// Key packages were handed out: their owners hear when few are left.
    fn claimed(
        &mut self,
        (conn, tag): (ConnId, Tag),
        packages: Vec<DeviceKeyPackage>,
        left: &[(DeviceId, u8)],
    ) {
        let Ok(packages) = List::new(packages) else { return };
        self.answer(conn, tag, ToClient::KeyPackages { packages });
        for (device, one_use_left) in left.iter().filter(|(_, left)| *left < FEW_KEY_PACKAGES) {
            if let Some(owner) = self.devices.get(device).copied() {
                let one_use_left = *one_use_left;
                self.answer(owner, 0, ToClient::KeyPackagesStored { one_use_left });
            }
        }
    }

    fn close_device(&mut self, device: DeviceId, reason: CloseReason) {
        if let Some(conn) = self.devices.get(&device).copied() {
            self.close(conn, reason);
        }
    }

    /// The host's request was done.
    pub(super) fn handle_admin_reply(&mut self, id: u64, result: Result<Done, Refusal>) {
        let mut reply = AdminReply::from(result);
        if let AdminReply::Disabled { devices } = &reply {
            for device in devices {
                self.close_device(*device, CloseReason::Disabled);
            }
        }
        if let AdminReply::Status { connections, .. } = &mut reply {
            *connections = Some(self.connections());
        }
        self.output.push_back(Output::Admin { id, reply });
    }

    /// Part of a sweep was done.
    pub(super) fn handle_swept(&mut self, result: Result<Done, Refusal>, now: Now) {
        let Ok(Done::Swept { more, files }) = result else { return };
        for file in files {
            self.file_deleted(file, true);
        }
        if more {
            self.next_sweep = now.time.after_ms(SWEEP_PAUSE_MS);
        }
    }
}
