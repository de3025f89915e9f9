//! The Markdown that messages may use: emphasis, code, lists, quotations, web addresses, mentions.
//!
//! One pass per line, and every search for a closing mark is cut at the line's end and remembered when
//! it fails, so the time is linear whatever the text. A mark without its other half stays as it is.

use core::ops::Range;

/// What a part of a line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// In bold.
    pub bold: bool,
    /// In italic.
    pub italic: bool,
    /// What it means.
    pub kind: Kind,
}

/// What a part of a line means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    #[default]
    Text,
    /// Code.
    Code,
    /// A web address.
    Link,
    /// `@` and an account.
    Mention,
    /// A mark that is not shown.
    Mark,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// What it is.
    pub style: Style,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// A paragraph.
    Plain,
    /// A point of a list; its mark is hidden and painted as a dot.
    Bullet,
    /// A point of a numbered list, its number this wide in bytes.
    Number(usize),
    /// Quoted.
    Quote,
    /// Of a block of code.
    Code,
    /// The fence of a block of code; not shown.
    Fence,
}

/// A line of the text, up to its line break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its bytes, without the line break.
    pub range: Range<usize>,
    /// What it is.
    pub kind: LineKind,
    /// Its parts; together they are the line.
    pub spans: Vec<Span>,
}

/// The lines of a text, at most this many.
#[must_use]
pub fn lines(text: &str, max: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut code = false;
    // An opening fence without a closing one stays as it is.
    let mut fences = text.split('\n').filter(|line| is_fence(line)).count();
    for line in text.split('\n').take(max) {
        let range = start..start + line.len();
        start = range.end + 1;
        let fence = is_fence(line);
        if fence && (code || fences > 1) {
            code = !code;
            lines.push(whole(range, LineKind::Fence, Kind::Mark));
        } else if code {
            lines.push(whole(range, LineKind::Code, Kind::Code));
        } else {
            lines.push(prose(line, range));
        }
        fences -= usize::from(fence);
    }
    lines
}

fn is_fence(line: &str) -> bool {
    line.strip_prefix("```").is_some_and(|rest| !rest.contains('`') && rest.len() <= 32)
}

fn whole(range: Range<usize>, kind: LineKind, means: Kind) -> Line {
    let style = Style { kind: means, ..Style::default() };
    let spans = if range.is_empty() { vec![] } else { vec![Span { range: range.clone(), style }] };
    Line { range, kind, spans }
}

fn prose(line: &str, range: Range<usize>) -> Line {
    let (kind, mark) = opening(line);
    let mut spans = Vec::new();
    let hidden = if matches!(kind, LineKind::Number(_)) { 0 } else { mark };
    if hidden > 0 {
        let style = Style { kind: Kind::Mark, ..Style::default() };
        spans.push(Span { range: range.start..range.start + hidden, style });
    }
    let rest = line.get(hidden..).unwrap_or_default();
    Inline::new(rest, range.start + hidden).run(&mut spans);
    Line { range, kind, spans }
}

/// What a line is by its beginning, and how long that is.
fn opening(line: &str) -> (LineKind, usize) {
    let mark = |prefix: &str| line.starts_with(prefix) && line.len() > prefix.len();
    if mark("- ") || mark("* ") {
        return (LineKind::Bullet, 2);
    }
    if line.starts_with("> ") {
        return (LineKind::Quote, 2);
    }
    let digits = line.bytes().take(4).take_while(u8::is_ascii_digit).count();
    let number = digits > 0 && line.get(digits..).is_some_and(|rest| rest.starts_with(". "));
    match number {
        true => (LineKind::Number(digits + 2), digits + 2),
        false => (LineKind::Plain, 0),
    }
}

/// Reads the emphasis, code, addresses and mentions of one line.
struct Inline<'a> {
    text: &'a str,
    base: usize,
    bold: Option<&'static str>,
    italic: Option<&'static str>,
    /// Marks of which no closing one is left: not looked for again.
    spent: Vec<&'static str>,
}

impl<'a> Inline<'a> {
    const fn new(text: &'a str, base: usize) -> Self {
        Self { text, base, bold: None, italic: None, spent: Vec::new() }
    }

    fn run(mut self, spans: &mut Vec<Span>) {
        let (mut plain, mut at) = (0, 0);
        while at < self.text.len() {
            let step = self.step(at);
            let (len, style) = match step {
                Some(found) => found,
                None => {
                    at += self
                        .text
                        .get(at..)
                        .and_then(|t| t.chars().next())
                        .map_or(1, char::len_utf8);
                    continue;
                }
            };
            // A closing mark ends its style, an opening one begins it: the text before has the other.
            let before = self.style_before(style, at);
            self.push(spans, plain..at, before);
            if style.kind == Kind::Code {
                let mark = Style { kind: Kind::Mark, ..Style::default() };
                self.push(spans, at..at + 1, mark);
                self.push(spans, at + 1..at + len - 1, style);
                self.push(spans, at + len - 1..at + len, mark);
            } else {
                self.push(spans, at..at + len, style);
            }
            at += len;
            plain = at;
        }
        let style = self.style();
        self.push(spans, plain..self.text.len(), style);
    }

    fn style(&self) -> Style {
        Style { bold: self.bold.is_some(), italic: self.italic.is_some(), kind: Kind::Text }
    }

    /// The style of the text in front of what was just found.
    fn style_before(&self, found: Style, at: usize) -> Style {
        match (found.kind, self.text.get(at..)) {
            (Kind::Mark, Some(rest)) => {
                let mut style = self.style();
                if rest.starts_with("**") || rest.starts_with("__") {
                    style.bold = !style.bold;
                } else {
                    style.italic = !style.italic;
                }
                style
            }
            _ => self.style(),
        }
    }

    fn push(&self, spans: &mut Vec<Span>, range: Range<usize>, style: Style) {
        if !range.is_empty() {
            let range = self.base + range.start..self.base + range.end;
            spans.push(Span { range, style });
        }
    }

    /// What begins at a byte, with its length.
    fn step(&mut self, at: usize) -> Option<(usize, Style)> {
        let rest = self.text.get(at..)?;
        let styled = |kind| Style { kind, ..self.style() };
        match rest.bytes().next()? {
            b'`' => {
                if self.spent.contains(&"`") {
                    return None;
                }
                let Some(len) = rest.get(1..).and_then(|code| code.find('`')) else {
                    self.spent.push("`");
                    return None;
                };
                (len > 0).then(|| (len + 2, styled(Kind::Code)))
            }
            b'*' if rest.starts_with("**") => self.mark(at, "**"),
            b'*' => self.mark(at, "*"),
            b'_' if rest.starts_with("__") => None,
            b'_' => self.mark(at, "_"),
            b'h' if !self.behind_word(at) => address(rest).map(|len| (len, styled(Kind::Link))),
            b'@' if !self.behind_word(at) => mention(rest).map(|len| (len, styled(Kind::Mention))),
            _ => None,
        }
    }

    /// Opens or closes an emphasis.
    fn mark(&mut self, at: usize, mark: &'static str) -> Option<(usize, Style)> {
        let rest = self.text.get(at + mark.len()..)?;
        let open = if mark.len() == 2 { self.bold } else { self.italic };
        let hidden = (mark.len(), Style { kind: Kind::Mark, ..Style::default() });
        match open {
            Some(open) if open == mark => {
                if !self.closes(at, mark) {
                    return None;
                }
                self.set(mark, None);
                Some(hidden)
            }
            Some(_) => None,
            None => {
                let opens = rest.chars().next().is_some_and(|c| !c.is_whitespace())
                    && !(mark == "_" && self.behind_word(at));
                if !opens || self.spent.contains(&mark) {
                    return None;
                }
                if !self.has_closing(at + mark.len(), mark) {
                    self.spent.push(mark);
                    return None;
                }
                self.set(mark, Some(mark));
                Some(hidden)
            }
        }
    }

    fn set(&mut self, mark: &'static str, to: Option<&'static str>) {
        if mark.len() == 2 { self.bold = to } else { self.italic = to }
    }

    fn has_closing(&self, from: usize, mark: &str) -> bool {
        let rest = self.text.get(from..).unwrap_or_default();
        rest.match_indices(mark).any(|(at, _)| at > 0 && self.closes(from + at, mark))
    }

    fn closes(&self, at: usize, mark: &str) -> bool {
        let before = self.text.get(..at).and_then(|text| text.chars().next_back());
        let after = self.text.get(at + mark.len()..).and_then(|text| text.chars().next());
        let single = mark.len() == 1;
        before.is_some_and(|c| !(c.is_whitespace() || single && mark.starts_with(c)))
            && !(single && after.is_some_and(|c| mark.starts_with(c)))
            && !(mark == "_" && after.is_some_and(char::is_alphanumeric))
    }

    fn behind_word(&self, at: usize) -> bool {
        let before = self.text.get(..at).and_then(|text| text.chars().next_back());
        before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    }
}

/// The length of the web address that a text begins with.
fn address(text: &str) -> Option<usize> {
    let host = ["https://", "http://"].iter().find(|scheme| text.starts_with(**scheme))?.len();
    let end = text.find(|c: char| c.is_whitespace() || "<>\"`".contains(c)).unwrap_or(text.len());
    let mut address = text.get(..end)?;
    let paired = address.contains('(');
    while let Some(last) = address.chars().next_back() {
        let unpaired = last == ')' && !paired;
        if !unpaired && !".,;:!?'*_]}".contains(last) {
            break;
        }
        address = address.get(..address.len() - last.len_utf8())?;
    }
    (address.len() > host).then_some(address.len())
}

/// The length of the mention that a text begins with.
fn mention(text: &str) -> Option<usize> {
    let name = text.get(1..)?;
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    let len = name.find(|c: char| !is_part(c)).unwrap_or(name.len());
    let name = name.get(..len)?.trim_end_matches(['.', '-', '_']);
    let begins = name.chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
    (begins && name.len() <= 32).then_some(1 + name.len())
}

/// Whether an account is mentioned in a text.
#[must_use]
pub fn mentions(text: &str, handle: &str) -> bool {
    let behind_word = |at: usize| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    };
    text.match_indices('@').any(|(at, _)| {
        let rest = text.get(at..).unwrap_or_default();
        !behind_word(at)
            && rest.get(1..).is_some_and(|rest| rest.starts_with(handle))
            && mention(rest) == Some(1 + handle.len())
    })
}

#[cfg(test)]
#[path = "markup/tests.rs"]
mod tests;
