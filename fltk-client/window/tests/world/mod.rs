//! A window without a display, and an engine that tells what a test wants.

#![allow(dead_code, reason = "each test uses what it needs of it")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

use std::path::PathBuf;

use engine::{
    Body, Command, Entry, EntryKind, Event, File, Member, Membership, MessageId, MessageState,
    Role, RoomInfo, Trust,
};
use window::act::Act;
use window::app::{App, Out};
use window::effect::{Button, Effect, Input, Key, Mods};
use window::geometry::Point;
use window::look::fixture::Fixed;
use window::palette::Theme;
use window::scene::{Field, Op, Scene};
use window::state::chat::Chat;
use window::state::profile::ProfileName;
use window::state::settings::Settings;
use wire::id::{DeviceId, Handle, RoomId, Seq, UnixMs};
use wire::message::RoomKind;
use zeroize::Zeroizing;

pub(crate) const LOBBY: RoomId = RoomId::from_array([1; 16]);
pub(crate) const GARDEN: RoomId = RoomId::from_array([2; 16]);
pub(crate) const BOB: RoomId = RoomId::from_array([3; 16]);
pub(crate) const KITCHEN: RoomId = RoomId::from_array([4; 16]);
pub(crate) const DEVICE: DeviceId = DeviceId::from_array([7; 16]);
pub(crate) const CTRL: Mods = Mods { ctrl: true, shift: false, alt: false };
pub(crate) const ALT: Mods = Mods { ctrl: false, shift: false, alt: true };
pub(crate) const SHIFT: Mods = Mods { ctrl: false, shift: true, alt: false };
pub(crate) const NONE: Mods = Mods { ctrl: false, shift: false, alt: false };
const MINUTE: u64 = 60_000;

pub(crate) fn handle(name: &str) -> Handle {
    Handle::new(name).unwrap()
}

/// A message at a place, so many minutes ago.
pub(crate) fn said(seq: u64, from: &str, text: &str, minutes_ago: u64) -> Entry {
    message(seq, from, Body::Text(text.into()), minutes_ago)
}

pub(crate) fn message(seq: u64, from: &str, body: Body, minutes_ago: u64) -> Entry {
    let at = UnixMs(Fixed::MONDAY.wall.0 - minutes_ago * MINUTE);
    let mut id = [0; 16];
    id[..8].copy_from_slice(&seq.to_le_bytes());
    id[15] = 1;
    let kind = EntryKind::Message {
        id: MessageId::from_array(id),
        from: handle(from),
        device: DEVICE,
        sent: at,
        body,
        own: from == "alice",
        told_by: None,
        state: MessageState::default(),
    };
    Entry { seq: Seq(seq), at, kind }
}

pub(crate) fn file(seq: u64, from: &str, name: &str, minutes_ago: u64) -> Entry {
    let file = File::example(name, 13_000_000, "application/pdf");
    message(seq, from, Body::File(file), minutes_ago)
}

pub(crate) fn joined(seq: u64, who: &str, minutes_ago: u64) -> Entry {
    let at = UnixMs(Fixed::MONDAY.wall.0 - minutes_ago * MINUTE);
    let kind = EntryKind::Members { by: handle(who), joined: vec![handle(who)], left: Vec::new() };
    Entry { seq: Seq(seq), at, kind }
}

pub(crate) fn room(room: RoomId, name: &str, kind: RoomKind, last: Entry) -> RoomInfo {
    RoomInfo {
        room,
        name: name.into(),
        topic: String::new(),
        kind,
        standing: Membership::In(Role::Member),
        members: if kind == RoomKind::Direct { 2 } else { 4 },
        history: 0,
        head: last.seq,
        lifetime_s: 0,
        read: last.seq,
        unread: 0,
        mentions: 0,
        last: Some(Box::new(last)),
        readers: Vec::new(),
    }
}

pub(crate) fn member(name: &str, role: Role, trust: Trust, devices: u8) -> Member {
    let devices = (0..devices).map(|n| DeviceId::from_array([n; 16])).collect();
    Member { handle: handle(name), role, devices, stale: 0, own: name == "alice", trust }
}

/// The rooms of the picture of the look.
pub(crate) fn rooms() -> Vec<RoomInfo> {
    let day = 24 * 60;
    let mut garden = room(
        GARDEN,
        "Garden team",
        RoomKind::Closed,
        said(9, "alice", "Lovely 😍 reading it now", 2),
    );
    garden.topic = "Saturday: rain or shine".into();
    let mut bob =
        room(BOB, "@bob", RoomKind::Direct, said(12, "bob", "See you at the station at 8", day));
    (bob.read, bob.unread) = (Seq(9), 3);
    vec![
        room(LOBBY, "lobby", RoomKind::Lobby, joined(3, "carol", 19)),
        garden,
        bob,
        room(
            KITCHEN,
            "Kitchen works",
            RoomKind::Closed,
            file(5, "alice", "tiles-final.pdf", 2 * day),
        ),
    ]
}

pub(crate) fn members() -> Vec<Member> {
    vec![
        member("alice", Role::Owner, Trust::Verified, 1),
        member("archive", Role::Member, Trust::Pinned, 1),
        member("bob", Role::Member, Trust::Verified, 2),
        member("carol", Role::Member, Trust::Pinned, 1),
    ]
}

pub(crate) fn history() -> Vec<Entry> {
    vec![
        said(2, "bob", "Morning! Did the seed potatoes arrive? 🥔", 16),
        said(3, "bob", "I can pick up the **compost** on the way.", 15),
        file(4, "bob", "plan.txt", 14),
        said(5, "alice", "Twenty bags, and gloves for carol please", 9),
        joined(6, "carol", 8),
        file(7, "carol", "beds-2027.pdf", 4),
        said(8, "carol", "The plan for next spring. Have a look at the beds.", 3),
        said(9, "alice", "Lovely 😍 reading it now", 2),
    ]
}

pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) clock: Fixed,
    pub(crate) size: (i32, i32),
    /// Everything that was wanted, since it was looked at last.
    pub(crate) effects: Vec<Effect>,
}

impl World {
    /// The window at the start.
    pub(crate) fn new(size: (i32, i32), settings: Settings) -> Self {
        let profile = profile();
        let app = App::with_out(settings, vec![profile], Out::counting());
        let mut world = Self { app, clock: Fixed::MONDAY, size, effects: Vec::new() };
        world.frame();
        world
    }

    /// A profile is open, offline, and nothing was told yet.
    pub(crate) fn opened(size: (i32, i32), theme: Theme) -> Self {
        let settings = Settings { theme: Some(theme), ..Settings::default() };
        let mut world = Self::new(size, settings);
        world.app.wants(Effect::OpenProfile {
            profile: profile(),
            password: Zeroizing::new("secret".into()),
        });
        world.input(Input::Tick);
        world.input(Input::ProfileOpened(Ok(())));
        world
    }

    /// The rooms of the picture, connected, Garden team open.
    pub(crate) fn chatting(size: (i32, i32), theme: Theme) -> Self {
        let mut world = Self::opened(size, theme);
        world.event(Event::Rooms(rooms()));
        world.event(Event::Connected { handle: handle("alice"), device: DEVICE });
        world.event(Event::Kept {
            name: "last-room".into(),
            value: GARDEN.to_string().into_bytes(),
        });
        world.event(Event::Members { room: GARDEN, members: members() });
        let two = vec![members()[0].clone(), members()[2].clone()];
        world.event(Event::Members { room: BOB, members: two });
        world.event(Event::History { room: GARDEN, entries: history() });
        world.frame();
        world
    }

    pub(crate) fn chat(&self) -> &Chat {
        self.app.state.chat().expect("a profile is open")
    }

    pub(crate) fn input(&mut self, input: Input) -> bool {
        let used = self.app.input(input, self.clock.look());
        self.drain();
        self.frame();
        used
    }

    pub(crate) fn event(&mut self, event: Event) {
        self.app.event(event, self.clock.look());
        self.drain();
    }

    pub(crate) fn key(&mut self, key: Key, mods: Mods) -> bool {
        self.input(Input::Key(key, mods))
    }

    /// Types at the end of a field, as the real one would tell it.
    pub(crate) fn type_in(&mut self, field: Field, text: &str) {
        for c in text.chars() {
            let mut all = self.app.state.text(field).to_owned();
            all.push(c);
            let cursor = all.len();
            self.input(Input::Typed(field, all, cursor));
        }
    }

    /// Clicks on what is called so; the uppermost one.
    pub(crate) fn click(&mut self, name: &str) {
        self.frame();
        let look = self.clock.look();
        let scene = self.app.frame(self.size, look).clone();
        let region = scene.regions.iter().rev().find(|region| &*region.name == name);
        let rect = region.unwrap_or_else(|| panic!("nothing is called {name}:\n{scene}")).rect;
        let at = Point { x: rect.x + rect.w / 2, y: rect.y + rect.h / 2 };
        self.input(Input::Press { at, button: Button::First, clicks: 1, mods: NONE });
        self.input(Input::Release(at));
    }

    pub(crate) fn after(&mut self, ms: u64) {
        self.clock.beat_ms += ms;
        self.clock.wall.0 += ms;
        self.input(Input::Tick);
    }

    pub(crate) fn frame(&mut self) -> Scene {
        let scene = self.app.frame(self.size, self.clock.look()).clone();
        self.drain();
        scene
    }

    pub(crate) fn drain(&mut self) {
        while let Some(effect) = self.app.poll_effect() {
            self.effects.push(effect);
        }
    }

    /// The commands that were given since this was asked last; other effects are forgotten.
    pub(crate) fn commands(&mut self) -> Vec<Command> {
        self.effects
            .drain(..)
            .filter_map(|effect| match effect {
                Effect::Command(command) => Some(command),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn notifications(&mut self) -> Vec<(String, String)> {
        self.effects
            .drain(..)
            .filter_map(|effect| match effect {
                Effect::Notify { title, body, .. } => Some((title, body)),
                _ => None,
            })
            .collect()
    }

    /// Whether a text can be read in the window.
    pub(crate) fn shows(&mut self, text: &str) -> bool {
        texts(&self.frame()).iter().any(|shown| shown.contains(text))
    }

    /// Whether something of this name can be pressed.
    pub(crate) fn offers(&mut self, name: &str) -> bool {
        self.frame().regions.iter().any(|region| &*region.name == name)
    }
}

pub(crate) fn profile() -> ProfileName {
    ProfileName { dir: PathBuf::from("/profiles/alice"), label: "alice@example.org".into() }
}

pub(crate) fn texts(scene: &Scene) -> Vec<String> {
    let of = |op: &Op| match op {
        Op::Text(_, _, _, text) => Some(text.to_string()),
        _ => None,
    };
    scene.ops.iter().filter_map(of).collect()
}

/// The act of the region that has the focus ring.
pub(crate) fn ringed(world: &mut World) -> Option<(String, Act)> {
    let ring = world.app.state.ring?;
    let scene = world.frame();
    let region = scene.regions.get(ring)?;
    Some((region.name.to_string(), region.act.clone()))
}
