use opaque_ke::{
    ClientLogin, ClientLoginFinishParameters, ClientRegistration,
    ClientRegistrationFinishParameters, CredentialResponse, Identifiers, RegistrationResponse,
};
use rand_chacha_03::ChaCha20Rng;
use rand_chacha_03::rand_core::SeedableRng as _;
use wire::certificate::DeviceCertificate;
use wire::message::opaque_context;

use super::*;

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([5; 32])
}

fn opaque(bytes: &[u8]) -> OpaqueMessage {
    Bytes::new(bytes.to_vec()).unwrap()
}

fn identifiers(name: &str) -> Identifiers<'_> {
    Identifiers { client: Some(name.as_bytes()), server: Some(&RELAY_KEY) }
}

fn start(name: &str, invite: Option<InviteToken>) -> (ToRelay, ClientRegistration<OpaqueSuite>) {
    let started = ClientRegistration::start(&mut rng(), b"pw").unwrap();
    let request = opaque(&started.message.serialize());
    let handle = Handle::new(name).unwrap();
    (ToRelay::RegisterStart { handle, invite, request }, started.state)
}

/// The second step, made from the first answer.
fn finish(name: &str, n: u8, state: ClientRegistration<OpaqueSuite>, answer: ToClient) -> ToRelay {
    let ToClient::RegisterResponse { response } = answer else { panic!("{answer:?}") };
    let response = RegistrationResponse::deserialize(&response).unwrap();
    let parameters = ClientRegistrationFinishParameters::new(identifiers(name), None);
    let finished = state.finish(&mut rng(), b"pw", response, parameters).unwrap();
    ToRelay::RegisterFinish {
        record: opaque(&finished.message.serialize()),
        sealed_account: Bytes::new(vec![n]).unwrap(),
        certificate: certificate(name, n),
    }
}

fn device_of(name: &str, n: u8) -> DeviceId {
    DeviceCertificate::from_bytes(&certificate(name, n)).unwrap().device()
}

/// A certificate of the account for static key `n` repeated. The relay does not check signatures.
fn certificate(name: &str, n: u8) -> wire::message::Certificate {
    let certificate = DeviceCertificate {
        handle: Handle::new(name).unwrap(),
        account_key: [1; 32],
        noise_key: [n; 32],
        mls_key: [n; 32],
        created: UnixMs(0),
        signature: [0; 64],
    };
    Bytes::new(certificate.to_bytes()).unwrap()
}

/// A lab in which alice has registered, on connection and device 1.
fn with_alice(settings: Settings) -> Lab {
    let mut lab = Lab::new(Settings { open_registration: true, ..settings });
    lab.connect(ALICE, 1);
    let (message, state) = start("alice", None);
    let answer = lab.ask(ALICE, message);
    assert!(matches!(lab.ask(ALICE, finish("alice", 1, state, answer)), ToClient::SignedIn(_)));
    lab.sent.clear();
    lab
}

/// Both steps of a login; a `KE3` made up where the client cannot make one.
fn login(lab: &mut Lab<impl Store>, conn: ConnId, name: &str, password: &[u8]) -> ToClient {
    let started = ClientLogin::<OpaqueSuite>::start(&mut rng(), password).unwrap();
    let request = opaque(&started.message.serialize());
    let handle = Handle::new(name).unwrap();
    let response = match lab.ask(conn, ToRelay::LoginStart { handle, request }) {
        ToClient::LoginResponse { response } => response,
        other => return other,
    };
    assert_eq!(response.len(), 320, "the same for every handle");
    let response = CredentialResponse::deserialize(&response).unwrap();
    let context = opaque_context(&HASH);
    let parameters = ClientLoginFinishParameters::new(Some(&context), identifiers(name), None);
    let finished = started.state.finish(&mut rng(), password, response, parameters);
    let ke3 = finished.map_or(vec![1; 64], |finished| finished.message.serialize().to_vec());
    lab.ask(conn, ToRelay::LoginFinish { finalization: opaque(&ke3) })
}

fn refused(refusal: Refusal) -> ToClient {
    ToClient::Refused { refusal }
}

#[test]
fn a_registration_makes_a_device_that_signs_in_later() {
    let mut lab = with_alice(Settings::default());
    lab.hub.handle_disconnected(ALICE);
    lab.connect(ConnId(9), 1);
    assert!(matches!(lab.take(ConnId(9))[..], [ToClient::SignedIn(_)]));
}

#[test]
fn registration_needs_an_invitation_unless_open() {
    let mut lab = Lab::new(Settings::default());
    lab.connect(ALICE, 1);
    assert_eq!(lab.refusal(ALICE, start("alice", None).0), Refusal::InvitationNeeded);
    let forged = start("alice", Some(InviteToken([1; 16]))).0;
    assert_eq!(lab.refusal(ALICE, forged), Refusal::InvitationUnknown);
}

#[test]
fn of_two_registrations_at_once_one_wins() {
    let mut lab = Lab::new(Settings { open_registration: true, ..Settings::default() });
    lab.connect(ALICE, 1);
    lab.connect(BOB, 2);
    let ((first, first_state), (second, second_state)) = (start("al", None), start("al", None));
    let (first, second) = (lab.ask(ALICE, first), lab.ask(BOB, second));
    let first = finish("al", 1, first_state, first);
    let second = finish("al", 2, second_state, second);
    assert!(matches!(lab.ask(ALICE, first), ToClient::SignedIn(_)));
    assert_eq!(lab.refusal(BOB, second), Refusal::HandleTaken);
    assert_eq!(lab.refusal(BOB, start("al", None).0), Refusal::HandleTaken);
}

#[test]
fn steps_out_of_order_are_refused() {
    let mut lab = with_alice(Settings::default());
    lab.connect(BOB, 2);
    let enroll = || ToRelay::EnrollDevice { certificate: certificate("alice", 2) };
    assert_eq!(lab.refusal(BOB, enroll()), Refusal::OutOfOrder);
    let finish = ToRelay::LoginFinish { finalization: opaque(&[1; 64]) };
    assert_eq!(lab.refusal(BOB, finish), Refusal::OutOfOrder);
    assert_eq!(lab.refusal(ALICE, start("bob", None).0), Refusal::OutOfOrder);
}

#[test]
fn a_password_opens_a_second_device_and_a_wrong_one_does_not() {
    let mut lab = with_alice(Settings::default());
    lab.connect(BOB, 2);
    assert_eq!(login(&mut lab, BOB, "alice", b"wrong"), refused(Refusal::LoginFailed));
    assert_eq!(login(&mut lab, BOB, "nobody", b"pw"), refused(Refusal::LoginFailed));
    let answer = login(&mut lab, BOB, "alice", b"pw");
    assert!(matches!(answer, ToClient::LoginAccepted { .. }), "{answer:?}");
    let answer = lab.ask(BOB, ToRelay::EnrollDevice { certificate: certificate("alice", 2) });
    assert!(matches!(answer, ToClient::SignedIn(_)));
}

#[test]
fn a_certificate_of_another_account_or_key_is_refused() {
    let mut lab = with_alice(Settings::default());
    lab.connect(BOB, 2);
    login(&mut lab, BOB, "alice", b"pw");
    let rubbish = Bytes::new(vec![1; 40]).unwrap();
    for wrong in [certificate("carol", 2), certificate("alice", 3), rubbish] {
        let enroll = ToRelay::EnrollDevice { certificate: wrong };
        assert_eq!(lab.refusal(BOB, enroll), Refusal::NotAllowed);
    }
    let answer = lab.ask(BOB, ToRelay::EnrollDevice { certificate: certificate("alice", 2) });
    assert!(matches!(answer, ToClient::SignedIn(_)), "and the right one is still welcome");
}

#[test]
fn guessing_is_limited_by_account_whether_it_exists_or_not() {
    for name in ["alice", "nobody"] {
        let mut lab = with_alice(Settings::default());
        for guess in 0..10 {
            let conn = ConnId(100 + guess);
            lab.connect(conn, 100 + u8::try_from(guess).unwrap());
            assert_eq!(login(&mut lab, conn, name, b"no"), refused(Refusal::LoginFailed));
        }
        lab.connect(BOB, 2);
        let ToClient::Refused { refusal: Refusal::TooManyAttempts { retry_after_s } } =
            login(&mut lab, BOB, name, b"pw")
        else {
            panic!("the eleventh attempt at {name}")
        };
        assert_eq!(retry_after_s, 24 * 60 * 60);
        lab.wait(24 * 60 * 60 * 1_000);
        let later = login(&mut lab, BOB, name, b"pw");
        assert_eq!(matches!(later, ToClient::LoginAccepted { .. }), name == "alice");
    }
}

#[test]
fn a_success_forgets_earlier_failures() {
    let mut lab = with_alice(Settings { attempts_per_address: 1_000, ..Settings::default() });
    lab.connect(BOB, 2);
    for _ in 0..3 {
        for _ in 0..9 {
            assert_eq!(login(&mut lab, BOB, "alice", b"no"), refused(Refusal::LoginFailed));
        }
        assert!(matches!(login(&mut lab, BOB, "alice", b"pw"), ToClient::LoginAccepted { .. }));
    }
}

#[test]
fn attempts_are_limited_by_address() {
    let mut lab = with_alice(Settings::default());
    lab.connect(BOB, 2);
    for _ in 0..5 {
        login(&mut lab, BOB, "alice", b"no");
    }
    let too_many = refused(Refusal::TooManyAttempts { retry_after_s: 30 });
    assert_eq!(login(&mut lab, BOB, "alice", b"pw"), too_many);
    assert_eq!(lab.ask(BOB, start("bob", None).0), too_many, "registrations count too");
    lab.wait(30_000);
    assert!(matches!(login(&mut lab, BOB, "alice", b"pw"), ToClient::LoginAccepted { .. }));
}

#[test]
fn a_disabled_account_is_closed_and_told_only_after_its_password() {
    let mut lab = with_alice(Settings::default());
    let handle = Handle::new("alice").unwrap();
    let now = lab.now;
    lab.hub.handle_admin(1, AdminRequest::SetEnabled { handle, enabled: false }, now);
    lab.settle();
    assert_eq!(lab.closed[&ALICE], CloseReason::Disabled);
    assert_eq!(lab.admin, [AdminReply::Disabled { devices: vec![device_of("alice", 1)] }]);
    lab.connect(ConnId(9), 1);
    assert_eq!(lab.take(ConnId(9)), [ToClient::Ready { open_registration: true }]);
    let conn = ConnId(9);
    assert_eq!(login(&mut lab, conn, "alice", b"no"), refused(Refusal::LoginFailed));
    assert_eq!(login(&mut lab, conn, "alice", b"pw"), refused(Refusal::AccountDisabled));
}

#[test]
fn malformed_opaque_messages_close_the_connection() {
    let mut lab = with_alice(Settings::default());
    lab.connect(BOB, 2);
    let handle = Handle::new("alice").unwrap();
    lab.send(BOB, ToRelay::LoginStart { handle, request: opaque(&[0; 3]) });
    assert_eq!(lab.closed[&BOB], CloseReason::Misbehaved);
}

#[test]
fn the_stand_in_for_an_unknown_handle_is_a_record() {
    let opaque = Opaque::new(&Opaque::fresh_setup([1; 32]), RELAY_KEY, [2; 32]).unwrap();
    assert!(Opaque::accepts_record(opaque.stand_in()));
}
