//! What a person can set.

use engine::Receipts;

use super::column::Column;
use crate::act::Act;
use crate::palette::Theme;
use crate::state::dialog::{DialogAct, DialogKind, Set};
use crate::state::settings::{Enter, Notifications};
use crate::view::part::ButtonKind;

const SCALES: [(&str, u16); 5] =
    [("100 %", 100), ("125 %", 125), ("150 %", 150), ("175 %", 175), ("200 %", 200)];

impl Column<'_> {
    pub(super) fn settings(&mut self, receipts: Option<Receipts>) {
        let set = &self.state.settings;
        let (theme, scale, enter) = (set.theme, set.scale_percent, set.enter);
        let (notifications, sounds) = (set.notifications, set.sounds);
        self.heading("Theme");
        let themes =
            [("As the system", None), ("Light", Some(Theme::Light)), ("Dark", Some(Theme::Dark))];
        self.choice(&themes.map(|(text, is)| (text, theme == is, act(Set::Theme(is)))));
        self.heading("Size");
        self.choice(&SCALES.map(|(text, is)| (text, scale == is, act(Set::Scale(is)))));
        self.heading("Enter");
        let keys = [("Sends", Enter::Sends), ("Breaks the line", Enter::Breaks)];
        self.choice(&keys.map(|(text, is)| (text, enter == is, act(Set::Enter(is)))));
        self.heading("Notifications");
        let kinds = [
            ("With the text", Notifications::Full),
            ("Without the text", Notifications::Discreet),
            ("Mentions only", Notifications::Mentions),
            ("None", Notifications::Off),
        ];
        self.choice(
            &kinds.map(|(text, is)| (text, notifications == is, act(Set::Notifications(is)))),
        );
        self.switch("A sound for each", sounds, act(Set::Sounds(!sounds)));
        if let Some(receipts) = receipts {
            self.heading("Privacy");
            let on = receipts == Receipts::On;
            let other = if on { Receipts::Off } else { Receipts::On };
            self.switch("Tell others what I have read", on, act(Set::Receipts(other)));
        }
        self.heading("More");
        let show = |text, kind| (text, ButtonKind::Plain, Act::Show(kind));
        self.buttons(&[
            show("Devices", DialogKind::Devices),
            show("Password", DialogKind::Password),
            show("Keys", DialogKind::Keys),
            show("About", DialogKind::About),
            show("Lock", DialogKind::Lock),
        ]);
    }
}

const fn act(set: Set) -> DialogAct {
    DialogAct::Set(set)
}
