//! Some seeds of the simulation, along with the other tests. Many: `make soak SEEDS=2000`; one with all its output:
//! `make soak SEED=17`.

use crate::simulation::play;

/// So many; the soak plays thousands.
const SEEDS: u64 = 30;

#[test]
fn seeds_of_the_simulation_come_to_rest() {
    let mut failed = vec![];
    for seed in 1..=SEEDS {
        if let Err(text) = play(seed).outcome {
            println!("SEED={seed} failed: {text}");
            failed.push(seed);
        }
    }
    assert!(
        failed.is_empty(),
        "replay with make soak SEED=…: {failed:?}"
    );
}

#[test]
fn a_seed_replays_exactly() {
    for seed in [3, 4, 5] {
        let (first, again) = (play(seed).log, play(seed).log);
        for (a, b) in first.iter().zip(&again) {
            assert_eq!(a, b, "seed {seed}");
        }
        assert_eq!(first.len(), again.len(), "seed {seed}");
    }
}
