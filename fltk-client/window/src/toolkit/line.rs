//! One line of text as it may be given to FLTK, whoever wrote it.

use std::borrow::Cow;

/// The text without what must not be painted: NUL, other controls, line ends, and the characters
/// that turn the direction of what is around them.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_hidden) {
        Cow::Owned(text.chars().filter(|c| !is_hidden(*c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// What a person pastes, without those; lines stay lines where there may be several.
pub(super) fn pasted(text: &str, multiline: bool) -> Cow<'_, str> {
    let stays = |c: char| !is_hidden(c) || (c == '\n' && multiline);
    if text.chars().all(stays) {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let apart = |c: char| match c {
        '\n' if !multiline => ' ',
        '\t' => ' ',
        c => c,
    };
    Cow::Owned(text.chars().map(apart).filter(|c| stays(*c)).collect())
}

/// The longest beginning of at most `max` bytes that ends between characters.
pub(super) fn head(text: &str, max: usize) -> &str {
    let mut end = max.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{2028}' | '\u{2029}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_deceive_is_not_painted() {
        assert_eq!(visible("plain @ & <b>"), "plain @ & <b>");
        assert_eq!(visible("a\0b\u{202e}c\u{2066}d\n\x1b[31me\u{85}"), "abcd[31me");
    }

    #[test]
    fn a_paste_keeps_its_lines_where_there_may_be_some() {
        assert_eq!(pasted("a\r\nb\0\tc", true), "a\nb c");
        assert_eq!(pasted("a\r\nb\tc", false), "a b c");
    }

    #[test]
    fn a_head_ends_between_characters() {
        assert_eq!(head("aß", 2), "a");
        assert_eq!(head("aß", 3), "aß");
        assert_eq!(head("", 9), "");
    }
}
