//! The database file: how it is made, checked and brought up to date.
//!
//! A migration is never edited once released; the next version appends one.

use std::fs;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::store::StoreError;

/// "Sott": tells our file from any other SQLite database.
const APPLICATION_ID: i64 = 0x536f_7474;

/// Brings a file from the version of its index to the next.
const MIGRATIONS: &[&str] = &[
    include_str!("schema_1.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
];

/// Opens the file, or makes it under another name first, so that one that exists is whole.
pub(super) fn open(path: &Path) -> Result<Connection, StoreError> {
    if !path.exists() {
        create(path)?;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let sql = Connection::open_with_flags(path, flags).map_err(unavailable)?;
    prepare(&sql)?;
    check(&sql)?;
    migrate(&sql)?;
    Ok(sql)
}

fn create(path: &Path) -> Result<(), StoreError> {
    let fresh = path.with_extension("new");
    drop(fs::remove_file(&fresh));
    // SQLite gives the files beside it the same mode.
    let private = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh);
    private.map_err(|error| StoreError::Unavailable { detail: error.to_string() })?;
    let sql = Connection::open(&fresh).map_err(unavailable)?;
    sql.execute_batch("PRAGMA synchronous = EXTRA").map_err(unavailable)?;
    sql.pragma_update(None, "application_id", APPLICATION_ID).map_err(unavailable)?;
    migrate(&sql)?;
    sql.close().map_err(|(_, error)| unavailable(error))?;
    let renamed = fs::rename(&fresh, path).and_then(|()| sync_directory(path));
    renamed.map_err(|error| StoreError::Unavailable { detail: error.to_string() })
}

/// Makes the directory's entry for `path` durable.
fn sync_directory(path: &Path) -> std::io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    fs::File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}

/// Settings of this connection. Exclusive locking refuses a second program and needs no shared
/// memory file; deleted content is overwritten.
fn prepare(sql: &Connection) -> Result<(), StoreError> {
    let settings = "
        PRAGMA locking_mode = EXCLUSIVE;
        PRAGMA cache_size = -512;
        PRAGMA secure_delete = ON;
        PRAGMA foreign_keys = ON;
        PRAGMA temp_store = MEMORY;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA journal_size_limit = 4194304;
    ";
    sql.set_prepared_statement_cache_capacity(64);
    sql.execute_batch(settings).map_err(unavailable)
}

/// Refuses a file that is not ours or not whole.
fn check(sql: &Connection) -> Result<(), StoreError> {
    let id: i64 =
        sql.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(unavailable)?;
    if id != APPLICATION_ID {
        return Err(StoreError::Damaged { detail: "it is not a Sotto database".into() });
    }
    let verdict: String =
        sql.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(unavailable)?;
    // The check has read everything; most of it will not be wanted again soon.
    sql.execute_batch("PRAGMA shrink_memory").map_err(unavailable)?;
    if verdict == "ok" { Ok(()) } else { Err(StoreError::Damaged { detail: verdict }) }
}

fn migrate(sql: &Connection) -> Result<(), StoreError> {
    let version: i64 =
        sql.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(unavailable)?;
    let done = usize::try_from(version).unwrap_or(usize::MAX);
    let rest = MIGRATIONS.get(done..).ok_or(StoreError::TooNew { version })?;
    for (next, migration) in (version + 1..).zip(rest) {
        let script = format!("BEGIN; {migration} PRAGMA user_version = {next}; COMMIT;");
        sql.execute_batch(&script).map_err(unavailable)?;
    }
    Ok(())
}

/// Tells damage from everything else.
pub(super) fn unavailable(error: rusqlite::Error) -> StoreError {
    let detail = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::Damaged { detail }
        }
        Some(ErrorCode::DatabaseBusy) => {
            StoreError::Unavailable { detail: "another program has it open".into() }
        }
        _ => StoreError::Unavailable { detail },
    }
}
