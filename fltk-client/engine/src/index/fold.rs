//! Folding: what a text and a query have in common whatever their case and accents.

/// Appends a text in lower case (`char::to_lowercase`), Latin letters without their accents.
pub(super) fn fold_into(text: &str, out: &mut Vec<u8>) {
    // Most texts are.
    if text.is_ascii() {
        let begin = out.len();
        out.extend_from_slice(text.as_bytes());
        out.get_mut(begin..).unwrap_or_default().make_ascii_lowercase();
        return;
    }
    let mut bytes = [0; 4];
    for letter in text.chars() {
        for lower in letter.to_lowercase().filter(|lower| !is_accent(*lower)) {
            match plain(lower) {
                Some(plain) => out.extend_from_slice(plain.as_bytes()),
                None => out.extend_from_slice(lower.encode_utf8(&mut bytes).as_bytes()),
            }
        }
    }
}

/// Combining diacritical marks, which decomposed letters carry.
const fn is_accent(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

/// A lower-case letter of Latin-1 or Latin Extended-A without its accent.
const fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' => "t",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        // Greek has another small sigma at the end of words.
        'ς' => "σ",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_do_not_count() {
        let fold = |text: &str| {
            let mut out = Vec::new();
            fold_into(text, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(fold("Crème BRÛLÉE"), "creme brulee");
        assert_eq!(fold("cre\u{300}me"), "creme");
        assert_eq!(fold("STRASSE"), fold("Straße"));
        assert_eq!(fold("ΟΔΟΣ"), fold("οδος"));
        assert_eq!(fold("İstanbul"), "istanbul");
        assert_eq!(fold("Привет 🌻 你好"), "привет 🌻 你好");
    }
}
