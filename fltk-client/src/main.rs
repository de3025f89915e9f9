//! `sotto`, the desktop client.
//!
//! **command line → [`window::toolkit::run`]**, which shows the [`App`] until the person ends it.

mod args;

use std::process::ExitCode;
use std::time::Instant;

use window::app::App;
use window::toolkit::profile::Home;
use window::toolkit::{Options, config, run};
use zeroize::Zeroizing;

use crate::args::{Given, Invocation};

/// Kilobytes that Xlib collects before it sends them. It has 16, which a frame fills two or three times;
/// then the X server wakes in the middle of a frame and often takes this program's processor.
const X_BUFFER: (&str, &str) = ("XLIBBUFFERSIZE", "256");

fn main() -> ExitCode {
    let started = Instant::now();
    if std::env::var_os(X_BUFFER.0).is_none() {
        // There is one thread yet, so nobody reads the environment meanwhile.
        std::env::set_var(X_BUFFER.0, X_BUFFER.1);
    }
    let done = match args::parse(std::env::args_os().skip(1)) {
        Ok(Invocation::Print(text)) => {
            print!("{text}");
            Ok(())
        }
        Ok(Invocation::Show(given)) => show(*given, started),
        Err(why) => Err((why, 2)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err((why, code)) => {
            eprintln!("{why}");
            ExitCode::from(code)
        }
    }
}

fn show(given: Given, started: Instant) -> Result<(), (String, u8)> {
    let home = given.home.map(Home::at).or_else(|| Home::default(|name| std::env::var_os(name)));
    let Some(home) = home else {
        return Err(("There is no home directory; name one with --home.".into(), 1));
    };
    let mut settings = config::load(home.dir());
    if let Some(theme) = given.theme {
        settings.theme = Some(theme);
    }
    if let Some(percent) = given.scale {
        settings.scale_percent = percent;
    }
    let profile = match &given.profile {
        Some(name) => {
            let none = || (format!("There is no profile {name}; start sotto without one."), 1);
            Some(home.find(name).ok_or_else(none)?)
        }
        None => home.profiles().into_iter().next(),
    };
    // Only for tests and measurements, as in sotto-cli: a person types it into the window.
    let password = std::env::var("SOTTO_PASSWORD").ok().map(Zeroizing::new);
    let (size, link, trace) = (given.size, given.link, given.trace);
    let describe = std::env::var_os("SOTTO_DESCRIBE").map(Into::into);
    let open = profile.clone().zip(password);
    let mut app = App::new(settings.clone(), home.profiles());
    if let Some(meant) = profile.as_ref().filter(|_| given.profile.is_some()) {
        app.asks_for(meant);
    }
    if let Some((profile, _)) = &open {
        app.opens(profile);
    }
    let options = Options { started, home, settings, open, size, link, trace, describe };
    run(options, app).map_err(|failure| (failure.to_string(), 1))
}
