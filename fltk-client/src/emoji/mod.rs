//! TODO emoji.

/// Shortcodes that begin with a word, and their emoji.
#[must_use]
pub fn complete(word: &str) -> Vec<(&'static str, &'static str)> {
    KNOWN.iter().filter(|(name, _)| name.starts_with(word)).copied().collect()
}

/// The emoji of a shortcode.
#[must_use]
pub fn by_shortcode(name: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(known, _)| *known == name).map(|(_, emoji)| *emoji)
}

const KNOWN: [(&str, &str); 3] = [("smile", "😄"), ("smirk", "😏"), ("potato", "🥔")];
