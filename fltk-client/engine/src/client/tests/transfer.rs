//! Work on files that was wanted before a write failed, and is answered after it.

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::super::*;
use super::town::Town;
use crate::event::{Body, Entry, EntryKind, File, FileAccess};
use crate::file::{FileReply, FileSecret};

const SIZE: u64 = 100;
const SEQ: wire::id::Seq = wire::id::Seq(50);

/// Someone who has been shown a file.
fn town() -> (Town, RoomId) {
    let town = Town::new(&["alice"]);
    let client = &town.clients["alice"];
    let room = *client.rooms.keys().next().unwrap();
    let access = FileAccess {
        file: FileId::from_array([1; 16]),
        key: FileSecret(Zeroizing::new([2; 32])),
        hash: [3; 32],
    };
    let (name, media_type) = ("a.txt".to_owned(), "text/plain".to_owned());
    let file = File { name, size: SIZE, media_type, thumbnail: None, access };
    let certificate = &client.profile.identity.certificate;
    let kind = EntryKind::Message {
        id: RequestId::from_array([4; 16]),
        from: certificate.handle.clone(),
        device: certificate.device(),
        sent: UnixMs(0),
        body: Body::File(file),
        own: true,
        told_by: None,
        state: Default::default(),
    };
    let entry = Entry { seq: SEQ, at: UnixMs(0), kind };
    client.vault.transaction(|| client.vault.add_entry(room, &entry)).unwrap();
    (town, room)
}

/// What the client wants done on the disk.
fn wanted(client: &mut Client) -> Vec<FileOp> {
    let outputs = core::iter::from_fn(|| client.poll_output());
    let ops = outputs.filter_map(|output| match output {
        Output::File(op) => Some(op),
        Output::Event(Event::CommandFailed { problem, .. }) => panic!("{problem}"),
        _ => None,
    });
    ops.collect()
}

#[test]
fn a_file_that_is_whole_survives_a_write_error_between_its_check_and_its_name() {
    let (mut town, room) = town();
    let (transfer, now) = (town.id(), town.now());
    let directory = PathBuf::from("/saved");
    let client = town.client("alice");
    client.handle_command(
        Command::SaveFile { id: transfer, room, seq: SEQ, directory: directory.clone() },
        now,
    );
    assert!(matches!(wanted(client)[..], [FileOp::Receive { .. }]));
    let whole = wire::chunk::Layout::of_content(SIZE).unwrap().sealed();
    let receiving = || vec![FileReply::Receiving { transfer, at: whole }];
    client.handle_files(receiving(), now);
    assert!(matches!(wanted(client)[..], [FileOp::Name { .. }]));
    // A write fails before the disk has answered, and memory is read anew.
    client.reload_transfers().unwrap();
    client.move_files().unwrap();
    let again = wanted(client);
    assert!(matches!(again[..], [FileOp::Close { .. }, FileOp::Receive { .. }]), "{again:?}");
    let name = || "a.txt".to_owned();
    client.handle_files(vec![FileReply::Named { transfer, name: name() }], now);
    client.handle_files(vec![FileReply::NameTaken { transfer }], now);
    assert!(wanted(client).is_empty(), "it is being opened again");
    client.handle_files(receiving(), now);
    assert!(matches!(wanted(client)[..], [FileOp::Name { .. }]));
    client.handle_files(vec![FileReply::Named { transfer, name: name() }], now);
    assert!(matches!(wanted(client)[..], [FileOp::Publish { .. }]));
    client.handle_files(vec![FileReply::Saved { transfer, path: directory.join("a.txt") }], now);
    assert_eq!(client.vault.saved_file((room, SEQ), &directory), Ok(Some(directory.join("a.txt"))));
}
