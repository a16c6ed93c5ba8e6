//! Named formats (`pve-node`, `mac-addr` …) with the texts of the code that registers them.

use regex::Regex;
use std::cell::RefCell;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// True when the whole value matches.
pub fn matches_whole(pattern: &str, value: &str) -> bool {
    thread_local!(static CACHE: RefCell<HashMap<String, Option<Regex>>> = RefCell::default());
    CACHE.with_borrow_mut(|cache| {
        let compiled = cache
            .entry(pattern.to_owned())
            .or_insert_with(|| Regex::new(&format!("^(?:{pattern})$")).ok());
        compiled.as_ref().is_none_or(|regex| regex.is_match(value))
    })
}

/// Proxmox's booleans.
pub fn parse_boolean(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "1" | "on" | "yes" | "true" => Some(true),
        "0" | "off" | "no" | "false" => Some(false),
        _ => None,
    }
}

/// Checks a value against a named format; a format without a rule here lets everything through.
///
/// # Errors
/// The text after `invalid format - `.
pub fn check(format: &str, value: &str) -> Result<(), String> {
    if let Some(single) = format.strip_suffix("-list") {
        return value
            .split([',', ';', ' ', '\0'])
            .filter(|item| !item.is_empty())
            .try_for_each(|item| check(single, item));
    }
    let looks = |good: bool, what: &str| {
        if good {
            Ok(())
        } else {
            Err(format!("value does not look like a valid {what}"))
        }
    };
    match format {
        "pve-node" => looks(
            matches_whole("[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?", value),
            "node name",
        ),
        "pve-vmid" => looks(matches_whole("[1-9][0-9]{2,8}", value), "VM ID"),
        "pve-configid" => {
            if matches_whole("(?i)[a-z][a-z0-9_-]+", value) {
                Ok(())
            } else {
                Err(format!("invalid configuration ID '{value}'"))
            }
        }
        "pve-storage-id" => {
            if matches_whole("(?i)[a-z][a-z0-9_.-]*[a-z0-9]", value) {
                Ok(())
            } else {
                Err(format!("storage ID '{value}' contains illegal characters"))
            }
        }
        "pve-bridge-id" => {
            if matches_whole("(?i)[-_.\\w\\d]+", value) {
                Ok(())
            } else {
                Err(format!("invalid bridge ID '{value}'"))
            }
        }
        "dns-name" => looks(dns_name(value), "DNS name"),
        "ip" => looks(value.parse::<IpAddr>().is_ok(), "IP address"),
        "ipv4" => looks(value.parse::<Ipv4Addr>().is_ok(), "IPv4 address"),
        "ipv6" => looks(value.parse::<Ipv6Addr>().is_ok(), "IPv6 address"),
        "address" => looks(
            value.parse::<IpAddr>().is_ok() || dns_name(value),
            "address",
        ),
        "CIDR" => looks(value.contains('/') && cidr(value), "CIDR network"),
        "IPorCIDR" => looks(cidr(value), "IP address or CIDR network"),
        "IPorCIDRorAlias" => looks(
            cidr(value) || matches_whole("(?:dc/|guest/)?[A-Za-z][A-Za-z0-9\\-_]+", value),
            "IP address or CIDR network",
        ),
        "pve-ipv4-config" => {
            let good = value == "dhcp" || network::<Ipv4Addr>(value, 8, 32);
            looks(good, "ipv4 network configuration")
        }
        "pve-ipv6-config" => {
            let good = matches!(value, "dhcp" | "auto") || network::<Ipv6Addr>(value, 8, 128);
            looks(good, "ipv6 network configuration")
        }
        "mac-addr" => {
            let good = matches_whole("(?i)[a-f0-9][02468ace](?::[a-f0-9]{2}){5}", value);
            looks(good, "unicast MAC address")
        }
        "disk-size" => looks(
            matches_whole("(\\d+(\\.\\d+)?)([KMGT])?", value),
            "disk size",
        ),
        "pve-fw-dport-spec" | "pve-fw-sport-spec" => ports(value),
        "pve-fw-addr-spec" => addresses(value),
        "pve-fw-protocol-spec" => protocol(value),
        "pve-tag" => {
            if matches_whole("(?i)[a-z0-9_][a-z0-9_\\-\\+\\.]*", value) {
                Ok(())
            } else {
                Err("invalid characters in tag".into())
            }
        }
        "urlencoded" => {
            if matches_whole("(?i)[-%a-z0-9_.!~*'()]*", value) {
                Ok(())
            } else {
                Err(format!("invalid urlencoded string: {value}"))
            }
        }
        "pve-volume-id" => volume(value),
        "pve-volume-id-or-qm-path" => match value {
            "none" | "cdrom" => Ok(()),
            path if path.starts_with('/') => Ok(()),
            other => volume(other),
        },
        "storage-pair" => {
            let good = value == "1"
                || value
                    .split(':')
                    .all(|id| check("pve-storage-id", id).is_ok());
            looks(good, "storage pair")
        }
        "pve-qm-bootdev" => {
            let good = matches_whole("(ide|sata|scsi|virtio|net|hostpci|usb)\\d+|[acdn]+", value);
            if good {
                Ok(())
            } else {
                Err(format!("invalid boot device '{value}'"))
            }
        }
        "pve-startup-order" => {
            if matches_whole("(\\d+|(order|up|down)=\\d+)(,(order|up|down)=\\d+)*", value) {
                Ok(())
            } else {
                Err("unable to parse startup options".into())
            }
        }
        _ => Ok(()),
    }
}

fn dns_name(value: &str) -> bool {
    let label = "([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)";
    matches_whole(&format!("({label}\\.)*{label}"), value)
}

fn cidr(value: &str) -> bool {
    match value.split_once('/') {
        Some((address, _)) if address.contains(':') => network::<Ipv6Addr>(value, 1, 128),
        Some(_) => network::<Ipv4Addr>(value, 1, 32),
        None => value.parse::<IpAddr>().is_ok(),
    }
}

fn network<A: std::str::FromStr>(value: &str, least: u8, most: u8) -> bool {
    value.split_once('/').is_some_and(|(address, bits)| {
        let length = bits.parse::<u8>().ok();
        address.parse::<A>().is_ok() && length.is_some_and(|l| (least..=most).contains(&l))
    })
}

fn volume(value: &str) -> Result<(), String> {
    let good = value
        .split_once(':')
        .is_some_and(|(id, name)| check("pve-storage-id", id).is_ok() && !name.is_empty());
    if good {
        Ok(())
    } else {
        Err(format!("unable to parse volume ID '{value}'"))
    }
}

/// Ports, ranges and service names, comma separated (`PVE::Firewall::parse_port_name_number_or_range`).
fn ports(value: &str) -> Result<(), String> {
    for item in value.split(',').filter(|item| !item.is_empty()) {
        let separator = if item.contains(':') { ':' } else { '-' };
        let numeric = item.starts_with(|c: char| c.is_ascii_digit());
        if numeric {
            let mut bounds = Vec::new();
            for port in item.split(separator) {
                match port.parse::<u32>() {
                    Ok(number) if number <= 65535 => bounds.push(number),
                    _ => return Err(format!("invalid port '{port}'")),
                }
            }
            if bounds.len() == 2 && bounds[0] > bounds[1] {
                return Err(format!(
                    "port range '{item}' bounds are not in ascending order"
                ));
            }
        } else if !matches_whole("[a-z][a-z0-9-]*", item) {
            return Err(format!("invalid port '{item}'"));
        }
    }
    Ok(())
}

fn addresses(value: &str) -> Result<(), String> {
    if matches_whole("\\+?(dc/|guest/)?[A-Za-z][A-Za-z0-9\\-_]+", value) {
        return Ok(());
    }
    for item in value.split(',').map(str::trim) {
        let range = item.split_once('-').is_some_and(|(from, to)| {
            from.parse::<IpAddr>().is_ok() && to.parse::<IpAddr>().is_ok()
        });
        if !range && !cidr(item) {
            return Err(format!("invalid IP address '{item}'"));
        }
    }
    Ok(())
}

fn protocol(value: &str) -> Result<(), String> {
    const KNOWN: &[&str] = &[
        "tcp",
        "udp",
        "icmp",
        "igmp",
        "ggp",
        "ipencap",
        "st",
        "egp",
        "igp",
        "pup",
        "hmp",
        "idp",
        "rdp",
        "dccp",
        "ipv6",
        "ipv6-route",
        "ipv6-frag",
        "idrp",
        "rsvp",
        "gre",
        "esp",
        "ah",
        "skip",
        "ipv6-icmp",
        "icmpv6",
        "ospf",
        "vrrp",
        "l2tp",
        "sctp",
        "udplite",
        "all",
    ];
    if KNOWN.contains(&value.to_ascii_lowercase().as_str()) || value.parse::<u8>().is_ok() {
        Ok(())
    } else {
        Err(format!("unknown protocol '{value}'"))
    }
}
