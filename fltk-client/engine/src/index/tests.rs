use super::*;

const GARDEN: RoomId = RoomId::from_array([1; 16]);
const KITCHEN: RoomId = RoomId::from_array([2; 16]);

fn found(index: &Index, text: &str) -> Vec<u64> {
    let Some(query) = Query::new(text) else { return Vec::new() };
    index.find(&query, None, 10).into_iter().map(|(_, seq)| seq.0).collect()
}

fn index(texts: &[&str]) -> Index {
    let mut index = Index::default();
    for (seq, text) in (1..).zip(texts) {
        index.add(GARDEN, (Seq(seq), UnixMs(seq)), text);
    }
    index
}

#[test]
fn all_words_must_occur_in_one_message() {
    let index = index(&["The roses need water", "Water, please", "roses", "rosewater"]);
    assert_eq!(found(&index, "water"), [4, 2, 1]);
    assert_eq!(found(&index, "WATER rose"), [4, 1], "also inside of words");
    assert_eq!(found(&index, "roses rosewater"), [0_u64; 0]);
    assert_eq!(found(&index, "please roses"), [0_u64; 0], "not across two messages");
    assert_eq!(found(&index, " \n "), [0_u64; 0]);
    assert_eq!(found(&index, "\u{301}"), [0_u64; 0], "an accent alone is no word");
}

#[test]
fn the_newest_come_first_across_rooms() {
    let mut index = Index::default();
    for seq in 1..=30 {
        index.add(GARDEN, (Seq(seq), UnixMs(10 * seq)), "weeds");
        index.add(KITCHEN, (Seq(seq), UnixMs(10 * seq + 5)), "weeds");
    }
    let query = Query::new("weed").unwrap();
    let hits = index.find(&query, None, 3);
    assert_eq!(hits, [(KITCHEN, Seq(30)), (GARDEN, Seq(30)), (KITCHEN, Seq(29))]);
    assert_eq!(index.find(&query, Some(GARDEN), 1), [(GARDEN, Seq(30))]);
    assert_eq!(index.find(&query, None, 0), []);
}

#[test]
fn a_changed_text_is_found_by_its_new_words_only() {
    let mut index = index(&["one", "two", "three"]);
    index.put(GARDEN, (Seq(2), UnixMs(2)), "four");
    assert_eq!(found(&index, "two"), [0_u64; 0]);
    assert_eq!(found(&index, "four"), [2]);
    index.put(GARDEN, (Seq(9), UnixMs(9)), "four");
    assert_eq!(found(&index, "four"), [9, 2]);
    index.remove(GARDEN, Seq(2));
    index.remove(GARDEN, Seq(2));
    index.remove(KITCHEN, Seq(2));
    assert_eq!(found(&index, "four"), [9]);
}

#[test]
fn a_text_that_stays_as_it_is_takes_no_space_again() {
    let mut index = index(&["one"]);
    for _ in 0..10_000 {
        index.put(GARDEN, (Seq(1), UnixMs(1)), "one");
    }
    assert_eq!(index.rooms[&GARDEN].len(), 1);
    assert_eq!(found(&index, "one"), [1]);
}

#[test]
fn what_was_removed_is_overwritten() {
    let mut index = index(&["the eagle lands at midnight"]);
    assert!(index.rooms[&GARDEN][0].text_of(Seq(1)).is_some());
    index.remove(GARDEN, Seq(1));
    index.scratch.clear();
    let left = format!("{:?}", index.rooms[&GARDEN][0].text_of(Seq(u64::MAX)));
    assert_eq!(left, "None");
    assert_eq!(found(&index, "eagle"), [0_u64; 0]);
}

#[test]
fn long_and_many_texts_fill_segments_in_order() {
    let mut index = Index::default();
    let long = "x".repeat(3 * SEGMENT_BYTES);
    for seq in 1..=2_000 {
        let text = if seq == 700 { long.clone() } else { format!("message <{seq}> of many") };
        index.add(GARDEN, (Seq(seq), UnixMs(seq)), &text);
    }
    for seq in [1, 699, 701, 1_999, 2_000] {
        assert_eq!(found(&index, &format!("<{seq}> message")), [seq]);
    }
    assert_eq!(found(&index, "xxxxxxxx"), [700]);
}

#[test]
fn a_hundred_thousand_messages_take_less_than_ten_megabytes() {
    let mut index = Index::default();
    let before = allocation_counter::measure(|| {
        let mut text = String::new();
        for seq in 1..=100_000_u64 {
            let room = RoomId::from_array([u8::try_from(seq % 50).unwrap(); 16]);
            text.clear();
            core::fmt::Write::write_fmt(&mut text, format_args!("{seq:->60}")).unwrap();
            index.add(room, (Seq(seq), UnixMs(seq)), &text);
        }
    });
    assert!(before.bytes_current < 10_000_000, "{} bytes", before.bytes_current);
    assert!(before.bytes_max < 12_000_000, "{} bytes at most", before.bytes_max);
    assert_eq!(found(&index, "77777"), [77_777]);
}
