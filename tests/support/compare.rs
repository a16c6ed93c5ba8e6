//! Does the cluster hold what was sold? Field by field.

use super::World;
use puq_proxmox_kvm::host::Row;
use puq_proxmox_kvm::model::{ServiceId, VmState};
use puq_proxmox_kvm::plan::{Plan, Product, Service};
use puq_proxmox_kvm::pve::DiskSlot;
use puq_proxmox_kvm::store::address::{self, AddressRow};
use puq_proxmox_kvm::store::{product, vm::VmRecord};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Options of a property string: `virtio=AA,bridge=vmbr0` → `virtio` → `AA`; the first part without a key is ``.
pub fn options(text: &str) -> BTreeMap<String, String> {
    text.split(',')
        .map(|part| match part.split_once('=') {
            Some((key, value)) => (key.to_owned(), value.to_owned()),
            None => (String::new(), part.to_owned()),
        })
        .collect()
}

/// The plan of a service, made anew from what WHMCS has.
pub fn plan(world: &World, id: ServiceId) -> (Plan, Service) {
    let service = Service::parse(&world.host.services.borrow()[&id.0]).unwrap();
    let wanted = service.product_id;
    let stored = world.drive(|site| async move { product::settings(&site.host, &[wanted]).await });
    let settings = Product::from_json(&stored.unwrap()[0].1).unwrap();
    (Plan::build(&settings, &service).unwrap(), service)
}

/// The addresses a service holds.
pub fn addresses(world: &World, service: ServiceId) -> Vec<AddressRow> {
    world.drive(|site| async move { address::of(&site.host, service).await.unwrap() })
}

/// Panics where the VM of a service that is *ready* is not exactly what was sold.
pub fn assert_as_sold(world: &World, id: ServiceId) {
    assert_sold(world, id, false);
}

/// The same after changes of package: a disk never shrinks, so it may be larger than what is sold now.
pub fn assert_as_sold_or_larger(world: &World, id: ServiceId) {
    assert_sold(world, id, true);
}

fn assert_sold(world: &World, id: ServiceId, larger: bool) {
    let record = world.record(id);
    assert_eq!(
        record.state,
        VmState::Ready,
        "service {id}: {}",
        record.waiting
    );
    let (plan, service) = plan(world, id);
    let held = addresses(world, id);
    let vmid = record.vmid.expect("a ready service has a VMID").get();
    let (conf, running, node) = world.see(|all| {
        let vm = all
            .vms
            .get(&vmid)
            .unwrap_or_else(|| panic!("VM {vmid} is not there"));
        (vm.conf.clone(), vm.is_running(), vm.node.clone())
    });
    let has = |key: &str| conf.get(key).map_or("", String::as_str);
    let fact = |what: &str, found: &str, wanted: &str| {
        assert_eq!(
            found, wanted,
            "{what} of VM {vmid}, service {id}: {conf:#?}"
        );
    };
    assert_eq!(running, !record.suspended(), "power of VM {vmid}");
    fact("lock", has("lock"), "");
    fact("node", &node, record.node.as_ref().unwrap().as_str());
    // Proxmox leaves its default of 1 unwritten, or the template does.
    let or_one = |key: &str| {
        Some(has(key))
            .filter(|text| !text.is_empty())
            .unwrap_or("1")
    };
    fact("cores", or_one("cores"), &plan.cores.to_string());
    fact("sockets", or_one("sockets"), "1");
    fact("memory", has("memory"), &plan.memory_mib.to_string());
    fact("name", has("name"), &record.name);
    // Proxmox's default is 0.
    let onboot = has("onboot") == "1";
    assert_eq!(onboot, !record.suspended(), "onboot of VM {vmid}");
    assert!(
        record.mark.is_on(has("description"), has("tags")),
        "mark of VM {vmid}"
    );
    assert!(
        has("tags").split(';').any(|tag| tag == record.mark.tag()),
        "tag of VM {vmid}"
    );
    disks(
        &elsewhere_if_told(world, plan.clone(), id),
        &conf,
        vmid,
        larger,
    );
    card(&plan, &record, &held, has("net0"));
    first_boot(&plan, &service, &record, &held, &conf);
    let password = world.network.passwords.borrow().get(&vmid).cloned();
    assert_eq!(
        password.as_deref(),
        Some(service.password.expose()),
        "the password of VM {vmid}"
    );
    let stored = pve_sim::stored_password(service.password.expose());
    fact("cipassword", has("cipassword"), &stored);
    firewall(world, &plan, &record, &held, vmid);
    counts(&plan, &service, &held);
    assert_eq!(record.promised_mib, 0, "memory is no longer promised");
    assert_eq!(record.fails, 0, "failures are forgotten");
    assert_eq!(record.next_look_at, None, "it is not due");
}

/// Where a storage would not take the disk again and again it stays where it was made, and the log says so.
fn elsewhere_if_told(world: &World, mut plan: Plan, id: ServiceId) -> Plan {
    let log = format!("SELECT steps FROM puq_proxmox_kvm_runs WHERE service_id = {id}");
    let told = |row: &Row| row["steps"].to_string().contains("the disk stays on");
    if world.host.rows(&log).iter().any(told) {
        plan.system_disk.storage = None;
    }
    plan
}

fn disks(plan: &Plan, conf: &BTreeMap<String, String>, vmid: u32, larger: bool) {
    let system = &conf["scsi0"];
    check_disk(&plan.system_disk, system, "system disk", vmid, larger);
    // On whatever bus it is: a foreign second disk of the template may hang on any.
    let additional = conf
        .iter()
        .find(|(key, value)| *key != "scsi0" && is_data(key, value));
    match (plan.additional_disk.size_gib, additional) {
        (0, None) => {}
        (0, Some((key, value))) => {
            panic!("VM {vmid} has a second disk nobody ordered: {key}={value}")
        }
        (_, None) => panic!("VM {vmid} lacks its additional disk: {conf:?}"),
        (_, Some((_, value))) => check_disk(
            &plan.additional_disk,
            value,
            "additional disk",
            vmid,
            larger,
        ),
    }
    let unused: Vec<_> = conf
        .keys()
        .filter(|key| key.starts_with("unused"))
        .collect();
    assert!(
        unused.is_empty(),
        "VM {vmid} keeps disks nobody uses: {unused:?}"
    );
}

fn is_data(key: &str, value: &str) -> bool {
    key.parse::<DiskSlot>().is_ok() && value.contains(':') && !value.contains("media=cdrom")
}

fn check_disk(
    plan: &puq_proxmox_kvm::plan::DiskPlan,
    line: &str,
    which: &str,
    vmid: u32,
    larger: bool,
) {
    let found = options(line);
    if plan.size_gib > 0 {
        let size = found["size"]
            .strip_suffix('G')
            .and_then(|gib| gib.parse::<u64>().ok());
        let fits = size.is_some_and(|gib| gib == plan.size_gib || larger && gib > plan.size_gib);
        assert!(
            fits,
            "{which} of VM {vmid} is not {} GiB: {line}",
            plan.size_gib
        );
    }
    if let Some(storage) = &plan.storage {
        assert!(
            found[""].starts_with(&format!("{storage}:")),
            "{which} of VM {vmid}: {line}"
        );
    }
    let limits = plan.limits;
    for (key, value) in [
        ("mbps_rd", limits.read_mbps),
        ("mbps_wr", limits.write_mbps),
        ("iops_rd", limits.read_iops),
        ("iops_wr", limits.write_iops),
    ] {
        let wanted = (value > 0).then(|| value.to_string());
        assert_eq!(
            found.get(key),
            wanted.as_ref(),
            "{key} of the {which} of VM {vmid}: {line}"
        );
    }
}

fn card(plan: &Plan, record: &VmRecord, held: &[AddressRow], line: &str) {
    let found = options(line);
    let (bridge, vlan) = match held.first() {
        Some(first) if plan.net.auto_bridge => (first.bridge.clone(), first.vlan),
        _ => (plan.net.bridge.clone(), u64::from(plan.net.vlan)),
    };
    assert_eq!(found["bridge"], bridge, "{line}");
    let tag = (vlan > 0).then(|| vlan.to_string());
    assert_eq!(found.get("tag"), tag.as_ref(), "{line}");
    let rate = (plan.net.rate_mbps > 0.0).then(|| plan.net.rate_mbps.to_string());
    assert_eq!(found.get("rate"), rate.as_ref(), "{line}");
    if plan.net.has_static() {
        let on = found.get("firewall").is_some_and(|flag| flag == "1");
        assert_eq!(on, plan.firewall.enable, "{line}");
    }
    let model = plan.net.model.map_or("virtio", |model| model.as_str());
    let mac = found
        .get(model)
        .unwrap_or_else(|| panic!("the card is no {model}: {line}"));
    assert_eq!(*mac, record.mac, "{line}");
}

fn first_boot(
    plan: &Plan,
    service: &Service,
    record: &VmRecord,
    held: &[AddressRow],
    conf: &BTreeMap<String, String>,
) {
    let has = |key: &str| conf.get(key).map_or("", String::as_str);
    assert_eq!(has("ciuser"), service.username);
    assert!(!service.username.is_empty());
    let keys = percent_encoding::percent_decode_str(has("sshkeys"))
        .decode_utf8()
        .unwrap();
    // Keys given with a reinstallation count before those of the order.
    match record.ssh_keys.as_str() {
        "" => assert_eq!(keys, plan.ssh_keys.join("\n")),
        given => assert_eq!(keys, given),
    }
    let of = |family: u8| {
        held.iter()
            .find(|row| row.family == family && row.position == 0)
    };
    let part = |family: u8, dhcp: bool, ip: &str, gw: &str| match (dhcp, of(family)) {
        (true, _) => vec![format!("{ip}=dhcp")],
        (false, Some(row)) => vec![
            format!("{ip}={}/{}", row.text, row.prefix),
            format!("{gw}={}", row.gateway),
        ],
        (false, None) => vec![],
    };
    let wanted: BTreeSet<String> = part(4, plan.net.dhcp4, "ip", "gw")
        .into_iter()
        .chain(part(6, plan.net.dhcp6, "ip6", "gw6"))
        .collect();
    let found: BTreeSet<String> = has("ipconfig0")
        .split(',')
        .filter(|p| !p.is_empty())
        .map(str::to_owned)
        .collect();
    assert_eq!(found, wanted, "ipconfig0");
    let mut resolvers: Vec<&str> = vec![];
    for word in held
        .iter()
        .filter(|row| row.position == 0)
        .flat_map(|row| row.dns.split(' '))
    {
        if !word.is_empty() && !resolvers.contains(&word) {
            resolvers.push(word);
        }
    }
    assert_eq!(has("nameserver"), resolvers.join(" "));
    assert_eq!(has("searchdomain"), plan.main_domain);
}

fn firewall(world: &World, plan: &Plan, record: &VmRecord, held: &[AddressRow], vmid: u32) {
    let (options, sets, rules) = world.see(|all| {
        let firewall = &all.vms[&vmid].firewall;
        let sets: BTreeMap<String, BTreeSet<String>> = firewall
            .ipsets
            .iter()
            .map(|(name, set)| {
                (
                    name.clone(),
                    set.entries.iter().map(|entry| entry.0.clone()).collect(),
                )
            })
            .collect();
        (firewall.options.clone(), sets, firewall.rules.clone())
    });
    let own = format!("service {}", record.service);
    for rule in rules {
        assert_eq!(
            rule.get("comment"),
            Some(&own),
            "the rules of VM {vmid} are the client's: {rule:?}"
        );
    }
    let filter = options.get("ipfilter").is_some_and(|value| value == "1");
    if !plan.net.has_static() {
        assert!(
            sets.is_empty() && !filter,
            "the firewall of VM {vmid} lets every address through: {sets:?}, {options:?}"
        );
        return;
    }
    let wanted = &plan.firewall;
    for (key, on) in [
        ("enable", wanted.enable),
        ("dhcp", wanted.dhcp),
        ("ndp", wanted.ndp),
        ("radv", wanted.radv),
        ("macfilter", wanted.macfilter),
        ("ipfilter", wanted.ipfilter),
    ] {
        let default = matches!(key, "macfilter" | "ndp");
        let found = options.get(key).map_or(default, |value| value == "1");
        assert_eq!(found, on, "{key} of VM {vmid}'s firewall: {options:?}");
    }
    let word =
        |key: &str, default: &str| options.get(key).map_or(default.to_owned(), String::clone);
    for (key, default, choice, sold) in [
        ("policy_in", "DROP", record.policy_in, wanted.policy_in),
        ("policy_out", "ACCEPT", record.policy_out, wanted.policy_out),
    ] {
        let wanted = choice.unwrap_or(sold).as_str();
        assert_eq!(
            word(key, default),
            wanted,
            "{key} of VM {vmid}: {options:?}"
        );
    }
    assert_eq!(word("log_level_in", "nolog"), wanted.log_in.as_str());
    assert_eq!(word("log_level_out", "nolog"), wanted.log_out.as_str());
    let net = &plan.net;
    let of = |family: u8, dhcp: bool, every: [&str; 2]| match dhcp || !wanted.anti_spoofing {
        true => every.map(str::to_owned).to_vec(),
        false => texts(held, family),
    };
    let both = [
        of(4, net.dhcp4, ["0.0.0.0/1", "128.0.0.0/1"]),
        of(6, net.dhcp6, ["::/1", "8000::/1"]),
    ];
    // An empty set would let nothing through.
    let set =
        (wanted.anti_spoofing || wanted.ipfilter).then(|| both.concat().into_iter().collect());
    assert_eq!(
        sets.get("ipfilter-net0"),
        set.as_ref(),
        "address set of VM {vmid}"
    );
    if word("policy_out", "ACCEPT") == "ACCEPT" {
        for row in held {
            let address = row.text.parse().unwrap();
            assert!(
                may_send(world, vmid, address),
                "VM {vmid} may not send from {address}"
            );
        }
    }
}

fn texts(held: &[AddressRow], family: u8) -> Vec<String> {
    let rows = held.iter().filter(|row| row.family == family);
    rows.map(|row| row.text.clone()).collect()
}

/// Whether a VM may send from an address, with the datacenter's firewall on.
pub fn may_send(world: &World, vmid: u32, from: IpAddr) -> bool {
    world.see(|all| {
        let before = all.firewall.options.clone();
        all.firewall.options.insert("enable".into(), "1".into());
        let may = all.may_send(vmid, from);
        all.firewall.options = before;
        may
    })
}

fn counts(plan: &Plan, service: &Service, held: &[AddressRow]) {
    let of = |family: u8| held.iter().filter(|row| row.family == family).count() as u32;
    assert_eq!(of(4), plan.net.static_ipv4(), "IPv4 addresses");
    assert_eq!(of(6), plan.net.static_ipv6(), "IPv6 addresses");
    let first = held
        .iter()
        .find(|row| row.family == 4)
        .map_or("", |row| row.text.as_str());
    assert_eq!(service.dedicated_ip, first, "dedicatedip in WHMCS");
    let others = held.iter().filter(|row| row.text != first).count();
    assert_eq!(
        service.assigned_ips.lines().count(),
        others,
        "assignedips in WHMCS"
    );
}
