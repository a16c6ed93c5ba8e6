//! Names of zones, of hosts, and of addresses in the reverse tree.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

#[path = "plan/seed.rs"]
mod seed;

use puq_proxmox_kvm::dns::{ZoneName, host_name, reverse_name};
use puq_proxmox_kvm::ipam::ZoneHint;
use std::net::IpAddr;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn a_reverse_name_is_a_full_host_name() {
    assert_eq!(
        host_name(" Mail.Example.COM. "),
        Ok("mail.example.com".to_owned())
    );
    let long = format!("{}.example.com", "a".repeat(64));
    let wrong = [
        "",
        ".",
        "mail",
        "mail..example.com",
        "-a.example.com",
        "a_b.example.com",
        "192.0.2.5",
        "a.example.1",
        "mail example.com",
        "exa\u{e9}mple.com",
        "*.example.com",
        "a.example.com..",
        &long,
        "a\n.example.com",
    ];
    for text in wrong {
        let rule = host_name(text).unwrap_err();
        assert!(
            rule.as_str().starts_with("Must be a full host name") && !rule.as_str().contains('\n'),
            "{text}: {rule}"
        );
    }
}

#[test]
fn zones_match_label_by_label() {
    let zone = ZoneName::parse("Example.com.").unwrap();
    for name in ["example.com", "vm.example.com", "a.b.EXAMPLE.com."] {
        assert!(zone.takes(name), "{name}");
    }
    for name in ["notexample.com", "example.com.org", "com", ""] {
        assert!(!zone.takes(name), "{name}");
    }
    for wrong in ["", ".", "a..b", "exa mple.com", "żółw.pl"] {
        assert!(ZoneName::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_zone_that_can_never_hold_a_name_is_none() {
    for good in [
        "example.com",
        "com",
        "in-addr.arpa",
        "113.0.203.in-addr.arpa",
        "7.113.0.203.in-addr.arpa",
        "0/25.2.0.192.in-addr.arpa",
        "64-27.113.0.203.in-addr.arpa",
        "8.b.d.0.1.0.0.2.ip6.arpa",
    ] {
        assert!(ZoneName::parse(good).is_ok(), "{good}");
    }
    for wrong in [
        "0/26.example.com",
        "_x.example.com",
        "-a.example.com",
        "256.0.203.in-addr.arpa",
        "03.0.203.in-addr.arpa",
        "1.7.113.0.203.in-addr.arpa",
        "lan.113.0.203.in-addr.arpa",
        "0/24.113.0.203.in-addr.arpa",
        "10/26.113.0.203.in-addr.arpa",
        "0/26.in-addr.arpa",
        "10.0/26.113.0.203.in-addr.arpa",
        "0/26.8.b.d.0.1.0.0.2.ip6.arpa",
        "b8.0d.01.20.ip6.arpa",
    ] {
        let rule = ZoneName::parse(wrong).unwrap_err();
        assert!(
            rule.as_str().contains(wrong) && rule.as_str().contains("0/26"),
            "{rule}"
        );
    }
}

#[test]
fn reverse_names_are_those_of_the_tree() {
    assert_eq!(reverse_name(ip("192.0.2.5")), "5.2.0.192.in-addr.arpa");
    let v6 = "5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
    assert_eq!(reverse_name(ip("2001:db8::5")), v6);
}

#[test]
fn a_hinted_zone_takes_its_networks_addresses_and_no_others() {
    let random = seed::random();
    let mut zones = 0;
    for _ in 0..3000 {
        let bits = || {
            u128::from(random.between(0, u64::MAX)) << 64 | u128::from(random.between(0, u64::MAX))
        };
        let draw = |v4: bool| -> IpAddr {
            if v4 {
                std::net::Ipv4Addr::from((bits() >> 96) as u32).into()
            } else {
                std::net::Ipv6Addr::from(bits()).into()
            }
        };
        let v4 = random.between(0, 2) == 0;
        let prefix = random.between(1, if v4 { 33 } else { 129 }) as u8;
        let network = ipnet::IpNet::new(draw(v4), prefix).unwrap();
        let ZoneHint::Zone(name) = ZoneHint::of(network) else {
            continue;
        };
        zones += 1;
        let zone = ZoneName::parse(&name).unwrap();
        for address in [network.network(), network.broadcast(), draw(v4), draw(!v4)] {
            assert_eq!(
                zone.takes(&reverse_name(address)),
                network.contains(&address),
                "{network} {address}"
            );
        }
    }
    assert!(zones > 200, "only {zones} of the networks had a zone");
}
