//! The seed of a random test: `TEST_SEED` where it is set, else a new one; printed, so that a failure replays.

use puq_proxmox_kvm::model::Random;

/// A generator for one test.
pub fn random() -> Random {
    let given = std::env::var("TEST_SEED")
        .ok()
        .and_then(|text| text.parse().ok());
    let seed = given.unwrap_or_else(|| Random::from_system().between(0, u64::MAX));
    println!("TEST_SEED={seed}");
    Random::seeded(seed)
}
