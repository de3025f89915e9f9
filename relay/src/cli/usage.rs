//! What `--help` prints.

use std::fmt::Write as _;

use wire::id::Handle;

use crate::config::OPTIONS;

#[cfg(test)]
pub(super) const COMMANDS: &[&str] =
    &["serve", "invite", "reset", "link", "accounts", "rooms", "status", "disable", "enable"];

pub(super) fn all() -> String {
    "\
sotto-relay: routes and stores Sotto's messages, and can read none of them

  sotto-relay serve --data DIR      run the relay
  sotto-relay invite --data DIR     print an invitation link
  sotto-relay reset --data DIR NAME
                                    print a link for someone who lost their password
  sotto-relay link --data DIR       print a link for logging in
  sotto-relay accounts --data DIR   list accounts
  sotto-relay rooms --data DIR      list rooms
  sotto-relay status --data DIR     show how much there is
  sotto-relay disable --data DIR NAME
  sotto-relay enable --data DIR NAME

`sotto-relay COMMAND --help` says more. All but serve work while the relay runs and while it does
not.
"
    .into()
}

/// `None` for an unknown command.
pub(super) fn of(command: &str) -> Option<String> {
    Some(match command {
        "serve" => serve(),
        "invite" => "\
sotto-relay invite --data DIR [--uses N] [--expires 7d] [--public HOST:PORT]

Prints a link with which N people (1) can register until it expires (7d; also 12h, 30m, 45s).
"
        .into(),
        "reset" => "\
sotto-relay reset --data DIR NAME [--expires 7d] [--public HOST:PORT]

Prints a link with which the account NAME begins anew, with another password and another key, until
the link is used or expires (7d; also 12h, 30m, 45s). The newest link of an account is the only good
one. Until it is used, nothing changes. Then:

  - the account's devices cannot sign in any more, and the old password is worth nothing;
  - others are shown that its key has changed;
  - it is in no closed room and no conversation until somebody invites it again;
  - its history stays on the disks of the old devices only.

For somebody who still has a device that is signed in, a new password set there loses nothing.
"
        .into(),
        "link" => "\
sotto-relay link --data DIR [--public HOST:PORT]

Prints a link without an invitation: for logging in on another machine.
"
        .into(),
        "accounts" | "rooms" | "status" => format!(
            "sotto-relay {command} --data DIR [--json]\n\nWith --json, one object a line.\n"
        ),
        "disable" => "\
sotto-relay disable --data DIR NAME

Closes the account's connections and lets it sign in no more.
"
        .into(),
        "enable" => "\
sotto-relay enable --data DIR NAME

Lets a disabled account sign in again.
"
        .into(),
        _ => return None,
    })
}

/// What the host is told together with the link.
pub(super) fn reset_warning(handle: &Handle) -> String {
    format!(
        "\
This link gives {handle} a new password and a new key. Hand it to nobody else. Once it is used:
- The devices {handle} has now cannot sign in any more, and the old password is worth nothing.
- Others are shown that the key of {handle} has changed.
- {handle} is a member of no closed room and no conversation until invited again.
- The history of {handle} stays only on the disks of the old devices.
"
    )
}

fn serve() -> String {
    let mut text = String::from(
        "\
sotto-relay serve --data DIR [--config FILE] [--NAME VALUE]…

Runs the relay until SIGTERM. DIR is made if it is missing. A config file has lines `name = value`
with these names, which are flags too:

",
    );
    for (name, value, what) in OPTIONS {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  --{:<40} {what}", format!("{name} {value}"));
    }
    text
}
