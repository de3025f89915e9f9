//! Which new connections are let in: by address, by rate and in total. Bounded in memory.

use std::collections::BTreeMap;
use std::net::IpAddr;

use wire::Time;

/// What the host may set.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// Connections in total.
    pub connections: usize,
    /// Connections of one address at once.
    pub per_address: u32,
    /// Handshakes of one address each second, in the long run.
    pub handshakes_per_second: u32,
    /// Handshakes of one address at once, after a pause.
    pub handshake_burst: u32,
}

impl Default for Rates {
    fn default() -> Self {
        Self { connections: 20_000, per_address: 64, handshakes_per_second: 20, handshake_burst: 5 }
    }
}

/// Addresses remembered beyond those that are connected.
const MAX_IDLE_ENTRIES: usize = 4 * 1_024;
/// Handshakes are counted in thousandths, so that a refill is exact.
const WHOLE: u64 = 1_000;

/// Counts connections by address.
#[derive(Debug)]
pub struct Admission {
    rates: Rates,
    open: usize,
    addresses: BTreeMap<u128, Entry>,
}

#[derive(Debug)]
struct Entry {
    open: u32,
    /// Handshakes left, in thousandths.
    tokens: u64,
    refilled: Time,
}

impl Admission {
    /// Lets nobody in yet.
    #[must_use]
    pub fn new(rates: Rates) -> Self {
        Self { rates, open: 0, addresses: BTreeMap::new() }
    }

    /// Whether a connection from `address` may begin its handshake; if so it counts until
    /// [`Self::leave`].
    pub fn enter(&mut self, address: IpAddr, now: Time) -> bool {
        if self.open >= self.rates.connections {
            return false;
        }
        if self.addresses.len() >= self.open + MAX_IDLE_ENTRIES {
            self.addresses.retain(|_, entry| entry.open > 0);
        }
        let Rates { per_address, handshakes_per_second, handshake_burst, .. } = self.rates;
        let burst = u64::from(handshake_burst) * WHOLE;
        let fresh = Entry { open: 0, tokens: burst, refilled: now };
        let entry = self.addresses.entry(network(address)).or_insert(fresh);
        // A rate per second is one thousandth of it per millisecond.
        let refill = now.since_ms(entry.refilled).saturating_mul(handshakes_per_second.into());
        entry.tokens = entry.tokens.saturating_add(refill).min(burst);
        entry.refilled = now;
        if entry.open >= per_address || entry.tokens < WHOLE {
            return false;
        }
        entry.tokens -= WHOLE;
        entry.open += 1;
        self.open += 1;
        true
    }

    /// A connection that was let in is gone.
    pub fn leave(&mut self, address: IpAddr) {
        if let Some(entry) = self.addresses.get_mut(&network(address)) {
            entry.open = entry.open.saturating_sub(1);
            self.open = self.open.saturating_sub(1);
        }
    }
}

/// What counts as one address: of IPv6 the network, since one customer has 2^64 of them.
pub(super) fn network(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits() >> 64 << 64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn a_burst_passes_and_then_the_rate_holds() {
        let mut admission = Admission::new(Rates::default());
        let passed = |admission: &mut Admission, ms| {
            (0..100).filter(|_| admission.enter(HERE, Time::from_ms(ms))).count()
        };
        assert_eq!(passed(&mut admission, 0), 5);
        assert_eq!(passed(&mut admission, 100), 2);
        assert_eq!(passed(&mut admission, 10_000), 5);
    }

    #[test]
    fn one_address_has_so_many_connections_at_once() {
        let rates = Rates { handshake_burst: 1_000, ..Rates::default() };
        let mut admission = Admission::new(rates);
        let now = Time::from_ms(0);
        assert_eq!((0..100).filter(|_| admission.enter(HERE, now)).count(), 64);
        assert!(admission.enter([10, 0, 0, 1].into(), now), "others are not concerned");
        admission.leave(HERE);
        assert!(admission.enter(HERE, now));
    }

    #[test]
    fn addresses_that_left_are_forgotten() {
        let mut admission = Admission::new(Rates::default());
        for address in 0..100_000_u32 {
            let address = std::net::Ipv4Addr::from_bits(address).into();
            assert!(admission.enter(address, Time::from_ms(0)));
            admission.leave(address);
        }
        assert!(admission.addresses.len() <= MAX_IDLE_ENTRIES);
    }
}
