//! What pve-firewall lets out of a VM: the outgoing chain of one card, from its options, its address set and its policy.
//!
//! The order is that of `PVE::Firewall` (`ruleset_create_vm_chain`, `generate_tap_rules_direction`, `compile_ipsets`): DHCP,
//! MAC, router advertisements, addresses, neighbour discovery, policy. A VM's own rules are not looked at: they come after
//! the address filter and cannot open it.

use crate::drive::Nic;
use crate::firewall::{Firewall, IpSet};
use crate::vm::Vm;
use crate::world::World;
use std::net::{IpAddr, Ipv6Addr};

/// Something a guest sends through its card, with the card's own MAC address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packet {
    /// Anything ordinary from this address.
    From(IpAddr),
    /// A request for an address by DHCP or DHCPv6.
    Dhcp,
    /// Neighbour discovery from this address.
    Neighbour(Ipv6Addr),
    /// A router's advertisement from this address.
    Router(Ipv6Addr),
    /// An answer that this IPv4 address is here.
    Arp(IpAddr),
}

/// What becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It leaves the VM.
    Passes,
    /// It does not, and why.
    Dropped(String),
}

impl World {
    /// What becomes of a packet of a VM's card `net0`, `net1` ….
    ///
    /// # Errors
    /// There is no such VM or card.
    pub fn sends(&self, vmid: u32, card: &str, packet: Packet) -> Result<Verdict, String> {
        let vm = self.vms.get(&vmid).ok_or(format!("no VM {vmid}"))?;
        let line = vm
            .conf
            .get(card)
            .ok_or(format!("VM {vmid} has no {card}"))?;
        let nic = Nic::parse(line).ok_or(format!("{card} of VM {vmid} is no card: {line}"))?;
        let on = |options: &std::collections::BTreeMap<String, String>, key: &str| {
            options.get(key).is_some_and(|value| value == "1")
        };
        let filtered = on(&self.firewall.options, "enable")
            && on(&nic.options, "firewall")
            && on(&vm.firewall.options, "enable");
        Ok(match filtered {
            true => chain(vm, card, &nic, packet),
            false => Verdict::Passes,
        })
    }

    /// Whether a VM may send from an address through its first card.
    pub fn may_send(&self, vmid: u32, from: IpAddr) -> bool {
        self.sends(vmid, "net0", Packet::From(from)) == Ok(Verdict::Passes)
    }
}

fn chain(vm: &Vm, card: &str, nic: &Nic, packet: Packet) -> Verdict {
    let firewall = &vm.firewall;
    let option = |key: &str, default: bool| match firewall.options.get(key) {
        Some(value) => value == "1",
        None => default,
    };
    let drop = |why: &str| Verdict::Dropped(why.to_owned());
    let (source, version) = match packet {
        Packet::Dhcp if option("dhcp", true) => return Verdict::Passes,
        // Unspecified addresses are in no set.
        Packet::Dhcp => return drop("a request for an address, and DHCP is off"),
        Packet::Arp(address) => return arp(firewall, card, address),
        Packet::From(address) => (address, address),
        Packet::Neighbour(address) | Packet::Router(address) => {
            (IpAddr::V6(address), IpAddr::V6(address))
        }
    };
    if matches!(packet, Packet::Router(_)) && !option("radv", false) {
        return drop("a router's advertisement");
    }
    let name = format!("ipfilter-{card}");
    let set = firewall.ipsets.get(&name);
    // A set that exists filters, however empty it is; the option makes one where there is none.
    if (set.is_some() || option("ipfilter", false)) && !matches(set, nic, source) {
        let family = if version.is_ipv4() { "IPv4" } else { "IPv6" };
        return drop(&format!("{source} is not in the {family} set of {name}"));
    }
    if matches!(packet, Packet::Neighbour(_)) && option("ndp", true) {
        return Verdict::Passes;
    }
    match firewall.options.get("policy_out").map(String::as_str) {
        None | Some("ACCEPT") => Verdict::Passes,
        Some(policy) => drop(&format!("policy {policy}")),
    }
}

/// ARP is filtered by the IPv4 entries of the set, and not at all where it has none.
fn arp(firewall: &Firewall, card: &str, address: IpAddr) -> Verdict {
    let set = firewall.ipsets.get(&format!("ipfilter-{card}"));
    let v4: Vec<Network> = set
        .into_iter()
        .flat_map(|set| &set.entries)
        .filter_map(|entry| Network::parse(&entry.0))
        .filter(|network| network.v4)
        .collect();
    match v4.is_empty() || v4.iter().any(|network| network.holds(address)) {
        true => Verdict::Passes,
        false => Verdict::Dropped(format!("{address} may not be announced")),
    }
}

/// The longest prefix decides, as in the kernel's `hash:net`. Each set has the card's own link-local address in it.
fn matches(set: Option<&IpSet>, nic: &Nic, source: IpAddr) -> bool {
    let own = link_local(&nic.mac).map(|own| (own.to_string(), false));
    let others = Some(("fe80::/10".to_owned(), true));
    let listed = set.into_iter().flat_map(|set| &set.entries);
    let listed = listed.map(|(cidr, nomatch, _)| (cidr.clone(), *nomatch));
    let best = listed
        .chain(own)
        .chain(others)
        .filter_map(|(cidr, nomatch)| Some((Network::parse(&cidr)?, nomatch)))
        .filter(|(network, _)| network.holds(source))
        .max_by_key(|(network, _)| network.prefix);
    best.is_some_and(|(_, nomatch)| !nomatch)
}

/// `mac_to_linklocal`: the modified EUI-64 of the MAC address.
fn link_local(mac: &str) -> Option<Ipv6Addr> {
    let bytes: Vec<u8> = mac
        .split(':')
        .filter_map(|pair| u8::from_str_radix(pair, 16).ok())
        .collect();
    let &[a, b, c, d, e, f] = bytes.as_slice() else {
        return None;
    };
    let pair = |high: u8, low: u8| u16::from_be_bytes([high, low]);
    let words = [pair(a ^ 2, b), pair(c, 0xff), pair(0xfe, d), pair(e, f)];
    Some(Ipv6Addr::new(
        0xfe80, 0, 0, 0, words[0], words[1], words[2], words[3],
    ))
}

/// An entry of a set.
struct Network {
    v4: bool,
    bits: u128,
    prefix: u32,
}

impl Network {
    fn parse(cidr: &str) -> Option<Self> {
        let (address, prefix) = match cidr.split_once('/') {
            Some((address, prefix)) => (address, prefix.parse().ok()?),
            None => (cidr, 128),
        };
        let address: IpAddr = address.parse().ok()?;
        let (bits, width) = number(address);
        Some(Self {
            v4: address.is_ipv4(),
            bits,
            prefix: u32::min(prefix, width),
        })
    }

    fn holds(&self, address: IpAddr) -> bool {
        let (bits, width) = number(address);
        let free = width.saturating_sub(self.prefix);
        let cut = |bits: u128| bits.checked_shr(free).unwrap_or(0);
        self.v4 == address.is_ipv4() && cut(bits) == cut(self.bits)
    }
}

fn number(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock, Scenario};
    use serde_json::json;

    const OWN: &str = "fe80::be24:11ff:fe00:1";

    /// A cluster with one filtered VM, number 100, of these options and this set.
    fn world(options: &[(&str, &str)], set: Option<&[&str]>) -> World {
        let mut world = World::new(Scenario::named("demo").unwrap(), Clock::explicit()).unwrap();
        world.firewall.options.insert("enable".into(), "1".into());
        let config = json!({"net0": "virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1"});
        let vm = json!({"vmid": 100, "node": "pve1", "config": config});
        world.vms.remove(&100);
        world.meddle(&vm).unwrap();
        let vm = world.vms.get_mut(&100).unwrap();
        for (key, value) in [("enable", "1")].iter().chain(options) {
            vm.firewall
                .options
                .insert((*key).to_owned(), (*value).to_owned());
        }
        if let Some(entries) = set {
            let entry = |cidr: &&str| ((*cidr).to_owned(), false, String::new());
            let set = IpSet {
                entries: entries.iter().map(entry).collect(),
                ..IpSet::default()
            };
            vm.firewall.ipsets.insert("ipfilter-net0".into(), set);
        }
        world
    }

    fn sends(world: &World, from: &[&str]) -> Vec<bool> {
        let one = |from: &&str| world.may_send(100, from.parse().unwrap());
        from.iter().map(one).collect()
    }

    #[test]
    fn a_set_is_closed_for_everything_that_is_not_in_it_even_if_it_is_empty() {
        let asked = ["192.0.2.1", "192.0.2.2", "2001:db8::1", OWN, "fe80::1"];
        let all = [true; 5];
        assert_eq!(sends(&world(&[], None), &asked), all);
        let empty = world(&[], Some(&[]));
        assert_eq!(sends(&empty, &asked), [false, false, false, true, false]);
        let implied = world(&[("ipfilter", "1")], None);
        assert_eq!(sends(&implied, &asked), [false, false, false, true, false]);
        let v6 = world(&[], Some(&["2001:db8::1"]));
        assert_eq!(sends(&v6, &asked), [false, false, true, true, false]);
        let halves = ["0.0.0.0/1", "128.0.0.0/1", "2001:db8::1"];
        let both = world(&[], Some(&halves));
        assert_eq!(sends(&both, &asked), [true, true, true, true, false]);
        let whole = world(&[], Some(&["192.0.2.1/32", "::/1", "8000::/1"]));
        // Another card's link-local address stays forbidden: the longer prefix decides.
        assert_eq!(sends(&whole, &asked), [true, false, true, true, false]);
    }

    #[test]
    fn what_is_not_filtered_passes() {
        let mut off = world(&[], Some(&[]));
        off.firewall.options.remove("enable");
        assert!(off.may_send(100, "192.0.2.1".parse().unwrap()));
        let off = world(&[("enable", "0")], Some(&[]));
        assert!(off.may_send(100, "192.0.2.1".parse().unwrap()));
        let mut bare = world(&[], Some(&[]));
        let net0 = "virtio=BC:24:11:00:00:01,bridge=vmbr0";
        bare.vms
            .get_mut(&100)
            .unwrap()
            .conf
            .insert("net0".into(), net0.into());
        assert!(bare.may_send(100, "192.0.2.1".parse().unwrap()));
    }

    #[test]
    fn the_order_of_the_chain_is_pve_firewalls() {
        let passes =
            |world: &World, packet| world.sends(100, "net0", packet) == Ok(Verdict::Passes);
        let (own, stranger) = (OWN.parse().unwrap(), "fe80::1".parse().unwrap());
        let closed = world(&[("policy_out", "DROP")], Some(&["192.0.2.1"]));
        // DHCP comes before the filter, neighbour discovery after it and before the policy.
        assert!(passes(&closed, Packet::Dhcp));
        assert!(passes(&closed, Packet::Neighbour(own)));
        assert!(!passes(&closed, Packet::Neighbour(stranger)));
        assert!(!passes(&closed, Packet::Router(own)));
        assert!(!closed.may_send(100, "192.0.2.1".parse().unwrap()));
        let open = world(&[("dhcp", "0"), ("ndp", "0"), ("radv", "1")], Some(&[]));
        assert!(!passes(&open, Packet::Dhcp));
        assert!(passes(&open, Packet::Neighbour(own)));
        assert!(passes(&open, Packet::Router(own)));
        let arp = |world: &World, text: &str| passes(world, Packet::Arp(text.parse().unwrap()));
        assert!(arp(&closed, "192.0.2.1") && !arp(&closed, "192.0.2.2"));
        assert!(arp(&open, "192.0.2.2"));
    }
}
