//! What the host may look at, and forgetting what is old.

use wire::id::{Seq, UnixMs};
use wire::message::Record;

use super::{MemoryStore, RoomState, size};
use crate::store::{AccountLine, Done, RoomLine, Totals};

impl RoomState {
    fn bytes(&self) -> u64 {
        self.log.iter().map(|record| size(record.payload.len())).sum()
    }
}

impl MemoryStore {
    pub(super) fn list_accounts(&self) -> Done {
        let line = |(handle, account): (&wire::id::Handle, &super::Account)| {
            let (files, file_bytes) = self.files_where(|file| file.account == *handle);
            AccountLine {
                handle: handle.clone(),
                enabled: account.enabled,
                devices: size(account.devices.len()),
                created: account.created,
                files,
                file_bytes,
            }
        };
        Done::Accounts(self.accounts.iter().map(line).collect())
    }

    pub(super) fn list_rooms(&self) -> Done {
        let line = |(room, state): (&wire::id::RoomId, &RoomState)| {
            let (files, file_bytes) = self.files_where(|file| file.room == Some(*room));
            RoomLine {
                room: *room,
                kind: state.kind,
                epoch: state.epoch,
                head: state.head,
                members: size(state.members.len()),
                bytes: state.bytes(),
                files,
                file_bytes,
            }
        };
        Done::Rooms(self.rooms.iter().map(line).collect())
    }

    pub(super) fn count_all(&self) -> Done {
        Done::Totals(Totals {
            accounts: size(self.accounts.len()),
            devices: size(self.devices.values().filter(|device| !device.revoked).count()),
            rooms: size(self.rooms.len()),
            records: self.rooms.values().map(|state| size(state.log.len())).sum(),
            bytes: self.rooms.values().map(RoomState::bytes).sum(),
            files: size(self.files.len()),
            file_bytes: self.files_where(|_| true).1,
        })
    }

    pub(super) fn sweep(&mut self, before: UnixMs, max_bytes: u64) {
        for state in self.rooms.values_mut() {
            let (excess, mut freed) = (state.bytes().saturating_sub(max_bytes), 0);
            let is_old = |record: &&Record| {
                let old = record.at < before || freed < excess;
                freed += size(record.payload.len());
                old
            };
            let old = state.log.iter().take_while(is_old).count();
            let gone = state.log.drain(..old).next_back().map(|record| record.seq);
            state.former.retain(|_, span| Some(span.head) > gone);
            state.welcomes.retain(|_, welcome| welcome.at >= before);
            let is_gone = |seq: &mut Seq| !state.welcomes.contains_key(seq);
            for member in state.members.values_mut() {
                member.welcome.take_if(is_gone);
            }
        }
    }
}
