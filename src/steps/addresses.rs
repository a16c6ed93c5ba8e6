//! Allocating addresses, and what is settled along with them: name, user, password.

use super::Vm;
use crate::host::Statement;
use crate::ipam::{self, AddressKey, Family, LegacyList, Pool};
use crate::model::{Cause, Failure, Skip, StepResult, Verdict};
use crate::plan::{NameFacts, name};
use crate::store::address::{self, AddressRow};
use crate::store::{pool, vm as store};
use futures_util::future::LocalBoxFuture;
use serde_json::json;
use std::rc::Rc;

/// How many times a choice is made anew when another machine takes an address first.
const TRIES: u32 = 20;
/// So many taken keys are read at a time while the lowest gap is looked for.
const CHUNK: u64 = 2048;

/// Takes the addresses sold: from the server's pools first, then from its legacy list, the lowest free first. Gateways
/// and reserved addresses are never taken, a family with DHCP takes none. Writes address, name, user and domain to WHMCS.
pub fn allocate(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        let taken = take_missing(vm).await?;
        settle_identity(vm).await?;
        publish(vm).await?;
        let configured = vm.plan.net.has_static();
        Ok(match (taken, configured) {
            (_, false) => Verdict::Skipped(Skip::NotConfigured),
            (0, true) => Verdict::Skipped(Skip::NoChange),
            _ => Verdict::Done,
        })
    })
}

/// How many were taken now.
async fn take_missing(vm: &mut Vm) -> Result<u32, Failure> {
    let fleet = Rc::clone(&vm.fleet);
    let _alone = fleet.choosing.lock().await;
    for _ in 0..TRIES {
        let chosen = choose(vm).await?;
        if chosen.is_empty() {
            return Ok(0);
        }
        let count = u32::try_from(chosen.len()).unwrap_or(u32::MAX);
        vm.record.cluster.clone_from(&fleet.key);
        let take: Vec<Statement> = chosen.iter().map(|row| row.take(vm.record.service)).collect();
        let outcome = vm.site.host.transact(take).await.map_err(crate::store::StoreError::from)?;
        if outcome.committed() {
            vm.addresses = address::of(&vm.site.host, vm.record.service).await?;
            return Ok(count);
        }
        // Another machine was faster with one of them: all of them are chosen anew.
    }
    Err(Failure::retry(format!("{TRIES} times in a row another machine took the same address. Will retry.")))
}

/// The addresses still missing, or why there are none.
async fn choose(vm: &Vm) -> Result<Vec<AddressRow>, Failure> {
    let mut chosen: Vec<AddressRow> = vec![];
    let wanted = [(Family::V4, vm.plan.net.static_ipv4()), (Family::V6, vm.plan.net.static_ipv6())];
    for (family, wanted) in wanted {
        let have = vm.addresses.iter().filter(|row| row.family == family.number()).count();
        let missing = (wanted as usize).saturating_sub(have);
        if missing == 0 {
            continue;
        }
        let mut sources = Sources::of(vm, family).await?;
        for offset in 0..missing {
            // Everything of one VM hangs on one card, so the second address stands where the first does.
            let anchor = vm.addresses.first().or(chosen.first()).map(|row| (row.bridge.clone(), row.vlan));
            let mut row = sources.lowest(vm, anchor, &chosen).await?;
            row.position = (have + offset) as u64;
            chosen.push(row);
        }
    }
    Ok(chosen)
}

/// Where addresses of a family may come from.
struct Sources {
    family: Family,
    pools: Vec<Pool>,
    legacy: LegacyList,
}

impl Sources {
    async fn of(vm: &Vm, family: Family) -> Result<Self, Failure> {
        let server = vm.fleet.server;
        let rows = pool::list(&vm.site.host, Some(server.0)).await?;
        let pools = rows.iter().filter_map(|row| Pool::parse(&row.to_json()).ok()).collect();
        Ok(Self { family, pools, legacy: LegacyList::parse(&vm.service.server.assigned_ips) })
    }

    async fn lowest(
        &mut self,
        vm: &Vm,
        anchor: Option<(String, u64)>,
        chosen: &[AddressRow],
    ) -> Result<AddressRow, Failure> {
        let place = anchor.map(|(bridge, vlan)| (bridge, u16::try_from(vlan).unwrap_or(0))).or_else(|| {
            // Without automatic bridge and VLAN only addresses on the product's own will do.
            (!vm.plan.net.auto_bridge).then(|| (vm.plan.net.bridge.clone(), vm.plan.net.vlan))
        });
        let fits = |bridge: &str, vlan: u16| place.as_ref().is_none_or(|(b, v)| b == bridge && *v == vlan);
        let mut waiting = 0;
        for pool in self.pools.iter().filter(|pool| pool.family == self.family && fits(&pool.bridge, pool.vlan)) {
            let scope = ipam::scope(&vm.fleet.key, &pool.bridge, pool.vlan);
            let candidate = lowest_of_pool(vm, pool, &scope, chosen).await?;
            if let Some(address) = candidate {
                return Ok(row(scope, pool.place(address), &pool.dns(), &pool.bridge, pool.vlan, format!("pool:{}", pool.id)));
            }
            let expanse = pool.expanse();
            let (first, last) = (expanse.first.to_string(), expanse.last.to_string());
            waiting += address::usage(&vm.site.host, &scope, self.family.number(), &first, &last).await?.1;
        }
        let on = place.as_ref().map(|(bridge, vlan)| (bridge.as_str(), *vlan));
        for entry in self.legacy.candidates(self.family, on) {
            let scope = ipam::scope(&vm.fleet.key, &entry.bridge, entry.vlan);
            let key = AddressKey::of(entry.address).to_string();
            let free = address::taken(&vm.site.host, &scope, self.family.number(), &key, &key, 1).await?.is_empty();
            let ours = chosen.iter().any(|row| row.scope == scope && row.key == key);
            let gateway = entry.gateway == Some(entry.address);
            if free && !ours && !gateway {
                let source = format!("server:{}", vm.fleet.server);
                return Ok(row(scope, entry.placed(), &entry.dns, &entry.bridge, entry.vlan, source));
            }
        }
        Err(self.empty(vm, place, waiting))
    }

    fn empty(&self, vm: &Vm, place: Option<(String, u16)>, waiting: u64) -> Failure {
        let family = self.family;
        let server = vm.fleet.server;
        let place = place.map_or_else(String::new, |(bridge, vlan)| format!(" on bridge {bridge}, VLAN {vlan}"));
        let text = if waiting > 0 {
            format!(
                "No {family} address of server {server} is free{place}: {waiting} are in quarantine after their release. Wait, or add a pool."
            )
        } else {
            format!("No {family} address of server {server} is free{place}. Add an IP pool or addresses to the server entry.")
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
        let read = address::taken(&vm.site.host, scope, pool.family.number(), &from, &last, CHUNK).await?;
        let full = read.len() as u64 == CHUNK;
        taken.extend(read.iter().filter_map(|key| AddressKey::parse(key)));
        let mut closed = taken.clone();
        closed.extend(chosen.iter().filter(|row| row.scope == scope).filter_map(|row| AddressKey::parse(&row.key)));
        closed.sort_unstable();
        let end = taken.last().copied();
        // A gap past what was read so far proves nothing while there is more to read.
        let gap = pool.free(closed.into_iter()).next();
        match (gap, end, full) {
            (Some(gap), Some(end), true) if AddressKey::of(gap) > end => {}
            (gap, _, _) if gap.is_some() || !full => return Ok(gap),
            _ => {}
        }
        let Some(next) = end.and_then(|end| end.0.checked_add(1)) else { return Ok(gap) };
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
        gateway: placed.gateway.map_or_else(String::new, |gateway| gateway.to_string()),
        dns: dns.join(" "),
        bridge: bridge.to_owned(),
        vlan: u64::from(vlan),
        source,
    }
}

/// The VM's name, once for the service's life; user and password where WHMCS has none that will do.
async fn settle_identity(vm: &mut Vm) -> Result<(), Failure> {
    if vm.record.name.is_empty() {
        let about = vm.site.host.describe().await.map_err(crate::store::StoreError::from)?;
        let zone = about.timezone.parse().unwrap_or(chrono_tz::UTC);
        let facts = NameFacts { client_id: vm.service.client_id, service_id: vm.record.service };
        let now = vm.site.clock.now().with_timezone(&zone);
        vm.record.name = vm.plan.name_rule.expand(facts, &now, &vm.site.chance);
        let state = vm.record.state;
        store::save(&vm.site.host, &mut vm.record, state, vec![]).await?;
    }
    match &vm.plan.username {
        Some(username) => vm.service.username.clone_from(username),
        // WHMCS makes its own out of the domain, which may be empty or no user name at all.
        None if !is_user_name(&vm.service.username) => {
            vm.service.username = format!("u{}", vm.site.chance.text(b"abcdefghijkmnpqrstuvwxyz23456789", 7));
        }
        None => {}
    }
    if vm.service.password.is_empty() {
        vm.service.password = crate::model::Secret::new(vm.site.chance.password());
    }
    Ok(())
}

/// Whether useradd takes it on every distribution.
fn is_user_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    (1..=32).contains(&name.len())
        && bytes.next().is_some_and(|b| b.is_ascii_lowercase() || b == b'_')
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'))
}

/// Tells WHMCS what the service now has: `dedicatedip` the first IPv4, `assignedips` the others, IPv6 in full.
pub(super) async fn publish(vm: &mut Vm) -> Result<(), Failure> {
    let fqdn = name::fqdn(&vm.record.name, &vm.plan.main_domain);
    let first = vm.addresses.iter().find(|row| row.family == 4);
    let dedicated = first.map_or_else(String::new, |row| row.text.clone());
    let others: Vec<String> = vm
        .addresses
        .iter()
        .filter(|row| Some(*row) != first)
        .map(|row| row.text.parse().map_or_else(|_| row.text.clone(), ipam::expanded))
        .collect();
    let args = json!({
        "service_id": vm.record.service.0,
        "domain": fqdn,
        "dedicatedip": dedicated,
        "assignedips": others.join("\n"),
        "username": vm.service.username,
        "password": vm.service.password.expose(),
    });
    vm.site.host.effect("update_service", args).await.map_err(crate::store::StoreError::from)?;
    vm.service.domain = fqdn;
    vm.service.dedicated_ip = dedicated;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_names_are_what_useradd_takes() {
        assert!(is_user_name("debian") && is_user_name("_x-1"));
        assert!(!is_user_name("") && !is_user_name("1abc") && !is_user_name("Anna") && !is_user_name("a b"));
    }
}
