//! What people say stands in no file and crosses no wire in the clear.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::program::{Profile, Relay};

const MARKER: &str = "the-heron-leaves-at-dawn";

#[test]
fn a_marked_text_is_found_in_no_file_and_no_captured_byte() {
    let dir = tempfile::tempdir().unwrap();
    let relay = Relay::start(&dir.path().join("data"));
    let capture = Arc::new(Mutex::new(Vec::new()));
    let proxy = tap(&relay.address, &capture);
    let link = relay.invitation(2).replace(&relay.address, &proxy);
    let alice = Profile::register(&dir.path().join("alice"), &link, "alice");
    let bob = Profile::register(&dir.path().join("bob"), &link, "bob");
    alice.ok(&["send", "lobby", MARKER]);
    assert_eq!(bob.texts(), [MARKER], "it went through");
    let (sent, saved) = (dir.path().join(format!("{MARKER}.txt")), dir.path().join("saved"));
    std::fs::write(&sent, MARKER.repeat(10_000)).unwrap();
    std::fs::create_dir(&saved).unwrap();
    alice.ok(&["put", "lobby", sent.to_str().unwrap()]);
    bob.ok(&["get", "lobby", "--all", "--to", saved.to_str().unwrap()]);
    assert!(holds(&std::fs::read(saved.join(sent.file_name().unwrap())).unwrap(), MARKER));

    let captured = capture.lock().unwrap();
    assert!(captured.len() > 10_000, "the tap saw the traffic");
    assert!(!holds(&captured, MARKER), "not on the wire");
    for secret in [MARKER, alice.password.as_str()] {
        for place in [&relay.dir, &alice.home, &bob.home] {
            search(place, secret);
        }
    }
}

/// Fails when a file below `place` holds `secret`.
pub(super) fn search(place: &Path, secret: &str) {
    let mut files = 0;
    for entry in std::fs::read_dir(place).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path, secret);
        } else if path.is_file() {
            files += 1;
            assert!(!holds(&std::fs::read(&path).unwrap(), secret), "{secret} in {path:?}");
        }
    }
    assert!(files > 0, "there are files in {place:?}");
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Listens between clients and the relay and keeps every byte. Ends with the test's process.
fn tap(relay: &str, capture: &Arc<Mutex<Vec<u8>>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (relay, capture) = (relay.to_owned(), Arc::clone(capture));
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let server = TcpStream::connect(&relay).unwrap();
            for (from, to) in
                [(client.try_clone().unwrap(), server.try_clone().unwrap()), (server, client)]
            {
                let capture = Arc::clone(&capture);
                std::thread::spawn(move || copy(from, to, &capture));
            }
        }
    });
    address
}

fn copy(mut from: TcpStream, mut to: TcpStream, capture: &Mutex<Vec<u8>>) {
    let mut buffer = [0; 16_384];
    while let Ok(count) = from.read(&mut buffer) {
        if count == 0 || to.write_all(&buffer[..count]).is_err() {
            break;
        }
        capture.lock().unwrap().extend_from_slice(&buffer[..count]);
    }
    let _ = to.shutdown(std::net::Shutdown::Write);
}
