//! Letting go of addresses that the package no longer has.
//!
//! An address becomes another service's only after good answers showed that neither the VM's configuration nor its address
//! set has it and that the VM was off, or was started anew, since then: what a guest was booted with it keeps.

use super::{dns_records, firewall, power_state};
use crate::model::Failure;
use crate::pve::{IpConfig, VmConfig};
use crate::store::StoreError;
use crate::store::address::AddressRow;
use crate::store::operation::{self, OperationKind};
use crate::vm::Vm;
use std::net::IpAddr;

/// Seconds by which a start may be on record before the VM ran.
const SLACK_S: i64 = 120;
/// Proxmox tells its times in whole seconds.
const ROUNDING_S: i64 = 2;

impl Vm {
    /// Lets go of addresses that the VM surely has no more; the rest is looked at again.
    ///
    /// # Errors
    /// When Proxmox or the database does not answer well.
    pub async fn let_go_of_addresses(&mut self) -> Result<(), Failure> {
        let_go(self).await
    }
}

/// Lets go of what the VM surely has no more; the rest is looked at again.
pub(super) async fn let_go(vm: &mut Vm) -> Result<(), Failure> {
    // What another cluster's VM had is not for this one to judge.
    let here = format!("{}|", vm.cluster.key);
    let rows: Vec<AddressRow> = vm
        .leaving
        .iter()
        .filter(|row| row.scope.starts_with(&here))
        .cloned()
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    vm.observed = None;
    let config = vm.observe().await?;
    let (rows, still): (Vec<AddressRow>, Vec<AddressRow>) =
        rows.into_iter().partition(|row| !has(&config, &row.text));
    for row in still {
        vm.note(format!(
            "the VM's configuration still has {}; it does not leave yet",
            row.text
        ));
    }
    let status = power_state::status(vm).await?;
    let gone = match status.is_running() {
        true => started_anew(vm, rows, status.uptime).await?,
        false => rows,
    };
    if gone.is_empty() {
        return Ok(());
    }
    firewall::expel(vm, &gone).await?;
    give_up(vm, &gone).await?;
    for row in &gone {
        vm.note(format!("{} has left the VM", row.text));
    }
    Ok(())
}

/// Moves addresses that no guest can have any more to quarantine, their reverse names first.
pub(super) async fn give_up(vm: &mut Vm, rows: &[AddressRow]) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
    let given_up: Vec<IpAddr> = rows
        .iter()
        .filter_map(|row| row.text.parse().ok())
        .collect();
    dns_records::forget(vm, &given_up).await?;
    let now = vm.site.now();
    let free = rows.iter().flat_map(|row| row.free(vm.record.service, now));
    let freed = vm.site.host.transact(free.collect()).await;
    freed.map_err(StoreError::from)?;
    vm.addresses.retain(|row| !rows.contains(row));
    vm.leaving.retain(|row| !rows.contains(row));
    Ok(())
}

/// Of a VM that runs: those addresses that its configuration had lost already when it was started. Since when it is without
/// the others is noted, by the node's own clock.
///
/// How long Proxmox says that a VM runs begins anew when it is moved while it runs, so a start of ours must be there too.
async fn started_anew(
    vm: &mut Vm,
    rows: Vec<AddressRow>,
    uptime: u64,
) -> Result<Vec<AddressRow>, Failure> {
    let node = vm.node()?;
    let time = vm.cluster.api.node_time(&node).await?;
    let (now, uptime) = (
        i64::try_from(time).unwrap_or(i64::MAX),
        i64::try_from(uptime).unwrap_or(i64::MAX),
    );
    let since = vm.site.now().saturating_sub(uptime).saturating_sub(SLACK_S);
    let ours = started_since(vm, since).await?;
    let (mut gone, mut notes) = (vec![], vec![]);
    for row in rows {
        match row.gone_since {
            Some(since) if ours && now.saturating_sub(uptime) > since + ROUNDING_S => {
                gone.push(row)
            }
            Some(_) => {}
            None => notes.push(row.gone(vm.record.service, now)),
        }
    }
    if !notes.is_empty() {
        let noted = vm.site.host.transact(notes).await;
        noted.map_err(StoreError::from)?;
    }
    Ok(gone)
}

/// Whether we started the VM at this moment or later: each start finds it off and makes the first-boot image anew.
pub(super) async fn started_since(vm: &Vm, since: i64) -> Result<bool, Failure> {
    for kind in [OperationKind::Start, OperationKind::Reboot] {
        let ended = operation::ended(&vm.site.host, vm.record.service, kind, since).await?;
        if ended.iter().any(operation::Ended::is_done) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether any card's first-boot settings have the address.
fn has(config: &VmConfig, address: &str) -> bool {
    let Ok(wanted) = address.parse::<IpAddr>() else {
        return false;
    };
    let is = |text: &Option<String>| {
        let bare = text.as_deref().and_then(|text| text.split('/').next());
        bare.is_some_and(|bare| bare.parse() == Ok(wanted))
    };
    let mut configs = config.ipconfigs.values();
    configs.any(|line: &IpConfig| is(&line.ip) || is(&line.ip6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_however_it_is_written() {
        let first = "ip=192.0.2.1/24,gw=192.0.2.254,ip6=2001:DB8:0::10/64";
        let lines = [(0, first), (1, "ip=192.0.2.9/24")];
        let config = VmConfig {
            ipconfigs: lines
                .map(|(card, line)| (card, IpConfig::parse(line)))
                .into(),
            ..VmConfig::default()
        };
        for address in ["192.0.2.1", "192.0.2.9", "2001:db8::10"] {
            assert!(has(&config, address), "{address}");
        }
        for address in ["192.0.2.254", "192.0.2.10", "2001:db8::1"] {
            assert!(!has(&config, address), "{address}");
        }
    }
}
