//! Accounts, invitations and passwords.

use super::*;

twins!(
    two_registrations_at_once_make_one_account,
    an_invitation_is_good_for_so_many_and_so_long,
    a_disabled_account_does_not_sign_in,
    the_setup_of_the_first_start_stays,
    a_new_password_replaces_record_and_key_at_once,
    a_login_with_a_password_that_was_replaced_enrols_nothing,
    a_reset_begins_an_account_anew,
    a_reset_is_for_one_account_and_once,
    a_disabled_account_is_not_reset,
);

fn two_registrations_at_once_make_one_account(store: &mut dyn Store) {
    let request = |n| StoreRequest {
        ticket: Ticket::Admin(n),
        now: NOW,
        op: register_op("alice", u8::try_from(n).unwrap(), None),
    };
    let replies = store.apply(vec![request(1), request(2)]);
    assert!(matches!(replies[0].result, Ok(Done::SignedIn(_))));
    assert_eq!(replies[1].result.as_ref().unwrap_err(), &Refusal::HandleTaken);
    assert!(matches!(ask(store, Op::SignIn { noise_key: [2; 32] }), Ok(Done::NoDevice)));
}

fn an_invitation_is_good_for_so_many_and_so_long(store: &mut dyn Store) {
    let token = InviteToken([5; 16]);
    let add = Op::AddInvitation { token: token.clone(), uses: 2, expires: UnixMs(NOW.0 + 10) };
    ask(store, add).unwrap();
    let refused = |store: &mut dyn Store, now, token: &InviteToken| {
        ask_at(store, now, register_op("zoe", 9, Some(token.clone()))).unwrap_err()
    };
    assert_eq!(refused(store, NOW, &InviteToken([6; 16])), Refusal::InvitationUnknown);
    assert_eq!(refused(store, UnixMs(NOW.0 + 10), &token), Refusal::InvitationExpired);
    ask(store, register_op("alice", 1, Some(token.clone()))).unwrap();
    let taken = ask(store, register_op("alice", 2, Some(token.clone()))).unwrap_err();
    assert_eq!(taken, Refusal::HandleTaken, "and the invitation is not used");
    ask(store, register_op("bob", 2, Some(token.clone()))).unwrap();
    assert_eq!(refused(store, NOW, &token), Refusal::InvitationUsedUp);
}

fn a_disabled_account_does_not_sign_in(store: &mut dyn Store) {
    let account = register(store, "alice", 1);
    let set = |enabled| Op::SetEnabled { handle: handle("alice"), enabled };
    let Ok(Done::EnabledSet { devices, .. }) = ask(store, set(false)) else { panic!() };
    assert_eq!(devices, [device(1)]);
    assert!(matches!(ask(store, Op::SignIn { noise_key: [1; 32] }), Ok(Done::NoDevice)));
    assert_eq!(enroll(store, account, 2).unwrap_err(), Refusal::AccountDisabled);
    let claim = Op::ClaimKeyPackages { handle: handle("alice") };
    assert_eq!(ask(store, claim).unwrap_err(), Refusal::HandleUnknown);
    ask(store, set(true)).unwrap();
    assert!(matches!(ask(store, Op::SignIn { noise_key: [1; 32] }), Ok(Done::SignedIn(_))));
}

fn the_setup_of_the_first_start_stays(store: &mut dyn Store) {
    assert_eq!(store.opaque_setup(vec![1]).unwrap(), [1]);
    assert_eq!(store.opaque_setup(vec![2]).unwrap(), [1]);
}

fn found(store: &mut dyn Store, name: &str) -> AccountRecord {
    match ask(store, Op::FindAccount { handle: handle(name) }) {
        Ok(Done::Account(Some(record))) => *record,
        other => panic!("{other:?}"),
    }
}

fn set_password(store: &mut dyn Store, n: u8, record: u8) -> Answer {
    let (record, sealed_account) = (Bytes::new(vec![record]).unwrap(), Bytes::default());
    ask(store, Op::SetPassword { device: device(n), record, sealed_account })
}

fn a_new_password_replaces_record_and_key_at_once(store: &mut dyn Store) {
    register(store, "alice", 1);
    register(store, "bob", 2);
    let find = Op::FindHandle { device: device(1) };
    assert!(matches!(ask(store, find), Ok(Done::Handle(name)) if name == handle("alice")));
    let before = found(store, "alice");
    assert_eq!((&*before.record, &*before.sealed_account), (&[1][..], &[1][..]));
    assert!(matches!(set_password(store, 1, 9), Ok(Done::PasswordSet)));
    let after = found(store, "alice");
    assert_eq!((&*after.record, &*after.sealed_account), (&[9][..], &[][..]));
    assert_ne!(before.password, after.password);
    assert_eq!(&*found(store, "bob").record, &[2], "nobody else's");
    assert!(matches!(ask(store, Op::SignIn { noise_key: [1; 32] }), Ok(Done::SignedIn(_))));
    assert_eq!(set_password(store, 77, 9).unwrap_err(), Refusal::NotSignedIn);
}

fn a_login_with_a_password_that_was_replaced_enrols_nothing(store: &mut dyn Store) {
    let account = register(store, "alice", 1);
    let old = found(store, "alice").password;
    set_password(store, 1, 9).unwrap();
    let enroll = |password| Op::Enroll { account, password, device: new_device(2) };
    assert_eq!(ask(store, enroll(old)).unwrap_err(), Refusal::LoginFailed);
    let new = found(store, "alice").password;
    assert!(matches!(ask(store, enroll(new)), Ok(Done::SignedIn(_))));
}

fn reset_op(name: &str, token: u8) -> Op {
    let expires = UnixMs(NOW.0 + 10);
    Op::AddReset { handle: handle(name), token: InviteToken([token; 16]), expires }
}

fn a_reset_begins_an_account_anew(store: &mut dyn Store) {
    let account = register(store, "alice", 1);
    register(store, "bob", 2);
    enroll(store, account, 3).unwrap();
    create(store, 2, RoomKind::Closed).unwrap();
    ask(store, commit_op(2, 0, 1, &[1, 3], &[])).unwrap();
    ask(store, reset_op("alice", 5)).unwrap();
    assert!(matches!(ask(store, Op::SignIn { noise_key: [1; 32] }), Ok(Done::SignedIn(_))));
    let token = Some(InviteToken([5; 16]));
    let again = ask(store, register_op("alice", 1, token.clone())).unwrap_err();
    assert_eq!(again, Refusal::NotAllowed, "not with a key that it had, and nothing is used up");
    match ask(store, register_op("alice", 4, token)) {
        Ok(Done::SignedIn(signed_in)) => {
            assert_eq!(signed_in.account, account, "the same account");
            assert_eq!(signed_in.revoked, [device(1), device(3)]);
            assert!(signed_in.signed_in.rooms.is_empty());
        }
        other => panic!("{other:?}"),
    }
    for old in [1, 3] {
        assert!(matches!(ask(store, Op::SignIn { noise_key: [old; 32] }), Ok(Done::NoDevice)));
    }
    assert_eq!(&*found(store, "alice").record, &[4]);
    assert_eq!(enroll(store, account, 6).unwrap_err(), Refusal::LoginFailed, "the old password");
    assert_eq!(fetch(store, 2, 0), Ok((1, 1, vec![1])), "others stay where they are");
}

fn a_reset_is_for_one_account_and_once(store: &mut dyn Store) {
    register(store, "alice", 1);
    register(store, "bob", 2);
    assert_eq!(ask(store, reset_op("nobody", 5)).unwrap_err(), Refusal::HandleUnknown);
    ask(store, reset_op("alice", 5)).unwrap();
    let mut refused = |now, name, token| {
        let invite = Some(InviteToken([token; 16]));
        ask_at(store, now, register_op(name, 9, invite)).unwrap_err()
    };
    assert_eq!(refused(NOW, "bob", 5), Refusal::InvitationUnknown);
    assert_eq!(refused(NOW, "carol", 5), Refusal::InvitationUnknown, "nor for a new one");
    assert_eq!(refused(UnixMs(NOW.0 + 10), "alice", 5), Refusal::InvitationExpired);
    ask(store, reset_op("bob", 6)).unwrap();
    ask(store, reset_op("alice", 7)).unwrap();
    let mut register =
        |name, n, token| ask(store, register_op(name, n, Some(InviteToken([token; 16])))).map(drop);
    assert_eq!(register("alice", 9, 5), Err(Refusal::InvitationUnknown), "a newer one took over");
    assert_eq!(register("alice", 9, 7), Ok(()));
    assert_eq!(register("alice", 10, 7), Err(Refusal::InvitationUsedUp));
    assert_eq!(register("bob", 11, 6), Ok(()));
    let expires = UnixMs(NOW.0 + 10);
    ask(store, Op::AddInvitation { token: InviteToken([8; 16]), uses: 1, expires }).unwrap();
    let ordinary = register_op("alice", 12, Some(InviteToken([8; 16])));
    assert_eq!(ask(store, ordinary).unwrap_err(), Refusal::HandleTaken);
}

fn a_disabled_account_is_not_reset(store: &mut dyn Store) {
    register(store, "alice", 1);
    ask(store, reset_op("alice", 5)).unwrap();
    let set = |enabled| Op::SetEnabled { handle: handle("alice"), enabled };
    ask(store, set(false)).unwrap();
    let begin = || register_op("alice", 2, Some(InviteToken([5; 16])));
    assert_eq!(ask(store, begin()).unwrap_err(), Refusal::AccountDisabled);
    ask(store, set(true)).unwrap();
    assert!(matches!(ask(store, begin()), Ok(Done::SignedIn(_))));
}

/// Registers one name twice at once and crashes. Whoever was told that it won has won for good.
fn contend<S: Store>(mut store: S, crash: impl Fn(S) -> S) {
    let request = |n: u8| {
        let (ticket, op) = (Ticket::Admin(n.into()), register_op("alice", n, None));
        StoreRequest { ticket, now: NOW, op }
    };
    let replies = store.apply(vec![request(1), request(2)]);
    let won: Vec<bool> = replies.iter().map(|reply| reply.result.is_ok()).collect();
    assert_eq!(won, [true, false]);
    let mut store = crash(store);
    for (n, won) in [(1, true), (2, false)] {
        let known = ask(&mut store, Op::SignIn { noise_key: [n; 32] });
        assert_eq!(matches!(known, Ok(Done::SignedIn(_))), won, "{known:?}");
        let again = ask(&mut store, register_op("alice", n + 10, None));
        assert_eq!(again.unwrap_err(), Refusal::HandleTaken);
    }
    assert_eq!((totals(&mut store).accounts, totals(&mut store).devices), (1, 1));
}

#[test]
fn of_two_registrations_of_one_handle_at_once_exactly_one_wins_after_a_crash_too() {
    contend(MemoryStore::default(), |store| store.clone());
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("relay.db");
    contend(SqliteStore::open(&path).unwrap(), |store| {
        // What a killed process leaves behind.
        let copy = directory.path().join("copy.db");
        std::fs::copy(&path, &copy).unwrap();
        let wal = directory.path().join("relay.db-wal");
        std::fs::copy(wal, directory.path().join("copy.db-wal")).unwrap();
        drop(store);
        SqliteStore::open(&copy).unwrap()
    });
    let path = directory.path().join("second.db");
    contend(SqliteStore::open(&path).unwrap(), |store| {
        drop(store);
        SqliteStore::open(&path).unwrap()
    });
}
