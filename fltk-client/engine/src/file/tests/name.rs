//! Names that strangers chose, in a directory that is not empty.

use super::*;

#[cfg(unix)]
#[test]
fn names_that_attack_are_saved_inside_the_directory_and_write_over_nothing() {
    use std::os::unix::fs::symlink;

    let sent = Sent::of(b"attack");
    let long = "x".repeat(300);
    let names = [
        "../x",
        "..\\x",
        "C:\\x",
        "/abs",
        "\\\\?\\",
        "\\\\.\\CON",
        "NUL",
        "a\0b",
        "CON",
        "con.txt",
        "x.",
        "x ",
        "x . .",
        &long,
        "invoice\u{202e}fdp.exe",
        "-rf",
        "$(x)",
        "..",
        ".",
        "",
        "~",
        "out/x",
        "out\\x",
        "out",
        "dangling",
        "existing",
        ".bashrc",
        ".sotto-0.part",
        "a\nb",
        "x:y",
    ];
    let outside = Rig::new();
    outside.write("x", b"outside");
    let mut bob = Rig::new();
    let directory = bob.path("downloads");
    fs::create_dir(&directory).unwrap();
    bob.write("x", b"above");
    symlink(outside.path(""), directory.join("out")).unwrap();
    symlink(outside.path("new"), directory.join("dangling")).unwrap();
    symlink(outside.path("x"), directory.join("abs")).unwrap();
    fs::write(directory.join("existing"), b"mine").unwrap();

    for (count, name) in names.into_iter().enumerate() {
        let op = FileOp::Receive {
            transfer: DOWN,
            directory: directory.clone(),
            key: key(),
            layout: sent.layout,
            from: None,
            named: None,
        };
        assert!(matches!(bob.ask(op), FileReply::Receiving { at: 0, .. }));
        bob.open(&sent.chunks[0]);
        let chosen = bob.name(&sent, name);
        let path = bob.publish(&chosen);
        let found = fs::symlink_metadata(&path).unwrap();
        assert!(found.is_file(), "{name:?}");
        assert_eq!(path.parent(), Some(directory.as_path()), "{name:?}");
        assert_eq!(path.canonicalize().unwrap(), path, "{name:?}");
        assert_eq!(fs::read(&path).unwrap(), b"attack");
        let shown = path.file_name().unwrap().to_str().unwrap();
        assert!(!shown.starts_with(['.', '-']) && !shown.contains(char::is_control), "{shown:?}");
        assert_eq!(
            fs::read_dir(&directory).unwrap().count(),
            5 + count,
            "{name:?} is another file"
        );
    }
    assert_eq!(fs::read(directory.join("existing")).unwrap(), b"mine");
    assert_eq!(fs::read(outside.path("x")).unwrap(), b"outside");
    assert_eq!(outside.names(), ["x"]);
    assert_eq!(fs::read(bob.path("x")).unwrap(), b"above");
    assert_eq!(bob.names(), ["downloads", "x"]);
}

#[cfg(unix)]
#[test]
fn a_directory_may_be_a_link_that_the_person_chose() {
    let sent = Sent::of(b"text");
    let mut bob = Rig::new();
    fs::create_dir(bob.path("real")).unwrap();
    std::os::unix::fs::symlink("real", bob.path("link")).unwrap();
    let op = FileOp::Receive {
        transfer: DOWN,
        directory: bob.path("link"),
        key: key(),
        layout: sent.layout,
        from: None,
        named: None,
    };
    bob.ask(op);
    bob.open(&sent.chunks[0]);
    let name = bob.name(&sent, "a");
    assert_eq!(bob.publish(&name), bob.path("link").join("a"));
    assert_eq!(fs::read(bob.path("real/a")).unwrap(), b"text");
}
