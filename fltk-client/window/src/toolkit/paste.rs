//! What comes from the clipboard and by dragging.

use fltk::app::{self, ClipboardContent, ClipboardEvent};
use fltk::image::{IcoImage, RgbImage};
use fltk::prelude::*;

use super::window::Window;
use crate::effect::Input;
use crate::scene::Field;

/// Pixels of a picture that is pasted.
const MAX_PIXELS: u32 = 40_000_000;

impl Window {
    /// Asks for the picture on the clipboard, if a picture is all there is and the field is the
    /// composer's.
    pub(super) fn pastes_image(&self, field: Field) -> bool {
        let is_meant = field.is_multiline()
            && !app::clipboard_contains(ClipboardContent::Text)
            && app::clipboard_contains(ClipboardContent::Image);
        if let (true, Some(edit)) = (is_meant, self.fields.edit(field)) {
            know_formats();
            edit.paste_image();
        }
        is_meant
    }

    /// Takes what was pasted or dropped. `field` is where, unless it is the canvas.
    pub(super) fn pasted(&mut self, field: Option<Field>) {
        match app::event_clipboard() {
            // FLTK gives the picture away with the event.
            Some(ClipboardEvent::Image(Some(image))) => self.pasted_image(&image),
            Some(ClipboardEvent::Image(None)) => {}
            // What is dropped has no type but is text.
            Some(ClipboardEvent::Text(_)) | None => self.dropped(&app::event_text(), field),
        }
    }

    /// Files were dropped on the window, or text on a field.
    fn dropped(&mut self, text: &str, field: Option<Field>) {
        match (super::drop::files(text), field) {
            (Some(files), None) => {
                self.input(Input::Offered(files));
            }
            (Some(files), Some(field)) if field.is_multiline() => {
                self.input(Input::Offered(files));
            }
            (_, Some(field)) => self.fields.paste(field, text),
            (None, None) => {}
        }
    }

    fn pasted_image(&mut self, image: &RgbImage) {
        let side = |side: i32| u32::try_from(side).unwrap_or(0);
        let (w, h) = (side(image.data_w()), side(image.data_h()));
        if w.checked_mul(h).is_none_or(|pixels| pixels == 0 || pixels > MAX_PIXELS) {
            return;
        }
        let pixels = image.to_rgb_data();
        let depth = pixels.len() / usize::try_from(w * h).unwrap_or(1);
        let depth = u8::try_from(depth).unwrap_or(0);
        // A disk that is full leaves the message without the picture, as everyone sees.
        if let Ok(path) = self.pasted.keep(&pixels, (w, h), depth) {
            self.input(Input::Offered(vec![path]));
        }
    }
}

/// Has FLTK read the formats in which pictures lie on the clipboard of X11. It knows none before it is
/// asked for a picture of its own, and drops what is pasted until then.
fn know_formats() {
    static ASKED: std::sync::Once = std::sync::Once::new();
    // Not a picture, which it notices at once.
    ASKED.call_once(|| drop(IcoImage::from_data(&[0; 6])));
}
