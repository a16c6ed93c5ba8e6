//! Where addresses come from: the server's pools, then its legacy list, the lowest free first.

use super::Vm;
use crate::ipam::{self, AddressKey, Family, LegacyList, Pool};
use crate::model::{Cause, Failure};
use crate::store::address::{self, AddressRow};
use crate::store::pool;

/// So many taken keys are read at a time while the lowest gap is looked for.
const CHUNK: u64 = 2048;

/// Where addresses of a family may come from.
pub(super) struct Sources {
    family: Family,
    pools: Vec<Pool>,
    legacy: LegacyList,
}

impl Sources {
    pub(super) async fn of(vm: &Vm, family: Family) -> Result<Self, Failure> {
        let server = vm.fleet.server;
        let rows = pool::list(&vm.site.host, Some(server.0)).await?;
        let pools = rows
            .iter()
            .filter_map(|row| Pool::parse(&row.to_json()).ok())
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
        let place = anchor
            .map(|(bridge, vlan)| (bridge, u16::try_from(vlan).unwrap_or(0)))
            .or_else(|| {
                // Without automatic bridge and VLAN only addresses on the product's own will do.
                (!vm.plan.net.auto_bridge).then(|| (vm.plan.net.bridge.clone(), vm.plan.net.vlan))
            });
        let fits = |bridge: &str, vlan: u16| {
            place
                .as_ref()
                .is_none_or(|(b, v)| b == bridge && *v == vlan)
        };
        let mut waiting = 0;
        for pool in self
            .pools
            .iter()
            .filter(|pool| pool.family == self.family && fits(&pool.bridge, pool.vlan))
        {
            let scope = ipam::scope(&vm.fleet.key, &pool.bridge, pool.vlan);
            let candidate = lowest_of_pool(vm, pool, &scope, chosen).await?;
            if let Some(address) = candidate {
                return Ok(row(
                    scope,
                    pool.place(address),
                    &pool.dns(),
                    &pool.bridge,
                    pool.vlan,
                    format!("pool:{}", pool.id),
                ));
            }
            let expanse = pool.expanse();
            let (first, last) = (expanse.first.to_string(), expanse.last.to_string());
            waiting += address::usage(&vm.site.host, &scope, self.family.number(), &first, &last)
                .await?
                .1;
        }
        let on = place
            .as_ref()
            .map(|(bridge, vlan)| (bridge.as_str(), *vlan));
        for entry in self.legacy.candidates(self.family, on) {
            let scope = ipam::scope(&vm.fleet.key, &entry.bridge, entry.vlan);
            let key = AddressKey::of(entry.address).to_string();
            let free = address::taken(&vm.site.host, &scope, self.family.number(), &key, &key, 1)
                .await?
                .is_empty();
            let ours = chosen
                .iter()
                .any(|row| row.scope == scope && row.key == key);
            let gateway = entry.gateway == Some(entry.address);
            if free && !ours && !gateway {
                let source = format!("server:{}", vm.fleet.server);
                return Ok(row(
                    scope,
                    entry.placed(),
                    &entry.dns,
                    &entry.bridge,
                    entry.vlan,
                    source,
                ));
            }
        }
        Err(self.empty(vm, place, waiting))
    }

    fn empty(&self, vm: &Vm, place: Option<(String, u16)>, waiting: u64) -> Failure {
        let family = self.family;
        let server = vm.fleet.server;
        let place = place.map_or_else(String::new, |(bridge, vlan)| {
            format!(" on bridge {bridge}, VLAN {vlan}")
        });
        let text = if waiting > 0 {
            format!(
                "No {family} address of server {server} is free{place}: {waiting} are in quarantine after their release. Wait, or add a pool."
            )
        } else {
            format!(
                "No {family} address of server {server} is free{place}. Add an IP pool or addresses to the server entry."
            )
        };
        Failure::person(text).caused_by(Cause::Pool(server.0))
    }
}

/// The lowest address of a pool that nobody has, found by walking what is taken in chunks.
async fn lowest_of_pool(
    vm: &Vm,
    pool: &Pool,
    scope: &str,
    chosen: &[AddressRow],
) -> Result<Option<std::net::IpAddr>, Failure> {
    let expanse = pool.expanse();
    let last = expanse.last.to_string();
    let mut taken: Vec<AddressKey> = vec![];
    let mut from = expanse.first.to_string();
    loop {
        let read = address::taken(
            &vm.site.host,
            scope,
            pool.family.number(),
            &from,
            &last,
            CHUNK,
        )
        .await?;
        let full = read.len() as u64 == CHUNK;
        taken.extend(read.iter().filter_map(|key| AddressKey::parse(key)));
        let mut closed = taken.clone();
        closed.extend(
            chosen
                .iter()
                .filter(|row| row.scope == scope)
                .filter_map(|row| AddressKey::parse(&row.key)),
        );
        closed.sort_unstable();
        let end = taken.last().copied();
        // A gap past what was read so far proves nothing while there is more to read.
        let gap = pool.free(closed.into_iter()).next();
        match (gap, end, full) {
            (Some(gap), Some(end), true) if AddressKey::of(gap) > end => {}
            (gap, _, _) if gap.is_some() || !full => return Ok(gap),
            _ => {}
        }
        let Some(next) = end.and_then(|end| end.0.checked_add(1)) else {
            return Ok(gap);
        };
        from = AddressKey(next).to_string();
    }
}

fn row(
    scope: String,
    placed: ipam::Placed,
    dns: &[std::net::IpAddr],
    bridge: &str,
    vlan: u16,
    source: String,
) -> AddressRow {
    let dns: Vec<String> = dns.iter().map(ToString::to_string).collect();
    AddressRow {
        scope,
        family: Family::of(placed.address).number(),
        key: AddressKey::of(placed.address).to_string(),
        position: 0,
        text: placed.address.to_string(),
        prefix: placed.prefix,
        gateway: placed
            .gateway
            .map_or_else(String::new, |gateway| gateway.to_string()),
        dns: dns.join(" "),
        bridge: bridge.to_owned(),
        vlan: u64::from(vlan),
        source,
    }
}
