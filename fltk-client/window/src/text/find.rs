//! Where the words of a search stand in a text.

use core::ops::Range;

/// Most places that are marked in one text.
const MAX_PLACES: usize = 200;

/// The places of any of these words, whatever their case; in order, apart from each other.
#[must_use]
pub fn places(text: &str, words: &[Box<str>]) -> Vec<Range<usize>> {
    let words: Vec<Vec<char>> = words
        .iter()
        .map(|word| word.chars().flat_map(char::to_lowercase).take(64).collect())
        .filter(|word: &Vec<char>| !word.is_empty())
        .collect();
    let mut places = Vec::new();
    let mut behind = 0;
    for (at, _) in text.char_indices() {
        if at < behind || words.is_empty() {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        if let Some(len) = words.iter().filter_map(|word| prefix(rest, word)).max() {
            places.push(at..at + len);
            behind = at + len;
            if places.len() == MAX_PLACES {
                break;
            }
        }
    }
    places
}

/// The bytes of a text's beginning that are this word.
fn prefix(text: &str, word: &[char]) -> Option<usize> {
    let mut wanted = word.iter();
    for (at, c) in text.char_indices() {
        if wanted.len() == 0 {
            return Some(at);
        }
        for lower in c.to_lowercase() {
            if wanted.next() != Some(&lower) {
                return None;
            }
        }
    }
    (wanted.len() == 0).then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn words_are_found_whatever_their_case() {
        let words = ["STRASSE".into(), "öl".into()];
        assert_eq!(places("Strasse, Öl, strasse", &words), [0..7, 9..12, 14..21]);
        assert_eq!(places("abc", &[]), []);
        assert_eq!(places("aaaa", &["aa".into()]), [0..2, 2..4]);
        assert_eq!(places("İ", &["i".into()]), []);
    }
}
