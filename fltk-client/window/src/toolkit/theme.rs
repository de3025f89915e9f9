//! Colours and boxes of FLTK's own widgets, and what the system prefers.

use std::process::{Command, Stdio};

use fltk::app;
use fltk_theme::{ColorMap, ColorTheme, SchemeType, WidgetScheme};

use crate::palette::{Ink, Theme};

/// Gives FLTK's widgets our colours. Only rewrites FLTK's tables, so it can be done at any time.
pub(super) fn apply(theme: Theme) {
    WidgetScheme::new(SchemeType::Fluent).apply();
    let rgb = |ink| {
        let [r, g, b, _] = theme.colour(ink);
        (r, g, b)
    };
    let (r, g, b) = rgb(Ink::Pane);
    // Fills FLTK's ramp of greys too.
    app::background(r, g, b);
    let (r, g, b) = rgb(Ink::Ground);
    app::background2(r, g, b);
    let (r, g, b) = rgb(Ink::Text);
    app::foreground(r, g, b);
    ColorTheme::new(&[at(SELECTION, rgb(Ink::Own)), at(INACTIVE, rgb(Ink::Faint))]).apply();
}

/// FLTK's slots of colours that have a meaning.
const SELECTION: u8 = 15;
const INACTIVE: u8 = 8;

fn at(index: u8, (r, g, b): (u8, u8, u8)) -> ColorMap {
    ColorMap { index, r, g, b }
}

/// Whether the system is set to dark, where that can be known. Takes a moment: for a thread.
pub(super) fn system_is_dark() -> Option<bool> {
    if cfg!(any(windows, target_os = "macos")) {
        return None;
    }
    portal().or_else(gnome)
}

/// The desktop portal: 1 prefers dark, 2 light, 0 nothing.
fn portal() -> Option<bool> {
    let object = ["--object-path", "/org/freedesktop/portal/desktop"];
    let method = ["--method", "org.freedesktop.portal.Settings.Read"];
    let mut gdbus = Command::new("gdbus");
    gdbus.args(["call", "--session", "--timeout", "1", "--dest", "org.freedesktop.portal.Desktop"]);
    gdbus.args(object).args(method).args(["org.freedesktop.appearance", "color-scheme"]);
    let answer = said(gdbus)?;
    if answer.contains("uint32 1") {
        Some(true)
    } else {
        answer.contains("uint32 2").then_some(false)
    }
}

fn gnome() -> Option<bool> {
    let mut gsettings = Command::new("gsettings");
    gsettings.args(["get", "org.gnome.desktop.interface", "color-scheme"]);
    Some(said(gsettings)?.contains("dark"))
}

fn said(mut command: Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
