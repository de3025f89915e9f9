//! What people read; everything that others wrote is made safe here.

mod entry;
mod list;
mod notice;
mod progress;
mod size;

use wire::id::UnixMs;

pub(crate) use entry::{changed, entry, entry_of_chat, numbered};
pub(crate) use list::{device, file, hit, member, room, safety};
pub(crate) use notice::{left_behind, notice, out_of_room, uncertain, unsaved};
pub(crate) use progress::{progress, transfer};
pub(crate) use size::size;

use crate::time;

/// How much of the time to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stamp {
    /// `HH:MM`, for what happens now.
    Clock,
    /// `YYYY-MM-DD HH:MM`, for what happened once.
    Date,
}

impl Stamp {
    fn of(self, at: UnixMs) -> String {
        match self {
            Self::Clock => time::clock(at),
            Self::Date => format!("{} {}", time::date(at), time::clock(at)),
        }
    }
}
