//! One text widget of FLTK, whichever kind.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use fltk::draw;
use fltk::enums::{Align, Font, FrameType};
use fltk::input::{Input, SecretInput};
use fltk::prelude::*;
use fltk::text::{Cursor, TextBuffer, TextEditor, WrapMode};
use fltk::window::DoubleWindow;

use super::field::{Content, Hint, OnEvent};
use super::{measure, paint};
use crate::geometry::Rect;
use crate::look;
use crate::palette::{Ink, Theme};
use crate::scene::Field;

/// The size of type in all fields.
const SIZE: i32 = 14;

/// A text widget.
pub(super) enum Edit {
    /// One line.
    Line(Input),
    /// One line that is not shown.
    Secret(SecretInput),
    /// Several lines, broken where they are full, even inside of a word.
    Lines(TextEditor, TextBuffer),
}

/// Does the same with whichever widget it is.
macro_rules! each {
    ($edit:expr, $widget:ident => $what:expr) => {
        match $edit {
            Edit::Line($widget) => $what,
            Edit::Secret($widget) => $what,
            Edit::Lines($widget, _) => $what,
        }
    };
}

/// Sets up what all have alike.
macro_rules! dressed {
    ($widget:ident, $field:ident, $on_event:ident, $draw:expr) => {{
        $widget.super_handle_first(false);
        $widget.handle(move |_, event| $on_event($field, event));
        $widget.draw($draw);
        $widget.set_frame(FrameType::FlatBox);
        $widget.set_text_font(Font::Helvetica);
        $widget.set_text_size(SIZE);
        $widget.set_tab_nav(true);
        $widget.clear_visible_focus();
        $widget.visible_focus(true);
        $widget.hide();
    }};
}

impl Edit {
    pub(super) fn new(field: Field, on_event: OnEvent, hint: Rc<RefCell<Hint>>) -> Self {
        fltk::group::Group::set_current(None::<&fltk::group::Group>);
        if field.is_multiline() {
            let mut widget = TextEditor::default();
            let buffer = TextBuffer::default();
            widget.set_buffer(buffer.clone());
            widget.wrap_mode(WrapMode::AtBounds, 0);
            // None: the field grows first, and then follows the cursor and the wheel.
            widget.set_scrollbar_align(Align::Center);
            widget.set_cursor_style(Cursor::Simple);
            let seen = buffer.clone();
            dressed!(widget, field, on_event, move |widget: &mut TextEditor| {
                if seen.length() == 0 {
                    hint.borrow().paint(&*widget, 2);
                }
            });
            Self::Lines(widget, buffer)
        } else if field.is_secret() {
            let mut widget = SecretInput::default();
            dressed!(widget, field, on_event, move |widget: &mut SecretInput| {
                if widget.value().is_empty() {
                    hint.borrow().paint(&*widget, 0);
                }
            });
            Self::Secret(widget)
        } else {
            let mut widget = Input::default();
            dressed!(widget, field, on_event, move |widget: &mut Input| {
                if widget.value().is_empty() {
                    hint.borrow().paint(&*widget, 0);
                }
            });
            Self::Line(widget)
        }
    }

    pub(super) fn add_to(&self, window: &mut DoubleWindow) {
        each!(self, widget => window.add(widget));
    }

    pub(super) fn content(&self) -> Content {
        let (text, cursor) = match self {
            Self::Line(widget) => (widget.value(), widget.position()),
            Self::Secret(widget) => (widget.value(), widget.position()),
            Self::Lines(widget, buffer) => (buffer.text(), widget.insert_position()),
        };
        let cursor = usize::try_from(cursor).unwrap_or(0);
        // FLTK keeps its cursor between characters; the state relies on it.
        let cursor = super::line::head(&text, cursor).len();
        (text, cursor)
    }

    pub(super) fn set(&mut self, text: &str) {
        let text = super::line::pasted(text, matches!(self, Self::Lines(..)));
        let end = whole(text.len());
        match self {
            Self::Line(widget) => {
                widget.set_value(&text);
                let _ = widget.set_position(end);
            }
            Self::Secret(widget) => {
                widget.set_value(&text);
                let _ = widget.set_position(end);
            }
            Self::Lines(widget, buffer) => {
                buffer.set_text(&text);
                widget.set_insert_position(end);
                widget.show_insert_position();
            }
        }
        self.redraw();
    }

    pub(super) fn replace(&mut self, range: Range<usize>, text: &str) {
        let (content, _) = self.content();
        let start = super::line::head(&content, range.start).len();
        let end = super::line::head(&content, range.end.max(start)).len();
        let text = super::line::pasted(text, matches!(self, Self::Lines(..)));
        let (from, to) = (whole(start), whole(end));
        match self {
            Self::Line(widget) => drop(widget.replace(from, to, &text)),
            Self::Secret(widget) => drop(widget.replace(from, to, &text)),
            Self::Lines(widget, buffer) => {
                buffer.replace(from, to, &text);
                widget.set_insert_position(whole(start + text.len()));
                widget.show_insert_position();
            }
        }
        self.redraw();
    }

    pub(super) fn paste(&mut self, text: &str) {
        let selected = match self {
            Self::Line(widget) => Some((widget.position(), widget.mark())),
            Self::Secret(widget) => Some((widget.position(), widget.mark())),
            Self::Lines(_, buffer) => buffer.selection_position(),
        };
        let (_, cursor) = self.content();
        let at = |place: i32| usize::try_from(place).unwrap_or(0);
        let range = selected.map_or(cursor..cursor, |(a, b)| at(a.min(b))..at(a.max(b)));
        self.replace(range, text);
    }

    pub(super) fn dress(&mut self, theme: Theme, ground: Ink) {
        let [text, selected] = [Ink::Text, Ink::Selected].map(|ink| paint::of(theme, ink));
        let [ground, cursor] = [ground, Ink::Accent].map(|ink| paint::of(theme, ink));
        each!(self, widget => {
            widget.set_color(ground);
            widget.set_text_color(text);
            widget.set_cursor_color(cursor);
            widget.set_selection_color(selected);
            widget.redraw();
        });
    }

    pub(super) fn resize(&mut self, rect: Rect) {
        each!(self, widget => widget.resize(rect.x, rect.y, rect.w.max(1), rect.h.max(1)));
    }

    /// Whether it is there.
    pub(super) fn stands(&self, rect: Rect) -> bool {
        let now = each!(self, widget => (widget.x(), widget.y(), widget.w(), widget.h()));
        now == (rect.x, rect.y, rect.w.max(1), rect.h.max(1))
    }

    pub(super) fn enable(&mut self, enabled: bool) {
        each!(self, widget => if enabled { widget.activate() } else { widget.deactivate() });
    }

    pub(super) fn show(&mut self) {
        each!(self, widget => widget.show());
    }

    pub(super) fn hide(&mut self) {
        each!(self, widget => widget.hide());
    }

    pub(super) fn redraw(&mut self) {
        each!(self, widget => widget.redraw());
    }

    pub(super) fn focus(&mut self) {
        // Refused by a widget that is disabled, which is as well.
        each!(self, widget => drop(widget.take_focus()));
    }

    pub(super) fn has_focus(&self) -> bool {
        each!(self, widget => widget.has_focus())
    }

    /// Asks for the picture on the clipboard; it comes as an event.
    pub(super) fn paste_image(&self) {
        each!(self, widget => fltk::app::paste_image(widget));
    }
}

impl Hint {
    fn paint(&self, widget: &impl WidgetExt, top: i32) {
        let font = look::Font::BODY;
        measure::set(font);
        let height = draw::height();
        let middle = (widget.h() - height) / 2;
        let line = widget.y() + if top > 0 { top } else { middle };
        draw::push_clip(widget.x(), widget.y(), widget.w(), widget.h());
        paint::colour(self.theme, Ink::Faint);
        let text = super::line::visible(&self.text);
        draw::draw_text_n(&text, widget.x() + 3, line + height - draw::descent());
        draw::pop_clip();
    }
}

fn whole(bytes: usize) -> i32 {
    i32::try_from(bytes).unwrap_or(i32::MAX)
}
