//! What can go wrong in the protocol, by whose fault it is.

use core::fmt;

/// A protocol error. All but [`Error::Misuse`] end the session they happen in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// Bytes that no correct peer would have encoded.
    Malformed {
        /// The field or message that could not be read.
        what: &'static str,
    },
    /// Well-formed bytes that break a rule of the protocol.
    PeerMisbehaved {
        /// The rule that was broken.
        what: &'static str,
    },
    /// A size or count over its bound.
    Limit {
        /// What was bounded.
        what: &'static str,
        /// What came, in the bound's unit.
        got: usize,
        /// The bound.
        max: usize,
    },
    /// Authentication or decryption failed. Deliberately without detail.
    Crypto,
    /// A deadline passed.
    TimedOut {
        /// What was waited for.
        what: &'static str,
    },
    /// The caller broke this crate's contract.
    Misuse {
        /// The contract that was broken.
        what: &'static str,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { what } => write!(f, "malformed {what}"),
            Self::PeerMisbehaved { what } => write!(f, "the peer broke the protocol: {what}"),
            Self::Limit { what, got, max } => {
                write!(f, "{what} is {got}, more than the allowed {max}")
            }
            Self::Crypto => write!(f, "authentication failed"),
            Self::TimedOut { what } => write!(f, "timed out waiting for {what}"),
            Self::Misuse { what } => write!(f, "misuse: {what}"),
        }
    }
}

impl core::error::Error for Error {}
