//! The addon's list of VMs and its dashboard.

use super::answer::Denial;
use super::page_operations::{Dashboard, FailedRequest, ResetTarget, VmList, VmLog, VmRow, Vms};
use super::{EntryError, admin, census, pools, requests, vm_view};
use crate::doctor;
use crate::engine::ALARM_AFTER;
use crate::model::{Sentence, ServerId, ServiceId, VmState, Vmid, lenient, say};
use crate::plan::{Service, ServiceStatus};
use crate::report;
use crate::site::Site;
use crate::store::address::AddressRow;
use crate::store::{address, pool, request, run, task, unreadable, vm, vm_list, zone};
use serde_json::Value;
use std::collections::BTreeMap;

/// The sizes that a page of the list offers, the usual one first.
const SIZES: &[u64] = &[25, 50, 100];
/// Rows of a page at most.
const LARGEST_PAGE: u64 = 200;
/// The last page that can be asked for: databases count rows in signed numbers.
const LAST_PAGE: u64 = 1_000_000_000;
/// So many failed requests are named on the dashboard.
const FAILURES: u64 = 20;
/// So many services whose rows cannot be read are named there; the doctor counts them.
const UNREADABLE: usize = 20;
/// Runs of a service in its log.
const RUNS: u64 = 50;

/// The numbers on the dashboard, and what needs a person.
pub(super) async fn dashboard(site: &Site) -> Result<Dashboard, EntryError> {
    let (total, ready) = vm_list::counts(&site.host).await?;
    let mut alarms = doctor::troubles(site).await?;
    let waiting: Vec<Sentence> = vm_list::alarms(&site.host, ALARM_AFTER, 20)
        .await?
        .into_iter()
        .map(|record| {
            let why = report::sentence(record.why_waiting(), record.waiting_since, site.now())
                .unwrap_or_else(|| Sentence::foreign(""));
            say::alarm_waits(record.service, record.state, why)
        })
        .collect();
    alarms.extend(waiting);
    let unreadable = unreadable::all(&site.host).await?;
    let named = unreadable.iter().take(UNREADABLE);
    alarms.extend(named.map(|row| row.sentence()));
    let since = site.now() - requests::FAILED_SHOWN;
    let failures = request::failed(&site.host, since, FAILURES).await?;
    let failures = failures.iter().map(|asked| FailedRequest {
        service_id: asked.service.0,
        text: say::alarm_failed(asked.service, asked.deed.head(), &asked.text),
        ended: asked.ended_at,
    });
    let last = task::all(&site.host)
        .await?
        .into_iter()
        .filter_map(|row| row.last_run)
        .max();
    Ok(Dashboard {
        pools: pool::list(&site.host, None).await?.len(),
        zones: zone::list(&site.host).await?.len(),
        services: total,
        active: ready,
        alarms,
        failures: failures.collect(),
        census: census::shown(site).await?,
        last_cron: last,
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// A page of the list.
pub(super) async fn list(site: &Site, asked: &VmList) -> Result<Vms, EntryError> {
    let text = |typed: &Value| lenient::text(typed).unwrap_or_default();
    let size = asked.size.unwrap_or(SIZES[0]).clamp(1, LARGEST_PAGE);
    let page = asked.page.unwrap_or(1).clamp(1, LAST_PAGE);
    let search: String = text(&asked.search.0).trim().chars().take(60).collect();
    let found = vm_list::search(
        &site.host,
        &search,
        VmState::parse(&text(&asked.vm_status.0)),
        ServiceStatus::parse(&text(&asked.status.0)).map_or("", ServiceStatus::as_str),
        size,
        (page - 1).saturating_mul(size),
    )
    .await?;
    let ids = found.records.iter().map(|record| record.service);
    let unreadable = found.unreadable.iter().map(|row| row.service);
    let beside = Beside::read(site, ids.chain(unreadable).collect()).await?;
    let mut rows: BTreeMap<ServiceId, VmRow> = BTreeMap::new();
    for record in found.records {
        let waiting = record.why_waiting();
        let row = VmRow {
            vmid: record.vmid.map(Vmid::get),
            vm_name: record.name,
            vm_status: record.state.as_str().to_owned(),
            waiting_since: record.waiting_since.filter(|_| waiting.is_some()),
            waiting,
            ..beside.row(record.service, record.server)
        };
        rows.insert(record.service, row);
    }
    for unread in found.unreadable {
        let row = VmRow {
            vmid: unread.vmid.map(Vmid::get),
            waiting: Some(unread.sentence()),
            vm_name: unread.name,
            vm_status: unread.state,
            ..beside.row(unread.service, unread.server)
        };
        rows.insert(unread.service, row);
    }
    Ok(Vms {
        total: found.total,
        rows: rows.into_values().rev().collect(),
        size,
        sizes: SIZES,
        states: VmState::ALL,
        statuses: ServiceStatus::ALL,
    })
}

/// What is shown of services beside their records.
struct Beside {
    services: BTreeMap<ServiceId, Service>,
    addresses: Vec<(ServiceId, AddressRow)>,
    servers: BTreeMap<u64, String>,
}

impl Beside {
    async fn read(site: &Site, ids: Vec<ServiceId>) -> Result<Self, EntryError> {
        let known = site.host.services(ids.iter().map(|id| id.0).collect());
        let known = known.await?.into_iter();
        let services = known.filter_map(|params| Service::parse(&params).ok());
        Ok(Self {
            services: services.map(|service| (service.id, service)).collect(),
            addresses: address::of_many(&site.host, &ids).await?,
            servers: pools::server_names(site).await?,
        })
    }

    /// The row of a service without what its record says.
    fn row(&self, id: ServiceId, server: ServerId) -> VmRow {
        let known = self.services.get(&id);
        let own = self.addresses.iter().filter(|(owner, _)| *owner == id);
        let client = |service: &Service| {
            let client = &service.client;
            format!("{} {}", client.first_name, client.last_name)
        };
        VmRow {
            service_id: id.0,
            client: known.map(client),
            client_id: known.map(|service| service.client_id),
            product: known.map(|service| service.product_name.clone()),
            server: self.servers.get(&server.0).cloned(),
            vmid: None,
            vm_name: String::new(),
            vm_status: String::new(),
            service_status: known.map(|service| service.status),
            addresses: own.map(|(_, row)| row.text.clone()).collect(),
            waiting: None,
            waiting_since: None,
        }
    }
}

/// The log of one service.
pub(super) async fn log(site: &Site, service: Option<u64>) -> Result<VmLog, Denial> {
    let id = ServiceId(service.unwrap_or(0));
    let record = vm::find(&site.host, id).await?;
    let record = record.ok_or_else(say::no_vm_here)?;
    let runs = run::of(&site.host, id, RUNS).await?;
    Ok(VmLog {
        state: vm_view::staff_state(site, &record),
        runs: runs.into_iter().map(admin::shown_run).collect(),
        reset_targets: ResetTarget::ALL,
    })
}
