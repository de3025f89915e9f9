//! Who is meant: `@handle` in a text.

use wire::id::Handle;

/// Whether a text mentions an account: `@` and its handle, whatever the case, not inside a word or an
/// address, and not as the beginning of a longer handle.
pub(crate) fn mentions(text: &str, handle: &Handle) -> bool {
    let handle = handle.as_str();
    text.match_indices('@').any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at.saturating_add(1)..).unwrap_or_default();
        let is_named =
            after.get(..handle.len()).is_some_and(|name| name.eq_ignore_ascii_case(handle));
        let rest = after.get(handle.len()..).unwrap_or_default();
        is_named && !before.is_some_and(char::is_alphanumeric) && !goes_on(rest)
    })
}

/// Whether a handle goes on: a full stop behind it ends a sentence, unless a word follows at once.
fn goes_on(rest: &str) -> bool {
    let word = rest.trim_start_matches(['.', '-']);
    word.chars().next().is_some_and(|next| next.is_alphanumeric() || next == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_mentioned_by_its_whole_handle() {
        let bob = Handle::new("bob").unwrap();
        for text in ["@bob", "hello @Bob, come", "(@bob)", "ask @bob.", "@bobby or @bob"] {
            assert!(mentions(text, &bob), "{text}");
        }
        for text in ["bob", "@bobby", "@bob.smith", "@bob-2", "@bob_", "me@bob", "@", "@bo"] {
            assert!(!mentions(text, &bob), "{text}");
        }
    }
}
