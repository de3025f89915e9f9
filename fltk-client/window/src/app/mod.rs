//! Turns what comes in into a changed state, and into what is to be done outside.

mod act;
mod chat;
mod focus;
mod key;
mod mouse;
mod out;
mod part;

use engine::Event;
use wire::id::{Handle, RoomId, Seq};

use crate::effect::{Effect, Input};
use crate::geometry::Rect;
use crate::look::Look;
use crate::scene::{Field, Region, Scene};
use crate::state::chat::{Chat, Moment};
use crate::state::profile::ProfileName;
use crate::state::settings::Settings;
use crate::state::sign::Sign;
use crate::state::timeline::Layouts;
use crate::state::{Screen, State};
use crate::view;
use crate::view::chat::Places;

pub use out::Out;

/// Milliseconds for which the pointer rests before a tooltip comes.
const TOOLTIP_MS: u64 = 600;
/// Milliseconds for which a sentence stands at the foot of the window.
const TOAST_MS: u64 = 5_000;

const NOT_PASTED: &str =
    "No picture was pasted: that needs xclip, or wl-paste on Wayland. Attach a file instead.";

/// The window without a display: inputs and events go in, scenes and effects come out.
#[derive(Debug)]
pub struct App {
    /// What is shown.
    pub state: State,
    /// Line breaks that are known.
    pub layouts: Layouts,
    scene: Scene,
    out: Out,
    /// Effects at the front of `out` whose meaning for the state is taken already.
    taken: usize,
    /// The field that has the keyboard.
    focus: Option<Field>,
    /// What the ring is around, as it was in the last scene.
    ringed: Option<Region>,
    /// What the first button of the mouse holds.
    held: Option<mouse::Held>,
    /// The tool under the pointer, and since when.
    hovered: Option<(Rect, Box<str>, u64)>,
    /// The profile that is being opened.
    opening: Option<Opening>,
    /// Files whose directory is being chosen.
    saving: Vec<(engine::RequestId, RoomId, Seq)>,
}

/// A profile that is being opened.
#[derive(Debug)]
struct Opening {
    me: Option<Handle>,
    /// Whether there is something to show before the relay answers.
    is_made: bool,
}

impl Opening {
    /// Of a profile that has an account.
    fn of(profile: &ProfileName) -> Self {
        let name = profile.label.split('@').next().unwrap_or("");
        let me = Handle::new(name).or_else(|_| Handle::new("me")).ok();
        Self { me, is_made: true }
    }
}

impl App {
    /// The window at the start.
    #[must_use]
    pub fn new(settings: Settings, profiles: Vec<ProfileName>) -> Self {
        Self::with_out(settings, profiles, Out::default())
    }

    /// As [`Self::new`], with a given way to name requests, for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn with_out(settings: Settings, profiles: Vec<ProfileName>, mut out: Out) -> Self {
        let first = if profiles.is_empty() { Field::Link } else { Field::Password };
        out.effect(Effect::Focus(Some(first)));
        Self {
            state: State::new(settings, Sign::new(profiles)),
            layouts: Layouts::default(),
            scene: Scene::default(),
            out,
            taken: 0,
            focus: None,
            ringed: None,
            held: None,
            hovered: None,
            opening: None,
            saving: Vec::new(),
        }
    }

    /// Takes an input; whether a key was used.
    pub fn input(&mut self, input: Input, look: Look<'_>) -> bool {
        let used = self.take(input, look);
        self.settle(look);
        used
    }

    fn take(&mut self, input: Input, look: Look<'_>) -> bool {
        match input {
            Input::Key(key, mods) => {
                // Who types does not ask what the pointer rests on.
                self.hovered = None;
                return self.key(key, mods, look);
            }
            Input::Typed(field, text, cursor) => self.typed(field, text, cursor, look),
            Input::Focused(focused) => self.state.focused = focused,
            Input::SystemDark(dark) => self.state.system_dark = Some(dark),
            Input::Tick => {}
            Input::Offered(paths) => self.offered(paths),
            Input::NotPasted => self.say(NOT_PASTED, look),
            Input::DirectoryChosen(id, directory) => self.directory_chosen(id, directory),
            Input::ProfileOpened(Ok(())) => self.profile_opened(),
            Input::ProfileOpened(Err(problem)) => {
                self.opening = None;
                if let Screen::Sign(sign) = &mut self.state.screen {
                    sign.opened(&Err(problem), &mut self.out);
                }
            }
            Input::ProfileClosed(profiles) => self.show_sign(profiles),
            Input::PictureLoaded(key, size) => self.picture_loaded(key, size),
            Input::FileSized(path, size) => self.file_sized(&path, size),
            Input::NotificationClicked(room) => self.show_room(room, None),
            Input::LinkGiven(link) => self.link_given(&link, look),
            Input::CloseAsked => self.quit(),
            mouse => self.mouse(mouse, look),
        }
        true
    }

    /// Takes what the engine tells.
    pub fn event(&mut self, event: Event, look: Look<'_>) {
        let beat = look.clock.beat_ms();
        if let Event::Connected { handle, .. } = &event
            && self.opening.take().is_some()
            && self.state.chat().is_none()
        {
            self.show_chat(handle.clone());
        }
        let State { screen, settings, focused, .. } = &mut self.state;
        let moment = Moment { settings, focused: *focused, beat };
        let sentence = match screen {
            Screen::Sign(sign) => {
                sign.event(&event, &mut self.out);
                None
            }
            Screen::Chat(chat) => chat.event(&event, &moment, &mut self.out),
        };
        if let Some(sentence) = sentence.filter(|_| self.state.dialog.is_none()) {
            self.say(&sentence, look);
        }
        self.dialog_event(&event, look);
        self.settle(look);
    }

    /// The frame of now, for a window of this size.
    pub fn frame(&mut self, size: (i32, i32), look: Look<'_>) -> &Scene {
        let beat = look.clock.beat_ms();
        self.state.size = size;
        if self.state.toast.as_ref().is_some_and(|(_, until)| *until <= beat) {
            self.state.toast = None;
        }
        if let Screen::Chat(chat) = &mut self.state.screen {
            chat.tick(beat, &mut self.out);
        }
        self.fit(look);
        self.settle(look);
        self.scene = view::paint(&self.state, &self.layouts, look);
        if self.keep_ring() {
            self.scene = view::paint(&self.state, &self.layouts, look);
        }
        self.tooltip(beat, look);
        let toast = self.state.toast.as_ref().map(|(_, until)| *until);
        let due = [self.state.chat().and_then(Chat::next_beat), toast];
        for due in due.into_iter().flatten() {
            self.scene.wake_after(u32::try_from(due.saturating_sub(beat)).unwrap_or(u32::MAX));
        }
        &self.scene
    }

    /// What is to be done next, if something is.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        let effect = self.out.poll()?;
        self.taken = self.taken.saturating_sub(1);
        Some(effect)
    }

    /// A profile is meant to be opened, whose password is to be asked for.
    pub fn asks_for(&mut self, profile: &ProfileName) {
        if let Screen::Sign(sign) = &mut self.state.screen {
            sign.asks_for(profile);
        }
    }

    /// A profile is being opened already, since its password was known before the window.
    pub fn opens(&mut self, profile: &ProfileName) {
        self.opening = Some(Opening::of(profile));
        if let Screen::Sign(sign) = &mut self.state.screen {
            sign.opens(profile);
        }
    }

    /// Wants something done, as if a part of the window did; for tests.
    #[doc(hidden)]
    pub fn wants(&mut self, effect: Effect) {
        self.out.effect(effect);
    }

    /// The field that has the keyboard, as far as is known here.
    #[must_use]
    pub const fn focus(&self) -> Option<Field> {
        self.focus
    }

    /// Lays out what is visible, and keeps what is scrolled inside its bounds.
    fn fit(&mut self, look: Look<'_>) {
        let Some(places) = self.places(look) else { return };
        let Screen::Chat(chat) = &mut self.state.screen else { return };
        let rows = view::rooms::rows_rect(places.list);
        let most = (view::rooms::content_height(chat) - rows.h).max(0);
        chat.rooms.scroll = chat.rooms.scroll.clamp(0, most);
        let most = (view::members::content_height(chat) - places.panel.h).max(0);
        chat.rooms.panel_scroll = chat.rooms.panel_scroll.clamp(0, most);
        if let Some(timeline) = chat.timeline.as_mut().filter(|_| !places.timeline.is_empty()) {
            let seen = self.state.focused && self.state.dialog.is_none();
            timeline.set_visible(seen);
            timeline.settle(places.timeline, &mut self.layouts, look, &mut self.out);
        }
    }

    fn places(&self, look: Look<'_>) -> Option<Places> {
        self.state.chat().map(|chat| Places::of(&self.state, chat, look))
    }

    fn tooltip(&mut self, beat: u64, look: Look<'_>) {
        let Some((rect, name, since)) = &self.hovered else { return };
        // What it does may have changed since, or gone.
        if !self.scene.regions.iter().any(|region| region.rect == *rect && region.name == *name) {
            return;
        }
        let rested = beat.saturating_sub(*since);
        if rested < TOOLTIP_MS {
            let left = u32::try_from(TOOLTIP_MS - rested).unwrap_or(0);
            self.scene.wake_after(left);
            return;
        }
        let window = Rect::new(0, 0, self.state.size.0, self.state.size.1);
        view::part::tooltip(&mut self.scene, look, window, *rect, name);
    }

    /// Shows a sentence at the foot of the window.
    fn say(&mut self, sentence: &str, look: Look<'_>) {
        self.state.toast = Some((sentence.to_owned(), look.clock.beat_ms() + TOAST_MS));
    }

    fn meant(&self) -> Option<Meant> {
        self.out.waiting().nth(self.taken).map(Meant::of)
    }

    /// Takes into the state what effects mean for it: texts of fields, and where the keyboard is.
    fn settle(&mut self, look: Look<'_>) {
        while let Some(meant) = self.meant() {
            self.taken += 1;
            match meant {
                Meant::Set(field, text) => {
                    let cursor = text.len();
                    self.state.fields.insert(field, (text, cursor));
                }
                Meant::Insert(field, range, piece) => {
                    let mut text = self.state.text(field).to_owned();
                    if text.get(range.clone()).is_some() {
                        let cursor = range.start + piece.len();
                        text.replace_range(range, &piece);
                        self.typed(field, text, cursor, look);
                    }
                }
                Meant::Focus(field) => self.focus = field,
                Meant::Opens(opening) => self.opening = Some(opening),
                Meant::Nothing => {}
            }
        }
    }
}

/// What an effect means for the state.
enum Meant {
    Nothing,
    Set(Field, String),
    Insert(Field, core::ops::Range<usize>, String),
    Focus(Option<Field>),
    Opens(Opening),
}

impl Meant {
    fn of(effect: &Effect) -> Self {
        match effect {
            Effect::SetField(field, text) => Self::Set(*field, text.clone()),
            Effect::Insert(field, range, text) => Self::Insert(*field, range.clone(), text.clone()),
            Effect::Focus(field) => Self::Focus(*field),
            Effect::OpenProfile { profile, .. } => Self::Opens(Opening::of(profile)),
            Effect::CreateProfile { handle, .. } => {
                Self::Opens(Opening { me: Some(handle.clone()), is_made: false })
            }
            _ => Self::Nothing,
        }
    }
}
