//! Which message means what: each answer to its request, and news in their place.

use wire::id::RoomId;
use wire::message::{Refusal, RoomKind, Tagged, ToClient};

use super::enrol::Enrolment;
use super::{Client, Now, Request};
use crate::profile::Enrolled;
use crate::{Departure, Hold, Problem};

impl Client {
    pub(super) fn handle_message(
        &mut self,
        tagged: Tagged<ToClient>,
        now: Now,
    ) -> Result<(), Problem> {
        let request = self.requests.remove(&tagged.tag);
        if request.is_none() && tagged.tag != 0 {
            return Err(Problem::RelayMisbehaved("an answer to no question"));
        }
        match (tagged.message, request) {
            (ToClient::Ready { open_registration }, None) if self.connection.expects_greeting() => {
                self.begin_enrolment(open_registration)
            }
            (ToClient::SignedIn(signed_in), None)
                if self.connection.expects_greeting() && self.profile.enrolment != Enrolled::No =>
            {
                self.handle_signed_in(signed_in, now)
            }
            (ToClient::SignedIn(signed_in), Some(Request::Enrol))
                if self.enrolment.as_ref().is_some_and(Enrolment::expects_signed_in) =>
            {
                self.handle_signed_in(signed_in, now)
            }
            (message, Some(Request::Enrol)) => self.continue_enrolment(message, now),
            (ToClient::Record { room, record }, None) => self.handle_record(room, record),
            (ToClient::Records { room, oldest, head, records }, Some(Request::Fetch(asked)))
                if room == asked =>
            {
                self.handle_records(room, oldest, head, records.into_vec())
            }
            (ToClient::Head { room, head }, None) => self.handle_head(room, head),
            (ToClient::Posted { room, post, seq, at }, Some(Request::Post(asked, id, _)))
                if (room, post) == (asked, id) =>
            {
                self.handle_posted(room, id, seq, at)
            }
            (ToClient::Posted { room, post, seq, at }, Some(Request::Join(asked, id)))
                if (room, post) == (asked, id) =>
            {
                self.handle_joined(room, post, seq, at)
            }
            (ToClient::Posted { room, post, seq, at }, Some(Request::Commit(asked, id)))
                if (room, post) == (asked, id) =>
            {
                self.handle_committed(room, post, seq, at)
            }
            (
                ToClient::GroupInfo { room, epoch, group_info, .. },
                Some(Request::GroupInfo(asked)),
            ) if room == asked => self.join_with(room, epoch, &group_info),
            (ToClient::Welcome { room, epoch, seq, welcome }, Some(Request::Welcome(asked)))
                if room == asked =>
            {
                self.handle_welcome(room, epoch, seq, &welcome)
            }
            (ToClient::Room(summary), None) => self.meet_room(&summary),
            (ToClient::Done, Some(Request::CreateRoom(room))) => self.handle_created(room),
            (ToClient::Done, Some(Request::Leave(room))) => self.handle_left(room),
            (message, Some(request)) => self.handle_answer(message, request, now),
            (ToClient::KeyPackagesStored { one_use_left }, None) => {
                self.replenish_key_packages(one_use_left, now)
            }
            (ToClient::Signal { room, from, payload }, None) => {
                self.handle_signal(room, from, &payload);
                Ok(())
            }
            // A refusal of what asks for no answer (a signal to a room that is gone).
            (ToClient::Refused { .. }, None) => Ok(()),
            _ => Err(Problem::RelayMisbehaved("an answer to no question")),
        }
    }

    /// Answers about the account and its devices, and refusals.
    fn handle_answer(
        &mut self,
        message: ToClient,
        request: Request,
        now: Now,
    ) -> Result<(), Problem> {
        match (message, request) {
            (ToClient::KeyPackagesStored { .. }, Request::PublishKeyPackages) => {
                self.key_packages_stored(now)
            }
            (ToClient::KeyPackages { packages }, Request::Claim(room)) => {
                self.handle_claimed(room, packages.into_vec())
            }
            (ToClient::KeyPackages { packages }, Request::ClaimDirect(id, handle)) => {
                self.handle_claimed_direct(id, handle, packages.into_vec())
            }
            (ToClient::Devices { devices }, Request::Devices(id)) => {
                self.handle_devices(id, &devices)
            }
            (ToClient::Done, Request::NameDevice(id)) => {
                self.done(Some(id), None);
                Ok(())
            }
            (ToClient::Done, Request::Revoke(id, device)) => self.handle_revoked(id, device),
            (ToClient::RegisterResponse { response }, Request::PasswordStart(id)) => {
                self.continue_password(id, &response)
            }
            (ToClient::Done, Request::PasswordFinish(id)) => self.finish_password(id),
            (ToClient::Done, Request::DeleteFile(file)) => self.file_forgotten(file),
            (ToClient::FileLimits(limits), Request::FileLimits(id)) => {
                self.file_limits(id, limits);
                Ok(())
            }
            (message, request) => self.handle_file_answer(message, request),
        }
    }

    /// Answers about files on their way, and refusals.
    fn handle_file_answer(&mut self, message: ToClient, request: Request) -> Result<(), Problem> {
        match (message, request) {
            (
                ToClient::UploadOpen { file, at },
                Request::OpenUpload { id, opening, file: asked },
            ) if file == asked => self.handle_upload_open((id, opening), at),
            (
                ToClient::ChunkStored { file, stored },
                Request::PutChunk { id, opening, behind, sent, is_slow },
            ) => self.handle_chunk_stored((id, opening), behind, (sent, is_slow), (file, stored)),
            (ToClient::DownloadOpen { file, size }, Request::OpenDownload(id, opening)) => {
                self.handle_download_open((id, opening), (file, size))
            }
            (
                ToClient::Chunk { file, offset, chunk },
                Request::GetChunk { id, opening, offset: asked, sent },
            ) => {
                let chunk = chunk.into_vec();
                self.handle_chunk((id, opening), (asked, sent), (file, offset), chunk)
            }
            (ToClient::Refused { refusal }, request) => self.handle_refused(request, refusal),
            _ => Err(Problem::RelayMisbehaved("an answer to another question")),
        }
    }

    fn handle_refused(&mut self, request: Request, refusal: Refusal) -> Result<(), Problem> {
        match (request, refusal) {
            (Request::Post(room, id, made_in), Refusal::Conflict { epoch }) => {
                self.handle_conflict(room, id, made_in, epoch)
            }
            (Request::Join(room, _), Refusal::Conflict { .. }) => self.retry_join(room),
            (Request::Commit(room, post), refusal) => {
                self.handle_commit_refused(room, post, refusal)
            }
            (Request::Welcome(room), Refusal::RoomUnknown) => self.welcome_missing(room),
            (Request::Claim(room), Refusal::HandleUnknown) => self.handle_nobody(room),
            (Request::ClaimDirect(id, handle), Refusal::HandleUnknown) => {
                self.failed(Some(id), Problem::HandleUnknown(handle));
                Ok(())
            }
            (Request::NameDevice(id) | Request::Revoke(id, _), Refusal::NotAllowed) => {
                self.failed(Some(id), Problem::DeviceNotFound);
                Ok(())
            }
            (Request::CreateRoom(room), refusal) => self.handle_not_created(room, refusal),
            (
                request @ (Request::OpenUpload { .. }
                | Request::PutChunk { .. }
                | Request::OpenDownload(..)
                | Request::GetChunk { .. }
                | Request::DeleteFile(_)),
                refusal,
            ) => self.handle_transfer_refused(request, refusal),
            // They stay in the vault and are offered again on the next connection.
            (Request::PublishKeyPackages, _) => Ok(()),
            (
                Request::Post(room, ..)
                | Request::Fetch(room)
                | Request::GroupInfo(room)
                | Request::Join(room, _),
                Refusal::RoomUnknown | Refusal::NotAllowed,
            ) => self.handle_shut_out(room),
            (request, refusal) => match request.into_command() {
                Some(id) => {
                    self.failed(Some(id), refusal.into());
                    Ok(())
                }
                None => Err(refusal.into()),
            },
        }
    }

    /// The relay does not have a room that was made here.
    fn handle_not_created(&mut self, id: RoomId, refusal: Refusal) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        match (room.stored.kind, refusal) {
            // Another's lobby won; the relay tells of it when it greets the next connection.
            (RoomKind::Lobby, Refusal::RoomExists) => Err(Problem::ConnectionLost),
            (RoomKind::Lobby, refusal) | (_, refusal @ Refusal::StoreUnavailable) => {
                Err(refusal.into())
            }
            (_, refusal) => {
                let request = room.entered_for.take();
                let wanted = core::mem::take(&mut room.wanted);
                self.remove_room(id)?;
                for id in wanted.into_iter().map(|wanted| wanted.id).chain([request]) {
                    self.failed(id, refusal.clone().into());
                }
                Ok(())
            }
        }
    }

    /// The relay says that this device has no business in a room. Its account may have.
    fn handle_shut_out(&mut self, id: RoomId) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        if room.is_left() {
            return Ok(());
        }
        if room.is_member() && room.stored.held.is_none() {
            return self.hold(id, Hold::Behind);
        }
        let request = room.entered_for.take();
        self.failed(request, Problem::RoomUnknown);
        match self.room_mut(id)?.stored.lost {
            Some(_) => self.depart(id, Departure::Unexplained),
            None => self.remove_room(id),
        }
    }
}
