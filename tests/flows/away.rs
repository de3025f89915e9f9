//! Who was away catches up; what was written offline goes out.

use tests::lab::Lab;

#[test]
fn who_was_away_reads_everything_once_and_in_order() {
    let mut lab = Lab::new(11);
    lab.join("alice");
    lab.join("bob");
    lab.kill("bob");
    for number in 0..300 {
        lab.say("alice", &format!("{number}"));
    }
    lab.run_ms(20_000);
    lab.wake("bob");
    lab.until(|lab| lab.shown("bob").len() >= 300);
    let expected: Vec<String> = (0..300).map(|number| format!("alice: {number}")).collect();
    assert_eq!(lab.shown("bob"), expected);
}

#[test]
fn what_was_written_offline_is_sent_after_a_restart() {
    let mut lab = Lab::new(12);
    lab.join("alice");
    lab.join("bob");
    lab.cut("alice");
    for number in 0..10 {
        lab.say("alice", &format!("{number}"));
    }
    lab.kill("alice");
    lab.wake("alice");
    lab.until(|lab| lab.shown("bob").len() == 10);
    let expected: Vec<String> = (0..10).map(|number| format!("alice: {number}")).collect();
    assert_eq!(lab.shown("bob"), expected);
    lab.until(|lab| lab.shown("alice").len() == 10);
    assert_eq!(lab.shown("alice"), expected);
}

#[test]
fn a_quiet_connection_stays_up() {
    let mut lab = Lab::new(13);
    lab.join("alice");
    lab.run_ms(60 * 60 * 1_000 + 10 * 60 * 1_000);
    let lost = |event: &engine::Event| matches!(event, engine::Event::Disconnected { .. });
    assert_eq!(lab.count("alice", lost), 0, "keep-alives go on for hours");
    lab.join("bob");
    lab.say("alice", "still here");
    lab.until(|lab| lab.shown("bob") == ["alice: still here"]);
}
