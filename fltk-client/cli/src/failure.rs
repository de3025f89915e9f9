//! How a command ends when it does not end well.

use std::fmt;
use std::io;
use std::process::ExitCode;

use engine::Problem;

use crate::safe;

/// Why a command did not do what it was asked to.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line is wrong.
    Usage {
        /// What is wrong with it.
        what: String,
        /// How to write it.
        usage: &'static str,
    },
    /// The engine or the relay refused or failed.
    Problem(Problem),
    /// Anything else, as a sentence.
    Said(String),
    /// Ctrl-C, where that is not the ordinary end.
    Interrupted,
    /// Standard output or a file did not take what was written.
    Output(io::Error),
}

impl Failure {
    /// Whether the reader of our output just went away, which is no failure: `sotto-cli read | head`.
    pub(crate) fn is_quiet(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// 0 done, 1 refused or failed, 2 wrong usage.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage { .. } => ExitCode::from(2),
            quiet if quiet.is_quiet() => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage { what, usage } => write!(f, "{what}\nusage: sotto-cli {usage}"),
            // A relay's reason must not look like lines of ours.
            Self::Problem(problem) => f.write_str(&safe::line(&problem.to_string())),
            Self::Said(sentence) => f.write_str(sentence),
            Self::Interrupted => f.write_str("Interrupted; run the command again to finish it."),
            Self::Output(error) => {
                write!(f, "The output could not be written ({error}); check where it goes.")
            }
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_tell_wrong_usage_from_failure() {
        let usage = Failure::Usage { what: "ROOM is missing.".into(), usage: "read ROOM" };
        let refused = Failure::Problem(Problem::RoomUnknown);
        let gone = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        let full = Failure::from(io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(usage.exit_code(), ExitCode::from(2));
        assert_eq!(usage.to_string(), "ROOM is missing.\nusage: sotto-cli read ROOM");
        for failed in [refused, full, Failure::Interrupted, Failure::Said("No.".into())] {
            assert_eq!(failed.exit_code(), ExitCode::FAILURE);
            assert!(!failed.is_quiet() && failed.to_string().ends_with('.'));
        }
        let forged = Failure::Problem(Problem::Refused("no\nAll is well.\u{1b}[8m".into()));
        assert_eq!(forged.to_string(), "The relay refused (no All is well.[8m).");
        assert!(gone.is_quiet() && gone.exit_code() == ExitCode::SUCCESS);
    }
}
