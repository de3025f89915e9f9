//! What follows once the relay knows this device: rooms, key packages, whatever was interrupted.

use wire::limit::MAX_KEY_PACKAGES;
use wire::message::{SignedIn, ToRelay};

use super::{Client, Now, Request};
use crate::group::Provider;
use crate::key_package::{self, KeyPackages};
use crate::profile::{Enrolled, Profile};
use crate::{Event, Problem, Step};

/// Fewer one-use key packages than this at the relay are topped up.
const FEW_KEY_PACKAGES: u8 = 10;
/// Age at which the key package of last resort is replaced: its lifetime is 84 days.
const LAST_RESORT_MS: u64 = 60 * 24 * 60 * 60 * 1_000;
const UNPUBLISHED: &[u8] = b"key packages";

impl Client {
    pub(super) fn handle_signed_in(
        &mut self,
        signed_in: SignedIn,
        now: Now,
    ) -> Result<(), Problem> {
        let identity = &self.profile.identity;
        if signed_in.handle != *identity.handle() || signed_in.device != identity.device() {
            return Err(Problem::RelayMisbehaved("an identity that is not ours"));
        }
        let (handle, device) = (signed_in.handle, signed_in.device);
        if self.profile.enrolment != Enrolled::Yes {
            self.profile.enrolment = Enrolled::Yes;
            self.vault.put_value(Profile::NAME, &self.profile)?;
            let own = self.profile.identity.certificate.clone();
            self.pins.meet(&self.vault, &own)?;
        }
        self.enrolment = None;
        self.connection.signed_in();
        self.tell(Event::Connected { handle, device });
        self.forget_files();
        self.replenish_key_packages(signed_in.one_use_left, now)?;
        self.meet_rooms(&signed_in.rooms)
    }

    /// Publishes key packages when the relay has few. What was made and not acknowledged is offered
    /// again rather than made again, so that a relay that stores nothing fills no vault.
    pub(super) fn replenish_key_packages(
        &mut self,
        one_use_left: u8,
        now: Now,
    ) -> Result<(), Problem> {
        let last_resort = now.wall.0.saturating_sub(self.profile.last_resort_at.0) > LAST_RESORT_MS;
        let open = self.requests.values().any(|open| matches!(open, Request::PublishKeyPackages));
        if open || (one_use_left >= FEW_KEY_PACKAGES && !last_resort) {
            return Ok(());
        }
        let made = match self.vault.value::<KeyPackages>(UNPUBLISHED)? {
            Some(made) => made,
            None => {
                self.tell(Event::Progress(Step::MakingKeys));
                // With one of last resort the whole set is new: those that lie there grow old too.
                let kept = if last_resort { 0 } else { usize::from(one_use_left) };
                let count = MAX_KEY_PACKAGES.saturating_sub(kept);
                let provider = Provider::new(&self.crypto, &self.vault);
                let identity = &self.profile.identity;
                let made = key_package::make(&provider, identity, count, last_resort)?;
                self.vault.put_value(UNPUBLISHED, &made)?;
                made
            }
        };
        let KeyPackages { one_use, last_resort } = made;
        let message = ToRelay::PublishKeyPackages { one_use, last_resort };
        self.request(Request::PublishKeyPackages, message);
        Ok(())
    }

    /// The relay has what was published.
    pub(super) fn key_packages_stored(&mut self, now: Now) -> Result<(), Problem> {
        let published = self.vault.value::<KeyPackages>(UNPUBLISHED)?;
        if published.is_some_and(|published| published.last_resort.is_some()) {
            self.profile.last_resort_at = now.wall;
            self.vault.put_value(Profile::NAME, &self.profile)?;
        }
        self.vault.delete_value(UNPUBLISHED)
    }
}
