//! How long the relay works on a login: nobody may read from it whether a handle exists.
//!
//! Each try is one login with a wrong password, either at a known handle or at an unknown one, as
//! the dice say. Hub and store do their work in this thread, the store on a file, and only they are
//! on the clock: from the request's arrival to the answer's bytes, for both steps together.
//!
//! A machine that does other things too adds time to some tries, in long tails that both kinds
//! share. Therefore, as in dudect (Reparaz, Balasch, Verbauwhede 2017), tries above a percentile
//! of all are left out before Welch's t is taken, and several percentiles are looked at. With
//! enough tries t finds differences that no network would let through, and a cache that fills in
//! an unlucky order is one. So a difference counts if it is both certain (|t| > 5) and large
//! enough to matter: the medians differ by more than 1 %, which is about 3 µs, a hundredth of what
//! a round trip varies by in one room.
//!
//! While others keep the machine busy, most tries take half as long again, each by another amount,
//! and t drowns in that. The quick ones do not: so low quantiles of the two kinds are compared too.
//! Dice said which try is of which kind, so what the difference would be by chance is seen by
//! throwing them again; that is their unit here, in place of the standard error. Whatever one way
//! tells apart is told apart.
//!
//! `SOTTO_TIMING_TRIES=10000 cargo test --release -p relay --lib timing -- --nocapture` is the
//! campaign.

#![expect(clippy::as_conversions, reason = "counts and times become floats for statistics")]

use std::time::{Duration, Instant};

use rand_chacha_03::ChaCha20Rng;
use rand_chacha_03::rand_core::{RngCore as _, SeedableRng as _};

use super::accounts::{ClientLogin, opaque, with_accounts};
use super::*;
use crate::store::{KnownFile, StoreError};
use crate::store::{SqliteStore, StoreReply};

/// Accounts in the database, some of them tried.
const ACCOUNTS: usize = 40;

/// Tries of each kind.
fn tries() -> usize {
    std::env::var("SOTTO_TIMING_TRIES").map_or(300, |tries| tries.parse().unwrap())
}

/// How often chance is asked.
const THROWS: u32 = 200;

/// Times in nanoseconds.
struct Sample {
    unknown: Vec<f64>,
    wrong: Vec<f64>,
}

impl Sample {
    /// Whether the two kinds can be told apart. Prints what it goes by.
    fn is_told_apart(&self, what: &str) -> bool {
        let mut all: Vec<f64> = self.unknown.iter().chain(&self.wrong).copied().collect();
        all.sort_by(f64::total_cmp);
        let (unknown, wrong) = (median(&self.unknown), median(&self.wrong));
        let apart = (unknown - wrong).abs() / wrong;
        let most = [0.5, 0.75, 0.9, 0.95, 1.0]
            .map(|part| welch_t(&self.unknown, &self.wrong, quantile(&all, part)))
            .into_iter()
            .fold(0.0, |most: f64, t| if t.abs() > most.abs() { t } else { most });
        println!(
            "{what}: 2 x {} tries, medians {:.2} us (unknown) and {:.2} us (wrong password), \
             apart {:.2} %, t {most:.2}",
            self.wrong.len(),
            unknown / 1e3,
            wrong / 1e3,
            apart * 100.0
        );
        (most.abs() > 5.0 && apart > 0.01) || self.quick_ends_differ()
    }

    /// The second way: whether the tries that took least can be told apart.
    fn quick_ends_differ(&self) -> bool {
        let all: Vec<f64> = self.unknown.iter().chain(&self.wrong).copied().collect();
        let differ = |part: f64| {
            let difference = quick_end_difference(&all, self.unknown.len(), part);
            let mut dice = ChaCha20Rng::from_seed([9; 32]);
            let squares = (0..THROWS).map(|_| {
                let mut thrown = all.clone();
                thrown.sort_by_cached_key(|_| dice.next_u64());
                quick_end_difference(&thrown, self.unknown.len(), part).powi(2)
            });
            let by_chance = (squares.sum::<f64>() / f64::from(THROWS)).sqrt();
            let apart = difference.abs() / median(&self.wrong);
            let z = difference / by_chance;
            println!("  quantile {part}: apart {:.2} %, z {z:.2}", apart * 100.0);
            z.abs() > 5.0 && apart > 0.01
        };
        [0.05, 0.1, 0.2].into_iter().any(differ)
    }
}

/// How far apart a quantile is of the first so many and of the rest.
fn quick_end_difference(all: &[f64], first: usize, part: f64) -> f64 {
    let (one, other) = all.split_at(first);
    let [one, other] = [one, other].map(|values| {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        quantile(&sorted, part)
    });
    one - other
}

fn quantile(sorted: &[f64], part: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * part) as usize]
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    quantile(&sorted, 0.5)
}

/// Welch's t of the values up to `cut`.
fn welch_t(one: &[f64], other: &[f64], cut: f64) -> f64 {
    let stats = |values: &[f64]| {
        let kept: Vec<f64> = values.iter().copied().filter(|value| *value <= cut).collect();
        let count = kept.len() as f64;
        let mean = kept.iter().sum::<f64>() / count;
        let squares: f64 = kept.iter().map(|value| (value - mean).powi(2)).sum();
        (mean, squares / (count - 1.0) / count)
    };
    let ((mean, error), (other_mean, other_error)) = (stats(one), stats(other));
    (mean - other_mean) / (error + other_error).sqrt()
}

/// Both steps of a login with a wrong password at `name`, on a new connection.
fn one_try(lab: &mut Lab<impl Store>, conn: ConnId, name: &str, ke1: &[u8]) -> Duration {
    lab.connect(conn, 200);
    let handle = Handle::new(name).unwrap();
    let start = ToRelay::LoginStart { handle, request: opaque(ke1) };
    let finish = ToRelay::LoginFinish { finalization: opaque(&[1; 64]) };
    let mut took = Duration::ZERO;
    for message in [start, finish] {
        let began = Instant::now();
        lab.hub.handle_message(conn, Tagged { tag: 7, message }, lab.now);
        lab.work();
        took += began.elapsed();
    }
    lab.settle();
    let sent = lab.take(conn);
    let failed = ToClient::Refused { refusal: Refusal::LoginFailed };
    assert!(matches!(sent[1], ToClient::LoginResponse { .. }), "{sent:?}");
    assert_eq!(sent[2], failed);
    lab.hub.handle_disconnected(conn);
    took
}

fn measure(lab: &mut Lab<impl Store>) -> Sample {
    let mut dice = ChaCha20Rng::from_seed([8; 32]);
    let started = ClientLogin::<OpaqueSuite>::start(&mut dice, b"wrong").unwrap();
    let ke1 = started.message.serialize().to_vec();
    let mut sample = Sample { unknown: Vec::new(), wrong: Vec::new() };
    let (tries, mut conn) = (tries(), 1_000);
    while sample.unknown.len() < tries || sample.wrong.len() < tries {
        let rolled = dice.next_u64();
        let which = usize::try_from(rolled >> 32).unwrap() % ACCOUNTS;
        // Names of the same length, spread alike between those that exist.
        let (name, times) = if rolled & 1 == 0 {
            (format!("user{which:03}x"), &mut sample.unknown)
        } else {
            (format!("user{which:03}a"), &mut sample.wrong)
        };
        conn += 1;
        let took = one_try(lab, ConnId(conn), &name, &ke1);
        // The first few fill caches.
        if times.len() < tries && conn > 1_050 {
            times.push(took.as_nanos() as f64);
        }
    }
    sample
}

fn unlimited() -> Settings {
    let (logins_per_day, attempts_per_address) = (u32::MAX, u32::MAX);
    Settings { logins_per_day, attempts_per_address, ..Settings::default() }
}

/// Answers for handles it does not know without reading a record.
struct Hasty {
    store: SqliteStore,
    known: std::collections::BTreeSet<Handle>,
}

impl Store for Hasty {
    fn apply(&mut self, batch: Vec<StoreRequest>) -> Vec<StoreReply> {
        if let [StoreRequest { ticket, op: Op::FindAccount { handle }, .. }] = &*batch
            && !self.known.contains(handle)
        {
            return vec![StoreReply { ticket: *ticket, result: Ok(Done::Account(None)) }];
        }
        for request in &batch {
            if let Op::Register { handle, .. } = &request.op {
                self.known.insert(handle.clone());
            }
        }
        self.store.apply(batch)
    }

    fn files(&mut self) -> Result<Vec<KnownFile>, StoreError> {
        self.store.files()
    }

    fn forget_files(&mut self, lost: &[FileId]) -> Result<(), StoreError> {
        self.store.forget_files(lost)
    }

    fn opaque_setup(&mut self, fresh: Vec<u8>) -> Result<Vec<u8>, crate::store::StoreError> {
        self.store.opaque_setup(fresh)
    }
}

fn names() -> impl Iterator<Item = String> {
    (0..ACCOUNTS).map(|n| format!("user{n:03}a"))
}

#[test]
fn the_timing_of_an_unknown_handle_and_of_a_wrong_password_is_not_distinguishable() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&directory.path().join("relay.db")).unwrap();
    let mut lab = with_accounts(Lab::over(store, unlimited()), names());
    // A busy moment may fake a difference; a real one is there each time.
    let told_apart = (0..3).all(|_| measure(&mut lab).is_told_apart("relay"));
    assert!(!told_apart);
}

#[test]
fn a_store_that_skips_the_work_for_unknown_handles_is_told_by_its_timing() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&directory.path().join("relay.db")).unwrap();
    let store = Hasty { store, known: std::collections::BTreeSet::new() };
    let mut lab = with_accounts(Lab::over(store, unlimited()), names());
    // A busy moment may hide it; so many do not.
    let told_apart = (0..6).any(|_| measure(&mut lab).is_told_apart("hasty store"));
    assert!(told_apart);
}
