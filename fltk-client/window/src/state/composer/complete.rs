//! What completes the word at the cursor: `:shortcode` and `@handle`.

use core::ops::Range;

use engine::Member;

use super::Composer;
use crate::app::Out;
use crate::effect::Effect;
use crate::scene::Field;

/// Rows of the menu.
const ROWS: usize = 6;
/// Longest word that is looked up.
const MAX_WORD_BYTES: usize = 40;

/// What can complete a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The word with its mark, in bytes of the text.
    pub range: Range<usize>,
    /// What it can become; not empty.
    pub choices: Vec<Choice>,
    /// Which is chosen with the arrows.
    pub picked: usize,
}

/// One way to complete a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is shown.
    pub shown: String,
    /// What is put in place of the word.
    pub insert: String,
}

impl Completion {
    /// What can complete the word before a place of a text.
    #[must_use]
    pub fn at(text: &str, cursor: usize, members: &[Member]) -> Option<Self> {
        let (range, mark, word) = word_at(text, cursor)?;
        let choices = match mark {
            '@' => handles(word, members),
            _ if word.len() >= 2 => emoji(word),
            _ => Vec::new(),
        };
        (!choices.is_empty()).then_some(Self { range, choices, picked: 0 })
    }

    /// Chooses another row.
    pub fn step(&mut self, down: bool) {
        let last = self.choices.len().saturating_sub(1);
        self.picked = match (down, self.picked) {
            (true, at) if at >= last => 0,
            (true, at) => at + 1,
            (false, 0) => last,
            (false, at) => at - 1,
        };
    }
}

impl Composer {
    /// Replaces a shortcode that was just typed whole by its emoji.
    pub(super) fn replace_shortcode(&mut self, out: &mut Out) -> bool {
        let whole = self.text.get(..self.cursor).and_then(|before| {
            let (range, mark, word) = word_at(before.strip_suffix(':')?, self.cursor - 1)?;
            let emoji = crate::emoji::by_shortcode(word)?.text;
            (mark == ':').then(|| (range.start..self.cursor, emoji.to_owned()))
        });
        let Some((range, emoji)) = whole else { return false };
        self.completion = None;
        out.effect(Effect::Insert(Field::Composer, range, emoji));
        true
    }
}

/// The marked word before the cursor: where it is, its mark, and what is behind that.
fn word_at(text: &str, cursor: usize) -> Option<(Range<usize>, char, &str)> {
    let before = text.get(..cursor)?;
    let at = before.rfind(|c: char| !is_part(c))?;
    let mark = before.get(at..)?.chars().next().filter(|c| matches!(c, ':' | '@'))?;
    let word = before.get(at + 1..)?;
    // `10:30` and `me@example` are no marked words.
    let begins = before.get(..at)?.chars().next_back().is_none_or(|c| !c.is_alphanumeric());
    (begins && word.len() <= MAX_WORD_BYTES).then_some((at..cursor, mark, word))
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '.')
}

fn handles(word: &str, members: &[Member]) -> Vec<Choice> {
    let word = word.to_ascii_lowercase();
    members
        .iter()
        .filter(|member| !member.own && member.handle.as_str().starts_with(&word))
        .take(ROWS)
        .map(|member| Choice {
            shown: format!("@{}", member.handle),
            insert: format!("@{} ", member.handle),
        })
        .collect()
}

fn emoji(word: &str) -> Vec<Choice> {
    crate::emoji::complete(word)
        .into_iter()
        .take(ROWS)
        .map(|emoji| Choice {
            shown: format!("{} :{}:", emoji.text, emoji.shortcode()),
            insert: emoji.text.to_owned(),
        })
        .collect()
}
