//! The lines of `rooms`, `members`, `devices`, `files`, `search` and `verify`.

use engine::{
    Body, Device, Entry, EntryKind, MAX_UNREAD, Member, Membership, RoomInfo, Safety, Trust,
};

use super::{Stamp, size};
use crate::json;
use crate::safe;

/// One room of `rooms`. `label` is what a person calls it here.
pub(crate) fn room(info: &RoomInfo, label: &str) -> String {
    let name = match label == info.name {
        true => safe::line(&info.name),
        // Others may have called a room like one that is here already.
        false => format!("{} (use its id)", safe::line(&info.name)),
    };
    let (kind, entries) = (json::kind(info.kind), format!("{} entries", info.head));
    let state = match info.standing {
        Membership::In(role) => {
            let (role, members) = (json::role(role), count(info.members, "member"));
            format!("{role}, {members}, {entries}{}", unread(info))
        }
        Membership::Left => format!("left, {entries}"),
        Membership::Joinable => "may join".to_owned(),
    };
    let topic = if info.topic.is_empty() { String::new() } else { format!("  {}", info.topic) };
    format!("{name}  {kind}, {state}  {}{}", info.room, safe::line(&topic))
}

/// `, 3 unread, 1 mention`, if something is.
fn unread(info: &RoomInfo) -> String {
    let unread = match info.unread {
        0 => return String::new(),
        MAX_UNREAD.. => format!("{}+", MAX_UNREAD - 1),
        unread => unread.to_string(),
    };
    let mentions = match info.mentions {
        0 => String::new(),
        mentions => format!(", {}", count(mentions, "mention")),
    };
    format!(", {unread} unread{mentions}")
}

/// One line of `search`, as it stands in a room.
pub(crate) fn hit(label: &str, line: &str) -> String {
    format!("{}  {line}", safe::line(label))
}

/// One account of `members`.
pub(crate) fn member(member: &Member) -> String {
    let own = if member.own { " (you)" } else { "" };
    let trust = match member.trust {
        Trust::Pinned => "",
        Trust::Verified => ", verified",
        Trust::Changed => ", KEY CHANGED",
    };
    let stale = match member.stale {
        0 => String::new(),
        stale => format!("  ({stale} not heard of for 90 days)"),
    };
    let devices: Vec<String> = member.devices.iter().map(ToString::to_string).collect();
    let role = json::role(member.role);
    format!("{}{own}  {role}{trust}  {}{stale}", member.handle, devices.join(" "))
}

/// One device of `devices`.
pub(crate) fn device(device: &Device) -> String {
    let own = if device.own { "  (this one)" } else { "" };
    let name = match device.name.as_str() {
        "" => String::new(),
        name => format!("{}, ", safe::line(name)),
    };
    let (since, seen) = (Stamp::Date.of(device.created), Stamp::Date.of(device.seen));
    format!("{}  {name}since {since}, last seen {seen}{own}", device.device)
}

/// One file of `files`, with so many digits of its id.
pub(crate) fn file(entry: &Entry, digits: usize) -> Option<String> {
    let EntryKind::Message { id, from, body: Body::File(file), .. } = &entry.kind else {
        return None;
    };
    let id: String = id.to_string().chars().take(digits).collect();
    let (at, name, media_type) =
        (Stamp::Date.of(entry.at), safe::line(&file.name), safe::line(&file.media_type));
    Some(format!("{at}  {id}  {from}  {}  {name}  {media_type}", size(file.size)))
}

/// The lines of `verify`: the number, and what is known of the key.
pub(crate) fn safety(safety: &Safety) -> Vec<String> {
    let (handle, mut lines) = (&safety.handle, groups(&safety.number));
    lines.push(match safety.trust {
        Trust::Pinned => format!(
            "not verified: compare the number with {handle}'s in person, then `verify {handle} --accept`"
        ),
        Trust::Verified => format!("verified: you have compared it with {handle}"),
        Trust::Changed => format!(
            "KEY CHANGED: {handle} came with another key; nothing is sent to rooms with {handle} until `trust {handle}`"
        ),
    });
    if let Some(changed) = &safety.changed {
        lines.push("the number of the new key:".into());
        lines.extend(groups(changed));
    }
    lines
}

/// Groups of 5 digits, 4 groups a line, as people read them to each other.
fn groups(number: &str) -> Vec<String> {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let groups: Vec<String> = digits.chunks(5).map(|group| group.iter().collect()).collect();
    groups.chunks(4).map(|line| line.join(" ")).collect()
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use engine::Role;

    use super::*;
    use crate::fixture::{AT, DEVICE, LOBBY, handle, id, lobby};

    #[test]
    fn a_room_is_listed_with_its_standing_topic_and_id() {
        let named = RoomInfo { name: "lob\u{1b}by".into(), ..lobby() };
        let label = named.name.clone();
        let listed = format!("lobby  lobby, member, 2 members, 4 entries  {LOBBY}");
        assert_eq!(room(&named, &label), listed);
        let owned =
            RoomInfo { standing: Membership::In(Role::Owner), topic: "a\nb".into(), ..lobby() };
        let listed = format!("lobby  lobby, owner, 2 members, 4 entries  {LOBBY}  a b");
        assert_eq!(room(&owned, "lobby"), listed);
        let unread = |unread, mentions| room(&RoomInfo { unread, mentions, ..lobby() }, "lobby");
        assert!(unread(3, 1).contains(", 4 entries, 3 unread, 1 mention  "), "{}", unread(3, 1));
        assert!(unread(MAX_UNREAD, 0).contains(", 999+ unread  "));
        let left = RoomInfo { standing: Membership::Left, ..lobby() };
        assert_eq!(room(&left, "lobby"), format!("lobby  lobby, left, 4 entries  {LOBBY}"));
        let open = RoomInfo { standing: Membership::Joinable, ..lobby() };
        let listed = format!("lobby (use its id)  lobby, may join  {LOBBY}");
        assert_eq!(room(&open, &LOBBY.to_string()), listed);
    }

    #[test]
    fn members_show_role_trust_and_stale_devices() {
        let mut bob = Member {
            handle: handle("bob"),
            role: Role::Owner,
            devices: vec![DEVICE, DEVICE],
            stale: 1,
            own: false,
            trust: Trust::Verified,
        };
        let stale = "  (1 not heard of for 90 days)";
        assert_eq!(member(&bob), format!("bob  owner, verified  {DEVICE} {DEVICE}{stale}"));
        (bob.trust, bob.role, bob.stale) = (Trust::Changed, Role::Member, 0);
        assert_eq!(member(&bob), format!("bob  member, KEY CHANGED  {DEVICE} {DEVICE}"));
    }

    #[test]
    fn a_device_shows_its_name_if_it_has_one() {
        let name = "lap\u{1b}]0;top".into();
        let mut own = Device { device: DEVICE, name, created: AT, seen: AT, own: true };
        let times = "since 2025-11-24 16:00, last seen 2025-11-24 16:00  (this one)";
        assert_eq!(device(&own), format!("{DEVICE}  lap]0;top, {times}"));
        own.name.clear();
        assert_eq!(device(&own), format!("{DEVICE}  {times}"));
    }

    #[test]
    fn a_safety_number_is_twelve_groups_and_a_changed_one_follows_it() {
        let number = "0123456789".repeat(6);
        let mut bob = Safety {
            id: id(1),
            handle: handle("bob"),
            number,
            trust: Trust::Verified,
            changed: None,
        };
        let line = "01234 56789 01234 56789";
        assert_eq!(
            safety(&bob),
            [line, line, line, "verified: you have compared it with bob"].map(str::to_owned)
        );
        (bob.trust, bob.changed) = (Trust::Changed, Some("5".repeat(60)));
        let lines = safety(&bob);
        assert!(lines[3].starts_with("KEY CHANGED: bob came with another key"), "{lines:?}");
        assert_eq!((lines.len(), lines[7].as_str()), (8, "55555 55555 55555 55555"));
    }
}
