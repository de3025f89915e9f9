//! `sotto-cli`: the Sotto client for scripts, bots and terminals.

mod args;
mod failure;
mod home;
mod password;
mod safe;
mod time;
mod usage;

use std::io::{self, Write};
use std::process::ExitCode;

use crate::args::Invocation;
use crate::failure::Failure;

fn main() -> ExitCode {
    match act() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(io::stderr(), "{failure}");
            failure.exit_code()
        }
    }
}

fn act() -> Result<(), Failure> {
    match args::parse(std::env::args_os().skip(1))? {
        Invocation::Print(text) => Ok(io::stdout().write_all(text.as_bytes())?),
        Invocation::Run(..) => Err(Failure::Said("No command does anything yet.".into())),
    }
}
