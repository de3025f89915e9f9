//! The real text fields: FLTK widgets that stand where the scene says, so that input methods,
//! selecting and undoing work as everywhere.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use fltk::enums::Event;
use fltk::window::DoubleWindow;

use super::edit::Edit;
use crate::geometry::Rect;
use crate::palette::Theme;
use crate::scene::{Field, FieldPlace};

/// Told of each event of a field before the field is; `true` keeps it from the field.
pub(super) type OnEvent = Rc<dyn Fn(Field, Event) -> bool>;

/// What stands in a field, and where its cursor is, in bytes.
pub(super) type Content = (String, usize);

/// All fields that were needed so far.
pub(super) struct Fields {
    window: DoubleWindow,
    on_event: OnEvent,
    theme: Theme,
    made: BTreeMap<Field, Made>,
    /// Gets the keyboard as soon as it has a place and is enabled there.
    wanted: Option<Field>,
}

struct Made {
    edit: Edit,
    place: Option<FieldPlace>,
    /// What the state knows.
    known: Content,
    hint: Rc<RefCell<Hint>>,
}

/// What a field paints while it is empty.
#[derive(Debug, Default)]
pub(super) struct Hint {
    pub(super) text: Box<str>,
    pub(super) theme: Theme,
}

impl core::fmt::Debug for Fields {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        // What is typed may be secret.
        write!(f, "Fields({:?})", self.made.keys())
    }
}

impl Fields {
    pub(super) fn new(window: DoubleWindow, theme: Theme, on_event: OnEvent) -> Self {
        Self { window, on_event, theme, made: BTreeMap::new(), wanted: None }
    }

    /// Puts each field of a scene in its place, and hides the others. Says whether the field with
    /// the keyboard was hidden.
    pub(super) fn place(&mut self, places: &[FieldPlace]) -> bool {
        let mut lost = false;
        for (field, made) in &mut self.made {
            if made.place.is_some() && !places.iter().any(|place| place.field == *field) {
                lost |= made.edit.has_focus();
                made.place = None;
                made.edit.hide();
            }
        }
        for place in places {
            let theme = self.theme;
            let made = self.made(place.field);
            // FLTK moves them when the window becomes another size.
            let stands = made.edit.stands(frame(place.rect, place.field));
            if !stands || made.place.as_ref() != Some(place) {
                made.put(place, theme);
            }
        }
        if let Some(made) = self.wanted.and_then(|field| self.made.get_mut(&field))
            && made.takes_keys()
        {
            made.edit.focus();
            self.wanted = None;
            lost = false;
        }
        lost
    }

    /// What changed since the state was told last.
    pub(super) fn changed(&mut self) -> Vec<(Field, Content)> {
        let mut changed = Vec::new();
        for (field, made) in &mut self.made {
            if made.place.is_none() {
                continue;
            }
            let now = made.edit.content();
            if now != made.known {
                made.edit.redraw();
                made.known.clone_from(&now);
                changed.push((*field, now));
            }
        }
        changed
    }

    /// Replaces all text; the state knows it already.
    pub(super) fn set(&mut self, field: Field, text: &str) {
        if text.is_empty() && !self.made.contains_key(&field) {
            return;
        }
        let made = self.made(field);
        made.edit.set(text);
        made.known = made.edit.content();
    }

    /// Replaces a part of the text; the state hears of it as if it had been typed.
    pub(super) fn insert(&mut self, field: Field, range: Range<usize>, text: &str) {
        self.made(field).edit.replace(range, text);
    }

    /// Inserts at the cursor, in place of what is selected.
    pub(super) fn paste(&mut self, field: Field, text: &str) {
        self.made(field).edit.paste(text);
    }

    /// Puts the keyboard into a field, now or when it has a place and is enabled there.
    pub(super) fn focus(&mut self, field: Option<Field>) {
        self.wanted = field;
        if let Some(made) = field.and_then(|field| self.made.get_mut(&field))
            && made.takes_keys()
        {
            made.edit.focus();
            self.wanted = None;
        }
    }

    /// The fields in the colours of a theme.
    pub(super) fn set_theme(&mut self, theme: Theme) {
        self.theme = theme;
        for made in self.made.values_mut() {
            if let Some(place) = made.place.clone() {
                made.put(&place, theme);
            }
        }
    }

    /// The text widget of a field, for pasting.
    pub(super) fn edit(&self, field: Field) -> Option<&Edit> {
        self.made.get(&field).map(|made| &made.edit)
    }

    fn made(&mut self, field: Field) -> &mut Made {
        let (window, on_event) = (&mut self.window, &self.on_event);
        self.made.entry(field).or_insert_with(|| {
            let hint = Rc::default();
            let edit = Edit::new(field, Rc::clone(on_event), Rc::clone(&hint));
            edit.add_to(window);
            Made { edit, place: None, known: (String::new(), 0), hint }
        })
    }
}

impl Made {
    fn takes_keys(&self) -> bool {
        self.place.as_ref().is_some_and(|place| place.enabled)
    }

    fn put(&mut self, place: &FieldPlace, theme: Theme) {
        *self.hint.borrow_mut() = Hint { text: place.hint.clone(), theme };
        self.edit.dress(theme, place.ground);
        self.edit.resize(frame(place.rect, place.field));
        self.edit.enable(place.enabled);
        self.edit.show();
        self.place = Some(place.clone());
    }
}

/// A widget's rectangle by that of its text: FLTK leaves some pixels around the text.
fn frame(rect: Rect, field: Field) -> Rect {
    let around = rect.inset(-3, 0);
    // Lines are 20 pixels high to the scene and 17 to FLTK: the first stands in the middle of its own.
    if field.is_multiline() { around.moved(0, 1) } else { around }
}
