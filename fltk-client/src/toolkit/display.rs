//! Whether there is a display. FLTK ends the program if it finds none.

/// Tries to reach the X server that `DISPLAY` names; on Windows and macOS there is always one.
pub(super) fn is_there() -> bool {
    if cfg!(any(windows, target_os = "macos")) {
        return true;
    }
    std::env::var("DISPLAY").is_ok_and(|name| !name.is_empty() && reach(&name))
}

#[cfg(unix)]
fn reach(name: &str) -> bool {
    use std::net::TcpStream;
    use std::os::unix::net::UnixStream;

    let Some((host, number)) = name.rsplit_once(':') else { return false };
    let number = number.split('.').next().unwrap_or("");
    let Ok(number) = number.parse::<u16>() else { return false };
    if host.is_empty() || host == "unix" {
        let path = format!("/tmp/.X11-unix/X{number}");
        return UnixStream::connect(&path).is_ok() || abstract_socket(&path);
    }
    let host = host.trim_start_matches("tcp/");
    number.checked_add(6_000).is_some_and(|port| TcpStream::connect((host, port)).is_ok())
}

#[cfg(target_os = "linux")]
fn abstract_socket(path: &str) -> bool {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixStream};

    SocketAddr::from_abstract_name(path)
        .is_ok_and(|address| UnixStream::connect_addr(&address).is_ok())
}

#[cfg(all(unix, not(target_os = "linux")))]
const fn abstract_socket(_path: &str) -> bool {
    false
}

#[cfg(not(unix))]
const fn reach(_name: &str) -> bool {
    true
}
