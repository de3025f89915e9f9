pub(super) use opaque_ke::{ClientLogin, ClientRegistration};
use opaque_ke::{
    ClientLoginFinishParameters, ClientRegistrationFinishParameters, CredentialResponse,
    Identifiers, RegistrationResponse,
};
use rand_chacha_03::ChaCha20Rng;
use rand_chacha_03::rand_core::SeedableRng as _;
use wire::certificate::DeviceCertificate;
use wire::message::opaque_context;

use super::*;

pub(super) fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([5; 32])
}

pub(super) fn opaque(bytes: &[u8]) -> OpaqueMessage {
    Bytes::new(bytes.to_vec()).unwrap()
}

pub(super) fn identifiers(name: &str) -> Identifiers<'_> {
    Identifiers { client: Some(name.as_bytes()), server: Some(&RELAY_KEY) }
}

pub(super) fn start(
    name: &str,
    invite: Option<InviteToken>,
) -> (ToRelay, ClientRegistration<OpaqueSuite>) {
    let started = ClientRegistration::start(&mut rng(), b"pw").unwrap();
    let request = opaque(&started.message.serialize());
    let handle = Handle::new(name).unwrap();
    (ToRelay::RegisterStart { handle, invite, request }, started.state)
}

/// The second step, made from the first answer.
pub(super) fn finish(
    name: &str,
    n: u8,
    state: ClientRegistration<OpaqueSuite>,
    answer: ToClient,
) -> ToRelay {
    ToRelay::RegisterFinish {
        record: upload(name, b"pw", state, answer),
        sealed_account: Bytes::new(vec![n]).unwrap(),
        certificate: certificate(name, n),
    }
}

/// The registration record for a password.
pub(super) fn upload(
    name: &str,
    password: &[u8],
    state: ClientRegistration<OpaqueSuite>,
    answer: ToClient,
) -> OpaqueMessage {
    let ToClient::RegisterResponse { response } = answer else { panic!("{answer:?}") };
    let response = RegistrationResponse::deserialize(&response).unwrap();
    let parameters = ClientRegistrationFinishParameters::new(identifiers(name), None);
    let finished = state.finish(&mut rng(), password, response, parameters).unwrap();
    opaque(&finished.message.serialize())
}

pub(super) fn device_of(name: &str, n: u8) -> DeviceId {
    DeviceCertificate::from_bytes(&certificate(name, n)).unwrap().device()
}

/// A certificate of the account for static key `n` repeated. The relay does not check signatures.
pub(super) fn certificate(name: &str, n: u8) -> wire::message::Certificate {
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
pub(super) fn with_alice(settings: Settings) -> Lab {
    let mut lab = Lab::new(Settings { open_registration: true, ..settings });
    lab.connect(ALICE, 1);
    let (message, state) = start("alice", None);
    let answer = lab.ask(ALICE, message);
    assert!(matches!(lab.ask(ALICE, finish("alice", 1, state, answer)), ToClient::SignedIn(_)));
    lab.sent.clear();
    lab
}

/// A lab in which these accounts have registered and nobody is connected.
pub(super) fn with_accounts<S: Store>(
    mut lab: Lab<S>,
    names: impl Iterator<Item = String>,
) -> Lab<S> {
    for (n, name) in (1..).zip(names) {
        let conn = ConnId(n.into());
        lab.connect(conn, n);
        let token = InviteToken([n; 16]);
        let (uses, expires) = (1, UnixMs(u64::MAX));
        lab.stored(Op::AddInvitation { token: token.clone(), uses, expires }).unwrap();
        let (message, state) = start(&name, Some(token));
        let answer = lab.ask(conn, message);
        let answer = lab.ask(conn, finish(&name, n, state, answer));
        assert!(matches!(answer, ToClient::SignedIn(_)), "{answer:?}");
        lab.hub.handle_disconnected(conn);
    }
    lab.sent.clear();
    lab
}

/// Both steps of a login; a `KE3` made up where the client cannot make one.
pub(super) fn login(
    lab: &mut Lab<impl Store>,
    conn: ConnId,
    name: &str,
    password: &[u8],
) -> ToClient {
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

pub(super) fn refused(refusal: Refusal) -> ToClient {
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

#[test]
fn an_unknown_handle_and_a_wrong_password_get_the_same_bytes_of_the_same_length() {
    let directory = tempfile::tempdir().unwrap();
    let store = crate::store::SqliteStore::open(&directory.path().join("relay.db")).unwrap();
    let names = ["alice", "bob", "carol"].map(String::from);
    let settings = Settings { attempts_per_address: 1_000, ..Settings::default() };
    let mut lab = with_accounts(Lab::over(store, settings), names.into_iter());
    lab.connect(ConnId(100), 100);
    lab.take(ConnId(100));
    let mut sent_at = |name: &str| {
        let handle = Handle::new(name).unwrap();
        let started = ClientLogin::<OpaqueSuite>::start(&mut rng(), b"wrong").unwrap();
        let request = opaque(&started.message.serialize());
        lab.send(ConnId(100), ToRelay::LoginStart { handle, request });
        lab.send(ConnId(100), ToRelay::LoginFinish { finalization: opaque(&[1; 64]) });
        lab.sent.remove(&ConnId(100)).unwrap()
    };
    // Before all others by name, between them, and behind.
    for unknown in ["aaron", "bertha", "zoe"] {
        let (known, unknown) = (sent_at("bob"), sent_at(unknown));
        assert_eq!((known.len(), unknown.len()), (2, 2));
        let bytes = |messages: &[Tagged<ToClient>], at: usize| messages[at].to_bytes();
        assert_eq!(bytes(&known, 0).len(), bytes(&unknown, 0).len());
        // What both begin with; what follows is random in both.
        assert_eq!(bytes(&known, 0)[..7], bytes(&unknown, 0)[..7]);
        assert_ne!(bytes(&known, 0), bytes(&sent_at("bob"), 0), "random in each answer");
        assert_eq!(bytes(&known, 1), bytes(&unknown, 1));
        assert_eq!(known[1].message, refused(Refusal::LoginFailed));
    }
}
