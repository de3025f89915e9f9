//! `sotto-relay`: see `sotto-relay --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    relay::cli::main(std::env::args_os().skip(1))
}
