use super::{Kind, Line, LineKind, lines, mentions};

/// A line as text: `b` bold, `i` italic, kinds by their letter, marks left out.
fn told(text: &str) -> String {
    let of = |line: &Line| {
        let spans = line.spans.iter().filter(|span| span.style.kind != Kind::Mark).map(|span| {
            let mut name = String::new();
            if span.style.bold {
                name.push('b');
            }
            if span.style.italic {
                name.push('i');
            }
            name.push_str(match span.style.kind {
                Kind::Code => "c",
                Kind::Link => "l",
                Kind::Mention => "m",
                _ => "",
            });
            let text = &text[span.range.clone()];
            if name.is_empty() { text.into() } else { format!("[{name}:{text}]") }
        });
        spans.collect::<String>()
    };
    lines(text, 100).iter().map(of).collect::<Vec<_>>().join("|")
}

#[test]
fn emphasis_code_links_and_mentions() {
    assert_eq!(told("a **b** c"), "a [b:b] c");
    assert_eq!(told("*a* and _b_"), "[i:a] and [i:b]");
    assert_eq!(told("**a *b* c**"), "[b:a ][bi:b][b: c]");
    assert_eq!(told("run `a **b**` now"), "run [c:a **b**] now");
    assert_eq!(told("see https://a.b/c_d_e, yes"), "see [l:https://a.b/c_d_e], yes");
    assert_eq!(told("(https://a.b/c)"), "([l:https://a.b/c])");
    assert_eq!(told("https://a.b/c_(d)"), "[l:https://a.b/c_(d)]");
    assert_eq!(told("@bob, mail bob@example.org"), "[m:@bob], mail bob@example.org");
}

#[test]
fn what_is_unbalanced_stays() {
    for text in [
        "2 * 3 * 4",
        "**open",
        "a*",
        "`open",
        "snake_case_name",
        "__init__",
        "***",
        "http://",
        "@",
        "@-",
        "_ a_",
        "```",
        "**",
        "a ** b ** c",
    ] {
        assert_eq!(told(text), text);
    }
}

#[test]
fn lines_have_kinds() {
    let kinds = |text: &str| lines(text, 9).iter().map(|line| line.kind).collect::<Vec<_>>();
    assert_eq!(
        kinds("- a\n12. b\n> c\nd"),
        [LineKind::Bullet, LineKind::Number(4), LineKind::Quote, LineKind::Plain]
    );
    assert_eq!(
        kinds("```rust\n**x**\n```\n```"),
        [LineKind::Fence, LineKind::Code, LineKind::Fence, LineKind::Plain]
    );
    assert_eq!(told("```\n**x**\n\n```"), "|[c:**x**]||");
}

#[test]
fn spans_cover_the_text() {
    let mut seed = 7_u32;
    let alphabet =
        ["*", "**", "_", "`", "a", " ", "\n", "é", "@", "bob", "http://x", "```", ">", "- "];
    for _ in 0..2_000 {
        let mut text = String::new();
        for _ in 0..24 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            text.push_str(alphabet[usize::try_from(seed >> 16).unwrap() % alphabet.len()]);
        }
        let mut at = 0;
        for line in lines(&text, 1_000) {
            assert_eq!(line.range.start, at);
            for span in line.spans {
                assert_eq!(span.range.start, at, "{text:?}");
                assert!(!span.range.is_empty());
                assert!(text.get(span.range.clone()).is_some());
                at = span.range.end;
            }
            assert_eq!(line.range.end, at, "{text:?}");
            at += 1;
        }
    }
}

#[test]
fn hostile_texts_take_linear_time() {
    let started = std::time::Instant::now();
    for part in ["*", "**a ", "_a ", "`", "*a _b **c ", "@a", "https://", "a*", "[", "> ", "_*"] {
        let text = part.repeat(100_000 / part.len());
        assert!(!lines(&text, 400).is_empty());
        assert!(!mentions(&text, "bobby"));
    }
    // Quadratic would be minutes.
    assert!(started.elapsed().as_secs() < 10);
}

#[test]
fn a_mention_is_a_whole_name() {
    assert!(mentions("hi @bob!", "bob"));
    assert!(mentions("@bob.", "bob"));
    assert!(!mentions("@bobby x@bob", "bob"));
}
