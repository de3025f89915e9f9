//! What `--help` says, and which options each command takes.

/// One command as a person writes it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Its name.
    pub(crate) name: &'static str,
    /// Name, arguments and options of its own.
    pub(crate) synopsis: &'static str,
    /// Options it takes besides those that every command takes.
    pub(crate) options: &'static [&'static str],
    /// What it does; the first line stands in the overview.
    pub(crate) about: &'static str,
}

/// Options of every command.
pub(crate) const COMMON: &[&str] = &["home", "password-file", "json"];

const OPTIONS: &str = "\
Options of every command:
  --home DIR           the profile; default: the platform's data directory
                       ($XDG_DATA_HOME/sotto or ~/.local/share/sotto,
                       ~/Library/Application Support/sotto, %APPDATA%\\sotto)
  --password-file F    take the password from the first line of F; otherwise from
                       SOTTO_PASSWORD, otherwise it is asked for
  --json               answer in JSON, one object a line
  -h, --help           this, or the help of one command
  -V, --version        the version

ROOM is a room's name or id. Times are written 500ms, 10s, 5m, 7d.
Exit code: 0 done, 1 refused or failed, 2 wrong usage.
";

/// All commands, in the order of the overview.
pub(crate) const COMMANDS: &[Usage] = &[
    Usage {
        name: "register",
        synopsis: "register LINK NAME",
        options: &[],
        about: "make an account with an invitation, and a profile for it\n\
            LINK is what the relay's host sent you: sotto://HOST:PORT/#key=…&invite=…\n\
            NAME is 1 to 32 of a-z 0-9 . _ - and begins with a letter or digit.",
    },
    Usage {
        name: "login",
        synopsis: "login LINK NAME",
        options: &[],
        about: "make a profile for another device of an account\n\
            LINK may be any link of the relay, with or without an invitation.",
    },
    Usage {
        name: "rooms",
        synopsis: "rooms",
        options: &[],
        about: "list the rooms of the profile",
    },
    Usage {
        name: "members",
        synopsis: "members ROOM [--timeout 10s]",
        options: &["timeout"],
        about: "list the accounts in a room\n\
            If the relay cannot be reached, those that the profile knows, and exit code 1.",
    },
    Usage {
        name: "devices",
        synopsis: "devices [--timeout 10s]",
        options: &["timeout"],
        about: "list the devices of this account",
    },
    Usage {
        name: "send",
        synopsis: "send ROOM [TEXT] [--id HEX32] [--timeout 10s]",
        options: &["id", "timeout"],
        about: "send a message; without TEXT, what standard input holds\n\
            Ends when the relay has stored the message, and prints its id. If that does not happen\n\
            in time, the message stays queued in the profile and goes out when it next connects;\n\
            repeating the command with the same --id sends nothing twice.\n\
            A TEXT that begins with - goes behind --.",
    },
    Usage {
        name: "read",
        synopsis: "read ROOM [--since SEQ] [--timeout 10s]",
        options: &["since", "timeout"],
        about: "print a room's messages, after those numbered up to SEQ\n\
            If the relay cannot be reached, those that the profile has, and exit code 1.",
    },
    Usage {
        name: "follow",
        synopsis: "follow [ROOM] [--count N] [--timeout 10s]",
        options: &["count", "timeout"],
        about: "print new messages of a room, or of all, as they arrive\n\
            Ends on Ctrl-C, after N messages, or when the time is over; exit code 1 if by then\n\
            fewer than N arrived. Connects again by itself.",
    },
    Usage {
        name: "typing",
        synopsis: "typing ROOM [--timeout 10s]",
        options: &["timeout"],
        about: "tell the members who are connected that you type",
    },
    Usage {
        name: "chat",
        synopsis: "chat ROOM [--timeout 10s]",
        options: &["timeout"],
        about: "talk in a room: each line you type is a message\n\
            /quit or the end of input ends it, after waiting for the relay to store what was\n\
            said; a line that begins with // is sent with one /.",
    },
    Usage {
        name: "pipe",
        synopsis: "pipe [--timeout 30s]",
        options: &["timeout"],
        about: "for programs: JSON commands in, JSON events out, one a line\n\
            {\"type\":\"send\",\"room\":\"lobby\",\"text\":\"…\",\"id\":\"32 hex digits, optional\"}\n\
            {\"type\":\"typing\",\"room\":\"lobby\"}   {\"type\":\"members\",\"room\":\"lobby\"}\n\
            {\"type\":\"read\",\"room\":\"lobby\",\"since\":0,\"limit\":100}\n\
            {\"type\":\"rooms\"}   {\"type\":\"devices\"}   {\"type\":\"quit\"}\n\
            A bad line is answered with {\"type\":\"error\",\"problem\":\"…\"}. At the end of input it\n\
            waits for the relay to store what was sent, and exits with 1 if something was not.",
    },
];

/// The command of this name.
pub(crate) fn find(name: &str) -> Option<&'static Usage> {
    COMMANDS.iter().find(|usage| usage.name == name)
}

/// The overview.
pub(crate) fn overview() -> String {
    let mut text = "sotto-cli: end-to-end encrypted chat in a terminal, a script or a bot\n\n\
        usage: sotto-cli [OPTIONS] COMMAND …\n\n"
        .to_owned();
    for usage in COMMANDS {
        let about = usage.about.lines().next().unwrap_or_default();
        text.push_str(&format!("  {:9} {about}\n", usage.name));
    }
    text.push('\n');
    text + OPTIONS
}

/// The help of one command.
pub(crate) fn help(usage: &Usage) -> String {
    format!("usage: sotto-cli {}\n\n{}\n\n{OPTIONS}", usage.synopsis, usage.about)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_stands_in_its_synopsis_and_every_line_fits() {
        for usage in COMMANDS {
            assert!(usage.synopsis.starts_with(usage.name));
            for option in usage.options {
                assert!(usage.synopsis.contains(&format!("[--{option} ")), "{}", usage.name);
            }
            assert!(help(usage).lines().all(|line| line.chars().count() <= 90));
            assert!(overview().contains(usage.name));
        }
    }
}
