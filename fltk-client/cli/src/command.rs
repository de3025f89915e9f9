//! The commands, a file each.

mod chat;
mod follow;
mod list;
mod pipe;
mod read;
mod send;
mod sign_up;
mod typing;

pub(crate) use chat::{Echo, chat};
pub(crate) use follow::follow;
pub(crate) use list::{devices, members, rooms};
pub(crate) use pipe::pipe;
pub(crate) use read::read;
pub(crate) use send::{Text, send, text};
pub(crate) use sign_up::sign_up;
pub(crate) use typing::typing;
