//! Exit codes and outputs of the program itself, as far as they need neither profile nor relay.

use std::process::{Command, Output, Stdio};

fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sotto-cli"));
    command.args(args).env_remove("SOTTO_PASSWORD").stdin(Stdio::null());
    command
}

fn told(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn help_is_an_answer_and_wrong_usage_an_error() {
    let (code, out, err) = told(&program(&["--help"]).output().unwrap());
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.contains("usage: sotto-cli"));
    let (code, out, err) = told(&program(&["read"]).output().unwrap());
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert_eq!(
        err,
        "ROOM is missing.\nusage: sotto-cli read ROOM [--since SEQ] [--numbers] [--timeout 10s]\n"
    );
}

#[test]
fn without_a_profile_no_password_is_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("none");
    let (code, out, err) =
        told(&program(&["--home", home.to_str().unwrap(), "rooms"]).output().unwrap());
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.starts_with("There is no profile here yet"), "{err}");
    assert!(!home.exists(), "asking makes nothing");
}

#[test]
fn a_message_that_cannot_be_sent_is_refused_before_the_profile_is_opened() {
    let (code, _, err) =
        told(&program(&["--home", "/nonexistent", "send", "lobby"]).output().unwrap());
    assert_eq!((code, err.as_str()), (Some(1), "The message is empty; nothing was sent.\n"));
}

#[test]
fn a_file_or_directory_that_is_not_there_is_told_before_the_profile_is_opened() {
    let home = ["--home", "/nonexistent"];
    let of = |args: &[&str]| told(&program(&[&home, args].concat()).output().unwrap());
    let (code, out, err) = of(&["put", "lobby", "/nonexistent"]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.starts_with("/nonexistent could not be read"), "{err}");
    let (code, _, err) = of(&["get", "lobby", "--all", "--to", "/nonexistent"]);
    assert_eq!(code, Some(1));
    assert!(err.starts_with("Nothing can be saved in /nonexistent"), "{err}");
    assert_eq!(of(&["archive", "a", "a", "--to", "/tmp"]).0, Some(2));
}

#[cfg(target_os = "linux")]
#[test]
fn a_reader_that_went_away_is_no_failure_but_a_full_disk_is() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = program(&["--help"]).stdout(writer).output().unwrap();
    assert_eq!(told(&output), (Some(0), String::new(), String::new()));
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let (code, _, err) = told(&program(&["--help"]).stdout(full).output().unwrap());
    assert_eq!(code, Some(1));
    assert!(err.starts_with("The output could not be written"), "{err}");
}

#[cfg(unix)]
#[test]
fn a_password_file_that_others_can_read_is_warned_about() {
    use std::os::unix::fs::PermissionsExt;

    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("password");
    std::fs::write(&file, "\n").unwrap();
    let home = dir.path().to_str().unwrap();
    for (mode, warned) in [(0o644, true), (0o600, false)] {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        let args = ["--home", home, "--password-file", file.to_str().unwrap(), "rooms"];
        let (code, _, err) = told(&program(&args).output().unwrap());
        assert_eq!(code, Some(1), "an empty password is refused");
        assert_eq!(err.starts_with("warning: others can read"), warned, "{err}");
    }
}
