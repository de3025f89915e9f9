//! Lets clients in.

use std::io;
use std::net::{IpAddr, TcpListener, TcpStream};
use std::rc::Rc;
use std::time::Duration;

use smol::{Async, Timer};
use wire::limit::HANDSHAKE_TIMEOUT_MS;

use super::link::Link;
use super::{Shared, reader};
use crate::hub::ConnId;
use crate::log;

/// Pause after a failure, most likely for want of descriptors.
const BACK_OFF: Duration = Duration::from_millis(100);
/// Connections accepted before other tasks have their turn.
const BATCH: u32 = 16;

/// Runs until it is cancelled.
pub(super) async fn run(shared: Rc<Shared>, listener: Async<TcpListener>) {
    let (mut failing, mut batch) = (false, 0);
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                failing = false;
                admit(&shared, stream, peer.ip());
            }
            // The client gave up before it was let in.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                if !failing {
                    log::error("accept_failed", &[("kind", &error.kind().to_string())]);
                }
                failing = true;
                Timer::after(BACK_OFF).await;
            }
        }
        batch += 1;
        if batch % BATCH == 0 {
            smol::future::yield_now().await;
        }
    }
}

fn admit(shared: &Rc<Shared>, stream: Async<TcpStream>, address: IpAddr) {
    let now = shared.clock.time();
    if !shared.admission.borrow_mut().enter(address, now) {
        return log::debug("connection_refused", &[]);
    }
    // Without it answers would wait for the peer's acknowledgement; a failure costs only that.
    let _: io::Result<()> = stream.get_ref().set_nodelay(true);
    let conn = ConnId(shared.next_conn.replace(shared.next_conn.get() + 1));
    let link = Rc::new(Link::new(conn, stream, now.after_ms(HANDSHAKE_TIMEOUT_MS)));
    shared.links.borrow_mut().insert(conn, Rc::clone(&link));
    shared.executor.spawn(reader::run(Rc::clone(shared), link, address)).detach();
}
