//! A new password for an account that is signed in.

use super::accounts::*;
use super::*;

fn password_start(password: &[u8]) -> (ToRelay, ClientRegistration<OpaqueSuite>) {
    let started = ClientRegistration::start(&mut rng(), password).unwrap();
    (ToRelay::PasswordStart { request: opaque(&started.message.serialize()) }, started.state)
}

fn password_finish(
    password: &[u8],
    state: ClientRegistration<OpaqueSuite>,
    answer: ToClient,
) -> ToRelay {
    let sealed_account = Bytes::new(vec![99]).unwrap();
    ToRelay::PasswordFinish { record: upload("alice", password, state, answer), sealed_account }
}

fn change(lab: &mut Lab, conn: ConnId, password: &[u8]) -> ToClient {
    let (message, state) = password_start(password);
    let answer = lab.ask(conn, message);
    lab.ask(conn, password_finish(password, state, answer))
}

#[test]
fn a_new_password_opens_and_the_old_one_does_not() {
    let mut lab = with_alice(Settings::default());
    assert_eq!(change(&mut lab, ALICE, b"new"), ToClient::Done);
    lab.connect(BOB, 2);
    assert_eq!(login(&mut lab, BOB, "alice", b"pw"), refused(Refusal::LoginFailed));
    let accepted = login(&mut lab, BOB, "alice", b"new");
    let sealed_account = Bytes::new(vec![99]).unwrap();
    assert_eq!(accepted, ToClient::LoginAccepted { sealed_account }, "both were replaced");
}

#[test]
fn a_password_is_finished_only_after_its_start() {
    let mut lab = with_alice(Settings::default());
    let (message, state) = password_start(b"new");
    let answer = lab.ask(ALICE, message);
    let finish = password_finish(b"new", state, answer);
    assert_eq!(lab.ask(ALICE, finish.clone()), ToClient::Done);
    assert_eq!(lab.refusal(ALICE, finish.clone()), Refusal::OutOfOrder, "once");
    lab.connect(ConnId(9), 1);
    assert_eq!(lab.refusal(ConnId(9), finish), Refusal::OutOfOrder, "on this connection");
}

#[test]
fn a_refusal_of_another_request_does_not_disturb_a_new_password() {
    let mut lab = with_alice(Settings::default());
    let (message, state) = password_start(b"new");
    let now = lab.now;
    lab.hub.handle_message(ALICE, Tagged { tag: 3, message: post(0, 1, 1) }, now);
    lab.hub.handle_message(ALICE, Tagged { tag: 7, message }, now);
    lab.settle();
    let sent = lab.take(ALICE);
    assert_eq!(sent[0], refused(Refusal::RoomUnknown));
    let finish = password_finish(b"new", state, sent[1].clone());
    assert_eq!(lab.ask(ALICE, finish), ToClient::Done);
}

#[test]
fn malformed_passwords_close_the_connection() {
    let mut lab = with_alice(Settings::default());
    lab.send(ALICE, ToRelay::PasswordStart { request: opaque(&[0; 3]) });
    assert_eq!(lab.closed[&ALICE], CloseReason::Misbehaved);
    lab.connect(ConnId(9), 1);
    lab.ask(ConnId(9), password_start(b"new").0);
    let (record, sealed_account) = (opaque(&[0; 3]), Bytes::default());
    lab.send(ConnId(9), ToRelay::PasswordFinish { record, sealed_account });
    assert_eq!(lab.closed[&ConnId(9)], CloseReason::Misbehaved);
    lab.connect(BOB, 2);
    let accepted = login(&mut lab, BOB, "alice", b"pw");
    assert!(matches!(accepted, ToClient::LoginAccepted { .. }), "nothing was replaced");
}

#[test]
fn starts_are_attempts_of_their_address() {
    let mut lab = with_alice(Settings { attempts_per_address: 3, ..Settings::default() });
    // Registering was the first.
    for _ in 0..2 {
        assert!(matches!(
            lab.ask(ALICE, password_start(b"new").0),
            ToClient::RegisterResponse { .. }
        ));
    }
    let too_many = Refusal::TooManyAttempts { retry_after_s: 30 };
    assert_eq!(lab.refusal(ALICE, password_start(b"new").0), too_many);
}

#[test]
fn a_login_under_way_with_the_old_password_enrols_nothing() {
    let mut lab = with_alice(Settings::default());
    lab.connect(BOB, 2);
    assert!(matches!(login(&mut lab, BOB, "alice", b"pw"), ToClient::LoginAccepted { .. }));
    change(&mut lab, ALICE, b"new");
    let enroll = || ToRelay::EnrollDevice { certificate: certificate("alice", 2) };
    assert_eq!(lab.refusal(BOB, enroll()), Refusal::LoginFailed);
    assert_eq!(lab.refusal(BOB, enroll()), Refusal::OutOfOrder, "and has to begin again");
    assert!(matches!(login(&mut lab, BOB, "alice", b"new"), ToClient::LoginAccepted { .. }));
    assert!(matches!(lab.ask(BOB, enroll()), ToClient::SignedIn(_)));
}
