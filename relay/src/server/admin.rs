//! The host's socket: one request and one answer a connection.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::rc::Rc;
use std::time::Duration;

use smol::io::{AsyncReadExt as _, AsyncWriteExt as _};
use smol::{Async, Timer};

use super::Shared;
use super::hub_task::Completion;
use crate::admin::{MAX_QUERY_BYTES, Query, answer};
use crate::data_dir::DataDir;
use crate::hub::AdminReply;

/// A request that has not been made and answered by then is dropped.
const LIMIT: Duration = Duration::from_secs(10);

/// Listens in the data directory, which only its owner may enter.
pub(super) fn listen(data: &DataDir) -> io::Result<Async<UnixListener>> {
    data.remove_socket();
    let listener = Async::<UnixListener>::bind(data.socket())?;
    std::fs::set_permissions(data.socket(), std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Runs until it is cancelled.
pub(super) async fn run(shared: Rc<Shared>, listener: Async<UnixListener>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let serving = serve_in_time(Rc::clone(&shared), stream);
                shared.executor.spawn(serving).detach();
            }
            Err(_) => drop(Timer::after(Duration::from_millis(100)).await),
        }
    }
}

async fn serve_in_time(shared: Rc<Shared>, stream: Async<UnixStream>) {
    let late = async {
        Timer::after(LIMIT).await;
        Err(io::ErrorKind::TimedOut.into())
    };
    // The host's program notices, and tells its user.
    drop(smol::future::or(serve(&shared, stream), late).await);
}

async fn serve(shared: &Shared, mut stream: Async<UnixStream>) -> io::Result<()> {
    let mut line = Vec::new();
    while !line.ends_with(b"\n") && line.len() < MAX_QUERY_BYTES {
        let mut piece = [0; 256];
        match stream.read(&mut piece).await? {
            0 => break,
            count => line.extend_from_slice(piece.get(..count).unwrap_or_default()),
        }
    }
    let text = match std::str::from_utf8(&line).ok().and_then(Query::parse) {
        Some(query) => ask(shared, query).await,
        None => "failed\nthe relay did not understand: is it another version?\n".into(),
    };
    stream.write_all(text.as_bytes()).await
}

async fn ask(shared: &Shared, query: Query) -> String {
    let (sender, receiver) = async_channel::bounded(1);
    let Query { request, json } = query;
    let asked = shared.completions.try_send(Completion::Admin { request, answer: sender });
    let reply = match asked {
        Ok(()) => receiver.recv().await.unwrap_or(AdminReply::StoreUnavailable),
        Err(_) => AdminReply::StoreUnavailable,
    };
    answer(&reply, json)
}
