//! Text of others, made safe for a terminal.
//!
//! A message could otherwise move the cursor, change the title, or pretend to be another line of
//! the conversation. JSON output needs none of this: it is escaped and exact.

/// The text on one line, without anything that a terminal obeys.
pub(crate) fn line(text: &str) -> String {
    text.chars().filter_map(shown).map(|c| if c == '\n' { ' ' } else { c }).collect()
}

/// The text without anything that a terminal obeys but line breaks, and those followed by `indent`.
pub(crate) fn block(text: &str, indent: &str) -> String {
    let mut block = String::with_capacity(text.len());
    for c in text.chars().filter_map(shown) {
        block.push(c);
        if c == '\n' {
            block.push_str(indent);
        }
    }
    block
}

fn shown(c: char) -> Option<char> {
    match c {
        // Some terminals break lines at the Unicode separators, which would escape the indent.
        '\n' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' => Some(' '),
        // Embeddings, overrides and isolates; the plain marks of right-to-left text stay.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        c if c.is_control() => None,
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_that_it_would_obey() {
        let evil = "a\u{1b}[2J\u{0}\u{7}\r\u{8}\u{7f}\u{9b}31m\u{202e}b\u{2066}c\u{2069}";
        assert_eq!(line(evil), "a[2J31mbc");
        assert_eq!(block(evil, "  "), "a[2J31mbc");
    }

    #[test]
    fn every_control_and_override_goes() {
        let kept: Vec<char> = (0..=0xa0)
            .chain(0x2028..=0x202e)
            .chain(0x2066..=0x2069)
            .filter_map(char::from_u32)
            .filter_map(shown)
            .filter(|c| c.is_control())
            .collect();
        assert_eq!(kept, ['\n', '\n', '\n'], "of LF and the two separators");
    }

    #[test]
    fn a_second_line_cannot_pose_as_another_message() {
        let text = "hi\n12:00 bob: I owe you\u{2028}12:01 bob: a lot";
        assert_eq!(block(text, "      "), "hi\n      12:00 bob: I owe you\n      12:01 bob: a lot");
        assert_eq!(line("two\nlines\tand a tab"), "two lines and a tab");
    }

    #[test]
    fn ordinary_text_of_any_script_stays() {
        let text = "Grüße, שלום\u{200f}, 你好, 👩\u{200d}🚀";
        assert_eq!(line(text), text);
    }
}
