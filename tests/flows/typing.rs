//! Typing is shown to those who are there, and kept nowhere.

use engine::{Command, Event};
use tests::lab::Lab;

fn typing(event: &Event) -> bool {
    matches!(event, Event::Typing { from, .. } if from.as_str() == "alice")
}

#[test]
fn typing_is_seen_by_others_and_not_stored() {
    let mut lab = Lab::new(51);
    for name in ["alice", "bob", "carol"] {
        lab.join(name);
    }
    lab.kill("carol");
    // A signal under the key of an epoch that has just ended is lost, which is no harm.
    lab.run_ms(1_000);
    let room = lab.lobby("alice");
    lab.command("alice", Command::SendTyping { room });
    lab.until(|lab| lab.count("bob", typing) == 1);
    lab.wake("carol");
    lab.run_ms(10_000);
    assert_eq!(lab.count("alice", typing), 0);
    assert_eq!(lab.count("carol", typing), 0, "she was away");
}
