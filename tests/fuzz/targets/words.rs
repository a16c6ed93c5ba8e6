//! Single values, as text.

use puq_proxmox_kvm::dns::{ZoneName, host_name, reverse_name};
use puq_proxmox_kvm::ipam::{AddressKey, Family, LegacyList, expanded};
use puq_proxmox_kvm::model::{OwnerMark, Schedule, Secret};
use puq_proxmox_kvm::net::Fingerprint;
use puq_proxmox_kvm::plan::{NameRule, sshkey};
use puq_proxmox_kvm::pve::{
    Agent, BootOrder, ClusterSpec, DiskConfig, DiskSlot, Exit, IpConfig, NetConfig, PropertyString,
    Size, Upid, encode,
};
use std::net::IpAddr;

/// Text that is no UTF-8 reaches no parser: PHP and JSON refuse it before.
fn text(data: &[u8]) -> &str {
    std::str::from_utf8(data).unwrap_or_default()
}

/// What is read and written again reads the same.
pub fn properties(data: &[u8]) {
    let list = PropertyString::parse(text(data));
    assert_eq!(PropertyString::parse(&list.to_string()), list);
    let _ = encode(text(data));
}

pub fn disks(data: &[u8]) {
    let text = text(data);
    if let Ok(slot) = text.parse::<DiskSlot>() {
        assert_eq!(slot.to_string().parse(), Ok(slot));
    }
    let mut disk = DiskConfig::parse(text);
    let _ = (
        disk.storage(),
        disk.volume(),
        disk.is_cdrom(),
        disk.is_cloudinit(),
    );
    let limits = disk.limits();
    disk.set_limits(&limits);
    let again = DiskConfig::parse(&disk.to_string());
    assert_eq!(again.limits(), limits, "{text} became {disk}");
}

pub fn cards(data: &[u8]) {
    let card = NetConfig::parse(text(data));
    let _ = (card.mac(), card.bridge(), card.tag());
    let _ = IpConfig::parse(text(data));
    let _ = BootOrder::parse(text(data)).devices().len();
    let _ = Agent::parse(text(data)).enabled();
}

pub fn upids(data: &[u8]) {
    if let Ok(upid) = text(data).parse::<Upid>() {
        assert_eq!(upid.as_str(), text(data));
    }
}

pub fn sizes(data: &[u8]) {
    if let Ok(size) = text(data).parse::<Size>() {
        assert_eq!(size.to_string().parse(), Ok(size));
    }
}

/// What is shown of a task's end is short.
pub fn exits(data: &[u8]) {
    let shown = Exit::parse(text(data)).to_string();
    assert!(shown.chars().count() <= 501, "{} characters", shown.len());
}

pub fn tags(data: &[u8]) {
    let _ = (
        OwnerMark::is_any_on(text(data)),
        OwnerMark::is_tag(text(data)),
    );
}

pub fn fingerprints(data: &[u8]) {
    if let Ok(print) = text(data).parse::<Fingerprint>() {
        assert_eq!(print.to_string().parse(), Ok(print));
    }
}

pub fn addresses(data: &[u8]) {
    if let Ok(address) = text(data).parse::<IpAddr>() {
        let key = AddressKey::of(address);
        assert_eq!(key.address(Family::of(address)), Some(address));
        assert_eq!(expanded(address).parse(), Ok(address));
        assert!(host_name(&reverse_name(address)).is_ok());
    }
    let _ = AddressKey::parse(text(data));
}

/// A name that was taken is taken again, and is the same then.
pub fn hosts(data: &[u8]) {
    if let Ok(zone) = ZoneName::parse(text(data)) {
        assert_eq!(ZoneName::parse(zone.as_str()), Ok(zone));
    }
    if let Ok(name) = host_name(text(data)) {
        assert!(name.len() <= 253);
        assert_eq!(host_name(&name), Ok(name));
    }
}

pub fn names(data: &[u8]) {
    let _ = NameRule::parse(text(data)).map(|rule| rule.longest());
}

/// A key that was taken is taken again, and all that are taken fit into a VM's configuration.
pub fn keys(data: &[u8]) {
    if let Ok(key) = sshkey::public_key(text(data)) {
        assert_eq!(sshkey::public_key(&key), Ok(key));
    }
    let (keys, errors) = sshkey::keys(&[("SSH Key".to_owned(), text(data).to_owned())]);
    assert!(sshkey::fit(&keys) || !errors.is_empty());
}

pub fn schedules(data: &[u8]) {
    let schedule = Schedule::parse(text(data));
    assert_eq!(Schedule::parse(&schedule.to_json()), schedule);
}

/// A server of WHMCS: its access hash, its host name, its user. The secret is in no refusal.
pub fn servers(data: &[u8]) {
    let read = |host: &str, user: &str, hash: &str| {
        let secret = Secret::new("hush-hush");
        if let Err(error) = ClusterSpec::from_server(host, "", 0, user, secret, hash) {
            let said = puq_proxmox_kvm::model::chain(&error);
            assert!(!said.contains("hush-hush"), "{said}");
        }
    };
    read("pve", "a@pve!b", text(data));
    read(text(data), "a@pve!b", "");
    read("pve", text(data), "");
}

pub fn old_lists(data: &[u8]) {
    let _ = LegacyList::parse(text(data));
}
