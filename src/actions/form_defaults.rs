//! What the VMs of a product have that was never saved: where its form starts from, and what the first save must not make
//! smaller. An admin who saves a form without reading it would otherwise shrink every VM with its next change of package.

use super::list_options::banner;
use crate::custody::Refusal;
use crate::model::{FieldError, ProductId, Sentence, ServerId, ServiceId, say};
use crate::plan::{Banner, Product, ServerFields, Service};
use crate::pve::{DiskConfig, Guest, NetConfig, PveError, Resource, VmConfig};
use crate::site::Site;
use crate::store::vm::VmRecord;
use crate::store::vm_list;
use crate::vm::{SharedCluster, SharedClusters};
use futures_util::stream::{self, StreamExt};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Services asked for in one host call.
const CHUNK: usize = 500;
/// This many VMs are looked at in full; of the others the cluster's list says cores, memory and the size of the system disk.
const LOOKED_AT: usize = 200;
/// How many of them are looked at at the same time.
const AT_ONCE: usize = 16;
const GIB: f64 = 1024.0 * 1024.0 * 1024.0;

/// The settings where 0 means no limit.
const LIMITS: [&str; 9] = [
    "system_read_mbps",
    "system_write_mbps",
    "system_read_iops",
    "system_write_iops",
    "additional_read_mbps",
    "additional_write_mbps",
    "additional_read_iops",
    "additional_write_iops",
    "rate",
];

/// What the VMs of a product have.
#[derive(Default)]
pub(super) struct Stock {
    /// How many there are.
    vms: usize,
    /// Of each setting the most any of them has, and which VM has it.
    most: BTreeMap<&'static str, (f64, Sentence)>,
    /// Bridge and VLAN, where all have the same.
    networks: Vec<(String, u16)>,
}

/// Reads what the VMs of a product have. `None`: it has none.
///
/// # Errors
/// Why that cannot be known.
pub(super) async fn of(site: &Site, product: ProductId) -> Result<Option<Stock>, Refusal> {
    let rows = vm_list::of_product(&site.host, product).await?;
    if let Some(row) = rows.unreadable.first() {
        return Err(row.sentence().into());
    }
    let records = rows.readable;
    if records.is_empty() {
        return Ok(None);
    }
    let mut stock = Stock::default();
    let mut servers: BTreeMap<ServerId, (ServerFields, Vec<&VmRecord>)> = BTreeMap::new();
    for chunk in records.chunks(CHUNK) {
        let ids: Vec<ServiceId> = chunk.iter().map(|record| record.service).collect();
        let found = site
            .host
            .services(ids.iter().map(|id| id.0).collect())
            .await?;
        for service in found.iter().filter_map(|value| Service::parse(value).ok()) {
            let Some(record) = chunk.iter().find(|record| record.service == service.id) else {
                continue;
            };
            stock.addresses(&service);
            servers
                .entry(service.server_id)
                .or_insert_with(|| (service.server.clone(), vec![]))
                .1
                .push(record);
        }
    }
    for (service, backups, snapshots) in vm_list::allowed(&site.host, product).await? {
        stock.note("backups", backups as f64, &say::stock_service(service));
        stock.note("snapshots", snapshots as f64, &say::stock_service(service));
    }
    for (server, (fields, records)) in servers {
        let cluster = SharedClusters::default().of(site, server, &fields).await?;
        stock.look(&cluster, &records).await?;
    }
    Ok((stock.vms > 0).then_some(stock))
}

impl Stock {
    fn note(&mut self, key: &'static str, has: f64, who: &Sentence) {
        let entry = self.most.entry(key).or_insert((has, who.clone()));
        let unlimited = LIMITS.contains(&key) && (has == 0.0 || entry.0 == 0.0);
        if unlimited && has == 0.0 || !unlimited && has > entry.0 {
            *entry = (has, who.clone());
        }
    }

    fn addresses(&mut self, service: &Service) {
        let texts = format!("{}\n{}", service.dedicated_ip, service.assigned_ips);
        let mut listed: Vec<IpAddr> = texts
            .split_whitespace()
            .filter_map(|text| text.parse().ok())
            .collect();
        listed.sort_unstable();
        listed.dedup();
        let v4 = listed.iter().filter(|address| address.is_ipv4()).count();
        let who = say::stock_service(service.id);
        self.note("ipv4", v4 as f64, &who);
        self.note("ipv6", (listed.len() - v4) as f64, &who);
    }

    async fn look(
        &mut self,
        cluster: &SharedCluster,
        records: &[&VmRecord],
    ) -> Result<(), PveError> {
        let resources = cluster.resources().await?;
        let guests: Vec<&Guest> = resources
            .iter()
            .filter_map(Resource::guest)
            .filter(|guest| records.iter().any(|record| record.vmid == Some(guest.vmid)))
            .collect();
        for guest in &guests {
            self.vms += 1;
            let who = say::stock_vm(guest.vmid);
            self.note("cpu", guest.maxcpu as f64, &who);
            self.note(
                "ram",
                (guest.maxmem as f64 / GIB * 64.0).ceil() / 64.0,
                &who,
            );
            self.note("system_size", (guest.maxdisk as f64 / GIB).ceil(), &who);
        }
        let looks = guests.iter().take(LOOKED_AT).map(|guest| async move {
            (
                guest.vmid,
                cluster.api.vm(&guest.node, guest.vmid).config().await,
            )
        });
        let configs: Vec<_> = stream::iter(looks)
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        for (vmid, config) in configs {
            self.config(&config?, &say::stock_vm(vmid));
        }
        Ok(())
    }

    fn config(&mut self, config: &VmConfig, who: &Sentence) {
        self.note("cpu", (config.cores * config.sockets) as f64, who);
        self.note("ram", config.memory as f64 / 1024.0, who);
        let system = config.system_disk();
        if let Some((_, disk)) = system {
            self.disk(
                disk,
                "system_size",
                [LIMITS[0], LIMITS[1], LIMITS[2], LIMITS[3]],
                who,
            );
        }
        if let Some((_, disk)) = config.additional_disk() {
            self.disk(
                disk,
                "additional_size",
                [LIMITS[4], LIMITS[5], LIMITS[6], LIMITS[7]],
                who,
            );
        }
        if let Some(card) = config.net0() {
            self.note("rate", card.rate().unwrap_or(0.0), who);
            let bridge = card.bridge().unwrap_or_default().to_owned();
            let network = (bridge, NetConfig::tag(card).unwrap_or(0));
            if !self.networks.contains(&network) {
                self.networks.push(network);
            }
        }
    }

    fn disk(
        &mut self,
        disk: &DiskConfig,
        size: &'static str,
        limits: [&'static str; 4],
        who: &Sentence,
    ) {
        if let Some(bytes) = disk.size() {
            self.note(size, (bytes.bytes() as f64 / GIB).ceil(), who);
        }
        let has = disk.limits();
        // The form knows whole numbers only, and none of them is made smaller.
        let bytes = |limit: Option<f64>| limit.unwrap_or(0.0).ceil();
        let count = |limit: Option<u64>| limit.unwrap_or(0) as f64;
        let has = [
            bytes(has.mbps_rd),
            bytes(has.mbps_wr),
            count(has.iops_rd),
            count(has.iops_wr),
        ];
        for (key, limit) in limits.into_iter().zip(has) {
            self.note(key, limit, who);
        }
    }

    /// Lets a form start from what the VMs have, as far as it is more than what the settings say.
    pub(super) fn raise(&self, product: &mut Product) {
        for (key, (has, _)) in &self.most {
            if self.is_smaller(product, key) {
                product.start_from(key, &has.to_string());
            }
        }
        for (family, dhcp) in [("ipv4", "dhcp4"), ("ipv6", "dhcp6")] {
            if self.has(family) > 0.0 {
                product.start_from(dhcp, "0");
            }
        }
        if let [(bridge, vlan)] = self.networks.as_slice() {
            product.start_from("bridge", bridge);
            product.start_from("vlan", &vlan.to_string());
        }
    }

    fn has(&self, key: &str) -> f64 {
        self.most.get(key).map_or(0.0, |(has, _)| *has)
    }

    fn is_smaller(&self, product: &Product, key: &str) -> bool {
        let says: f64 = product.text_of(key).trim().parse().unwrap_or(0.0);
        let has = self.has(key);
        match key {
            key if LIMITS.contains(&key) => says > 0.0 && (has == 0.0 || says < has),
            // 0 leaves a disk as it is.
            "system_size" | "additional_size" => says < has && says > 0.0,
            _ => says < has,
        }
    }

    /// What settings would make smaller, one error a field.
    pub(super) fn losses(&self, product: &Product) -> Vec<FieldError> {
        let mut errors: Vec<FieldError> = self
            .most
            .iter()
            .filter(|(key, _)| self.is_smaller(product, key))
            .map(|(key, (has, who))| {
                let has = match *has == 0.0 {
                    true => say::stock_unlimited(),
                    false => Sentence::foreign(has.to_string()),
                };
                FieldError::new(*key, say::stock_less(who.clone(), has))
            })
            .collect();
        for (family, dhcp) in [("ipv4", "dhcp4"), ("ipv6", "dhcp6")] {
            if let Some((has, who)) = self.most.get(family)
                && *has > 0.0
                && product.text_of(dhcp) == "1"
            {
                errors.push(FieldError::new(dhcp, say::stock_address(who.clone())));
            }
        }
        errors
    }

    /// That the form starts from what the VMs have.
    pub(super) fn banner(&self) -> Banner {
        banner("warning", say::product_from_vms(self.vms))
    }
}
