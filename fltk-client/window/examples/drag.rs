//! A window from which one file can be dragged, as from a file manager: for tests that drop files.
//!
//! `drag FILE X Y` opens a small window at that place of the screen.

#![expect(clippy::unwrap_used, reason = "a tool of tests: what fails is a finding")]

use fltk::enums::{Color, Event};
use fltk::prelude::{GroupExt, WidgetBase, WidgetExt};
use fltk::{app, window::Window};

fn main() {
    let mut args = std::env::args().skip(1);
    let file = args.next().unwrap();
    let mut number = || args.next().unwrap().parse().unwrap();
    let (x, y) = (number(), number());
    let app = app::App::default();
    let mut window = Window::new(x, y, 40, 40, "drag");
    window.set_color(Color::Yellow);
    window.end();
    window.handle(move |_, event| match event {
        Event::Push => true,
        Event::Drag => {
            app::copy2(&format!("file://{file}\r\n"));
            app::dnd();
            true
        }
        _ => false,
    });
    window.show();
    app.run().unwrap();
}
