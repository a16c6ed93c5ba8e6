//! PowerDNS: the real server with its SQLite backend, on loopback, asked by DNS for what the API was told.
//!
//! Needs `pdns_server` and its backend (Debian: pdns-server, pdns-backend-sqlite3), so it runs by its name only.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod query;
mod server;

use puq_proxmox_kvm::dns::powerdns::PowerDns;
use puq_proxmox_kvm::dns::{
    self, Desired, Provider, ProviderError, RecordKind, RecordSet, Report, Zone, ZoneName,
};
use puq_proxmox_kvm::model::{HostTime, Secret};
use puq_proxmox_kvm::net::{ServerHealth, WebTransport};
use query::{A, AAAA, PTR};
use server::{KEY, Pdns};
use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::Instant;

const V6_ZONE: &str = "8.b.d.0.1.0.0.2.ip6.arpa";
const ZONES: [&str; 4] = [
    "example.com",
    "kvm.example.com",
    "2.0.192.in-addr.arpa",
    V6_ZONE,
];

fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

async fn sync(zones: &[Zone], desired: Option<&Desired>, old: Option<&Desired>) -> Report {
    let until = Instant::now() + Duration::from_secs(45);
    dns::sync(zones, desired, old, &ServerHealth::default(), until).await
}

fn provider(pdns: &Pdns, key: &str, server_id: &str) -> PowerDns {
    let transport = WebTransport::new(HostTime::default()).unwrap();
    PowerDns::new(transport, pdns.api(), server_id, Secret::new(key))
}

fn zone(name: &str) -> ZoneName {
    ZoneName::parse(name).unwrap()
}

fn zones(pdns: &Pdns) -> Vec<Zone> {
    let provider: Rc<dyn Provider> = Rc::new(provider(pdns, KEY, "localhost"));
    ZONES
        .iter()
        .map(|name| Zone {
            name: zone(name),
            provider: provider.clone(),
        })
        .collect()
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// One server for all tests: starting one takes its time.
#[test]
fn a_real_server_answers_what_it_was_told() {
    let pdns = Pdns::start(&ZONES);
    a_vm_comes_moves_and_goes(&pdns);
    repeated_and_interrupted_runs_give_the_same_records(&pdns);
    many_vms_at_once_all_get_their_names(&pdns);
    errors_say_what_is_wrong(&pdns);
    names_of_delegated_networks_are_written(&pdns);
}

fn a_vm_comes_moves_and_goes(pdns: &Pdns) {
    let zones = zones(pdns);
    let vm = Desired::of_vm(
        "vm1.example.com",
        &[ip("192.0.2.5"), ip("192.0.2.6"), ip("2001:db8::5")],
        &[(ip("192.0.2.6"), "mail.example.org".to_owned())],
    );
    let report = block(sync(&zones, Some(&vm), Some(&vm)));
    assert!(report.all_ok(), "{report:?}");
    assert_eq!(
        report.to_string(),
        "forward_ok=1 forward_err=0 rev_ok=3 rev_err=0"
    );
    assert_eq!(pdns.dig("vm1.example.com", A), ["192.0.2.5"]);
    assert_eq!(pdns.dig("vm1.example.com", AAAA), ["2001:db8::5"]);
    assert_eq!(pdns.dig("5.2.0.192.in-addr.arpa", PTR), ["vm1.example.com"]);
    assert_eq!(
        pdns.dig("6.2.0.192.in-addr.arpa", PTR),
        ["mail.example.org"]
    );
    let six = "5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
    assert_eq!(pdns.dig(six, PTR), ["vm1.example.com"]);
    // Another address, one less: nothing of the old answers any more.
    let moved = Desired::of_vm("vm1.example.com", &[ip("192.0.2.7")], &[]);
    let report = block(sync(&zones, Some(&moved), Some(&vm)));
    assert!(report.all_ok(), "{report:?}");
    assert_eq!(pdns.dig("vm1.example.com", A), ["192.0.2.7"]);
    for (name, kind) in [
        ("vm1.example.com", AAAA),
        ("5.2.0.192.in-addr.arpa", PTR),
        ("6.2.0.192.in-addr.arpa", PTR),
        (six, PTR),
    ] {
        assert!(pdns.dig(name, kind).is_empty(), "{name}");
    }
    // The innermost zone holds the name, and others of the zone stay as they are.
    let inner = Desired::of_vm("vm2.kvm.example.com", &[ip("192.0.2.8")], &[]);
    assert!(block(sync(&zones, Some(&inner), None)).all_ok());
    assert_eq!(pdns.dig("vm2.kvm.example.com", A), ["192.0.2.8"]);
    assert!(
        !pdns
            .records("example.com")
            .iter()
            .any(|line| line.contains("vm2"))
    );
    let others = |pdns: &Pdns| -> Vec<String> {
        let all = pdns.records("example.com").into_iter();
        all.filter(|line| !line.contains("vm1") && !line.contains("SOA"))
            .collect()
    };
    let before = others(pdns);
    assert!(block(sync(&zones, None, Some(&moved))).all_ok());
    assert!(block(sync(&zones, None, Some(&inner))).all_ok());
    assert!(
        block(sync(&zones, None, Some(&inner))).all_ok(),
        "twice is once"
    );
    assert!(pdns.dig("vm1.example.com", A).is_empty());
    assert!(pdns.dig("7.2.0.192.in-addr.arpa", PTR).is_empty());
    assert_eq!(
        (others(pdns), pdns.dig("other.example.com", A)),
        (before, vec!["192.0.2.99".to_owned()])
    );
}

/// Cut off after each change a run makes, then run whole: as if it had never been cut off.
fn repeated_and_interrupted_runs_give_the_same_records(pdns: &Pdns) {
    let zones = zones(pdns);
    let old = Desired::of_vm(
        "vm3.example.com",
        &[ip("192.0.2.20"), ip("2001:db8::20")],
        &[],
    );
    let new = Desired::of_vm(
        "vm3.example.com",
        &[ip("192.0.2.21"), ip("192.0.2.22")],
        &[],
    );
    let all = |pdns: &Pdns| -> Vec<String> {
        let all = ZONES.iter().flat_map(|zone| pdns.records(zone));
        all.filter(|line| !line.contains(" SOA ")).collect()
    };
    block(sync(&zones, Some(&old), None));
    block(sync(&zones, Some(&new), Some(&old)));
    let wanted = all(pdns);
    block(sync(&zones, Some(&new), Some(&old)));
    assert_eq!(all(pdns), wanted);
    for cut in 0..7 {
        block(sync(&zones, Some(&old), Some(&new)));
        let dying: Rc<dyn Provider> = Rc::new(Dying {
            inner: provider(pdns, KEY, "localhost"),
            left: cut.into(),
        });
        let half: Vec<Zone> = zones
            .iter()
            .map(|zone| Zone {
                name: zone.name.clone(),
                provider: dying.clone(),
            })
            .collect();
        block(sync(&half, Some(&new), Some(&old)));
        let report = block(sync(&zones, Some(&new), Some(&old)));
        assert!(report.all_ok(), "{report:?}");
        assert_eq!(all(pdns), wanted, "cut off after {cut} changes");
    }
    block(sync(&zones, None, Some(&new)));
}

/// As the VMs of one tick come: its SQLite takes one change at a time.
fn many_vms_at_once_all_get_their_names(pdns: &Pdns) {
    let vms: Vec<Desired> = (100..130)
        .map(|n| {
            Desired::of_vm(
                &format!("vm{n}.example.com"),
                &[ip(&format!("192.0.2.{n}"))],
                &[],
            )
        })
        .collect();
    let reports = block(async {
        let (server_health, until) = (
            ServerHealth::default(),
            Instant::now() + Duration::from_secs(45),
        );
        let server_health = &server_health;
        let runs = vms.iter().map(|vm| async move {
            dns::sync(&zones(pdns), Some(vm), Some(vm), server_health, until).await
        });
        futures_util::future::join_all(runs).await
    });
    for report in reports {
        assert!(report.all_ok(), "{report:?}");
    }
    for n in 100..130 {
        assert_eq!(
            pdns.dig(&format!("vm{n}.example.com"), A),
            [format!("192.0.2.{n}")]
        );
        assert_eq!(
            pdns.dig(&format!("{n}.2.0.192.in-addr.arpa"), PTR),
            [format!("vm{n}.example.com")]
        );
    }
}

/// A provider that works so many times and is gone then.
struct Dying {
    inner: PowerDns,
    left: std::cell::Cell<u32>,
}

impl Dying {
    fn live(&self) -> Result<(), ProviderError> {
        let left = self.left.get().checked_sub(1);
        self.left.set(left.unwrap_or(0));
        left.map(drop)
            .ok_or_else(|| ProviderError::Unreachable("cut off".to_owned()))
    }
}

impl Provider for Dying {
    fn kind(&self) -> &'static str {
        self.inner.kind()
    }

    fn location(&self) -> String {
        self.inner.location()
    }

    fn upsert<'a>(
        &'a self,
        zone: &'a ZoneName,
        set: &'a RecordSet,
    ) -> puq_proxmox_kvm::dns::provider::Answer<'a, ()> {
        Box::pin(async move {
            self.live()?;
            self.inner.upsert(zone, set).await
        })
    }

    fn delete<'a>(
        &'a self,
        zone: &'a ZoneName,
        name: &'a str,
        kind: RecordKind,
    ) -> puq_proxmox_kvm::dns::provider::Answer<'a, ()> {
        Box::pin(async move {
            self.live()?;
            self.inner.delete(zone, name, kind).await
        })
    }

    fn test<'a>(
        &'a self,
        zone: &'a ZoneName,
    ) -> puq_proxmox_kvm::dns::provider::Answer<'a, String> {
        self.inner.test(zone)
    }
}

fn errors_say_what_is_wrong(pdns: &Pdns) {
    let example = zone("example.com");
    let right = provider(pdns, KEY, "localhost");
    let text = block(right.test(&example)).unwrap();
    assert!(
        text.starts_with("zone example.com, kind Native, serial "),
        "{text}"
    );
    let wrong = provider(pdns, "wrong-hush", "localhost");
    let error = block(wrong.test(&example)).unwrap_err();
    assert_eq!(
        error,
        ProviderError::Denied("the API key is not accepted".to_owned())
    );
    let set = |name: &str, value: &str| RecordSet {
        name: name.to_owned(),
        kind: RecordKind::A,
        values: vec![value.to_owned()],
        ttl: 300,
    };
    assert_eq!(
        block(wrong.upsert(&example, &set("vm.example.com", "192.0.2.5"))).unwrap_err(),
        error
    );
    let none = zone("example.net");
    let missing = ProviderError::NoZone("example.net".to_owned());
    assert_eq!(block(right.test(&none)).unwrap_err(), missing);
    assert_eq!(
        block(right.upsert(&none, &set("vm.example.net", "192.0.2.5"))).unwrap_err(),
        missing
    );
    assert!(block(provider(pdns, KEY, "elsewhere").test(&example)).is_err());
    // What the server itself says reaches the line.
    let alias = block(right.upsert(&example, &set("alias.example.com", "192.0.2.5"))).unwrap_err();
    assert!(
        matches!(&alias, ProviderError::Refused(why) if why.contains("onflict")),
        "{alias}"
    );
    let odd = block(right.upsert(&example, &set("vm.example.com", "not an address"))).unwrap_err();
    assert!(matches!(odd, ProviderError::Refused(_)), "{odd}");
    let out = block(right.upsert(&example, &set("vm.example.org", "192.0.2.5"))).unwrap_err();
    assert!(
        matches!(&out, ProviderError::Refused(why) if why.contains("out of zone")),
        "{out}"
    );
}

/// A zone with a slash in its name (RFC 2317) is found by its escaped identifier.
fn names_of_delegated_networks_are_written(pdns: &Pdns) {
    pdns.add_zone("0/25.2.0.192.in-addr.arpa");
    let delegated = zone("0/25.2.0.192.in-addr.arpa");
    let text = block(provider(pdns, KEY, "localhost").test(&delegated)).unwrap();
    assert!(text.contains("0/25.2.0.192.in-addr.arpa"), "{text}");
}
