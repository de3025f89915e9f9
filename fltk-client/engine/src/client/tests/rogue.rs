//! Members and strangers who break the rules of a room, with the relay's help or without.

use openmls::prelude::KeyPackage;
use wire::message::{Presence, RoomKind, RoomSummary};

use super::super::*;
use super::town::Town;
use crate::charter::Charter;
use crate::event::EntryKind;
use crate::group::{self, Changes, Proposed, Provider};
use crate::identity::{Identity, Secrets};
use crate::{Change, Hold, Role, key_package};

fn town() -> (Town, RoomId) {
    let mut town = Town::new(&["alice", "bob", "carol", "mallory"]);
    let room = town.make_room("alice", &["bob", "mallory"]);
    (town, room)
}

/// An identity of its own making under any name.
fn forged(handle: &str, seed: u8) -> Identity {
    let secrets = Secrets::generate(&mut Random::from_seed([seed; 32]));
    let certificate = secrets.certify(Handle::new(handle).unwrap(), UnixMs(1));
    Identity { secrets, certificate }
}

/// A key package of an identity.
fn package(identity: &Identity) -> KeyPackage {
    let vault = Vault::create_in_memory("p", Random::from_seed([77; 32])).unwrap();
    let crypto = Suite;
    let provider = Provider::new(&crypto, &vault);
    let made = key_package::make(&provider, identity, 1, false).unwrap();
    let bytes = made.one_use.iter().next().unwrap();
    openmls::prelude::tls_codec::Deserialize::tls_deserialize_exact(&**bytes)
        .map(|package: openmls::prelude::KeyPackageIn| {
            let version = openmls::prelude::ProtocolVersion::Mls10;
            package.validate(&crypto, version).unwrap()
        })
        .unwrap()
}

/// Nothing of it is shown to alice and bob, and they go on as if it had not been.
fn goes_on_without(town: &mut Town, room: RoomId, before: Vec<u8>, lines: &[String]) {
    // Whose own client sees a commit that it did not make, and would come back.
    drop(town.stop("mallory"));
    assert!(town.agree(&["alice", "bob"], room));
    assert_eq!(town.authenticator("alice", room), before, "the same epoch");
    for name in ["alice", "bob"] {
        assert_eq!(town.members(name, room), ["alice", "bob", "mallory"]);
        let shown = town.lines(name, room);
        assert_eq!(shown.last().unwrap(), "gap", "that something could not be read is shown");
        assert_eq!(shown[..shown.len() - 1].last(), lines.last());
    }
    town.say("alice", room, "on we go");
    town.say("bob", room, "indeed");
    for name in ["alice", "bob"] {
        let shown = town.lines(name, room);
        assert_eq!(shown[shown.len() - 2..], ["alice: on we go", "bob: indeed"]);
    }
    town.change("alice", room, Change::SetHistory(9)).unwrap();
    assert!(town.agree(&["alice", "bob"], room));
}

type Attack = Box<dyn Fn(&mut Town, RoomId) -> Proposed>;

fn charter(change: fn(&mut Charter, [u8; 32])) -> impl Fn(&mut Town, RoomId) -> Proposed {
    move |town, room| {
        let own = town.clients["mallory"].profile.identity.certificate.account_key;
        let mut charter = town
            .client("mallory")
            .with_group(room, |group| group::charter(group))
            .unwrap()
            .unwrap();
        change(&mut charter, own);
        town.rogue_commit("mallory", room, Changes { charter: Some(charter), ..Changes::default() })
    }
}

#[test]
fn a_member_that_is_no_owner_changes_nothing_for_anybody() {
    let remove: Attack = Box::new(|town, room| {
        let remove = town.client("mallory").with_group(room, |group| {
            group::leaves(group)
                .filter(|(_, leaf)| leaf.handle.as_str() == "bob")
                .map(|(index, _)| index)
                .collect()
        });
        town.rogue_commit(
            "mallory",
            room,
            Changes { remove: remove.unwrap(), ..Changes::default() },
        )
    });
    let attacks: [Attack; 7] = [
        remove,
        Box::new(charter(|charter, own| charter.owners.extend([own]))),
        Box::new(charter(|charter, own| charter.owners = [own].into())),
        Box::new(charter(|charter, _| charter.history = 500)),
        Box::new(charter(|charter, _| charter.lifetime_s = 60)),
        Box::new(charter(|charter, _| charter.closed = true)),
        Box::new(charter(|charter, _| charter.kind = RoomKind::Open)),
    ];
    for attack in attacks {
        let (mut town, room) = town();
        let (before, lines) = (town.authenticator("alice", room), town.lines("alice", room));
        let proposed = attack(&mut town, room);
        town.post_commit("mallory", room, proposed, Vec::new());
        goes_on_without(&mut town, room, before, &lines);
    }
}

/// Nor can it bring the others to where it is by going on there.
#[test]
fn nobody_follows_a_member_into_an_epoch_that_all_refused() {
    let (mut town, room) = town();
    let (before, lines) = (town.authenticator("alice", room), town.lines("alice", room));
    let proposed = charter(|charter, own| charter.owners.extend([own]))(&mut town, room);
    town.post_commit("mallory", room, proposed, Vec::new());
    let payload = {
        let client = town.client("mallory");
        let provider = Provider::new(&client.crypto, &client.vault);
        let group = client.rooms.get_mut(&room).unwrap().group(&provider, room).unwrap();
        group::merge_pending(&provider, group).unwrap();
        group::encrypt(&provider, &client.profile.identity, group, b"follow me").unwrap()
    };
    let (post, payload) = (town.id(), wire::codec::Bytes::new(payload).unwrap());
    let epoch = town.clients["alice"].rooms[&room].stored.epoch;
    town.send_beside("mallory", ToRelay::Post { room, epoch, post, payload });
    for name in ["alice", "bob"] {
        assert_eq!(town.holds(name, room), []);
        assert_eq!(town.lines(name, room).len(), lines.len() + 2);
    }
    drop(town.stop("mallory"));
    town.say("alice", room, "on we go");
    assert_eq!(town.lines("bob", room).last().unwrap(), "alice: on we go");
    assert_eq!(town.authenticator("bob", room), before);
}

#[test]
fn who_is_invited_by_no_owner_does_not_come_in_and_keeps_the_relay() {
    let (mut town, room) = town();
    let (before, lines) = (town.authenticator("alice", room), town.lines("alice", room));
    let carol = town.clients["carol"].profile.identity.clone();
    let (add, device) = {
        let client = town.client("carol");
        let provider = Provider::new(&client.crypto, &client.vault);
        let made = key_package::make(&provider, &carol, 1, false).unwrap();
        let bytes = made.one_use.iter().next().unwrap().clone();
        let (package, _) = group::check_key_package(&provider, &bytes).unwrap();
        (vec![package], carol.device())
    };
    let proposed = town.rogue_commit("mallory", room, Changes { add, ..Changes::default() });
    assert!(proposed.welcome.is_some());
    town.post_commit("mallory", room, proposed, vec![device]);
    town.pass_ms(60_000);
    assert!(!town.knows("carol", room));
    assert!(!town.clients["carol"].rooms.contains_key(&room), "and nothing of it is kept");
    let lost = |event: &Event| matches!(event, Event::Disconnected { .. });
    assert_eq!(town.count("carol", lost), 0);
    goes_on_without(&mut town, room, before, &lines);
    town.change("alice", room, Change::Invite(Handle::new("carol").unwrap())).unwrap();
    town.pass_ms(5_000);
    assert!(town.knows("carol", room), "an owner can invite all the same");
}

/// A ghost: a device of an account that the relay made up, under a name that is not known.
#[test]
fn a_stranger_does_not_come_into_a_closed_room_by_itself() {
    let (mut town, room) = town();
    let (before, lines) = (town.authenticator("alice", room), town.lines("alice", room));
    intrude(&mut town, room, &forged("ghost", 50));
    goes_on_without(&mut town, room, before, &lines);
}

/// An external commit of an identity, which the relay lets in.
fn intrude(town: &mut Town, room: RoomId, identity: &Identity) {
    let info = {
        let client = town.client("mallory");
        let provider = Provider::new(&client.crypto, &client.vault);
        let group = client.rooms.get_mut(&room).unwrap().group(&provider, room).unwrap();
        let own = &client.profile.identity;
        let info = group
            .export_group_info(openmls::prelude::OpenMlsProvider::crypto(&provider), own, true)
            .unwrap();
        info.to_bytes().unwrap()
    };
    let vault = Vault::create_in_memory("p", Random::from_seed([78; 32])).unwrap();
    let crypto = Suite;
    let provider = Provider::new(&crypto, &vault);
    let join = group::join(&provider, identity, room, &info).unwrap();
    let (commit, group_info) = (join.commit, join.group_info);
    let (ghost, sent) = (identity.device(), commit.clone());
    town.tamper = Some(Box::new(move |_, message| {
        if let ToClient::Record { record, .. } = message
            && record.payload.to_vec() == sent
        {
            record.from = ghost;
        }
    }));
    town.post_commit("mallory", room, Proposed { commit, welcome: None, group_info }, Vec::new());
    town.tamper = None;
}

/// It bears bob's name, and not bob's key has signed for it.
#[test]
fn a_ghost_device_of_a_known_account_does_not_come_in_by_itself() {
    let (mut town, room) = town();
    let (before, lines) = (town.authenticator("alice", room), town.lines("alice", room));
    intrude(&mut town, room, &forged("bob", 51));
    goes_on_without(&mut town, room, before, &lines);
}

#[test]
fn a_ghost_device_that_an_owner_brings_in_is_refused_and_told() {
    let (mut town, room) = town();
    town.change("alice", room, Change::SetRole(Handle::new("mallory").unwrap(), Role::Owner))
        .unwrap();
    let add = vec![package(&forged("bob", 51))];
    let proposed = town.rogue_commit("mallory", room, Changes { add, ..Changes::default() });
    town.post_commit("mallory", room, proposed, Vec::new());
    for name in ["alice", "bob"] {
        let told = |event: &Event| matches!(event, Event::KeyChanged { handle, .. } if handle.as_str() == "bob");
        assert_eq!(town.count(name, told), 1, "{name}");
        assert_eq!(town.holds(name, room), [Hold::KeyChanged]);
        assert_eq!(town.members(name, room), ["alice", "bob", "mallory"]);
    }
    let id = town.say("alice", room, "not to the ghost");
    assert!(matches!(town.outcome("alice", id), Some(Err(_))));
}

#[test]
fn a_device_whose_certificate_does_not_hold_is_refused() {
    let mut flipped = forged("ghost", 52);
    flipped.certificate.signature[3] ^= 1;
    // Bob's own certificate, which is public, over keys that are not bob's.
    let (mut town_of_bob, _) = town();
    let bob = town_of_bob.client("bob").profile.identity.certificate.clone();
    let mut stolen = forged("bob", 53);
    stolen.certificate =
        wire::certificate::DeviceCertificate { mls_key: stolen.certificate.mls_key, ..bob };
    for identity in [flipped, stolen] {
        for by in ["alice", "mallory"] {
            let (mut town, room) = town();
            let (before, lines) = (town.authenticator("bob", room), town.lines("bob", room));
            let add = vec![package(&identity)];
            let proposed = town.rogue_commit(by, room, Changes { add, ..Changes::default() });
            town.post_commit(by, room, proposed, Vec::new());
            if by == "alice" {
                // Even the owner cannot; its own client has gone astray and is not asked.
                assert_eq!(town.authenticator("bob", room), before);
                assert_eq!(town.members("bob", room), ["alice", "bob", "mallory"]);
            } else {
                goes_on_without(&mut town, room, before, &lines);
            }
        }
    }
}

#[test]
fn a_made_up_room_is_declined_and_the_connection_kept() {
    let mut town = Town::new(&["alice", "bob", "mallory"]);
    // The relay is told that it is closed; the group says that it is open, or direct with others.
    let (mallory, stranger) = (
        town.clients["mallory"].profile.identity.certificate.account_key,
        forged("ghost", 54).certificate.account_key,
    );
    for charter in [
        Charter::new(RoomKind::Open, [mallory]),
        Charter::new(RoomKind::Direct, [mallory, stranger]),
        Charter::new(RoomKind::Closed, [stranger]),
    ] {
        let room = RoomId::from_array([charter.kind.to_bytes()[0]; 16]);
        let (create, proposed) = {
            let alice = town.clients["alice"].profile.identity.clone();
            let add = {
                let client = town.client("alice");
                let provider = Provider::new(&client.crypto, &client.vault);
                let made = key_package::make(&provider, &alice, 1, false).unwrap();
                let bytes = made.one_use.iter().next().unwrap().clone();
                vec![group::check_key_package(&provider, &bytes).unwrap().0]
            };
            let client = town.client("mallory");
            let provider = Provider::new(&client.crypto, &client.vault);
            let own = &client.profile.identity;
            let (mut group, info) = group::create(&provider, own, room, &charter).unwrap();
            let changes = Changes { add, ..Changes::default() };
            (info, group::commit(&provider, own, &mut group, changes).unwrap())
        };
        let kind =
            if charter.kind == RoomKind::Direct { RoomKind::Direct } else { RoomKind::Closed };
        let group_info = wire::codec::Bytes::new(create).unwrap();
        town.send_beside("mallory", ToRelay::CreateRoom { room, kind, group_info });
        let (post, added) =
            (town.id(), wire::codec::List::new(vec![town.device("alice")]).unwrap());
        let message = ToRelay::Commit {
            room,
            epoch: Epoch(0),
            post,
            commit: wire::codec::Bytes::new(proposed.commit).unwrap(),
            group_info: wire::codec::Bytes::new(proposed.group_info).unwrap(),
            welcome: Some(wire::codec::Bytes::new(proposed.welcome.unwrap()).unwrap()),
            added,
            removed: wire::codec::List::default(),
        };
        town.send_beside("mallory", message);
        town.pass_ms(60_000);
        assert!(!town.knows("alice", room), "{charter:?}");
    }
    let lost = |event: &Event| matches!(event, Event::Disconnected { .. });
    assert_eq!(town.count("alice", lost), 0);
    let room = town.make_room("bob", &["alice"]);
    assert!(town.knows("alice", room));
}

/// Makes bob's client believe that it has lost the room, and answers what it asks with this.
fn offer(town: &mut Town, room: RoomId, info: Vec<u8>) {
    let stored = &town.clients["bob"].rooms[&room].stored;
    let (epoch, head) = (stored.epoch, stored.have);
    let (kind, presence) = (RoomKind::Closed, Presence::Account);
    town.tamper = Some(Box::new(move |name, message| {
        if let ToClient::GroupInfo { group_info, .. } = message
            && name == "bob"
        {
            *group_info = wire::codec::Bytes::new(info.clone()).unwrap();
        }
    }));
    let summary = RoomSummary { room, kind, epoch, head, presence };
    town.tell("bob", ToClient::Room(summary));
}

fn is_not_brought_astray(town: &mut Town, room: RoomId) {
    assert_eq!(town.holds("bob", room).first(), Some(&Hold::Behind));
    let repaired = |event: &Event| matches!(event, Event::RoomRepaired { .. });
    assert_eq!(town.count("bob", repaired), 0);
    town.tamper = None;
    town.pass_ms(61 * 60_000);
    assert_eq!(town.count("bob", repaired), 1, "the honest relay has the right one");
    assert!(town.agree(&["alice", "bob"], room));
    town.say("bob", room, "back");
    assert_eq!(town.lines("alice", room).last().unwrap(), "bob: back");
}

#[test]
fn a_branch_of_a_former_member_is_not_what_became_of_the_room() {
    let (mut town, room) = town();
    // Mallory hears nothing of its removal and goes on in its old epoch, further than the others.
    let vault = town.stop("mallory");
    town.change("alice", room, Change::Remove(Handle::new("mallory").unwrap())).unwrap();
    let info = {
        let profile: Profile = vault.value(Profile::NAME).unwrap().unwrap();
        let crypto = Suite;
        let provider = Provider::new(&crypto, &vault);
        let mut group = group::load(&provider, room).unwrap();
        let mut last = Vec::new();
        for _ in 0..3 {
            let proposed =
                group::commit(&provider, &profile.identity, &mut group, Changes::default());
            last = proposed.unwrap().group_info;
            group::merge_pending(&provider, &mut group).unwrap();
        }
        last
    };
    offer(&mut town, room, info);
    is_not_brought_astray(&mut town, room);
    assert_eq!(town.members("bob", room), ["alice", "bob"]);
}

#[test]
fn a_branch_with_a_stranger_that_no_owner_vouches_for_is_not_what_became_of_the_room() {
    for owner in [false, true] {
        let (mut town, room) = town();
        let own = town.clients["mallory"].profile.identity.certificate.account_key;
        let mut changes = Changes::default();
        match owner {
            false => changes.add = vec![package(&forged("ghost", 55))],
            true => {
                let charter =
                    town.client("mallory").with_group(room, |group| group::charter(group));
                let mut charter = charter.unwrap().unwrap();
                charter.owners.insert(own);
                changes.charter = Some(charter);
            }
        }
        let info = town.rogue_commit("mallory", room, changes).group_info;
        offer(&mut town, room, info);
        is_not_brought_astray(&mut town, room);
        assert_eq!(town.members("bob", room), ["alice", "bob", "mallory"]);
        let charter = town.client("bob").with_group(room, |group| group::charter(group));
        assert_eq!(charter.unwrap().unwrap().role(&own), Role::Member);
        assert_eq!(town.kind("bob", room), RoomKind::Closed);
        let ghost = |event: &Event| {
            matches!(event, Event::Entry { entry, .. }
                if matches!(&entry.kind, EntryKind::Members { joined, .. }
                    if joined.iter().any(|handle| handle.as_str() == "ghost")))
        };
        assert_eq!(town.count("bob", ghost), 0);
    }
}

#[test]
fn nobody_becomes_an_owner_of_an_open_room_by_a_branch() {
    let mut town = Town::new(&["alice", "bob", "mallory"]);
    let (access, name) = (crate::Access::Open, "square".to_owned());
    let made = town.ask("alice", |id| Command::CreateRoom { id, access, name, history: 0 });
    let room = made.unwrap().unwrap();
    for name in ["bob", "mallory"] {
        town.ask(name, |id| Command::JoinRoom { id, room }).unwrap();
    }
    town.pass_ms(10_000);
    let proposed = charter(|charter, own| charter.owners.extend([own]))(&mut town, room);
    offer(&mut town, room, proposed.group_info);
    is_not_brought_astray(&mut town, room);
    let mallory = town.clients["mallory"].profile.identity.certificate.account_key;
    let charter = town.client("bob").with_group(room, |group| group::charter(group));
    assert_eq!(charter.unwrap().unwrap().role(&mallory), Role::Member);
}

#[test]
fn devices_that_the_relay_names_do_not_pile_up() {
    let (mut town, room) = town();
    let mut number = 0_u8;
    town.tamper = Some(Box::new(move |name, message| {
        if let ToClient::Record { record, .. } = message
            && name == "bob"
        {
            number += 1;
            record.from = wire::id::DeviceId::from_array([number; 16]);
        }
    }));
    for number in 0..20 {
        town.say("alice", room, &format!("{number}"));
    }
    assert_eq!(town.lines("bob", room).last().unwrap(), "alice: 19");
    assert_eq!(town.clients["bob"].rooms[&room].stored.heard.len(), 3, "the three of the room");
}

#[test]
fn a_key_package_without_what_the_charter_needs_is_refused() {
    use openmls::prelude::tls_codec::Serialize as _;

    let identity = forged("ghost", 56);
    let vault = Vault::create_in_memory("p", Random::from_seed([79; 32])).unwrap();
    let crypto = Suite;
    let provider = Provider::new(&crypto, &vault);
    let make = |capabilities| {
        let bundle = KeyPackage::builder().leaf_node_capabilities(capabilities).build(
            group::SUITE,
            &provider,
            &identity,
            group::credential(&identity),
        );
        bundle.unwrap().key_package().tls_serialize_detached().unwrap()
    };
    let fitting = make(group::capabilities());
    assert!(group::check_key_package(&provider, &fitting).is_some());
    let suites = vec![group::SUITE];
    let lacking = openmls::prelude::Capabilities::builder().ciphersuites(suites).build();
    assert!(group::check_key_package(&provider, &make(lacking)).is_none());
    let made = key_package::make(&provider, &identity, 0, true).unwrap();
    let last_resort = made.last_resort.unwrap();
    assert!(group::check_key_package(&provider, &last_resort).is_some());
}
