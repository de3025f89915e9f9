//! The relay and the clients die at bad moments.

use tests::lab::Lab;

/// 1,000 messages while bob is away and the relay dies three times: each is read once, in order.
#[test]
fn a_relay_that_dies_three_times_loses_and_doubles_nothing() {
    let mut lab = Lab::new(21);
    lab.join("alice");
    lab.join("bob");
    lab.kill("bob");
    for number in 0..1_000 {
        lab.say("alice", &format!("{number}"));
    }
    for shown in [100, 400, 700] {
        lab.until(|lab| lab.shown("alice").len() >= shown);
        lab.crash_relay();
    }
    lab.wake("bob");
    lab.until(|lab| lab.shown("bob").len() >= 1_000);
    let expected: Vec<String> = (0..1_000).map(|number| format!("alice: {number}")).collect();
    assert_eq!(lab.shown("bob"), expected);
    lab.until(|lab| lab.shown("alice").len() >= 1_000);
    assert_eq!(lab.shown("alice"), expected);
}

#[test]
fn a_client_that_dies_while_sending_sends_the_rest_once() {
    for seed in 30..40 {
        let mut lab = Lab::new(seed);
        lab.join("alice");
        lab.join("bob");
        for number in 0..50 {
            lab.say("alice", &format!("{number}"));
        }
        for _ in 0..5 {
            let pause = lab.roll(120);
            lab.run_ms(pause);
            lab.kill("alice");
            lab.wake("alice");
        }
        lab.until(|lab| lab.shown("bob").len() >= 50 && lab.shown("alice").len() >= 50);
        let expected: Vec<String> = (0..50).map(|number| format!("alice: {number}")).collect();
        assert_eq!(lab.shown("bob"), expected, "seed {}", lab.seed());
        assert_eq!(lab.shown("alice"), expected, "seed {}", lab.seed());
    }
}

#[test]
fn joining_survives_crashes_of_either_side() {
    for seed in 50..70 {
        let mut lab = Lab::new(seed);
        lab.join("alice");
        lab.join("bob");
        let pause = lab.roll(400);
        lab.begin("carol");
        lab.run_ms(pause);
        if lab.people["carol"].is_ready() {
            lab.crash_relay();
        }
        lab.say("alice", "hello");
        lab.say("bob", "hello");
        lab.until(|lab| lab.people["carol"].is_ready() && lab.shown("bob").len() == 2);
        lab.say("carol", "hello");
        lab.until(|lab| lab.shown("alice").len() == 3 && lab.shown("bob").len() == 3);
        assert_eq!(lab.shown("alice"), lab.shown("bob"), "seed {}", lab.seed());
    }
}
