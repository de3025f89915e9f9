//! How wide words are, remembered: to measure one costs 20 µs with FLTK.

use std::collections::HashMap;

use crate::look::{Font, Measure};

/// Words kept in each of the two halves; together some 600 kB.
const HALF: usize = 4_096;
/// Words that are measured in one frame at most: 8 ms.
const BUDGET: usize = 400;

/// Widths of words in two halves: when the newer is full it becomes the older, and what was not
/// asked for since is forgotten.
#[derive(Debug)]
pub struct Words {
    newer: Half,
    older: Half,
    left: usize,
    rough: bool,
}

/// Widths by font, then by word, so that a word is looked up without a copy of it.
#[derive(Debug, Default)]
struct Half {
    fonts: HashMap<Font, HashMap<Box<str>, f32>>,
    len: usize,
}

impl Half {
    fn find(&self, font: Font, word: &str) -> Option<f32> {
        self.fonts.get(&font)?.get(word).copied()
    }

    fn insert(&mut self, font: Font, word: &str, width: f32) {
        let known = self.fonts.entry(font).or_default().insert(word.into(), width);
        self.len += usize::from(known.is_none());
    }
}

impl Default for Words {
    fn default() -> Self {
        Self { newer: Half::default(), older: Half::default(), left: BUDGET, rough: false }
    }
}

impl Words {
    /// Begins a frame: as much may be measured again.
    pub const fn begin_frame(&mut self) {
        self.left = BUDGET;
    }

    /// Whether a width was only guessed since this was last asked, because the frame's budget was
    /// used up.
    pub const fn take_rough(&mut self) -> bool {
        core::mem::replace(&mut self.rough, false)
    }

    /// Words that are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.newer.len + self.older.len
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets all, because the scale or the fonts are others.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The width of a word, in logical pixels.
    pub fn width(&mut self, measure: &dyn Measure, font: Font, word: &str) -> f32 {
        if word.is_empty() {
            return 0.0;
        }
        if let Some(width) = self.newer.find(font, word) {
            return width;
        }
        let width = match self.older.find(font, word) {
            Some(width) => width,
            None if self.left == 0 => {
                self.rough = true;
                return guess(font, word);
            }
            None => {
                self.left -= 1;
                measure.width(font, word)
            }
        };
        if self.newer.len >= HALF {
            self.older = core::mem::take(&mut self.newer);
        }
        self.newer.insert(font, word, width);
        width
    }
}

/// About how wide a word is.
fn guess(font: Font, word: &str) -> f32 {
    let em = f32::from(font.size);
    word.chars().map(|c| if u32::from(c) < 0x1100 { 0.55 * em } else { em }).sum()
}

#[cfg(test)]
mod tests {
    use core::cell::Cell;

    use super::{BUDGET, HALF, Words};
    use crate::look::{Font, Measure};

    #[derive(Default)]
    struct Counting(Cell<usize>);

    impl Measure for Counting {
        fn width(&self, _: Font, text: &str) -> f32 {
            self.0.set(self.0.get() + 1);
            f32::from(u8::try_from(text.len()).unwrap())
        }
    }

    #[test]
    fn a_word_is_measured_once() {
        let (mut words, measure) = (Words::default(), Counting::default());
        for _ in 0..3 {
            assert!(words.width(&measure, Font::BODY, "abc") > 2.9);
        }
        assert!(words.width(&measure, Font::STRONG, "abc") > 2.9);
        assert_eq!(measure.0.get(), 2);
    }

    #[test]
    fn a_frame_measures_a_bounded_number() {
        let (mut words, measure) = (Words::default(), Counting::default());
        for word in 0..2 * BUDGET {
            words.width(&measure, Font::BODY, &word.to_string());
        }
        assert_eq!(measure.0.get(), BUDGET);
        assert!(words.take_rough());
        words.begin_frame();
        for word in 0..2 * BUDGET {
            words.width(&measure, Font::BODY, &word.to_string());
        }
        assert_eq!(measure.0.get(), 2 * BUDGET);
        assert!(!words.take_rough());
    }

    #[test]
    fn memory_is_bounded() {
        let (mut words, measure) = (Words::default(), Counting::default());
        for word in 0..5 * HALF {
            words.begin_frame();
            words.width(&measure, Font::BODY, &word.to_string());
        }
        assert!(words.len() <= 2 * HALF);
    }
}
