//! What a search found: rooms by their names, and messages.

use engine::{Body, EntryKind, Hit};
use wire::id::{RoomId, Seq};

use super::super::{part, when};
use crate::act::Act;
use crate::geometry::{Point, Rect};
use crate::look::{Font, Look};
use crate::palette::Ink;
use crate::scene::{Icon, Op, Role, Scene};
use crate::state::chat::Chat;
use crate::state::rooms::RoomsAct;
use crate::text::plain_lines;

const CHIP_H: i32 = 36;
const HEADING_H: i32 = 28;
const ROOM_H: i32 = 40;
const HIT_H: i32 = 60;
/// Lines of a message that are looked through for what to show of it.
const LINES: usize = 100;

/// Height of all that was found.
pub(super) fn content_height(chat: &Chat) -> i32 {
    let count = |n: usize| i32::try_from(n).unwrap_or(0);
    let (rooms, hits) = (chat.rooms.matching().len(), chat.rooms.search.hits.len());
    let chip = if chat.rooms.search.room.is_some() { CHIP_H } else { 0 };
    let rooms = if rooms > 0 { HEADING_H + count(rooms) * ROOM_H } else { 0 };
    chip + rooms + HEADING_H + count(hits) * HIT_H + 24
}

/// What was found.
pub(super) fn paint(chat: &Chat, rect: Rect, look: Look<'_>, scene: &mut Scene) {
    let search = &chat.rooms.search;
    let mut y = rect.y - chat.rooms.scroll;
    let mut row = 0;
    if let Some(room) = search.room.and_then(|room| chat.rooms.get(room)) {
        chip(scene, look, Rect::new(rect.x + 12, y + 2, rect.w - 25, 28), rect, room.name());
        y += CHIP_H;
    }
    let rooms = chat.rooms.matching();
    if !rooms.is_empty() {
        part::heading(scene, look, Rect::new(rect.x + 18, y + 4, rect.w - 36, 20), "Rooms");
        y += HEADING_H;
        for room in rooms {
            let place = Rect::new(rect.x, y, rect.w, ROOM_H);
            room_row(chat, room, row == search.picked, (place, rect), look, scene);
            (y, row) = (y + ROOM_H, row + 1);
        }
    }
    if search.text.trim().is_empty() {
        return;
    }
    part::heading(scene, look, Rect::new(rect.x + 18, y + 4, rect.w - 36, 20), "Messages");
    y += HEADING_H;
    let words: Vec<String> = search.text.split_whitespace().map(str::to_lowercase).collect();
    for hit in &search.hits {
        let place = Rect::new(rect.x, y, rect.w, HIT_H);
        if place.bottom() > rect.y && place.y < rect.bottom() {
            hit_row(chat, hit, &words, row == search.picked, (place, rect), look, scene);
        }
        (y, row) = (y + HIT_H, row + 1);
    }
    if search.hits.is_empty() {
        let waiting = search.asked.is_some() || search.due.is_some();
        let text = if waiting { "Looking…" } else { "Nothing was found." };
        let place = Rect::new(rect.x + 18, y, rect.w - 36, 20);
        part::label(scene, look, place, Font::SMALL, Ink::Soft, text);
    }
}

fn chip(scene: &mut Scene, look: Look<'_>, rect: Rect, clip: Rect, name: &str) {
    let text = part::cut(look, Font::SMALL, &format!("in {name}"), rect.w - 40);
    let chip = Rect { w: part::width(look, Font::SMALL, &text) + 38, ..rect };
    scene.push(Op::Round(chip, 14, Ink::Selected));
    let label = Rect::new(chip.x + 12, chip.y, chip.w - 34, chip.h);
    part::label(scene, look, label, Font::SMALL, Ink::Text, &text);
    let cross = Rect::new(chip.right() - 24, chip.y + 7, 14, 14);
    scene.push(Op::Icon(cross, Icon::Close, Ink::Soft));
    let place = chip.intersection(clip);
    scene.region(place, RoomsAct::SearchEverywhere, "Search everywhere", Role::Button);
}

fn ground(scene: &mut Scene, rect: Rect, clip: Rect, picked: bool) -> Rect {
    let ground = Rect::new(rect.x + 6, rect.y, rect.w - 13, rect.h);
    if picked {
        scene.push(Op::Round(ground, 10, Ink::Selected));
    } else if part::hovers(scene, ground) && part::hovers(scene, clip) {
        scene.push(Op::Round(ground, 10, Ink::Hover));
    }
    ground.intersection(clip)
}

fn room_row(
    chat: &Chat,
    room: RoomId,
    picked: bool,
    (rect, clip): (Rect, Rect),
    look: Look<'_>,
    scene: &mut Scene,
) {
    let Some(known) = chat.rooms.get(room) else { return };
    let place = ground(scene, rect, clip, picked);
    part::avatar(scene, look, Rect::new(rect.x + 18, rect.y + 6, 28, 28), known.name());
    let label = Rect::new(rect.x + 56, rect.y, rect.w - 72, rect.h);
    part::label(scene, look, label, Font::BODY, Ink::Text, known.name());
    scene.region(place, Act::OpenRoom(room, None), known.name(), Role::Row);
}

fn hit_row(
    chat: &Chat,
    hit: &Hit,
    words: &[String],
    picked: bool,
    (rect, clip): (Rect, Rect),
    look: Look<'_>,
    scene: &mut Scene,
) {
    let EntryKind::Message { from, body, .. } = &hit.entry.kind else { return };
    let text = match body {
        Body::Text(text) => text.as_str(),
        Body::File(file) => file.name.as_str(),
        _ => "",
    };
    let place = ground(scene, rect, clip, picked);
    let room = chat.rooms.get(hit.room).map_or("", |room| room.name());
    let top = Rect::new(rect.x + 18, rect.y + 5, rect.w - 37, 18);
    let time = when::short(look, hit.entry.at);
    part::label_right(scene, look, top, Font::TINY, Ink::Faint, &time);
    let w = top.w - part::width(look, Font::TINY, &time) - 8;
    part::label(scene, look, Rect { w, ..top }, Font::SMALL_STRONG, Ink::Text, room);
    let by = top.moved(0, 17);
    part::label(scene, look, by, Font::TINY, Ink::Soft, from.as_str());
    snippet(scene, look, top.moved(0, 34), text, words);
    let act = Act::OpenRoom(hit.room, Some(Seq(hit.entry.seq.0)));
    scene.region(place, act, &format!("{from} in {room}"), Role::Row);
}

/// One line around the first word that was looked for, with the words in bold.
fn snippet(scene: &mut Scene, look: Look<'_>, rect: Rect, text: &str, words: &[String]) {
    let text = plain_lines(text, LINES).replace('\t', " ");
    let ranges = occurrences(&text, words);
    let first = ranges.first().map_or(0, |range| range.start);
    let before = text.get(..first).unwrap_or("");
    let mut start = before.char_indices().rev().nth(13).map_or(0, |(at, _)| at);
    if start > 0 {
        start = before.get(start..).and_then(|s| s.find(' ')).map_or(start, |at| start + at + 1);
    }
    let mut x = rect.x;
    let baseline = rect.y + (rect.h - 18) / 2 + look.measure.ascent(Font::SMALL);
    // Where a piece is not the last, there is room for "…" after it.
    let mut put = |font: Font, ink: Ink, piece: &str, is_last: bool| {
        let room = rect.right() - x;
        let longer = format!("{piece}…");
        let fits = is_last || part::width(look, font, &longer) <= room;
        let shown = part::cut(look, font, if fits { piece } else { &longer }, room);
        scene.push(Op::Text(Point { x, y: baseline }, font, ink, shown.clone()));
        x += part::width(look, font, &shown);
        *shown == *piece
    };
    if start > 0 && !put(Font::SMALL, Ink::Soft, "…", false) {
        return;
    }
    let mut at = start;
    for range in ranges {
        if range.start < at {
            continue;
        }
        let plain = text.get(at..range.start).unwrap_or("");
        let bold = text.get(range.clone()).unwrap_or("");
        if !plain.is_empty() && !put(Font::SMALL, Ink::Soft, plain, false) {
            return;
        }
        if !put(Font::SMALL_STRONG, Ink::Text, bold, range.end == text.len()) {
            return;
        }
        at = range.end;
    }
    let rest: String = text.get(at..).unwrap_or("").chars().take(200).collect();
    if !rest.is_empty() {
        put(Font::SMALL, Ink::Soft, &rest, true);
    }
}

/// Where words occur in a text whatever their case, in order, in whole characters of the text.
fn occurrences(text: &str, words: &[String]) -> Vec<core::ops::Range<usize>> {
    let mut ranges = Vec::new();
    for (at, _) in text.char_indices().take(20_000) {
        let rest = text.get(at..).unwrap_or("");
        if let Some(len) = words.iter().filter_map(|word| begins_with(rest, word)).max() {
            ranges.push(at..at + len);
        }
        if ranges.len() > 20 {
            break;
        }
    }
    ranges
}

/// Bytes of the beginning of a text that are this word in lower case.
fn begins_with(text: &str, word: &str) -> Option<usize> {
    let mut wanted = word.chars();
    let mut next = wanted.next()?;
    for (at, c) in text.char_indices() {
        for lower in c.to_lowercase() {
            if lower != next {
                return None;
            }
            match wanted.next() {
                Some(c) => next = c,
                None => return Some(at + c.len_utf8()),
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whatever_their_case() {
        let words = ["äpfel".to_owned(), "on".to_owned()];
        assert_eq!(occurrences("Äpfel ON x", &words), [0..6, 7..9]);
        assert_eq!(occurrences("", &words), []);
    }
}
