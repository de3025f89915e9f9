//! Lets the person choose files: with the system's dialog on a thread, or with FLTK's.

use std::path::PathBuf;
use std::sync::Arc;

use engine::RequestId;
use fltk::dialog::{FileDialogType, NativeFileChooser};
use native_dialog::DialogBuilder;

use super::link::{Post, spawn};
use super::queue::Queue;
use crate::effect::Input;

/// What is to be chosen.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted {
    /// Files to send.
    Files,
    /// Where to save.
    Directory(RequestId),
}

const FILES: &str = "Send files";
const DIRECTORY: &str = "Save in";

/// Shows the system's dialog. No name that came from another person is ever given to it.
pub(super) fn choose(wanted: Wanted, queue: &Arc<Queue<Post>>) {
    let queue = Arc::clone(queue);
    if cfg!(target_os = "macos") {
        // Its dialogs live on the main thread, where FLTK's are the system's own.
        queue.push(Post::NoChooser(wanted));
        return;
    }
    spawn("chooser", move || {
        queue.push(asked(wanted));
    });
}

fn asked(wanted: Wanted) -> Post {
    let chosen = match wanted {
        Wanted::Files => {
            let dialog = DialogBuilder::file().set_title(FILES).open_multiple_file();
            smol::block_on(dialog.spawn())
        }
        Wanted::Directory(_) => {
            let dialog = DialogBuilder::file().set_title(DIRECTORY).open_single_dir();
            smol::block_on(dialog.spawn()).map(|path| path.into_iter().collect())
        }
    };
    match chosen {
        Ok(paths) => Post::Input(answer(wanted, paths)),
        Err(_) => Post::NoChooser(wanted),
    }
}

/// Shows FLTK's dialog, and waits for it with the window alive: nothing may be borrowed meanwhile.
pub(super) fn choose_by_fltk(wanted: Wanted) -> Input {
    let (kind, title) = match wanted {
        Wanted::Files => (FileDialogType::BrowseMultiFile, FILES),
        Wanted::Directory(_) => (FileDialogType::BrowseDir, DIRECTORY),
    };
    let mut dialog = NativeFileChooser::new(kind);
    dialog.set_title(title);
    let _ = dialog.try_show();
    let chosen = dialog.filenames().into_iter().filter(|path| !path.as_os_str().is_empty());
    answer(wanted, chosen.collect())
}

fn answer(wanted: Wanted, paths: Vec<PathBuf>) -> Input {
    match wanted {
        Wanted::Files => Input::Offered(paths),
        Wanted::Directory(id) => Input::DirectoryChosen(id, paths.into_iter().next()),
    }
}
