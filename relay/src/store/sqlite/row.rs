//! Between SQLite's values and ours.

use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Row};
use wire::codec::Bytes;
use wire::id::{Epoch, Handle, Seq, UnixMs};
use wire::message::{Presence, RecordKind, Refusal, RoomKind};

/// Why a request was not done.
#[derive(Debug)]
pub(super) enum Fail {
    /// A rule does not hold; the rest of the batch goes on.
    Refused(Refusal),
    /// The batch cannot go on.
    Sql(rusqlite::Error),
    /// A stored value is none that was ever written.
    Damaged,
}

impl Fail {
    /// SQLite's code, which tells the host what to look at and nothing of the content.
    pub(super) fn code(&self) -> String {
        match self {
            Self::Sql(rusqlite::Error::SqliteFailure(error, _)) => format!("{:?}", error.code),
            Self::Sql(_) => "Query".into(),
            Self::Damaged => "DamagedValue".into(),
            Self::Refused(_) => "Refused".into(),
        }
    }
}

impl From<Refusal> for Fail {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<rusqlite::Error> for Fail {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<wire::Error> for Fail {
    fn from(_: wire::Error) -> Self {
        Self::Damaged
    }
}

/// SQLite's integers are signed; ours stay far below the difference.
pub(super) fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn number(row: &Row<'_>, column: usize) -> Result<u64, Fail> {
    u64::try_from(row.get::<_, i64>(column)?).map_err(|_| Fail::Damaged)
}

pub(super) fn seq(row: &Row<'_>, column: usize) -> Result<Seq, Fail> {
    number(row, column).map(Seq)
}

pub(super) fn optional_seq(row: &Row<'_>, column: usize) -> Result<Option<Seq>, Fail> {
    let number: Option<i64> = row.get(column)?;
    let number = number.map(u64::try_from).transpose().map_err(|_| Fail::Damaged)?;
    Ok(number.map(Seq))
}

pub(super) fn epoch(row: &Row<'_>, column: usize) -> Result<Epoch, Fail> {
    number(row, column).map(Epoch)
}

pub(super) fn unix(row: &Row<'_>, column: usize) -> Result<UnixMs, Fail> {
    number(row, column).map(UnixMs)
}

pub(super) fn bytes<const MAX: usize>(row: &Row<'_>, column: usize) -> Result<Bytes<MAX>, Fail> {
    Ok(Bytes::new(row.get(column)?)?)
}

pub(super) fn handle(row: &Row<'_>, column: usize) -> Result<Handle, Fail> {
    Ok(Handle::new(row.get::<_, String>(column)?)?)
}

pub(super) fn kind(row: &Row<'_>, column: usize) -> Result<RoomKind, Fail> {
    match row.get::<_, i64>(column)? {
        1 => Ok(RoomKind::Lobby),
        2 => Ok(RoomKind::Open),
        3 => Ok(RoomKind::Closed),
        4 => Ok(RoomKind::Direct),
        _ => Err(Fail::Damaged),
    }
}

pub(super) fn presence(row: &Row<'_>, column: usize) -> Result<Presence, Fail> {
    match row.get::<_, i64>(column)? {
        1 => Ok(Presence::None),
        2 => Ok(Presence::Account),
        3 => Ok(Presence::Device),
        4 => Ok(Presence::Former),
        _ => Err(Fail::Damaged),
    }
}

pub(super) fn kind_code(kind: RoomKind) -> i64 {
    match kind {
        RoomKind::Lobby => 1,
        RoomKind::Open => 2,
        RoomKind::Closed => 3,
        RoomKind::Direct => 4,
    }
}

pub(super) fn record_kind(row: &Row<'_>, column: usize) -> Result<RecordKind, Fail> {
    match row.get::<_, i64>(column)? {
        1 => Ok(RecordKind::Application),
        2 => Ok(RecordKind::Commit),
        _ => Err(Fail::Damaged),
    }
}

pub(super) fn record_kind_code(kind: RecordKind) -> i64 {
    match kind {
        RecordKind::Application => 1,
        RecordKind::Commit => 2,
    }
}

/// Shorthands over cached statements.
pub(super) trait Query {
    fn cached(&self, sql: &str) -> Result<CachedStatement<'_>, Fail>;

    /// Runs a statement that returns nothing.
    fn run(&self, sql: &str, params: impl Params) -> Result<usize, Fail> {
        Ok(self.cached(sql)?.execute(params)?)
    }

    /// The first row, if there is one.
    fn first<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, Fail>,
    ) -> Result<Option<T>, Fail> {
        let mut statement = self.cached(sql)?;
        let mut rows = statement.query(params)?;
        rows.next()?.map(read).transpose()
    }

    /// Every row.
    fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        mut read: impl FnMut(&Row<'_>) -> Result<T, Fail>,
    ) -> Result<Vec<T>, Fail> {
        let mut statement = self.cached(sql)?;
        let mut rows = statement.query(params)?;
        let mut values = Vec::new();
        while let Some(row) = rows.next()? {
            values.push(read(row)?);
        }
        Ok(values)
    }

    /// One number; 0 if there is no row or it is NULL.
    fn count(&self, sql: &str, params: impl Params) -> Result<u64, Fail> {
        let mut statement = self.cached(sql)?;
        let value = statement.query_row(params, |row| row.get::<_, Option<i64>>(0)).optional()?;
        u64::try_from(value.flatten().unwrap_or(0)).map_err(|_| Fail::Damaged)
    }
}

impl Query for Connection {
    fn cached(&self, sql: &str) -> Result<CachedStatement<'_>, Fail> {
        Ok(self.prepare_cached(sql)?)
    }
}
