//! What may be painted of a text that came from somebody else.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

/// Characters of a grapheme that are kept: its base and eight marks.
const MAX_CHARS: usize = 9;
/// Likewise of one that is joined, as families and flags are.
const MAX_JOINED_CHARS: usize = 32;

/// A text without what would disturb the window: NUL and the other controls except line break and
/// tab, overrides of the writing direction, and marks stacked higher than eight.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !text.chars().any(is_refused) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    for grapheme in text.graphemes(true) {
        let joined = grapheme.contains('\u{200d}') || grapheme.contains('\u{e007f}');
        let max = if joined { MAX_JOINED_CHARS } else { MAX_CHARS };
        if grapheme == "\r\n" {
            cleaned.push('\n');
            continue;
        }
        cleaned.extend(grapheme.chars().filter(|c| !is_refused(*c)).take(max));
    }
    if cleaned == text { Cow::Borrowed(text) } else { Cow::Owned(cleaned) }
}

fn is_refused(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' => true,
        c => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn plain_text_is_untouched() {
        for text in ["", "hello\n\tworld", "Grüße, 世界 👨‍👩‍👧‍👦", "e\u{301}"]
        {
            assert_eq!(clean(text), text);
        }
    }

    #[test]
    fn controls_and_overrides_go() {
        assert_eq!(clean("a\0b\u{1b}[31mc\u{202e}d\u{2067}e\r\nf\u{85}"), "ab[31mcde\nf");
    }

    #[test]
    fn stacked_marks_are_bounded() {
        let tower = format!("z{}y", "\u{301}".repeat(5_000));
        assert_eq!(clean(&tower), format!("z{}y", "\u{301}".repeat(8)));
        let chain = "👩\u{200d}".repeat(5_000);
        assert!(clean(&chain).chars().count() <= 33);
    }
}
