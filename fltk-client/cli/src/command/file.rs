//! `put`, `get`, `files`, `transfers` and `cancel`.

mod batch;
mod find;
mod get;
mod list;
mod put;
mod transfer;

pub(crate) use find::MIN_PREFIX_DIGITS;
pub(super) use find::{Ids, digits, find, is_file, without_picture};
pub(crate) use get::{Wanted, directory, get};
pub(crate) use list::files;
pub(crate) use put::{put, sources};
pub(crate) use transfer::{cancel, transfers};

use engine::{Command, Event, Transfer};

use crate::console::Console;
use crate::failure::Failure;

/// The transfers under way in the profile, also those of earlier runs.
pub(super) fn under_way(console: &mut Console<'_>) -> Result<Vec<Transfer>, Failure> {
    console.query(Command::ListTransfers, |event| match event {
        Event::Transfers(transfers) => Some(transfers),
        _ => None,
    })
}
