//! Pools, keys and the legacy list: the rules of the form, and lowest free first.

#![allow(clippy::unwrap_used, clippy::panic)]

use puq_proxmox_kvm::ipam::{
    AddressKey, AddressRange, Family, Gaps, LegacyList, PlacedAddress, Pool, Usage, ZoneHint,
    expanded, scope,
};
use serde_json::{Value, json};
use std::net::IpAddr;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn with(changes: Value) -> Value {
    let mut form = json!({
        "server_id": 1, "type": "IPv4", "bridge": "vmbr0", "vlan": 0, "gateway": "192.0.2.1", "mask": 24, "dns1": "",
        "dns2": "", "address_start": "192.0.2.10", "address_stop": "192.0.2.38",
    });
    for (key, value) in changes.as_object().unwrap() {
        form[key] = value.clone();
    }
    form
}

fn pool(changes: Value) -> Pool {
    Pool::parse(&with(changes)).unwrap()
}

fn v6(changes: Value) -> Value {
    let mut form = json!({
        "type": "ipv6", "gateway": "2001:db8::1", "mask": "64", "address_start": "2001:db8::",
        "address_stop": "2001:db8::ffff:ffff:ffff:ffff",
    });
    for (key, value) in changes.as_object().unwrap() {
        form[key] = value.clone();
    }
    with(form)
}

#[test]
fn a_form_reads_and_reads_back() {
    let pool = pool(
        json!({"id": "4", "vlan": "12", "dns2": "1.1.1.1", "reserved": "192.0.2.11, 192.0.2.12\n192.0.2.11"}),
    );
    assert_eq!(
        (pool.id, pool.server_id.0, pool.family, pool.vlan, pool.mask),
        (4, 1, Family::V4, 12, 24)
    );
    assert_eq!(pool.dns(), [ip("1.1.1.1")]);
    assert_eq!(pool.reserved, [ip("192.0.2.11"), ip("192.0.2.12")]);
    assert_eq!(Pool::parse(&pool.to_value()).unwrap(), pool);
}

#[test]
fn every_field_has_its_rule() {
    for (change, says) in [
        (json!({"server_id": ""}), "server_id must be a server."),
        (json!({"type": "ipx"}), "type must be IPv4 or IPv6."),
        (
            json!({"bridge": "vm br"}),
            "bridge must be a bridge's name such as vmbr0, not \"vm br\".",
        ),
        (
            json!({"vlan": 4095}),
            "vlan must be from 0 (untagged) to 4094, since 802.1Q reserves 4095, not \"4095\".",
        ),
        (
            json!({"gateway": "x"}),
            "gateway must be an IPv4 address, not \"x\".",
        ),
        (
            json!({"gateway": "2001:db8::1"}),
            "gateway must be an IPv4 address, not \"2001:db8::1\".",
        ),
        (
            json!({"gateway": "127.0.0.1"}),
            "gateway must be the address of a host, which 127.0.0.1 is not.",
        ),
        (
            json!({"mask": 33}),
            "mask must be from 1 to 32 for IPv4, not \"33\".",
        ),
        (
            json!({"mask": 0}),
            "mask must be from 1 to 32 for IPv4, not \"0\".",
        ),
        (
            json!({"dns1": "dns"}),
            "dns1 must be an IP address, not \"dns\".",
        ),
        (
            json!({"address_stop": "192.0.3.1"}),
            "address_stop must be in the gateway's network 192.0.2.0/24, not 192.0.3.1.",
        ),
        (
            json!({"address_start": "192.0.2.40"}),
            "address_stop must not be below the first address 192.0.2.40.",
        ),
        (
            json!({"reserved": "192.0.2.300"}),
            "reserved must be an IPv4 address, not \"192.0.2.300\".",
        ),
        (
            json!({"address_start": "192.0.2.1", "address_stop": "192.0.2.1"}),
            "address_stop must leave the range an address that can be given out.",
        ),
    ] {
        let errors = Pool::parse(&with(change)).unwrap_err();
        let said: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(said, [says]);
    }
    let empty = Pool::parse(&json!({"type": "IPv6"})).unwrap_err();
    let named: Vec<&str> = empty.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(
        named,
        [
            "server_id",
            "bridge",
            "mask",
            "gateway",
            "address_start",
            "address_stop"
        ]
    );
    assert!(Pool::parse(&v6(json!({"mask": 129}))).is_err());
}

#[test]
fn the_networks_own_addresses_are_never_given_out() {
    let whole = pool(
        json!({"address_start": "192.0.2.0", "address_stop": "192.0.2.255", "reserved": "192.0.2.7"}),
    );
    for closed in [
        "192.0.2.0",
        "192.0.2.1",
        "192.0.2.7",
        "192.0.2.255",
        "192.0.3.1",
        "2001:db8::5",
    ] {
        assert!(!whole.usable(ip(closed)), "{closed}");
    }
    assert!(whole.usable(ip("192.0.2.2")) && whole.usable(ip("192.0.2.254")));
    let pair = pool(
        json!({"mask": 31, "gateway": "192.0.2.0", "address_start": "192.0.2.0", "address_stop": "192.0.2.1"}),
    );
    assert!(
        pair.usable(ip("192.0.2.1")) && !pair.usable(ip("192.0.2.0")),
        "RFC 3021: a /31 has no broadcast"
    );
    let wide = Pool::parse(&v6(json!({}))).unwrap();
    assert!(
        !wide.usable(ip("2001:db8::")),
        "the anycast address of the subnet's routers"
    );
    assert!(!wide.usable(ip("2001:db8::1")) && wide.usable(ip("2001:db8::ffff:ffff:ffff:ffff")));
    let link = Pool::parse(&v6(
        json!({"mask": 127, "gateway": "2001:db8::1", "address_stop": "2001:db8::1"}),
    ))
    .unwrap();
    assert!(
        link.usable(ip("2001:db8::")),
        "RFC 6164: a /127 has no anycast"
    );
}

#[test]
fn gateways_outside_the_range_work_where_hosters_have_them() {
    let local = Pool::parse(&v6(json!({"gateway": "fe80::1"}))).unwrap();
    assert_eq!(lowest_two(&local, &[])[0], ip("2001:db8::1"));
    assert_eq!(
        local.placed(ip("2001:db8::5")),
        PlacedAddress {
            address: ip("2001:db8::5"),
            prefix: 64,
            gateway: Some(ip("fe80::1")),
        }
    );
    let single = pool(json!({"mask": 32, "gateway": "198.51.100.254"}));
    assert_eq!(lowest_two(&single, &[])[0], ip("192.0.2.10"));
}

#[test]
fn a_range_of_2_to_the_64_costs_nothing() {
    let wide = Pool::parse(&v6(json!({"reserved": "2001:db8::2"}))).unwrap();
    let taken = ["2001:db8::3", "2001:db8::4", "2001:db8::6"].map(|text| AddressKey::of(ip(text)));
    assert_eq!(
        lowest_two(&wide, &taken),
        [ip("2001:db8::5"), ip("2001:db8::7")]
    );
    assert_eq!(wide.usage(3).to_string(), "0.00% (6/18446744073709551616)");
}

#[test]
fn the_ends_of_the_number_range_hold() {
    let run = |first: &str, last: &str| AddressRange {
        family: Family::V6,
        first: AddressKey::of(ip(first)),
        last: AddressKey::of(ip(last)),
    };
    let highest = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
    assert_eq!(run("::", highest).size(), u128::MAX);
    let gaps =
        |taken: &[AddressKey]| Gaps::new(&run(highest, highest), taken.iter().copied()).next();
    assert_eq!(gaps(&[AddressKey(u128::MAX)]), None);
    assert_eq!(gaps(&[]), Some(AddressKey(u128::MAX)));
}

/// The lowest two addresses that may be given out.
fn lowest_two(pool: &Pool, taken: &[AddressKey]) -> Vec<IpAddr> {
    Gaps::new(&pool.range(), taken.iter().copied())
        .filter_map(|key| key.address(pool.family))
        .filter(|address| pool.usable(*address))
        .take(2)
        .collect()
}

#[test]
fn usage_reads_as_in_the_list() {
    // The gateway lies in the range of 29: it is never given out and counts as used.
    let pool = pool(json!({"gateway": "192.0.2.20"}));
    assert_eq!(pool.usage(7).to_string(), "27.59% (8/29)");
    assert_eq!(pool.usage(500).to_string(), "100.00% (29/29)");
    assert_eq!(Usage { used: 0, total: 0 }.to_string(), "0.00% (0/0)");
    assert_eq!(
        Usage {
            used: u128::MAX / 2,
            total: u128::MAX
        }
        .basis_points(),
        5000
    );
}

#[test]
fn pools_of_one_bridge_may_not_share_addresses() {
    let one = pool(json!({}));
    assert!(one.overlaps(&pool(
        json!({"address_start": "192.0.2.38", "address_stop": "192.0.2.50"})
    )));
    assert!(!one.overlaps(&pool(
        json!({"address_start": "192.0.2.39", "address_stop": "192.0.2.50"})
    )));
    assert!(!one.overlaps(&pool(json!({"vlan": 5}))));
    assert!(!one.overlaps(&pool(json!({"server_id": 2}))));
}

#[test]
fn the_legacy_list_names_its_bad_lines_and_keeps_the_others() {
    let list = LegacyList::parse(
        "vmbr0|10|192.168.10.2|24|192.168.10.1|8.8.8.8,1.1.1.1\r\n\nvmbr0|0|192.168.10.3|24|192.168.10.1|\n10.0.0.5\n\
         vmbr0|10|192.168.10.1|24|192.168.10.1|\n vmbr1 | 4095 | 10.0.0.2 | 24 | 10.0.0.1 | \n\
         vmbr0|10|192.168.10.2|24|192.168.10.1|9.9.9.9\nvmbr1|0|2001:db8::5|64|2001:db8::1|2001:db8::53\n\
         vmbr0|0|10.0.0.9|24|2001:db8::1|\nvmbr0|0|10.0.0.9|24|10.0.0.1|1.1.1.1,2.2.2.2,3.3.3.3\nvmbr0|0|10.0.0.9|24|10.0.0.1|1.1.1.1|x",
    );
    let kept: Vec<String> = list
        .entries
        .iter()
        .map(|entry| format!("{}.{} {}", entry.bridge, entry.vlan, entry.address))
        .collect();
    assert_eq!(
        kept,
        [
            "vmbr0.10 192.168.10.2",
            "vmbr0.0 192.168.10.3",
            "vmbr1.0 2001:db8::5"
        ]
    );
    assert_eq!(list.entries[0].dns, [ip("8.8.8.8"), ip("1.1.1.1")]);
    let said: Vec<String> = list.errors.iter().map(ToString::to_string).collect();
    let at = |line: usize| format!("Assigned IP Addresses, line {line}: ");
    for (error, (line, says)) in said.iter().zip([
        (4, "must be bridge|vlan|ip|prefix|gateway|dns1,dns2"),
        (5, "192.168.10.1 is the gateway"),
        (6, "the VLAN must be from 0"),
        (9, "the gateway must be of IPv4 as the address is"),
        (10, "must have two name servers at most"),
        (11, "must have six parts at most"),
    ]) {
        assert!(
            error.starts_with(&at(line)) && error.contains(says),
            "{error}"
        );
    }
    assert_eq!(said.len(), 6);
    assert_eq!(list.candidates(Family::V4, None).len(), 2);
    assert_eq!(
        list.candidates(Family::V4, Some(("vmbr0", 10)))[0].placed(),
        PlacedAddress {
            address: ip("192.168.10.2"),
            prefix: 24,
            gateway: Some(ip("192.168.10.1")),
        }
    );
    assert!(list.candidates(Family::V6, Some(("vmbr0", 0))).is_empty());
}

#[test]
fn zones_are_named_where_the_prefix_ends_at_a_label() {
    for (network, zone) in [
        ("192.0.2.0/24", Some("2.0.192.in-addr.arpa")),
        ("172.16.0.0/16", Some("16.172.in-addr.arpa")),
        ("10.0.0.0/8", Some("10.in-addr.arpa")),
        ("192.0.2.0/25", None),
        ("172.16.0.0/12", None),
        ("2001:db8::/32", Some("8.b.d.0.1.0.0.2.ip6.arpa")),
        ("2001:db8::/36", Some("0.8.b.d.0.1.0.0.2.ip6.arpa")),
        ("2001:db8::/33", None),
    ] {
        let hint = ZoneHint::of(network.parse().unwrap());
        assert_eq!(
            hint.to_string(),
            zone.unwrap_or("classless delegation required"),
            "{network}"
        );
    }
    assert_eq!(
        pool(json!({})).zone_hint().to_string(),
        "2.0.192.in-addr.arpa"
    );
}

#[test]
fn texts_are_as_whmcs_and_the_database_want_them() {
    assert_eq!(scope("prod ab12", "vmbr0", 7), "prod ab12|vmbr0|7");
    assert_eq!(
        expanded(ip("2001:db8::5")),
        "2001:0db8:0000:0000:0000:0000:0000:0005"
    );
    assert_eq!(expanded(ip("10.0.0.5")), "10.0.0.5");
    assert_eq!(
        AddressKey::of(ip("10.0.0.5")).to_string(),
        "0000000000000000000000000a000005"
    );
    assert_eq!(
        AddressKey::of(ip("2001:db8::5")).to_string(),
        "20010db8000000000000000000000005"
    );
}
