//! Every screen as text, compared with what it was: `tests/scenes/*.txt`. A missing file is a failure;
//! `SOTTO_UPDATE_SCENES=1` writes them anew, to be read before they are committed.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod world;

use std::path::Path;

use engine::{Event, Hit, Hold};
use window::effect::{Input, Key, Mods};
use window::palette::Theme;
use window::scene::Field;
use window::state::settings::Settings;
use world::{BOB, CTRL, DEVICE, GARDEN, LOBBY, NONE, World, handle, said};

const WIDE: (i32, i32) = (1_000, 700);
const NARROW: (i32, i32) = (480, 600);
const BOTH: [Theme; 2] = [Theme::Light, Theme::Dark];

/// Compares a screen in both themes.
fn compare(name: &str, screen: impl Fn(Theme) -> World) {
    for theme in BOTH {
        let mut world = screen(theme);
        let scene = world.frame();
        let size = world.size;
        let checked = window::view::part::check_scene(&scene, world.clock.look(), size);
        assert_eq!(checked, Ok(()), "{name}");
        let theme_name = if theme == Theme::Light { "light" } else { "dark" };
        same(&format!("{name}-{theme_name}"), &scene.print(theme));
    }
}

fn same(name: &str, printed: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/scenes/{name}.txt"));
    if std::env::var_os("SOTTO_UPDATE_SCENES").is_some_and(|value| value == "1") {
        std::fs::write(&path, printed).expect("the scene is written");
        return;
    }
    let known = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{name} has no file ({error}); see the top of this test"));
    for (n, (is, was)) in printed.lines().zip(known.lines()).enumerate() {
        assert_eq!(is, was, "{name}, line {}", n + 1);
    }
    assert_eq!(printed.lines().count(), known.lines().count(), "{name}");
}

#[test]
fn signing_in() {
    let settings = |theme| Settings { theme: Some(theme), ..Settings::default() };
    compare("sign-in", |theme| World::new(WIDE, settings(theme)));
    compare("sign-in-narrow", |theme| World::new(NARROW, settings(theme)));
}

#[test]
fn the_chat() {
    compare("chat-members", |theme| World::chatting(WIDE, theme));
    compare("chat", |theme| {
        let mut world = World::chatting(WIDE, theme);
        world.click("Hide members");
        world.event(Event::Typing { room: GARDEN, from: handle("bob"), device: DEVICE });
        world
    });
    compare("chat-direct", |theme| {
        let mut world = World::chatting(WIDE, theme);
        world.click("bob, 3 unread");
        world.event(Event::History { room: BOB, entries: vec![said(12, "bob", "See you", 9)] });
        world
    });
}

#[test]
fn the_chat_in_a_narrow_window() {
    compare("narrow-room", |theme| World::chatting(NARROW, theme));
    compare("narrow-list", |theme| {
        let mut world = World::chatting(NARROW, theme);
        world.click("Back to the rooms");
        world
    });
}

#[test]
fn searching() {
    compare("search", |theme| {
        let mut world = World::chatting(WIDE, theme);
        world.key(Key::Char('k'), CTRL);
        world.type_in(Field::Search, "gar");
        world.commands();
        world.after(150);
        for command in world.commands() {
            if let engine::Command::Search { id, .. } = command {
                let entry = said(2, "carol", "The key of the garden gate is under the pot", 99);
                world.event(Event::Found { id, hits: vec![Hit { room: LOBBY, entry }] });
            }
        }
        world
    });
    compare("search-room", |theme| {
        let mut world = World::chatting(WIDE, theme);
        world.key(Key::Char('f'), CTRL);
        world
    });
}

#[test]
fn nothing_there_yet() {
    compare("empty", |theme| {
        let mut world = World::opened(WIDE, theme);
        world.event(Event::Rooms(Vec::new()));
        world
    });
    compare("no-room-open", |theme| {
        let mut world = World::opened(WIDE, theme);
        world.event(Event::Rooms(world::rooms()));
        world
    });
}

#[test]
fn a_room_that_is_held() {
    compare("held-key-changed", |theme| {
        let mut world = World::chatting(WIDE, theme);
        world.event(Event::KeyChanged { room: Some(GARDEN), handle: handle("bob") });
        world.event(Event::RoomHeld { room: GARDEN, hold: Hold::KeyChanged });
        world
    });
    compare("held-forked", |theme| {
        let mut world = World::chatting(NARROW, theme);
        world.event(Event::RoomHeld { room: GARDEN, hold: Hold::Forked });
        world
    });
}

#[test]
fn writing() {
    compare("composer-edit-lines", |theme| {
        let mut world = World::chatting(WIDE, theme);
        world.key(Key::Up, NONE);
        let text = "one\ntwo\nthree".to_owned();
        let cursor = text.len();
        world.input(Input::Typed(Field::Composer, text, cursor));
        world
    });
    compare("composer-completion", |theme| {
        let mut world = World::chatting(WIDE, theme);
        world.type_in(Field::Composer, "hi @");
        world
    });
    compare("emoji", |theme| {
        let mut world = World::chatting(WIDE, theme);
        world.key(Key::Char('e'), CTRL);
        world
    });
}

#[test]
fn dialogs() {
    let keys: [(&str, Key, Mods); 4] = [
        ("dialog-new-room", Key::Char('n'), CTRL),
        ("dialog-settings", Key::Char(','), CTRL),
        ("dialog-keys", Key::F(1), NONE),
        ("dialog-room", Key::Char('i'), Mods { shift: true, ..CTRL }),
    ];
    for (name, key, mods) in keys {
        compare(name, |theme| {
            let mut world = World::chatting(WIDE, theme);
            world.key(key, mods);
            if name == "dialog-room" {
                world.event(Event::Rooms(world::rooms()));
                world.event(Event::Members { room: GARDEN, members: world::members() });
            }
            world
        });
    }
}
