//! Writes one connection: everything that waits is sealed at once and written at once.

use std::io::{self, Write as _};
use std::rc::Rc;

use wire::session::Outbound;

use super::Shared;
use super::hub_task::Completion;
use super::link::{Link, Work};

/// The shared buffer keeps at most so much between uses.
const KEPT_BYTES: usize = 256 * 1_024;

/// Runs until the connection is closed by either end.
pub(super) async fn run(shared: Rc<Shared>, link: Rc<Link>, mut outbound: Outbound) {
    while let Some(work) = link.work().await {
        let (drained, closing) = (!work.messages.is_empty(), work.closing.is_some());
        let written = match shared.seal_and_write(&link, &mut outbound, work) {
            Ok(rest) if rest.is_empty() => Ok(()),
            // The peer is slower than we are: from here on this is a buffer of its own.
            Ok(rest) => Box::pin(async { link.write_all(&rest).await }).await,
            Err(error) => Err(error),
        };
        if written.is_err() || closing {
            break;
        }
        if drained {
            // Fails only when the hub is gone.
            let _ = shared.completions.try_send(Completion::Drained { conn: link.conn });
        }
    }
    link.shut();
}

impl Shared {
    /// Returns what the socket did not take.
    fn seal_and_write(
        &self,
        link: &Link,
        outbound: &mut Outbound,
        work: Work,
    ) -> io::Result<Vec<u8>> {
        let Work { messages, pong, closing } = work;
        let now = self.clock.time();
        let mut output = self.output.borrow_mut();
        output.clear();
        let messages = messages.iter().map(|message| &**message);
        outbound.seal(messages, now, &mut output).map_err(io::Error::other)?;
        if pong {
            outbound.keep_alive(now, &mut output).map_err(io::Error::other)?;
        }
        if let Some(reason) = closing {
            outbound.close(reason.code(), now, &mut output).map_err(io::Error::other)?;
        }
        let written = match link.stream.get_ref().write(&output) {
            Ok(written) => written,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
            Err(error) => return Err(error),
        };
        let rest = output.get(written..).unwrap_or_default().to_vec();
        output.clear();
        output.shrink_to(KEPT_BYTES);
        Ok(rest)
    }
}
