//! Hands things to the system's other programs. Never through a shell, and never as an option of theirs.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use wire::id::RoomId;

use super::line;
use super::link::{Post, spawn};
use super::queue::Queue;
use crate::effect::Input;

/// Notifications whose click is waited for at once.
const MAX_WAITING: u8 = 8;
/// A picture that is pasted.
const MAX_PASTED_BYTES: u64 = 64 << 20;
const MAX_TITLE_BYTES: usize = 128;
const MAX_BODY_BYTES: usize = 512;

/// Copies a text to the clipboard and to the selection. The only way to FLTK's copying, which reads
/// past the end of a text with a NUL in it.
pub(super) fn copy(text: &str) {
    let text = line::pasted(text, true);
    fltk::app::copy(&text);
    fltk::app::copy2(&text);
}

/// Has a program read the picture on the clipboard of X11 or Wayland. FLTK can do so too, with decoders
/// of all kinds of pictures that take a quarter of a megabyte and are written in C.
pub(super) fn read_clipboard(queue: &Arc<Queue<Post>>) {
    let queue = Arc::clone(queue);
    spawn("paste", move || {
        queue.push(Post::Pasted(picture_on_clipboard()));
    });
}

fn picture_on_clipboard() -> Option<Vec<u8>> {
    let is_wayland = std::env::var_os("WAYLAND_DISPLAY").is_some();
    let wayland = is_wayland.then_some(("wl-paste", ["--type", "image/png"].as_slice()));
    let x11 = ("xclip", ["-selection", "clipboard", "-target", "image/png", "-out"].as_slice());
    wayland.into_iter().chain([x11]).find_map(|(program, arguments)| {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).stdout(Stdio::piped());
        let mut reader = command.spawn().ok()?;
        let mut png = Vec::new();
        let read = reader.stdout.take()?.take(MAX_PASTED_BYTES).read_to_end(&mut png);
        // It has ended, or has more than is taken.
        let _ = reader.kill();
        let _ = reader.wait();
        (read.is_ok() && png.starts_with(b"\x89PNG")).then_some(png)
    })
}

/// Opens a web address; others are refused.
pub(super) fn open_link(link: &str) {
    let is_web = ["https://", "http://"].iter().any(|scheme| {
        link.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    if is_web && !link.contains(|c: char| c.is_control() || c.is_whitespace() || c == '"') {
        open(link.as_ref());
    }
}

/// Opens a file that was saved, with the program that the person has chosen for its kind.
pub(super) fn open_file(path: &Path) {
    // An absolute path cannot be taken for an option.
    if path.is_absolute() {
        open(path.as_os_str());
    }
}

fn open(what: &std::ffi::OsStr) {
    let mut command = if cfg!(windows) {
        // ShellExecute without a shell of its own.
        let mut command = Command::new("rundll32.exe");
        command.arg("url.dll,FileProtocolHandler");
        command
    } else if cfg!(target_os = "macos") {
        Command::new("open")
    } else {
        Command::new("xdg-open")
    };
    command.arg(what);
    spawn("open", move || drop(quiet(&mut command).status()));
}

/// Shows a notification if the system has `notify-send`; there is none on Windows and macOS yet.
/// A click on it comes back as an input.
pub(super) fn notify(title: &str, body: &str, room: RoomId, queue: &Arc<Queue<Post>>) {
    static WAITING: AtomicU8 = AtomicU8::new(0);

    if cfg!(any(windows, target_os = "macos")) {
        return;
    }
    let title = line::head(&line::visible(title), MAX_TITLE_BYTES).to_owned();
    let body = escaped(line::head(&line::visible(body), MAX_BODY_BYTES));
    let queue = Arc::clone(queue);
    spawn("notify", move || {
        let command = || {
            let mut command = Command::new("notify-send");
            command.arg("--app-name=Sotto");
            command
        };
        if WAITING.fetch_add(1, Ordering::Relaxed) < MAX_WAITING {
            let mut waiting = command();
            waiting.args(["--action=default=Open", "--", &title, &body]);
            match quiet(&mut waiting).stdout(Stdio::piped()).output() {
                Ok(output) if output.status.success() => {
                    if output.stdout.starts_with(b"default") {
                        queue.push(Post::Input(Input::NotificationClicked(room)));
                    }
                }
                // Older ones know no actions.
                Ok(_) => drop(quiet(command().args(["--", &title, &body])).status()),
                Err(_) => {}
            }
        } else {
            drop(quiet(command().args(["--", &title, &body])).status());
        }
        WAITING.fetch_sub(1, Ordering::Relaxed);
    });
}

fn quiet(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}

/// Bodies of notifications are markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
