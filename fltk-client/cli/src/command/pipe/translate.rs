//! From what a program wrote to what the engine is asked.

use std::path::PathBuf;

use engine::{Access, Change, Command, Reacting, Receipts, RequestId, Role};
use wire::id::{DeviceId, Handle, RoomId, Seq};

use crate::ask::{Ask, MAX_LIMIT, Part};
use crate::command::file::sources;
use crate::console::found_room;
use crate::random;
use crate::view::{Found, View};

/// The engine's command; the error is a sentence.
pub(super) fn command(view: &View, ask: Ask) -> Result<Command, String> {
    let id = name(ask.id())?;
    let find = |text: &str| room(view.find(text));
    Ok(match ask {
        Ask::Send { room, text, .. } => Command::SendText { room: find(&room)?, id, text },
        Ask::Reply { room, seq, text, .. } => {
            Command::Reply { room: find(&room)?, id, to: Seq(seq), text }
        }
        Ask::Edit { room, seq, text, .. } => {
            Command::EditText { id, room: find(&room)?, seq: Seq(seq), text }
        }
        Ask::Delete { room, seq, .. } => {
            Command::DeleteMessage { id, room: find(&room)?, seq: Seq(seq) }
        }
        Ask::React { room, seq, emoji, withdraw, .. } => {
            let what = if withdraw { Reacting::Withdraw } else { Reacting::Add };
            Command::React { id, room: find(&room)?, seq: Seq(seq), emoji, what }
        }
        Ask::MarkRead { room, seq } => Command::MarkRead { room: find(&room)?, seq: Seq(seq) },
        Ask::Receipts { on: None } => Command::ShowReceipts,
        Ask::Receipts { on: Some(true) } => Command::SetReceipts(Receipts::On),
        Ask::Receipts { on: Some(false) } => Command::SetReceipts(Receipts::Off),
        Ask::Put { room, path, .. } => {
            Command::SendFile { room: find(&room)?, id, path: source(path)? }
        }
        Ask::Cancel { transfer, .. } => {
            Command::CancelTransfer { id, transfer: self::name(Some(&transfer))? }
        }
        Ask::Transfers {} => Command::ListTransfers,
        Ask::FileLimits { .. } => Command::ShowFileLimits { id },
        Ask::Typing { room } => Command::SendTyping { room: find(&room)? },
        Ask::Rooms {} | Ask::Quit {} => Command::ListRooms,
        Ask::Members { room } => Command::ListMembers { room: find(&room)? },
        Ask::Read { room, since, limit } => {
            let (room, limit) = (find(&room)?, limit.min(MAX_LIMIT));
            Command::ReadHistory { room, after: Seq(since), limit }
        }
        Ask::Search { text, room, limit, .. } => {
            let room = room.map(|room| find(&room)).transpose()?;
            let limit = usize::try_from(limit.min(MAX_LIMIT)).unwrap_or(usize::MAX);
            Command::Search { id, room, text, limit }
        }
        Ask::Devices { .. } => Command::ListDevices { id },
        Ask::NameDevice { device: text, name, .. } => {
            Command::NameDevice { id, device: device(&text)?, name }
        }
        Ask::Revoke { device: text, .. } => Command::RevokeDevice { id, device: device(&text)? },
        Ask::Create { name, open, history, .. } => {
            let access = if open { Access::Open } else { Access::Closed };
            Command::CreateRoom { id, access, name, history }
        }
        Ask::Dm { account, .. } => Command::OpenDirect { id, handle: handle(&account)? },
        Ask::Verify { account, accept: false, .. } => {
            Command::ShowSafety { id, handle: handle(&account)? }
        }
        Ask::Verify { account, accept: true, .. } => {
            Command::Verify { id, handle: handle(&account)? }
        }
        Ask::Trust { account, .. } => Command::Trust { id, handle: handle(&account)? },
        Ask::Join { room: text, .. } => {
            Command::JoinRoom { id, room: room(view.find_joinable(&text))? }
        }
        Ask::Leave { room, .. } => Command::LeaveRoom { id, room: find(&room)? },
        other => {
            let (text, change) = change(other)?;
            Command::ChangeRoom { id, room: find(&text)?, change }
        }
    })
}

/// The room and what of it is to change.
fn change(ask: Ask) -> Result<(String, Change), String> {
    Ok(match ask {
        Ask::Invite { room, account, .. } => (room, Change::Invite(handle(&account)?)),
        Ask::Remove { room, account: Some(account), stale: false, .. } => {
            (room, Change::Remove(handle(&account)?))
        }
        Ask::Remove { room, account: None, stale: true, .. } => (room, Change::RemoveStale),
        Ask::Role { room, account, role, .. } => {
            let role = match role {
                Part::Owner => Role::Owner,
                Part::Member => Role::Member,
            };
            (room, Change::SetRole(handle(&account)?, role))
        }
        Ask::Rename { room, name, .. } => (room, Change::Rename(name)),
        Ask::Topic { room, text, .. } => (room, Change::SetTopic(text)),
        Ask::History { room, count, .. } => (room, Change::SetHistory(count)),
        Ask::Lifetime { room, seconds, .. } => (room, Change::SetLifetime(seconds)),
        Ask::Close { room, .. } => (room, Change::Close),
        _ => return Err("A removal takes an account or \"stale\":true; nothing was done.".into()),
    })
}

/// The file, by its whole path.
fn source(path: PathBuf) -> Result<PathBuf, String> {
    let paths = sources(vec![path]).map_err(|failure| failure.to_string())?;
    paths.into_iter().next().ok_or_else(|| "There is no file; nothing was done.".into())
}

/// The name of a command: what the program gave it, or a new one.
pub(super) fn name(given: Option<&str>) -> Result<RequestId, String> {
    let wrong = || "An id has 32 hexadecimal digits; nothing was done.".to_owned();
    match given {
        Some(hex) => RequestId::from_hex(hex).ok_or_else(wrong),
        None => random::id().map_err(|failure| failure.to_string()),
    }
}

pub(super) fn room(found: Found) -> Result<RoomId, String> {
    found_room(found).map_err(|failure| failure.to_string())
}

fn handle(text: &str) -> Result<Handle, String> {
    let plain = text.strip_prefix('@').unwrap_or(text);
    Handle::new(plain).map_err(|_| format!("{text:?} is no account's name; nothing was done."))
}

fn device(text: &str) -> Result<DeviceId, String> {
    let wrong = || "A device's id has 32 hexadecimal digits; nothing was done.".to_owned();
    DeviceId::from_hex(text).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use engine::{Event, Membership, RoomInfo};

    use super::*;
    use crate::fixture::{DEVICE, GARDEN, LOBBY, garden, id, lobby};

    fn view() -> View {
        let mut view = View::default();
        view.observe(&Event::Rooms(vec![lobby(), garden()]));
        view
    }

    fn of(line: &str) -> Result<Command, String> {
        let named = line.replace('}', r#","id":"07070707070707070707070707070707"}"#);
        command(&view(), Ask::parse(&named).unwrap())
    }

    #[test]
    fn every_command_has_the_name_that_the_program_gave_it() {
        let (id, room, bob) = (id(7), GARDEN, || Handle::new("bob").unwrap());
        let (device, name) = (DEVICE, String::from("a"));
        let change = |change| Command::ChangeRoom { id, room, change };
        for (line, expected) in [
            (
                r#"{"type":"create","name":"a","open":true,"history":5}"#.to_owned(),
                Command::CreateRoom { id, access: Access::Open, name: name.clone(), history: 5 },
            ),
            (
                r#"{"type":"create","name":"a"}"#.into(),
                Command::CreateRoom { id, access: Access::Closed, name: name.clone(), history: 0 },
            ),
            (
                r#"{"type":"invite","room":"garden","account":"@bob"}"#.into(),
                change(Change::Invite(bob())),
            ),
            (
                r#"{"type":"remove","room":"garden","account":"bob"}"#.into(),
                change(Change::Remove(bob())),
            ),
            (
                r#"{"type":"remove","room":"garden","stale":true}"#.into(),
                change(Change::RemoveStale),
            ),
            (
                r#"{"type":"role","room":"garden","account":"bob","role":"owner"}"#.into(),
                change(Change::SetRole(bob(), Role::Owner)),
            ),
            (
                r#"{"type":"role","room":"garden","account":"bob","role":"member"}"#.into(),
                change(Change::SetRole(bob(), Role::Member)),
            ),
            (
                r#"{"type":"rename","room":"garden","name":"a"}"#.into(),
                change(Change::Rename(name.clone())),
            ),
            (
                r#"{"type":"topic","room":"garden","text":"a"}"#.into(),
                change(Change::SetTopic(name.clone())),
            ),
            (
                r#"{"type":"history","room":"garden","count":5}"#.into(),
                change(Change::SetHistory(5)),
            ),
            (
                r#"{"type":"lifetime","room":"garden","seconds":60}"#.into(),
                change(Change::SetLifetime(60)),
            ),
            (
                r#"{"type":"reply","room":"garden","seq":3,"text":"a"}"#.into(),
                Command::Reply { room, id, to: Seq(3), text: name.clone() },
            ),
            (
                r#"{"type":"edit","room":"garden","seq":3,"text":"a"}"#.into(),
                Command::EditText { id, room, seq: Seq(3), text: name.clone() },
            ),
            (
                r#"{"type":"delete","room":"garden","seq":3}"#.into(),
                Command::DeleteMessage { id, room, seq: Seq(3) },
            ),
            (
                r#"{"type":"react","room":"garden","seq":3,"emoji":"a","withdraw":true}"#.into(),
                Command::React {
                    id,
                    room,
                    seq: Seq(3),
                    emoji: name.clone(),
                    what: Reacting::Withdraw,
                },
            ),
            (r#"{"type":"close","room":"garden"}"#.into(), change(Change::Close)),
            (r#"{"type":"leave","room":"garden"}"#.into(), Command::LeaveRoom { id, room }),
            (
                format!(r#"{{"type":"join","room":"{LOBBY}"}}"#),
                Command::JoinRoom { id, room: LOBBY },
            ),
            (r#"{"type":"dm","account":"bob"}"#.into(), Command::OpenDirect { id, handle: bob() }),
            (
                r#"{"type":"verify","account":"bob"}"#.into(),
                Command::ShowSafety { id, handle: bob() },
            ),
            (
                r#"{"type":"verify","account":"bob","accept":true}"#.into(),
                Command::Verify { id, handle: bob() },
            ),
            (r#"{"type":"trust","account":"bob"}"#.into(), Command::Trust { id, handle: bob() }),
            (r#"{"type":"devices"}"#.into(), Command::ListDevices { id }),
            (
                format!(r#"{{"type":"name-device","device":"{DEVICE}","name":"a"}}"#),
                Command::NameDevice { id, device, name },
            ),
            (
                r#"{"type":"put","room":"garden","path":"Cargo.toml"}"#.into(),
                Command::SendFile {
                    room,
                    id,
                    path: PathBuf::from("Cargo.toml").canonicalize().unwrap(),
                },
            ),
            (
                format!(r#"{{"type":"cancel","transfer":"{}"}}"#, crate::fixture::id(8)),
                Command::CancelTransfer { id, transfer: crate::fixture::id(8) },
            ),
            (r#"{"type":"file-limits" }"#.into(), Command::ShowFileLimits { id }),
            (
                format!(r#"{{"type":"revoke","device":"{DEVICE}"}}"#),
                Command::RevokeDevice { id, device },
            ),
        ] {
            let line = line.replace(r#""devices"}"#, r#""devices" }"#);
            assert_eq!(of(&line), Ok(expected), "{line}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_a_sentence() {
        for (line, said) in [
            (r#"{"type":"remove","room":"garden"}"#, "A removal takes"),
            (r#"{"type":"remove","room":"garden","account":"bob","stale":true}"#, "A removal"),
            (r#"{"type":"dm","account":"Bob"}"#, "\"Bob\" is no account's name"),
            (r#"{"type":"revoke","device":"0202"}"#, "A device's id has 32"),
            (r#"{"type":"leave","room":"attic"}"#, "This profile has no such room"),
        ] {
            let refusal = of(line).unwrap_err();
            assert!(refusal.starts_with(said), "{line}: {refusal}");
        }
        let unnamed = Ask::Dm { account: "bob".into(), id: Some("12".into()) };
        assert!(command(&view(), unnamed).unwrap_err().starts_with("An id has 32"));
    }

    #[test]
    fn a_room_to_join_goes_before_one_of_its_name() {
        let mut view = view();
        let announced = RoomInfo { room: LOBBY, standing: Membership::Joinable, ..garden() };
        view.observe(&Event::RoomChanged(announced));
        let ask = Ask::Join { room: "garden".into(), id: None };
        let asked = command(&view, ask).unwrap();
        assert!(matches!(asked, Command::JoinRoom { room: LOBBY, .. }), "{asked:?}");
    }
}
