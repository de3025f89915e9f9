#![allow(clippy::as_conversions)]

use proptest::prelude::*;

use super::*;
use crate::codec::List;
use crate::fuzz::fuzz_message;
use crate::id::{DeviceId, Epoch, FileId, Handle, PostId, RoomId, Seq, UnixMs};

/// A small generator, so that one seed makes one message.
pub(crate) struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        // SplitMix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

/// A value drawn at random.
pub(crate) trait Sample: Sized {
    fn sample(dice: &mut Dice) -> Self;
}

impl Sample for u8 {
    fn sample(dice: &mut Dice) -> Self {
        dice.next() as Self
    }
}

impl Sample for u32 {
    fn sample(dice: &mut Dice) -> Self {
        dice.next() as Self
    }
}

impl Sample for bool {
    fn sample(dice: &mut Dice) -> Self {
        dice.below(2) == 1
    }
}

impl Sample for [u8; 16] {
    fn sample(dice: &mut Dice) -> Self {
        std::array::from_fn(|_| dice.next() as u8)
    }
}

impl<T: Sample> Sample for Option<T> {
    fn sample(dice: &mut Dice) -> Self {
        (dice.below(2) == 1).then(|| T::sample(dice))
    }
}

impl<const MAX: usize> Sample for Bytes<MAX> {
    fn sample(dice: &mut Dice) -> Self {
        let count = dice.below(64.min(MAX) + 1);
        Self::new((0..count).map(|_| dice.next() as u8).collect()).unwrap()
    }
}

impl<T: Sample + Field, const MAX: usize> Sample for List<T, MAX> {
    fn sample(dice: &mut Dice) -> Self {
        let count = dice.below(4);
        Self::new((0..count).map(|_| T::sample(dice)).collect()).unwrap()
    }
}

impl Sample for Handle {
    fn sample(dice: &mut Dice) -> Self {
        let count = 1 + dice.below(limit::MAX_HANDLE_BYTES);
        Self::new((0..count).map(|_| (b'a' + dice.below(26) as u8) as char).collect::<String>())
            .unwrap()
    }
}

macro_rules! sample_newtypes {
    ($($name:ident($make:expr)),*) => {$(
        impl Sample for $name {
            fn sample(dice: &mut Dice) -> Self {
                $make(Sample::sample(dice))
            }
        }
    )*};
}

impl Sample for u64 {
    fn sample(dice: &mut Dice) -> Self {
        dice.next() >> dice.below(64)
    }
}

sample_newtypes!(
    RoomId(Self::from_array),
    DeviceId(Self::from_array),
    FileId(Self::from_array),
    PostId(Self::from_array),
    Seq(Self),
    Epoch(Self),
    UnixMs(Self),
    InviteToken(Self)
);

impl<M: Sample> Sample for Tagged<M> {
    fn sample(dice: &mut Dice) -> Self {
        Self { tag: Sample::sample(dice), message: Sample::sample(dice) }
    }
}

fn round_trip<M: Sample + Field + PartialEq + core::fmt::Debug>(seed: u64) {
    let message = M::sample(&mut Dice(seed));
    let bytes = message.to_bytes();
    assert_eq!(M::from_bytes(&bytes).unwrap(), message);

    let mut longer = bytes.clone();
    longer.push(0);
    assert!(M::from_bytes(&longer).is_err(), "trailing bytes are refused");
    for cut in 0..bytes.len() {
        assert!(M::from_bytes(&bytes[..cut]).is_err(), "a cut at {cut} is refused");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn requests_round_trip(seed: u64) {
        round_trip::<Tagged<ToRelay>>(seed);
    }

    #[test]
    fn answers_round_trip(seed: u64) {
        round_trip::<Tagged<ToClient>>(seed);
    }

    #[test]
    fn a_changed_byte_is_refused_or_canonical(seed: u64, at: usize, to: u8) {
        let mut bytes = Tagged::<ToClient>::sample(&mut Dice(seed)).to_bytes();
        let at = at % bytes.len();
        bytes[at] = to;
        fuzz_message(&bytes);
        let mut bytes = Tagged::<ToRelay>::sample(&mut Dice(seed)).to_bytes();
        let at = at % bytes.len();
        bytes[at] = to;
        fuzz_message(&bytes);
    }

    #[test]
    fn noise_is_refused_or_canonical(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        fuzz_message(&bytes);
    }
}

#[test]
fn an_unknown_type_is_refused_by_name() {
    let bytes = [0, 0, 0, 1, 200];
    assert_eq!(
        Tagged::<ToRelay>::from_bytes(&bytes),
        Err(Error::Malformed { what: "type of request" })
    );
}

#[test]
fn an_over_long_field_is_refused_before_it_is_read() {
    // LoginFinish whose length field says 4 GiB
    let bytes = [0, 0, 0, 1, 4, 0xff, 0xff, 0xff, 0xff];
    assert_eq!(
        Tagged::<ToRelay>::from_bytes(&bytes),
        Err(Error::Limit { what: "bytes", got: 0xffff_ffff, max: limit::MAX_OPAQUE_BYTES })
    );
}

#[test]
fn handles_follow_their_pattern() {
    for good in ["a", "0", "alice", "a.b_c-d", "a23456789012345678901234567890ab"] {
        assert!(Handle::new(good).is_ok(), "{good}");
    }
    let long = "a".repeat(33);
    for bad in ["", ".a", "-a", "_a", "Alice", "a b", "ä", "a\0", long.as_str()] {
        assert!(Handle::new(bad).is_err(), "{bad}");
    }
}
