//! What an installation brings along from the reference product and its predecessor: pools, zones, services. Read once, at
//! activation, into tables of ours that are still empty; the old tables stay as they are.

use super::answer::Denial;
use super::page_operations::Empty;
use super::{EntryError, pools, traffic, zones};
use crate::custody::Refusal;
use crate::host::Dialect;
use crate::model::{Before, ProductId, ServerId, ServiceId, VmState, Wish, lenient};
use crate::plan::{Service, ServiceStatus};
use crate::site::Site;
use crate::store::legacy::{self, Foreign, OldVm, Taken};
use crate::store::schedule::{self, Calendar};
use crate::store::{foreign_tables, pool, unreadable, vm_list, zone};
use chrono::{NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Tz;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// The table of services, ours and the reference product's.
const SERVICES: &str = "puqProxmoxKVM_vm_info";
/// Services asked for in one host call.
const CHUNK: usize = 500;

/// Imports what there is; sentences on what was taken over and what was not.
pub(super) async fn run(site: &Site, dialect: Dialect) -> Result<Vec<String>, EntryError> {
    let mut said = vec![];
    let mut old = legacy::foreign_pools(&site.host).await?;
    let mut ours = old.len();
    if pool::list(&site.host, None).await?.is_empty() {
        old = left(site, dialect, "puq_proxmox_kvm_ip_pools", legacy::POOLS).await?;
        ours = 0;
    }
    tell(&mut said, "IP pool", pools_of(site, &old, ours > 0).await?);
    let mut old = legacy::foreign_zones(&site.host).await?;
    let mut ours = old.len();
    if zone::list(&site.host).await?.is_empty() {
        old = left(site, dialect, "puq_proxmox_kvm_dns_zones", legacy::ZONES).await?;
        ours = 0;
    }
    let outcome = zones_of(site, &old, ours > 0).await?;
    let any = outcome.0 > 0;
    tell(&mut said, "DNS zone", outcome);
    if any {
        // Whether an old table held it in the clear cannot be seen of it.
        said.push(
            "Test each of them: a secret that was stored encrypted has to be entered again."
                .to_owned(),
        );
    }
    said.extend(several(site, dialect).await?);
    let count = services(site).await?;
    if count > 0 {
        said.push(format!(
            "{count} services were taken over; the cron marks their VMs as ours, one by one."
        ));
    }
    let about = site.about().await?;
    said.extend(traffic::import(site, dialect, about.zone()).await?);
    Ok(said)
}

/// The rows of the reference product's table, where it had to be set aside; else of its predecessor's.
async fn left(
    site: &Site,
    dialect: Dialect,
    ours: &str,
    predecessor: &str,
) -> Result<Vec<Foreign>, EntryError> {
    let mut tables = foreign_tables::tables(&site.host, dialect, ours).await?;
    tables.push(predecessor.to_owned());
    for table in tables {
        let rows = legacy::rows(&site.host, dialect, &table).await?;
        if !rows.is_empty() {
            return Ok(rows);
        }
    }
    Ok(vec![])
}

/// Services with several rows in the old table: which of them is true, nobody can tell.
async fn several(site: &Site, dialect: Dialect) -> Result<Vec<String>, EntryError> {
    let mut said = vec![];
    for table in foreign_tables::tables(&site.host, dialect, SERVICES).await? {
        for (service, rows) in foreign_tables::repeated(&site.host, &table).await? {
            if service > 0 && !unreadable::has_row(&site.host, ServiceId(service)).await? {
                said.push(format!(
                    "Service {service} not imported: it has {rows} rows in {table}; enter its VM ID on the service's page."
                ));
            }
        }
    }
    Ok(said)
}

/// How many were taken over, and why others were not.
type Outcome = (usize, Vec<String>);

fn tell(said: &mut Vec<String>, what: &str, (count, refused): Outcome) {
    if count > 0 {
        let plural = if count == 1 { "" } else { "s" };
        said.push(format!("{count} {what}{plural} imported."));
    }
    said.extend(
        refused
            .into_iter()
            .map(|why| format!("{what} not imported: {why}")),
    );
}

/// Why a row was not taken, with the fields it names; `None`: it was.
fn refusal(taken: Result<Empty, Denial>) -> Result<Option<String>, EntryError> {
    Ok(Some(match taken {
        Ok(_) => return Ok(None),
        Err(Denial::Misfilled(_, errors)) => errors
            .iter()
            .map(|error| format!("{}: {}", error.field, error.sentence()))
            .collect::<Vec<_>>()
            .join(" "),
        Err(Denial::Refused(Refusal::Said(why)) | Denial::Unconfirmed(why)) => why.to_string(),
        Err(Denial::Refused(Refusal::Failed(failure))) => failure.text.to_string(),
        Err(Denial::Refused(Refusal::Broken(error))) => return Err(error.into()),
        Err(Denial::Broken(error)) => return Err(error),
    }))
}

/// What a pool cannot be without, and the columns that may hold it.
const POOL: [(&str, &[&str]); 5] = [
    ("server", SERVER),
    ("gateway", GATEWAY),
    ("prefix length", MASK),
    ("first address", START),
    ("last address", STOP),
];
const SERVER: &[&str] = &["server_id", "server", "id_server"];
const GATEWAY: &[&str] = &["gateway", "gw"];
const MASK: &[&str] = &["mask", "prefix", "netmask", "cidr"];
const START: &[&str] = &["address_start", "start", "ip_start", "first", "from"];
const STOP: &[&str] = &[
    "address_stop",
    "stop",
    "ip_stop",
    "address_end",
    "end",
    "last",
    "to",
];

async fn pools_of(site: &Site, rows: &[Foreign], in_place: bool) -> Result<Outcome, EntryError> {
    let mut outcome = (0, vec![]);
    for row in rows {
        let start = row.text(START);
        let why = match unsure(row, &POOL) {
            Some(why) => Some(why),
            None => refusal(pools::save(site, &pool_form(row, &start, in_place)).await)?,
        };
        match why {
            None => outcome.0 += 1,
            Some(why) => outcome.1.push(format!("{} ({why})", named(row, &start))),
        }
    }
    Ok(outcome)
}

/// A row as the admin finds it again.
fn named(row: &Foreign, name: &str) -> String {
    match name {
        "" => format!("row {}", row.id()),
        name => name.to_owned(),
    }
}

/// Why a row cannot be read for sure: the labels of these tables are known, and the names of their columns are not.
fn unsure(row: &Foreign, needed: &[(&str, &[&str])]) -> Option<String> {
    for (what, names) in needed {
        if !row.has(names) {
            return Some(format!(
                "no column is known to hold the {what}; the columns are {}; enter it by hand",
                row.columns().join(", ")
            ));
        }
        let differing = row.differing(names);
        if !differing.is_empty() {
            return Some(format!(
                "the columns {} may all be the {what} and differ; enter it by hand",
                differing.join(", ")
            ));
        }
    }
    None
}

fn pool_form(row: &Foreign, start: &str, in_place: bool) -> Value {
    let dns = row.text(&["dns", "nameservers"]);
    let mut dns = dns.split([',', ';', ' ']).map(str::to_owned);
    let mut resolver = |names: &[&str]| match row.text(names) {
        text if text.is_empty() => dns.next().unwrap_or_default(),
        text => text,
    };
    let vlan = row.text(&["vlan", "vlan_tag", "tag"]);
    json!({
        "id": if in_place { row.id() } else { 0 },
        "server_id": row.key(SERVER),
        "type": if start.contains(':') { "IPv6" } else { "IPv4" },
        "bridge": row.text(&["bridge"]),
        "vlan": if vlan.is_empty() { "0" } else { vlan.as_str() },
        "gateway": row.text(GATEWAY),
        "mask": prefix(&row.key(MASK)),
        "dns1": resolver(&["dns1", "dns_1", "nameserver1"]),
        "dns2": resolver(&["dns2", "dns_2", "nameserver2"]),
        "address_start": start,
        "address_stop": row.text(STOP),
    })
}

/// A prefix length, also where it is written as `255.255.255.0`.
fn prefix(text: &str) -> String {
    let Ok(mask) = text.parse::<Ipv4Addr>() else {
        return text.trim_start_matches('/').to_owned();
    };
    let bits = u32::from(mask);
    match bits.leading_ones() == bits.count_ones() {
        true => bits.count_ones().to_string(),
        // No mask at all: the form's rule says what it must be.
        false => text.to_owned(),
    }
}

async fn zones_of(site: &Site, rows: &[Foreign], in_place: bool) -> Result<Outcome, EntryError> {
    let mut outcome = (0, vec![]);
    for row in rows {
        let form = zone_form(row, in_place);
        let zone = form["zone"].as_str().unwrap_or_default();
        match refusal(zones::save(site, &form).await)? {
            None => outcome.0 += 1,
            // A rule may quote what it refuses, but a secret's never does.
            Some(why) => outcome.1.push(format!("{} ({why})", named(row, zone))),
        }
    }
    Ok(outcome)
}

/// A zone under the names of our form. The provider's fields stand in columns, or together in one with JSON.
fn zone_form(row: &Foreign, in_place: bool) -> Value {
    let packed = row.text(&["settings", "config", "configuration", "params", "data"]);
    let packed: Value = serde_json::from_str(&packed).unwrap_or(Value::Null);
    let bare = |name: &str| name.replace('_', "").to_ascii_lowercase();
    let field = |names: &[&str]| {
        let of_json = names.iter().find_map(|wanted| {
            let map = packed.as_object()?;
            let (_, value) = map.iter().find(|(key, _)| bare(key) == bare(wanted))?;
            lenient::text(value).filter(|text| !text.is_empty())
        });
        match row.text(names) {
            text if text.is_empty() => of_json.unwrap_or_default(),
            text => text,
        }
    };
    let kind = field(&["type", "provider", "module", "dns_type"]).to_ascii_lowercase();
    let kind = ["cloudflare", "hestiacp", "powerdns"]
        .into_iter()
        .find(|known| kind.contains(known.trim_end_matches("cp")))
        .unwrap_or(&kind)
        .to_owned();
    // A table may have a column for each provider's secret, and what was typed into them before.
    let own: &[&str] = match kind.as_str() {
        "cloudflare" => &["api_token", "token"],
        "hestiacp" => &["admin_password", "password"],
        "powerdns" => &["api_key", "key"],
        _ => &[],
    };
    let secret = match field(own) {
        text if text.is_empty() => field(&["secret", "api_key", "key", "password", "token"]),
        text => text,
    };
    let owner = field(&["owner", "user", "zone_owner"]);
    let admin = field(&["admin_user", "admin", "username"]);
    json!({
        "id": if in_place { row.id() } else { 0 },
        "zone": field(&["zone", "name", "domain", "zone_name"]).trim_matches('.'),
        "type": kind,
        "account_id": field(&["account_id"]),
        "zone_id": field(&["zone_id"]),
        "url": field(&["url", "server_url", "host", "server"]),
        "server_id": field(&["server_id", "pdns_server_id"]),
        "admin_user": if admin.is_empty() { &owner } else { &admin },
        "user": owner,
        // Each kind reads its own of these.
        "api_token": secret,
        "admin_password": secret,
        "api_key": secret,
    })
}

/// Rows of the reference product in the table that has its name. How many.
async fn services(site: &Site) -> Result<usize, EntryError> {
    let rows = legacy::unmarked(&site.host).await?;
    let now = site.now();
    let zone = site.about().await?.zone();
    for chunk in rows.chunks(CHUNK) {
        let sold: BTreeMap<ServiceId, Service> = site
            .host
            .services(chunk.iter().map(|row| row.service.0).collect())
            .await?
            .iter()
            .filter_map(|value| Service::parse(value).ok())
            .map(|service| (service.id, service))
            .collect();
        for row in chunk {
            let mut taken = taken(site, row, sold.get(&row.service), now);
            let ordered = match row.has_vm {
                true => vm_list::ordered(&site.host, row.service).await?,
                false => None,
            };
            taken.ordered = ordered.map_or(0, |day| first_second(day, zone));
            legacy::take(&site.host, &taken, now).await?;
            for calendar in [Calendar::Backups, Calendar::Snapshots] {
                let entry = schedule::of(&site.host, calendar, row.service).await?;
                let next = entry.schedule.next(zone, site.clock.now());
                let next = next.map(|next| next.at.timestamp());
                schedule::set(&site.host, calendar, row.service, &entry.schedule, next).await?;
            }
        }
    }
    Ok(rows.len())
}

/// The first second of a day, seconds since 1970.
pub(super) fn first_second(day: NaiveDate, zone: Tz) -> i64 {
    let midnight = day.and_time(NaiveTime::MIN);
    let local = zone.from_local_datetime(&midnight).earliest();
    local.map_or(midnight.and_utc().timestamp(), |at| at.timestamp())
}

fn taken(site: &Site, row: &OldVm, sold: Option<&Service>, now: i64) -> Taken {
    let state = state_of(&row.state, row.has_vm);
    let over = matches!(state, VmState::Remove | VmState::ErrorTerminate);
    // One that names no VM and is in use all the same: the cron says so until somebody names it.
    let nameless = state == VmState::Ready && sold.is_some_and(|sold| sold.over().is_none());
    let adopts = !over && (row.has_vm || nameless);
    let suspended = adopts && sold.is_some_and(|sold| sold.status == ServiceStatus::Suspended);
    Taken {
        service: row.service,
        server: sold.map_or(ServerId(0), |service| service.server_id),
        product: sold.map_or(ProductId(0), |service| service.product_id),
        has_vm: row.has_vm,
        mark: site.random.owner_mark(),
        state,
        // The reference product keeps no word of it; ending a suspension starts the VM there.
        suspended_from: suspended.then_some(Before::Running),
        wanted: [(adopts, Wish::Adopt), (suspended, Wish::Suspend)]
            .into_iter()
            .filter_map(|(is, wish)| is.then_some(wish))
            .collect(),
        next_look_at: (adopts || !state.at_rest()).then_some(now),
        ordered: 0,
    }
}

/// The reference product clones before it sets DNS records: its `set_dns` means cloned. A word nobody knows is *ready*
/// where there is a VM, and over where there is none: nothing is made or removed on a guess.
fn state_of(word: &str, has_vm: bool) -> VmState {
    match (word, VmState::parse(word)) {
        ("set_dns", _) => VmState::Clone,
        (_, Some(state)) => state,
        (_, None) if has_vm => VmState::Ready,
        (_, None) => VmState::Remove,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_is_a_prefix_length_however_it_is_written() {
        for (written, meant) in [
            ("24", "24"),
            ("/24", "24"),
            ("255.255.255.0", "24"),
            ("255.255.255.255", "32"),
            ("255.0.255.0", "255.0.255.0"),
            ("", ""),
        ] {
            assert_eq!(prefix(written), meant);
        }
    }

    #[test]
    fn the_reference_s_states_are_ours_but_for_one() {
        assert_eq!(state_of("set_dns", true), VmState::Clone);
        assert_eq!(state_of("clone", true), VmState::Clone);
        assert_eq!(state_of("ready", true), VmState::Ready);
        assert_eq!(state_of("error_terminate", true), VmState::ErrorTerminate);
        assert_eq!(state_of("something_new", true), VmState::Ready);
        assert_eq!(state_of("something_new", false), VmState::Remove);
        assert_eq!(state_of("", false), VmState::Remove);
    }
}
