//! `sotto-cli`: the Sotto client for scripts, bots and terminals.
//!
//! **command line → [`run`] → engine command → engine event → a line of text or JSON.** A front end
//! like the window: it holds no key, opens no socket and knows no SQL; all that is the engine's.

mod args;
mod ask;
mod command;
mod console;
mod failure;
#[cfg(test)]
mod fixture;
mod format;
mod inbox;
mod json;
mod password;
mod progress;
mod random;
mod request;
mod run;
mod safe;
mod time;
mod usage;
mod view;

use std::io::{self, Write};
use std::process::ExitCode;

use crate::args::Invocation;
use crate::failure::Failure;

fn main() -> ExitCode {
    match act() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.is_quiet() {
                let text = safe::block(&failure.to_string(), "");
                // Without standard error there is nobody to tell.
                let _ = writeln!(io::stderr(), "{text}");
            }
            failure.exit_code()
        }
    }
}

fn act() -> Result<(), Failure> {
    match args::parse(std::env::args_os().skip(1))? {
        Invocation::Print(text) => Ok(io::stdout().write_all(text.as_bytes())?),
        Invocation::Run(options, verb) => run::run(&options, verb),
    }
}
