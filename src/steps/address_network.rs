//! Where an address comes from, and the row it gets: its network, its place on the bridge, its name servers.

use crate::ipam::{self, AddressKey, Family, LegacyEntry, PlacedAddress, Pool};
use crate::model::ServerId;
use crate::store::address::AddressRow;
use std::net::IpAddr;

/// A source of addresses.
pub(super) struct AddressNetwork {
    /// The word it is stored under: `pool:7`, `server:3` or `import`.
    pub(super) source: String,
    pub(super) bridge: String,
    pub(super) vlan: u16,
    pub(super) dns: Vec<IpAddr>,
}

impl AddressNetwork {
    pub(super) fn of_pool(pool: &Pool) -> Self {
        Self {
            source: format!("pool:{}", pool.id),
            bridge: pool.bridge.clone(),
            vlan: pool.vlan,
            dns: pool.dns(),
        }
    }

    /// A line of the server entry's own list.
    pub(super) fn of_entry(entry: &LegacyEntry, server: ServerId) -> Self {
        Self {
            source: format!("server:{server}"),
            bridge: entry.bridge.clone(),
            vlan: entry.vlan,
            dns: entry.dns.clone(),
        }
    }

    /// The row of one address, the first of its service, on a cluster. It was never given out before.
    pub(super) fn row(&self, cluster: &str, placed: PlacedAddress) -> AddressRow {
        let dns: Vec<String> = self.dns.iter().map(ToString::to_string).collect();
        AddressRow {
            scope: ipam::scope(cluster, &self.bridge, self.vlan),
            family: Family::of(placed.address).number(),
            key: AddressKey::of(placed.address).to_string(),
            position: 0,
            text: placed.address.to_string(),
            prefix: placed.prefix,
            gateway: placed
                .gateway
                .map_or_else(String::new, |gateway| gateway.to_string()),
            dns: dns.join(" "),
            bridge: self.bridge.clone(),
            vlan: u64::from(self.vlan),
            source: self.source.clone(),
            came_back: false,
            gone_since: None,
        }
    }
}
