//! `devices`, `name-device` and `revoke`.

use std::time::{Duration, Instant};

use engine::{Command, Device, Event, Problem};
use wire::id::DeviceId;

use super::room::settle;
use crate::console::{Console, after};
use crate::failure::Failure;
use crate::format;
use crate::random;
use crate::request::Request;

/// The shortest beginning of an id that names a device.
const MIN_PREFIX_DIGITS: usize = 4;

/// Prints the devices of this account, as the relay knows them now.
pub(crate) fn devices(console: &mut Console<'_>, timeout: Duration) -> Result<(), Failure> {
    let devices = list(console, timeout)?;
    if console.json {
        return console.tell(&Event::Devices { id: random::id()?, devices });
    }
    devices.iter().try_for_each(|device| console.say(&format::device(device)))
}

/// Gives a device another name.
pub(crate) fn name_device(
    console: &mut Console<'_>,
    device: &str,
    name: String,
    timeout: Duration,
) -> Result<(), Failure> {
    let until = after(timeout);
    let (id, device) = (random::id()?, resolve(console, device, timeout)?);
    settle(console, Request::change(id, Command::NameDevice { id, device, name }, left(until)))
}

/// Ends another device of this account.
pub(crate) fn revoke(
    console: &mut Console<'_>,
    device: &str,
    timeout: Duration,
) -> Result<(), Failure> {
    let until = after(timeout);
    let (id, device) = (random::id()?, resolve(console, device, timeout)?);
    settle(console, Request::change(id, Command::RevokeDevice { id, device }, left(until)))
}

fn left(until: Option<Instant>) -> Duration {
    until.map_or(Duration::MAX, |until| until.saturating_duration_since(Instant::now()))
}

fn list(console: &mut Console<'_>, timeout: Duration) -> Result<Vec<Device>, Failure> {
    let own = random::id()?;
    let request = Request::question(own, Command::ListDevices { id: own }, timeout);
    request.answer(console, |event| match event {
        Event::Devices { id, devices } if id == own => Some(devices),
        _ => None,
    })
}

fn resolve(console: &mut Console<'_>, text: &str, timeout: Duration) -> Result<DeviceId, Failure> {
    let devices = list(console, timeout)?;
    find(&devices, text)
}

/// The device that `text` names: by its id, by its name, or by the beginning of its id.
fn find(devices: &[Device], text: &str) -> Result<DeviceId, Failure> {
    let digits = text.to_ascii_lowercase();
    let prefix = digits.len() >= MIN_PREFIX_DIGITS;
    let mut meant = devices.iter().filter(|device| {
        device.name == text || (prefix && device.device.to_string().starts_with(&digits))
    });
    let exact = devices.iter().find(|device| device.device.to_string() == digits);
    match (exact, meant.next(), meant.next()) {
        (Some(device), _, _) | (None, Some(device), None) => Ok(device.device),
        (None, None, _) => Err(Problem::DeviceNotFound.into()),
        (None, Some(_), Some(_)) => Err(Failure::Said(
            "More than one device is called that; use the id that `devices` shows.".into(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{AT, DEVICE, Outcome, Script, connected, offline, unreachable};

    const LONG: Duration = Duration::from_secs(60);
    const PHONE: DeviceId = DeviceId::from_array([0xab; 16]);

    fn device(device: DeviceId, name: &str) -> Device {
        let own = device == DEVICE;
        Device { device, name: name.into(), created: AT, seen: AT, own }
    }

    fn all() -> Vec<Device> {
        vec![device(DEVICE, "laptop"), device(PHONE, "")]
    }

    fn obey(command: &Command) -> Vec<Event> {
        match command {
            Command::ListDevices { id } => vec![Event::Devices { id: *id, devices: all() }],
            Command::NameDevice { id, .. } | Command::RevokeDevice { id, .. } => {
                vec![Event::Done { id: *id, room: None }]
            }
            _ => Vec::new(),
        }
    }

    fn run(json: bool, command: impl FnOnce(&mut Console<'_>) -> Result<(), Failure>) -> Outcome {
        Script { json, answer: Some(obey), ..Script::default() }.run(command)
    }

    #[test]
    fn devices_are_listed_with_names_and_when_they_were_seen() {
        let told = run(false, |console| devices(console, LONG));
        let times = "since 2025-11-24 16:00, last seen 2025-11-24 16:00";
        assert_eq!(
            told.lines(),
            [format!("{DEVICE}  laptop, {times}  (this one)"), format!("{PHONE}  {times}")]
        );
        let told = run(true, |console| devices(console, LONG));
        assert!(told.out.starts_with(r#"{"type":"devices","devices":[{"device":""#));
        let told = Script::default().run(|console| devices(console, Duration::ZERO));
        assert!(told.failure().starts_with("The relay did not answer"), "{}", told.failure());
    }

    #[test]
    fn a_device_is_revoked_by_the_beginning_of_its_id() {
        let told = run(false, |console| revoke(console, "ABAB", LONG));
        assert!(told.result.is_ok(), "{told:?}");
        assert!(matches!(told.commands[1], Command::RevokeDevice { device: PHONE, .. }));
        let told = run(false, |console| revoke(console, "cafe", LONG));
        assert_eq!(told.failure(), Problem::DeviceNotFound.to_string());
        assert_eq!(told.commands.len(), 1, "nothing but the list was asked for");
    }

    #[test]
    fn a_device_is_named() {
        let told = run(true, |console| name_device(console, "laptop", "desk".into(), LONG));
        assert!(told.out.starts_with(r#"{"type":"done","id":""#), "{}", told.out);
        let Command::NameDevice { device: DEVICE, name, .. } = &told.commands[1] else {
            panic!("{told:?}")
        };
        assert_eq!(name, "desk");
    }

    #[test]
    fn a_device_that_could_be_another_is_not_guessed() {
        let abba = PHONE.to_string();
        let devices = [
            device(PHONE, "laptop"),
            device(DEVICE, "abab"),
            device(DeviceId::from_array([0xcd; 16]), "laptop"),
            device(DeviceId::from_array([0xef; 16]), &abba),
        ];
        for (text, expected) in [
            (abba.as_str(), Some(PHONE)),
            ("0202", Some(DEVICE)),
            ("cdcdcdcd", Some(DeviceId::from_array([0xcd; 16]))),
            ("abab", None),
            ("laptop", None),
            ("020", None),
            ("", None),
        ] {
            assert_eq!(find(&devices, text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn without_a_connection_nothing_is_listed() {
        let told = Script { events: vec![offline()], ..Script::default() }.run(|console| {
            console.list_rooms()?;
            devices(console, LONG)
        });
        assert_eq!(told.failure(), unreachable().to_string());
        let lost = Event::Disconnected { problem: Problem::AccountDisabled, retry_ms: None };
        let told = Script { events: vec![connected(), lost], ..Script::default() }.run(|console| {
            console.list_rooms()?;
            devices(console, LONG)
        });
        assert_eq!(told.failure(), Problem::AccountDisabled.to_string());
    }
}
