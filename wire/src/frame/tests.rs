use proptest::prelude::*;

use super::*;

fn framed(bodies: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for body in bodies {
        bytes.extend_from_slice(&prefix(body.len(), Bound::FRAME).unwrap());
        bytes.extend_from_slice(body);
    }
    bytes
}

fn drain(
    reader: &mut FrameReader,
    mut input: &mut [u8],
    bodies: &mut Vec<Vec<u8>>,
) -> Result<(), Error> {
    while let Some(frame) = reader.next_frame(&mut input, Bound::FRAME)? {
        bodies.push(frame.to_vec());
    }
    assert!(input.is_empty());
    Ok(())
}

#[test]
fn lengths_of_zero_and_above_the_maximum_are_refused_by_name() {
    let refused = |bytes: &mut [u8], bound| {
        FrameReader::default().next_frame(&mut &mut *bytes, bound).unwrap_err()
    };
    let malformed = Error::Malformed { what: "frame" };
    assert_eq!(refused(&mut [0, 0, 0, 0], Bound::FRAME), malformed);
    let limit = |what, got, max| Error::Limit { what, got, max };
    let over = 65_536_u32.to_be_bytes();
    assert_eq!(refused(&mut over.clone(), Bound::FRAME), limit("frame", 65_536, 65_535));
    let most = usize::try_from(u32::MAX).unwrap();
    assert_eq!(refused(&mut [0xff; 4], Bound::FRAME), limit("frame", most, 65_535));
    let over = 257_u32.to_be_bytes();
    let handshake = limit("handshake frame", 257, 256);
    assert_eq!(refused(&mut over.clone(), Bound::HANDSHAKE_FRAME), handshake);
}

#[test]
fn a_bad_length_that_arrives_in_pieces_is_refused() {
    let mut reader = FrameReader::default();
    drain(&mut reader, &mut [0xff, 0xff], &mut Vec::new()).unwrap();
    let refused = drain(&mut reader, &mut [0xff, 0xff], &mut Vec::new());
    assert!(matches!(refused, Err(Error::Limit { .. })));
}

#[test]
fn the_longest_frame_passes() {
    let body = vec![7; MAX_FRAME_BYTES];
    let mut bodies = Vec::new();
    drain(&mut FrameReader::default(), &mut framed(&[&body]), &mut bodies).unwrap();
    assert_eq!(bodies, [body]);
}

#[test]
fn a_frame_that_lies_in_the_input_is_not_copied() {
    let mut bytes = framed(&[b"alice", b"bob"]);
    let place = bytes.as_ptr_range();
    let mut input = bytes.as_mut_slice();
    let mut reader = FrameReader::default();
    for _ in 0..2 {
        let frame = reader.next_frame(&mut input, Bound::FRAME).unwrap().unwrap();
        assert!(place.contains(&frame.as_ptr()));
    }
}

#[test]
fn a_reader_is_one_word_and_holds_nothing_between_frames() {
    assert_eq!(size_of::<FrameReader>(), size_of::<usize>());
    let mut reader = FrameReader::default();
    let mut bodies = Vec::new();
    for byte in framed(&[b"alice", b"bob"]) {
        drain(&mut reader, &mut [byte], &mut bodies).unwrap();
    }
    assert_eq!(bodies, [b"alice".to_vec(), b"bob".to_vec()]);
    assert!(reader.pending.is_none());
}

proptest! {
    #[test]
    fn cutting_the_input_anywhere_changes_nothing(
        bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..300), 0..10),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let slices: Vec<&[u8]> = bodies.iter().map(Vec::as_slice).collect();
        let mut bytes = framed(&slices);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.sort_unstable();
        let (mut reader, mut read, mut start) = (FrameReader::default(), Vec::new(), 0);
        for end in cuts.into_iter().chain([bytes.len()]) {
            drain(&mut reader, &mut bytes[start..end], &mut read).unwrap();
            start = end;
        }
        prop_assert_eq!(read, bodies);
        prop_assert!(reader.pending.is_none());
    }
}
