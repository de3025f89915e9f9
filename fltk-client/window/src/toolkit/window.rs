//! The window: what it shows, and what has come in but has not been answered.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fltk::app;
use fltk::enums::{Cursor, Damage};
use fltk::prelude::*;
use fltk::widget::Widget;
use fltk::window::DoubleWindow;

use super::chooser::Wanted;
use super::clock::SystemClock;
use super::drop::Pasted;
use super::field::Fields;
use super::link::{EngineLink, Post};
use super::measure::{COMMON, Type};
use super::picture::Pictures;
use super::queue::Queue;
use super::trace::{Frame, Trace};
use super::{effects, paint};
use crate::app::App;
use crate::effect::{Input, Key, Mods};
use crate::geometry::{Point, Rect};
use crate::look::{Font, Look};
use crate::palette::Theme;
use crate::scene::{Role, Scene, difference};
use crate::state::settings::Settings;

/// Everything behind the window. FLTK's callbacks borrow it; what comes in while it is borrowed waits
/// in `late`.
pub(super) struct Window {
    pub(super) app: App,
    pub(super) win: DoubleWindow,
    pub(super) canvas: Widget,
    pub(super) fields: Fields,
    pub(super) pictures: Pictures,
    pub(super) measure: Type,
    pub(super) clock: SystemClock,
    pub(super) queue: Arc<Queue<Post>>,
    pub(super) link: EngineLink,
    pub(super) home: PathBuf,
    pub(super) settings: Settings,
    pub(super) theme: Theme,
    pub(super) system_dark: Option<bool>,
    /// The screen's scale before ours, to which ours is a percentage.
    pub(super) screen_scale: f32,
    pub(super) pasted: Pasted,
    pub(super) trace: Tracing,
    describe: Option<PathBuf>,
    /// Choosers of FLTK that are to be shown once nothing is borrowed.
    pub(super) choosers: Vec<Wanted>,
    pub(super) ends: bool,
    /// Whether something came in since the scene was made.
    pub(super) is_dirty: bool,
    /// Whether equal operations look otherwise than when they were painted.
    is_stale: bool,
    /// Whether FLTK was told to paint and has not yet.
    is_due: bool,
    scene: Scene,
    /// When the scene moves by itself.
    wakes: Option<Instant>,
    pointer: Option<Point>,
    cursor: Cursor,
    is_focused: bool,
    /// Fonts that were not opened yet.
    cold: core::slice::Iter<'static, Font>,
}

/// Inputs that came while the window was borrowed.
pub(super) type Late = Rc<RefCell<VecDeque<Input>>>;

/// What is measured, if anything is.
#[derive(Debug, Default)]
pub(super) struct Tracing {
    pub(super) trace: Option<Trace>,
    pub(super) layout: Duration,
    /// Marks to set when the next frame is painted, and since when they count.
    pub(super) marks: Vec<(&'static str, Option<Instant>)>,
    pub(super) has_shown: bool,
    pub(super) has_history: bool,
    pub(super) searched: Option<Instant>,
}

/// What a new window is made of.
pub(super) struct Parts {
    pub(super) app: App,
    pub(super) win: DoubleWindow,
    pub(super) canvas: Widget,
    pub(super) fields: Fields,
    pub(super) clock: SystemClock,
    pub(super) measure: Type,
    pub(super) queue: Arc<Queue<Post>>,
    pub(super) link: EngineLink,
    pub(super) home: PathBuf,
    pub(super) settings: Settings,
    pub(super) theme: Theme,
    pub(super) screen_scale: f32,
    pub(super) trace: Option<Trace>,
    pub(super) describe: Option<PathBuf>,
}

impl Window {
    pub(super) fn new(parts: Parts) -> Self {
        let mut pictures = Pictures::default();
        pictures.set_scale(app::screen_scale(0));
        Self {
            app: parts.app,
            win: parts.win,
            canvas: parts.canvas,
            fields: parts.fields,
            pictures,
            measure: parts.measure,
            clock: parts.clock,
            queue: parts.queue,
            link: parts.link,
            home: parts.home,
            settings: parts.settings,
            theme: parts.theme,
            system_dark: None,
            screen_scale: parts.screen_scale,
            pasted: Pasted::default(),
            trace: Tracing { trace: parts.trace, ..Tracing::default() },
            describe: parts.describe,
            choosers: Vec::new(),
            ends: false,
            is_dirty: true,
            is_stale: true,
            is_due: false,
            scene: Scene::default(),
            wakes: None,
            pointer: None,
            cursor: Cursor::Default,
            is_focused: false,
            cold: COMMON.iter(),
        }
    }

    /// Gives an input to the app and does what it wants. What was typed before goes first.
    pub(super) fn input(&mut self, input: Input) -> bool {
        self.tell_typed();
        match input {
            Input::Move(at) | Input::Drag(at) | Input::Press { at, .. } => self.pointer = Some(at),
            Input::Leave => self.pointer = None,
            _ => {}
        }
        let used = self.app.input(input, Look { measure: &self.measure, clock: &self.clock });
        self.is_dirty = true;
        effects::perform(self);
        used
    }

    /// Gives an event of the engine to the app.
    pub(super) fn event(&mut self, event: engine::Event) {
        self.trace.observe(&event);
        self.app.event(event, Look { measure: &self.measure, clock: &self.clock });
        self.is_dirty = true;
        effects::perform(self);
    }

    /// A key, which the app may use before a field gets it.
    pub(super) fn key(&mut self, key: Key, mods: Mods) -> bool {
        self.input(Input::Key(key, mods))
    }

    /// Tells the app what was typed since.
    pub(super) fn tell_typed(&mut self) {
        for (field, (text, cursor)) in self.fields.changed() {
            let input = Input::Typed(field, text, cursor);
            self.app.input(input, Look { measure: &self.measure, clock: &self.clock });
            self.is_dirty = true;
            effects::perform(self);
        }
    }

    /// Makes the scene anew if something changed, and has it painted.
    pub(super) fn refresh(&mut self) {
        let has_focus = app::focus().is_some();
        if has_focus != self.is_focused {
            self.is_focused = has_focus;
            self.input(Input::Focused(has_focus));
        }
        if self.wakes.is_some_and(|at| at <= Instant::now()) {
            self.wakes = None;
            self.input(Input::Tick);
        }
        for (key, source) in self.pictures.missing() {
            effects::decode(&self.queue, key, source);
        }
        if !self.is_dirty {
            return;
        }
        self.is_dirty = false;
        let begun = Instant::now();
        let size = (self.win.w(), self.win.h());
        let look = Look { measure: &self.measure, clock: &self.clock };
        let scene = self.app.frame(size, look);
        let changed = difference(&self.scene, scene, Rect::new(0, 0, size.0, size.1));
        self.scene.clone_from(scene);
        self.trace.layout = begun.elapsed();
        // Laying out can find that older messages are needed, say.
        effects::perform(self);
        self.wakes = self.scene.next_ms.map(|ms| begun + Duration::from_millis(ms.into()));
        if self.fields.place(&self.scene.fields) {
            let _ = self.canvas.take_focus();
        }
        self.show_cursor();
        if core::mem::take(&mut self.is_stale) {
            self.win.redraw();
            self.is_due = true;
        } else if !changed.is_empty() {
            let Rect { x, y, w, h } = changed;
            // Of the window and not of the canvas: fields that stand there are painted after it.
            self.win.set_damage_area(Damage::User1, x, y, w, h);
            self.is_due = true;
        } else if !self.is_due {
            self.painted(Duration::ZERO);
        }
    }

    /// Has everything painted anew, even where the scene stays the same.
    pub(super) fn repaint(&mut self) {
        self.is_dirty = true;
        self.is_stale = true;
    }

    /// Opens one of the fonts that will be needed, once there is something to look at meanwhile. Says
    /// whether there are more.
    pub(super) fn warm(&mut self) -> bool {
        match self.trace.has_shown.then(|| self.cold.next()).flatten() {
            Some(font) => self.measure.warm(*font),
            None => return false,
        }
        !self.cold.as_slice().is_empty()
    }

    /// How long nothing will happen by itself.
    pub(super) fn idle(&self) -> Option<Duration> {
        self.wakes.map(|at| at.saturating_duration_since(Instant::now()))
    }

    /// Paints the scene.
    pub(super) fn paint(&mut self) {
        let begun = Instant::now();
        paint::scene(&self.scene, self.theme, &mut self.pictures);
        self.is_due = false;
        self.painted(begun.elapsed());
    }

    /// Tells who measures and who drives the window what it shows now.
    fn painted(&mut self, paint: Duration) {
        let (layout, ops) = (self.trace.layout, self.scene.ops.len());
        self.trace.painted(Frame { layout, paint, ops });
        if let Some(path) = &self.describe {
            let scale = app::screen_scale(0);
            // Who looks at it waits for what never comes, and says so.
            let _ = super::describe::write(path, &self.scene, &self.measure, scale);
        }
    }

    /// The mouse pointer says what a click would mean.
    fn show_cursor(&mut self) {
        let region = self.pointer.and_then(|at| self.scene.hit(at));
        let cursor = match region.map(|region| region.role) {
            Some(Role::Button | Role::Tool | Role::Row | Role::Link) => Cursor::Hand,
            Some(Role::Text) => Cursor::Insert,
            _ => Cursor::Default,
        };
        if cursor != self.cursor {
            self.cursor = cursor;
            self.win.set_cursor(cursor);
        }
    }

    /// Writes down the settings, and where the window is.
    pub(super) fn keep_settings(&mut self) {
        if self.win.shown() && !self.win.fullscreen_active() {
            let win = &self.win;
            self.settings.window = Some([win.x(), win.y(), win.w(), win.h()]);
        }
        // On a disk that is full the old ones stay.
        let _ = super::config::save(&self.home, &self.settings);
    }
}

impl Tracing {
    fn observe(&mut self, event: &engine::Event) {
        if self.trace.is_none() {
            return;
        }
        match event {
            engine::Event::History { entries, .. } if !entries.is_empty() && !self.has_history => {
                self.has_history = true;
                self.marks.push(("history", None));
            }
            engine::Event::Found { .. } => {
                if let Some(since) = self.searched.take() {
                    self.marks.push(("search", Some(since)));
                }
            }
            _ => {}
        }
    }

    fn painted(&mut self, frame: Frame) {
        let is_first = !core::mem::replace(&mut self.has_shown, true);
        let Some(trace) = &mut self.trace else { return };
        trace.frame(frame);
        if is_first {
            trace.mark("shown", None);
        }
        for (mark, since) in self.marks.drain(..) {
            trace.mark(mark, since.map(|since| since.elapsed()));
        }
    }
}
