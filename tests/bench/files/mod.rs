//! Files from one person to another by the real programs, beside `scp` and `wormhole`, and what a
//! message has to wait for meanwhile.
//!
//! All go over the loopback and from and to the same disk, one after the other in each round. `scp`
//! and `wormhole` go straight from one end to the other; a file of Sotto goes to the relay, is made
//! durable there, and comes from there.

mod latency;
mod person;
mod rival;

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;
use std::time::Instant;

use crate::relay::Relay;
use crate::table::{Table, median, number};
use crate::{Result, fail};
use person::Person;
use rival::{Scp, Wormhole};

const ROUNDS: usize = 3;

/// Measures with a file of `mib` megabytes.
pub(crate) fn measure(
    (relay, cli): (&Path, &Path),
    dir: &Path,
    mib: u64,
    table: &mut Table,
) -> Result<()> {
    let relay = Relay::start(relay, &dir.join("relay"))?;
    let link = relay.link();
    let alice = Person::register(cli, &link, dir, "alice")?;
    let bob = Person::register(cli, &link, dir, "bob")?;
    let file = dir.join("file.bin");
    let mut random = fs::File::open("/dev/urandom")?.take(mib << 20);
    io::copy(&mut random, &mut fs::File::create(&file)?)?;
    throughput((&alice, &bob), &file, mib, table)?;
    latency::measure((&alice, &bob), &file, table)
}

fn throughput(
    (alice, bob): (&Person, &Person),
    file: &Path,
    mib: u64,
    table: &mut Table,
) -> Result<()> {
    let dir = file.parent().unwrap_or(file);
    let scp = Scp::start(dir)?;
    let wormhole = Wormhole::start(dir);
    let (mut put, mut get, mut both) = (Vec::new(), Vec::new(), Vec::new());
    let (mut chacha, mut aes, mut hole) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        let id = alice.ok(&["put", "lobby", text(file)?])?;
        let sent = begin.elapsed().as_secs_f64();
        let to = dir.join("saved");
        fs::create_dir(&to)?;
        bob.ok(&["get", "lobby", id.trim(), "--to", text(&to)?])?;
        let all = begin.elapsed().as_secs_f64();
        same(file, &to.join("file.bin"))?;
        fs::remove_dir_all(&to)?;
        put.push(sent);
        get.push(all - sent);
        both.push(all);
        chacha.push(scp.copy(file, None)?);
        aes.push(scp.copy(file, Some("aes128-gcm@openssh.com"))?);
        if let Some(wormhole) = &wormhole {
            hole.push(wormhole.copy(file)?);
        }
    }
    let size = number(usize::try_from(mib)?);
    let mut row = |what: &str, seconds: &[f64]| {
        let rate = size / median(seconds);
        table.add(format!("{what}, {mib} MiB"), "MiB/s", "", rate);
        rate
    };
    row("`sotto-cli put`", &put);
    row("`sotto-cli get`", &get);
    let sotto = row("`put`, then `get`", &both);
    let chacha = row("`scp`", &chacha);
    let aes = row("`scp` with AES-128-GCM", &aes);
    let hole = wormhole.map(|_| row("`wormhole`", &hole));
    table.add("Sotto's rate, as a part of `scp`'s", "", "> 1", sotto / chacha);
    table.add("of `scp`'s with AES-128-GCM", "", "", sotto / aes);
    if let Some(hole) = hole {
        table.add("of `wormhole`'s", "", "", sotto / hole);
    }
    Ok(())
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().map_or_else(|| fail("a path that is no text"), Ok)
}

/// Whether two files are the same, byte by byte.
fn same(one: &Path, other: &Path) -> Result<()> {
    let (mut one, mut other) = (fs::File::open(one)?, fs::File::open(other)?);
    let (mut left, mut right) = (vec![0; 1 << 20], vec![0; 1 << 20]);
    loop {
        let count = one.read(&mut left)?;
        let (left, right) = (&mut left[..count], &mut right[..count]);
        other.read_exact(right)?;
        if left != right {
            return fail("the file that arrived is another");
        }
        if count == 0 {
            return if other.read(&mut [0])? == 0 { Ok(()) } else { fail("a longer file arrived") };
        }
    }
}
