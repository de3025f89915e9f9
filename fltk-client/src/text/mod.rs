//! Text as people see it.

use std::borrow::Cow;

/// A text without what would deceive or disturb where it is painted: NUL, other C0 controls but line
/// feeds and tabs, and marks that turn the direction of what follows.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    let hostile = |c: char| {
        (c < ' ' && c != '\n' && c != '\t')
            || matches!(c, '\u{7f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(hostile) {
        Cow::Owned(text.chars().filter(|&c| !hostile(c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}
