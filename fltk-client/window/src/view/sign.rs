//! Signing in: one card in the middle of the window.

use engine::{Intent, Step};

use crate::act::Act;
use crate::geometry::Rect;
use crate::look::{Font, Look};
use crate::palette::{Ink, Theme};
use crate::scene::{Field, Icon, Op, Role, Scene};
use crate::state::State;
use crate::state::sign::strength::{Strength, rate, word};
use crate::state::sign::{Busy, Page, Sign, SignAct, handle, link_fault};
use crate::view::part::{
    ButtonKind, FIELD_H, avatar, busy_bar, button, card, clipped, field, hovers, label,
    label_centre, tool, wrapped,
};

const MAX_W: i32 = 420;
const PAD: i32 = 28;

/// Paints the whole screen.
pub fn view(scene: &mut Scene, state: &State, sign: &Sign, look: Look<'_>) {
    let window = Rect::new(0, 0, state.size.0, state.size.1);
    scene.push(Op::Fill(window, Ink::Pane));
    let (rect, limit) = place(state, sign, look);
    card(scene, rect, 14);
    let inside = rect.inset(PAD, PAD).moved(0, -sign.scroll.clamp(0, limit));
    let mut inner = Scene { pointer: scene.pointer, ..Scene::default() };
    Form::new(&mut inner, state, look, inside).page(sign);
    clipped(scene, inner, rect.inset(8, 8));
    let corner = Rect::new(window.right() - 44, 12, 32, 32);
    if rect.intersection(corner).is_empty() {
        let dark =
            state.settings.theme.map_or(state.system_dark, |theme| Some(theme == Theme::Dark));
        let (icon, name) = match dark {
            Some(true) => (Icon::Sun, "Light theme"),
            _ => (Icon::Moon, "Dark theme"),
        };
        tool(scene, state, corner, icon, name, false, Act::ToggleTheme);
    }
}

/// How far the card's content can be scrolled, in a window that is lower than it.
#[must_use]
pub fn scroll_limit(state: &State, sign: &Sign, look: Look<'_>) -> i32 {
    place(state, sign, look).1
}

/// Where the card stands, and how much higher its content is.
fn place(state: &State, sign: &Sign, look: Look<'_>) -> (Rect, i32) {
    let window = Rect::new(0, 0, state.size.0, state.size.1);
    let w = MAX_W.min(window.w - 32);
    let mut scratch = Scene::default();
    let column = Rect::new(0, 0, w - 2 * PAD, 0);
    let whole = Form::new(&mut scratch, state, look, column).page(sign) + 2 * PAD;
    let h = whole.min(window.h - 16);
    (window.centred(w, h), whole - h)
}

/// A bar of how strong a password is, and what would help, in 36 pixels.
pub fn strength(scene: &mut Scene, look: Look<'_>, rect: Rect, judged: Strength) {
    if judged.score == 0 && judged.advice.is_empty() {
        return;
    }
    let ink = match judged.score {
        0 | 1 => Ink::Bad,
        2 => Ink::Warn,
        _ => Ink::Good,
    };
    let bar = Rect::new(rect.x, rect.y, rect.w, 4);
    let part = (bar.w - 12) / 4;
    for number in 0..4_u8 {
        let x = bar.x + i32::from(number) * (part + 4);
        let filled = number < judged.score.max(1);
        scene.push(Op::Round(
            Rect::new(x, bar.y, part, 4),
            2,
            if filled { ink } else { Ink::Line },
        ));
    }
    let text = match judged.advice {
        "" => word(judged.score).to_owned(),
        advice => format!("{}. {advice}", word(judged.score)),
    };
    label(scene, look, Rect::new(rect.x, rect.y + 8, rect.w, 18), Font::SMALL, ink, &text);
}

struct Form<'a> {
    scene: &'a mut Scene,
    state: &'a State,
    look: Look<'a>,
    rect: Rect,
    y: i32,
}

impl<'a> Form<'a> {
    fn new(scene: &'a mut Scene, state: &'a State, look: Look<'a>, rect: Rect) -> Self {
        Self { scene, state, look, rect, y: rect.y }
    }

    /// A page; returns its height.
    fn page(mut self, sign: &Sign) -> i32 {
        match &sign.page {
            Page::Profiles => self.profiles(sign),
            Page::Password(number) => self.password(sign, *number),
            Page::Invitation => self.invitation(sign),
            Page::Account { link, intent } => self.account(sign, &link.address, *intent),
        }
        self.y - self.rect.y
    }

    fn profiles(&mut self, sign: &Sign) {
        self.title("Welcome back", "Choose a profile of this computer.");
        for (number, profile) in sign.profiles.iter().enumerate() {
            let row = self.take(56);
            let act = SignAct::Choose(number);
            if hovers(self.scene, row) {
                let shade = Rect::new(row.x - 8, row.y, row.w + 16, row.h);
                self.scene.push(Op::Round(shade, 10, Ink::Hover));
            }
            let face = Rect::new(row.x, row.y + 10, 36, 36);
            let (name, host) = profile.label.split_once('@').unwrap_or((&profile.label, ""));
            avatar(self.scene, self.look, face, name);
            let words = row.split_left(48).1;
            if host.is_empty() {
                label(self.scene, self.look, words, Font::STRONG, Ink::Text, name);
            } else {
                let (top, low) = words.inset(0, 8).split_top(20);
                label(self.scene, self.look, top, Font::STRONG, Ink::Text, name);
                label(self.scene, self.look, low, Font::SMALL, Ink::Soft, host);
            }
            self.scene.region(row, act, &profile.label, Role::Row);
        }
        self.y += 12;
        self.wrong_above(sign);
        self.button("Open an invitation", ButtonKind::Plain, SignAct::OpenInvitation);
    }

    fn password(&mut self, sign: &Sign, number: usize) {
        let profile = sign.profiles.get(number).map_or("", |profile| &profile.label);
        self.title("Unlock", profile);
        self.field(sign, "Password", Field::Password, "", None);
        if self.ends(sign, "Unlock") {
            self.button("Back", ButtonKind::Quiet, SignAct::Back);
        }
    }

    fn invitation(&mut self, sign: &Sign) {
        let text = "Whoever runs a relay invites you with a link. Paste it here.";
        self.title("Open an invitation", text);
        let fault = link_fault(self.state.text(Field::Link));
        self.field(sign, "Invitation link", Field::Link, "sotto://…", fault);
        if self.ends(sign, "Continue") && !sign.profiles.is_empty() {
            self.button("Back", ButtonKind::Quiet, SignAct::Back);
        }
    }

    fn account(&mut self, sign: &Sign, address: &str, intent: Intent) {
        let new = intent == Intent::Register;
        let title = if new { "Choose a name" } else { "Log in" };
        self.title(title, &format!("On the relay {address}"));
        let name = self.state.text(Field::Handle);
        self.field(sign, "Name", Field::Handle, "alice", handle::fault(name));
        self.field(sign, "Password", Field::Password, "", None);
        if new {
            let judged = rate(self.state.text(Field::Password), self.state.text(Field::Handle));
            let place = self.take(32);
            strength(self.scene, self.look, place, judged);
            self.field(sign, "Password again", Field::PasswordAgain, "", None);
        }
        if self.ends(sign, if new { "Create account" } else { "Log in" }) {
            let (text, act) = if new {
                ("I have an account: log in", SignAct::HaveAccount)
            } else {
                ("I am new here: create an account", SignAct::NewAccount)
            };
            self.button(text, ButtonKind::Quiet, act);
            self.button("Back", ButtonKind::Quiet, SignAct::Back);
        }
    }

    /// What stands under the fields: what goes on, or the button; says whether more may follow.
    fn ends(&mut self, sign: &Sign, text: &str) -> bool {
        if let Some(busy) = sign.busy {
            let row = self.take(28);
            label_centre(self.scene, self.look, row, Font::BODY, Ink::Soft, said(busy));
            let bar = self.take(4);
            busy_bar(self.scene, self.look, bar);
            self.y += 8;
            return false;
        }
        self.wrong_above(sign);
        self.button(text, ButtonKind::Primary, SignAct::Submit);
        true
    }

    fn title(&mut self, title: &str, under: &str) {
        let row = self.take(28);
        label(self.scene, self.look, row, Font::new(crate::look::Face::Bold, 20), Ink::Text, title);
        let rect = Rect::new(self.rect.x, self.y, self.rect.w, 0);
        self.y += wrapped(self.scene, self.look, rect, Font::BODY, Ink::Soft, under) + 12;
    }

    fn field(&mut self, sign: &Sign, name: &str, at: Field, hint: &str, fault: Option<&str>) {
        let row = self.take(20);
        label(self.scene, self.look, row, Font::SMALL, Ink::Soft, name);
        let wrong = sign.wrong.as_ref().filter(|wrong| wrong.field == Some(at));
        let wrong = wrong.map(|wrong| &*wrong.text).or(fault);
        let frame = self.take(FIELD_H);
        field(self.scene, frame, at, hint, wrong);
        if let Some(place) = self.scene.fields.last_mut() {
            place.enabled = sign.busy.is_none();
        }
        self.y += 2;
        if let Some(wrong) = wrong {
            let rect = Rect::new(self.rect.x, self.y, self.rect.w, 0);
            self.y += wrapped(self.scene, self.look, rect, Font::SMALL, Ink::Bad, wrong);
        }
        self.y += 8;
    }

    /// What went wrong and no field caused.
    fn wrong_above(&mut self, sign: &Sign) {
        let Some(wrong) = sign.wrong.as_ref().filter(|wrong| wrong.field.is_none()) else { return };
        let icon = Rect::new(self.rect.x, self.y + 1, 18, 18);
        self.scene.push(Op::Icon(icon, Icon::Warning, Ink::Bad));
        let rect = Rect::new(self.rect.x + 28, self.y, self.rect.w - 28, 0);
        self.y += wrapped(self.scene, self.look, rect, Font::BODY, Ink::Bad, &wrong.text) + 12;
    }

    fn button(&mut self, text: &str, kind: ButtonKind, act: SignAct) {
        let rect = self.take(FIELD_H);
        button(self.scene, self.look, rect, text, kind, act);
        self.y += if kind == ButtonKind::Quiet { 0 } else { 6 };
    }

    fn take(&mut self, h: i32) -> Rect {
        let rect = Rect::new(self.rect.x, self.y, self.rect.w, h);
        self.y += h;
        rect
    }
}

fn said(busy: Busy) -> &'static str {
    match busy {
        Busy::Opening => "Opening…",
        Busy::Making(None | Some(Step::Connecting)) => "Connecting…",
        Busy::Making(Some(Step::StretchingPassword)) => "Stretching the password…",
        Busy::Making(Some(Step::MakingKeys)) => "Making keys…",
        Busy::Making(Some(Step::JoiningLobby)) => "Joining the lobby…",
        Busy::Making(Some(_)) => "One moment…",
    }
}

#[cfg(test)]
mod tests;
