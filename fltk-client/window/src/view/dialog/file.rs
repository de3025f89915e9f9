//! Files before they are sent, and pictures shown large.

use super::column::Column;
use crate::geometry::{Point, Rect};
use crate::look::Font;
use crate::palette::Ink;
use crate::scene::{Icon, Op, PictureKey};
use crate::state::dialog::{DialogAct, Offered, Viewed, picture_key};
use crate::view::part::{label, tool};

impl Column<'_> {
    pub(super) fn send_files(&mut self, room: &str, files: &[Offered], shown: &[PictureKey]) {
        if !room.is_empty() {
            self.text(Font::BODY, Ink::Soft, &format!("To {room}."));
        }
        for (number, file) in files.iter().enumerate() {
            let row = self.take(64);
            let picture = Rect::new(row.x, row.y + 8, 48, 48);
            let key = picture_key(&file.path);
            self.scene.push(Op::Round(picture, 8, Ink::Inset));
            if shown.contains(&key) {
                self.scene.push(Op::Picture(picture, 8, key));
            } else {
                self.scene.push(Op::Icon(picture.centred(22, 22), Icon::File, Ink::Soft));
            }
            let remove = Rect::new(row.right() - 32, row.y + 16, 32, 32);
            let name = file.path.file_name().unwrap_or_default().to_string_lossy();
            let (state, act) = (self.state, DialogAct::RemoveFile(number));
            tool(
                self.scene,
                state,
                remove,
                Icon::Cross,
                &format!("Do not send {name}"),
                false,
                act,
            );
            let words = row.split_left(60).1.split_right(40).1;
            let (top, low) = words.inset(0, 12).split_top(20);
            match file.size {
                Some(size) => {
                    label(self.scene, self.look, top, Font::STRONG, Ink::Text, &name);
                    label(self.scene, self.look, low, Font::SMALL, Ink::Soft, &bytes(size));
                }
                None => label(self.scene, self.look, words, Font::STRONG, Ink::Text, &name),
            }
        }
    }

    /// As large as there is room, never larger than it is.
    pub(super) fn picture(&mut self, viewed: &Viewed) {
        let room = Point { x: self.rect.w, ..picture_room(self.state.size, 0) };
        let Some(size) = viewed.size else {
            let place = self.take(room.y.min(240));
            self.scene.push(Op::Round(place, 8, Ink::Inset));
            return;
        };
        let (w, h) = fitted(size, room);
        let rect = self.take(h).centred(w, h);
        self.scene.push(Op::Picture(rect, 4, viewed.key));
    }
}

/// The room for a picture in a window of this size, with a frame of `frame` pixels around it.
pub(super) fn picture_room((w, h): (i32, i32), frame: i32) -> Point {
    Point { x: w - frame, y: (h - 180).max(80) }
}

/// How large a picture is shown in so much room.
pub(super) fn fitted((w, h): (u32, u32), room: Point) -> (i32, i32) {
    let whole = |side: u32| i64::from(side.clamp(1, 100_000));
    let (w, h) = (whole(w), whole(h));
    let (most_w, most_h) = (i64::from(room.x), i64::from(room.y));
    let (shown_w, shown_h) = if w <= most_w && h <= most_h {
        (w, h)
    } else if w * most_h > h * most_w {
        (most_w, (h * most_w / w).max(1))
    } else {
        ((w * most_h / h).max(1), most_h)
    };
    let side = |side: i64| i32::try_from(side).unwrap_or(1);
    (side(shown_w), side(shown_h))
}

/// A number of bytes for people: `1.4 MB`.
pub(super) fn bytes(size: u64) -> String {
    let mut tenths = u128::from(size) * 10;
    for unit in ["bytes", "kB", "MB", "GB"] {
        if tenths < 10_000 {
            return match unit {
                "bytes" => format!("{size} bytes"),
                unit => format!("{}.{} {unit}", tenths / 10, tenths % 10),
            };
        }
        tenths /= 1_000;
    }
    format!("{} TB", tenths / 10)
}
