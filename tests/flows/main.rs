//! Flows: what users would notice, in the lab. One behaviour a file.

mod away;
mod conversation;
mod crash;
mod device;
mod file;
mod kill;
mod mallory;
mod own_commit;
mod race;
mod room;
mod secret;
mod storm;
mod talk;
mod typing;
mod unread;
