//! Everything at once: cuts, crashes, newcomers, and everybody talks.

use std::collections::BTreeSet;

use tests::lab::Lab;

/// Runs a storm from each seed; `SOTTO_STORMS` makes a campaign of it.
#[test]
fn after_a_storm_everyone_has_read_everything_once() {
    let storms =
        std::env::var("SOTTO_STORMS").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    for seed in 0..storms {
        storm(1_000 + seed);
    }
}

fn storm(seed: u64) {
    let names = ["alice", "bob", "carol", "dave"];
    let mut lab = Lab::new(seed);
    for name in names {
        lab.join(name);
    }
    lab.conditions.cut_one_in = 120;
    let mut said = BTreeSet::new();
    for round in 0..60 {
        let name = names[usize::try_from(lab.roll(4)).unwrap()];
        match lab.roll(12) {
            0 => lab.crash_relay(),
            1 => lab.cut(name),
            2 => {
                lab.kill(name);
                let pause = lab.roll(500);
                lab.run_ms(pause);
                lab.wake(name);
            }
            _ => {
                lab.say(name, &format!("{round}"));
                said.insert(format!("{name}: {round}"));
            }
        }
        let pause = lab.roll(200);
        lab.run_ms(pause);
    }
    lab.conditions.cut_one_in = 0;
    lab.until(|lab| names.iter().all(|name| lab.shown(name).len() >= said.len()));
    let reference = lab.shown("alice");
    assert_eq!(reference.iter().cloned().collect::<BTreeSet<_>>(), said, "seed {}", lab.seed());
    for name in names {
        assert_eq!(lab.shown(name), reference, "{name} of seed {}", lab.seed());
    }
}
