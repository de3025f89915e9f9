//! Where a line may break.

use core::ops::Range;

use unicode_linebreak::linebreaks;
use unicode_segmentation::UnicodeSegmentation;

/// Longest piece that is measured at once, in bytes; longer words are measured in parts.
pub const MAX_PIECE_BYTES: usize = 48;

/// The pieces of one paragraph, each with the blanks behind it; a line may begin with any. Together
/// they are the text.
#[must_use]
pub fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (end, _) in linebreaks(text) {
        if end > start {
            pieces.push(start..end);
            start = end;
        }
    }
    if start < text.len() {
        pieces.push(start..text.len());
    }
    pieces
}

/// A word in parts of at most [`MAX_PIECE_BYTES`], or of one grapheme where that is longer.
#[must_use]
pub fn chunks(text: &str) -> Vec<Range<usize>> {
    if text.len() <= MAX_PIECE_BYTES {
        return core::iter::once(0..text.len()).filter(|whole| !whole.is_empty()).collect();
    }
    let mut chunks = Vec::new();
    let mut start = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        let end = at + grapheme.len();
        if end - start > MAX_PIECE_BYTES && at > start {
            chunks.push(start..at);
            start = at;
        }
    }
    chunks.push(start..text.len());
    chunks
}

/// The word around a byte of a text, for a double click.
#[must_use]
pub fn word_at(text: &str, at: usize) -> Range<usize> {
    // A click needs no more than what is near it, however long the text is.
    let mut from = at.saturating_sub(256).min(text.len());
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    let mut to = (at + 256).min(text.len());
    while !text.is_char_boundary(to) {
        to += 1;
    }
    let near = text.get(from..to).unwrap_or_default();
    near.split_word_bound_indices()
        .map(|(start, word)| from + start..from + start + word.len())
        .find(|word| at < word.end)
        .unwrap_or(text.len()..text.len())
}

#[cfg(test)]
mod tests {
    use super::{MAX_PIECE_BYTES, chunks, pieces, word_at};

    const TEXTS: [&str; 6] = [
        "",
        "one two  three ",
        "https://example.org/a/very/long?path=with&many=parts#and-more",
        "日本語の文章は空白なしで折り返す。",
        "👨‍👩‍👧‍👦👨‍👩‍👧‍👦 ne\u{301}e\u{301}",
        "\u{a0}\u{200b}---",
    ];

    #[test]
    fn pieces_are_the_text() {
        for text in TEXTS {
            let joined: String = pieces(text).into_iter().map(|piece| &text[piece]).collect();
            assert_eq!(joined, text);
            let joined: String = chunks(text).into_iter().map(|piece| &text[piece]).collect();
            assert_eq!(joined, text);
        }
    }

    #[test]
    fn ideographs_break_anywhere() {
        assert!(pieces(TEXTS[3]).len() > 10);
        assert!(pieces(TEXTS[2]).len() > 3);
    }

    #[test]
    fn a_long_word_is_measured_in_parts() {
        let word = "a".repeat(1_000);
        assert!(chunks(&word).iter().all(|chunk| chunk.len() <= MAX_PIECE_BYTES));
        let family = "👨‍👩‍👧‍👦".repeat(50);
        assert!(chunks(&family).iter().all(|chunk| family[chunk.clone()].starts_with('👨')));
    }

    #[test]
    fn a_double_click_finds_a_word() {
        assert_eq!(word_at("one two", 5), 4..7);
        assert_eq!(word_at("one two", 3), 3..4);
        assert_eq!(word_at("one", 3), 3..3);
        let long = "x".repeat(100_000);
        assert!(word_at(&long, 50_000).contains(&50_000));
    }
}
