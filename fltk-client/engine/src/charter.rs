//! What a room is by the agreement of its members: an extension of the MLS group context
//! (PROTOCOL §10.2), so that it is part of every epoch's keys and no relay can change it.
//!
//! The group info of a room holds it in the clear for those who join by themselves, so there is
//! nothing in it that the relay may not know: names and topics travel in messages.

use std::collections::BTreeSet;

use wire::codec::{Field, Reader, Writer};
use wire::message::RoomKind;

use crate::encoding::{put_list, read_list};
use crate::said::is_lifetime;
use crate::{MAX_HISTORY, Role};

/// Without a lifetime, as it was before there was one, and with one.
const VERSION: u8 = 1;
const VERSION_WITH_LIFETIME: u8 = 2;
/// Owners of a room; in a direct conversation, its two accounts.
pub(crate) const MAX_OWNERS: usize = 64;

/// An account, by the key that certifies its devices.
pub(crate) type AccountKey = [u8; 32];

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Charter {
    /// Who may join. Never changes.
    pub(crate) kind: RoomKind,
    /// Messages that those who are invited are given from before, at most [`MAX_HISTORY`].
    pub(crate) history: u16,
    /// Seconds after which messages disappear; 0 if they stay.
    pub(crate) lifetime_s: u32,
    /// Whether the room has ended.
    pub(crate) closed: bool,
    /// The owners; for a direct conversation its two accounts, for ever; empty for the lobby.
    pub(crate) owners: BTreeSet<AccountKey>,
}

impl Charter {
    pub(crate) fn new(kind: RoomKind, owners: impl IntoIterator<Item = AccountKey>) -> Self {
        let owners = owners.into_iter().collect();
        Self { kind, history: 0, lifetime_s: 0, closed: false, owners }
    }

    /// Whether any account may join by itself.
    pub(crate) const fn is_open(&self) -> bool {
        matches!(self.kind, RoomKind::Lobby | RoomKind::Open)
    }

    /// Whether owners govern it.
    pub(crate) const fn has_owners(&self) -> bool {
        matches!(self.kind, RoomKind::Open | RoomKind::Closed)
    }

    pub(crate) fn role(&self, account: &AccountKey) -> Role {
        if self.has_owners() && self.owners.contains(account) { Role::Owner } else { Role::Member }
    }

    /// Whether the number of owners fits the kind.
    fn is_sound(&self) -> bool {
        let count = self.owners.len();
        self.history <= MAX_HISTORY
            && is_lifetime(self.lifetime_s)
            && match self.kind {
                RoomKind::Lobby => count == 0 && self.lifetime_s == 0,
                RoomKind::Open | RoomKind::Closed => (1..=MAX_OWNERS).contains(&count),
                RoomKind::Direct => count == 2 && !self.closed && self.history == 0,
            }
    }
}

impl Field for Charter {
    const WHAT: &'static str = "charter";

    fn encode(&self, w: &mut Writer) {
        let has_lifetime = self.lifetime_s > 0;
        w.put(&[if has_lifetime { VERSION_WITH_LIFETIME } else { VERSION }]);
        self.kind.encode(w);
        self.history.encode(w);
        self.closed.encode(w);
        if has_lifetime {
            self.lifetime_s.encode(w);
        }
        put_list(w, self.owners.iter());
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        let malformed = wire::Error::Malformed { what: Self::WHAT };
        let [version] = r.array(Self::WHAT)?;
        let (kind, history, closed) = (Field::decode(r)?, Field::decode(r)?, Field::decode(r)?);
        let lifetime_s = match version {
            VERSION => 0,
            VERSION_WITH_LIFETIME => u32::decode(r)?,
            _ => return Err(malformed),
        };
        let has_one_encoding = (version == VERSION) == (lifetime_s == 0);
        let listed: Vec<AccountKey> = read_list(r, MAX_OWNERS)?;
        // One encoding: in order, each once.
        let in_order = listed.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
        let charter =
            Self { kind, history, lifetime_s, closed, owners: listed.into_iter().collect() };
        if in_order && has_one_encoding && charter.is_sound() {
            Ok(charter)
        } else {
            Err(malformed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charter_has_one_encoding_and_owners_that_fit_its_kind() {
        let charter = Charter::new(RoomKind::Closed, [[2; 32], [1; 32]]);
        let bytes = charter.to_bytes();
        assert_eq!(Charter::from_bytes(&bytes), Ok(charter));
        let mut swapped = bytes.clone();
        let at = bytes.len() - 64;
        swapped[at..].rotate_left(32);
        assert!(Charter::from_bytes(&swapped).is_err(), "another order");
        for (kind, owners, sound) in [
            (RoomKind::Lobby, 0, true),
            (RoomKind::Lobby, 1, false),
            (RoomKind::Open, 0, false),
            (RoomKind::Closed, 64, true),
            (RoomKind::Closed, 65, false),
            (RoomKind::Direct, 1, false),
            (RoomKind::Direct, 2, true),
            (RoomKind::Direct, 3, false),
        ] {
            let charter = Charter::new(kind, (0..owners).map(|byte| [byte; 32]));
            assert_eq!(Charter::from_bytes(&charter.to_bytes()).is_ok(), sound, "{charter:?}");
        }
    }

    #[test]
    fn a_charter_with_a_lifetime_is_another_and_the_lobby_has_none() {
        let plain = Charter::new(RoomKind::Direct, [[1; 32], [2; 32]]);
        let bytes = plain.to_bytes();
        assert_eq!(bytes[0], VERSION);
        for (kind, owners, lifetime_s, sound) in [
            (RoomKind::Direct, 2, 5, true),
            (RoomKind::Closed, 1, crate::MAX_LIFETIME_S, true),
            (RoomKind::Open, 1, 4, false),
            (RoomKind::Lobby, 0, 5, false),
        ] {
            let owners = (0..owners).map(|byte| [byte; 32]);
            let charter = Charter { lifetime_s, ..Charter::new(kind, owners) };
            assert_eq!(Charter::from_bytes(&charter.to_bytes()).is_ok(), sound, "{charter:?}");
        }
        // A lifetime of none is not said.
        let said = [&[VERSION_WITH_LIFETIME], &bytes[1..5], &[0; 4], &bytes[5..]].concat();
        assert!(Charter::from_bytes(&said).is_err());
    }
}
