//! FLTK: the only place that names its types.
//!
//! One window with one canvas, on which a [`Scene`](crate::scene) is painted, and real text fields above it.
//! **FLTK's event → `Input` → [`App`] → `Effect` → engine or system**, and **engine's event →
//! [`queue`] → [`App`] → `Scene` → paint**. There is no state of the chat here. Other threads reach
//! the window by the queue only.

mod chooser;
mod clock;
pub mod config;
mod describe;
mod display;
mod drop;
mod edit;
mod effects;
mod field;
mod icon;
mod keys;
mod line;
mod link;
mod measure;
mod outside;
mod paint;
mod paste;
mod picture;
pub mod probe;
pub mod profile;
pub mod queue;
#[cfg(unix)]
mod signal;
mod stroke;
mod theme;
mod trace;
mod turn;
mod window;

use core::fmt;
use std::path::PathBuf;
use std::time::Instant;

use crate::app::App;
use crate::state::profile::ProfileName;
use crate::state::settings::Settings;
use profile::Home;
use zeroize::Zeroizing;

/// How to start.
#[derive(Debug)]
pub struct Options {
    /// When the program began.
    pub started: Instant,
    /// Where the profiles and settings are.
    pub home: Home,
    /// The settings to begin with; those in the file, changed by the command line.
    pub settings: Settings,
    /// A profile to open at once, and its password. The app is to know of it.
    pub open: Option<(ProfileName, Zeroizing<String>)>,
    /// Width and height, instead of those of the settings.
    pub size: Option<(i32, i32)>,
    /// An invitation link.
    pub link: Option<String>,
    /// Where to write how long each frame takes.
    pub trace: Option<PathBuf>,
    /// Where to write what each frame shows.
    pub describe: Option<PathBuf>,
}

/// Why the window cannot be shown.
#[derive(Debug)]
#[non_exhaustive]
pub enum Failure {
    /// There is no display.
    NoDisplay,
    /// The file for the trace cannot be written.
    NoTrace(PathBuf, std::io::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDisplay => {
                write!(f, "There is no display to show the window on; use sotto-cli in a terminal.")
            }
            Self::NoTrace(path, why) => {
                write!(f, "{} cannot be written ({why}); name another file.", path.display())
            }
        }
    }
}

impl std::error::Error for Failure {}

/// Shows the window until the person ends the program.
///
/// # Errors
/// [`Failure`]; nothing was shown then.
pub fn run(options: Options, app: App) -> Result<(), Failure> {
    let _reached = display::reach().ok_or(Failure::NoDisplay)?;
    turn::run(options, app)
}
