//! Sign-ins of known devices: connection, handshake, and the list of rooms.

use std::time::Instant;

use crate::device::Device;
use crate::relay::Relay;
use crate::table::{Table, median, number};
use crate::{Result, WIDTH, each, fail};

const ROUNDS: usize = 3;

/// Signs all devices in and lets them go, [`ROUNDS`] times after a first one that is not counted.
pub(crate) async fn measure(relay: &Relay, devices: &[Device], table: &mut Table) -> Result<()> {
    let (mut rates, mut costs) = (Vec::new(), Vec::new());
    for _ in 0..=ROUNDS {
        let (start, cpu) = (Instant::now(), relay.cpu()?);
        let clients = each(devices.len(), |number| async move {
            match devices.get(number) {
                Some(device) => device.sign_in(relay).await,
                None => fail("too few devices"),
            }
        })
        .await?;
        let count = number(clients.len());
        rates.push(count / start.elapsed().as_secs_f64());
        costs.push((relay.cpu()? - cpu).as_secs_f64() * 1e6 / count);
    }
    let counted = |values: &[f64]| median(values.get(1..).unwrap_or_default());
    table.add(format!("sign-ins, {WIDTH} at once"), "/s", "", counted(&rates));
    table.add("relay's CPU for a sign-in", "µs", "", counted(&costs));
    Ok(())
}
