//! What the host may set: by flag, or by the same name in a file of `name = value` lines.

use std::net::SocketAddr;
use std::path::Path;

use crate::hub::{Rates, Settings};
use crate::log::Level;

/// Names, what follows them, and what they do; printed by `serve --help`.
pub const OPTIONS: &[(&str, &str, &str)] = &[
    ("listen", "IP:PORT", "where to listen (127.0.0.1:7171)"),
    ("public", "HOST:PORT", "the address in links, if it is not the one listened on"),
    ("open-registration", "yes|no", "let anyone register without an invitation (no)"),
    ("connections", "N", "connections in total (20000)"),
    ("connections-per-address", "N", "connections of one address at once (64)"),
    ("handshakes-per-second", "N", "new connections of one address (20)"),
    ("handshake-burst", "N", "new connections of one address at once (5)"),
    ("logins-per-day", "N", "failed logins at one account (10)"),
    ("attempts-per-address", "N", "logins and registrations in 30 seconds (5)"),
    ("signals-per-second", "N", "typing signals of one device (5)"),
    ("commits-per-minute", "N", "changes of groups by one device (60)"),
    ("rooms-per-account", "N", "rooms an account may have made, the lobby aside (256)"),
    ("outbox-bytes", "N", "what may wait for a slow reader (786432)"),
    ("retention-days", "N", "how long records are kept (90)"),
    ("retention-bytes", "N", "what a room keeps (1073741824)"),
    ("max-file-bytes", "N", "the largest file (4294967296)"),
    ("account-file-bytes", "N", "all files of one account (17179869184)"),
    ("relay-file-bytes", "N", "all files (68719476736); a tenth of the disk stays free"),
    ("file-days", "N", "how long files are kept (90)"),
    ("log", "off|info|debug", "how much is said on standard error (info)"),
];

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The address that links name.
    pub public: Option<String>,
    /// For the hub.
    pub settings: Settings,
    /// For the door.
    pub rates: Rates,
    /// For the log.
    pub level: Level,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 7171)),
            public: None,
            settings: Settings::default(),
            rates: Rates::default(),
            level: Level::Info,
        }
    }
}

impl Config {
    /// Sets one value.
    ///
    /// # Errors
    /// The name is unknown or the value does not fit it, in one sentence.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let (settings, rates) = (&mut self.settings, &mut self.rates);
        let done = match name {
            "listen" => put(&mut self.listen, value),
            "public" => put_address(&mut self.public, value),
            "open-registration" => put_switch(&mut settings.open_registration, value),
            "connections" => put(&mut rates.connections, value),
            "connections-per-address" => put(&mut rates.per_address, value),
            "handshakes-per-second" => put(&mut rates.handshakes_per_second, value),
            "handshake-burst" => put(&mut rates.handshake_burst, value),
            "logins-per-day" => put(&mut settings.logins_per_day, value),
            "attempts-per-address" => put(&mut settings.attempts_per_address, value),
            "signals-per-second" => put(&mut settings.signals_per_second, value),
            "commits-per-minute" => put(&mut settings.commits_per_minute, value),
            "rooms-per-account" => put(&mut settings.rooms_per_account, value),
            "outbox-bytes" => put(&mut settings.outbox_bytes, value),
            "retention-days" => put(&mut settings.retention_days, value),
            "retention-bytes" => put(&mut settings.retention_bytes, value),
            "max-file-bytes" => put(&mut settings.max_file_bytes, value),
            "account-file-bytes" => put(&mut settings.account_file_bytes, value),
            "relay-file-bytes" => put(&mut settings.relay_file_bytes, value),
            "file-days" => put(&mut settings.file_days, value),
            "log" => put_level(&mut self.level, value),
            _ => {
                return Err(format!(
                    "there is no setting `{name}`: see `sotto-relay serve --help`"
                ));
            }
        };
        done.ok_or_else(|| {
            format!("`{value}` is no value for `{name}`: see `sotto-relay serve --help`")
        })
    }

    /// Sets what a file says.
    ///
    /// # Errors
    /// The file cannot be read, or a line of it cannot be understood.
    pub fn read_file(&mut self, path: &Path) -> Result<(), String> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            line.split_once('=')
                .ok_or_else(|| "a line is `name = value`".to_owned())
                .and_then(|(name, value)| self.set(name.trim(), value.trim()))
                .map_err(|error| format!("{}, line {number}: {error}", path.display()))?;
        }
        Ok(())
    }
}

fn put<T: std::str::FromStr>(place: &mut T, value: &str) -> Option<()> {
    *place = value.parse().ok()?;
    Some(())
}

/// `HOST:PORT`, as a link can carry it.
fn put_address(place: &mut Option<String>, value: &str) -> Option<()> {
    let link = wire::link::Link { address: value.into(), relay_key: [0; 32], invite: None };
    link.to_string().parse::<wire::link::Link>().ok()?;
    *place = Some(value.into());
    Some(())
}

fn put_switch(place: &mut bool, value: &str) -> Option<()> {
    *place = match value {
        "yes" | "true" => true,
        "no" | "false" => false,
        _ => return None,
    };
    Some(())
}

fn put_level(place: &mut Level, value: &str) -> Option<()> {
    *place = match value {
        "off" => Level::Off,
        "info" => Level::Info,
        "debug" => Level::Debug,
        _ => return None,
    };
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_can_be_set_and_no_other() {
        for (name, ..) in OPTIONS {
            let fits = ["1", "yes", "off", "127.0.0.1:1"]
                .iter()
                .any(|value| Config::default().set(name, value).is_ok());
            assert!(fits, "{name}");
        }
        assert!(Config::default().set("colour", "red").is_err());
    }

    #[test]
    fn a_file_sets_the_same_names() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("relay.conf");
        std::fs::write(&path, "# limits\nlogins-per-day = 3 # few\n\nlog=off\n").unwrap();
        let mut config = Config::default();
        config.read_file(&path).unwrap();
        assert_eq!((config.settings.logins_per_day, config.level), (3, Level::Off));
        std::fs::write(&path, "logins = 3").unwrap();
        assert!(config.read_file(&path).unwrap_err().contains("line 1"));
    }
}
