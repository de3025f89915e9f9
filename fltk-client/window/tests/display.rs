//! What only a display shows: colours, scale, and that no text does harm. FLTK lives on the main
//! thread, so this has its own `main`; without `DISPLAY` it starts a display of its own.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test, outside of a function that is marked as one"
)]

use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use window::geometry::{Point, Rect};
use window::look::{Face, Font};
use window::palette::{Ink, Theme};
use window::scene::{Icon, Op, Scene};
use window::toolkit::probe::{Pixels, Probe};

const SIZE: (i32, i32) = (400, 200);
/// A frame at 60 a second; unoptimised builds are given more.
const FRAME: Duration = Duration::from_millis(if cfg!(debug_assertions) { 64 } else { 16 });

type Check = fn(&mut Probe);

fn main() -> ExitCode {
    if cfg!(any(windows, target_os = "macos")) {
        return report(0, 0);
    }
    if std::env::var_os("DISPLAY").is_none() {
        return under_own_display();
    }
    let mut probe = Probe::open().expect("the display that DISPLAY names cannot be reached");
    let checks: [(&str, Check); 10] = [
        ("text_is_as_wide_as_it_was_measured", text_is_as_wide_as_it_was_measured),
        ("shapes_have_their_colours_and_edges", shapes_have_their_colours_and_edges),
        ("a_clip_holds_what_is_painted_inside", a_clip_holds_what_is_painted_inside),
        ("a_shade_lets_through_what_is_behind_it", a_shade_lets_through_what_is_behind_it),
        ("every_icon_is_inside_its_place", every_icon_is_inside_its_place),
        ("what_differs_is_all_that_is_painted_anew", what_differs_is_all_that_is_painted),
        ("another_theme_leaves_nothing_of_the_old_one", another_theme_leaves_nothing_of_the_old),
        ("twice_the_scale_is_twice_the_pixels", twice_the_scale_is_twice_the_pixels),
        ("hostile_text_is_painted_safely", hostile_text_is_painted_safely),
        ("a_line_of_a_megabyte_takes_no_longer_than_a_frame", a_megabyte_takes_no_longer),
    ];
    let (mut passed, mut failed) = (0, 0);
    for (name, check) in checks {
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(&mut probe)));
        println!("test {name} ... {}", if result.is_ok() { "ok" } else { "FAILED" });
        *if result.is_ok() { &mut passed } else { &mut failed } += 1;
    }
    report(passed, failed)
}

fn report(passed: u32, failed: u32) -> ExitCode {
    let word = if failed == 0 { "ok" } else { "FAILED" };
    println!("\ntest result: {word}. {passed} passed; {failed} failed; 0 ignored");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn under_own_display() -> ExitCode {
    let mut server = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("there is neither DISPLAY nor Xvfb; scripts/test installs it");
    let mut number = String::new();
    let said = server.stdout.take().expect("it is piped");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(said), &mut number).unwrap();
    let itself = std::env::current_exe().unwrap();
    let status = Command::new(itself).env("DISPLAY", format!(":{}", number.trim())).status();
    server.kill().unwrap();
    server.wait().unwrap();
    if status.unwrap().success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn rgb(theme: Theme, ink: Ink) -> [u8; 3] {
    let [r, g, b, _] = theme.colour(ink);
    [r, g, b]
}

fn scene(ops: Vec<Op>) -> Scene {
    let ground = Op::Fill(Rect::new(0, 0, SIZE.0, SIZE.1), Ink::Ground);
    Scene { ops: [ground].into_iter().chain(ops).collect(), ..Scene::default() }
}

fn light(probe: &mut Probe, ops: Vec<Op>) -> Pixels {
    probe.paint(&scene(ops), Theme::Light, SIZE)
}

fn text(at: (i32, i32), text: &str) -> Op {
    Op::Text(Point { x: at.0, y: at.1 }, Font::BODY, Ink::Text, text.into())
}

fn shapes_have_their_colours_and_edges(probe: &mut Probe) {
    let own = rgb(Theme::Light, Ink::Own);
    let ground = rgb(Theme::Light, Ink::Ground);
    let rect = Rect::new(20, 30, 100, 60);
    let filled = light(probe, vec![Op::Fill(rect, Ink::Own)]);
    assert_eq!((filled.width, filled.height), (400, 200));
    assert_eq!(filled.count(own), 6_000);
    assert_eq!([filled.at(20, 30), filled.at(119, 89)], [own; 2]);
    assert_eq!([filled.at(19, 30), filled.at(120, 89)], [ground; 2]);

    let round = light(probe, vec![Op::Round(rect, 14, Ink::Own)]);
    assert_eq!([round.at(20, 30), round.at(119, 30), round.at(119, 89)], [ground; 3]);
    assert_eq!([round.at(20, 60), round.at(119, 60), round.at(70, 30), round.at(70, 89)], [own; 4]);
    assert_eq!(round.at(34, 60), own, "no seam where the corner begins");
    let missing = filled.count(own) - round.count(own);
    assert!((140..260).contains(&missing), "four corners lack {missing} pixels");

    let line = light(probe, vec![Op::Outline(rect, 14, Ink::Own)]);
    assert_eq!([line.at(20, 60), line.at(119, 60), line.at(70, 30), line.at(70, 89)], [own; 4]);
    assert_eq!([line.at(21, 60), line.at(118, 60), line.at(70, 31)], [ground; 3]);
}

fn a_clip_holds_what_is_painted_inside(probe: &mut Probe) {
    let own = rgb(Theme::Light, Ink::Own);
    let all = Rect::new(0, 0, 400, 200);
    let clipped = light(
        probe,
        vec![
            Op::Clip(Rect::new(10, 10, 50, 50)),
            Op::Clip(Rect::new(40, 40, 50, 50)),
            Op::Fill(all, Ink::Own),
            Op::Unclip,
            Op::Unclip,
            Op::Unclip,
            Op::Fill(Rect::new(300, 0, 10, 10), Ink::Own),
            Op::Clip(Rect::new(0, 0, 5, 5)),
        ],
    );
    assert_eq!(clipped.count(own), 20 * 20 + 10 * 10);
    assert_eq!(light(probe, vec![Op::Fill(all, Ink::Own)]).count(own), 80_000, "no clip is left");
}

fn a_shade_lets_through_what_is_behind_it(probe: &mut Probe) {
    let shaded = light(probe, vec![Op::Fill(Rect::new(0, 0, 200, 200), Ink::Shade)]);
    let [dark, _, _] = shaded.at(100, 100);
    assert!((0x60..0x80).contains(&dark), "{dark:x}");
    assert_eq!([shaded.at(0, 0), shaded.at(199, 199)], [[dark; 3]; 2], "even at its edges");
    assert_eq!(shaded.at(200, 100), [0xff; 3]);
}

/// Each of these comes, goes, and turns into each other; at scales whose pixels do not fit ours too.
fn what_differs_is_all_that_is_painted(probe: &mut Probe) {
    let place = Rect::new(41, 61, 77, 33);
    let wide =
        |face| Op::Text(Point { x: 60, y: 80 }, Font::new(face, 17), Ink::Text, "W@Ǆ—Ĳƕ…Ŵ".into());
    let states: Vec<Vec<Op>> = vec![
        vec![],
        vec![Op::Fill(place, Ink::Own)],
        vec![Op::Round(place, 9, Ink::Own)],
        vec![Op::Outline(place, 9, Ink::Text)],
        vec![Op::Icon(Rect::new(90, 40, 57, 57), Icon::Warning, Ink::Text)],
        vec![Op::Icon(Rect::new(90, 40, 57, 57), Icon::Gear, Ink::Text)],
        vec![wide(Face::Sans)],
        vec![wide(Face::BoldItalic)],
        vec![wide(Face::Mono)],
        vec![text((60, 80), "jÅŷ"), text((60, 150), "👍 שלום")],
        vec![text((60, 120), &format!("a{}", "\u{301}\u{32e}".repeat(8)))],
        vec![Op::Clip(place), text((50, 80), &format!("clipped {}", "\u{1f3f3}")), Op::Unclip],
        vec![Op::Fill(Rect::new(0, 0, 400, 200), Ink::Shade), Op::Fill(place, Ink::Inset)],
    ];
    for percent in [100, 150, 125, 200] {
        probe.set_scale(percent);
        for before in &states {
            for after in &states {
                let around = |state: &[Op]| {
                    let before = Op::Fill(Rect::new(30, 20, 300, 140), Ink::Pane);
                    let after = text((20, 190), "behind");
                    scene([vec![before], state.to_vec(), vec![after]].concat())
                };
                let (before, after) = (around(before), around(after));
                let whole = probe.paint(&after, Theme::Light, SIZE);
                let over = probe.paint_over(&before, &after, Theme::Light, SIZE);
                assert!(whole == over, "at {percent} %:\n{before}\nand then\n{after}");
            }
        }
    }
    probe.set_scale(100);
}

fn every_icon_is_inside_its_place(probe: &mut Probe) {
    let icons = [
        Icon::Attach,
        Icon::Back,
        Icon::Bell,
        Icon::Check,
        Icon::Checks,
        Icon::Chevron,
        Icon::Close,
        Icon::Clock,
        Icon::Copy,
        Icon::Cross,
        Icon::Device,
        Icon::Down,
        Icon::Download,
        Icon::Edit,
        Icon::Emoji,
        Icon::File,
        Icon::Folder,
        Icon::Gear,
        Icon::Home,
        Icon::Info,
        Icon::Leave,
        Icon::Lock,
        Icon::Members,
        Icon::Menu,
        Icon::Moon,
        Icon::More,
        Icon::Play,
        Icon::Plus,
        Icon::Reply,
        Icon::Search,
        Icon::Send,
        Icon::Shield,
        Icon::Sun,
        Icon::Trash,
        Icon::Warning,
    ];
    let place = Rect::new(50, 50, 24, 24);
    let ground = rgb(Theme::Light, Ink::Ground);
    let mut seen = Vec::new();
    for icon in icons {
        let whole = light(probe, vec![Op::Icon(place, icon, Ink::Text)]);
        let clipped =
            light(probe, vec![Op::Clip(place), Op::Icon(place, icon, Ink::Text), Op::Unclip]);
        let dark = whole.count_other(ground);
        assert!((20..400).contains(&dark), "{icon:?} has {dark} pixels");
        assert!(whole == clipped, "{icon:?} leaves its place");
        assert!(!seen.contains(&whole), "{icon:?} looks like another");
        seen.push(whole);
    }
}

fn another_theme_leaves_nothing_of_the_old(probe: &mut Probe) {
    let ops = || vec![text((10, 30), "Hello"), Op::Round(Rect::new(50, 50, 90, 40), 9, Ink::Own)];
    probe.set_theme(Theme::Dark);
    let dark = probe.paint(&scene(ops()), Theme::Dark, SIZE);
    probe.set_theme(Theme::Light);
    let light = probe.paint(&scene(ops()), Theme::Light, SIZE);
    assert_eq!(dark.at(0, 0), rgb(Theme::Dark, Ink::Ground));
    assert_eq!(dark.count(rgb(Theme::Light, Ink::Ground)), 0);
    assert_eq!(light.count(rgb(Theme::Dark, Ink::Ground)), 0);
    assert_eq!(light.at(90, 70), rgb(Theme::Light, Ink::Own));
}

fn twice_the_scale_is_twice_the_pixels(probe: &mut Probe) {
    let ops = || vec![Op::Fill(Rect::new(10, 10, 30, 20), Ink::Own)];
    let before = probe.measure().width(Font::BODY, "The same width");
    probe.set_scale(200);
    let twice = light(probe, ops());
    let after = probe.measure().width(Font::BODY, "The same width");
    probe.set_scale(100);
    assert_eq!((twice.width, twice.height), (800, 400));
    assert_eq!(twice.count(rgb(Theme::Light, Ink::Own)), 60 * 40);
    assert!((before - after).abs() < before / 10.0, "{before} and {after} logical pixels");
}

fn hostile_text_is_painted_safely(probe: &mut Probe) {
    let ground = rgb(Theme::Light, Ink::Ground);
    let plain = light(probe, vec![text((10, 30), "abc")]);
    let with_controls = light(probe, vec![text((10, 30), "a\0b\u{202e}c\u{2069}\n\u{7}")]);
    assert!(plain == with_controls, "what cannot be seen changes nothing");

    let stacked = format!("e{}", "\u{301}\u{35c}\u{489}".repeat(500));
    let zero = "\u{200b}\u{200d}\u{fe0f}".repeat(1_000);
    for hostile in [
        "@->| @2square @circle && &File @@",
        "<b>bold</b> &lt; <img src=x> %s %n %1$s",
        "שלום العربية हिन्दी ไทย 漢字 👩‍👩‍👧‍👦🏳️‍🌈",
        "\u{fffe}\u{ffff}\u{10ffff}\u{e000}",
        "\t\t\t",
        "",
        &stacked,
        &zero,
    ] {
        let painted = light(probe, vec![text((10, 100), hostile)]);
        assert_eq!(painted.at(399, 0), ground);
        assert!(probe.measure().width(Font::BODY, hostile) >= 0.0);
    }
    let letters = probe.measure().width(Font::BODY, "@square");
    assert!(letters > probe.measure().width(Font::BODY, "square"), "@ is a letter, no symbol");
}

fn text_is_as_wide_as_it_was_measured(probe: &mut Probe) {
    let ground = rgb(Theme::Light, Ink::Ground);
    for line in
        ["The quick brown fox jumps over", "Potatoes arrived 🥔 👍🏽 ok!", "漢字 かな 한글 xy"]
    {
        let painted = light(probe, vec![text((0, 100), line)]);
        let is_blank = |x: &usize| (80..110).all(|y| painted.at(*x, y) == ground);
        let end = (0..400).rev().find(|x| !is_blank(x)).unwrap_or(0);
        let width = window::geometry::px(probe.measure().width(Font::BODY, line));
        let off = width - i32::try_from(end).unwrap();
        assert!((-1..=4).contains(&off), "{line}: {width} measured, ends at {end}");
    }
}

fn a_megabyte_takes_no_longer(probe: &mut Probe) {
    for line in ["x".repeat(1 << 20), "漢".repeat(350_000), "a b ".repeat(1 << 18)] {
        // The first time, fonts are loaded.
        light(probe, vec![text((10, 30), &line[..3])]);
        let begun = Instant::now();
        let width = probe.measure().width(Font::BODY, &line);
        let measured = begun.elapsed();
        assert!(width > 1e6, "{width}");
        let scene = scene(vec![text((10, 30), &line)]);
        let begun = Instant::now();
        probe.paint(&scene, Theme::Light, SIZE);
        let painted = begun.elapsed();
        println!("a megabyte: measured in {measured:?}, painted in {painted:?}");
        assert!(measured + painted < FRAME, "{measured:?} and {painted:?}");
    }
}
