//! What a person sees and does, from the engine's events to what is wanted of it, without a display.

mod world;

use engine::{Command, Event, Hold, MAX_TEXT_BYTES, Membership, Problem};
use window::effect::{Effect, Input, Key};
use window::palette::Theme;
use window::scene::Field;
use window::state::profile::ProfileName;
use window::state::settings::{Enter, Notifications, Settings};
use wire::id::{RoomId, Seq};
use wire::message::RoomKind;
use world::{
    ALT, BOB, CTRL, DEVICE, GARDEN, KITCHEN, LOBBY, NONE, SHIFT, World, handle, member, profile,
    ringed, room, rooms, said, texts,
};

const WIDE: (i32, i32) = (1_000, 700);

#[test]
fn rooms_and_history_are_asked_for_before_the_network_answers() {
    let mut world = World::opened(WIDE, Theme::Light);
    let commands = world.commands();
    assert!(commands.contains(&Command::ListRooms));
    assert!(commands.contains(&Command::Recall { name: "last-room".into() }));
    world.event(Event::Kept { name: "last-room".into(), value: GARDEN.to_string().into() });
    world.event(Event::Rooms(rooms()));
    assert!(world.shows("Garden team") && world.shows("connecting…"));
    let read = |command: &Command| matches!(command, Command::ReadBack { room: GARDEN, .. });
    assert!(world.commands().iter().any(read));
    world.event(Event::Connected { handle: handle("alice"), device: DEVICE });
    assert!(world.shows("● connected, encrypted"));
    let commands = world.commands();
    for wanted in [Command::ListOutbox, Command::ListTransfers, Command::ShowReceipts] {
        assert!(commands.contains(&wanted), "{wanted:?}");
    }
    let problem = Problem::ConnectionLost;
    world.event(Event::Disconnected { problem, retry_ms: Some(1_000) });
    assert!(world.shows("● offline"));
}

#[test]
fn rooms_stand_newest_first_with_their_last_line() {
    let mut world = World::chatting(WIDE, Theme::Light);
    assert_eq!(world.chat().rooms.order, [GARDEN, LOBBY, BOB, KITCHEN]);
    for text in ["carol joined the room", "See you at the", "You: 📎 tiles", "9:41", "Sun", "Sat"]
    {
        assert!(world.shows(text), "{text}");
    }
    world.event(Event::Entry { room: KITCHEN, entry: said(6, "carol", "grout?", 0) });
    assert_eq!(world.chat().rooms.order.first(), Some(&KITCHEN));
    assert!(world.shows("carol: grout?"));
}

#[test]
fn unread_messages_are_counted_on_and_read_away() {
    let mut world = World::chatting(WIDE, Theme::Light);
    world.effects.clear();
    world.event(Event::Entry { room: KITCHEN, entry: said(6, "carol", "one", 0) });
    world.event(Event::Entry { room: KITCHEN, entry: said(7, "carol", "@alice two", 0) });
    world.event(Event::Entry { room: KITCHEN, entry: said(8, "alice", "mine", 0) });
    // The same again is not counted again.
    world.event(Event::Entry { room: KITCHEN, entry: said(7, "carol", "@alice two", 0) });
    let info = &world.chat().rooms.get(KITCHEN).unwrap().info;
    assert_eq!((info.unread, info.mentions), (2, 1));
    assert!(world.shows("@ 2"));
    let title = |effect: &Effect| matches!(effect, Effect::Title(title) if title == "(5) Sotto");
    assert!(world.effects.iter().any(title));
    world.event(Event::ReadMoved { room: KITCHEN, by: handle("alice"), seq: Seq(6) });
    assert_eq!(world.chat().rooms.get(KITCHEN).unwrap().info.unread, 1);
    world.event(Event::ReadMoved { room: KITCHEN, by: handle("alice"), seq: Seq(8) });
    assert_eq!(world.chat().rooms.get(KITCHEN).unwrap().info.unread, 0);
    // What was unread before is not known here one by one: it is asked for.
    world.commands();
    world.event(Event::ReadMoved { room: BOB, by: handle("alice"), seq: Seq(10) });
    world.after(400);
    assert!(world.commands().contains(&Command::ListRooms));
}

#[test]
fn notifications_come_when_nobody_looks_and_say_what_is_allowed() {
    let mut world = World::chatting(WIDE, Theme::Light);
    world.effects.clear();
    world.event(Event::Entry { room: GARDEN, entry: said(10, "bob", "seen", 0) });
    assert_eq!(world.notifications(), []);
    world.event(Event::Entry { room: KITCHEN, entry: said(6, "carol", "one\ntwo", 0) });
    world.event(Event::Entry { room: KITCHEN, entry: said(7, "carol", "soon after", 0) });
    let told = ("carol in Kitchen works".to_owned(), "one two".to_owned());
    assert_eq!(world.notifications(), [told]);
    world.after(2_000);
    world.app.state.settings.notifications = Notifications::Discreet;
    world.event(Event::Entry { room: KITCHEN, entry: said(8, "carol", "secret", 0) });
    let told = world.notifications();
    assert_eq!(told.len(), 1);
    assert!(!told[0].0.contains("carol") && !told[0].1.contains("secret"));
    world.after(2_000);
    world.app.state.settings.notifications = Notifications::Mentions;
    world.event(Event::Entry { room: KITCHEN, entry: said(9, "carol", "for all", 0) });
    assert_eq!(world.notifications(), []);
    world.event(Event::Entry { room: KITCHEN, entry: said(10, "carol", "@alice!", 0) });
    world.event(Event::Entry { room: BOB, entry: said(13, "bob", "hello", 0) });
    assert_eq!(world.notifications().len(), 2);
    world.after(2_000);
    world.app.state.settings.notifications = Notifications::Off;
    world.event(Event::Entry { room: BOB, entry: said(14, "bob", "hello", 0) });
    assert_eq!(world.notifications(), []);
    world.app.state.settings.notifications = Notifications::Full;
    world.input(Input::Focused(false));
    world.event(Event::Entry { room: GARDEN, entry: said(11, "bob", "not seen", 0) });
    assert_eq!(world.notifications().len(), 1);
    world.input(Input::NotificationClicked(BOB));
    assert_eq!(world.chat().rooms.open, Some(BOB));
}

#[test]
fn what_is_written_is_sent_by_enter_and_by_the_button() {
    let mut world = World::chatting(WIDE, Theme::Light);
    world.type_in(Field::Composer, "hello");
    let typing = |command: &Command| matches!(command, Command::SendTyping { room: GARDEN });
    assert_eq!(world.commands().iter().filter(|command| typing(command)).count(), 1);
    assert!(!world.key(Key::Enter, SHIFT));
    assert!(world.key(Key::Enter, NONE));
    let sent = |commands: &[Command], wanted: &str| {
        let is = |command: &Command| matches!(command, Command::SendText { room: GARDEN, text, .. } if text == wanted);
        commands.iter().any(is)
    };
    assert!(sent(&world.commands(), "hello"));
    assert_eq!(world.app.state.text(Field::Composer), "");
    world.app.state.settings.enter = Enter::Breaks;
    world.type_in(Field::Composer, "again");
    assert!(!world.key(Key::Enter, NONE));
    assert!(world.key(Key::Enter, CTRL));
    assert!(sent(&world.commands(), "again"));
    world.type_in(Field::Composer, "third");
    world.click("Send");
    assert!(sent(&world.commands(), "third"));
    world.type_in(Field::Composer, "  ");
    world.click("Send");
    assert!(!sent(&world.commands(), ""));
}

#[test]
fn a_text_that_is_too_long_is_refused_in_words_and_kept() {
    let mut world = World::chatting(WIDE, Theme::Light);
    let long = "x".repeat(MAX_TEXT_BYTES + 7);
    world.input(Input::Typed(Field::Composer, long.clone(), long.len()));
    assert!(world.shows("7 bytes too long"));
    world.commands();
    world.key(Key::Enter, NONE);
    let sent = |command: &Command| matches!(command, Command::SendText { .. });
    assert!(!world.commands().iter().any(sent));
    assert_eq!(world.app.state.text(Field::Composer).len(), long.len());
}

#[test]
fn answering_and_editing_keep_what_was_being_written() {
    let mut world = World::chatting(WIDE, Theme::Light);
    assert!(world.key(Key::Up, NONE));
    assert!(world.shows("Edit message"));
    assert_eq!(world.app.state.text(Field::Composer), "Lovely 😍 reading it now");
    world.key(Key::Escape, NONE);
    assert_eq!(world.app.state.text(Field::Composer), "");
    world.key(Key::Up, NONE);
    world.type_in(Field::Composer, "!");
    world.commands();
    world.key(Key::Enter, NONE);
    let edits = |command: &Command| matches!(command, Command::EditText { seq: Seq(9), text, .. } if text.ends_with("now!"));
    assert!(world.commands().iter().any(edits));
    assert_eq!(world.app.state.text(Field::Composer), "");
}

#[test]
fn drafts_stay_with_their_rooms_and_come_back() {
    let mut world = World::chatting(WIDE, Theme::Light);
    world.type_in(Field::Composer, "half a sen");
    world.commands();
    world.after(1_000);
    let kept = |commands: Vec<Command>| {
        commands.into_iter().find_map(|command| match command {
            Command::Keep { name, value } if name == "drafts" => Some(value),
            _ => None,
        })
    };
    let value = kept(world.commands()).expect("kept after a pause");
    world.click("bob, 3 unread");
    assert_eq!(world.app.state.text(Field::Composer), "");
    assert!(world.shows("Draft: half a sen"));
    world.click("Garden team");
    assert_eq!(world.app.state.text(Field::Composer), "half a sen");

    let mut again = World::opened(WIDE, Theme::Light);
    again.event(Event::Rooms(rooms()));
    again.event(Event::Kept { name: "last-room".into(), value: GARDEN.to_string().into() });
    again.event(Event::Kept { name: "drafts".into(), value });
    assert_eq!(again.app.state.text(Field::Composer), "half a sen");
    again.type_in(Field::Composer, "t");
    again.commands();
    again.input(Input::CloseAsked);
    let effects = core::mem::take(&mut again.effects);
    assert!(matches!(effects.last(), Some(Effect::Quit)));
    again.effects = effects;
    assert!(kept(again.commands()).is_some());
}

#[test]
fn words_are_completed_at_the_cursor() {
    let mut world = World::chatting(WIDE, Theme::Light);
    world.type_in(Field::Composer, "hi @");
    assert!(world.offers("@bob") && world.offers("@carol") && !world.offers("@alice"));
    world.type_in(Field::Composer, "c");
    assert!(world.key(Key::Tab, NONE));
    assert_eq!(world.app.state.text(Field::Composer), "hi @carol ");
    world.type_in(Field::Composer, "@");
    world.key(Key::Down, NONE);
    world.key(Key::Down, NONE);
    assert!(world.key(Key::Escape, NONE));
    assert!(!world.offers("@bob"));
    world.key(Key::Enter, NONE);
    world.type_in(Field::Composer, "10:30 and :smile:");
    assert_eq!(world.app.state.text(Field::Composer), "10:30 and 😄");
}

#[test]
fn what_is_looked_for_is_found_in_rooms_and_messages() {
    let mut world = World::chatting(WIDE, Theme::Light);
    assert!(world.key(Key::Char('k'), CTRL));
    assert_eq!(world.app.focus(), Some(Field::Search));
    world.type_in(Field::Search, "bo");
    world.commands();
    assert!(world.shows("ROOMS") && world.shows("MESSAGES") && world.shows("Looking…"));
    world.after(150);
    let commands = world.commands();
    let [Command::Search { id, room: None, text, .. }] = &commands[..] else {
        panic!("{commands:?}")
    };
    assert_eq!(text, "bo");
    let hit = engine::Hit { room: LOBBY, entry: said(2, "carol", "the Box is here", 99) };
    world.event(Event::Found { id: *id, hits: vec![hit] });
    let shown = texts(&world.frame());
    assert!(shown.contains(&"Bo".to_owned()), "{shown:?}");
    world.key(Key::Down, NONE);
    world.key(Key::Enter, NONE);
    assert_eq!(world.chat().rooms.open, Some(LOBBY));
    world.key(Key::Escape, NONE);
    assert!(!world.shows("ROOMS"));
    assert_eq!(world.app.state.text(Field::Search), "");

    world.key(Key::Char('f'), CTRL);
    world.type_in(Field::Search, "x");
    assert!(world.shows("in lobby"));
    world.commands();
    world.key(Key::Enter, NONE);
    let limited = |command: &Command| matches!(command, Command::Search { room: Some(LOBBY), .. });
    assert!(world.commands().iter().any(limited));
}

#[test]
fn a_room_shows_its_own_messages_where_another_has_as_many() {
    let mut world = World::chatting(WIDE, Theme::Light);
    world.event(Event::Entry { room: GARDEN, entry: said(10, "bob", "hoses", 0) });
    assert!(world.shows("hoses"));
    world.click("Kitchen works");
    let entries = vec![said(9, "carol", "grout", 0), said(10, "carol", "tiles", 0)];
    world.event(Event::History { room: KITCHEN, entries });
    let shown = texts(&world.frame());
    // The list of rooms has `bob: hoses` still.
    for (text, is_there) in [("grout", true), ("tiles", true), ("hoses", false)] {
        assert_eq!(shown.iter().any(|shown| *shown == text), is_there, "{text}");
    }
}

#[test]
fn no_password_is_left_in_its_field_when_a_profile_opens_or_closes() {
    let mut world = World::chatting(WIDE, Theme::Light);
    let emptied = |world: &World, field: Field| {
        let is_it = |effect: &Effect| matches!(effect, Effect::SetField(set, text) if *set == field && text.is_empty());
        world.effects.iter().any(is_it)
    };
    for field in Field::ALL {
        assert!(emptied(&world, field), "{field:?} at the start");
    }
    world.effects.clear();
    world.key(Key::Char('l'), CTRL);
    world.input(Input::ProfileClosed(vec![profile()]));
    for field in Field::ALL {
        assert!(emptied(&world, field), "{field:?} at the end");
    }
}

#[test]
fn the_keyboard_stays_on_its_button_when_something_else_comes() {
    let mut world = World::chatting(WIDE, Theme::Light);
    world.key(Key::Char(','), CTRL);
    while ringed(&mut world).is_none_or(|(name, _)| name != "Lock") {
        world.key(Key::Tab, NONE);
    }
    let links = "https://one.example https://two.example";
    world.event(Event::Entry { room: GARDEN, entry: said(10, "bob", links, 0) });
    world.frame();
    assert_eq!(ringed(&mut world).map(|(name, _)| name), Some("Lock".to_owned()));
}

#[test]
fn everything_is_reached_with_the_keyboard() {
    let mut world = World::chatting(WIDE, Theme::Light);
    world.key(Key::Down, ALT);
    assert_eq!(world.chat().rooms.open, Some(LOBBY));
    world.key(Key::Up, ALT);
    assert_eq!(world.chat().rooms.open, Some(GARDEN));
    world.key(Key::Down, window::effect::Mods { shift: true, ..ALT });
    assert_eq!(world.chat().rooms.open, Some(BOB));
    // Tab goes around once and meets each thing once.
    world.click("Garden team");
    let mut names = Vec::new();
    for _ in 0..60 {
        world.key(Key::Tab, NONE);
        let stop = match ringed(&mut world) {
            Some((name, _)) => name,
            None => format!("{:?}", world.app.focus()),
        };
        if names.first() == Some(&stop) {
            break;
        }
        names.push(stop);
    }
    for wanted in ["Some(Search)", "Some(Composer)", "lobby", "Send files", "Emoji", "Send"] {
        assert_eq!(names.iter().filter(|name| *name == wanted).count(), 1, "{wanted}: {names:?}");
    }
    for _ in 0..60 {
        if ringed(&mut world).is_some_and(|(name, _)| name == "lobby") {
            break;
        }
        world.key(Key::Tab, SHIFT);
    }
    world.key(Key::Enter, NONE);
    assert_eq!(world.chat().rooms.open, Some(LOBBY));
    assert_eq!(world.app.focus(), Some(Field::Composer));
    // Typing anywhere goes to the composer.
    world.key(Key::Tab, NONE);
    world.key(Key::Char('h'), NONE);
    assert_eq!(world.app.state.text(Field::Composer), "h");
    assert_eq!(world.app.focus(), Some(Field::Composer));
    let dark = |world: &World| world.app.state.theme() == Theme::Dark;
    world.key(Key::Char('t'), window::effect::Mods { shift: true, ..CTRL });
    assert!(dark(&world));
    world.effects.clear();
    world.key(Key::Char('l'), CTRL);
    assert!(world.effects.iter().any(|effect| matches!(effect, Effect::CloseProfile)));
    world.key(Key::Char('q'), CTRL);
    assert!(world.effects.iter().any(|effect| matches!(effect, Effect::Quit)));
}

#[test]
fn a_narrow_window_has_two_pages() {
    let mut world = World::chatting((480, 600), Theme::Light);
    assert!(!world.offers("lobby") && world.offers("Send"));
    world.click("Back to the rooms");
    assert!(world.offers("lobby") && !world.offers("Send"));
    world.click("lobby");
    assert!(world.offers("Send"));
    world.key(Key::Escape, NONE);
    assert!(world.offers("lobby"));
}

#[test]
fn a_room_that_is_held_says_so_where_one_would_write() {
    let mut world = World::chatting(WIDE, Theme::Light);
    world.event(Event::RoomHeld { room: GARDEN, hold: Hold::Forked });
    assert!(world.shows("This room is held") && !world.offers("Send"));
    world.click("Not now");
    assert!(world.offers("Decide") && !world.offers("Send"));
    world.click("Decide");
    world.commands();
    world.click("Come back into the room");
    let repairs = |command: &Command| matches!(command, Command::RepairRoom { room: GARDEN, .. });
    assert!(world.commands().iter().any(repairs));
    world.event(Event::RoomRepaired { room: GARDEN });
    assert!(world.offers("Send"));
    world.event(Event::KeyChanged { room: Some(GARDEN), handle: handle("bob") });
    world.event(Event::RoomHeld { room: GARDEN, hold: Hold::KeyChanged });
    assert!(world.shows("bob came with another key"));
    // Nothing is sent while it is held, not even by the keyboard.
    world.type_in(Field::Composer, "x");
    world.commands();
    world.key(Key::Enter, NONE);
    let sends = |command: &Command| matches!(command, Command::SendText { .. });
    assert!(!world.commands().iter().any(sends));
}

#[test]
fn a_room_that_was_left_can_be_read_only() {
    let mut world = World::chatting(WIDE, Theme::Light);
    let reason = engine::Departure::Removed(handle("bob"));
    world.event(Event::RoomLeft { room: GARDEN, reason });
    assert!(world.shows("bob removed you from this room.") && !world.offers("Send"));
}

#[test]
fn typing_is_shown_and_ends_by_itself() {
    let mut world = World::chatting(WIDE, Theme::Light);
    world.event(Event::Typing { room: LOBBY, from: handle("bob"), device: DEVICE });
    assert!(world.shows("bob is typing…"));
    world.after(5_000);
    assert!(!world.shows("bob is typing…"));
    world.event(Event::Typing { room: LOBBY, from: handle("bob"), device: DEVICE });
    world.event(Event::Entry { room: LOBBY, entry: said(4, "bob", "done", 0) });
    assert!(world.shows("bob: done"));
}

#[test]
fn a_burst_of_5_000_events_loses_nothing() {
    let mut world = World::chatting(WIDE, Theme::Light);
    for n in 0..5_000 {
        let room = [LOBBY, GARDEN, BOB, KITCHEN][n % 4];
        let seq = 100 + u64::try_from(n).unwrap();
        world.event(Event::Entry { room, entry: said(seq, "carol", &format!("m{n}"), 0) });
    }
    let unread = |room: RoomId| world.chat().rooms.get(room).unwrap().info.unread;
    assert_eq!([LOBBY, GARDEN, KITCHEN].map(unread), [engine::MAX_UNREAD; 3]);
    for (room, last) in [(LOBBY, "m4996"), (GARDEN, "m4997"), (BOB, "m4998"), (KITCHEN, "m4999")] {
        let info = &world.chat().rooms.get(room).unwrap().info;
        let entry = info.last.as_ref().unwrap();
        assert!(format!("{entry:?}").contains(last));
    }
    assert!(world.shows("999+"));
}

#[test]
fn rooms_that_can_be_joined_are_not_listed() {
    let mut world = World::opened(WIDE, Theme::Light);
    world.event(Event::Rooms(Vec::new()));
    assert!(world.shows("No rooms yet. Create one or open an invitation."));
    let mut open = room(KITCHEN, "open house", RoomKind::Open, said(1, "bob", "x", 1));
    open.standing = Membership::Joinable;
    world.event(Event::RoomAdded(open));
    assert!(!world.shows("open house"));
}

#[test]
fn every_size_of_the_window_can_be_used() {
    for size in [(480, 600), (560, 600), (760, 600), (1_280, 720), (3_840, 2_160)] {
        let mut world = World::chatting(size, Theme::Dark);
        let scene = world.frame();
        let checked = window::view::part::check_scene(&scene, world.clock.look(), size);
        assert_eq!(checked, Ok(()), "{size:?}");
    }
}

#[test]
fn long_lists_scroll_inside_their_bounds() {
    let mut world = World::chatting(WIDE, Theme::Light);
    for n in 0..60 {
        let id = RoomId::from_array([100 + n; 16]);
        let name = format!("room {n}");
        world.event(Event::RoomAdded(room(
            id,
            &name,
            RoomKind::Closed,
            said(1, "bob", "x", 9_999),
        )));
    }
    let at = window::geometry::Point { x: 100, y: 300 };
    world.input(Input::Wheel(at, 100_000));
    assert!(world.shows("room 59"));
    world.input(Input::Wheel(at, -100_000));
    assert_eq!(world.chat().rooms.scroll, 0);
    let many =
        (0..50).map(|n| member(&format!("m{n}"), engine::Role::Member, engine::Trust::Pinned, 1));
    world.event(Event::Members { room: GARDEN, members: many.collect() });
    world.input(Input::Wheel(window::geometry::Point { x: 950, y: 300 }, 100_000));
    assert!(world.shows("m49"));
}

#[test]
fn tooltips_come_after_a_pause() {
    let mut world = World::chatting(WIDE, Theme::Light);
    let scene = world.frame();
    let tool = scene.regions.iter().find(|region| &*region.name == "Send files").unwrap();
    world.input(Input::Move(window::geometry::Point { x: tool.rect.x + 4, y: tool.rect.y + 4 }));
    assert!(!world.shows("Send files"));
    world.after(600);
    assert!(world.shows("Send files"));
    world.input(Input::Leave);
    assert!(!world.shows("Send files"));
}

#[test]
fn a_profile_that_is_closed_leaves_nothing_behind() {
    let mut world = World::chatting(WIDE, Theme::Light);
    world.type_in(Field::Composer, "secret");
    let made_since = ProfileName { dir: "/other".into(), label: "carol@chat.example".into() };
    world.input(Input::ProfileClosed(vec![profile(), made_since]));
    assert!(world.app.state.chat().is_none());
    assert!(world.shows("carol"));
    assert_eq!(world.app.state.text(Field::Composer), "");
}

#[test]
fn a_password_opens_the_chat_and_escape_leads_back_from_everything() {
    let mut world = World::new(WIDE, Settings::default());
    world.type_in(Field::Password, "correct horse");
    world.key(Key::Enter, NONE);
    let opens = |effect: &Effect| matches!(effect, Effect::OpenProfile { .. });
    assert!(world.effects.iter().any(opens));
    world.input(Input::ProfileOpened(Err(Problem::WrongProfilePassword)));
    assert!(world.shows("password is wrong"));
    world.key(Key::Enter, NONE);
    world.input(Input::ProfileOpened(Ok(())));
    assert!(world.app.state.chat().is_some());
    world.event(Event::Rooms(rooms()));
    world.key(Key::Char(','), CTRL);
    assert!(world.app.state.dialog.is_some());
    world.key(Key::Escape, NONE);
    assert!(world.app.state.dialog.is_none());
}

#[test]
fn files_are_shown_before_they_are_sent() {
    let mut world = World::chatting(WIDE, Theme::Light);
    world.input(Input::Offered(vec!["/tmp/plan.pdf".into()]));
    assert!(world.shows("plan.pdf"));
    world.commands();
    world.key(Key::Enter, NONE);
    let sends = |command: &Command| matches!(command, Command::SendFile { room: GARDEN, .. });
    assert!(world.commands().iter().any(sends));
    assert!(world.app.state.dialog.is_none());
}
