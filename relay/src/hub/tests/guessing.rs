//! How often somebody may try.

use super::accounts::*;
use super::*;

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
fn at_most_10_attempts_a_day_per_account_and_5_per_30_s_per_address_then_delay() {
    const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
    let mut lab = with_alice(Settings::default());
    lab.connect(BOB, 2);
    let (began, mut tried) = (lab.now.time, 0);
    // One address, as fast as it may.
    for _ in 0..10_000 {
        match login(&mut lab, BOB, "alice", b"guess") {
            ToClient::Refused { refusal: Refusal::LoginFailed } => tried += 1,
            ToClient::Refused { refusal: Refusal::TooManyAttempts { retry_after_s } } => {
                assert!(retry_after_s > 0, "the delay is named");
                lab.wait(1_000);
            }
            other => panic!("{other:?}"),
        }
        let elapsed_ms = lab.now.time.since_ms(began);
        assert!(tried <= 5 || elapsed_ms >= 30_000, "{tried} within {elapsed_ms} ms");
    }
    assert_eq!(tried, 10);
    // Many addresses, on and on for ten days.
    let mut tried = Vec::new();
    for hour in 0..240_u64 {
        for n in 0..5 {
            let (conn, key) = (ConnId(1_000 + hour * 5 + n), 50 + u8::try_from(n).unwrap());
            lab.connect(conn, key);
            if login(&mut lab, conn, "alice", b"guess") == refused(Refusal::LoginFailed) {
                tried.push(hour);
            }
        }
        lab.wait(DAY_MS / 24);
    }
    assert!(tried.len() >= 10, "it is a delay, and no lock: {tried:?}");
    assert!(tried.windows(11).all(|eleven| eleven[10] - eleven[0] >= 24), "{tried:?}");
}

#[test]
fn a_store_that_is_full_burns_no_attempts_and_gives_none() {
    let mut lab = with_alice(Settings { open_registration: true, ..Settings::default() });
    lab.connect(BOB, 2);
    let unavailable = refused(Refusal::StoreUnavailable);
    for round in 0..2 {
        lab.wait(30_000);
        lab.store.set_full(true);
        for _ in 0..50 {
            assert_eq!(login(&mut lab, BOB, "alice", b"no"), unavailable);
            assert_eq!(lab.ask(BOB, start("bob", None).0), unavailable);
        }
        lab.store.set_full(false);
        for _ in 0..5 {
            assert_eq!(login(&mut lab, BOB, "alice", b"no"), refused(Refusal::LoginFailed));
        }
        let refusal = login(&mut lab, BOB, "alice", b"no");
        let too_many = refused(Refusal::TooManyAttempts { retry_after_s: 30 });
        assert_eq!(refusal, too_many, "round {round}");
    }
    lab.wait(30_000);
    let refusal = login(&mut lab, BOB, "alice", b"no");
    let is_spent = matches!(
        refusal,
        ToClient::Refused { refusal: Refusal::TooManyAttempts { retry_after_s: 80_000.. } }
    );
    assert!(is_spent, "ten were made: {refusal:?}");
}

#[test]
fn beginning_and_not_finishing_counts() {
    let mut lab = with_alice(Settings { attempts_per_address: 1_000, ..Settings::default() });
    for n in 0..11 {
        lab.connect(ConnId(100 + n), 2);
        let handle = Handle::new("alice").unwrap();
        let started = ClientLogin::<OpaqueSuite>::start(&mut rng(), b"guess").unwrap();
        let request = opaque(&started.message.serialize());
        let answer = lab.ask(ConnId(100 + n), ToRelay::LoginStart { handle, request });
        // The answer lets a client test a password by itself.
        assert_eq!(matches!(answer, ToClient::LoginResponse { .. }), n < 10, "{n}: {answer:?}");
        lab.hub.handle_disconnected(ConnId(100 + n));
    }
}

#[test]
fn an_invitation_used_too_often_expired_or_forged_is_refused_with_the_reason_a_person_needs() {
    let settings = Settings { attempts_per_address: 1_000, ..Settings::default() };
    let mut lab = Lab::new(settings);
    let (once, forged) = (InviteToken([1; 16]), InviteToken([2; 16]));
    let expires = UnixMs(lab.now.unix.0 + 60_000);
    lab.stored(Op::AddInvitation { token: once.clone(), uses: 1, expires }).unwrap();
    for n in 1..=4 {
        lab.connect(ConnId(n.into()), n);
    }
    let begin = |lab: &mut Lab, conn, name: &str, token: &InviteToken| {
        let (message, state) = start(name, Some(token.clone()));
        (lab.ask(conn, message), state)
    };
    assert_eq!(lab.ask(ALICE, start("alice", None).0), refused(Refusal::InvitationNeeded));
    let (answer, _) = begin(&mut lab, ALICE, "alice", &forged);
    assert_eq!(answer, refused(Refusal::InvitationUnknown));
    // Both begin while it is good; only one finishes.
    let (alices, alice) = begin(&mut lab, ALICE, "alice", &once);
    let (bobs, bob) = begin(&mut lab, BOB, "bob", &once);
    let (message, late) = (finish("alice", 1, alice, alices), finish("bob", 2, bob, bobs));
    assert!(matches!(lab.ask(ALICE, message), ToClient::SignedIn(_)));
    assert_eq!(lab.ask(BOB, late), refused(Refusal::InvitationUsedUp), "at the second step");
    let (answer, _) = begin(&mut lab, CAROL, "carol", &once);
    assert_eq!(answer, refused(Refusal::InvitationUsedUp), "at the first");
    let token = InviteToken([3; 16]);
    lab.stored(Op::AddInvitation { token: token.clone(), uses: 5, expires }).unwrap();
    let (carols, carol) = begin(&mut lab, CAROL, "carol", &token);
    lab.wait(60_000);
    let late = finish("carol", 3, carol, carols);
    assert_eq!(lab.ask(CAROL, late), refused(Refusal::InvitationExpired), "at the second step");
    let (answer, _) = begin(&mut lab, ConnId(4), "dave", &token);
    assert_eq!(answer, refused(Refusal::InvitationExpired), "at the first");
}
