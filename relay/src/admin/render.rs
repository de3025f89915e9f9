//! Answers to the host as text. Handles, ids and numbers need no escaping in JSON.

use std::fmt::Write as _;

use wire::message::RoomKind;

use crate::hub::AdminReply;
use crate::store::{AccountLine, RoomLine, Totals};

/// The text to print.
///
/// # Errors
/// What to tell the host instead.
pub fn render(reply: &AdminReply, json: bool) -> Result<String, String> {
    match reply {
        AdminReply::Done | AdminReply::Disabled { .. } => Ok(String::new()),
        AdminReply::Accounts(accounts) => Ok(lines(accounts, |line| account(line, json))),
        AdminReply::Rooms(rooms) => Ok(lines(rooms, |line| room(line, json))),
        AdminReply::Status { totals, connections } => Ok(status(totals, *connections, json)),
        AdminReply::HandleUnknown => {
            Err("there is no account of that name: see `sotto-relay accounts`".into())
        }
        AdminReply::StoreUnavailable => {
            Err("the database cannot be used now: look at the disk and try again".into())
        }
    }
}

fn lines<T>(values: &[T], line: impl Fn(&T) -> String) -> String {
    values.iter().fold(String::new(), |mut text, value| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", line(value));
        text
    })
}

fn account(line: &AccountLine, json: bool) -> String {
    let AccountLine { handle, enabled, devices, created, files, file_bytes } = line;
    if json {
        format!(
            r#"{{"handle":"{handle}","enabled":{enabled},"devices":{devices},"created_ms":{created},"files":{files},"file_bytes":{file_bytes}}}"#
        )
    } else {
        let state = if *enabled { "enabled" } else { "disabled" };
        format!(
            "{:<32}  {state:<8}  {devices} devices  {files} files  {file_bytes} bytes",
            handle.as_str()
        )
    }
}

fn room(line: &RoomLine, json: bool) -> String {
    let RoomLine { room, kind, epoch, head, members, bytes, files, file_bytes } = line;
    let kind = match kind {
        RoomKind::Lobby => "lobby",
        RoomKind::Open => "open",
        RoomKind::Closed => "closed",
        RoomKind::Direct => "direct",
    };
    if json {
        format!(
            r#"{{"room":"{room}","kind":"{kind}","epoch":{epoch},"head":{head},"members":{members},"bytes":{bytes},"files":{files},"file_bytes":{file_bytes}}}"#
        )
    } else {
        format!(
            "{room}  {kind:<6}  {members} devices  {head} records  {bytes} bytes  {files} files  \
             {file_bytes} bytes"
        )
    }
}

fn status(totals: &Totals, connections: Option<(usize, usize)>, json: bool) -> String {
    let Totals { accounts, devices, rooms, records, bytes, files, file_bytes } = totals;
    let running = connections.is_some();
    let (open, signed_in) = connections.unwrap_or_default();
    if json {
        format!(
            "{{\"running\":{running},\"connections\":{open},\"signed_in\":{signed_in},\
             \"accounts\":{accounts},\"devices\":{devices},\"rooms\":{rooms},\
             \"records\":{records},\"bytes\":{bytes},\"files\":{files},\
             \"file_bytes\":{file_bytes}}}\n"
        )
    } else {
        let state = if running { "running" } else { "not running" };
        format!(
            "{state}\n{open} connections, {signed_in} signed in\n{accounts} accounts, {devices} \
             devices\n{rooms} rooms, {records} records, {bytes} bytes\n{files} files, {file_bytes} bytes\n"
        )
    }
}
