//! The disk with the profile is full.

use std::path::Path;
use std::process::Command;

use super::program::{PASSWORD, Profile, Relay, executable};

/// In a mount namespace of its own: a small file system, filled to the last byte while the profile
/// sends, and freed again.
const SCRIPT: &str = r#"
    mount -t tmpfs -o size=3m tmpfs "$HOME_DIR" || exit 99
    "$CLI" register "$LINK" alice --home "$HOME_DIR/profile" >&2 || exit 98
    "$CLI" send lobby before --home "$HOME_DIR/profile" >/dev/null || exit 97
    dd if=/dev/zero of="$HOME_DIR/filler" bs=1k 2>/dev/null
    "$CLI" send lobby "$(head -c 40000 /dev/zero | tr '\0' x)" --home "$HOME_DIR/profile"
    echo "exit code $?"
    rm "$HOME_DIR/filler"
    "$CLI" send lobby after --home "$HOME_DIR/profile" >/dev/null || exit 96
"#;

#[test]
fn a_full_disk_is_said_and_a_later_try_works() {
    let dir = tempfile::tempdir().unwrap();
    let relay = Relay::start(&dir.path().join("data"));
    let link = relay.invitation(2);
    let bob = Profile::register(&dir.path().join("bob"), &link, "bob");
    let mount = dir.path().join("mount");
    std::fs::create_dir(&mount).unwrap();
    let output = run(&mount, &link);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let (stdout, stderr) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(stdout.trim(), "exit code 1", "{stderr}");
    assert!(stderr.contains("The disk with the profile is full"), "{stderr}");
    assert_eq!(bob.texts(), ["before", "after"]);
}

fn run(mount: &Path, link: &str) -> std::process::Output {
    Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", SCRIPT])
        .env("HOME_DIR", mount)
        .env("CLI", executable("sotto-cli"))
        .env("LINK", link)
        .env("SOTTO_PASSWORD", PASSWORD)
        .output()
        .unwrap()
}
