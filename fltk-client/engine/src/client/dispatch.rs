//! Which message means what: each answer to its request, and news in their place.

use wire::message::{Refusal, Tagged, ToClient};

use super::enrol::Enrolment;
use super::{Client, Now, Request};
use crate::profile::Enrolled;
use crate::{Hold, Problem};

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
            (
                ToClient::GroupInfo { room, epoch, group_info, .. },
                Some(Request::GroupInfo(asked)),
            ) if room == asked => self.join_with(room, epoch, &group_info),
            (ToClient::Done, Some(Request::CreateRoom(room))) => self.handle_created(room),
            (ToClient::KeyPackagesStored { .. }, Some(Request::PublishKeyPackages)) => {
                self.key_packages_stored(now)
            }
            (ToClient::KeyPackagesStored { one_use_left }, None) => {
                self.replenish_key_packages(one_use_left, now)
            }
            (ToClient::Signal { room, from, payload }, None) => {
                self.handle_signal(room, from, &payload);
                Ok(())
            }
            (ToClient::Refused { refusal }, Some(request)) => self.handle_refused(request, refusal),
            // A refusal of what asks for no answer (a signal to a room that is gone).
            (ToClient::Refused { .. }, None) => Ok(()),
            _ => Err(Problem::RelayMisbehaved("an answer to no question")),
        }
    }

    fn handle_refused(&mut self, request: Request, refusal: Refusal) -> Result<(), Problem> {
        match (request, refusal) {
            (Request::Post(room, id, made_in), Refusal::Conflict { epoch }) => {
                self.handle_conflict(room, id, made_in, epoch)
            }
            (Request::Join(room, _), Refusal::Conflict { .. }) => self.retry_join(room),
            // Another's lobby won; the relay tells of it when it greets the next connection.
            (Request::CreateRoom(_), Refusal::RoomExists) => Err(Problem::ConnectionLost),
            // They stay in the vault and are offered again on the next connection.
            (Request::PublishKeyPackages, _) => Ok(()),
            (
                Request::Post(room, ..) | Request::Fetch(room),
                Refusal::RoomUnknown | Refusal::NotAllowed,
            ) => self.hold(room, Hold::Removed),
            (_, refusal) => Err(refusal.into()),
        }
    }
}
