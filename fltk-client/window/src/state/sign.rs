//! Signing in: opening a profile of this computer, or making one from an invitation.
//!
//! What stands in the fields is kept with the state and handed in; what is wrong with it is said
//! beside the field. Ends when the app shows the chat.

pub mod handle;
pub mod strength;

use std::collections::BTreeMap;

use engine::{Event, Intent, Problem, Step};
use wire::id::Handle;
use wire::link::Link;
use zeroize::{Zeroize, Zeroizing};

use super::profile::ProfileName;
use crate::app::Out;
use crate::effect::{Effect, Key};
use crate::scene::Field;

/// What stands in each field, and where its cursor is; see [`State::fields`](super::State::fields).
pub type Fields = BTreeMap<Field, (String, usize)>;

/// Messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignAct {
    /// Asks for the password of a profile, by its number.
    Choose(usize),
    /// Shows the field for an invitation.
    OpenInvitation,
    /// Makes a new account with the link.
    NewAccount,
    /// Logs in to an account that exists, with the link.
    HaveAccount,
    /// A step back.
    Back,
    /// Goes on: to the next field that wants something, or to what the page is for.
    Submit,
}

/// Signing in.
#[derive(Debug)]
pub struct Sign {
    /// The profiles of this computer.
    pub profiles: Vec<ProfileName>,
    /// What is shown.
    pub page: Page,
    /// What is under way.
    pub busy: Option<Busy>,
    /// What went wrong.
    pub wrong: Option<Wrong>,
    /// Pixels that the card is scrolled by, in a low window.
    pub scroll: i32,
}

/// What is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// The profiles, and the way to an invitation.
    Profiles,
    /// The password of one of them.
    Password(usize),
    /// Where an invitation goes.
    Invitation,
    /// A name and a password.
    Account {
        /// Where the relay is.
        link: Box<Link>,
        /// Whether the account is new.
        intent: Intent,
    },
}

/// What is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// A profile is opened.
    Opening,
    /// One is made; the step, once it is told.
    Making(Option<Step>),
}

/// What went wrong, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The field that caused it, if it was one.
    pub field: Option<Field>,
    /// The sentence.
    pub text: Box<str>,
}

impl Wrong {
    /// At a field.
    #[must_use]
    pub fn at(field: Field, text: impl Into<Box<str>>) -> Self {
        Self { field: Some(field), text: text.into() }
    }
}

impl Sign {
    /// The beginning, with the profiles of this computer.
    #[must_use]
    pub fn new(profiles: Vec<ProfileName>) -> Self {
        let page = match profiles.len() {
            0 => Page::Invitation,
            1 => Page::Password(0),
            _ => Page::Profiles,
        };
        Self { profiles, page, busy: None, wrong: None, scroll: 0 }
    }

    /// Asks for the password of one of the profiles.
    pub(crate) fn asks_for(&mut self, profile: &ProfileName) {
        if let Some(number) = self.profiles.iter().position(|known| known == profile) {
            self.page = Page::Password(number);
        }
    }

    /// One of the profiles is being opened already.
    pub(crate) fn opens(&mut self, profile: &ProfileName) {
        if let Some(number) = self.profiles.iter().position(|known| known == profile) {
            (self.page, self.busy) = (Page::Password(number), Some(Busy::Opening));
        }
    }

    /// Does what a person means.
    pub fn act(&mut self, act: SignAct, fields: &mut Fields, out: &mut Out) {
        if self.busy.is_some() {
            return;
        }
        match act {
            SignAct::Choose(number) => self.show(Page::Password(number), fields, out),
            SignAct::OpenInvitation => self.show(Page::Invitation, fields, out),
            SignAct::NewAccount => self.intend(Intent::Register),
            SignAct::HaveAccount => self.intend(Intent::Login),
            SignAct::Back => self.back(fields, out),
            SignAct::Submit => self.submit(fields, out),
        }
    }

    /// Takes a key that no field wants for itself; says whether it was used.
    pub fn key(&mut self, key: Key, fields: &mut Fields, out: &mut Out) -> bool {
        match key {
            Key::Enter if self.page != Page::Profiles => self.act(SignAct::Submit, fields, out),
            Key::Escape => self.act(SignAct::Back, fields, out),
            _ => return false,
        }
        true
    }

    /// A field changed: what was wrong with it may be so no longer.
    pub fn typed(&mut self, field: Field, _text: &str) {
        let stale = |wrong: &Wrong| wrong.field.is_none_or(|at| at == field);
        if self.wrong.as_ref().is_some_and(stale) {
            self.wrong = None;
        }
    }

    /// A link was given to the program.
    pub fn link_given(&mut self, text: &str, fields: &mut Fields, out: &mut Out) {
        if self.busy.is_some() {
            return;
        }
        self.show(Page::Invitation, fields, out);
        set(fields, out, Field::Link, text.trim());
        if text.parse::<Link>().is_ok() {
            self.submit(fields, out);
        }
    }

    /// A profile runs, or why it does not.
    pub fn opened(&mut self, result: &Result<(), Problem>, out: &mut Out) {
        match result {
            // What remains is told by the engine.
            Ok(()) => {}
            Err(problem) => self.failed(problem, out),
        }
    }

    /// Takes what the engine tells while a profile is made.
    pub fn event(&mut self, event: &Event, out: &mut Out) {
        match event {
            Event::Progress(step) => self.busy = Some(Busy::Making(Some(*step))),
            Event::Stopped { problem: Some(problem) }
            | Event::CommandFailed { problem, .. }
            | Event::Disconnected { problem, retry_ms: None } => self.failed(problem, out),
            _ => {}
        }
    }

    /// Scrolls; `limit` is what `view::sign::scroll_limit` says.
    pub fn wheel(&mut self, dy: i32, limit: i32) {
        self.scroll = (self.scroll + dy).clamp(0, limit.max(0));
    }

    /// Signing in has ended well: wipes what stands in the fields for it.
    pub fn ended(fields: &mut Fields, out: &mut Out) {
        for field in [Field::Link, Field::Handle, Field::Password, Field::PasswordAgain] {
            set(fields, out, field, "");
        }
    }

    fn failed(&mut self, problem: &Problem, out: &mut Out) {
        self.busy = None;
        let field = self.cause(problem);
        self.wrong = Some(Wrong { field, text: said(problem).into() });
        out.effect(Effect::Focus(field));
    }

    /// The field that caused a problem, on this page.
    fn cause(&self, problem: &Problem) -> Option<Field> {
        match (&self.page, problem) {
            (Page::Password(_), Problem::WrongProfilePassword) => Some(Field::Password),
            (Page::Account { .. }, Problem::LoginFailed) => Some(Field::Password),
            (Page::Account { .. }, Problem::HandleTaken) => Some(Field::Handle),
            _ => None,
        }
    }

    fn intend(&mut self, wanted: Intent) {
        self.wrong = None;
        if let Page::Account { intent, .. } = &mut self.page {
            *intent = wanted;
        }
    }

    fn back(&mut self, fields: &mut Fields, out: &mut Out) {
        match self.page {
            Page::Profiles => {}
            Page::Account { .. } => self.show(Page::Invitation, fields, out),
            Page::Password(_) => self.show(Page::Profiles, fields, out),
            Page::Invitation if self.profiles.is_empty() => {}
            Page::Invitation => self.show(Page::Profiles, fields, out),
        }
    }

    fn show(&mut self, page: Page, fields: &mut Fields, out: &mut Out) {
        for field in [Field::Password, Field::PasswordAgain] {
            set(fields, out, field, "");
        }
        let first = match page {
            Page::Profiles => None,
            Page::Password(_) => Some(Field::Password),
            Page::Invitation => Some(Field::Link),
            Page::Account { .. } => Some(Field::Handle),
        };
        out.effect(Effect::Focus(first));
        (self.page, self.wrong, self.scroll) = (page, None, 0);
    }

    fn submit(&mut self, fields: &mut Fields, out: &mut Out) {
        self.wrong = self.first_wrong(fields);
        if let Some(wrong) = &self.wrong {
            out.effect(Effect::Focus(wrong.field));
            // That a field is still empty need not be said: the cursor stands in it.
            if wrong.text.is_empty() {
                self.wrong = None;
            }
            return;
        }
        match &self.page {
            Page::Profiles => {}
            Page::Password(number) => {
                let Some(profile) = self.profiles.get(*number).cloned() else { return };
                out.effect(Effect::OpenProfile { profile, password: secret(fields) });
                self.busy = Some(Busy::Opening);
            }
            Page::Invitation => {
                let Ok(link) = text(fields, Field::Link).parse::<Link>() else { return };
                let intent = if link.invite.is_some() { Intent::Register } else { Intent::Login };
                self.show(Page::Account { link: Box::new(link), intent }, fields, out);
            }
            Page::Account { link, intent } => {
                let Ok(handle) = Handle::new(text(fields, Field::Handle)) else { return };
                let (link, intent, password) = (link.clone(), *intent, secret(fields));
                out.effect(Effect::CreateProfile { link, handle, password, intent });
                self.busy = Some(Busy::Making(None));
            }
        }
    }

    /// What keeps the page from being done, at the first field that does; without words if that field
    /// is empty only.
    fn first_wrong(&self, fields: &Fields) -> Option<Wrong> {
        let empty = |field| text(fields, field).is_empty().then(|| Wrong::at(field, ""));
        match &self.page {
            Page::Profiles => None,
            Page::Password(_) => empty(Field::Password),
            Page::Invitation => empty(Field::Link).or_else(|| {
                link_fault(text(fields, Field::Link)).map(|fault| Wrong::at(Field::Link, fault))
            }),
            Page::Account { intent, .. } => {
                let name = text(fields, Field::Handle);
                let password = text(fields, Field::Password);
                let again = text(fields, Field::PasswordAgain);
                let new = *intent == Intent::Register;
                empty(Field::Handle)
                    .or_else(|| handle::fault(name).map(|fault| Wrong::at(Field::Handle, fault)))
                    .or_else(|| empty(Field::Password))
                    .or_else(|| {
                        let advice = strength::rate(password, name).refused.filter(|_| new)?;
                        Some(Wrong::at(Field::Password, advice))
                    })
                    .or_else(|| empty(Field::PasswordAgain).filter(|_| new))
                    .or_else(|| {
                        (new && password != again)
                            .then(|| Wrong::at(Field::PasswordAgain, "The passwords differ."))
                    })
            }
        }
    }
}

/// What is wrong with what stands in the field for a link; `None` while it is empty.
#[must_use]
pub fn link_fault(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if text.is_empty() || "sotto://".starts_with(text) || text.parse::<Link>().is_ok() {
        return None;
    }
    Some(match text.strip_prefix("sotto://") {
        None => "An invitation begins with sotto://",
        Some(rest) if !rest.contains("/#") => "The part from # on is missing; copy the whole link.",
        Some(rest) if !rest.contains("key=") => "The relay's key is missing; copy the whole link.",
        Some(_) => "The link is damaged; copy it again, from its beginning to its end.",
    })
}

/// A problem in words for a person at a window.
fn said(problem: &Problem) -> String {
    match problem {
        Problem::WrongProfilePassword => "The password is wrong; try again.".into(),
        Problem::ProfileExists => {
            "There is a profile of this account here already; open it instead.".into()
        }
        other => other.to_string(),
    }
}

/// What stands in a field.
pub(crate) fn text(fields: &Fields, field: Field) -> &str {
    fields.get(&field).map_or("", |(text, _)| text)
}

/// Replaces what stands in a field, here and in the window. What stood there is wiped.
pub(crate) fn set(fields: &mut Fields, out: &mut Out, field: Field, text: &str) {
    let before = fields.insert(field, (text.to_owned(), text.len()));
    if let Some((mut before, _)) = before {
        if before == text {
            return;
        }
        before.zeroize();
    } else if text.is_empty() {
        return;
    }
    out.effect(Effect::SetField(field, text.to_owned()));
}

fn secret(fields: &Fields) -> Zeroizing<String> {
    Zeroizing::new(text(fields, Field::Password).to_owned())
}

#[cfg(test)]
mod tests;
