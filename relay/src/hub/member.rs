//! Requests of signed-in devices. Most are the store's to do.

use wire::id::DeviceId;
use wire::message::{Refusal, Tagged, ToRelay};

use super::{ConnId, Hub, Now};
use crate::store::{CommitOp, Op};

impl Hub {
    /// Commits are rationed: each ends an epoch, and with it whatever others were about to post.
    fn may_commit(&mut self, conn: ConnId, now: Now) -> bool {
        let member = self.conns.get_mut(&conn).and_then(|state| state.member());
        let most = self.settings.commits_per_minute;
        member.is_some_and(|member| member.commits.take(now.time.as_ms() / 60_000, most))
    }

    pub(super) fn handle_member_request(
        &mut self,
        conn: ConnId,
        device: DeviceId,
        Tagged { tag, message }: Tagged<ToRelay>,
        now: Now,
    ) {
        match message {
            ToRelay::Signal { room, payload } => {
                if let Err(refusal) = self.signal(conn, room, payload, now) {
                    self.refuse(conn, tag, refusal);
                }
            }
            ToRelay::Fetch { room, after } => {
                self.read(conn, tag, Op::Fetch { device, room, after }, now);
            }
            ToRelay::FetchGroupInfo { room } => {
                self.read(conn, tag, Op::FetchGroupInfo { device, room }, now);
            }
            ToRelay::ClaimKeyPackages { handle } => {
                self.read(conn, tag, Op::ClaimKeyPackages { handle }, now);
            }
            ToRelay::FetchWelcome { room } => {
                self.read(conn, tag, Op::FetchWelcome { device, room }, now);
            }
            ToRelay::ListDevices => self.read(conn, tag, Op::ListDevices { device }, now),
            ToRelay::OpenUpload { .. }
            | ToRelay::PutChunk { .. }
            | ToRelay::OpenDownload { .. }
            | ToRelay::GetChunk { .. }
            | ToRelay::DeleteFile { .. }
            | ToRelay::FileLimits => {
                if let Err(refusal) = self.file_request(conn, device, Tagged { tag, message }, now)
                {
                    self.refuse(conn, tag, refusal);
                }
            }
            ToRelay::PasswordStart { .. } | ToRelay::PasswordFinish { .. } => {
                self.handle_password_request(conn, tag, message, now);
            }
            ToRelay::Commit { .. } if !self.may_commit(conn, now) => {
                self.refuse(conn, tag, Refusal::TooManyAttempts { retry_after_s: 60 });
            }
            other => match self.write(device, other) {
                Ok(op) => self.ask(conn, tag, now, op),
                Err(refusal) => self.refuse(conn, tag, refusal),
            },
        }
    }

    /// The requests that only the store can do.
    fn write(&self, device: DeviceId, message: ToRelay) -> Result<Op, Refusal> {
        Ok(match message {
            ToRelay::Post { room, epoch, post, payload } => {
                Op::Post { device, room, epoch, post, payload }
            }
            ToRelay::Commit { room, epoch, post, commit, group_info, welcome, added, removed } => {
                Op::Commit(Box::new(CommitOp {
                    device,
                    room,
                    epoch,
                    post,
                    commit,
                    group_info,
                    welcome,
                    added,
                    removed,
                }))
            }
            ToRelay::CreateRoom { room, kind, group_info } => {
                let max_made = self.settings.rooms_per_account;
                Op::CreateRoom { device, room, kind, group_info, max_made }
            }
            ToRelay::LeaveRoom { room, seq } => Op::LeaveRoom { device, room, seq },
            ToRelay::PublishKeyPackages { one_use, last_resort } => {
                Op::PublishKeyPackages { device, one_use: one_use.into_vec(), last_resort }
            }
            ToRelay::NameDevice { device: named, name } => {
                Op::NameDevice { by: device, device: named, name }
            }
            ToRelay::RevokeDevice { device: ended } => {
                Op::RevokeDevice { by: device, device: ended }
            }
            _ => return Err(Refusal::OutOfOrder),
        })
    }
}
