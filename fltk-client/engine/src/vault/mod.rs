//! The profile on disk: one SQLite file in which every value is sealed.
//!
//! A random vault key, wrapped by the stretched password, seals values and hides their names; the
//! file shows how many values, rooms and entries there are and how long each is, and no more. All
//! writes of one input happen in one transaction, MLS state and the plaintext that moved it together.

mod entry;
mod expiry;
mod line;
mod mls;
mod outbox;
mod seal;
mod state;

use std::cell::RefCell;
use std::path::Path;

use rusqlite::{Connection, ErrorCode, OptionalExtension, params};
use wire::codec::Field;
use zeroize::Zeroizing;

pub(crate) use entry::Line;
pub(crate) use expiry::{Batch, MAX_BATCH, Pending};
pub(crate) use mls::MlsStore;
pub(crate) use outbox::Queued;
pub(crate) use state::{MAX_EMOJIS, MAX_REACTING};

use crate::Problem;
use crate::password::{Cost, stretch};
use crate::random::Random;
use seal::{Keys, VaultKey};

/// Marks the file as ours: "Sott".
const APPLICATION_ID: i32 = 0x536f_7474;
const SALT_BYTES: usize = 16;
/// Of the schema.
const VERSION: i32 = 1;

/// Never edited: a later version appends a migration.
const SCHEMA: &str = "
    CREATE TABLE lock (
        salt BLOB NOT NULL, memory_kib INTEGER NOT NULL, passes INTEGER NOT NULL,
        wrapped BLOB NOT NULL
    ) STRICT;
    CREATE TABLE value (name BLOB PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE entry (
        room BLOB NOT NULL, seq INTEGER NOT NULL, message BLOB UNIQUE, sealed BLOB NOT NULL,
        PRIMARY KEY (room, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE outbox (
        position INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, room BLOB NOT NULL,
        sealed BLOB NOT NULL
    ) STRICT;
    CREATE INDEX outbox_by_room ON outbox (room, position);
    PRAGMA user_version = 1;
";

/// An open profile. Only one program has it at a time.
#[derive(Debug)]
pub struct Vault {
    db: Connection,
    keys: Keys,
    random: RefCell<Random>,
    vault_key: VaultKey,
    cost: Cost,
    /// The first failure since the transaction began: libraries between here and the caller may
    /// swallow it, and then the transaction must still not commit.
    failure: RefCell<Option<Problem>>,
    /// Writes until the one that fails; 0 for none.
    #[cfg(test)]
    failing: std::cell::Cell<usize>,
}

impl Vault {
    /// Makes a new profile file.
    ///
    /// # Errors
    /// [`Problem::ProfileExists`] when there is one, [`Problem::DiskFull`], [`Problem::ProfileIo`].
    pub fn create(
        path: &Path,
        password: &str,
        cost: Cost,
        random: Random,
    ) -> Result<Self, Problem> {
        if path.exists() {
            return Err(Problem::ProfileExists);
        }
        Self::create_in(open_file(path)?, password, cost, random)
    }

    /// A profile that lives in memory, for simulations.
    ///
    /// # Errors
    /// [`Problem::ProfileIo`] when SQLite cannot.
    pub fn create_in_memory(password: &str, random: Random) -> Result<Self, Problem> {
        let db = Connection::open_in_memory().map_err(problem)?;
        Self::create_in(db, password, Cost::SIMULATION, random)
    }

    fn create_in(
        db: Connection,
        password: &str,
        cost: Cost,
        mut random: Random,
    ) -> Result<Self, Problem> {
        configure(&db)?;
        let salt = random.array::<SALT_BYTES>();
        let vault_key = Zeroizing::new(random.array::<32>());
        let password_key = stretch(password, &salt, cost)?;
        let wrapped = seal::wrap(&vault_key, &password_key, &mut random)?;
        db.execute_batch("BEGIN EXCLUSIVE").map_err(problem)?;
        db.execute_batch(SCHEMA).map_err(problem)?;
        db.execute(
            "INSERT INTO lock VALUES (?, ?, ?, ?)",
            params![salt, cost.memory_kib, cost.passes, wrapped],
        )
        .map_err(problem)?;
        db.execute_batch("COMMIT").map_err(problem)?;
        Ok(Self::with(db, vault_key, cost, random))
    }

    /// Opens a profile file.
    ///
    /// # Errors
    /// [`Problem::NoProfile`], [`Problem::WrongProfilePassword`], [`Problem::ProfileInUse`],
    /// [`Problem::ProfileTooNew`], [`Problem::ProfileDamaged`].
    pub fn open(path: &Path, password: &str, random: Random) -> Result<Self, Problem> {
        if !path.exists() {
            return Err(Problem::NoProfile);
        }
        let db = open_file(path)?;
        configure(&db)?;
        db.execute_batch("BEGIN EXCLUSIVE; COMMIT").map_err(problem)?;
        let id: i32 =
            db.query_row("PRAGMA application_id", [], |row| row.get(0)).map_err(problem)?;
        let version: i32 =
            db.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(problem)?;
        if version == 0 {
            // Creation was cut off before its one transaction committed.
            return Err(Problem::NoProfile);
        }
        if id != APPLICATION_ID || version < 0 {
            return Err(Problem::ProfileDamaged);
        }
        if version > VERSION {
            return Err(Problem::ProfileTooNew);
        }
        let (salt, cost, wrapped): (Vec<u8>, Cost, Vec<u8>) = db
            .query_row("SELECT salt, memory_kib, passes, wrapped FROM lock", [], |row| {
                let cost = Cost { memory_kib: row.get(1)?, passes: row.get(2)? };
                Ok((row.get(0)?, cost, row.get(3)?))
            })
            .map_err(problem)?;
        let password_key = stretch(password, &salt, cost)?;
        let vault_key =
            seal::unwrap(&wrapped, &password_key).ok_or(Problem::WrongProfilePassword)?;
        Ok(Self::with(db, vault_key, cost, random))
    }

    /// Writes the whole vault to a file.
    #[cfg(test)]
    pub(crate) fn copy_to(&self, path: &Path) {
        self.db.execute("VACUUM INTO ?", [path.to_str().unwrap()]).unwrap();
    }

    fn with(db: Connection, vault_key: Zeroizing<[u8; 32]>, cost: Cost, random: Random) -> Self {
        let (keys, random) = (Keys::derive(&vault_key), RefCell::new(random));
        let vault_key = VaultKey(vault_key);
        Self {
            db,
            keys,
            random,
            vault_key,
            cost,
            failure: RefCell::new(None),
            #[cfg(test)]
            failing: std::cell::Cell::default(),
        }
    }

    /// What stretching a password costs for the account of this profile.
    pub(crate) fn account_cost(&self) -> Cost {
        if self.cost == Cost::SIMULATION { self.cost } else { Cost::ACCOUNT }
    }

    /// Wraps the vault key under another password; part of the running transaction.
    pub(crate) fn change_password(&self, password: &str) -> Result<(), Problem> {
        let salt = self.random.borrow_mut().array::<SALT_BYTES>();
        let password_key = stretch(password, &salt, self.cost)?;
        let wrapped = seal::wrap(&self.vault_key.0, &password_key, &mut self.random.borrow_mut())?;
        self.execute("UPDATE lock SET salt = ?, wrapped = ?", params![salt, wrapped])
    }

    /// Runs `f` in one transaction: all of its writes happen, or none.
    ///
    /// # Errors
    /// What `f` returned, or the failure of any write in it, even if `f` did not report it.
    pub(crate) fn transaction<T>(
        &self,
        f: impl FnOnce() -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.failure.take();
        self.run("BEGIN IMMEDIATE")?;
        let outcome = f().and_then(|value| match self.failure.take() {
            None => self.may_write().and_then(|()| self.run("COMMIT")).map(|()| value),
            Some(failure) => Err(failure),
        });
        if outcome.is_err() && !self.db.is_autocommit() {
            let _ = self.db.execute_batch("ROLLBACK");
        }
        outcome
    }

    /// Runs `f` inside a transaction such that its writes can be taken back alone: when it returns
    /// an error, they are.
    pub(crate) fn attempt<T, E>(&self, f: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let began = self.run("SAVEPOINT attempt").is_ok();
        let outcome = f();
        if began {
            // A failure here is kept in `failure` and ends the transaction.
            if outcome.is_err() {
                let _ = self.run("ROLLBACK TO attempt");
            }
            let _ = self.run("RELEASE attempt");
        }
        outcome
    }

    /// The first failure of this transaction, which will not commit.
    pub(crate) fn failure(&self) -> Option<Problem> {
        self.failure.borrow().clone()
    }

    /// Reads a value.
    pub(crate) fn value<T: Field>(&self, name: &[u8]) -> Result<Option<T>, Problem> {
        self.raw_value(name)?
            .map(|bytes| T::from_bytes(&bytes).map_err(|_| self.fail(Problem::ProfileDamaged)))
            .transpose()
    }

    /// Writes a value.
    pub(crate) fn put_value<T: Field>(&self, name: &[u8], value: &T) -> Result<(), Problem> {
        self.put_raw_value(name, &Zeroizing::new(value.to_bytes()))
    }

    fn raw_value(&self, name: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>, Problem> {
        let name = self.keys.hide(name);
        let sealed: Option<Vec<u8>> = self.note(
            self.db
                .prepare_cached("SELECT sealed FROM value WHERE name = ?")
                .and_then(|mut query| query.query_row([name], |row| row.get(0)).optional()),
        )?;
        sealed.map(|sealed| self.open_sealed(&name, sealed)).transpose()
    }

    fn put_raw_value(&self, name: &[u8], value: &[u8]) -> Result<(), Problem> {
        let name = self.keys.hide(name);
        let sealed = self.seal(&name, value)?;
        self.execute("INSERT OR REPLACE INTO value VALUES (?, ?)", params![name, sealed])
    }

    pub(crate) fn delete_value(&self, name: &[u8]) -> Result<(), Problem> {
        self.execute("DELETE FROM value WHERE name = ?", [self.keys.hide(name)])
    }

    fn seal(&self, place: &[u8], value: &[u8]) -> Result<Vec<u8>, Problem> {
        self.keys.seal(place, value, &mut self.random.borrow_mut())
    }

    fn open_sealed(&self, place: &[u8], sealed: Vec<u8>) -> Result<Zeroizing<Vec<u8>>, Problem> {
        self.keys.open(place, &sealed).ok_or_else(|| self.fail(Problem::ProfileDamaged))
    }

    fn run(&self, sql: &str) -> Result<(), Problem> {
        self.note(self.db.execute_batch(sql))
    }

    /// Writes, unless a write of this transaction has failed: SQLite has then rolled back already,
    /// and this one would stand alone.
    fn execute(&self, sql: &str, values: impl rusqlite::Params) -> Result<(), Problem> {
        if let Some(failure) = &*self.failure.borrow() {
            return Err(failure.clone());
        }
        self.may_write()?;
        self.note(
            self.db
                .prepare_cached(sql)
                .and_then(|mut statement| statement.execute(values))
                .map(|_| ()),
        )
    }

    /// Where tests let a write fail.
    #[cfg(not(test))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as the other of this name")]
    const fn may_write(&self) -> Result<(), Problem> {
        Ok(())
    }

    #[cfg(test)]
    fn may_write(&self) -> Result<(), Problem> {
        let left = self.failing.get();
        self.failing.set(left.saturating_sub(1));
        if left == 1 { Err(self.fail(Problem::DiskFull)) } else { Ok(()) }
    }

    /// Lets the write fail that is `nth` from now; 0 for none. Returns how far the last was away.
    #[cfg(test)]
    pub(crate) fn fail_write(&self, nth: usize) -> usize {
        self.failing.replace(nth)
    }

    fn note<T>(&self, result: rusqlite::Result<T>) -> Result<T, Problem> {
        result.map_err(|error| self.fail(problem(error)))
    }

    /// Keeps a failure, so that the transaction does not commit even if its callers go on.
    pub(crate) fn fail(&self, problem: Problem) -> Problem {
        self.failure.borrow_mut().get_or_insert_with(|| problem.clone());
        problem
    }
}

fn open_file(path: &Path) -> Result<Connection, Problem> {
    Connection::open(path).map_err(problem)
}

fn configure(db: &Connection) -> Result<(), Problem> {
    db.busy_timeout(std::time::Duration::ZERO).map_err(problem)?;
    db.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY;",
    )
    .map_err(problem)?;
    db.set_prepared_statement_cache_capacity(32);
    let version: i32 =
        db.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(problem)?;
    if version == 0 {
        db.pragma_update(None, "application_id", APPLICATION_ID).map_err(problem)?;
    }
    Ok(())
}

fn problem(error: rusqlite::Error) -> Problem {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Problem::DiskFull,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Problem::ProfileInUse,
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Problem::ProfileDamaged,
        Some(_) => Problem::ProfileIo(error.to_string()),
        None => Problem::ProfileDamaged,
    }
}

#[cfg(test)]
mod tests;
