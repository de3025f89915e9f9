//! Whether there is a display. FLTK ends the program if it finds none.

#[cfg(unix)]
use std::net::TcpStream;
#[cfg(unix)]
use std::os::unix::net::UnixStream;

/// A connection to the display. Held until FLTK has its own: a server whose last client leaves may
/// begin anew, and refuse FLTK meanwhile.
#[derive(Debug)]
pub(super) enum Reached {
    /// There is always a display here.
    Always,
    /// By a socket of this computer.
    #[cfg(unix)]
    Local(#[expect(dead_code, reason = "held open")] UnixStream),
    /// By the network.
    #[cfg(unix)]
    Far(#[expect(dead_code, reason = "held open")] TcpStream),
}

/// Tries to reach the X server that `DISPLAY` names; on Windows and macOS there is always one.
pub(super) fn reach() -> Option<Reached> {
    if cfg!(any(windows, target_os = "macos")) {
        return Some(Reached::Always);
    }
    by_name(&std::env::var("DISPLAY").ok()?)
}

#[cfg(unix)]
fn by_name(name: &str) -> Option<Reached> {
    let (host, number) = name.rsplit_once(':')?;
    let number: u16 = number.split('.').next()?.parse().ok()?;
    if host.is_empty() || host == "unix" {
        let path = format!("/tmp/.X11-unix/X{number}");
        let local = UnixStream::connect(&path).ok().or_else(|| abstract_socket(&path));
        return local.map(Reached::Local);
    }
    let host = host.trim_start_matches("tcp/");
    TcpStream::connect((host, number.checked_add(6_000)?)).ok().map(Reached::Far)
}

#[cfg(target_os = "linux")]
fn abstract_socket(path: &str) -> Option<UnixStream> {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::SocketAddr;

    UnixStream::connect_addr(&SocketAddr::from_abstract_name(path).ok()?).ok()
}

#[cfg(all(unix, not(target_os = "linux")))]
const fn abstract_socket(_path: &str) -> Option<UnixStream> {
    None
}

#[cfg(not(unix))]
const fn by_name(_name: &str) -> Option<Reached> {
    Some(Reached::Always)
}
