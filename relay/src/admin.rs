//! The host's requests: asked by a subcommand, answered by the relay that runs, or else by the
//! database itself.
//!
//! Over the socket in the data directory goes one line each way and then the answer's text:
//! `accounts json` → `ok`, lines. Only the owner of the directory can reach it.

mod query;
mod render;

use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use crate::data_dir::{self, DataDir};
use crate::hub::AdminReply;
use crate::server::unix_now;
use crate::store::{Store, StoreRequest, Ticket};

pub use query::Query;
pub use render::render;

/// Longest request.
pub(crate) const MAX_QUERY_BYTES: usize = 1_024;
/// How long the relay may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks the relay of `directory`, or its database if it does not run, and returns what to print.
///
/// # Errors
/// Why it was not done, in one sentence.
pub fn ask(directory: &Path, query: &Query) -> Result<String, String> {
    if !directory.join("relay.db").exists() {
        return Err(format!(
            "there is no relay in {}: start it once with `sotto-relay serve`",
            directory.display()
        ));
    }
    match UnixStream::connect(data_dir::socket_path(directory)) {
        Ok(stream) => ask_relay(stream, query)
            .map_err(|error| format!("the relay did not answer ({error}): try again"))?,
        Err(_) => ask_store(directory, query),
    }
}

fn ask_relay(mut stream: UnixStream, query: &Query) -> io::Result<Result<String, String>> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(format!("{}\n", query.to_line()).as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    match answer.split_once('\n') {
        Some(("ok", text)) => Ok(Ok(text.into())),
        Some(("failed", text)) => Ok(Err(text.trim_end().into())),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

fn ask_store(directory: &Path, query: &Query) -> Result<String, String> {
    let data = DataDir::open(directory).map_err(|error| error.to_string())?;
    let mut store = data.open_store().map_err(|error| error.to_string())?;
    let op = query.request.clone().into_op();
    let request = StoreRequest { ticket: Ticket::Admin(0), now: unix_now(), op };
    let reply = store.apply(vec![request]).pop().map(|reply| AdminReply::from(reply.result));
    render(&reply.unwrap_or(AdminReply::StoreUnavailable), query.json)
}

/// What the relay sends back over the socket.
pub(crate) fn answer(reply: &AdminReply, json: bool) -> String {
    match render(reply, json) {
        Ok(text) => format!("ok\n{text}"),
        Err(text) => format!("failed\n{text}\n"),
    }
}
