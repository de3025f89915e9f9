//! Which account keys this profile believes in: pinned on first sight, compared by people, changed
//! only when a person says so (PROTOCOL §7).

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha512};
use wire::certificate::DeviceCertificate as Certificate;
use wire::codec::{Field, Reader, Writer};
use wire::id::{Handle, RoomId};

use super::Client;
use crate::charter::AccountKey;
use crate::encoding::{put_list, read_list};
use crate::event::{RequestId, Safety};
use crate::vault::Vault;
use crate::{Event, Problem, Trust};

/// Handles with a key that waits for the person.
const CHANGED: &[u8] = b"changed keys";
/// More than any person has seen.
const MAX_KEYS: usize = 1 << 16;
/// Rounds of hashing behind a safety number.
const SAFETY_ROUNDS: u32 = 5_200;
/// Digits of one account in a safety number, five at a time.
const SAFETY_GROUPS: usize = 6;

/// What is known of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pin {
    key: AccountKey,
    /// The person has compared it.
    verified: bool,
    /// Another key that came, and waits for the person.
    offered: Option<AccountKey>,
    /// Keys that were pinned before, and are worth nothing any more.
    former: Vec<AccountKey>,
}

/// How a key fits what is pinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// It is the pinned key, or none is pinned.
    Good,
    /// It was the account's once.
    Former,
    /// It is another.
    Changed,
}

/// The pins, read from the vault when first asked for.
#[derive(Debug, Default)]
pub(super) struct Pins {
    known: BTreeMap<Handle, Option<Pin>>,
    /// Accounts to which nothing is sent: few, and asked for with each message.
    changed: BTreeSet<Handle>,
}

impl Pins {
    pub(super) fn load(vault: &Vault) -> Result<Self, Problem> {
        let changed: Option<Handles> = vault.value(CHANGED)?;
        Ok(Self { known: BTreeMap::new(), changed: changed.unwrap_or_default().0 })
    }

    pub(super) fn fit(&mut self, vault: &Vault, certificate: &Certificate) -> Result<Fit, Problem> {
        let key = certificate.account_key;
        Ok(match self.pin(vault, &certificate.handle)? {
            Some(pin) if pin.key == key => Fit::Good,
            Some(pin) if pin.former.contains(&key) => Fit::Former,
            Some(_) => Fit::Changed,
            None => Fit::Good,
        })
    }

    /// Pins an account's key on first sight.
    pub(super) fn meet(&mut self, vault: &Vault, certificate: &Certificate) -> Result<(), Problem> {
        if self.pin(vault, &certificate.handle)?.is_some() {
            return Ok(());
        }
        let key = certificate.account_key;
        let pin = Pin { key, verified: false, offered: None, former: Vec::new() };
        self.put(vault, &certificate.handle, pin)
    }

    /// A key that this profile's own name bore before a reset.
    pub(super) fn add_former(
        &mut self,
        vault: &Vault,
        certificate: &Certificate,
    ) -> Result<(), Problem> {
        if self.fit(vault, certificate)? == Fit::Changed
            && let Some(mut pin) = self.pin(vault, &certificate.handle)?.cloned()
        {
            pin.former.push(certificate.account_key);
            self.put(vault, &certificate.handle, pin)?;
        }
        Ok(())
    }

    /// The pinned key of an account.
    pub(super) fn key(
        &mut self,
        vault: &Vault,
        handle: &Handle,
    ) -> Result<Option<AccountKey>, Problem> {
        Ok(self.pin(vault, handle)?.map(|pin| pin.key))
    }

    pub(super) fn trust(&mut self, vault: &Vault, handle: &Handle) -> Result<Trust, Problem> {
        Ok(match self.pin(vault, handle)? {
            Some(Pin { offered: Some(_), .. }) => Trust::Changed,
            Some(Pin { verified: true, .. }) => Trust::Verified,
            _ => Trust::Pinned,
        })
    }

    /// The first of these accounts that came with another key.
    pub(super) fn first_changed<'a>(
        &self,
        handles: impl IntoIterator<Item = &'a Handle>,
    ) -> Option<Handle> {
        if self.changed.is_empty() {
            return None;
        }
        handles.into_iter().find(|handle| self.changed.contains(*handle)).cloned()
    }

    /// Whether any account came with another key.
    pub(super) fn any_changed(&self) -> bool {
        !self.changed.is_empty()
    }

    fn pin(&mut self, vault: &Vault, handle: &Handle) -> Result<Option<&Pin>, Problem> {
        if !self.known.contains_key(handle) {
            let stored = vault.value(&name(handle))?;
            self.known.insert(handle.clone(), stored);
        }
        Ok(self.known.get(handle).and_then(Option::as_ref))
    }

    fn put(&mut self, vault: &Vault, handle: &Handle, pin: Pin) -> Result<(), Problem> {
        vault.put_value(&name(handle), &pin)?;
        let waits = pin.offered.is_some();
        let news = match waits {
            true => self.changed.insert(handle.clone()),
            false => self.changed.remove(handle),
        };
        if news {
            vault.put_value(CHANGED, &Handles(self.changed.clone()))?;
        }
        self.known.insert(handle.clone(), Some(pin));
        Ok(())
    }
}

impl Client {
    /// An account came with another key than the pinned one: remembered, and told loudly.
    pub(super) fn key_changed(
        &mut self,
        room: Option<RoomId>,
        certificate: &Certificate,
    ) -> Result<(), Problem> {
        let handle = certificate.handle.clone();
        let pin = self.pins.pin(&self.vault, &handle)?.cloned();
        if let Some(pin) = pin {
            let offered = Some(certificate.account_key);
            self.pins.put(&self.vault, &handle, Pin { offered, ..pin })?;
        }
        self.tell(Event::KeyChanged { room, handle });
        Ok(())
    }

    pub(super) fn show_safety(&mut self, id: RequestId, handle: Handle) -> Result<(), Problem> {
        let own = self.profile.identity.certificate.clone();
        let pin = self.pins.pin(&self.vault, &handle)?.cloned();
        let pin = pin.ok_or_else(|| Problem::NeverMet(handle.clone()))?;
        let number = |key| safety_number((&own.handle, &own.account_key), (&handle, key));
        let (text, changed) = (number(&pin.key), pin.offered.as_ref().map(number));
        let trust = self.pins.trust(&self.vault, &handle)?;
        self.tell(Event::Safety(Safety { id, handle, number: text, trust, changed }));
        Ok(())
    }

    pub(super) fn verify(&mut self, id: RequestId, handle: Handle) -> Result<(), Problem> {
        let pin = self.pins.pin(&self.vault, &handle)?.cloned();
        let pin = pin.ok_or_else(|| Problem::NeverMet(handle.clone()))?;
        let was_offered = pin.offered.is_some();
        self.pins.put(&self.vault, &handle, Pin { verified: true, offered: None, ..pin })?;
        if was_offered {
            self.release_changed()?;
        }
        self.tell(Event::Done { id, room: None });
        Ok(())
    }

    /// Takes the key that came for the account's; what waited for that goes on.
    pub(super) fn trust(&mut self, id: RequestId, handle: Handle) -> Result<(), Problem> {
        let pin = self.pins.pin(&self.vault, &handle)?.cloned();
        let mut pin = pin.ok_or_else(|| Problem::NeverMet(handle.clone()))?;
        if let Some(key) = pin.offered.take() {
            pin.former.retain(|former| *former != key);
            pin.former.push(core::mem::replace(&mut pin.key, key));
            pin.verified = false;
            self.pins.put(&self.vault, &handle, pin)?;
            self.release_changed()?;
        }
        self.tell(Event::Done { id, room: None });
        Ok(())
    }
}

/// The safety number of two accounts: 30 digits of each, the lesser handle's first.
pub(super) fn safety_number(one: (&Handle, &AccountKey), other: (&Handle, &AccountKey)) -> String {
    let (first, second) = if one.0 <= other.0 { (one, other) } else { (other, one) };
    [digits(first), digits(second)].concat()
}

/// 30 digits of an account: five bytes of an iterated hash make five digits each.
fn digits((handle, key): (&Handle, &AccountKey)) -> String {
    let mut w = Writer::default();
    w.put(b"sotto/1 safety number");
    handle.encode(&mut w);
    key.encode(&mut w);
    let seed = w.into_bytes();
    let mut hash = Sha512::digest(&seed);
    for _ in 1..SAFETY_ROUNDS {
        hash = Sha512::new().chain_update(hash).chain_update(&seed).finalize();
    }
    let groups = hash.chunks_exact(5).take(SAFETY_GROUPS);
    let number = |bytes: &[u8]| bytes.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    groups.map(|bytes| format!("{:05}", number(bytes) % 100_000)).collect()
}

fn name(handle: &Handle) -> Vec<u8> {
    [b"pin/", handle.as_str().as_bytes()].concat()
}

impl Field for Pin {
    const WHAT: &'static str = "pin";

    fn encode(&self, w: &mut Writer) {
        self.key.encode(w);
        self.verified.encode(w);
        self.offered.encode(w);
        put_list(w, self.former.iter());
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(Self {
            key: Field::decode(r)?,
            verified: Field::decode(r)?,
            offered: Field::decode(r)?,
            former: read_list(r, MAX_KEYS)?,
        })
    }
}

#[derive(Default)]
struct Handles(BTreeSet<Handle>);

impl Field for Handles {
    const WHAT: &'static str = "handles";

    fn encode(&self, w: &mut Writer) {
        put_list(w, self.0.iter());
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(Self(read_list(r, MAX_KEYS)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_safety_number_has_60_digits_and_is_the_same_on_both_sides() {
        let (alice, bob) = (Handle::new("alice").unwrap(), Handle::new("bob").unwrap());
        let number = safety_number((&alice, &[1; 32]), (&bob, &[2; 32]));
        assert_eq!(number.len(), 60);
        assert!(number.bytes().all(|digit| digit.is_ascii_digit()));
        assert_eq!(safety_number((&bob, &[2; 32]), (&alice, &[1; 32])), number);
        for (a, b) in [([3; 32], [2; 32]), ([1; 32], [3; 32]), ([2; 32], [1; 32])] {
            assert_ne!(safety_number((&alice, &a), (&bob, &b)), number);
        }
    }

    /// The value for others who implement it (PROTOCOL §7).
    #[test]
    fn the_safety_number_of_the_specification() {
        let (alice, bob) = (Handle::new("alice").unwrap(), Handle::new("bob").unwrap());
        let number = safety_number((&alice, &[1; 32]), (&bob, &[2; 32]));
        let expected = "577296703606742229792789807132482828380935827375487535707546";
        assert_eq!(number, expected);
    }
}
