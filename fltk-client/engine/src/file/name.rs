//! Names of files that strangers chose.
//!
//! Only the name: that it is free in a directory is looked at by `receive`.

/// Longest name in bytes. File systems take 255; this leaves room for ` (2)` and for the names of
/// partial files of other programs.
const MAX_BYTES: usize = 200;
/// Longest ending, in characters, that is kept when a name is cut.
const MAX_EXTENSION_CHARS: usize = 16;
/// What a name that has nothing of its own becomes.
const NAMELESS: &str = "file";

/// A name under which a file that its sender calls `name` can be saved: one visible component that
/// every common file system takes, at most 200 bytes, not hidden and not a partial file's. A safe
/// name stays as it is.
#[must_use]
pub fn safe_name(name: &str) -> String {
    let last = name.trim_end_matches(is_separator).rsplit(is_separator).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !is_stripped(*c)).map(replaced).collect();
    let trimmed = trimmed(&kept);
    let unhidden = trimmed.trim_start_matches('.');
    let name = if unhidden.len() < trimmed.len() { format!("_{unhidden}") } else { trimmed.into() };
    let name = cut(&name);
    if name.is_empty() {
        return NAMELESS.into();
    }
    // Behind the cut, which can make a reserved name out of a longer one.
    if is_reserved(&name) || name.starts_with('-') { cut(&format!("_{name}")) } else { name }
}

/// The part before the last dot, and the rest with its dot. A name without an ending, or with one
/// that is too long for one, has none.
pub(super) fn split(name: &str) -> (&str, &str) {
    match name.rfind('.').and_then(|dot| name.split_at_checked(dot)) {
        Some((stem, rest))
            if !stem.is_empty() && rest.chars().count() <= MAX_EXTENSION_CHARS + 1 =>
        {
            (stem, rest)
        }
        _ => (name, ""),
    }
}

/// Cuts a text at the last end of a character within `max` bytes.
pub(super) fn prefix(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max)).unwrap_or_default()
}

fn cut(name: &str) -> String {
    if name.len() <= MAX_BYTES {
        return name.into();
    }
    let (stem, ending) = split(name);
    let stem = trimmed(prefix(stem, MAX_BYTES.saturating_sub(ending.len())));
    format!("{stem}{ending}")
}

/// Without blanks around it, and without dots behind it: Windows drops these itself, so that another
/// file than the named one would be meant.
fn trimmed(name: &str) -> &str {
    name.trim_end_matches(|c| is_blank(c) || c == '.').trim_start_matches(is_blank)
}

const fn is_separator(c: char) -> bool {
    matches!(c, '/' | '\\')
}

/// What shows as nothing, or shows the characters after it in another order. Joiners stay, inside a
/// name: scripts and emoji need them.
fn is_stripped(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' // Arabic letter mark
            | '\u{200b}' // space of no width
            | '\u{200e}' | '\u{200f}' // marks of a direction
            | '\u{2028}' ..= '\u{202e}' // ends of lines and paragraphs, embeddings, overrides
            | '\u{2060}' ..= '\u{206f}' // invisible operators, isolates
            | '\u{feff}' | '\u{fff9}' ..= '\u{fffb}')
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200c}' | '\u{200d}')
}

/// Windows takes none of these in a name; `:` would name a stream of another file.
const fn replaced(c: char) -> char {
    match c {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        c => c,
    }
}

/// Whether Windows takes it for a device, whatever stands behind the first dot.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end_matches(is_blank);
    let stem = stem.to_ascii_uppercase();
    if let Some(number) = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT")) {
        let mut number = number.chars();
        let digit = number.next();
        return number.next().is_none()
            && digit.is_some_and(|c| matches!(c, '0'..='9' | '¹' | '²' | '³'));
    }
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NAMES: [(&str, &str); 46] = [
        ("report.pdf", "report.pdf"),
        ("日本語 मानक.tar.gz", "日本語 मानक.tar.gz"),
        ("👩\u{200d}💻 café.png", "👩\u{200d}💻 café.png"),
        ("", "file"),
        (".", "file"),
        ("..", "file"),
        ("...", "file"),
        (" \u{a0} ", "file"),
        ("\u{200d}", "file"),
        ("\0", "file"),
        ("../x", "x"),
        ("..\\x", "x"),
        ("../..", "file"),
        ("a/../../etc/passwd", "passwd"),
        ("C:\\x", "x"),
        ("C:x", "C_x"),
        ("/abs", "abs"),
        ("dir/", "dir"),
        ("\\\\?\\", "_"),
        ("\\\\server\\share\\f.txt", "f.txt"),
        ("a\0b", "ab"),
        ("line\r\nbreak\u{2028}\u{85}.txt", "linebreak.txt"),
        ("\u{1b}[31mred", "[31mred"),
        ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
        ("\u{2066}\u{200f}a\u{61c}\u{feff}\u{200b}b", "ab"),
        ("a.txt.", "a.txt"),
        ("a.txt . . ", "a.txt"),
        ("  a.txt", "a.txt"),
        (".bashrc", "_bashrc"),
        ("..hidden", "_hidden"),
        (".sotto-00.part", "_sotto-00.part"),
        ("-rf", "_-rf"),
        ("--help.txt", "_--help.txt"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("Nul .tar.gz", "_Nul .tar.gz"),
        ("COM1", "_COM1"),
        ("lpt³.log", "_lpt³.log"),
        ("CONIN$", "_CONIN$"),
        ("COM10", "COM10"),
        ("CONSOLE.txt", "CONSOLE.txt"),
        ("x<y>:\"|?*.txt", "x_y______.txt"),
        ("file.txt:stream", "file.txt_stream"),
        ("$(x)", "$(x)"),
        ("`x`; rm -rf ~ & %PATH%", "`x`; rm -rf ~ & %PATH%"),
        ("a.b.", "a.b"),
    ];

    #[test]
    fn names_become_one_harmless_component() {
        for (name, safe) in NAMES {
            assert_eq!(safe_name(name), safe, "{name:?}");
        }
    }

    #[test]
    fn long_names_keep_their_ending() {
        let name = safe_name(&format!("{}.jpeg", "ä".repeat(300)));
        assert_eq!(name, format!("{}.jpeg", "ä".repeat(97)));
        let name = safe_name(&format!("a.{}", "b".repeat(300)));
        assert_eq!(name.len(), MAX_BYTES);
        let name = safe_name(&format!("{}x.txt", "CON ".repeat(100)));
        assert!(name.len() <= MAX_BYTES && name.ends_with(".txt"), "{name}");
        let name = safe_name(&format!("CON{}.txt", " ".repeat(300)));
        assert_eq!(name, "_CON.txt");
        let name = safe_name(&format!("CON{}x", " ".repeat(300)));
        assert_eq!(name, "_CON");
    }

    /// Texts of the characters that matter, so that a few thousand meet in every order.
    fn hostile() -> impl Strategy<Value = String> {
        let parts = [
            "/", "\\", ".", "..", " ", "-", ":", "\0", "\n", "CON", "nul", "COM", "1", "²", "$",
            ".sotto-", "\u{202e}", "\u{200d}", "\u{feff}", "é", "👩", "*", "\u{3000}", "abc",
            ".txt",
        ];
        let part = prop_oneof![
            6 => proptest::sample::select(parts.to_vec()).prop_map(String::from),
            1 => any::<char>().prop_map(String::from),
            1 => (proptest::sample::select(vec![" ", ".", "x", "é"]), 150..250_usize)
                .prop_map(|(text, times)| text.repeat(times)),
        ];
        proptest::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 4_000, ..ProptestConfig::default() })]

        #[test]
        fn any_text_becomes_a_safe_name_and_that_stays(text in hostile()) {
            let name = safe_name(&text);
            prop_assert_eq!(&safe_name(&name), &name);
            prop_assert!(!name.is_empty() && name.len() <= MAX_BYTES);
            prop_assert!(!name.starts_with(['.', '-', ' ']) && !name.ends_with(['.', ' ']));
            prop_assert!(!name.chars().any(|c| is_separator(c) || is_stripped(c) || replaced(c) != c));
            prop_assert!(!is_reserved(&name));
        }

        #[test]
        fn cutting_keeps_whole_characters(text in any::<String>(), max in 0..40_usize) {
            let cut = prefix(&text, max);
            prop_assert!(cut.len() <= max && text.starts_with(cut));
            prop_assert!(cut.len() + 4 > max || cut == text);
        }
    }
}
