//! Scrolling through a long room.

use engine::{Command, Event};
use wire::id::Seq;

use super::{Context, Fixed, Play, RECT, ROOM, message, paint};
use crate::effect::Effect;
use crate::geometry::{Point, Rect};
use crate::look::{Font, Look, Measure};
use crate::state::timeline::{Anchor, Key, TimelineAct};

fn first(play: &Play) -> (Key, i32) {
    let row = play.timeline.stand.rows[0];
    (row.key, row.y)
}

fn at_seq(play: &Play) -> u64 {
    match first(play).0 {
        Key::At(seq) => seq.0,
        Key::Own(_) => u64::MAX,
    }
}

#[test]
fn a_wheel_step_moves_by_its_pixels_through_all_pages() {
    let mut play = Play::of(3_000, 0);
    assert!(play.timeline.stand.at_end);
    let mut steps = 0;
    while !(play.timeline.window.at_start && at_seq(&play) == 1) {
        let before = play.timeline.stand.rows.clone();
        play.act(TimelineAct::Wheel(-150));
        let moved: Vec<i32> = before
            .iter()
            .filter_map(|old| {
                let new = play.timeline.stand.rows.iter().find(|row| row.key == old.key)?;
                Some(new.y - old.y)
            })
            .collect();
        assert!(!moved.is_empty());
        let top = play.timeline.window.at_start && at_seq(&play) == 1;
        assert!(top || moved.iter().all(|by| *by == 150), "{moved:?}");
        steps += 1;
        assert!(steps < 5_000);
    }
    play.act(TimelineAct::Wheel(-500));
    assert_eq!(first(&play), (Key::At(Seq(1)), RECT.y), "there is nothing above");
    while !play.timeline.stand.at_end {
        let before = first(&play);
        play.act(TimelineAct::PageDown);
        assert_ne!(first(&play), before);
    }
    assert!(play.timeline.window.at_end);
    assert_eq!(play.timeline.window.items.back().unwrap().entry.seq, Seq(3_000));
}

#[test]
fn a_long_room_is_bounded_and_jumps_land() {
    let mut play = Play::of(100_000, 0);
    for (act, near) in [
        (TimelineAct::Jump(Seq(50_000)), 50_000),
        (TimelineAct::Home, 1),
        (TimelineAct::Jump(Seq(99_000)), 99_000),
        (TimelineAct::DragTo(Seq(3)), 3),
    ] {
        play.act(act);
        let shown = play.timeline.stand.rows.iter().any(|row| row.key == Key::At(Seq(near)));
        assert!(shown, "{near}");
        for _ in 0..200 {
            play.act(TimelineAct::PageDown);
        }
    }
    play.act(TimelineAct::Latest);
    assert!(play.timeline.stand.at_end && play.timeline.anchor == Anchor::End);
    assert!(play.layouts.len() < 500);
}

#[test]
fn the_thumb_goes_where_it_is_dragged() {
    let mut play = Play::of(100_000, 0);
    let thumb = play.timeline.stand.thumb.unwrap();
    let grip = Point { x: thumb.x + 2, y: thumb.y + 4 };
    play.act(TimelineAct::Press { at: grip, clicks: 1, extend: false });
    play.act(TimelineAct::Drag(Point { x: grip.x, y: RECT.y + RECT.h / 2 }));
    assert!((40_000..60_000).contains(&at_seq(&play)), "{}", at_seq(&play));
    play.act(TimelineAct::Drag(Point { x: grip.x, y: RECT.y - 50 }));
    assert_eq!(at_seq(&play), 1);
    play.act(TimelineAct::Drag(Point { x: grip.x, y: RECT.bottom() + 50 }));
    play.act(TimelineAct::Release(grip));
    assert!(play.timeline.stand.at_end);
}

#[test]
fn a_press_beside_the_thumb_turns_a_page() {
    let mut play = Play::of(500, 0);
    let end = at_seq(&play);
    let press = |play: &mut Play, y: fn(Rect) -> i32| {
        let thumb = play.timeline.stand.thumb.unwrap();
        let at = Point { x: thumb.x + 2, y: y(thumb) };
        play.act(TimelineAct::Press { at, clicks: 1, extend: false });
        play.act(TimelineAct::Drag(at));
        play.act(TimelineAct::Release(at));
    };
    press(&mut play, |thumb| thumb.y - 20);
    let above = at_seq(&play);
    assert!(above < end && above > end - 40, "{above} of {end}");
    assert!(play.timeline.selection.is_none());
    press(&mut play, |thumb| thumb.bottom() + 1);
    assert!(at_seq(&play) > above);
}

#[test]
fn it_sticks_to_the_end_and_stays_put_elsewhere() {
    let mut play = Play::of(500, 0);
    let new = |seq| Event::Entry { room: ROOM, entry: message(seq, seq, "bob", "news") };
    play.event(&new(501));
    assert!(play.timeline.stand.at_end);
    assert_eq!(play.timeline.stand.rows.last().unwrap().key, Key::At(Seq(501)));
    play.act(TimelineAct::Wheel(-900));
    let before = play.timeline.stand.rows.clone();
    play.timeline.unseen = 0;
    play.event(&new(502));
    assert_eq!(play.timeline.stand.rows, before);
    assert_eq!(play.timeline.unseen, 1);
}

#[test]
fn what_was_just_written_is_seen() {
    let mut play = Play::of(5_000, 0);
    play.act(TimelineAct::Home);
    assert!(!play.timeline.window.at_end);
    play.timeline.said(super::id(9_999), engine::Body::Text("hello".into()), None);
    play.run();
    assert!(play.timeline.stand.at_end);
    assert!(play.texts().contains(&"hello".to_owned()));
}

#[test]
fn a_tiny_window_breaks_nothing() {
    let mut play = Play::of(100, 5);
    for (w, h) in [(0, 0), (30, 10), (100, 29), (-5, -5), (556, 40)] {
        let (rect, look) = (crate::geometry::Rect::new(0, 0, w, h), Fixed::MONDAY.look());
        for act in [
            TimelineAct::Press { at: Point { x: 5, y: 5 }, clicks: 2, extend: false },
            TimelineAct::Drag(Point { x: 900, y: 900 }),
            TimelineAct::PageUp,
            TimelineAct::FocusUp,
        ] {
            play.timeline.act(act, &mut play.out);
            play.timeline.settle(rect, &mut play.layouts, look, &mut play.out);
            let mut scene = crate::scene::Scene::default();
            let context = Context { ring: true, ..Context::default() };
            paint(&play.timeline, &play.layouts, rect, &context, look, &mut scene);
        }
    }
}

#[test]
fn what_is_seen_is_read_at_most_once_a_second() {
    let mut play = Play::of(100, 0);
    let marks = |play: &Play| {
        let is_mark =
            |effect: &&Effect| matches!(effect, Effect::Command(Command::MarkRead { .. }));
        play.effects.iter().filter(is_mark).count()
    };
    let new = |seq| Event::Entry { room: ROOM, entry: message(seq, seq, "bob", "news") };
    play.event(&new(101));
    assert_eq!(marks(&play), 0, "nobody looks");
    play.timeline.set_visible(true);
    play.run();
    assert_eq!(marks(&play), 1);
    play.event(&new(102));
    assert_eq!(marks(&play), 1);
    assert_eq!(play.paint().next_ms, Some(1_000));
    play.fixed.beat_ms = 1_000;
    play.run();
    assert_eq!(marks(&play), 2);
}

#[test]
fn it_opens_where_the_person_has_read_to() {
    let play = Play::of(1_000, 300);
    assert!(!play.timeline.stand.at_end);
    assert!(play.texts().contains(&"New messages".to_owned()));
    let play = Play::of(1_001, 1);
    assert!(play.timeline.stand.at_end, "what is new fits");
    assert!(play.texts().contains(&"New messages".to_owned()));
}

#[test]
fn expired_entries_leave_the_rest_in_place() {
    let mut play = Play::of(500, 0);
    play.act(TimelineAct::Jump(Seq(300)));
    let rows = play.timeline.stand.rows.clone();
    let Key::At(gone) = rows[0].key else { panic!() };
    play.entries.retain(|entry| entry.seq != gone);
    play.event(&Event::EntriesExpired { room: ROOM, seqs: vec![gone] });
    let kept = play.timeline.stand.rows.iter().find(|row| row.key == rows[1].key).unwrap();
    assert_eq!(kept.y, rows[1].y);
}

/// Counts what is measured: 20 µs each with FLTK.
#[derive(Default)]
struct Counting(core::cell::Cell<usize>);

impl Measure for Counting {
    fn width(&self, font: Font, text: &str) -> f32 {
        self.0.set(self.0.get() + 1);
        Fixed::MONDAY.width(font, text)
    }
}

#[test]
fn a_frame_measures_little() {
    let mut play = Play::of(2_000, 0);
    let counting = Counting::default();
    let look = Look { measure: &counting, clock: &Fixed::MONDAY };
    let mut most = 0;
    for _ in 0..200 {
        play.act(TimelineAct::Wheel(-120));
        counting.0.set(0);
        play.timeline.settle(RECT, &mut play.layouts, look, &mut play.out);
        let mut scene = crate::scene::Scene::default();
        paint(&play.timeline, &play.layouts, RECT, &Context::default(), look, &mut scene);
        most = most.max(counting.0.get());
    }
    assert!(most < 150, "{most}");
}

#[test]
fn a_hostile_message_costs_a_bounded_number_of_measurements() {
    let words: String = (0..40_000).map(|word| format!("w{word} ")).collect();
    let mut play = Play::new(vec![message(1, 1, "mallory", &words)], 0);
    let counting = Counting::default();
    let look = Look { measure: &counting, clock: &Fixed::MONDAY };
    play.layouts.clear();
    let mut frames = 0;
    loop {
        counting.0.set(0);
        play.timeline.settle(RECT, &mut play.layouts, look, &mut play.out);
        assert!(counting.0.get() < 500);
        frames += 1;
        if !play.timeline.stand.rough {
            break;
        }
    }
    assert!((2..20).contains(&frames));
    let height = play.timeline.stand.rows[0].h;
    play.act(TimelineAct::More(Key::At(Seq(1))));
    assert!(play.timeline.stand.rows[0].h > height);
}

/// Prints figures: `cargo test --release -p fltk-client frames -- --ignored --nocapture`.
#[test]
#[ignore = "prints figures"]
fn frames_are_fast() {
    let mut play = Play::of(100_000, 0);
    let mut times = Vec::new();
    let started = std::time::Instant::now();
    for _ in 0..1_000 {
        let frame = std::time::Instant::now();
        play.timeline.act(TimelineAct::Wheel(-120), &mut play.out);
        play.run();
        let scene = play.paint();
        assert!(!scene.ops.is_empty());
        times.push(frame.elapsed());
    }
    times.sort();
    println!("1,000 frames in {:?}, the longest {:?}", started.elapsed(), &times[995..]);
}
