//! Beginning an account anew, by the host's leave.

use super::accounts::*;
use super::*;

const TOKEN: InviteToken = InviteToken([6; 16]);

/// Alice has devices 1 and 2, connected; the host has made a link for her to begin anew.
fn with_reset() -> Lab {
    let mut lab = with_alice(Settings { attempts_per_address: 1_000, ..Settings::default() });
    lab.connect(BOB, 2);
    login(&mut lab, BOB, "alice", b"pw");
    let enroll = ToRelay::EnrollDevice { certificate: certificate("alice", 2) };
    assert!(matches!(lab.ask(BOB, enroll), ToClient::SignedIn(_)));
    let (handle, expires) = (Handle::new("alice").unwrap(), UnixMs(lab.now.unix.0 + 60_000));
    let request = AdminRequest::Reset { handle, token: TOKEN, expires };
    let now = lab.now;
    lab.hub.handle_admin(1, request, now);
    lab.settle();
    assert_eq!(lab.admin, [AdminReply::Done]);
    lab
}

fn register(lab: &mut Lab, conn: ConnId, name: &str, n: u8, token: InviteToken) -> ToClient {
    let (message, state) = start(name, Some(token));
    match lab.ask(conn, message) {
        answer @ ToClient::RegisterResponse { .. } => {
            let message = finish(name, n, state, answer);
            lab.ask(conn, message)
        }
        other => other,
    }
}

#[test]
fn a_reset_closes_the_old_devices_and_lets_the_new_one_in() {
    let mut lab = with_reset();
    assert!(lab.closed.is_empty(), "nothing happens until the link is used");
    lab.connect(CAROL, 3);
    assert!(matches!(register(&mut lab, CAROL, "alice", 3, TOKEN), ToClient::SignedIn(_)));
    assert_eq!(
        (lab.closed[&ALICE], lab.closed[&BOB]),
        (CloseReason::Revoked, CloseReason::Revoked)
    );
    for (conn, n) in [(ConnId(11), 1), (ConnId(12), 2)] {
        lab.connect(conn, n);
        assert_eq!(lab.take(conn), [ToClient::Ready { open_registration: true }]);
    }
    lab.connect(ConnId(13), 13);
    let again = register(&mut lab, ConnId(13), "alice", 13, TOKEN);
    assert_eq!(again, refused(Refusal::InvitationUsedUp));
}

#[test]
fn only_this_accounts_reset_opens_it() {
    let mut lab = with_reset();
    let (token, uses, expires) = (InviteToken([7; 16]), 9, UnixMs(lab.now.unix.0 + 60_000));
    lab.stored(Op::AddInvitation { token: token.clone(), uses, expires }).unwrap();
    lab.connect(CAROL, 3);
    let ordinary = register(&mut lab, CAROL, "alice", 3, token);
    assert_eq!(ordinary, refused(Refusal::HandleTaken));
    let other = register(&mut lab, CAROL, "carol", 3, TOKEN);
    assert_eq!(other, refused(Refusal::InvitationUnknown));
    assert_eq!(lab.ask(CAROL, start("alice", None).0), refused(Refusal::HandleTaken));
}

#[test]
fn a_disabled_account_is_not_begun_anew() {
    let mut lab = with_reset();
    let handle = Handle::new("alice").unwrap();
    lab.stored(Op::SetEnabled { handle, enabled: false }).unwrap();
    lab.connect(CAROL, 3);
    let answer = register(&mut lab, CAROL, "alice", 3, TOKEN);
    assert_eq!(answer, refused(Refusal::AccountDisabled));
}

#[test]
fn a_login_under_way_with_the_old_password_comes_too_late() {
    let mut lab = with_reset();
    lab.connect(ConnId(66), 66);
    let accepted = login(&mut lab, ConnId(66), "alice", b"pw");
    assert!(matches!(accepted, ToClient::LoginAccepted { .. }));
    lab.connect(CAROL, 3);
    register(&mut lab, CAROL, "alice", 3, TOKEN);
    let enroll = ToRelay::EnrollDevice { certificate: certificate("alice", 66) };
    assert_eq!(lab.refusal(ConnId(66), enroll), Refusal::LoginFailed);
}

#[test]
fn who_guessed_at_the_old_password_does_not_keep_the_owner_out() {
    let mut lab = with_reset();
    lab.connect(ConnId(66), 66);
    for _ in 0..20 {
        login(&mut lab, ConnId(66), "alice", b"guess");
    }
    lab.connect(CAROL, 3);
    register(&mut lab, CAROL, "alice", 3, TOKEN);
    lab.connect(ConnId(4), 4);
    let accepted = login(&mut lab, ConnId(4), "alice", b"pw");
    assert!(matches!(accepted, ToClient::LoginAccepted { .. }), "{accepted:?}");
}

#[test]
fn a_reset_of_nobody_is_an_error_that_says_so() {
    let mut lab = with_alice(Settings::default());
    let (handle, expires) = (Handle::new("nobody").unwrap(), UnixMs(u64::MAX));
    let now = lab.now;
    lab.hub.handle_admin(1, AdminRequest::Reset { handle, token: TOKEN, expires }, now);
    lab.settle();
    assert_eq!(lab.admin, [AdminReply::HandleUnknown]);
}
