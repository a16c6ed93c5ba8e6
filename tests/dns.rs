//! Zones matched by name, and a run over them that never fails.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use futures_util::FutureExt;
use puq_proxmox_kvm::dns::provider::Answer;
use puq_proxmox_kvm::dns::{
    self, Desired, Provider, ProviderError, RecordKind, RecordSet, Report, Zone, ZoneName,
};
use puq_proxmox_kvm::net::ServerHealth;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::Instant;

/// Zone, name and kind of a record set.
type Key = (String, String, &'static str);

/// Keeps records in memory; refuses what its list of faults names.
#[derive(Default)]
struct Memory {
    records: RefCell<BTreeMap<Key, Vec<String>>>,
    faults: Vec<&'static str>,
    asked: Cell<u32>,
}

impl Memory {
    fn refuses(&self, verb: &str) -> Result<(), ProviderError> {
        self.asked.set(self.asked.get() + 1);
        if self.faults.contains(&verb) {
            Err(ProviderError::Unreachable("connection refused".to_owned()))
        } else {
            Ok(())
        }
    }
}

impl Provider for Memory {
    fn kind(&self) -> &'static str {
        "memory"
    }

    fn location(&self) -> String {
        format!("{self:p}")
    }

    fn upsert<'a>(&'a self, zone: &'a ZoneName, set: &'a RecordSet) -> Answer<'a, ()> {
        async move {
            tokio::task::yield_now().await;
            self.refuses("upsert")?;
            let key = (zone.to_string(), set.name.clone(), set.kind.as_str());
            self.records.borrow_mut().insert(key, set.values.clone());
            Ok(())
        }
        .boxed_local()
    }

    fn delete<'a>(&'a self, zone: &'a ZoneName, name: &'a str, kind: RecordKind) -> Answer<'a, ()> {
        async move {
            self.refuses("delete")?;
            self.records
                .borrow_mut()
                .remove(&(zone.to_string(), name.to_owned(), kind.as_str()));
            Ok(())
        }
        .boxed_local()
    }

    fn test<'a>(&'a self, zone: &'a ZoneName) -> Answer<'a, String> {
        async move { Ok(zone.to_string()) }.boxed_local()
    }
}

fn zones(names: &[&str], provider: &Rc<Memory>) -> Vec<Zone> {
    names
        .iter()
        .map(|name| Zone {
            name: ZoneName::parse(name).unwrap(),
            provider: provider.clone(),
        })
        .collect()
}

fn run(zones: &[Zone], desired: Option<&Desired>, old: Option<&Desired>) -> Report {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let until = Instant::now() + Duration::from_secs(45);
        dns::sync(zones, desired, old, &ServerHealth::default(), until).await
    })
}

fn texts(report: &Report) -> Vec<&str> {
    report.lines.iter().map(|line| line.text.as_str()).collect()
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn vm() -> Desired {
    let addresses = [ip("192.0.2.5"), ip("192.0.2.6"), ip("2001:db8::5")];
    Desired::of_vm(
        "vm.Example.com.",
        &addresses,
        &[(ip("192.0.2.6"), "mail.example.org.".to_owned())],
    )
}

const ALL: [&str; 4] = [
    "example.com.",
    ".Example.COM",
    "2.0.192.in-addr.arpa",
    "8.b.d.0.1.0.0.2.ip6.arpa",
];

#[test]
fn a_deploy_replaces_in_every_matching_zone() {
    let provider = Rc::new(Memory::default());
    let zones = zones(&ALL, &provider);
    let report = run(&zones, Some(&vm()), Some(&vm()));
    assert_eq!(
        texts(&report),
        [
            "fwd OK [memory] example.com <- vm.example.com (2 IPs)",
            "fwd OK [memory] example.com <- vm.example.com (2 IPs)",
            "rev OK [memory] 2.0.192.in-addr.arpa <- 192.0.2.5 -> vm.example.com",
            "rev OK [memory] 2.0.192.in-addr.arpa <- 192.0.2.6 -> mail.example.org",
            "rev OK [memory] 8.b.d.0.1.0.0.2.ip6.arpa <- 2001:db8::5 -> vm.example.com",
        ]
    );
    assert_eq!(
        report.to_string(),
        "forward_ok=2 forward_err=0 rev_ok=3 rev_err=0"
    );
    assert!(report.all_ok() && report.reverse_unmatched.is_empty());
    let records = provider.records.borrow();
    assert_eq!(records.len(), 5);
    let forward =
        |kind| records[&("example.com".to_owned(), "vm.example.com".to_owned(), kind)].clone();
    assert_eq!(
        (forward("A"), forward("AAAA")),
        (vec!["192.0.2.5".to_owned()], vec!["2001:db8::5".to_owned()])
    );
}

#[test]
fn what_is_to_be_written_no_more_is_deleted_before() {
    let provider = Rc::new(Memory::default());
    let zones = zones(&ALL, &provider);
    run(&zones, Some(&vm()), None);
    let fewer = Desired::of_vm("vm.example.com", &[ip("192.0.2.5")], &[]);
    let report = run(&zones, Some(&fewer), Some(&vm()));
    assert_eq!(
        texts(&report),
        [
            "fwd-del OK [memory] example.com <- vm.example.com",
            "fwd-del OK [memory] example.com <- vm.example.com",
            "rev-del OK [memory] 2.0.192.in-addr.arpa <- 192.0.2.6",
            "rev-del OK [memory] 8.b.d.0.1.0.0.2.ip6.arpa <- 2001:db8::5",
            "fwd OK [memory] example.com <- vm.example.com (1 IP)",
            "fwd OK [memory] example.com <- vm.example.com (1 IP)",
            "rev OK [memory] 2.0.192.in-addr.arpa <- 192.0.2.5 -> vm.example.com",
        ]
    );
    assert_eq!(provider.records.borrow().len(), 2);
}

#[test]
fn a_change_leaves_nothing_of_the_old_and_a_terminate_nothing_at_all() {
    let provider = Rc::new(Memory::default());
    let zones = zones(&ALL, &provider);
    run(&zones, Some(&vm()), None);
    let renamed = Desired::of_vm("new.example.com", &[ip("192.0.2.7")], &[]);
    let report = run(&zones, Some(&renamed), Some(&vm()));
    assert!(texts(&report).contains(&"fwd OK [memory] example.com <- new.example.com (1 IP)"));
    let names: Vec<String> = provider
        .records
        .borrow()
        .keys()
        .map(|(_, name, kind)| format!("{name} {kind}"))
        .collect();
    assert_eq!(names, ["7.2.0.192.in-addr.arpa PTR", "new.example.com A"]);
    let report = run(&zones, None, Some(&renamed));
    assert!(
        report
            .lines
            .iter()
            .all(|line| line.text.contains("-del OK"))
    );
    assert!(provider.records.borrow().is_empty());
}

#[test]
fn a_failing_provider_leaves_its_lines_and_is_asked_once() {
    let broken = Rc::new(Memory {
        faults: vec!["upsert", "delete"],
        ..Memory::default()
    });
    let whole = Rc::new(Memory::default());
    let mut all = zones(&["example.com"], &broken);
    all.extend(zones(&["com", "2.0.192.in-addr.arpa"], &whole));
    let old = Desired::of_vm("old.example.com", &[], &[]);
    let report = run(&all, Some(&vm()), Some(&old));
    assert_eq!(
        texts(&report)[0],
        "fwd-del ERR [memory] example.com <- old.example.com: not reachable: connection refused"
    );
    assert_eq!(
        (
            report.forward_ok,
            report.forward_err,
            report.reverse_ok,
            report.reverse_err
        ),
        (2, 2, 2, 0)
    );
    assert_eq!(broken.asked.get(), 1);
    assert_eq!(whole.records.borrow().len(), 4);
    assert_eq!(report.reverse_unmatched, [ip("2001:db8::5")]);
}

#[test]
fn of_nested_zones_of_one_server_the_innermost_holds_the_name() {
    let (one, other) = (Rc::new(Memory::default()), Rc::new(Memory::default()));
    let mut all = zones(&["com", "example.com", "kvm.example.com"], &one);
    all.extend(zones(&["example.com"], &other));
    let vm = Desired::of_vm("vm.kvm.example.com", &[ip("192.0.2.5")], &[]);
    let beside = Desired::of_vm("vm.notkvm.example.com", &[ip("192.0.2.6")], &[]);
    for records in [&vm, &beside] {
        assert!(run(&all, Some(records), None).all_ok());
    }
    let held = |provider: &Memory| -> Vec<String> {
        let records = provider.records.borrow();
        records
            .keys()
            .map(|(zone, name, _)| format!("{name} in {zone}"))
            .collect()
    };
    assert_eq!(
        held(&one),
        [
            "vm.notkvm.example.com in example.com",
            "vm.kvm.example.com in kvm.example.com"
        ]
    );
    assert_eq!(
        held(&other),
        [
            "vm.kvm.example.com in example.com",
            "vm.notkvm.example.com in example.com"
        ]
    );
}

#[test]
fn a_client_sets_one_reverse_name() {
    let provider = Rc::new(Memory::default());
    let wanted = Desired {
        reverse: vec![(ip("192.0.2.6"), "shop.example.net".to_owned())],
        ..Desired::default()
    };
    let report = run(&zones(&ALL, &provider), Some(&wanted), None);
    assert_eq!(
        texts(&report),
        ["rev OK [memory] 2.0.192.in-addr.arpa <- 192.0.2.6 -> shop.example.net"]
    );
    let report = run(&zones(&["example.com"], &provider), Some(&wanted), None);
    assert_eq!((report.lines.len(), report.reverse_unmatched.len()), (0, 1));
}

/// Addresses of a block are written under the block's own name, and nowhere above: the zone above has aliases there.
#[test]
fn of_blocks_between_two_labels_the_smallest_holds_the_address() {
    let (inner, outer) = (Rc::new(Memory::default()), Rc::new(Memory::default()));
    let mut all = zones(
        &[
            "113.0.203.in-addr.arpa",
            "0/26.113.0.203.in-addr.arpa",
            "64-95.113.0.203.in-addr.arpa",
        ],
        &inner,
    );
    all.extend(zones(
        &["0.203.in-addr.arpa", "0/25.113.0.203.in-addr.arpa"],
        &outer,
    ));
    let addresses = [
        "203.0.113.10",
        "203.0.113.70",
        "203.0.113.100",
        "203.0.113.200",
    ]
    .map(ip);
    let vm = Desired::of_vm("vm.example.com", &addresses, &[]);
    let report = run(&all, Some(&vm), None);
    assert!(report.all_ok() && report.reverse_unmatched.is_empty());
    let named = |memory: &Memory| -> Vec<(String, String)> {
        let records = memory.records.borrow();
        let of = |(zone, name, _): &Key| (zone.clone(), name.clone());
        records.keys().map(of).collect()
    };
    let pair = |zone: &str, name: &str| (zone.to_owned(), format!("{name}.{zone}"));
    assert_eq!(
        named(&inner),
        [
            pair("0/26.113.0.203.in-addr.arpa", "10"),
            pair("113.0.203.in-addr.arpa", "200"),
            pair("64-95.113.0.203.in-addr.arpa", "70"),
        ]
    );
    assert_eq!(
        named(&outer),
        [
            pair("0.203.in-addr.arpa", "200.113"),
            pair("0/25.113.0.203.in-addr.arpa", "100"),
        ]
    );
    let report = run(&all, None, Some(&vm));
    assert!(report.all_ok());
    assert!(named(&inner).is_empty() && named(&outer).is_empty());
}
