//! The one task that keeps deadlines: of handshakes, of silent peers, and of the hub.

use std::rc::Rc;
use std::time::Duration;

use smol::Timer;

use super::Shared;
use super::hub_task::Completion;

/// How late a deadline may be noticed.
const TICK: Duration = Duration::from_millis(250);

/// Runs until it is cancelled.
pub(super) async fn run(shared: Rc<Shared>) {
    loop {
        Timer::after(TICK).await;
        let now = shared.clock.time();
        for link in shared.links.borrow().values() {
            if link.deadline() <= now {
                link.shut();
            }
        }
        if shared.hub_deadline.get() <= now {
            // The hub sets it anew; until then it is not asked again.
            shared.hub_deadline.set(now.after_ms(1_000));
            let _ = shared.completions.try_send(Completion::Time);
        }
    }
}
