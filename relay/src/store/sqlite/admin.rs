//! What the host may look at.

use wire::id::RoomId;

use super::SqliteStore;
use super::row::{self, Fail, Query};
use crate::store::{AccountLine, Done, RoomLine, Totals};

impl SqliteStore {
    pub(super) fn accounts(&self) -> Result<Done, Fail> {
        let accounts = self.sql.all(
            "SELECT a.handle, a.enabled, a.created_ms,
               (SELECT count(*) FROM device d WHERE d.account = a.id AND NOT d.revoked),
               coalesce(u.files, 0), coalesce(u.bytes, 0)
             FROM account a LEFT JOIN file_use u ON u.account = a.id ORDER BY a.handle",
            [],
            |row| {
                Ok(AccountLine {
                    handle: row::handle(row, 0)?,
                    enabled: row.get(1)?,
                    created: row::unix(row, 2)?,
                    devices: row::number(row, 3)?,
                    files: row::number(row, 4)?,
                    file_bytes: row::number(row, 5)?,
                })
            },
        )?;
        Ok(Done::Accounts(accounts))
    }

    pub(super) fn rooms(&self) -> Result<Done, Fail> {
        let rooms = self.sql.all(
            "SELECT r.name, r.kind, r.epoch, r.head, r.bytes,
               (SELECT count(*) FROM member m WHERE m.room = r.id),
               (SELECT count(*) FROM file f WHERE f.room = r.id),
               (SELECT coalesce(sum(size), 0) FROM file f WHERE f.room = r.id)
             FROM room r WHERE NOT r.abandoned ORDER BY r.id",
            [],
            |row| {
                Ok(RoomLine {
                    room: RoomId::from_array(row.get(0)?),
                    kind: row::kind(row, 1)?,
                    epoch: row::epoch(row, 2)?,
                    head: row::seq(row, 3)?,
                    bytes: row::number(row, 4)?,
                    members: row::number(row, 5)?,
                    files: row::number(row, 6)?,
                    file_bytes: row::number(row, 7)?,
                })
            },
        )?;
        Ok(Done::Rooms(rooms))
    }

    pub(super) fn totals(&self) -> Result<Done, Fail> {
        Ok(Done::Totals(Totals {
            accounts: self.sql.count("SELECT count(*) FROM account", [])?,
            devices: self.sql.count("SELECT count(*) FROM device WHERE NOT revoked", [])?,
            rooms: self.sql.count("SELECT count(*) FROM room WHERE NOT abandoned", [])?,
            records: self.sql.count("SELECT count(*) FROM log", [])?,
            bytes: self.sql.count("SELECT sum(bytes) FROM room", [])?,
            files: self.sql.count("SELECT sum(files) FROM file_use", [])?,
            file_bytes: self.sql.count("SELECT sum(bytes) FROM file_use", [])?,
        }))
    }
}
