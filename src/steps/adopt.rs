//! Making a VM ours that another product made for the service: proof, mark, number, addresses.

use super::address_network::AddressNetwork;
use crate::ipam::{Family, LegacyList, PlacedAddress, Pool};
use crate::model::{Failure, StepResult, Verdict};
use crate::pve::{NetConfig, VmConfig};
use crate::store::address::{self, AddressRow};
use crate::store::{pool, snapshot, vmid};
use crate::vm::{Vm, lock};
use serde_json::json;
use std::net::IpAddr;

impl Vm {
    /// Takes the VM over, if it surely is the service's: its card's address, or else its name, is the one on record.
    pub async fn adopt(&mut self) -> StepResult {
        let Some(number) = self.record.vmid else {
            return Err(Failure::person(
                "The other product's record names no VM. Attach the one that is the service's, or reset the service to remove.",
            ).into());
        };
        let Some(node) = self.cluster.locate(number).await? else {
            return Err(Failure::person(format!(
                "VM {number}, imported for this service, is on no node of the cluster. Attach the right one, or remove the record."
            )).into());
        };
        self.record.node = Some(node.clone());
        self.observed = None;
        let config = self.peek().await?;
        lock::free(self, &config.lock).await?;
        if !config.carries(&self.record.mark) {
            if config.is_marked() {
                return Err(Failure::person(format!(
                    "VM {number} on {node} carries the mark of another service, so it is not taken over."
                )).into());
            }
            if !self.is_known_by(&config) {
                return Err(Failure::person(format!(
                    "VM {number} on {node} ({}) has neither the network address nor the name on record, so it is not taken over. Attach it by hand if it is the service's.",
                    config.name
                )).into());
            }
        }
        let key = self.cluster.key.clone();
        let (host, service) = (self.site.host.clone(), self.record.service);
        let held = vmid::held(&host, &key, service).await?;
        if held != Some(number) && !vmid::reserve(&host, &key, number, service).await? {
            return Err(Failure::person(format!(
                "VM ID {number} is on record for another service too. Remove one of the two records."
            )).into());
        }
        self.record.cluster = key;
        self.put_mark().await?;
        self.own_the_rules().await?;
        self.record.name.clone_from(&config.name);
        if let Some(mac) = config.net0().and_then(NetConfig::mac) {
            mac.clone_into(&mut self.record.mac);
        }
        self.take_addresses(&config).await?;
        // Snapshots of before live as long as the product lets them.
        let now = self.site.now();
        snapshot::look_by(&self.site.host, self.record.service, now).await?;
        Ok(Verdict::Done)
    }

    fn is_known_by(&self, config: &VmConfig) -> bool {
        let mac = config.net0().and_then(NetConfig::mac);
        match self.record.mac.as_str() {
            "" => !self.record.name.is_empty() && config.name == self.record.name,
            known => mac.is_some_and(|mac| mac.eq_ignore_ascii_case(known)),
        }
    }

    /// The addresses that WHMCS has for the service become held, with the bridge and gateway of their pool.
    async fn take_addresses(&mut self, config: &VmConfig) -> Result<(), Failure> {
        let texts = format!(
            "{}\n{}",
            self.service.dedicated_ip, self.service.assigned_ips
        );
        let mut listed: Vec<IpAddr> = vec![];
        for text in texts.split_whitespace() {
            if let Ok(address) = text.parse()
                && !listed.contains(&address)
            {
                listed.push(address);
            }
        }
        let rows = pool::list(&self.site.host, Some(self.cluster.server.0)).await?;
        let pools: Vec<Pool> = rows
            .iter()
            .filter_map(|row| Pool::parse(&json!(row)).ok())
            .collect();
        let legacy = LegacyList::parse(&self.service.server.assigned_ips);
        for address in listed {
            let family = Family::of(address).number();
            if self
                .addresses
                .iter()
                .any(|row| row.text == address.to_string())
            {
                continue;
            }
            let position = self.addresses.iter().filter(|row| row.family == family);
            let mut row = self.held(address, &pools, &legacy, config);
            row.position = position.count() as u64;
            let host = &self.site.host;
            let state = address::state(host, &row.scope, row.family, &row.key).await?;
            row.came_back = state.is_some_and(|(state, _)| state == "free");
            let take = self.site.host.transact(
                row.take(self.record.service, self.service.client_id, self.site.now())
                    .to_vec(),
            );
            if !take
                .await
                .map_err(crate::store::StoreError::from)?
                .committed()
            {
                self.note(format!("{address} is another service's already"));
                continue;
            }
            self.addresses = address::of(&self.site.host, self.record.service).await?;
        }
        Ok(())
    }

    fn held(
        &self,
        address: IpAddr,
        pools: &[Pool],
        legacy: &LegacyList,
        config: &VmConfig,
    ) -> AddressRow {
        let key = &self.cluster.key;
        if let Some(pool) = pools.iter().find(|pool| pool.range().holds(address)) {
            return AddressNetwork::of_pool(pool).row(key, pool.placed(address));
        }
        if let Some(entry) = legacy.entries.iter().find(|entry| entry.address == address) {
            return AddressNetwork::of_entry(entry, self.cluster.server).row(key, entry.placed());
        }
        // From no pool there is: as the VM itself has it.
        let card = config.net0();
        let origin = AddressNetwork {
            source: "import".to_owned(),
            bridge: card
                .and_then(NetConfig::bridge)
                .unwrap_or_default()
                .to_owned(),
            vlan: card.and_then(NetConfig::tag).unwrap_or(0),
            dns: vec![],
        };
        let told = config.ipconfigs.get(&0);
        let told = told.and_then(|told| told.network_of(address));
        let (prefix, gateway) = told.unwrap_or((Family::of(address).bits(), None));
        let placed = PlacedAddress {
            address,
            prefix,
            gateway,
        };
        origin.row(key, placed)
    }
}
