//! What MLS costs the clients of one large closed room: CPU time of single calls, and bytes.
//!
//! Two rooms of the same devices, because what a commit costs depends on the room's past. In the
//! one, every member has renewed its keys since it came, as each does within a week: the ratchet
//! tree is full. In the other the owner has invited everybody and nobody else has ever committed:
//! every leaf is addressed by itself.

use engine::{Access, Change, Command, Intent, RequestId};
use wire::id::{DeviceId, Handle, RoomId};
use wire::message::ToClient;

use crate::crowd::{Call, Crowd, Who};
use crate::figures::{Figures, about};
use crate::table::Table;
use crate::{Result, fail};

const ROUNDS: usize = 5;
/// Members before a change adds one; each is an account with one device.
const MEMBERS: usize = 199;
/// After this a device renews its keys: a little more than a week.
const RENEWAL_MS: u64 = 8 * 24 * 60 * 60 * 1_000;
/// Longer than a device in a room of this size waits before it does.
const CHORE_MS: u64 = 10 * 1_000;
const TEXT_BYTES: usize = 200;

/// Fills both rooms, and measures each change of them.
pub(crate) fn measure(table: &mut Table) -> Result<()> {
    let mut town = Town::settle()?;
    for round in 0..ROUNDS {
        town.round(round)?;
    }
    for room in town.rooms {
        room.figures.print(room.name, table);
    }
    Ok(())
}

/// The crowd, and those whose calls are looked at.
struct Town {
    crowd: Crowd,
    owner: Who,
    owner_handle: Handle,
    /// The only other member that is switched on.
    member: Who,
    rooms: [Room; 2],
}

struct Room {
    name: &'static str,
    id: RoomId,
    figures: Figures,
}

impl Town {
    /// Makes both rooms with all members. All but two are switched off, of which the relay and
    /// the others notice nothing.
    fn settle() -> Result<Self> {
        let mut crowd = Crowd::new()?;
        let owner_handle = Handle::new("owner")?;
        let owner = crowd.sign_up(Intent::Register, &owner_handle)?;
        let renewed = make_room(&mut crowd, owner, "all keys renewed")?;
        let fresh = make_room(&mut crowd, owner, "all just invited")?;
        let mut member = owner;
        for number in 1..MEMBERS {
            let handle = Handle::new(format!("member{number}"))?;
            let who = crowd.sign_up(Intent::Register, &handle)?;
            crowd.command(owner, invite(renewed.id, &handle))?;
            crowd.set_ahead(who, RENEWAL_MS);
            crowd.reconnect(who)?;
            crowd.pass(CHORE_MS)?;
            // The last one stays: it is there to read, not to see the others come.
            if number + 1 == MEMBERS {
                member = who;
            } else {
                crowd.switch_off(who);
            }
            crowd.command(owner, invite(fresh.id, &handle))?;
            crowd.take_calls();
        }
        Ok(Self { crowd, owner, owner_handle, member, rooms: [renewed, fresh] })
    }

    /// Changes both rooms in every way, and leaves them with the members they had.
    fn round(&mut self, round: usize) -> Result<()> {
        let handle = Handle::new(format!("guest{round}"))?;
        let guest = self.crowd.sign_up(Intent::Register, &handle)?;
        for room in &mut self.rooms {
            let calls = calls(&mut self.crowd, self.owner, invite(room.id, &handle))?;
            let calls: Vec<_> = calls.iter().collect();
            room.figures.commit(ADD, &calls, (self.owner, self.member))?;
            room.figures.welcome(ADD, &calls, guest)?;
            if self.crowd.members_told() != MEMBERS + 1 {
                return fail("the room is not as large as it should be");
            }
        }
        for room in &mut self.rooms {
            let (room_id, text) = (room.id, "x".repeat(TEXT_BYTES));
            let say = |id| Command::SendText { room: room_id, id, text };
            let calls = calls(&mut self.crowd, self.owner, say)?;
            let calls: Vec<_> = calls.iter().collect();
            room.figures.message(SAY, &calls, (self.owner, self.member))?;
        }
        self.renew()?;
        for room in &mut self.rooms {
            let calls = calls(&mut self.crowd, self.owner, remove(room.id, &handle))?;
            let calls: Vec<_> = calls.iter().collect();
            room.figures.commit(REMOVE, &calls, (self.owner, self.member))?;
        }
        self.crowd.switch_off(guest);
        self.join()
    }

    /// The owner renews its keys in both rooms.
    fn renew(&mut self) -> Result<()> {
        self.crowd.set_ahead(self.owner, RENEWAL_MS);
        self.crowd.reconnect(self.owner)?;
        self.crowd.take_calls();
        self.crowd.pass(CHORE_MS)?;
        let calls = self.crowd.take_calls();
        for room in &mut self.rooms {
            room.figures.commit(RENEW, &about(&calls, room.id), (self.owner, self.member))?;
        }
        Ok(())
    }

    /// Another device of the owner's account joins both rooms by itself, and is revoked.
    fn join(&mut self) -> Result<()> {
        self.crowd.take_calls();
        let joiner = self.crowd.sign_up(Intent::Login, &self.owner_handle)?;
        let calls = self.crowd.take_calls();
        for room in &mut self.rooms {
            let calls = about(&calls, room.id);
            room.figures.commit(JOIN, &calls, (joiner, self.member))?;
            room.figures.group_info(JOIN, &calls, joiner)?;
        }
        let device = device_of(&calls, joiner)?;
        self.crowd.switch_off(joiner);
        self.crowd.command(self.owner, |id| Command::RevokeDevice { id, device })?;
        self.crowd.pass(CHORE_MS)
    }
}

const ADD: &str = "adding an account";
const SAY: &str = "a text of 200 bytes";
const RENEW: &str = "renewing a device's keys";
const REMOVE: &str = "removing an account";
const JOIN: &str = "joining by external commit";

fn make_room(crowd: &mut Crowd, owner: Who, name: &'static str) -> Result<Room> {
    let made = crowd.command(owner, |id| {
        let name = "plaza".to_owned();
        Command::CreateRoom { id, access: Access::Closed, name, history: 0 }
    })?;
    match made {
        Some(id) => Ok(Room { name, id, figures: Figures::default() }),
        None => fail("no room was made"),
    }
}

fn invite(room: RoomId, handle: &Handle) -> impl FnOnce(RequestId) -> Command + use<> {
    let change = Change::Invite(handle.clone());
    move |id| Command::ChangeRoom { id, room, change }
}

fn remove(room: RoomId, handle: &Handle) -> impl FnOnce(RequestId) -> Command + use<> {
    let change = Change::Remove(handle.clone());
    move |id| Command::ChangeRoom { id, room, change }
}

/// The calls that a command leads to.
fn calls(
    crowd: &mut Crowd,
    who: Who,
    command: impl FnOnce(RequestId) -> Command,
) -> Result<Vec<Call>> {
    crowd.take_calls();
    crowd.command(who, command)?;
    Ok(crowd.take_calls())
}

fn device_of(calls: &[Call], who: Who) -> Result<DeviceId> {
    let device = calls.iter().filter(|call| call.who == who).find_map(|call| match &call.heard {
        Some(ToClient::SignedIn(signed_in)) => Some(signed_in.device),
        _ => None,
    });
    device.map_or_else(|| fail("a client did not sign in"), Ok)
}
