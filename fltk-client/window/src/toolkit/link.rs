//! The engine that runs behind the window, and the threads between them.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use engine::{Command, Engine, Event, Intent, Problem};
use wire::id::Handle;
use wire::link::Link;
use zeroize::Zeroizing;

use super::picture::Picture;
use super::profile::Home;
use super::queue::Queue;
use crate::effect::Input;
use crate::scene::PictureKey;

/// What other threads bring to the window.
#[derive(Debug)]
pub(super) enum Post {
    /// A profile was opened, or was not, in this run.
    Opened(u64, Result<Engine, Problem>),
    /// The engine of this run tells something.
    Event(u64, Box<Event>),
    /// Something for the state as it is.
    Input(Input),
    /// A picture was decoded, or cannot be.
    Picture(PictureKey, Option<Picture>),
    /// The picture that was on the clipboard, unless no program could read it.
    Pasted(Option<Vec<u8>>),
    /// There is no program that lets the person choose files; FLTK has one.
    NoChooser(super::chooser::Wanted),
}

/// The engine, if one runs. Each start is a run of its own, so that nothing of an ended one gets
/// through.
#[derive(Debug)]
pub(super) struct EngineLink {
    home: Home,
    queue: Arc<Queue<Post>>,
    run: u64,
    engine: Option<Engine>,
    /// The profile of this run, and what it is to be called once it has an account.
    profile: Option<(PathBuf, Option<String>)>,
    is_closing: bool,
}

impl EngineLink {
    pub(super) const fn new(home: Home, queue: Arc<Queue<Post>>) -> Self {
        Self { home, queue, run: 0, engine: None, profile: None, is_closing: false }
    }

    pub(super) fn send(&self, command: Command) {
        if let Some(engine) = &self.engine {
            engine.send(command);
        }
    }

    pub(super) const fn is_running(&self) -> bool {
        self.engine.is_some()
    }

    pub(super) fn open(&mut self, dir: PathBuf, password: Zeroizing<String>) {
        self.start(dir.clone(), None, move || Engine::open(&dir, &password));
    }

    pub(super) fn create(
        &mut self,
        link: Link,
        handle: Handle,
        password: Zeroizing<String>,
        intent: Intent,
    ) {
        let (dir, label) = self.home.for_new(&handle, &link);
        let made = dir.clone();
        self.start(dir, Some(label), move || {
            Engine::create(&made, &password, link, handle, intent)
        });
    }

    fn start(
        &mut self,
        dir: PathBuf,
        label: Option<String>,
        open: impl FnOnce() -> Result<Engine, Problem> + Send + 'static,
    ) {
        self.run += 1;
        self.engine = None;
        self.is_closing = false;
        self.profile = Some((dir, label));
        let (run, queue) = (self.run, Arc::clone(&self.queue));
        // Opening stretches the password: a second of work.
        spawn("open", move || {
            queue.push(Post::Opened(run, open()));
        });
    }

    /// Takes a started engine over. `None` if it is not wanted any more.
    pub(super) fn opened(&mut self, run: u64, result: Result<Engine, Problem>) -> Option<Input> {
        if run != self.run {
            return None;
        }
        let engine = match result {
            Ok(engine) => engine,
            Err(problem) => return Some(Input::ProfileOpened(Err(problem))),
        };
        let (events, queue) = (engine.events().clone(), Arc::clone(&self.queue));
        spawn("events", move || {
            while let Ok(event) = events.recv_blocking() {
                let is_last = matches!(event, Event::Stopped { .. });
                if !queue.push(Post::Event(run, Box::new(event))) || is_last {
                    return;
                }
            }
        });
        self.engine = Some(engine);
        Some(Input::ProfileOpened(Ok(())))
    }

    /// Looks at an event before the state gets it; `false` if it is of an ended run.
    pub(super) fn observe(&mut self, run: u64, event: &Event) -> bool {
        if run != self.run {
            return false;
        }
        match event {
            Event::Connected { handle, .. } => {
                if let Some((dir, label)) = &mut self.profile {
                    let label = label.take();
                    self.home.name(dir, label, handle);
                }
            }
            Event::Stopped { .. } => self.engine = None,
            _ => {}
        }
        true
    }

    /// Asks the engine to end; [`EngineLink::has_closed`] says when it has.
    pub(super) fn close(&mut self) {
        self.is_closing = true;
        match &self.engine {
            Some(engine) => engine.send(Command::Stop),
            // One that is being opened is dropped when it comes.
            None => self.run += 1,
        }
    }

    /// Whether the end that was asked for is there; said once.
    pub(super) fn has_closed(&mut self) -> bool {
        let has_closed = self.is_closing && self.engine.is_none();
        self.is_closing &= !has_closed;
        has_closed
    }
}

/// Starts a thread. One that the system refuses does nothing: its answer never comes.
pub(super) fn spawn(name: &str, work: impl FnOnce() + Send + 'static) {
    let _ = thread::Builder::new().name(name.into()).spawn(work);
}
