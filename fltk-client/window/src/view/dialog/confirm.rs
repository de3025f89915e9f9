//! Questions before something is done, and facts of a message.

use super::account::moment;
use super::column::Column;
use crate::look::Font;
use crate::palette::Ink;
use crate::state::dialog::MessageFacts;
use crate::state::dialog::link::target;
use crate::view::part::cut_middle;

impl Column<'_> {
    pub(super) fn link(&mut self, url: &str) {
        let target = target(url);
        self.text(Font::BODY, Ink::Soft, "This link leads to");
        self.text(Font::TITLE, Ink::Text, &target.host);
        self.gap(8);
        let address = cut_middle(self.look, Font::CODE, url, self.rect.w);
        self.text(Font::CODE, Ink::Soft, &address);
        if let Some(warning) = target.warning {
            self.gap(8);
            self.alarm(Ink::Warn, warning);
        }
    }

    pub(super) fn leave_room(&mut self) {
        let text = "What was said before stays readable here. To come back you need an invitation, \
                    unless the room is open.";
        self.text(Font::BODY, Ink::Text, text);
    }

    pub(super) fn delete_message(&mut self) {
        let text = "What it says is deleted for everybody. Whoever has read it may remember it.";
        self.text(Font::BODY, Ink::Text, text);
    }

    pub(super) fn lock(&mut self) {
        let text = "The profile is closed, and needs its password to be opened again. Messages that \
                    were not sent yet wait until then.";
        self.text(Font::BODY, Ink::Text, text);
    }

    pub(super) fn message_info(&mut self, facts: &MessageFacts) {
        let look = self.look;
        self.fact("From", facts.from.as_str());
        self.fact("Sent", &moment(look, facts.sent));
        self.fact("On the relay", &moment(look, facts.at));
        let times = [("Edited", facts.edited), ("Disappears", facts.expires)];
        for (name, at) in times {
            if let Some(at) = at {
                self.fact(name, &moment(look, at));
            }
        }
        if let Some(by) = &facts.told_by {
            self.fact("Handed on by", by.as_str());
        }
        self.heading("Read by");
        if facts.read_by.is_empty() {
            return self.text(Font::BODY, Ink::Soft, "Nobody has said so yet.");
        }
        let names: Vec<&str> = facts.read_by.iter().map(|handle| handle.as_str()).collect();
        self.text(Font::BODY, Ink::Text, &names.join(", "));
    }
}
