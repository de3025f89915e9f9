//! Mentions of an account in a text.

use wire::id::Handle;

/// Whether a text mentions an account: `@handle` as a word of its own, whatever its case. What
/// follows may be punctuation; an address such as `a@alice.org` mentions nobody.
///
/// ```
/// # use engine::mentions;
/// let alice = wire::id::Handle::new("alice").unwrap();
/// assert!(mentions("Ask @alice, please", &alice));
/// assert!(!mentions("Write to a@alice.org", &alice));
/// ```
#[must_use]
pub fn mentions(text: &str, handle: &Handle) -> bool {
    let mut before = None;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        if c == '@' && before.is_none_or(may_precede) && names(rest, handle.as_str()) {
            return true;
        }
        before = Some(c);
    }
    false
}

/// What joins a `@` to an address.
fn may_precede(c: char) -> bool {
    !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '%' | '@'))
}

/// Whether a text begins with a handle that ends there. A dot, dash or underscore may be of a longer
/// handle, or end a sentence.
fn names(text: &str, handle: &str) -> bool {
    let Some((name, rest)) = text.split_at_checked(handle.len()) else { return false };
    let mut rest = rest.chars().skip_while(|c| matches!(c, '.' | '_' | '-'));
    name.eq_ignore_ascii_case(handle)
        && rest.next().is_none_or(|c| !c.is_alphanumeric() && c != '@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_is_a_word_of_its_own() {
        let alice = Handle::new("alice").unwrap();
        for text in [
            "@alice",
            "hello @alice",
            "@Alice?",
            "(@alice)",
            "hi @alice.",
            "@alice... well",
            "ünd @alice—so",
            "@bob @alice",
            "„@alice“",
            "@alice: look",
        ] {
            assert!(mentions(text, &alice), "{text}");
        }
        for text in [
            "",
            "alice",
            "@",
            "@alic",
            "@alicea",
            "@alice2",
            "a@alice.org",
            "@alice.org",
            "@alice-b",
            "@alice_b",
            "@alice@example.org",
            "a.@alice",
            "@@alice",
            "@alicé",
            "é@alice",
        ] {
            assert!(!mentions(text, &alice), "{text}");
        }
    }

    #[test]
    fn a_handle_may_hold_dots() {
        let handle = Handle::new("a.b").unwrap();
        assert!(mentions("@a.b.", &handle));
        assert!(!mentions("@a.b.c", &handle));
        assert!(!mentions("@a", &handle));
    }
}
