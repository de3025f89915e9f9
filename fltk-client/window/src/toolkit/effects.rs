//! Does what the app wants done.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use engine::Command;
use fltk::app;
use fltk::dialog::{BeepType, beep};
use fltk::prelude::*;

use super::chooser::{self, Wanted};
use super::link::{Post, spawn};
use super::queue::Queue;
use super::window::Window;
use super::{line, outside, picture, theme};
use crate::effect::{Effect, Input, PictureSource};
use crate::palette::Theme;
use crate::scene::PictureKey;
use crate::state::settings::Settings;

/// Does everything that is wanted, in order.
pub(super) fn perform(window: &mut Window) {
    while let Some(effect) = window.app.poll_effect() {
        one(window, effect);
    }
}

fn one(window: &mut Window, effect: Effect) {
    match effect {
        Effect::Command(command) => {
            if matches!(command, Command::Search { .. }) {
                window.trace.searched = Some(Instant::now());
            }
            window.link.send(command);
        }
        Effect::OpenProfile { profile, password } => window.link.open(profile.dir, password),
        Effect::CreateProfile { link, handle, password, intent } => {
            window.link.create(*link, handle, password, intent);
        }
        Effect::CloseProfile => window.link.close(),
        Effect::SetField(field, text) => window.fields.set(field, &text),
        Effect::Insert(field, range, text) => window.fields.insert(field, range, &text),
        Effect::Focus(field) => {
            window.fields.focus(field);
            if field.is_none() {
                let _ = window.canvas.take_focus();
            }
        }
        Effect::Copy(text) => outside::copy(&text),
        Effect::ChooseFiles => chooser::choose(Wanted::Files, &window.queue),
        Effect::ChooseDirectory(id) => chooser::choose(Wanted::Directory(id), &window.queue),
        Effect::OpenLink(link) => outside::open_link(&link),
        Effect::OpenFile(path) => outside::open_file(&path),
        Effect::Notify { title, body, room } => {
            outside::notify(&title, &body, room, &window.queue);
        }
        Effect::Sound => beep(BeepType::Notification),
        Effect::Title(title) => window.win.set_label(&line::visible(&title)),
        Effect::Apply(settings) => apply(window, settings),
        Effect::LoadPicture(key, source) => {
            window.pictures.expect(key, source.clone());
            decode(&window.queue, key, source);
        }
        Effect::LookAtFiles(paths) => look_at_files(&window.queue, paths),
        Effect::Quit => window.ends = true,
    }
}

/// Decodes a picture on a thread.
pub(super) fn decode(queue: &Arc<Queue<Post>>, key: PictureKey, source: PictureSource) {
    let queue = Arc::clone(queue);
    spawn("picture", move || {
        queue.push(Post::Picture(key, picture::decode(&source)));
    });
}

/// Asks on a thread how large files are: a disk may be far away.
fn look_at_files(queue: &Arc<Queue<Post>>, paths: Vec<PathBuf>) {
    let queue = Arc::clone(queue);
    spawn("sizes", move || {
        for path in paths {
            if let Ok(about) = fs::metadata(&path) {
                queue.push(Post::Input(Input::FileSized(path, about.len())));
            }
        }
    });
}

/// The theme that settings and system make.
pub(super) fn theme_of(settings: &Settings, system_dark: Option<bool>) -> Theme {
    settings.theme.unwrap_or(match system_dark {
        Some(true) => Theme::Dark,
        _ => Theme::Light,
    })
}

fn apply(window: &mut Window, settings: Settings) {
    let before = window.settings.scale_percent;
    if settings.theme.is_none() && window.settings.theme.is_some() {
        ask_system_theme(&window.queue);
    }
    window.settings = Settings { window: window.settings.window, ..settings };
    apply_theme(window);
    if window.settings.scale_percent != before {
        apply_scale(window, before);
    }
    window.keep_settings();
}

/// Asks on a thread whether the system is dark. Programs are started for that, so it is done only
/// when it matters.
pub(super) fn ask_system_theme(queue: &Arc<Queue<Post>>) {
    let queue = Arc::clone(queue);
    spawn("dark", move || {
        if let Some(dark) = theme::system_is_dark() {
            queue.push(Post::Input(Input::SystemDark(dark)));
        }
    });
}

/// Shows the theme that is set, if it is another one than before.
pub(super) fn apply_theme(window: &mut Window) {
    let theme = theme_of(&window.settings, window.system_dark);
    if theme != window.theme {
        window.theme = theme;
        theme::apply(theme);
        window.fields.set_theme(theme);
        window.repaint();
    }
}

/// Everything becomes larger or smaller, and the window stays as it is on the screen.
fn apply_scale(window: &mut Window, before: u16) {
    let now = window.settings.scale_percent;
    let (before, now) = (i32::from(before), i32::from(now.max(1)));
    // Rounded, or the window would lose a pixel each time.
    let side = |side: i32| ((side * before + now / 2) / now).max(200);
    let (w, h) = (side(window.win.w()), side(window.win.h()));
    set_scale(window.screen_scale, window.settings.scale_percent);
    window.win.set_size(w, h);
    window.measure.forget();
    window.pictures.set_scale(app::screen_scale(0));
    window.repaint();
}

/// Scales all screens alike.
pub(super) fn set_scale(screen: f32, percent: u16) {
    for number in 0..app::screen_count() {
        app::set_screen_scale(number, screen * f32::from(percent) / 100.0);
    }
}
