//! Random pools and addresses against the slow and obvious way.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

#[path = "plan/seed.rs"]
mod seed;

use puq_proxmox_kvm::ipam::{AddressKey, Family, Gaps, Pool, expanded};
use puq_proxmox_kvm::model::Random;
use serde_json::json;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// A small pool anywhere, so that the range can be walked.
fn random_pool(random: &Random) -> Pool {
    let family = if random.between(0, 2) == 0 {
        Family::V4
    } else {
        Family::V6
    };
    let size = random.between(2, 7) as u8;
    let mask = family.bits() - size;
    let base: u128 = match family {
        Family::V4 => 0x0a00_0000 + (u128::from(random.between(0, 1 << 16)) << 8),
        Family::V6 => 0x2001_0db8_u128 << 96 | u128::from(random.between(0, u64::MAX)) << 8,
    };
    let base = base >> size << size;
    let at = |offset: u64| {
        AddressKey(base + u128::from(offset))
            .address(family)
            .unwrap()
            .to_string()
    };
    let count = 1u64 << size;
    let first = random.between(0, count - 1);
    let last = random.between(first, count);
    let reserved: Vec<String> = (0..random.between(0, 4))
        .map(|_| at(random.between(0, count)))
        .collect();
    let form = json!({
        "server_id": 1, "type": family.as_str(), "bridge": "vmbr0", "gateway": at(random.between(0, count)), "mask": mask,
        "address_start": at(first), "address_stop": at(last), "reserved": reserved,
    });
    match Pool::parse(&form) {
        Ok(pool) => pool,
        // The few ranges that hold nothing usable are refused: draw again.
        Err(_) => random_pool(random),
    }
}

#[test]
fn free_is_what_walking_the_range_finds() {
    let random = seed::random();
    for _ in 0..2000 {
        let pool = random_pool(&random);
        let range = pool.range();
        let all: Vec<AddressKey> = (range.first.0..=range.last.0).map(AddressKey).collect();
        let mut taken: BTreeSet<AddressKey> = all
            .iter()
            .copied()
            .filter(|_| random.between(0, 3) == 0)
            .collect();
        taken.insert(AddressKey(range.first.0 - 1));
        taken.insert(AddressKey(range.last.0 + 1));
        let address = |key: &AddressKey| key.address(pool.family).unwrap();
        let usable = |key: &&AddressKey| pool.usable(address(key));
        let walked: Vec<IpAddr> = all
            .iter()
            .filter(usable)
            .filter(|key| !taken.contains(key))
            .map(address)
            .collect();
        let found: Vec<IpAddr> = Gaps::new(&range, taken.iter().copied())
            .filter_map(|key| key.address(pool.family))
            .filter(|address| pool.usable(*address))
            .collect();
        assert_eq!(found, walked, "{pool:?} without {taken:?}");
        let closed = all.iter().filter(|key| !pool.usable(address(key))).count();
        assert_eq!(pool.usage(0).used, closed as u128);
        assert_eq!(Pool::parse(&pool.to_value()).unwrap(), pool);
    }
}

#[test]
fn keys_sort_as_addresses_and_read_back() {
    let random = seed::random();
    for _ in 0..2000 {
        let draw = |family: Family| {
            let bits = u128::from(random.between(0, u64::MAX)) << 64
                | u128::from(random.between(0, u64::MAX));
            AddressKey(bits >> (128 - family.bits()))
                .address(family)
                .unwrap()
        };
        for family in [Family::V4, Family::V6] {
            let (one, two) = (draw(family), draw(family));
            let (key, other) = (
                AddressKey::of(one).to_string(),
                AddressKey::of(two).to_string(),
            );
            assert_eq!(key.cmp(&other), one.cmp(&two));
            assert_eq!(AddressKey::parse(&key).unwrap().address(family), Some(one));
            assert_eq!(expanded(one).parse::<IpAddr>().unwrap(), one);
        }
    }
    assert_eq!(AddressKey::parse("0a000005"), None);
    assert_eq!(AddressKey(1 << 40).address(Family::V4), None);
}
