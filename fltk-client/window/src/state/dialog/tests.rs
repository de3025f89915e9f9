//! What dialogs ask of the engine, and what follows its answers.

use engine::{Change, Event, Membership, Problem, Trust};
use wire::message::RoomKind;

use super::*;
use crate::effect::Key;

const ROOM: RoomId = RoomId::from_array([1; 16]);

struct Person {
    dialog: Dialog,
    fields: Fields,
    settings: Settings,
    out: Out,
}

impl Person {
    fn opens(kind: DialogKind) -> Self {
        let (mut fields, mut settings) = (Fields::new(), Settings::default());
        let mut out = Out::counting();
        let mut desk = Desk { fields: &mut fields, settings: &mut settings, out: &mut out };
        let dialog = Dialog::open(kind, &mut desk);
        Self { dialog, fields, settings, out }
    }

    fn with<T>(&mut self, f: impl FnOnce(&mut Dialog, &mut Desk<'_>) -> T) -> T {
        let Self { dialog, fields, settings, out } = self;
        f(dialog, &mut Desk { fields, settings, out })
    }

    fn act(&mut self, act: DialogAct) -> Next {
        self.with(|dialog, desk| dialog.act(act, desk))
    }

    fn event(&mut self, event: &Event) -> Next {
        self.with(|dialog, desk| dialog.event(event, desk))
    }

    fn types(&mut self, field: Field, text: &str) {
        self.fields.insert(field, (text.into(), text.len()));
        self.dialog.typed(field, text);
    }

    fn commands(&mut self) -> Vec<Command> {
        let effects = core::iter::from_fn(|| self.out.poll());
        effects
            .filter_map(|effect| match effect {
                Effect::Command(command) => Some(command),
                _ => None,
            })
            .collect()
    }

    fn fails(&mut self, problem: Problem) -> Next {
        self.event(&Event::CommandFailed { id: self.dialog.waiting, problem })
    }

    fn done(&mut self, room: Option<RoomId>) -> Next {
        let id = self.dialog.waiting.unwrap();
        self.event(&Event::Done { id, room })
    }
}

fn bob() -> Handle {
    Handle::new("bob").unwrap()
}

fn info(standing: Membership) -> RoomInfo {
    RoomInfo {
        room: ROOM,
        name: "Garden team".into(),
        topic: "Saturday".into(),
        kind: RoomKind::Closed,
        standing,
        members: 2,
        history: 0,
        head: Seq(9),
        lifetime_s: 0,
        read: Seq(3),
        unread: 2,
        mentions: 0,
        last: None,
        readers: Vec::new(),
    }
}

#[test]
fn a_room_is_made_and_shown() {
    let mut alice = Person::opens(DialogKind::CreateRoom);
    assert_eq!(alice.act(DialogAct::Submit), Next::Stay);
    assert_eq!(alice.dialog.wrong, Some(Wrong::at(Field::First, "Give it a name.")));
    alice.types(Field::First, " Garden team ");
    assert_eq!(alice.dialog.wrong, None);
    alice.act(DialogAct::Access(Access::Open));
    alice.act(DialogAct::History(50));
    alice.act(DialogAct::Submit);
    let id = alice.dialog.waiting.unwrap();
    let name = "Garden team".into();
    let expected = Command::CreateRoom { id, access: Access::Open, name, history: 50 };
    assert_eq!(alice.commands(), [expected]);
    alice.act(DialogAct::Submit);
    assert_eq!(alice.commands(), [], "not twice");
    assert_eq!(alice.done(Some(ROOM)), Next::Then(Act::OpenRoom(ROOM, None)));
}

#[test]
fn an_unknown_account_is_said_beside_its_field() {
    let mut alice = Person::opens(DialogKind::NewDirect);
    alice.types(Field::First, "@Bob");
    alice.with(|dialog, desk| dialog.key(Key::Enter, desk));
    let id = alice.dialog.waiting.unwrap();
    assert_eq!(alice.commands(), [Command::OpenDirect { id, handle: bob() }]);
    assert_eq!(alice.fails(Problem::HandleUnknown(bob())), Next::Stay);
    let wrong = alice.dialog.wrong.as_ref().unwrap();
    assert_eq!(wrong.field, Some(Field::First));
    assert!(wrong.text.contains("no account bob"));
}

#[test]
fn answers_to_others_are_not_taken() {
    let mut alice = Person::opens(DialogKind::NewDirect);
    alice.types(Field::First, "bob");
    alice.act(DialogAct::Submit);
    let other = RequestId::from_array([9; 16]);
    assert_eq!(alice.event(&Event::Done { id: other, room: Some(ROOM) }), Next::Stay);
    alice.event(&Event::CommandFailed { id: Some(other), problem: Problem::RoomFull });
    assert_eq!(alice.dialog.wrong, None);
    assert!(alice.dialog.waiting.is_some());
}

#[test]
fn a_room_is_shown_and_changed() {
    let mut alice = Person::opens(DialogKind::RoomInfo(ROOM));
    assert_eq!(alice.commands(), [Command::ListRooms, Command::ListMembers { room: ROOM }]);
    alice.event(&Event::Rooms(vec![info(Membership::In(Role::Owner))]));
    assert_eq!(alice.fields[&Field::First].0, "Garden team");
    alice.types(Field::First, "Kitchen");
    alice.with(|dialog, desk| dialog.key(Key::Enter, desk));
    let room = ROOM;
    let expect = |alice: &mut Person, change: Change| {
        let id = alice.dialog.waiting.unwrap();
        assert_eq!(alice.commands(), [Command::ChangeRoom { id, room, change }]);
        assert_eq!(alice.done(Some(ROOM)), Next::Stay);
        assert_eq!(alice.commands(), [Command::ListRooms, Command::ListMembers { room }]);
    };
    expect(&mut alice, Change::Rename("Kitchen".into()));
    alice.act(DialogAct::Lifetime(3_600));
    expect(&mut alice, Change::SetLifetime(3_600));
    alice.act(DialogAct::Role(bob(), Role::Owner));
    expect(&mut alice, Change::SetRole(bob(), Role::Owner));
    alice.act(DialogAct::Ask(Ask::Remove(bob())));
    assert_eq!(alice.commands(), [], "asked first");
    alice.act(DialogAct::Confirm);
    expect(&mut alice, Change::Remove(bob()));
    alice.act(DialogAct::Ask(Ask::Close));
    alice.act(DialogAct::Refrain);
    alice.act(DialogAct::Confirm);
    assert_eq!(alice.commands(), []);
}

#[test]
fn a_number_is_shown_again_after_it_was_verified() {
    let mut alice = Person::opens(DialogKind::Safety(bob()));
    let id = alice.dialog.waiting.unwrap();
    assert_eq!(alice.commands(), [Command::ShowSafety { id, handle: bob() }]);
    let number = "12345".repeat(12);
    let safety = Safety { id, handle: bob(), number, trust: Trust::Pinned, changed: None };
    alice.event(&Event::Safety(safety));
    alice.act(DialogAct::Verify);
    let id = alice.dialog.waiting.unwrap();
    assert_eq!(alice.commands(), [Command::Verify { id, handle: bob() }]);
    assert_eq!(alice.done(None), Next::Stay);
    assert!(matches!(&*alice.commands(), [Command::ShowSafety { .. }]));
}

#[test]
fn a_device_is_named_and_ended() {
    let mut alice = Person::opens(DialogKind::Devices);
    let id = alice.dialog.waiting.unwrap();
    assert_eq!(alice.commands(), [Command::ListDevices { id }]);
    let device = DeviceId::from_array([2; 16]);
    let told =
        Device { device, name: "Old".into(), created: UnixMs(0), seen: UnixMs(0), own: false };
    alice.event(&Event::Devices { id, devices: vec![told] });
    alice.act(DialogAct::Name(device));
    assert_eq!(alice.fields[&Field::First].0, "Old");
    alice.types(Field::First, "Laptop");
    alice.with(|dialog, desk| dialog.key(Key::Enter, desk));
    let id = alice.dialog.waiting.unwrap();
    assert_eq!(alice.commands(), [Command::NameDevice { id, device, name: "Laptop".into() }]);
    alice.done(None);
    assert!(matches!(&*alice.commands(), [Command::ListDevices { .. }]));
    let id = alice.dialog.waiting.unwrap();
    alice.event(&Event::Devices { id, devices: Vec::new() });
    alice.act(DialogAct::Ask(Ask::Revoke(device)));
    alice.act(DialogAct::Confirm);
    let id = alice.dialog.waiting.unwrap();
    assert_eq!(alice.commands(), [Command::RevokeDevice { id, device }]);
}

#[test]
fn a_password_is_changed_once_it_is_good_and_written_twice() {
    let mut alice = Person::opens(DialogKind::Password);
    for (new, again, field) in [
        ("", "", Field::Password),
        ("short", "short", Field::Password),
        ("violet kettle under maps", "violet", Field::PasswordAgain),
    ] {
        alice.types(Field::Password, new);
        alice.types(Field::PasswordAgain, again);
        alice.act(DialogAct::Submit);
        assert_eq!(alice.dialog.wrong.as_ref().unwrap().field, Some(field), "{new:?}");
    }
    alice.types(Field::PasswordAgain, "violet kettle under maps");
    alice.act(DialogAct::Submit);
    assert!(matches!(&*alice.commands(), [Command::ChangePassword { .. }]));
    assert_eq!(alice.done(None), Next::Say("The password is changed."));
    assert_eq!(alice.fields[&Field::Password].0, "", "it stands in no field any more");
}

#[test]
fn settings_are_applied_at_once() {
    let mut alice = Person::opens(DialogKind::Settings);
    assert_eq!(alice.commands(), [Command::ShowReceipts]);
    alice.act(DialogAct::Set(Set::Theme(Some(Theme::Dark))));
    alice.act(DialogAct::Set(Set::Scale(150)));
    let mut applied = None;
    while let Some(effect) = alice.out.poll() {
        if let Effect::Apply(settings) = effect {
            applied = Some(settings);
        }
    }
    assert_eq!(applied.as_ref(), Some(&alice.settings));
    assert_eq!((alice.settings.theme, alice.settings.scale_percent), (Some(Theme::Dark), 150));
    alice.act(DialogAct::Set(Set::Receipts(Receipts::Off)));
    assert_eq!(alice.commands(), [Command::SetReceipts(Receipts::Off)]);
    alice.event(&Event::ReceiptsSet(Receipts::Off));
    assert_eq!(alice.dialog.body, Body::Settings { receipts: Some(Receipts::Off) });
}

#[test]
fn files_that_were_taken_out_are_not_sent() {
    let file = |name: &str| Offered { path: name.into(), size: None };
    let files = vec![file("a.png"), file("b.txt")];
    let mut alice = Person::opens(DialogKind::SendFiles(ROOM, files));
    let effects: Vec<_> = core::iter::from_fn(|| alice.out.poll()).collect();
    let looks = |effect: &Effect| matches!(effect, Effect::LookAtFiles(paths) if paths.len() == 2);
    assert!(effects.iter().any(looks));
    let loaded = effects.iter().filter(|effect| matches!(effect, Effect::LoadPicture(..)));
    assert_eq!(loaded.count(), 1, "the picture");
    alice.dialog.file_sized(std::path::Path::new("b.txt"), 1_400);
    let Body::SendFiles { files, .. } = &alice.dialog.body else { panic!() };
    assert_eq!([files[0].size, files[1].size], [None, Some(1_400)]);
    alice.act(DialogAct::RemoveFile(0));
    assert_eq!(alice.act(DialogAct::Submit), Next::Close);
    let commands = alice.commands();
    let [Command::SendFile { room, path, .. }] = &*commands else { panic!("{commands:?}") };
    assert_eq!((*room, path.to_str()), (ROOM, Some("b.txt")));
}

#[test]
fn simple_questions_do_one_thing() {
    let mut alice = Person::opens(DialogKind::DeleteMessage(ROOM, Seq(4)));
    alice.act(DialogAct::Submit);
    assert!(matches!(&*alice.commands(), [Command::DeleteMessage { seq: Seq(4), .. }]));
    assert_eq!(alice.done(Some(ROOM)), Next::Close);

    let mut alice = Person::opens(DialogKind::Link("https://example.org/".into()));
    assert_eq!(alice.act(DialogAct::Submit), Next::Close);
    let mut effects = core::iter::from_fn(|| alice.out.poll());
    assert!(
        effects
            .any(|effect| matches!(effect, Effect::OpenLink(url) if url == "https://example.org/"))
    );

    let mut alice = Person::opens(DialogKind::Lock);
    assert_eq!(alice.act(DialogAct::Submit), Next::Close);
    let mut effects = core::iter::from_fn(|| alice.out.poll());
    assert!(effects.any(|effect| matches!(effect, Effect::CloseProfile)));
}

#[test]
fn a_room_that_was_left_is_not_shown_any_more() {
    let mut alice = Person::opens(DialogKind::RoomInfo(ROOM));
    alice.event(&Event::Rooms(vec![info(Membership::In(Role::Owner))]));
    alice.act(DialogAct::Ask(Ask::Leave));
    alice.act(DialogAct::Confirm);
    assert!(alice.commands().iter().any(|c| matches!(c, Command::LeaveRoom { .. })));
    let reason = engine::Departure::Left;
    assert_eq!(alice.event(&Event::RoomLeft { room: ROOM, reason }), Next::Close);
}

#[test]
fn escape_answers_no_first_and_closes_then() {
    let mut alice = Person::opens(DialogKind::RoomInfo(ROOM));
    alice.act(DialogAct::Ask(Ask::Leave));
    assert_eq!(alice.with(|d, desk| d.key(Key::Escape, desk)), Some(Next::Stay));
    assert_eq!(alice.with(|d, desk| d.key(Key::Escape, desk)), Some(Next::Close));
}
