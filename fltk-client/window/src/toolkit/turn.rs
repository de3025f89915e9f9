//! The main loop: waits for FLTK, answers what came in, paints at most once a turn.

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::{Duration, Instant};

use fltk::app;
use fltk::enums::Event;
use fltk::prelude::*;
use fltk::widget::Widget;
use fltk::window::DoubleWindow;

use super::clock::SystemClock;
use super::field::{Fields, OnEvent};
use super::link::{EngineLink, Post};
use super::measure::Type;
use super::profile::Home;
use super::queue::Queue;
use super::trace::Trace;
use super::window::{Late, Parts, Window};
use super::{Failure, Options, chooser, effects, keys, theme};
use crate::app::App;
use crate::effect::{Input, Key};
use crate::scene::Field;

/// How long the queue may be emptied before the window is painted in between.
const DRAIN: Duration = Duration::from_millis(8);
/// How long the engine may take to end.
const STOP: Duration = Duration::from_secs(5);
const SIZE: (i32, i32) = (1_000, 700);
const MIN_SIZE: (i32, i32) = (360, 320);

/// See [`super::run`].
pub(super) fn run(mut options: Options, app: App) -> Result<(), Failure> {
    let trace = match &options.trace {
        Some(path) => Some(
            Trace::create(path, options.started)
                .map_err(|why| Failure::NoTrace(path.clone(), why))?,
        ),
        None => None,
    };
    let invitation = options.link.take();
    let start = Start::new(options);
    let late = Rc::clone(&start.late);
    let window = start.window(trace, app);
    if let Ok(mut window) = window.try_borrow_mut() {
        if let Some(invitation) = invitation {
            window.input(Input::LinkGiven(invitation));
        }
        window.refresh();
        window.win.show();
    }
    turn_until_end(&window, &late);
    end(&window);
    Ok(())
}

/// What is there before the window.
struct Start {
    options: Options,
    queue: Arc<Queue<Post>>,
    link: EngineLink,
    late: Late,
    screen_scale: f32,
}

impl Start {
    fn new(mut options: Options) -> Self {
        // FLTK's locking must be set up before another thread wakes it.
        let _ = app::App::default();
        let queue = Arc::new(Queue::new(app::awake));
        let mut link = EngineLink::new(options.home.clone(), Arc::clone(&queue));
        // What takes longest goes first: fonts and the window are opened meanwhile.
        if let Some((profile, password)) = options.open.take() {
            link.open(profile.dir, password);
        }
        #[cfg(unix)]
        super::signal::end_on_signal(&queue);
        app::keyboard_screen_scaling(false);
        fonts();
        let screen_scale = app::screen_scale(0);
        effects::set_scale(screen_scale, options.settings.scale_percent);
        if options.settings.theme.is_none() {
            effects::ask_system_theme(&queue);
        }
        Self { options, queue, link, late: Late::default(), screen_scale }
    }

    fn window(self, trace: Option<Trace>, app: App) -> Rc<RefCell<Window>> {
        let Options { started, home, settings, size, describe, .. } = self.options;
        let theme = effects::theme_of(&settings, None);
        theme::apply(theme);
        let mut win = placed(size, settings.window);
        let (w, h) = (win.w(), win.h());
        let canvas = Widget::new(0, 0, w, h, None);
        win.end();
        win.resizable(&canvas);
        win.size_range(MIN_SIZE.0, MIN_SIZE.1, 0, 0);
        let late = self.late;
        Rc::new_cyclic(|window: &Weak<RefCell<Window>>| {
            let on_event = field_events(Weak::clone(window), Rc::clone(&late));
            let (mut heard, mut seen) = (canvas.clone(), canvas.clone());
            let of_canvas = canvas_events(Weak::clone(window), Rc::clone(&late));
            heard.handle(move |_, event| of_canvas(event));
            let painted = Weak::clone(window);
            seen.draw(move |_| {
                if let Some(window) = painted.upgrade()
                    && let Ok(mut window) = window.try_borrow_mut()
                {
                    window.paint();
                }
            });
            let closing = Rc::clone(&late);
            win.set_callback(move |_| {
                if app::event() == Event::Close {
                    closing.borrow_mut().push_back(Input::CloseAsked);
                }
            });
            let resized = Weak::clone(window);
            heard.resize_callback(move |_, _, _, _, _| {
                if let Some(window) = resized.upgrade()
                    && let Ok(mut window) = window.try_borrow_mut()
                {
                    window.repaint();
                }
            });
            RefCell::new(Window::new(Parts {
                app,
                fields: Fields::new(win.clone(), theme, on_event),
                win,
                canvas,
                clock: SystemClock::since(started),
                measure: Type::default(),
                queue: self.queue,
                link: self.link,
                home: home.dir().to_owned(),
                settings,
                theme,
                screen_scale: self.screen_scale,
                trace,
                describe,
            }))
        })
    }
}

/// The system's own faces where FLTK would take older ones.
fn fonts() {
    if cfg!(windows) {
        use fltk::enums::Font;
        for (slot, name) in [
            (Font::Helvetica, " Segoe UI"),
            (Font::HelveticaBold, "BSegoe UI"),
            (Font::HelveticaItalic, "ISegoe UI"),
            (Font::HelveticaBoldItalic, "PSegoe UI"),
            (Font::Courier, " Consolas"),
        ] {
            Font::set_font(slot, name);
        }
    }
}

/// A window where it was, or in the middle, and never larger than the screen.
fn placed(size: Option<(i32, i32)>, before: Option<[i32; 4]>) -> DoubleWindow {
    let (left, top, width, height) = app::screen_work_area(0);
    let (w, h) = size.or_else(|| before.map(|[_, _, w, h]| (w, h))).unwrap_or(SIZE);
    let fit = |side: i32, min: i32, max: i32| side.min(max).max(min.min(max));
    // A size that was asked for is taken as it is: tests do that.
    let (w, h) = match size {
        Some(size) => size,
        None => (fit(w, MIN_SIZE.0, width), fit(h, MIN_SIZE.1, height)),
    };
    let (x, y) = match before {
        Some([x, y, ..]) if size.is_none() => {
            (x.clamp(left, (left + width - w).max(left)), y.clamp(top, (top + height - h).max(top)))
        }
        _ => (left + (width - w).max(0) / 2, top + (height - h).max(0) / 2),
    };
    let mut win = DoubleWindow::new(x, y, w, h, "Sotto");
    win.set_xclass("sotto");
    win
}

fn turn_until_end(window: &RefCell<Window>, late: &Late) {
    let mut is_behind = false;
    loop {
        let idle = window.borrow().idle();
        let waited = match (is_behind, idle) {
            (true, _) => app::wait_for(0.0),
            // Ten minutes: a wake-up that cost nothing.
            (false, idle) => app::wait_for(idle.map_or(600.0, |idle| idle.as_secs_f64())),
        };
        // A signal that interrupts the wait is no failure.
        let _ = waited;
        is_behind = turn(window, late);
        if window.borrow().ends {
            return;
        }
    }
}

/// Answers what came in. Says whether something was left over.
fn turn(window: &RefCell<Window>, late: &Late) -> bool {
    let begun = Instant::now();
    loop {
        let input = late.borrow_mut().pop_front();
        let Some(input) = input else { break };
        let mut window = window.borrow_mut();
        let closes = matches!(input, Input::CloseAsked);
        if !window.input(input) && closes {
            window.ends = true;
        }
    }
    let queue = Arc::clone(&window.borrow().queue);
    let mut is_behind = false;
    while let Some(post) = queue.take() {
        answer(&mut window.borrow_mut(), post);
        if begun.elapsed() > DRAIN {
            is_behind = !queue.is_empty();
            break;
        }
    }
    let choosers = std::mem::take(&mut window.borrow_mut().choosers);
    for wanted in choosers {
        let input = chooser::choose_by_fltk(wanted);
        window.borrow_mut().input(input);
    }
    let mut window = window.borrow_mut();
    window.tell_typed();
    window.refresh();
    window.warm() || is_behind
}

fn answer(window: &mut Window, post: Post) {
    match post {
        Post::Opened(run, result) => {
            if let Some(input) = window.link.opened(run, result) {
                window.input(input);
            }
        }
        Post::Event(run, event) => {
            if window.link.observe(run, &event) {
                window.event(*event);
            }
        }
        Post::Input(input) => {
            if let Input::SystemDark(dark) = input {
                window.system_dark = Some(dark);
                effects::apply_theme(window);
            }
            window.input(input);
        }
        Post::Picture(key, picture) => {
            let size = picture.as_ref().map(super::picture::Picture::size);
            if let Some(picture) = picture {
                window.pictures.insert(key, picture);
                window.repaint();
            }
            window.input(Input::PictureLoaded(key, size));
        }
        Post::Pasted(Some(png)) => window.pasted_png(&png),
        Post::Pasted(None) => {
            window.input(Input::NotPasted);
        }
        Post::NoChooser(wanted) => window.choosers.push(wanted),
    }
    if window.link.has_closed() {
        let profiles = Home::at(window.home.clone()).profiles();
        window.input(Input::ProfileClosed(profiles));
    }
}

/// Hides the window at once, and lets the engine write down what it has.
fn end(window: &RefCell<Window>) {
    let mut window = window.borrow_mut();
    window.keep_settings();
    window.win.hide();
    let _ = app::wait_for(0.0);
    window.link.close();
    let until = Instant::now() + STOP;
    while window.link.is_running() && Instant::now() < until {
        match window.queue.take() {
            Some(Post::Event(run, event)) => {
                window.link.observe(run, &event);
            }
            Some(_) => {}
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    }
    window.queue.close();
}

type Shared = Weak<RefCell<Window>>;

/// Gives an input to the window, or keeps it until the window can take it.
fn give(window: &Shared, late: &Late, input: Input) -> bool {
    let Some(window) = window.upgrade() else { return false };
    match window.try_borrow_mut() {
        Ok(mut window) => window.input(input),
        Err(_) => {
            late.borrow_mut().push_back(input);
            true
        }
    }
}

/// What happens on the canvas.
fn canvas_events(window: Shared, late: Late) -> impl Fn(Event) -> bool {
    move |event| {
        let give = |input| {
            give(&window, &late, input);
        };
        match event {
            Event::Push => keys::press().into_iter().for_each(give),
            Event::Drag => give(Input::Drag(keys::place())),
            Event::Released => {
                if keys::button() == Some(crate::effect::Button::First) {
                    give(Input::Release(keys::place()));
                }
            }
            Event::Enter | Event::Move => give(Input::Move(keys::place())),
            Event::Leave => give(Input::Leave),
            Event::MouseWheel => give(keys::wheel()),
            Event::KeyDown => {
                if let Some(key) = keys::key_or_letter() {
                    give(Input::Key(key, keys::mods()));
                }
            }
            Event::Paste => pasted(&window, None),
            Event::Focus | Event::Unfocus => {}
            Event::DndEnter | Event::DndDrag | Event::DndLeave | Event::DndRelease => {}
            // Escape, unanswered, would close the window.
            Event::Shortcut => return app::event_key() == fltk::enums::Key::Escape,
            _ => return false,
        }
        true
    }
}

/// What happens in a field, before the field hears of it.
fn field_events(window: Shared, late: Late) -> OnEvent {
    Rc::new(move |field, event| {
        match event {
            Event::KeyDown => return key_of_field(&window, &late, field),
            Event::Push => {
                if let Some(press) = keys::press() {
                    give(&window, &late, press);
                }
            }
            Event::Enter | Event::Move => {
                give(&window, &late, Input::Move(keys::place()));
            }
            Event::DndEnter | Event::DndDrag | Event::DndRelease => return true,
            Event::Paste => {
                pasted(&window, Some(field));
                return true;
            }
            Event::Shortcut => return app::event_key() == fltk::enums::Key::Escape,
            _ => {}
        }
        false
    })
}

fn key_of_field(window: &Shared, late: &Late, field: Field) -> bool {
    let Some(key) = keys::key() else { return false };
    let mods = keys::mods();
    let used = match window.upgrade() {
        Some(window) => match window.try_borrow_mut() {
            Ok(mut window) => {
                if key == Key::Char('v') && mods.ctrl && window.pastes_image(field) {
                    return true;
                }
                window.key(key, mods)
            }
            Err(_) => {
                late.borrow_mut().push_back(Input::Key(key, mods));
                true
            }
        },
        None => false,
    };
    // FLTK would go to another widget, or close the window.
    used || matches!(key, Key::Tab | Key::Escape)
}

fn pasted(window: &Shared, field: Option<Field>) {
    if let Some(window) = window.upgrade()
        && let Ok(mut window) = window.try_borrow_mut()
    {
        window.pasted(field);
    }
}
