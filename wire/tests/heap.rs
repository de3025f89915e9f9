//! What hostile and idle peers cost in heap memory. In a file of its own, because the counting
//! allocator is global.

use allocation_counter::measure;
use wire::Time;
use wire::frame::{Bound, FrameReader};
use wire::key::StaticKey;
use wire::session::{Established, Handshaking};

#[path = "../src/testing.rs"]
#[expect(dead_code, reason = "shared with the unit tests, which use all of it")]
mod testing;
use testing::SeededRng;

const NOW: Time = Time::from_ms(0);
const MAX_GROWTH_BYTES: u64 = 4 * 1_024;

fn responder() -> Handshaking {
    let key = StaticKey::from_bytes([1; 32]);
    Handshaking::responder(key, NOW, &mut SeededRng(1))
}

/// Alice's end and the relay's.
fn established() -> (Established, Established) {
    let relay = StaticKey::from_bytes([1; 32]).public();
    let alice = StaticKey::from_bytes([2; 32]);
    let mut initiator = Handshaking::initiator(alice, relay, NOW, &mut SeededRng(2)).unwrap();
    let mut responder = responder();
    responder.handle_bytes(&mut initiator.poll_output().unwrap(), NOW).unwrap();
    let response = &mut responder.poll_output().unwrap();
    let alice = initiator.handle_bytes(response, NOW).unwrap().unwrap();
    let finish = &mut initiator.poll_output().unwrap();
    (alice, responder.handle_bytes(finish, NOW).unwrap().unwrap())
}

#[test]
fn a_refused_length_allocates_nothing_for_it() {
    for length in [0, 65_536, u32::MAX] {
        let mut reader = FrameReader::default();
        let bytes = length.to_be_bytes();
        let used = measure(|| {
            for byte in bytes {
                if reader.next_frame(&mut &mut [byte][..], Bound::FRAME).is_err() {
                    return;
                }
            }
            panic!("length {length} was accepted");
        });
        assert!(used.bytes_max < 128, "{used:?}");
        let mut responder = responder();
        let used = measure(|| {
            responder.handle_bytes(&mut bytes.clone(), NOW).unwrap_err();
        });
        assert!(used.bytes_max < 128, "{used:?}");
    }
}

#[test]
fn an_announced_length_costs_what_has_arrived() {
    let (_, mut relay) = established();
    let used = measure(|| {
        relay.inbound.handle_bytes(&mut [0, 0, 0xff, 0xff, 7], NOW, &mut |_| Ok(())).unwrap();
    });
    assert!(used.bytes_max < MAX_GROWTH_BYTES, "{used:?}");

    let (mut alice, mut relay) = established();
    relay.inbound.set_max_message_bytes(usize::MAX);
    let mut bytes = Vec::new();
    alice.outbound.seal([&vec![7; 1 << 20][..]], NOW, &mut bytes).unwrap();
    let (start, _) = bytes.split_at_mut(4 + 65_535);
    let used = measure(|| {
        relay.inbound.handle_bytes(start, NOW, &mut |_| Ok(())).unwrap();
    });
    assert!(used.bytes_max < 65_535 + MAX_GROWTH_BYTES, "{used:?}");
}

#[test]
fn whole_frames_of_whole_messages_cost_no_heap_at_all() {
    let (mut alice, mut relay) = established();
    let mut bytes = Vec::with_capacity(1 << 16);
    let (mut messages, batch) = (0, [[7; 200]; 80]);
    let used = measure(|| {
        let batch = batch.iter().map(<[u8; 200]>::as_slice);
        alice.outbound.seal(batch, NOW, &mut bytes).unwrap();
        alice.outbound.keep_alive(NOW, &mut bytes).unwrap();
        relay
            .inbound
            .handle_bytes(&mut bytes, NOW, &mut |_| {
                messages += 1;
                Ok(())
            })
            .unwrap();
    });
    assert_eq!(messages, 81);
    assert_eq!(used.count_total, 0, "{used:?}");
}

#[test]
fn an_idle_session_holds_no_heap_after_a_dribbled_message() {
    let (mut alice, mut relay) = established();
    let mut bytes = Vec::new();
    alice.outbound.seal([&[7; 3_000][..]], NOW, &mut bytes).unwrap();
    let used = measure(|| {
        for byte in &bytes {
            relay.inbound.handle_bytes(&mut [*byte], NOW, &mut |_| Ok(())).unwrap();
        }
    });
    assert_eq!(used.bytes_current, 0, "{used:?}");
}
