//! Flows: what users would notice, in the lab. One behaviour a file.

mod away;
mod crash;
mod device;
mod mallory;
mod race;
mod room;
mod secret;
mod storm;
mod talk;
mod typing;
