//! Resident memory of the relay: empty, and for each idle connection.

use crate::device::Device;
use crate::relay::Relay;
use crate::table::{Table, number};
use crate::{Result, each, fail};

/// Connections that come and go first, so that what grows once has grown.
const WARM_UP: usize = 200;

/// Measures a relay that nobody has ever connected to.
pub(crate) fn measure_empty(relay: &Relay, table: &mut Table) -> Result<()> {
    let bytes = f64::from(relay.settled_memory()?);
    table.add("relay's resident memory, empty", "MB", "≤ 5", bytes / 1e6);
    Ok(())
}

/// Measures what `count` idle signed-in connections add, and what the second half of them does.
pub(crate) async fn measure_idle(
    relay: &Relay,
    devices: &[Device],
    count: usize,
    table: &mut Table,
) -> Result<()> {
    let clients = |from: usize, count: usize| {
        each(count, move |number| async move {
            match devices.get(from + number) {
                Some(device) => Ok(device.sign_in(relay).await?.0),
                None => fail("too few devices"),
            }
        })
    };
    drop(clients(0, WARM_UP.min(count)).await?);
    let before = f64::from(relay.settled_memory()?);
    let first = clients(0, count / 2).await?;
    let half = f64::from(relay.settled_memory()?);
    let second = clients(count / 2, count - count / 2).await?;
    let full = f64::from(relay.settled_memory()?);
    if let Some(lost) = first.iter().chain(&second).position(|client| !client.is_quiet()) {
        return fail(format!("connection {lost} was not idle"));
    }
    let what = format!("relay's resident memory with {count} idle signed-in connections");
    table.add(what, "MB", "", full / 1e6);
    table.add("the same, for each of them", "bytes", "≤ 2,662", (full - before) / number(count));
    let slope = (full - half) / number(second.len());
    table.add("the same, for each of the second half", "bytes", "≤ 2,662", slope);
    Ok(())
}
