//! Everything that the toolkit can paint, in one window: `gallery [light|dark] [PERCENT]`.

#![expect(clippy::unwrap_used, reason = "a tool of developers")]

use std::time::Instant;

use window::act::Act;
use window::effect::{Effect, Input};
use window::geometry::{Point, Rect};
use window::look::{Face as Typeface, Font, Look};
use window::palette::{HUES, Ink, Theme};
use window::scene::{Field, FieldPlace, Icon, Op, Role, Scene};
use window::state::settings::Settings;
use window::toolkit::profile::Home;
use window::toolkit::{Face, Options, run};

const ICONS: [Icon; 35] = [
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

#[derive(Default)]
struct Gallery {
    scene: Scene,
    effects: Vec<Effect>,
    last: String,
}

impl Face for Gallery {
    fn input(&mut self, input: Input, _: Look<'_>) -> bool {
        self.last = match &input {
            Input::Typed(_, text, at) => format!("typed {} bytes, cursor at {at}", text.len()),
            Input::Move(_) => return false,
            other => format!("{other:?}"),
        };
        println!("{}", self.last);
        if matches!(input, Input::CloseAsked) {
            self.effects.push(Effect::Quit);
        }
        false
    }

    fn event(&mut self, _: engine::Event, _: Look<'_>) {}

    fn frame(&mut self, size: (i32, i32), look: Look<'_>) -> &Scene {
        self.scene = scene(size, look, &self.last);
        &self.scene
    }

    fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop()
    }
}

fn scene((w, h): (i32, i32), look: Look<'_>, last: &str) -> Scene {
    let mut scene = Scene::default();
    let s = &mut scene;
    s.push(Op::Fill(Rect::new(0, 0, w, h), Ink::Ground));
    s.push(Op::Fill(Rect::new(0, 0, 247, h), Ink::Pane));
    s.push(Op::Fill(Rect::new(247, 0, 1, h), Ink::Line));
    s.push(Op::Fill(Rect::new(248, 55, w, 1), Ink::Line));
    rooms(s, look);
    text(s, 264, 22, Font::TITLE, Ink::Text, "Garden team");
    text(s, 264, 42, Font::SMALL, Ink::Soft, "4 members · Saturday: rain or shine");
    for (number, icon) in ICONS.iter().enumerate() {
        let at = i32::try_from(number).unwrap();
        let (column, row) = (at % 12, at / 12);
        let tile = Rect::new(w - 440 + column * 36, 64 + row * 36, 32, 32);
        if *icon == Icon::Members {
            s.push(Op::Round(tile, 8, Ink::Selected));
        }
        s.push(Op::Icon(tile.inset(6, 6), *icon, Ink::Soft));
        s.region(tile, Act::Nothing, "icon", Role::Tool);
        s.push(Op::Icon(
            Rect::new(w - 440 + column * 20, 176 + row * 18, 16, 16),
            *icon,
            Ink::Faint,
        ));
    }
    s.push(Op::Icon(Rect::new(w - 160, 170, 64, 64), Icon::Attach, Ink::Accent));
    s.push(Op::Icon(Rect::new(w - 80, 170, 64, 64), Icon::Gear, Ink::Good));
    bubbles(s, look, w);
    for hue in 0..HUES {
        let x = 264 + i32::from(hue) * 64;
        s.push(Op::Round(Rect::new(x, 480, 28, 28), 14, Ink::Avatar(hue)));
        text(s, x + 8, 499, Font::SMALL_STRONG, Ink::White, "A");
        text(s, x + 32, 499, Font::SMALL_STRONG, Ink::Name(hue), "bob");
    }
    s.push(Op::Clip(Rect::new(264, 520, 60, 20)));
    text(s, 264, 535, Font::BODY, Ink::Bad, "clipped at sixty pixels");
    s.push(Op::Unclip);
    s.push(Op::Fill(Rect::new(340, 516, 120, 30), Ink::Shade));
    text(s, 480, 535, Font::SMALL, Ink::Faint, last);
    composer(s, w, h);
    scene
}

fn rooms(s: &mut Scene, look: Look<'_>) {
    let search = Rect::new(12, 12, 223, 32);
    s.push(Op::Round(search, 10, Ink::Ground));
    s.push(Op::Outline(search, 10, Ink::Line));
    field(s, Field::Search, search.inset(12, 4), "Search rooms and messages", Ink::Ground);
    for (number, (name, last)) in [
        ("lobby", "carol joined the room"),
        ("Garden team", "bob is typing…"),
        ("bob", "See you 🥔"),
    ]
    .into_iter()
    .enumerate()
    {
        let at = i32::try_from(number).unwrap();
        let row = Rect::new(6, 56 + at * 56, 235, 56);
        if at == 1 {
            s.push(Op::Round(row, 10, Ink::Selected));
        }
        let avatar = Rect::new(18, row.y + 10, 36, 36);
        s.push(Op::Round(avatar, 18, Ink::Avatar(u8::try_from(at).unwrap() * 3)));
        let initial = name[..1].to_uppercase();
        let wide = window::geometry::px(look.measure.width(Font::STRONG, &initial));
        text(s, 36 - wide / 2, row.y + 33, Font::STRONG, Ink::White, &initial);
        text(s, 66, row.y + 23, Font::STRONG, Ink::Text, name);
        text(s, 66, row.y + 43, Font::SMALL, Ink::Soft, last);
        s.region(row, Act::Nothing, name, Role::Row);
    }
    for (number, which) in
        [Field::Link, Field::Handle, Field::Password, Field::PasswordAgain].into_iter().enumerate()
    {
        let rect = Rect::new(12, 260 + i32::try_from(number).unwrap() * 44, 223, 36);
        s.push(Op::Round(rect, 10, Ink::Ground));
        s.push(Op::Outline(rect, 10, if number == 1 { Ink::Accent } else { Ink::Line }));
        field(s, which, rect.inset(12, 4), &format!("{which:?}"), Ink::Ground);
    }
}

fn bubbles(s: &mut Scene, look: Look<'_>, w: i32) {
    let other = Rect::new(302, 72, 250, 56);
    s.push(Op::Round(other, 14, Ink::Other));
    text(s, 314, 94, Font::BODY, Ink::Text, "Morning! Potatoes arrived 🥔 👍🏽");
    text(s, 314, 114, Font::CODE, Ink::Text, "plan.txt == 日本語");
    let own = Rect::new(302, 140, 250, 84);
    s.push(Op::Round(own, 14, Ink::Own));
    s.push(Op::Round(Rect::new(314, 148, 226, 44), 4, Ink::OwnInset));
    s.push(Op::Fill(Rect::new(314, 148, 3, 44), Ink::White));
    text(s, 324, 166, Font::SMALL_STRONG, Ink::OnOwnSoft, "bob");
    text(s, 324, 184, Font::SMALL, Ink::OnOwnSoft, "I can pick up the compost…");
    text(s, 314, 212, Font::BODY, Ink::OnOwn, "Twenty bags, and gloves");
    for (number, radius) in [0, 4, 8, 10, 14, 20].into_iter().enumerate() {
        let x = 302 + i32::try_from(number).unwrap() * 52;
        s.push(Op::Round(Rect::new(x, 240, 40, 40), radius, Ink::Accent));
        s.push(Op::Outline(Rect::new(x, 290, 40, 40), radius, Ink::Text));
    }
    let faces =
        [Typeface::Sans, Typeface::Bold, Typeface::Italic, Typeface::BoldItalic, Typeface::Mono];
    for (number, face) in faces.into_iter().enumerate() {
        let y = 352 + i32::try_from(number).unwrap() * 22;
        let line = "Measured @ & <b> é ́ ́ עברית 漢字 🎉 end";
        text(s, 302, y, Font::new(face, 14), Ink::Text, line);
        let wide = window::geometry::px(look.measure.width(Font::new(face, 14), line));
        s.push(Op::Fill(Rect::new(302 + wide, y - 14, 1, 18), Ink::Bad));
    }
    s.push(Op::Fill(Rect::new(264, 465, (w - 280) / 2 - 60, 1), Ink::Bad));
    text(s, 264 + (w - 280) / 2 - 40, 469, Font::SMALL, Ink::Bad, "New messages");
}

fn composer(s: &mut Scene, w: i32, h: i32) {
    let rect = Rect::new(264, h - 120, w - 280, 106);
    s.push(Op::Round(rect, 14, Ink::Ground));
    s.push(Op::Outline(rect, 14, Ink::Line));
    s.push(Op::Icon(Rect::new(rect.x + 12, rect.bottom() - 34, 20, 20), Icon::Attach, Ink::Soft));
    s.push(Op::Icon(Rect::new(rect.x + 44, rect.bottom() - 34, 20, 20), Icon::Emoji, Ink::Soft));
    field(
        s,
        Field::Composer,
        Rect::new(rect.x + 83, rect.y + 8, rect.w - 170, 90),
        "Message",
        Ink::Ground,
    );
    let send = Rect::new(rect.right() - 72, rect.bottom() - 40, 65, 32);
    s.push(Op::Round(send, 10, Ink::Own));
    text(s, send.x + 15, send.y + 21, Font::STRONG, Ink::OnOwn, "Send");
}

fn text(s: &mut Scene, x: i32, y: i32, font: Font, ink: Ink, text: &str) {
    s.push(Op::Text(Point { x, y }, font, ink, text.into()));
}

fn field(s: &mut Scene, field: Field, rect: Rect, hint: &str, ground: Ink) {
    s.fields.push(FieldPlace { field, rect, hint: hint.into(), ground, enabled: true });
}

fn main() {
    let mut args = std::env::args().skip(1);
    let theme = if args.next().as_deref() == Some("dark") { Theme::Dark } else { Theme::Light };
    let scale_percent = args.next().and_then(|text| text.parse().ok()).unwrap_or(100);
    let settings = Settings { theme: Some(theme), scale_percent, ..Settings::default() };
    let options = Options {
        started: Instant::now(),
        home: Home::at(std::env::temp_dir().join("sotto-gallery")),
        settings,
        size: Some((1_000, 700)),
        link: None,
        trace: args.next().map(Into::into),
        describe: None,
    };
    if let Err(failure) = run(options, |_, _, _| Gallery::default()) {
        eprintln!("{failure}");
        std::process::exit(1);
    }
}
