//! A file in its bubble: what it is, how far it is, what can be done with it.

use engine::{File, Transfer, Way};
use wire::id::Seq;

use crate::act::Act;
use crate::geometry::{Point, Rect};
use crate::look::{Font, Look};
use crate::palette::Ink;
use crate::scene::{Icon, Op, Role, Scene};
use crate::state::timeline::{Key, Sending};
use crate::view::part;

use super::draw::{Inks, One, region};
use super::settle::picture_key;
use super::when;

/// Draws picture and file.
pub(super) fn draw(
    one: &One<'_>,
    file: &File,
    at: Point,
    inks: Inks,
    look: Look<'_>,
    scene: &mut Scene,
) {
    let Some(rect) = one.bubble.file.map(|rect| rect.moved(at.x, at.y)) else { return };
    let view = one.timeline.stand.rect;
    if let (Some(place), Key::At(seq)) = (one.bubble.picture, one.row.key) {
        let place = place.moved(at.x, at.y);
        scene.push(Op::Round(place, 8, inks.inset));
        scene.push(Op::Picture(place, 8, picture_key(one.timeline.room, seq)));
        region(scene, view, place, Act::ViewPicture(seq), "Show large", Role::Button);
    }
    let tile = Rect::new(rect.x, rect.y + 6, 40, 40);
    let own = inks.fill == Ink::Own;
    scene.push(Op::Round(tile, 10, if own { Ink::OwnInset } else { Ink::Selected }));
    part::label_centre(
        scene,
        look,
        tile.inset(2, 0),
        Font::TINY_STRONG,
        inks.accent,
        &extension(&file.name),
    );
    let transfer = transfer(one);
    let tool = tool(one, transfer);
    let text_w = rect.w - 52 - if tool.is_some() { 36 } else { 0 };
    let name = part::cut_middle(look, Font::BODY, &file.name, text_w);
    // In the middle beside the tile, and higher where there is a bar below.
    let top = if transfer.is_some() { rect.y } else { rect.y + 6 };
    let line = Rect::new(rect.x + 52, top, text_w, 22);
    part::label(scene, look, line, Font::BODY, inks.text, &name);
    let detail = Rect::new(line.x, top + 22, text_w, 16);
    part::label(scene, look, detail, Font::TINY, inks.soft, &state(one, file, transfer));
    if let Some(moving) = transfer {
        progress(scene, Rect::new(line.x, rect.y + 42, text_w, 4), moving, inks);
    }
    if let Some((icon, name, act)) = tool {
        let button = Rect::new(rect.right() - 32, rect.y + 10, 32, 32);
        if part::hovers(scene, button) {
            scene.push(Op::Round(button, 8, inks.inset));
        }
        scene.push(Op::Icon(button.centred(18, 18), icon, inks.accent));
        region(scene, view, button, act, name, Role::Tool);
    }
}

/// The file on its way, if it is.
fn transfer<'a>(one: &One<'a>) -> Option<&'a Transfer> {
    one.timeline.transfers.values().find(|transfer| match (transfer.way, one.row.key) {
        (Way::Up, Key::Own(id)) => transfer.id == id,
        (Way::Down(seq), Key::At(place)) => seq == place,
        _ => false,
    })
}

fn tool(one: &One<'_>, transfer: Option<&Transfer>) -> Option<(Icon, &'static str, Act)> {
    if let Some(transfer) = transfer {
        return Some((Icon::Cross, "Cancel", Act::CancelTransfer(transfer.id)));
    }
    let seq: Seq = match one.row.key {
        Key::At(seq) => seq,
        Key::Own(_) => return None,
    };
    match one.timeline.saved.get(&seq) {
        Some(path) => Some((Icon::Folder, "Open", Act::OpenFile(path.clone()))),
        None => Some((Icon::Download, "Save", Act::SaveFile(seq))),
    }
}

/// Size and state in a line.
fn state(one: &One<'_>, file: &File, transfer: Option<&Transfer>) -> String {
    let Some(moving) = transfer else {
        let size = when::size(file.size);
        return match one.row.key {
            Key::At(seq) if one.timeline.saved.contains_key(&seq) => format!("{size} · saved"),
            Key::Own(_) if is_failed(one) => format!("{size} · not sent"),
            _ => size,
        };
    };
    let total = when::size(moving.total);
    let done = when::size(moving.done);
    // One unit is enough where both have the same.
    let done = match (done.split_once(' '), total.split_once(' ')) {
        (Some((number, one)), Some((_, other))) if one == other => number.to_owned(),
        _ => done,
    };
    let mut state = format!("{done} of {total}");
    if moving.rate > 0 {
        state.push_str(&format!(" · {}/s", when::size(moving.rate)));
    }
    if let Some(left) = moving.left_s {
        state.push_str(&format!(" · {}", when::left(left)));
    }
    state
}

fn is_failed(one: &One<'_>) -> bool {
    let index = one.index.checked_sub(one.timeline.window.items.len());
    let pending = index.and_then(|index| one.timeline.pending.get(index));
    pending.is_some_and(|pending| matches!(pending.sending, Sending::Failed(_)))
}

fn progress(scene: &mut Scene, rect: Rect, transfer: &Transfer, inks: Inks) {
    let whole = u128::from(rect.w.unsigned_abs());
    let done = u128::from(transfer.done.min(transfer.total));
    let filled = done * whole / u128::from(transfer.total.max(1));
    let filled = i32::try_from(filled).unwrap_or(rect.w);
    scene.push(Op::Round(rect, 2, inks.inset));
    if filled > 0 {
        scene.push(Op::Round(Rect { w: filled.max(4), ..rect }, 2, inks.accent));
    }
}

/// What a file's name ends in, as a tile shows it.
fn extension(name: &str) -> String {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let short: String = ending.chars().filter(|c| c.is_alphanumeric()).take(4).collect();
    if short.is_empty() { "FILE".into() } else { short.to_uppercase() }
}
