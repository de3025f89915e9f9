//! How long a password would withstand guessing, by a rough estimate: its length, the kinds of its
//! characters, repeats and rows, and the commonest passwords.

/// A judgement of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strength {
    /// 0 for what is guessed at once, 4 for what is not guessed.
    pub score: u8,
    /// What would help most; empty when it is good.
    pub advice: &'static str,
    /// Why it cannot be taken at all.
    pub refused: Option<&'static str>,
}

/// Shortest password of a new account.
pub const MIN_CHARS: usize = 8;

/// The commonest passwords of published lists, without digits and signs at their ends.
const COMMON: &str = "password passwort passw0rd p@ssw0rd qwerty qwertz qwertyuiop azerty asdfgh \
    asdfghjkl zxcvbn abc abcdef iloveyou admin administrator welcome willkommen monkey dragon \
    letmein login princess sunshine master football baseball shadow superman batman michael jordan \
    trustno hello hallo freedom whatever starwars charlie donald secret geheim lovely ashley bailey \
    access flower computer internet soccer hockey killer george andrew thomas robert daniel jessica \
    pepper ginger summer winter spring autumn sommer schatz google samsung changeme default test \
    guest root user sotto chat chocolate cookie cheese banana orange purple diamond mustang harley \
    matrix pokemon naruto liverpool chelsea arsenal barcelona juventus loveme angel nicole hannah";

/// Judges a password; `name` is what an attacker tries first.
#[must_use]
pub fn rate(password: &str, name: &str) -> Strength {
    let count = password.chars().count();
    let lower = password.to_lowercase();
    let core = lower.trim_matches(|c: char| !c.is_alphabetic());
    let common = !core.is_empty() && COMMON.split_whitespace().any(|known| known == core);
    let bits = bits(&lower, password);
    let named = name.len() >= 3 && lower.contains(&name.to_lowercase());
    let digits_only = password.chars().all(|c| c.is_ascii_digit());
    let judged = |score, advice| Strength { score, advice, refused: None };
    if count == 0 {
        return judged(0, "");
    }
    if count < MIN_CHARS {
        let text = "At least 8 characters.";
        return Strength { score: 0, advice: text, refused: Some(text) };
    }
    if common || bits < 16 {
        let text = "It is guessed at once; choose another.";
        return Strength { score: 0, advice: text, refused: Some(text) };
    }
    let score = match bits {
        0..30 => 1,
        30..45 => 2,
        45..64 => 3,
        _ => 4,
    };
    match score {
        _ if named => judged(1, "Leave your name out."),
        4 => judged(4, ""),
        3 => judged(3, "One more word would make it strong."),
        _ if digits_only => judged(score, "Use words, not digits alone."),
        _ => judged(score, "Four unrelated words would be strong."),
    }
}

/// Whether a character is of a kind.
type Kind = fn(char) -> bool;

/// Bits of a guess: each character counts by how many it could have been, but little if it repeats
/// the one before or follows it in a row.
fn bits(lower: &str, password: &str) -> u32 {
    let kinds: [(Kind, u32); 4] = [
        (char::is_lowercase, 26),
        (char::is_uppercase, 26),
        (|c| c.is_ascii_digit(), 10),
        (|c| !c.is_alphanumeric(), 20),
    ];
    let used = kinds.iter().filter(|(is_kind, _)| password.chars().any(is_kind));
    let alphabet: u32 = used.map(|(_, size)| size).sum();
    // Tenths of a bit for a random character.
    let each = 10 * (u32::BITS - alphabet.max(2).leading_zeros()) - 5;
    let mut seen = Vec::new();
    let (mut tenths, mut before) = (0, None::<char>);
    for c in lower.chars() {
        let row = before.is_some_and(|b| u32::from(c).abs_diff(u32::from(b)) <= 1);
        tenths += match (row, seen.contains(&c)) {
            (true, _) => 8,
            // Words of a language are about two bits a letter less than random ones.
            (false, true) => each * 2 / 3,
            (false, false) => each * 4 / 5,
        };
        seen.push(c);
        before = Some(c);
    }
    // "abcabcabc" is no longer than "abc".
    let repeats = (1..=lower.len() / 2).any(|n| {
        lower.len().is_multiple_of(n)
            && lower.get(..n).is_some_and(|part| part.repeat(lower.len() / n) == lower)
    });
    if repeats { tenths / 20 } else { tenths / 10 }
}

/// The judgement in a word.
#[must_use]
pub const fn word(score: u8) -> &'static str {
    match score {
        0 => "Very weak",
        1 => "Weak",
        2 => "Fair",
        3 => "Good",
        _ => "Strong",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(password: &str) -> u8 {
        rate(password, "alice").score
    }

    #[test]
    fn common_and_short_ones_are_refused() {
        for bad in ["short", "Password123!", "qwertz123456", "aaaaaaaaaa", "12345678", "abababab"] {
            assert!(rate(bad, "alice").refused.is_some(), "{bad}");
        }
    }

    #[test]
    fn length_counts_more_than_signs() {
        assert!(score("Xk9$aQ!z") < score("violet kettle under maps"));
        assert_eq!(score("violet kettle under maps"), 4);
        assert!(score("violet kettle") >= 2);
        assert!(score("20031987") <= 1);
    }

    #[test]
    fn the_own_name_is_advised_against() {
        assert_eq!(rate("alice in the garden house", "alice").advice, "Leave your name out.");
    }

    #[test]
    fn nothing_is_said_of_nothing() {
        assert_eq!(rate("", "alice"), Strength { score: 0, advice: "", refused: None });
    }
}
