//! The network sees nothing of what people say.

use tests::lab::Lab;

const MARKER: &str = "the-heron-leaves-at-dawn";

#[test]
fn no_marked_text_crosses_the_network() {
    let mut lab = Lab::new(41);
    lab.join("alice");
    lab.join("bob");
    lab.say("alice", MARKER);
    lab.until(|lab| lab.shown("bob").len() == 1);
    assert_eq!(lab.shown("bob"), [format!("alice: {MARKER}")]);
    assert!(lab.capture().len() > 1_000, "something was captured");
    for secret in [MARKER, "lobby", "alice", "password"] {
        let found = lab.capture().windows(secret.len()).any(|bytes| bytes == secret.as_bytes());
        assert!(!found, "{secret} crossed the network");
    }
}
