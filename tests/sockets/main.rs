//! The real programs on real sockets: what a person at a terminal would notice.

mod conversation;
mod crash;
mod disk;
mod failure;
mod file;
mod log;
mod program;
mod rooms;
mod secrecy;
