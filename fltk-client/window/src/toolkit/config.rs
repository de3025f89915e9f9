//! The settings on disk: `key = value`, one a line.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use super::profile::private_dir;
use crate::palette::Theme;
use crate::state::settings::{Enter, Notifications, Settings};

const FILE: &str = "window.conf";

/// The settings in a directory. What is missing or makes no sense is as by default.
#[must_use]
pub fn load(dir: &Path) -> Settings {
    parse(&fs::read_to_string(dir.join(FILE)).unwrap_or_default())
}

/// Writes the settings so that a crash leaves the old or the new ones, and keeps what a later
/// version has written that this one does not know.
///
/// # Errors
/// Those of the file system; the old settings are there then.
pub fn save(dir: &Path, settings: &Settings) -> io::Result<()> {
    private_dir(dir)?;
    let path = dir.join(FILE);
    let before = fs::read_to_string(&path).unwrap_or_default();
    let text = merged(&before, settings);
    if text == before {
        return Ok(());
    }
    let new = dir.join(format!("{FILE}.new"));
    let mut file = fs::File::create(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(new, path)
}

fn parse(text: &str) -> Settings {
    let mut settings = Settings::default();
    for (key, value) in text.lines().filter_map(pair) {
        match key {
            "theme" => set(&mut settings.theme, theme(value)),
            "scale" => set(&mut settings.scale_percent, scale(value)),
            "enter" => set(&mut settings.enter, enter(value)),
            "notifications" => set(&mut settings.notifications, notifications(value)),
            "sounds" => set(&mut settings.sounds, switch(value)),
            "members" => set(&mut settings.members, switch(value)),
            "window" => set(&mut settings.window, window(value).map(Some)),
            _ => {}
        }
    }
    settings
}

fn set<T>(setting: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *setting = value;
    }
}

fn pair(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once('=')?;
    Some((key.trim(), value.trim()))
}

fn theme(value: &str) -> Option<Option<Theme>> {
    match value {
        "system" => Some(None),
        "light" => Some(Some(Theme::Light)),
        "dark" => Some(Some(Theme::Dark)),
        _ => None,
    }
}

/// A scale in percent, if a window could be used at it.
#[must_use]
pub fn scale(value: &str) -> Option<u16> {
    value.parse().ok().filter(|percent| (50..=400).contains(percent))
}

fn enter(value: &str) -> Option<Enter> {
    match value {
        "sends" => Some(Enter::Sends),
        "breaks" => Some(Enter::Breaks),
        _ => None,
    }
}

fn notifications(value: &str) -> Option<Notifications> {
    match value {
        "full" => Some(Notifications::Full),
        "discreet" => Some(Notifications::Discreet),
        "mentions" => Some(Notifications::Mentions),
        "off" => Some(Notifications::Off),
        _ => None,
    }
}

fn switch(value: &str) -> Option<bool> {
    match value {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

fn window(value: &str) -> Option<[i32; 4]> {
    let numbers: Vec<i32> =
        value.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
    let window: [i32; 4] = numbers.try_into().ok()?;
    let [x, y, w, h] = window;
    let is_sane = [x, y].iter().all(|at| (-32_768..32_768).contains(at))
        && [w, h].iter().all(|side| (200..32_768).contains(side));
    is_sane.then_some(window)
}

fn merged(before: &str, settings: &Settings) -> String {
    let pairs = pairs(settings);
    let mut text = String::new();
    let is_known = |line: &&str| {
        pair(line).is_some_and(|(key, _)| key == "window" || pairs.iter().any(|(k, _)| *k == key))
    };
    for line in before.lines().filter(|line| !is_known(line)) {
        let _ = writeln!(text, "{line}");
    }
    for (key, value) in &pairs {
        let _ = writeln!(text, "{key} = {value}");
    }
    text
}

fn pairs(settings: &Settings) -> Vec<(&'static str, String)> {
    let switch = |on| if on { "on" } else { "off" }.to_owned();
    let theme = match settings.theme {
        None => "system",
        Some(Theme::Light) => "light",
        Some(Theme::Dark) => "dark",
    };
    let enter = match settings.enter {
        Enter::Sends => "sends",
        Enter::Breaks => "breaks",
    };
    let notifications = match settings.notifications {
        Notifications::Full => "full",
        Notifications::Discreet => "discreet",
        Notifications::Mentions => "mentions",
        Notifications::Off => "off",
    };
    let mut pairs = vec![
        ("theme", theme.to_owned()),
        ("scale", settings.scale_percent.to_string()),
        ("enter", enter.to_owned()),
        ("notifications", notifications.to_owned()),
        ("sounds", switch(settings.sounds)),
        ("members", switch(settings.members)),
    ];
    if let Some([x, y, w, h]) = settings.window {
        pairs.push(("window", format!("{x} {y} {w} {h}")));
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_back_as_they_were() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(load(dir.path()), Settings::default());
        let settings = Settings {
            theme: Some(Theme::Dark),
            scale_percent: 150,
            enter: Enter::Breaks,
            notifications: Notifications::Mentions,
            sounds: true,
            members: false,
            window: Some([-5, 10, 900, 600]),
        };
        save(dir.path(), &settings).unwrap();
        assert_eq!(load(dir.path()), settings);
    }

    #[test]
    fn what_is_unknown_stays_and_what_makes_no_sense_is_ignored() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        fs::write(&path, "# mine\nfuture = 7\nscale = 9000\ntheme=dark\nwindow = 1 2\n").unwrap();
        let settings = load(dir.path());
        assert_eq!(settings, Settings { theme: Some(Theme::Dark), ..Settings::default() });
        save(dir.path(), &settings).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# mine\nfuture = 7\n"), "{text}");
        assert_eq!(text.matches("scale").count(), 1);
    }
}
