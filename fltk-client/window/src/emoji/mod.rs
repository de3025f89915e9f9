//! The commonest emoji, with names and shortcodes, in groups.
//!
//! They stand in one text, `table`, which is read once. There are no skin tones and no flags beyond
//! the commonest; anything else can still be typed or pasted.

mod table;

use std::sync::OnceLock;

/// An emoji.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Emoji {
    /// Itself: one grapheme.
    pub text: &'static str,
    /// Its name: small letters, no two alike.
    pub name: &'static str,
    /// What it is called between colons, if that is not its name with `_` between the words.
    short: &'static str,
}

impl Emoji {
    /// Its shortcode, without colons.
    #[must_use]
    pub fn shortcode(&self) -> String {
        if self.short.is_empty() { code_of(self.name) } else { self.short.to_owned() }
    }
}

/// Emoji that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they are.
    pub name: &'static str,
    /// The emoji, alike ones beside each other.
    pub emoji: Vec<Emoji>,
}

/// All groups, in the order in which they are shown.
#[must_use]
pub fn groups() -> &'static [Group] {
    static GROUPS: OnceLock<Vec<Group>> = OnceLock::new();
    GROUPS.get_or_init(|| table::GROUPS.iter().map(|(name, lines)| read(name, lines)).collect())
}

/// `😀 grinning face=grinning,` and so on.
fn read(name: &'static str, lines: &'static str) -> Group {
    let entries = lines.split([',', '\n']).map(str::trim).filter(|entry| !entry.is_empty());
    let emoji = entries.filter_map(|entry| {
        let (text, rest) = entry.split_once(' ')?;
        let (name, short) = rest.split_once('=').unwrap_or((rest, ""));
        Some(Emoji { text, name, short })
    });
    Group { name, emoji: emoji.collect() }
}

fn code_of(name: &str) -> String {
    name.chars().filter_map(code_char).collect()
}

fn code_char(c: char) -> Option<char> {
    match c {
        ' ' | '-' => Some('_'),
        '’' | '.' | ':' | '“' | '”' => None,
        c => Some(c),
    }
}

fn all() -> impl Iterator<Item = Emoji> {
    groups().iter().flat_map(|group| group.emoji.iter().copied())
}

/// Emoji in whose name or shortcode each word of a query begins a word, those that begin with it
/// first.
#[must_use]
pub fn search(query: &str) -> Vec<Emoji> {
    let query = query.trim().trim_matches(':').to_lowercase();
    let words: Vec<&str> = query.split([' ', '_']).filter(|word| !word.is_empty()).collect();
    let Some(first) = words.first() else { return Vec::new() };
    let fits = |emoji: &Emoji| {
        words.iter().all(|wanted| {
            let mut known = emoji.name.split([' ', '-']).chain(emoji.short.split('_'));
            known.any(|word| word.starts_with(wanted))
        })
    };
    let mut found: Vec<Emoji> = all().filter(fits).collect();
    let starts = |emoji: &Emoji| emoji.name.starts_with(first) || emoji.short.starts_with(first);
    let exact = |emoji: &Emoji| emoji.name == query || emoji.short == query;
    found.sort_by_key(|emoji| (!exact(emoji), !starts(emoji)));
    found
}

/// The emoji of a shortcode, with colons or without.
#[must_use]
pub fn by_shortcode(code: &str) -> Option<Emoji> {
    let code = code.trim_matches(':');
    all()
        .find(|emoji| emoji.short == code)
        .or_else(|| all().find(|emoji| code_of(emoji.name) == code))
}

/// The emoji that a text is.
#[must_use]
pub fn by_text(text: &str) -> Option<Emoji> {
    all().find(|emoji| emoji.text == text)
}

/// At most 8 emoji whose shortcode may be meant by its beginning.
#[must_use]
pub fn complete(start: &str) -> Vec<Emoji> {
    let mut found = search(start);
    found.truncate(8);
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use unicode_segmentation::UnicodeSegmentation;

    use super::*;

    #[test]
    fn each_is_one_grapheme_with_a_name_and_code_of_its_own() {
        let (mut texts, mut names, mut codes) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for emoji in all() {
            assert_eq!(emoji.text.graphemes(true).count(), 1, "{emoji:?}");
            assert!(!emoji.text.is_ascii() && !emoji.name.is_empty(), "{emoji:?}");
            assert!(texts.insert(emoji.text), "twice: {emoji:?}");
            assert!(names.insert(emoji.name), "twice: {emoji:?}");
            assert!(codes.insert(emoji.shortcode()), "twice: {emoji:?}");
        }
        assert!((900..=1_400).contains(&texts.len()), "{}", texts.len());
        let bytes: usize = table::GROUPS.iter().map(|(name, text)| name.len() + text.len()).sum();
        assert!(bytes <= 60 * 1_024, "{bytes}");
    }

    #[test]
    fn words_are_found_by_their_beginnings() {
        assert_eq!(search("potato").first().unwrap().text, "🥔");
        assert_eq!(search("thumbs u").first().unwrap().text, "👍");
        assert!(search("heart").len() > 10);
        assert!(search("").is_empty());
        assert!(search("nothing of that name").is_empty());
    }

    #[test]
    fn shortcodes_are_those_that_people_know() {
        for (code, text) in
            [(":smile:", "😄"), (":+1:", "👍"), ("tada", "🎉"), (":heart:", "❤️"), (":fire:", "🔥")]
        {
            assert_eq!(by_shortcode(code).unwrap().text, text, "{code}");
        }
        assert_eq!(by_shortcode(":nothing:"), None);
        assert!(complete("smi").len() <= 8);
        assert!(complete("smi").iter().any(|emoji| emoji.text == "😄"));
    }
}
