//! Where messages are written; or, in its place, why nothing can be written.

use engine::{Departure, Membership};

use super::chat::Places;
use super::part::{self, ButtonKind};
use crate::act::Act;
use crate::geometry::Rect;
use crate::look::{Font, Look};
use crate::palette::Ink;
use crate::scene::{Field, FieldPlace, Icon, Op, Role, Scene};
use crate::state::State;
use crate::state::chat::{Chat, HoldChoice, HoldWords};
use crate::state::composer::{Composer, ComposerAct, Mode};
use crate::state::dialog::DialogKind;
use crate::state::rooms::Room;
use crate::text::plain;

const MARGIN: i32 = 16;
const BOTTOM: i32 = 14;
const BOX_H: i32 = 46;
const LINE_H: i32 = 20;
const LINES: usize = 6;
const MODE_H: i32 = 48;
const PROBLEM_H: i32 = 22;
const FIELD_LEFT: i32 = 82;
const SEND_W: i32 = 65;
const ROW_H: i32 = 30;
/// Bytes of which lines are counted: more than fill six lines of any window are not needed.
const COUNTED_BYTES: usize = 4_096;

/// Height of the composer with what stands around it, in a timeline of this width.
#[must_use]
pub fn height(chat: &Chat, width: i32, look: Look<'_>) -> i32 {
    let Some(room) = chat.room() else { return 0 };
    if let Some(words) = HoldWords::of(room) {
        let text_w = width - 2 * MARGIN - 52;
        let lines = part::lines(look, Font::BODY, &words.sentence, text_w).len();
        let lines = i32::try_from(lines).unwrap_or(1);
        return match room.hold_later {
            true => BOX_H + BOTTOM,
            false if words.choice.is_some() => lines * LINE_H + 24 + 48 + BOTTOM,
            false => lines * LINE_H + 24 + BOTTOM,
        };
    }
    if room.info.standing == Membership::Left {
        return BOX_H + BOTTOM;
    }
    let composer = &chat.composer;
    let mode = if composer.mode == Mode::Write { 0 } else { MODE_H };
    let problem = if composer.excess() > 0 { PROBLEM_H } else { 0 };
    mode + problem + BOX_H + (line_count(composer, width, look) - 1) * LINE_H + BOTTOM
}

fn field_width(width: i32) -> i32 {
    (width - 2 * MARGIN - FIELD_LEFT - SEND_W - 20).max(40)
}

fn line_count(composer: &Composer, width: i32, look: Look<'_>) -> i32 {
    let text = beginning(&composer.text);
    let mut count = 0;
    for paragraph in text.split('\n').take(LINES) {
        // What the real field keeps free at its sides.
        count += part::lines(look, Font::BODY, paragraph, field_width(width) - 8).len();
        if count >= LINES {
            break;
        }
    }
    i32::try_from(count.clamp(1, LINES)).unwrap_or(1)
}

fn beginning(text: &str) -> &str {
    let end = text.floor_char_boundary(COUNTED_BYTES.min(text.len()));
    text.get(..end).unwrap_or("")
}

/// The composer, or what stands in its place.
pub fn paint(chat: &Chat, state: &State, rect: Rect, look: Look<'_>, scene: &mut Scene) {
    let Some(room) = chat.room() else { return };
    scene.push(Op::Fill(rect, Ink::Ground));
    let place = Rect::new(rect.x + MARGIN, rect.y, rect.w - 2 * MARGIN, rect.h - BOTTOM);
    if let Some(words) = HoldWords::of(room) {
        return held(room, &words, place, look, scene);
    }
    if room.info.standing == Membership::Left {
        scene.push(Op::Outline(place, 14, Ink::Line));
        let text = left(room);
        return part::label_centre(scene, look, place.inset(16, 0), Font::BODY, Ink::Soft, &text);
    }
    writing(chat, state, room, place, look, scene);
}

fn writing(chat: &Chat, state: &State, room: &Room, rect: Rect, look: Look<'_>, scene: &mut Scene) {
    let composer = &chat.composer;
    let mut rect = rect;
    scene.push(Op::Outline(rect, 14, if composer.excess() > 0 { Ink::Bad } else { Ink::Line }));
    if composer.mode != Mode::Write {
        let (bar, rest) = rect.split_top(MODE_H);
        mode(composer, state, bar, look, scene);
        rect = rest;
    }
    if composer.excess() > 0 {
        let (line, rest) = rect.split_top(PROBLEM_H);
        let text =
            format!("This is {} bytes too long for one message; split it.", composer.excess());
        let line = line.inset(14, 0).moved(0, 4);
        part::label(scene, look, line, Font::SMALL, Ink::Bad, &text);
        rect = rest;
    }
    let y = rect.bottom() - 39;
    let attach = Rect::new(rect.x + 7, y, 32, 32);
    part::tool(scene, state, attach, Icon::Attach, "Send files", false, ComposerAct::Attach);
    let emoji = Rect::new(rect.x + 41, y, 32, 32);
    let pressed = state.emoji.is_some();
    part::tool(scene, state, emoji, Icon::Emoji, "Emoji", pressed, ComposerAct::Emoji);
    let field_w = rect.w - FIELD_LEFT - SEND_W - 20;
    scene.fields.push(FieldPlace {
        field: Field::Composer,
        rect: Rect::new(rect.x + FIELD_LEFT, rect.y + 10, field_w, rect.h - 20),
        hint: format!("Message {}", crate::text::clean(room.name())).into(),
        ground: Ink::Ground,
        enabled: true,
    });
    let send = Rect::new(rect.right() - SEND_W - 7, y, SEND_W, 32);
    let text = if matches!(composer.mode, Mode::Edit(..)) { "Save" } else { "Send" };
    part::button(scene, look, send, text, ButtonKind::Primary, ComposerAct::Send);
}

fn mode(composer: &Composer, state: &State, rect: Rect, look: Look<'_>, scene: &mut Scene) {
    let (title, quoted) = match &composer.mode {
        Mode::Reply(quoted) => (format!("Answer to {}", quoted.from), quoted),
        Mode::Edit(quoted, _) => ("Edit message".to_owned(), quoted),
        Mode::Write => return,
    };
    scene.push(Op::Fill(Rect::new(rect.x + 14, rect.y + 10, 3, 34), Ink::Accent));
    let line = Rect::new(rect.x + 26, rect.y + 8, rect.w - 74, 18);
    part::label(scene, look, line, Font::SMALL_STRONG, Ink::Accent, &title);
    part::label(scene, look, line.moved(0, 19), Font::SMALL, Ink::Soft, &plain(&quoted.text));
    let close = Rect::new(rect.right() - 40, rect.y + 10, 32, 32);
    let name = match composer.mode {
        Mode::Edit(..) => "Do not edit",
        _ => "Do not answer",
    };
    part::tool(scene, state, close, Icon::Close, name, false, ComposerAct::DropMode);
    scene.push(Op::Fill(Rect::new(rect.x + 1, rect.bottom() - 1, rect.w - 2, 1), Ink::Line));
}

fn held(room: &Room, words: &HoldWords, rect: Rect, look: Look<'_>, scene: &mut Scene) {
    scene.push(Op::Outline(rect, 14, Ink::Warn));
    scene.push(Op::Icon(Rect::new(rect.x + 14, rect.y + 13, 20, 20), Icon::Warning, Ink::Warn));
    let text = Rect::new(rect.x + 44, rect.y + 12, rect.w - 52 - 8, LINE_H);
    if room.hold_later {
        let decide = Rect::new(rect.right() - 91, rect.y + 7, 84, 32);
        let line = Rect { w: decide.x - text.x - 8, ..text };
        part::label(scene, look, line, Font::BODY, Ink::Text, &words.short);
        let act = ComposerAct::Decide;
        return part::button(scene, look, decide, "Decide", ButtonKind::Plain, act);
    }
    let used = part::wrapped(scene, look, text, Font::BODY, Ink::Text, &words.sentence);
    let Some(choice) = &words.choice else { return };
    let (name, act) = match choice {
        HoldChoice::Repair => ("Come back into the room", ComposerAct::Repair.into()),
        HoldChoice::Compare(handle) => {
            ("Compare safety number", Act::Show(DialogKind::Safety(handle.clone())))
        }
    };
    let y = text.y + used + 8;
    let w = part::width(look, Font::STRONG, name) + 32;
    part::button(scene, look, Rect::new(text.x, y, w, 36), name, ButtonKind::Primary, act);
    let later = Rect::new(text.x + w + 8, y, 88, 36);
    part::button(scene, look, later, "Not now", ButtonKind::Quiet, ComposerAct::Later);
}

fn left(room: &Room) -> String {
    match &room.departure {
        Some(Departure::Removed(by)) => format!("{by} removed you from this room."),
        Some(Departure::Closed(by)) => format!("{by} closed this room; what was said stays here."),
        Some(Departure::Unexplained) => {
            "The relay says that you are not in this room any more; nobody has proven why.".into()
        }
        _ => "You have left this room; what was said stays here.".into(),
    }
}

/// What can complete the word at the cursor, above it.
pub fn paint_completion(chat: &Chat, places: &Places, look: Look<'_>, scene: &mut Scene) {
    let Some(completion) = &chat.composer.completion else { return };
    let field = scene.fields.iter().find(|place| place.field == Field::Composer);
    let Some(field) = field.map(|place| place.rect) else { return };
    let before = chat.composer.text.get(..completion.range.start).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    let lines = part::lines(look, Font::BODY, beginning(line), field.w - 8);
    let indent = lines.last().map_or(0, |line| part::width(look, Font::BODY, line));
    let rows = i32::try_from(completion.choices.len()).unwrap_or(0);
    let (w, h) = (240.min(places.middle.w - 2 * MARGIN), rows * ROW_H + 12);
    let x = (field.x + indent).min(places.middle.right() - MARGIN - w);
    let rect = Rect::new(x, places.composer.y - h - 4, w, h);
    scene.region(rect, Act::Nothing, "", Role::Shield);
    part::card(scene, rect, 10);
    for (n, choice) in completion.choices.iter().enumerate() {
        let y = rect.y + 6 + i32::try_from(n).unwrap_or(0) * ROW_H;
        let row = Rect::new(rect.x + 6, y, rect.w - 12, ROW_H);
        if n == completion.picked {
            scene.push(Op::Round(row, 8, Ink::Selected));
        } else if part::hovers(scene, row) {
            scene.push(Op::Round(row, 8, Ink::Hover));
        }
        let label = row.inset(10, 0);
        part::label(scene, look, label, Font::BODY, Ink::Text, &choice.shown);
        scene.region(row, ComposerAct::Complete(n), &choice.shown, Role::Row);
    }
}
