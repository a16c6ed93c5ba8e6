//! Where addresses come from: the server's pools, then its legacy list, the lowest free first.

use super::address_network::AddressNetwork;
use super::chosen_addresses::ChosenAddress;
use crate::ipam::{self, AddressKey, AddressRange, Family, Gaps, LegacyList, Pool};
use crate::model::{Cause, Failure};
use crate::store::address::{self, AddressRow};
use crate::store::{pool, pool_use};
use crate::vm::Vm;
use serde_json::json;
use std::net::IpAddr;

/// How many keys are read at first, since what is looked for is mostly among them…
const FIRST_KEYS: u64 = 8;
/// … and how many at a time after that.
const KEYS_AT_ONCE: u64 = 2048;

/// Where addresses of a family may come from.
pub(super) struct AddressSupply {
    family: Family,
    pools: Vec<Pool>,
    legacy: LegacyList,
}

impl AddressSupply {
    pub(super) async fn of(vm: &Vm, family: Family) -> Result<Self, Failure> {
        let server = vm.cluster.server;
        let rows = pool::list(&vm.site.host, Some(server.0)).await?;
        let pools = rows
            .iter()
            .filter_map(|row| Pool::parse(&json!(row)).ok())
            .collect();
        Ok(Self {
            family,
            pools,
            legacy: LegacyList::parse(&vm.service.server.assigned_ips),
        })
    }

    pub(super) async fn lowest(
        &mut self,
        vm: &Vm,
        anchor: Option<(String, u64)>,
        chosen: &[AddressRow],
    ) -> Result<AddressRow, Failure> {
        let network = self.network(vm, anchor);
        let fits = |bridge: &str, vlan: u16| {
            network
                .as_ref()
                .is_none_or(|(b, v)| b == bridge && *v == vlan)
        };
        let mut waiting = 0;
        for pool in self
            .pools
            .iter()
            .filter(|pool| pool.family == self.family && fits(&pool.bridge, pool.vlan))
        {
            let scope = ipam::scope(&vm.cluster.key, &pool.bridge, pool.vlan);
            let candidate = lowest_of_pool(vm, pool, &scope, chosen).await?;
            if let Some((address, came_back)) = candidate {
                let row = AddressNetwork::of_pool(pool).row(&vm.cluster.key, pool.placed(address));
                return Ok(AddressRow { came_back, ..row });
            }
            let range = pool.range();
            let (first, last) = (range.first.to_string(), range.last.to_string());
            waiting += pool_use::usage(&vm.site.host, &scope, self.family.number(), &first, &last)
                .await?
                .1;
        }
        let on = network
            .as_ref()
            .map(|(bridge, vlan)| (bridge.as_str(), *vlan));
        for entry in self.legacy.candidates(self.family, on) {
            let scope = ipam::scope(&vm.cluster.key, &entry.bridge, entry.vlan);
            let key = AddressKey::of(entry.address).to_string();
            let state = address::state(&vm.site.host, &scope, self.family.number(), &key).await?;
            let came_back = state.as_ref().is_some_and(|(state, _)| state == "free");
            let free = state.is_none() || came_back;
            let ours = chosen
                .iter()
                .any(|row| row.scope == scope && row.key == key);
            let gateway = entry.gateway == Some(entry.address);
            if free && !ours && !gateway {
                let row = AddressNetwork::of_entry(entry, vm.cluster.server)
                    .row(&vm.cluster.key, entry.placed());
                return Ok(AddressRow { came_back, ..row });
            }
        }
        Err(self.empty(vm, network, waiting))
    }

    /// An address that staff typed, if it is free in a pool or in the list of the server.
    ///
    /// # Errors
    /// Why it cannot be had, naming the field it stands in.
    pub(super) async fn typed(
        &self,
        vm: &Vm,
        typed: &ChosenAddress,
        anchor: Option<(String, u64)>,
    ) -> Result<AddressRow, Failure> {
        let (address, server) = (typed.address, vm.cluster.server);
        let no = |why: String| {
            Failure::person(format!(
                "{address} stands in {} of the service, but {why}. Type a free address of the server, or empty the field.",
                typed.field
            ))
        };
        let key = &vm.cluster.key;
        let pools = self.pools.iter().filter(|pool| pool.family == self.family);
        let in_pools: Vec<&Pool> = pools.filter(|pool| pool.range().holds(address)).collect();
        let of_pools = in_pools
            .iter()
            .filter(|pool| pool.usable(address))
            .map(|pool| AddressNetwork::of_pool(pool).row(key, pool.placed(address)));
        let listed = self.legacy.entries.iter();
        let of_list = listed
            .filter(|entry| entry.address == address)
            .map(|entry| AddressNetwork::of_entry(entry, server).row(key, entry.placed()));
        let candidates: Vec<AddressRow> = of_pools.chain(of_list).collect();
        if candidates.is_empty() {
            return Err(no(match in_pools.is_empty() {
                true => format!("no pool and no list of server {server} has it"),
                false => {
                    "its pool keeps it back: it is the gateway, reserved, or the network's own"
                        .to_owned()
                }
            }));
        }
        let network = self.network(vm, anchor);
        let fits = |row: &&AddressRow| {
            let at = network.as_ref();
            at.is_none_or(|(bridge, vlan)| row.bridge == *bridge && row.vlan == u64::from(*vlan))
        };
        let Some(row) = candidates.iter().find(fits) else {
            let (bridge, vlan) = network.unwrap_or_default();
            return Err(no(format!(
                "it is not on bridge {bridge}, VLAN {vlan}, where this VM's card is"
            )));
        };
        let state = address::state(&vm.site.host, &row.scope, row.family, &row.key).await?;
        let came_back = match state {
            None => false,
            Some((state, _)) if state == "free" => true,
            Some((state, _)) if state == "quarantine" => {
                return Err(no("it is in quarantine after its release".to_owned()));
            }
            Some((_, other)) => return Err(no(format!("service {other} has it"))),
        };
        Ok(AddressRow {
            came_back,
            ..row.clone()
        })
    }

    /// The bridge and VLAN that an address has to be on: the VM's first address's; without automatic bridge and VLAN the
    /// product's own.
    fn network(&self, vm: &Vm, anchor: Option<(String, u64)>) -> Option<(String, u16)> {
        anchor
            .map(|(bridge, vlan)| (bridge, u16::try_from(vlan).unwrap_or(0)))
            .or_else(|| {
                (!vm.plan.net.auto_bridge).then(|| (vm.plan.net.bridge.clone(), vm.plan.net.vlan))
            })
    }

    fn empty(&self, vm: &Vm, network: Option<(String, u16)>, waiting: u64) -> Failure {
        let family = self.family;
        let server = vm.cluster.server;
        let network = network.map_or_else(String::new, |(bridge, vlan)| {
            format!(" on bridge {bridge}, VLAN {vlan}")
        });
        let text = if waiting > 0 {
            format!(
                "No {family} address of server {server} is free{network}: {waiting} are in quarantine after their release. Wait, or add a pool."
            )
        } else {
            format!(
                "No {family} address of server {server} is free{network}. Add an IP pool or addresses to the server entry."
            )
        };
        Failure::person(text).caused_by(Cause::Pool(server.0))
    }
}

/// The lowest address of a pool that nobody has, and whether it is one that came back.
async fn lowest_of_pool(
    vm: &Vm,
    pool: &Pool,
    scope: &str,
    chosen: &[AddressRow],
) -> Result<Option<(IpAddr, bool)>, Failure> {
    let edge = vm.cluster.watermarks.of(&vm.site.host, pool, scope).await?;
    let look = Look {
        vm,
        pool,
        scope,
        chosen,
    };
    let returned = look.lowest_returned().await?;
    let fresh = match returned {
        Some(returned) if returned < edge => None,
        _ => look.lowest_fresh(edge).await?,
    };
    let lowest = match (returned, fresh) {
        (Some(returned), Some(fresh)) => Some((returned.min(fresh), returned < fresh)),
        (returned, fresh) => returned
            .map(|key| (key, true))
            .or(fresh.map(|key| (key, false))),
    };
    Ok(lowest.and_then(|(key, came_back)| Some((key.address(pool.family)?, came_back))))
}

/// One search in one pool.
struct Look<'a> {
    vm: &'a Vm,
    pool: &'a Pool,
    scope: &'a str,
    chosen: &'a [AddressRow],
}

impl Look<'_> {
    fn may_have(&self, key: AddressKey) -> bool {
        let usable = key
            .address(self.pool.family)
            .is_some_and(|a| self.pool.usable(a));
        usable && !self.is_chosen(key)
    }

    fn is_chosen(&self, key: AddressKey) -> bool {
        let key = key.to_string();
        let of_scope = self.chosen.iter().filter(|row| row.scope == self.scope);
        of_scope.map(|row| &row.key).any(|chosen| *chosen == key)
    }

    /// The lowest that came back. Those that may no longer be given out (reserved since) are passed over.
    async fn lowest_returned(&self) -> Result<Option<AddressKey>, Failure> {
        let mut from = Some(self.pool.range().first);
        let mut most = FIRST_KEYS;
        while let Some(first) = from {
            let read = self.read(first, most, true).await?;
            if let Some(found) = read.iter().copied().find(|key| self.may_have(*key)) {
                return Ok(Some(found));
            }
            from = after(&read, most);
            most = KEYS_AT_ONCE;
        }
        Ok(None)
    }

    /// The lowest from `edge` on that never was given out; the edge moves up to it.
    async fn lowest_fresh(&self, edge: AddressKey) -> Result<Option<AddressKey>, Failure> {
        let last = self.pool.range().last;
        let mut from = Some(edge);
        let mut most = FIRST_KEYS;
        let mut moved = false;
        while let Some(first) = from.filter(|first| *first <= last) {
            let read = self.read(first, most, false).await?;
            let next = after(&read, most);
            // Past what was read nothing is proved while there is more to read.
            let end = match next {
                Some(next) => AddressKey(next.0 - 1),
                None => last,
            };
            let stretch = AddressRange {
                family: self.pool.family,
                first,
                last: end,
            };
            for gap in Gaps::new(&stretch, read.into_iter()) {
                let usable = gap
                    .address(self.pool.family)
                    .is_some_and(|a| self.pool.usable(a));
                if usable && !moved {
                    moved = true;
                    self.vm.cluster.watermarks.advance(self.pool, gap);
                }
                if self.may_have(gap) {
                    return Ok(Some(gap));
                }
            }
            from = next;
            most = KEYS_AT_ONCE;
        }
        if !moved {
            // Nothing is left above; the last address itself is looked at again each time.
            self.vm.cluster.watermarks.advance(self.pool, last);
        }
        Ok(None)
    }

    async fn read(
        &self,
        first: AddressKey,
        most: u64,
        returned: bool,
    ) -> Result<Vec<AddressKey>, Failure> {
        let (first, last) = (first.to_string(), self.pool.range().last.to_string());
        let stretch = address::Stretch {
            scope: self.scope,
            family: self.pool.family.number(),
            first: &first,
            last: &last,
        };
        let host = &self.vm.site.host;
        let keys = match returned {
            true => address::came_back(host, stretch, most).await?,
            false => address::known(host, stretch, most).await?,
        };
        Ok(keys
            .iter()
            .filter_map(|key| AddressKey::parse(key))
            .collect())
    }
}

/// Where reading goes on; `None`: there was less than could be read.
fn after(read: &[AddressKey], most: u64) -> Option<AddressKey> {
    let last = read.last().filter(|_| read.len() as u64 == most)?;
    last.0.checked_add(1).map(AddressKey)
}
