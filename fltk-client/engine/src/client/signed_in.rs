//! What follows once the relay knows this device: rooms, key packages, whatever was interrupted.

use wire::codec::{Bytes, List};
use wire::id::RoomId;
use wire::limit::MAX_KEY_PACKAGES;
use wire::message::{RoomKind, RoomSummary, SignedIn, ToRelay};

use super::room::Standing;
use super::{Client, Now, Request};
use crate::group::{self, Provider};
use crate::profile::Profile;
use crate::{Event, Problem, Step};

/// Fewer one-use key packages than this at the relay are topped up.
const FEW_KEY_PACKAGES: u8 = 10;

impl Client {
    pub(super) fn handle_signed_in(
        &mut self,
        signed_in: SignedIn,
        _now: Now,
    ) -> Result<(), Problem> {
        let identity = &self.profile.identity;
        if signed_in.handle != *identity.handle() || signed_in.device != identity.device() {
            return Err(Problem::RelayMisbehaved("an identity that is not ours"));
        }
        let (handle, device) = (signed_in.handle, signed_in.device);
        if !self.profile.enrolled {
            self.profile.enrolled = true;
            self.vault.put_value(Profile::NAME, &self.profile)?;
        }
        self.enrolment = None;
        self.connection.signed_in();
        self.tell(Event::Connected { handle, device });
        self.replenish_key_packages(signed_in.one_use_left)?;
        self.meet_rooms(&signed_in.rooms)
    }

    fn meet_rooms(&mut self, summaries: &[RoomSummary]) -> Result<(), Problem> {
        let lobby = summaries.iter().find(|summary| summary.kind == RoomKind::Lobby);
        for summary in summaries {
            self.meet_room(summary)?;
        }
        let unfinished: Vec<RoomId> = self
            .rooms
            .iter()
            .filter(|(id, room)| {
                matches!(room.stored.standing, Standing::Creating(_))
                    && !summaries.iter().any(|summary| summary.room == **id)
            })
            .map(|(id, _)| *id)
            .collect();
        for id in &unfinished {
            match lobby {
                // Somebody else's lobby won while this one was on its way.
                Some(_) => self.remove_room(*id)?,
                None => self.resume_room(*id)?,
            }
        }
        if lobby.is_none() && unfinished.is_empty() {
            self.create_room(RoomKind::Lobby)?;
        }
        Ok(())
    }

    fn meet_room(&mut self, summary: &RoomSummary) -> Result<(), Problem> {
        let id = summary.room;
        let Some(room) = self.rooms.get_mut(&id) else {
            return match summary.kind {
                RoomKind::Lobby => self.join_room(id, summary.kind),
                RoomKind::Open | RoomKind::Closed | RoomKind::Direct => Ok(()),
            };
        };
        room.head = room.head.max(summary.head);
        match room.stored.standing {
            Standing::Member => self.catch_up(id),
            Standing::Creating(_) if summary.member => self.handle_created(id),
            Standing::Creating(_) | Standing::ExpectGroupInfo | Standing::Joining { .. } => {
                self.resume_room(id)
            }
        }
    }

    /// Makes and publishes key packages when the relay has few.
    pub(super) fn replenish_key_packages(&mut self, one_use_left: u8) -> Result<(), Problem> {
        let last_resort = !self.profile.last_resort_published;
        if one_use_left >= FEW_KEY_PACKAGES && !last_resort {
            return Ok(());
        }
        self.tell(Event::Progress(Step::MakingKeys));
        let count = MAX_KEY_PACKAGES.saturating_sub(usize::from(one_use_left));
        let provider = Provider::new(&self.crypto, &self.vault);
        let made = group::key_packages(&provider, &self.profile.identity, count, last_resort)?;
        let one_use = made.one_use.into_iter().map(Bytes::new).collect::<Result<Vec<_>, _>>();
        let message = one_use
            .and_then(|one_use| {
                let last_resort = made.last_resort.map(Bytes::new).transpose()?;
                Ok(ToRelay::PublishKeyPackages { one_use: List::new(one_use)?, last_resort })
            })
            .map_err(|_| Problem::Internal("a key package is too long"))?;
        self.request(Request::PublishKeyPackages { last_resort }, message);
        Ok(())
    }

    /// The relay has what was published.
    pub(super) fn key_packages_stored(&mut self, last_resort: bool) -> Result<(), Problem> {
        if last_resort {
            self.profile.last_resort_published = true;
            self.vault.put_value(Profile::NAME, &self.profile)?;
        }
        Ok(())
    }
}
