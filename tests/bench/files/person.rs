//! An account at the command line.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::{Result, fail};

/// See the module.
pub(super) struct Person {
    cli: PathBuf,
    home: PathBuf,
}

impl Person {
    pub(super) fn register(cli: &Path, link: &str, dir: &Path, name: &str) -> Result<Self> {
        let person = Self { cli: cli.to_owned(), home: dir.join(name) };
        person.ok(&["register", link, name])?;
        Ok(person)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.cli);
        command
            .args(arguments)
            .arg("--home")
            .arg(&self.home)
            .env("SOTTO_PASSWORD", "correct horse battery staple");
        command
    }

    /// Runs a command to its end; returns what it printed.
    pub(super) fn ok(&self, arguments: &[&str]) -> Result<String> {
        let output = self.command(arguments).stdin(Stdio::null()).output()?;
        if !output.status.success() {
            return fail(String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Starts `pipe`.
    pub(super) fn pipe(&self) -> Result<Child> {
        let mut command = self.command(&["pipe", "--timeout", "60s"]);
        Ok(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?)
    }
}
