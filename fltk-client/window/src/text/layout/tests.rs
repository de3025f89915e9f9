use super::{Kind, LINE, Layout, STEP_LINES};
use crate::geometry::Point;
use crate::look::fixture::Fixed;
use crate::text::{Words, clean};

fn laid(text: &str, width: i32) -> Layout {
    Layout::new(text, width, 1, &mut Words::default(), Fixed::MONDAY.look())
}

fn told(layout: &Layout) -> Vec<String> {
    let of = |runs: &[super::Run]| {
        runs.iter().map(|run| &layout.text[run.range.clone()]).collect::<String>()
    };
    layout.rows.iter().map(|row| of(&row.runs)).collect()
}

#[test]
fn words_wrap() {
    // 7 px a character.
    assert_eq!(told(&laid("one two three four", 70)), ["one two ", "three four"]);
    assert_eq!(told(&laid("one\n\ntwo", 70)), ["one", "", "two"]);
    assert_eq!(laid("one two three four", 70).height, 2 * LINE);
}

#[test]
fn code_among_words_has_room_around_it_inside_of_the_line() {
    let text = "in `ab`, `cd`";
    let layout = laid(text, 200);
    let runs: Vec<_> = layout.rows[0].runs.iter().map(|run| (run.x, run.width)).collect();
    assert_eq!(runs, [(0.0, 21.0), (25.0, 13.0), (42.0, 14.0), (60.0, 13.0)]);
    assert_eq!(layout.rows[0].right, 77);
    for width in 40..77 {
        let layout = laid(text, width);
        assert!(layout.rows.iter().all(|row| row.right <= width), "{layout:?}");
    }
    assert_eq!(laid("```\nab\n```", 200).width, 8 + 13 + 8, "a block has room at both sides");
}

#[test]
fn addresses_and_ideographs_wrap() {
    for text in
        ["https://example.org/abcdefghijklmnopqrstuvwxyz", "日本語の文章は空白なしで折り返す"]
    {
        let layout = laid(text, 100);
        assert!(layout.rows.len() > 2);
        assert!(layout.rows.iter().all(|row| row.right <= 100), "{layout:?}");
        assert_eq!(told(&layout).concat(), text);
    }
}

#[test]
fn no_byte_is_lost_and_rows_follow_each_other() {
    let mut seed = 3_u32;
    let parts = [
        "one ",
        "**",
        "日本",
        "e\u{301}",
        "👨‍👩‍👧",
        "`c` ",
        "\n",
        "https://a.b/cdefghijk ",
        "- x",
        "  ",
    ];
    for _ in 0..500 {
        let mut text = String::new();
        for _ in 0..30 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            text.push_str(parts[usize::try_from(seed >> 16).unwrap() % parts.len()]);
        }
        let layout = laid(&text, 90);
        let cleaned = clean(&text);
        let hidden: usize = crate::text::markup::lines(&layout.text, 999)
            .iter()
            .flat_map(|line| &line.spans)
            .filter(|span| span.style.kind == Kind::Mark)
            .map(|span| span.range.len())
            .sum();
        let breaks = layout.text.matches('\n').count();
        let shown: usize = told(&layout).iter().map(String::len).sum();
        assert!(cleaned.starts_with(&*layout.text));
        assert_eq!(shown + hidden + breaks, layout.text.len(), "{text:?}");
        for pair in layout.rows.windows(2) {
            assert_eq!(pair[0].y + LINE, pair[1].y);
            assert!(pair[0].range.end <= pair[1].range.start);
        }
    }
}

#[test]
fn a_place_is_a_byte_and_back() {
    let layout = laid("one two **three** four", 70);
    let look = Fixed::MONDAY.look();
    assert_eq!(layout.byte_at(Point { x: 0, y: 0 }, look), 0);
    assert_eq!(layout.byte_at(Point { x: 15, y: 5 }, look), 2);
    assert_eq!(layout.byte_at(Point { x: 900, y: 900 }, look), layout.text.len());
    let rect = layout.rects(&(4..7), look)[0];
    assert_eq!((rect.x, rect.y, rect.w), (28, 0, 21));
    assert_eq!(layout.shown(&(0..layout.text.len())), "one two three four");
    assert_eq!(layout.shown(&(4..12)), "two th");
    assert_eq!(laid("a\n\nb", 70).shown(&(0..4)), "a\n\nb");
}

#[test]
fn links_are_found() {
    let layout = laid("see https://example.org/abcdefghijklmnop", 100);
    let last = layout.rows.last().unwrap();
    let at = Point { x: 5, y: last.y + 3 };
    assert_eq!(layout.link_at(at), Some("https://example.org/abcdefghijklmnop"));
    assert_eq!(layout.link_at(Point { x: 2, y: 2 }), None);
}

#[test]
fn long_texts_open_by_steps() {
    let text = "a\n".repeat(3 * STEP_LINES);
    let first = laid(&text, 100);
    assert!(first.more && first.rows.len() == STEP_LINES);
    let second = Layout::new(&text, 100, 2, &mut Words::default(), Fixed::MONDAY.look());
    assert!(second.more && second.rows.len() == 2 * STEP_LINES);
    assert!(!laid("short", 100).more);
}

#[test]
fn a_huge_line_is_bounded() {
    let text = "x".repeat(1 << 20);
    let started = std::time::Instant::now();
    let layout = laid(&text, 300);
    assert!(layout.more);
    assert!(layout.rows.len() <= STEP_LINES);
    assert!(started.elapsed().as_millis() < 500);
}

/// Prints figures: `cargo test --release -p fltk-client hostile -- --ignored --nocapture`.
#[test]
#[ignore = "prints figures"]
fn hostile_texts_are_laid_out_fast() {
    for part in [
        "x",
        "w ",
        "日",
        "*a* ",
        "e\u{301}\u{301}",
        "👨‍👩‍👧‍👦",
        "`",
        "https://a.b/ ",
        "\n",
        "> a\n",
        "@b ",
    ] {
        let text = part.repeat((1 << 20) / part.len());
        let mut best = core::time::Duration::MAX;
        for _ in 0..10 {
            let mut words = Words::default();
            let started = std::time::Instant::now();
            let layout = Layout::new(&text, 300, 1, &mut words, Fixed::MONDAY.look());
            assert!(layout.rows.len() <= STEP_LINES);
            best = best.min(started.elapsed());
        }
        println!("{part:?}: {best:?}");
    }
}
