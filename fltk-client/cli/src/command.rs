//! The commands, a file for each or for those of a kind.

mod alter;
mod archive;
mod chat;
mod device;
mod file;
mod follow;
mod history;
mod list;
mod password;
mod pipe;
mod read;
mod room;
mod search;
mod send;
mod sign_up;
mod trust;
mod typing;

pub(crate) use alter::{Alteration, alter, mark_read, receipts};
pub(crate) use archive::{Archive, Until, archive, shelf_name};
pub(crate) use chat::{Echo, chat};
pub(crate) use device::{devices, name_device, revoke};
pub(crate) use file::{
    MIN_PREFIX_DIGITS, Wanted, cancel, directory, files, get, put, sources, transfers,
};
pub(crate) use follow::follow;
pub(crate) use list::{members, rooms};
pub(crate) use password::password;
pub(crate) use pipe::pipe;
pub(crate) use read::{Numbers, read};
pub(crate) use room::{NewRoom, change, create, direct, join, leave, repair};
pub(crate) use search::{Sought, search};
pub(crate) use send::{Text, send, text};
pub(crate) use sign_up::sign_up;
pub(crate) use trust::{Compared, trust, verify};
pub(crate) use typing::typing;
