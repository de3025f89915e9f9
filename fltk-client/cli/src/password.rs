//! The password: from a file, the environment or a prompt without echo; never an argument, which
//! every user of the machine could read.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::failure::Failure;

/// More than any password, less than a file named by mistake.
const MAX_PASSWORD_BYTES: u64 = 4_096;

/// What the password is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Opening what it already protects: asked for once.
    Open,
    /// A new account: asked for twice at a prompt.
    Choose,
    /// Another instead of the one before: asked for twice at a prompt.
    Replace,
}

/// Obtains the password: `file`, else `variable` (`SOTTO_PASSWORD` or
/// `SOTTO_NEW_PASSWORD`), else a prompt.
pub(crate) fn obtain(
    file: Option<&Path>,
    variable: Option<String>,
    purpose: Purpose,
) -> Result<Zeroizing<String>, Failure> {
    let password = match (file, variable) {
        (Some(path), _) => from_file(path)?,
        (None, Some(value)) => Zeroizing::new(value),
        (None, None) => from_prompt(purpose)?,
    };
    if password.is_empty() {
        return Err(Failure::Said("The password is empty; nothing was done.".into()));
    }
    Ok(password)
}

fn from_file(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let failed = |why: String| {
        let path = path.display();
        Failure::Said(format!("The password file {path} could not be read ({why}); check it."))
    };
    let file = File::open(path).map_err(|error| failed(error.to_string()))?;
    warn_if_readable_by_others(&file, path);
    let mut line = Zeroizing::new(String::new());
    BufReader::new(file.take(MAX_PASSWORD_BYTES))
        .read_line(&mut line)
        .map_err(|error| failed(error.to_string()))?;
    let password = line.trim_end_matches(['\r', '\n']);
    Ok(Zeroizing::new(password.to_owned()))
}

#[cfg(unix)]
fn warn_if_readable_by_others(file: &File, path: &Path) {
    use std::os::unix::fs::MetadataExt;

    if file.metadata().is_ok_and(|metadata| metadata.mode() & 0o044 != 0) {
        let path = path.display();
        eprintln!("warning: others can read the password file {path}; `chmod 600` it.");
    }
}

#[cfg(not(unix))]
fn warn_if_readable_by_others(_file: &File, _path: &Path) {}

fn from_prompt(purpose: Purpose) -> Result<Zeroizing<String>, Failure> {
    let (what, prompt, option, variable) = match purpose {
        Purpose::Open | Purpose::Choose => {
            ("password", "Password: ", "--password-file", "SOTTO_PASSWORD")
        }
        Purpose::Replace => {
            ("new password", "New password: ", "--new-password-file", "SOTTO_NEW_PASSWORD")
        }
    };
    let ask = |prompt| {
        rpassword::prompt_password(prompt).map(Zeroizing::new).map_err(|_| {
            let how = format!("there is no terminal to ask at; use {option} or {variable}.");
            Failure::Said(format!("The {what} is needed, and {how}"))
        })
    };
    let password = ask(prompt)?;
    if purpose != Purpose::Open && ask("The same again: ")? != password {
        return Err(Failure::Said("The two passwords differ; nothing was done.".into()));
    }
    Ok(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_file(content: &str) -> String {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("password");
        std::fs::write(&path, content).unwrap();
        obtain(Some(&path), Some("of the environment".into()), Purpose::Open).unwrap().to_string()
    }

    #[test]
    fn the_first_line_of_a_file_counts_and_goes_before_the_environment() {
        assert_eq!(in_file("correct horse \nsecond line\n"), "correct horse ");
        assert_eq!(in_file("windows\r\n"), "windows");
        assert_eq!(in_file("no newline"), "no newline");
    }

    #[test]
    fn a_missing_file_or_an_empty_password_is_refused() {
        let missing = obtain(Some(Path::new("/nonexistent")), None, Purpose::Open).unwrap_err();
        assert!(missing.to_string().contains("/nonexistent"), "{missing}");
        let empty = obtain(None, Some(String::new()), Purpose::Choose).unwrap_err();
        assert_eq!(empty.to_string(), "The password is empty; nothing was done.");
    }
}
