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

ROOM is a room's name or id, USER an account's name. Times are written 500ms, 10s, 5m, 7d.
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
        synopsis: "rooms [--timeout 10s]",
        options: &["timeout"],
        about: "list the account's rooms, and those that may be joined",
    },
    Usage {
        name: "members",
        synopsis: "members ROOM [--timeout 10s]",
        options: &["timeout"],
        about: "list the accounts in a room, what they may do, and whether they are verified\n\
            If the relay cannot be reached, those that the profile knows, and exit code 1.",
    },
    Usage {
        name: "create",
        synopsis: "create NAME [--open] [--history N] [--timeout 20s]",
        options: &["open", "history", "timeout"],
        about: "make a room and print its id; you are its owner\n\
            Only those whom an owner invites come in; with --open, any account of the relay joins by\n\
            itself, and the name is announced to all. Those who are invited are given the last N\n\
            messages, none unless told; see `history`.",
    },
    Usage {
        name: "invite",
        synopsis: "invite ROOM USER [--timeout 20s]",
        options: &["timeout"],
        about: "add an account to a room, with all its devices",
    },
    Usage {
        name: "remove",
        synopsis: "remove ROOM [USER] [--stale] [--timeout 20s]",
        options: &["stale", "timeout"],
        about: "take an account out of a room, with all its devices\n\
            It keeps what it has and reads nothing that follows. With --stale instead of USER: all\n\
            devices that were not heard of for 90 days.",
    },
    Usage {
        name: "rename",
        synopsis: "rename ROOM NAME [--timeout 20s]",
        options: &["timeout"],
        about: "give a room another name",
    },
    Usage {
        name: "topic",
        synopsis: "topic ROOM TEXT [--timeout 20s]",
        options: &["timeout"],
        about: "say what a room is about; an empty TEXT takes the topic away",
    },
    Usage {
        name: "history",
        synopsis: "history ROOM N [--timeout 20s]",
        options: &["timeout"],
        about: "set how many earlier messages are given to those who are invited",
    },
    Usage {
        name: "lifetime",
        synopsis: "lifetime ROOM TIME|off [--timeout 20s]",
        options: &["timeout"],
        about: "let messages of a room disappear when they are so old, or keep them\n\
            From 5s to 365d. It counts for what is said from then on; each message keeps the time that\n\
            it was sent with. In a direct conversation either side may set it.",
    },
    Usage {
        name: "role",
        synopsis: "role ROOM USER owner|member [--timeout 20s]",
        options: &["timeout"],
        about: "make a member an owner, or the reverse",
    },
    Usage {
        name: "close",
        synopsis: "close ROOM [--timeout 20s]",
        options: &["timeout"],
        about: "end a room for everybody; what was said stays with those who have it",
    },
    Usage {
        name: "join",
        synopsis: "join ROOM [--timeout 20s]",
        options: &["timeout"],
        about: "join an open room, by its id or the name that `rooms` shows",
    },
    Usage {
        name: "leave",
        synopsis: "leave ROOM [--timeout 20s]",
        options: &["timeout"],
        about: "leave a room with all devices; what was said stays here",
    },
    Usage {
        name: "repair",
        synopsis: "repair ROOM [--timeout 20s]",
        options: &["timeout"],
        about: "come back into a room that is held because members see different ones",
    },
    Usage {
        name: "dm",
        synopsis: "dm USER [--timeout 20s]",
        options: &["timeout"],
        about: "find or begin the conversation with an account, and print its name: @USER",
    },
    Usage {
        name: "verify",
        synopsis: "verify USER [--accept] [--timeout 20s]",
        options: &["accept", "timeout"],
        about: "print the safety number that you and an account share\n\
            Read it to each other in person or by telephone. If all digits agree, nobody stands\n\
            between you: say so with --accept. It changes only when one of you has a new account key,\n\
            not with devices or passwords.",
    },
    Usage {
        name: "trust",
        synopsis: "trust USER [--timeout 20s]",
        options: &["timeout"],
        about: "accept the key that an account came with instead of the one before\n\
            Ask that person first whether the account was set up anew. See `verify`.",
    },
    Usage {
        name: "devices",
        synopsis: "devices [--timeout 10s]",
        options: &["timeout"],
        about: "list the devices of this account, their names and when they were last seen",
    },
    Usage {
        name: "name-device",
        synopsis: "name-device DEVICE NAME [--timeout 20s]",
        options: &["timeout"],
        about: "give a device of this account a name; an empty NAME takes it away\n\
            DEVICE is an id that `devices` shows, the first 4 digits or more of one, or a name.",
    },
    Usage {
        name: "revoke",
        synopsis: "revoke DEVICE [--timeout 20s]",
        options: &["timeout"],
        about: "end another device of this account\n\
            It cannot sign in again and reads nothing that follows. DEVICE is an id that `devices`\n\
            shows, the first 4 digits or more of one, or a name.",
    },
    Usage {
        name: "password",
        synopsis: "password [--new-password-file F] [--timeout 20s]",
        options: &["new-password-file", "timeout"],
        about: "change the password of the account and of this profile\n\
            The new one comes from the first line of F, otherwise from SOTTO_NEW_PASSWORD, otherwise\n\
            it is asked for twice. The profiles of other devices still open with the old one.",
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
        name: "reply",
        synopsis: "reply ROOM SEQ [TEXT] [--id HEX32] [--timeout 10s]",
        options: &["id", "timeout"],
        about: "answer the message with this number; otherwise as `send`\n\
            `read --numbers` shows the numbers.",
    },
    Usage {
        name: "edit",
        synopsis: "edit ROOM SEQ TEXT [--timeout 10s]",
        options: &["timeout"],
        about: "give a message of yours another text; everybody sees that it was edited",
    },
    Usage {
        name: "delete",
        synopsis: "delete ROOM SEQ [--timeout 10s]",
        options: &["timeout"],
        about: "take a message of yours back, with its file at the relay\n\
            What it said is deleted wherever an honest program has it; who read it has read it.",
    },
    Usage {
        name: "react",
        synopsis: "react ROOM SEQ EMOJI [--withdraw] [--timeout 10s]",
        options: &["withdraw", "timeout"],
        about: "react to a message, or take a reaction back",
    },
    Usage {
        name: "mark-read",
        synopsis: "mark-read ROOM SEQ [--timeout 10s]",
        options: &["timeout"],
        about: "note that a room was read up to a number, and tell the others; see `receipts`\n\
            Nobody is told in the lobby, nor in rooms of more than 32 accounts.",
    },
    Usage {
        name: "receipts",
        synopsis: "receipts [on|off]",
        options: &[],
        about: "say or set whether others are told what this device marks as read",
    },
    Usage {
        name: "read",
        synopsis: "read ROOM [--since SEQ] [--numbers] [--timeout 10s]",
        options: &["since", "numbers", "timeout"],
        about: "print a room's messages, after those numbered up to SEQ\n\
            With --numbers, each with its number in front.\n\
            They are marked as read then (see `mark-read`), unless it was --json that was printed.\n\
            If the relay cannot be reached, those that the profile has, and exit code 1.",
    },
    Usage {
        name: "search",
        synopsis: "search TEXT [--room ROOM] [--limit N]",
        options: &["room", "limit"],
        about: "print messages in which all words of TEXT occur, and files so called, newest first\n\
            Case and accents do not count, and a word may be part of one. It looks through what the\n\
            profile has and does not ask the relay; without --limit it prints the newest 20.",
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
        name: "put",
        synopsis: "put ROOM FILE… [--id HEX32] [--timeout 30s]",
        options: &["id", "timeout"],
        about: "send files\n\
            Ends when the relay has stored them and the messages that tell of them, and prints the\n\
            messages' ids, which `get` takes. A file that was cut short goes on where it was when the\n\
            profile is next opened; the same command then waits for it and sends nothing twice. The\n\
            timeout counts from when something last moved. A FILE must not change meanwhile.",
    },
    Usage {
        name: "get",
        synopsis: "get ROOM FILE-ID… [--all] [--to DIR] [--timeout 30s]",
        options: &["all", "to", "timeout"],
        about: "save files of a room in DIR, or here, and print their paths\n\
            FILE-ID is an id that `files` shows, or the first 4 digits or more of one; with --all\n\
            instead, every file of the room. Nothing is written over: a file whose name is taken is\n\
            saved as `name (2).ext`. What is there already is not fetched again, and what was cut\n\
            short goes on. The timeout counts from when something last moved.",
    },
    Usage {
        name: "files",
        synopsis: "files ROOM [--timeout 10s]",
        options: &["timeout"],
        about: "list the files that were sent to a room, with what `get` takes\n\
            If the relay cannot be reached, those that the profile knows, and exit code 1.",
    },
    Usage {
        name: "transfers",
        synopsis: "transfers",
        options: &[],
        about: "list files on their way, also those that earlier commands began",
    },
    Usage {
        name: "cancel",
        synopsis: "cancel ID [--timeout 10s]",
        options: &["timeout"],
        about: "end a transfer that `transfers` shows, and delete what there is of it",
    },
    Usage {
        name: "archive",
        synopsis: "archive ROOM… --to DIR [--follow] [--timeout 30s]",
        options: &["to", "follow", "timeout"],
        about: "keep all that is said and sent in rooms, decrypted\n\
            Each room has a directory in DIR, with its files and messages.jsonl: what --json prints,\n\
            and of a file where it was `saved`. Repeating the command goes on where it was, also\n\
            after a crash; nothing is lost or kept twice. It ends when all is kept, or with --follow\n\
            on Ctrl-C or SIGTERM. Without --follow it gives up when nothing moves for the timeout.\n\
            Whoever reads DIR reads the rooms: use an account that members see for what it is.",
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
            said; a line that begins with // is sent with one /. Further /put FILE, /get ID [DIR],\n\
            /files, /members, /invite USER, /remove USER, /topic TEXT, /rename NAME, /verify USER,\n\
            /trust USER and /leave. /numbers shows what was last said with the numbers that\n\
            /reply SEQ TEXT, /edit SEQ TEXT, /delete SEQ, /react SEQ EMOJI and\n\
            /unreact SEQ EMOJI take.",
    },
    Usage {
        name: "pipe",
        synopsis: "pipe [--timeout 30s]",
        options: &["timeout"],
        about: "for programs: JSON commands in, JSON events out, one a line\n\
            {\"type\":\"send\",\"room\":\"lobby\",\"text\":\"…\",\"id\":\"32 hex digits, optional\"}\n\
            {\"type\":\"typing\",\"room\":\"lobby\"}   {\"type\":\"members\",\"room\":\"lobby\"}\n\
            {\"type\":\"read\",\"room\":\"lobby\",\"since\":0,\"limit\":100}\n\
            {\"type\":\"rooms\"}   {\"type\":\"quit\"}   {\"type\":\"receipts\",\"on\":true, optional}\n\
            {\"type\":\"mark-read\",\"room\":\"lobby\",\"seq\":7}\n\
            These take an \"id\", which stands in the done or error that answers them:\n\
            {\"type\":\"create\",\"name\":\"garden\",\"open\":false,\"history\":0}\n\
            invite (room, account), remove (room, account; or room, \"stale\":true),\n\
            role (room, account, \"role\":\"owner\" or \"member\"), rename (room, name),\n\
            topic (room, text), history (room, count), lifetime (room, seconds; 0 for ever),\n\
            close, join and leave (room),\n\
            edit (room, seq, text), delete (room, seq), react (room, seq, emoji,\n\
            \"withdraw\":false), reply (room, seq, text; answered like send),\n\
            dm and trust (account), verify (account, \"accept\":false), devices,\n\
            name-device (device, name), revoke (device); device is an id;\n\
            search (text; room and limit if you like), whose answer is found;\n\
            put (room, path), get (room, file, to), cancel (transfer), file-limits; file is the\n\
            id of a file's message, transfer that of a put or get.  {\"type\":\"transfers\"}\n\
            A bad line is answered with {\"type\":\"error\",\"problem\":\"…\"}. At the end of input it\n\
            waits for the relay to do what was asked, and exits with 1 if something was not.",
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
        text.push_str(&format!("  {:11} {about}\n", usage.name));
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
                let shown = ["[", " "].map(|begin| format!("{begin}--{option}"));
                let stands = |option: &String| {
                    usage
                        .synopsis
                        .split_once(option.as_str())
                        .is_some_and(|(_, rest)| rest.starts_with([' ', ']']))
                };
                assert!(shown.iter().any(stands), "{}", usage.name);
            }
            let long =
                help(usage).lines().find(|line| line.chars().count() > 90).map(str::to_owned);
            assert_eq!(long, None);
            assert!(overview().contains(usage.name));
        }
    }
}
