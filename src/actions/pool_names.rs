//! Where the reverse names of a pool's addresses go: what writing them would do, told while the pool is typed.

use super::EntryError;
use super::page_operations::PoolNames;
use crate::dns::name::answers;
use crate::dns::{Account, ZoneName};
use crate::ipam::{Family, zone_for};
use crate::model::{lenient, say};
use crate::site::Site;
use crate::store::zone;
use serde_json::Value;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

/// A zone and the place of its server.
pub(super) type Placed = (ZoneName, String);

/// So many networks of 256 addresses of a pool are looked at.
const NETWORKS: u32 = 256;

/// The zones that can be written to.
pub(super) async fn zones(site: &Site) -> Result<Vec<Placed>, EntryError> {
    let rows = zone::list(&site.host).await?;
    let placed = rows.iter().filter_map(|row| {
        let account = Account::read(&row.kind, &row.fields()).ok()?;
        Some((ZoneName::parse(&row.zone).ok()?, account.location()))
    });
    Ok(placed.collect())
}

/// What is said of a pool that is being typed: nothing until its range and its prefix make sense.
pub(super) async fn of_form(site: &Site, form: &Value) -> Result<PoolNames, EntryError> {
    let text = |field: &str| lenient::text_of(form, field).trim().to_owned();
    let address = |field: &str| text(field).parse::<IpAddr>().ok();
    let (Some(first), Some(family)) = (address("address_start"), Family::parse(&text("type")))
    else {
        return Ok(PoolNames::default());
    };
    let last = address("address_stop").unwrap_or(first);
    let prefix = lenient::whole_text(text("mask").trim_start_matches('/'));
    let prefix = prefix.and_then(|prefix| u8::try_from(prefix).ok());
    let prefix = prefix.filter(|prefix| (1..=family.bits()).contains(prefix));
    let fits = [first, last].iter().all(|one| Family::of(*one) == family) && first <= last;
    match prefix.filter(|_| fits) {
        Some(prefix) => Ok(of(&zones(site).await?, first, last, prefix)),
        None => Ok(PoolNames::default()),
    }
}

/// Where the reverse names of the addresses from the first to the last go, in a network with such a prefix.
pub(super) fn of(zones: &[Placed], first: IpAddr, last: IpAddr, prefix: u8) -> PoolNames {
    let all: Vec<(&ZoneName, String)> = zones
        .iter()
        .map(|(zone, location)| (zone, location.clone()))
        .collect();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for address in samples(first, last) {
        let holders = zones
            .iter()
            .filter(|(zone, location)| answers((zone, location), &all, address).is_some());
        let holders: Vec<&str> = holders.map(|(zone, _)| zone.as_str()).collect();
        if holders.is_empty() {
            return PoolNames {
                good: false,
                text: Some(say::names_lack(address, zone_for(address, prefix))),
            };
        }
        used.extend(holders);
    }
    let used: Vec<&str> = used.into_iter().collect();
    PoolNames {
        good: true,
        text: Some(say::names_go(used.join(", "))),
    }
}

/// Addresses of a range of which each reverse zone that IPv4 is usually cut into has one: both ends and the first address of
/// each /24 between them.
fn samples(first: IpAddr, last: IpAddr) -> Vec<IpAddr> {
    let mut samples = vec![first];
    if let (IpAddr::V4(first), IpAddr::V4(last)) = (first, last) {
        let (low, high) = (u32::from(first) >> 8, u32::from(last) >> 8);
        let between = (low + 1..=high).take(NETWORKS as usize);
        samples.extend(between.map(|network| IpAddr::V4(Ipv4Addr::from(network << 8))));
    }
    if last != first {
        samples.push(last);
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(zones: &[&str], first: &str, last: &str, prefix: u8) -> (bool, String) {
        let zone = |name: &&str| (ZoneName::parse(name).unwrap(), String::new());
        let zones: Vec<Placed> = zones.iter().map(zone).collect();
        let names = of(
            &zones,
            first.parse().unwrap(),
            last.parse().unwrap(),
            prefix,
        );
        (names.good, names.text.unwrap().to_string())
    }

    #[test]
    fn the_zone_that_is_written_to_is_named_or_the_one_that_is_missing() {
        let v4 = "113.0.203.in-addr.arpa";
        let (good, text) = said(&["example.com", v4], "203.0.113.5", "203.0.113.9", 24);
        assert!(good && text.contains(v4), "{text}");
        // The inner zone of one server answers alone.
        let (_, text) = said(
            &["0.203.in-addr.arpa", v4],
            "203.0.113.5",
            "203.0.113.9",
            24,
        );
        assert!(!text.contains(" 0.203.in-addr.arpa"), "{text}");
        for (zones, first, last, prefix, address, zone) in [
            (&[][..], "203.0.113.5", "203.0.113.9", 24, "203.0.113.5", v4),
            (
                &[v4],
                "203.0.113.5",
                "203.0.114.9",
                22,
                "203.0.114.0",
                "114.0.203.in-addr.arpa",
            ),
            (
                &[],
                "203.0.113.70",
                "203.0.113.80",
                26,
                "203.0.113.70",
                "64/26.113.0.203.in-addr.arpa",
            ),
            (
                &["0/26.113.0.203.in-addr.arpa"],
                "203.0.113.60",
                "203.0.113.70",
                25,
                "203.0.113.70",
                "0/25.113.0.203.in-addr.arpa",
            ),
            (
                &[],
                "2001:db8::1",
                "2001:db8::ff",
                62,
                "2001:db8::1",
                "0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
            ),
            (
                &[],
                "10.1.2.3",
                "10.1.2.4",
                12,
                "10.1.2.3",
                "1.10.in-addr.arpa",
            ),
        ] {
            let (good, text) = said(zones, first, last, prefix);
            assert!(!good, "{text}");
            let words: Vec<&str> = text
                .split_whitespace()
                .map(|word| word.trim_end_matches(['.', ':']))
                .collect();
            assert!(words.contains(&address) && words.contains(&zone), "{text}");
        }
    }
}
