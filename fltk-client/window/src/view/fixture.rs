//! A state for tests.

use std::collections::BTreeMap;

use crate::state::settings::Settings;
use crate::state::sign::Sign;
use crate::state::{Screen, State};

/// A window of this size in which nobody has signed in.
pub(crate) fn state(size: (i32, i32)) -> State {
    State {
        settings: Settings::default(),
        system_dark: None,
        size,
        focused: true,
        pointer: None,
        ring: None,
        fields: BTreeMap::new(),
        screen: Screen::Sign(Sign::new(Vec::new())),
        dialog: None,
        emoji: None,
        menu: None,
        painter: "FLTK 1.4.5".into(),
        toast: None,
    }
}
