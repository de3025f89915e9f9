//! What an account may be called, in words.

use wire::id::Handle;
use wire::limit::MAX_HANDLE_BYTES;

/// What is wrong with a name; `None` if nothing is, or if there is none yet.
#[must_use]
pub fn fault(text: &str) -> Option<&'static str> {
    let first = text.chars().next()?;
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    if text.contains(char::is_uppercase) {
        Some("Small letters only.")
    } else if text.contains(' ') {
        Some("No spaces; use . _ or - between words.")
    } else if !text.chars().all(allowed) {
        Some("Only the letters a to z, digits, and . _ -")
    } else if "._-".contains(first) {
        Some("Begin with a letter or a digit.")
    } else if text.len() > MAX_HANDLE_BYTES {
        Some("At most 32 characters.")
    } else {
        None
    }
}

/// The account that somebody means who writes `@bob ` or `Bob`.
#[must_use]
pub fn meant(text: &str) -> Option<Handle> {
    Handle::new(text.trim().trim_start_matches('@').to_lowercase()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_wrong_is_a_handle_and_the_reverse() {
        let long = "a".repeat(33);
        for name in ["alice", "a.b-c_d", "9", "Alice", "al ice", "élan", ".a", "-", &long] {
            assert_eq!(fault(name).is_none(), Handle::new(name).is_ok(), "{name}");
        }
        assert_eq!(fault(""), None, "not wrong yet");
    }

    #[test]
    fn a_name_is_understood_as_people_write_it() {
        assert_eq!(meant(" @Bob ").unwrap().as_str(), "bob");
        assert_eq!(meant("no spaces"), None);
    }
}
