//! What `pack` writes is what `rmp-serde` writes, and either reads what the other wrote.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "the lint exempts test functions, not what they share"
)]

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt::Debug;

use pack::config::BytesMode;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

fn ours(value: &impl Serialize, mode: BytesMode) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut serializer = pack::Serializer::new(&mut bytes).with_struct_map().with_bytes(mode);
    value.serialize(&mut serializer).unwrap();
    bytes
}

fn theirs(value: &impl Serialize, mode: rmp_serde::config::BytesMode) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut serializer = rmp_serde::Serializer::new(&mut bytes).with_struct_map().with_bytes(mode);
    value.serialize(&mut serializer).unwrap();
    bytes
}

/// Same bytes, in both modes, which both read; and no beginning of them is a value.
fn agree<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    assert_eq!(pack::to_vec_named(value).unwrap(), rmp_serde::to_vec_named(value).unwrap());
    let normal = ours(value, BytesMode::Normal);
    assert_eq!(normal, theirs(value, rmp_serde::config::BytesMode::Normal), "{value:?}");
    let forced = ours(value, BytesMode::ForceIterables);
    assert_eq!(forced, theirs(value, rmp_serde::config::BytesMode::ForceIterables), "{value:?}");
    for bytes in [normal, forced] {
        assert_eq!(pack::from_slice::<T>(&bytes).unwrap(), *value);
        assert_eq!(rmp_serde::from_slice::<T>(&bytes).unwrap(), *value);
        pack::from_slice::<IgnoredAny>(&bytes).unwrap();
        for length in 0..bytes.len().min(300) {
            assert!(pack::from_slice::<T>(&bytes[..length]).is_err(), "{value:?} cut to {length}");
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Named {
    first: u8,
    second: Option<Box<Named>>,
    bytes: Vec<u8>,
    array: [u8; 3],
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Byte(u8);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Pair(u16, String);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Kind {
    Nothing,
    One(Vec<u8>),
    Two(u8, i32),
    Named { value: u64, other: Option<u8> },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Either {
    Number(u64),
    Text(String),
    Kind(Kind),
    Many(Vec<i64>),
}

fn named(depth: u8) -> Named {
    Named {
        first: depth,
        second: depth.checked_sub(1).map(|depth| Box::new(named(depth))),
        bytes: (0..=depth).collect(),
        array: [1, 200, depth],
    }
}

#[test]
fn numbers_of_every_length_agree() {
    for shift in 0..64 {
        for around in [-1, 0, 1] {
            let number = (1_i64 << shift).wrapping_add(around);
            agree(&number);
            agree(&number.wrapping_neg());
            agree(&number.cast_unsigned());
        }
    }
    for number in [i8::MIN, -33, -32, -1, 0, 127] {
        agree(&number);
        agree(&(i16::from(number) * 256));
        agree(&(i32::from(number) * 70_000));
    }
    agree(&(u8::MAX, u16::MAX, u32::MAX, u64::MAX, i64::MIN));
    agree(&(true, false, 'ß', ()));
}

#[test]
fn texts_and_sequences_of_every_length_agree() {
    for length in [0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536, 70_000] {
        agree(&"x".repeat(length));
        agree(&vec![7_u8; length]);
        agree(&vec![200_u8; length]);
        agree(&vec![7_u16; length]);
        agree(&vec![(); length.min(300)]);
        agree(&(0..length.min(300)).map(|n| (n, n.to_string())).collect::<BTreeMap<_, _>>());
    }
    agree(&HashMap::from([("only".to_owned(), vec![1_u8, 2])]));
}

#[test]
fn structures_and_variants_agree() {
    agree(&named(20));
    agree(&(Unit, Byte(5), Pair(300, "ü".to_owned())));
    agree(&vec![
        Kind::Nothing,
        Kind::One(vec![1, 2, 255]),
        Kind::One(vec![]),
        Kind::Two(200, -5),
        Kind::Named { value: u64::MAX, other: None },
        Kind::Named { value: 0, other: Some(0) },
    ]);
    agree(&(Some(5_u8), None::<u8>, Some(Kind::Nothing), Some(Unit), Some(vec![Some(1_u8)])));
}

/// Of types that look like bytes, only bytes are.
#[test]
fn only_sequences_of_bytes_become_byte_strings() {
    agree(&vec![Byte(1), Byte(200)]);
    agree(&vec![Some(1_u8), Some(200)]);
    agree(&vec![[1_u8], [200]]);
    agree(&vec![(1_u8, 2_u8)]);
    agree(&vec![vec![1_u8], vec![], vec![200, 3]]);
    agree(&vec![1_i8, 2]);
    agree(&vec![true]);
    assert_eq!(ours(&vec![1_u8, 200], BytesMode::ForceIterables), [0xc4, 2, 1, 200]);
}

#[test]
fn what_is_told_apart_by_what_stands_there_agrees() {
    agree(&Either::Number(70_000));
    agree(&Either::Text("text".to_owned()));
    agree(&Either::Kind(Kind::Two(1, 2)));
    agree(&Either::Many(vec![-1, -70_000]));
}

/// A deque gives no slice, and is read from a byte string all the same.
#[test]
fn bytes_are_read_from_either_form() {
    let value: VecDeque<u8> = [1, 200].into();
    let list = ours(&value, BytesMode::Normal);
    let string = ours(&value, BytesMode::ForceIterables);
    assert_ne!(list, string);
    for bytes in [list, string] {
        assert_eq!(pack::from_slice::<VecDeque<u8>>(&bytes).unwrap(), value);
        assert_eq!(rmp_serde::from_slice::<VecDeque<u8>>(&bytes).unwrap(), value);
    }
}

#[test]
fn fields_in_another_order_and_more_of_them_are_read() {
    #[derive(Serialize)]
    struct Newer {
        added: Named,
        array: [u8; 3],
        second: Option<()>,
        bytes: Vec<u8>,
        first: u8,
    }
    let value = Named { first: 1, second: None, bytes: vec![2], array: [3, 4, 5] };
    let newer = Newer { added: named(3), array: [3, 4, 5], second: None, bytes: vec![2], first: 1 };
    let bytes = pack::to_vec_named(&newer).unwrap();
    assert_eq!(pack::from_slice::<Named>(&bytes).unwrap(), value);
}

#[test]
fn what_does_not_fit_is_an_error() {
    let text = pack::to_vec_named("text").unwrap();
    assert_eq!(pack::from_slice::<u8>(&text), Err(pack::Error));
    assert_eq!(pack::from_slice::<Vec<u8>>(&text), Err(pack::Error));
    assert_eq!(pack::from_slice::<Named>(&text), Err(pack::Error));
    assert_eq!(pack::from_slice::<Kind>(&text), Err(pack::Error));
    assert_eq!(pack::from_slice::<bool>(&text), Err(pack::Error));
    assert_eq!(pack::from_slice::<Unit>(&text), Err(pack::Error));
    let long = pack::to_vec_named(&vec![300_u16]).unwrap();
    assert_eq!(pack::from_slice::<Vec<u8>>(&long), Err(pack::Error));
    assert_eq!(pack::from_slice::<(u16, u16)>(&long), Err(pack::Error));
    assert_eq!(pack::from_slice::<String>(&long), Err(pack::Error));
    let longer = pack::to_vec_named(&(1, 2, 3)).unwrap();
    assert_eq!(pack::from_slice::<(u8, u8)>(&longer), Err(pack::Error));
    assert_eq!(pack::from_slice::<String>(b"\xa2\xff\xff"), Err(pack::Error));
    assert_eq!(pack::from_slice::<IgnoredAny>(b"\xc1").map(|_| ()), Err(pack::Error));
    assert_eq!(pack::to_vec_named(&1.5_f32), Err(pack::Error));
    assert_eq!(pack::to_vec_named(&1.5_f64), Err(pack::Error));
}

/// A length alone takes no memory, and no depth takes the stack.
#[test]
fn lies_about_lengths_and_depths_are_errors() {
    for marker in [0xc6, 0xdb, 0xdd, 0xdf] {
        let bytes = [marker, 0xff, 0xff, 0xff, 0xff];
        assert!(pack::from_slice::<Vec<u8>>(&bytes).is_err());
        assert!(pack::from_slice::<IgnoredAny>(&bytes).is_err());
        assert!(pack::from_slice::<BTreeMap<u8, u8>>(&bytes).is_err());
    }
    assert!(pack::from_slice::<IgnoredAny>(&[0x91; 100_000]).is_err());
    assert!(pack::from_slice::<Named>(&[0x81; 100_000]).is_err());
}
