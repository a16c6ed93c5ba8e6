//! The addon's list of VMs, what is done to several of them at once, and the log of one.

use super::answer::Denial;
use super::page_operations::{
    Concerned, ListedAddress, ResetTarget, VmActed, VmList, VmLog, VmRow, Vms, VmsAct, VmsActed,
};
use super::{EntryError, admin, destruction, pools, reset, service, vm_view};
use crate::custody::{Hindrance, Refusal};
use crate::ipam::sought;
use crate::model::{Sentence, ServerId, ServiceId, VmState, Vmid, lenient, say};
use crate::plan::{Service, ServiceStatus};
use crate::site::Site;
use crate::store::address::AddressRow;
use crate::store::vm_search::{self, VmOrder, VmSearch};
use crate::store::{address, run, vm};
use crate::vm::census::{self, Oddity};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Runs of a service in its log.
const RUNS: u64 = 50;
/// At most this many services are changed by one click, since each of them has to be read.
const AT_ONCE: usize = 200;

/// A page of the list.
pub(super) async fn list(site: &Site, asked: &VmList) -> Result<Vms, EntryError> {
    let text = |typed: &Value| lenient::text(typed).unwrap_or_default();
    let (offset, size) = pools::part(asked.page, asked.size);
    let search: String = text(&asked.search.0).trim().chars().take(100).collect();
    let only = text(&asked.only.0);
    let odd = odd(site).await?;
    let order = VmOrder::parse(&text(&asked.sort.0));
    let found = vm_search::search(
        &site.host,
        &VmSearch {
            range: sought(&search).map(|(family, first, last)| {
                (family.number(), first.to_string(), last.to_string())
            }),
            text: search,
            state: VmState::parse(&text(&asked.vm_status.0)),
            status: ServiceStatus::parse(&text(&asked.status.0)).map_or("", ServiceStatus::as_str),
            waiting: only == "waiting",
            among: (only == "odd").then(|| odd.keys().copied().collect()),
            // Without a word for it the newest service comes first.
            descending: asked.descending || order.is_none(),
            order: order.unwrap_or(VmOrder::Service),
            size,
            offset,
        },
    )
    .await?;
    let beside = Beside::read(site, &found.order).await?;
    let mut rows: BTreeMap<ServiceId, VmRow> = BTreeMap::new();
    for record in found.records {
        let waiting = record.why_waiting();
        let row = VmRow {
            vmid: record.vmid.map(Vmid::get),
            vm_name: record.name,
            vm_status: record.state.as_str().to_owned(),
            waiting_since: record.waiting_since.filter(|_| waiting.is_some()),
            waiting,
            odd: odd.get(&record.service).cloned().unwrap_or_default(),
            ..beside.row(record.service, record.server, &record.rev_dns)
        };
        rows.insert(record.service, row);
    }
    for unread in found.unreadable {
        let row = VmRow {
            vmid: unread.vmid.map(Vmid::get),
            waiting: Some(unread.sentence()),
            vm_name: unread.name,
            vm_status: unread.state,
            ..beside.row(unread.service, unread.server, "")
        };
        rows.insert(unread.service, row);
    }
    let order_of_page = found.order.iter();
    Ok(Vms {
        total: found.total,
        rows: order_of_page.filter_map(|id| rows.remove(id)).collect(),
        sort: order.unwrap_or(VmOrder::Service),
        descending: asked.descending || order.is_none(),
        orders: VmOrder::ALL,
        size,
        sizes: pools::SIZES,
        states: VmState::ALL,
        statuses: ServiceStatus::ALL,
    })
}

/// What the last look at the clusters found odd, by service, each in few words: the dashboard says what to do.
async fn odd(site: &Site) -> Result<BTreeMap<ServiceId, Vec<Sentence>>, EntryError> {
    let mut all: BTreeMap<ServiceId, Vec<Sentence>> = BTreeMap::new();
    for finding in census::last(site)
        .await?
        .into_iter()
        .flat_map(|one| one.findings)
    {
        let Some(service) = finding.service else {
            continue;
        };
        let vmid = finding.vmid;
        let said = match finding.oddity {
            Oddity::Missing => say::odd_missing(vmid),
            Oddity::WrongNumber => say::odd_number(vmid),
            Oddity::Stray => say::odd_stray(vmid),
            Oddity::Runs => say::odd_runs(),
            Oddity::Template => say::odd_template(vmid),
            Oddity::Container => say::odd_container(vmid),
            Oddity::Address => say::odd_address(vmid),
            // Of the one nobody knows the service; of the other nothing is to be done.
            Oddity::Unknown | Oddity::Moved => continue,
        };
        all.entry(service).or_default().push(said);
    }
    Ok(all)
}

/// What is shown of services beside their records.
pub(super) struct Beside {
    services: BTreeMap<ServiceId, Service>,
    addresses: Vec<(ServiceId, AddressRow)>,
    servers: BTreeMap<u64, String>,
}

impl Beside {
    async fn read(site: &Site, ids: &[ServiceId]) -> Result<Self, EntryError> {
        Ok(Self {
            services: sold(site, ids).await?,
            addresses: address::of_many(&site.host, ids).await?,
            servers: pools::server_names(site).await?,
        })
    }

    /// The row of a service without what its record says.
    fn row(&self, id: ServiceId, server: ServerId, rev_dns: &str) -> VmRow {
        let known = self.services.get(&id);
        let own = self.addresses.iter().filter(|(owner, _)| *owner == id);
        let names: BTreeMap<String, String> = serde_json::from_str(rev_dns).unwrap_or_default();
        let whose = concerned(id, known);
        VmRow {
            service_id: id.0,
            client: whose.client,
            client_id: whose.client_id,
            product: whose.product,
            server: self.servers.get(&server.0).cloned(),
            vmid: None,
            vm_name: String::new(),
            vm_status: String::new(),
            service_status: known.map(|service| service.status),
            addresses: own
                .map(|(_, row)| ListedAddress {
                    rdns: names.get(&row.text).cloned().unwrap_or_default(),
                    address: row.text.clone(),
                })
                .collect(),
            odd: vec![],
            waiting: None,
            waiting_since: None,
        }
    }
}

/// What WHMCS has of services.
pub(super) async fn sold(
    site: &Site,
    ids: &[ServiceId],
) -> Result<BTreeMap<ServiceId, Service>, EntryError> {
    let known = site.host.services(ids.iter().map(|id| id.0).collect());
    let known = known.await?.into_iter();
    let services = known.filter_map(|params| Service::parse(&params).ok());
    Ok(services.map(|service| (service.id, service)).collect())
}

/// Whom a service is of.
pub(super) fn concerned(id: ServiceId, known: Option<&Service>) -> Concerned {
    let client = |service: &Service| {
        let client = &service.client;
        format!("{} {}", client.first_name, client.last_name)
    };
    Concerned {
        service_id: id.0,
        client_id: known.map(|service| service.client_id),
        client: known.map(client),
        product: known.map(|service| service.product_name.clone()),
    }
}

/// Does one thing to several services, each for itself: one that cannot have it holds up no other.
pub(super) async fn act(site: &Site, asked: &VmsAct) -> Result<VmsActed, Denial> {
    let action = lenient::text(&asked.action.0).unwrap_or_default();
    let ids = &asked.services.0;
    if ids.is_empty() {
        return Err(say::none_chosen().into());
    }
    if ids.len() > AT_ONCE {
        return Err(say::too_many_chosen(AT_ONCE).into());
    }
    let names = match action.as_str() {
        "retry" => false,
        "set_dns_records" => true,
        _ => return Err(say::unknown().into()),
    };
    let mut left: BTreeSet<u64> = ids.iter().copied().collect();
    let mut results = vec![];
    for params in site
        .host
        .services(ids.clone())
        .await
        .map_err(EntryError::from)?
    {
        let id = lenient::whole(&params["serviceid"]).unwrap_or(0);
        if !left.remove(&id) {
            continue;
        }
        let done = match names {
            true => write_names(site, &params).await,
            false => retry(site, &params).await,
        };
        let (ok, text) = match done {
            Ok(said) => (true, said),
            Err(Refusal::Said(why)) => (false, why),
            Err(Refusal::Failed(failure)) => (false, Sentence::foreign(failure.sentence())),
            Err(Refusal::Broken(error)) => (false, Sentence::of(&error)),
        };
        results.push(VmActed {
            service_id: id,
            ok,
            text,
        });
    }
    results.extend(left.into_iter().map(|id| VmActed {
        service_id: id,
        ok: false,
        text: say::service_lost(ServiceId(id)),
    }));
    results.sort_by_key(|one| one.service_id);
    Ok(VmsActed { results })
}

/// Has the cron look at a service at once.
async fn retry(site: &Site, params: &Value) -> Result<Sentence, Refusal> {
    let service = Service::parse(params).map_err(|error| error.sentence())?;
    let record = vm::find(&site.host, service.id).await?;
    let record = record.ok_or_else(say::no_vm_here)?;
    if record.state.at_rest() {
        return Err(say::idle().into());
    }
    vm::look_now(&site.host, record.service, site.now()).await?;
    Ok(say::ordered_now())
}

/// Has a service's DNS records written again.
async fn write_names(site: &Site, params: &Value) -> Result<Sentence, Refusal> {
    let loaded = service::load(site, params).await;
    let loaded = loaded.map_err(|error| Sentence::of(&error))?;
    let loaded = loaded.ok_or_else(say::no_vm_here)?;
    if let Some(why) = Hindrance::of_state(&loaded.record, &[VmState::Ready]) {
        return Err(why.for_staff().into());
    }
    reset::to_state(site, loaded, VmState::SetDnsRecords).await?;
    Ok(say::ordered_now())
}

/// The log of one service.
pub(super) async fn log(site: &Site, service: Option<u64>) -> Result<VmLog, Denial> {
    let id = ServiceId(service.unwrap_or(0));
    let record = vm::find(&site.host, id).await?;
    let record = record.ok_or_else(say::no_vm_here)?;
    let runs = run::of(&site.host, id, RUNS).await?;
    let addresses = address::of(&site.host, id).await?;
    Ok(VmLog {
        state: vm_view::staff_state(site, &record),
        runs: runs.into_iter().map(admin::shown_run).collect(),
        type_name: destruction::name(&record),
        vmid: record.vmid.map(Vmid::get),
        addresses: addresses.into_iter().map(|row| row.text).collect(),
        reset_targets: ResetTarget::ALL,
    })
}
