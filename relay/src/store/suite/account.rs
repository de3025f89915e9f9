//! Accounts, invitations and passwords.

use super::*;

twins!(
    two_registrations_at_once_make_one_account,
    an_invitation_is_good_for_so_many_and_so_long,
    a_disabled_account_does_not_sign_in,
    the_setup_of_the_first_start_stays,
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
