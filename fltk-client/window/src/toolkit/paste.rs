//! What comes from the clipboard and by dragging.

use fltk::app::{self, ClipboardContent, ClipboardEvent};
use fltk::image::RgbImage;
use fltk::prelude::*;

use super::outside;
use super::window::Window;
use crate::effect::Input;
use crate::scene::Field;

/// Whether FLTK reads pictures from the clipboard; elsewhere another program does.
const BY_FLTK: bool = cfg!(any(windows, target_os = "macos"));
/// Pixels of a picture that is pasted.
const MAX_PIXELS: u32 = 40_000_000;

impl Window {
    /// Asks for the picture on the clipboard, if a picture is all there is and the field is the
    /// composer's.
    pub(super) fn pastes_image(&self, field: Field) -> bool {
        let is_meant = field.is_multiline()
            && !app::clipboard_contains(ClipboardContent::Text)
            && app::clipboard_contains(ClipboardContent::Image);
        if is_meant && BY_FLTK {
            if let Some(edit) = self.fields.edit(field) {
                edit.paste_image();
            }
        } else if is_meant {
            outside::read_clipboard(&self.queue);
        }
        is_meant
    }

    /// Takes what was pasted or dropped. `field` is where, unless it is the canvas.
    pub(super) fn pasted(&mut self, field: Option<Field>) {
        match app::event_clipboard() {
            // FLTK gives the picture away with the event.
            Some(ClipboardEvent::Image(Some(image))) if BY_FLTK => self.pasted_image(&image),
            Some(ClipboardEvent::Image(_)) => {}
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
        if let Ok(png) = super::drop::png(&pixels, (w, h), depth) {
            self.pasted_png(&png);
        }
    }

    /// Offers a picture that was on the clipboard.
    pub(super) fn pasted_png(&mut self, png: &[u8]) {
        // A disk that is full leaves the message without the picture, as everyone sees.
        if let Ok(path) = self.pasted.keep(png) {
            self.input(Input::Offered(vec![path]));
        }
    }
}
