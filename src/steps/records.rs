//! The VM's names in DNS. Whatever a provider does, the flow goes on.

use super::Vm;
use crate::dns::{self, Desired, Zone, ZoneName, zonefile::ZoneFile};
use crate::model::{Skip, StepResult, Verdict};
use crate::store::zone;
use futures_util::future::LocalBoxFuture;
use std::net::IpAddr;
use std::rc::Rc;

/// Deletes old records and writes new ones in every zone that takes the VM's names.
pub fn configure(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        let zones = zones(vm).await?;
        if zones.is_empty() {
            return Ok(Verdict::Skipped(Skip::NotConfigured));
        }
        let desired = desired(vm);
        let report = dns::sync(&zones, Some(&desired), Some(&desired)).await;
        for line in &report.lines {
            vm.note(line.text.clone());
        }
        Ok(Verdict::Done)
    })
}

/// Deletes the records of the VM's former addresses and writes those of its present ones.
pub(super) async fn replace(vm: &mut Vm, before: &Desired) -> Result<(), crate::model::Failure> {
    let zones = zones(vm).await?;
    let desired = desired(vm);
    for line in dns::sync(&zones, Some(&desired), Some(before)).await.lines {
        vm.note(line.text);
    }
    Ok(())
}

/// Deletes the VM's records; what a provider refuses is noted, and left.
pub(super) async fn remove(vm: &mut Vm) -> Result<(), crate::model::Failure> {
    let zones = zones(vm).await?;
    if zones.is_empty() || vm.addresses.is_empty() {
        return Ok(());
    }
    let old = desired(vm);
    for line in dns::sync(&zones, None, Some(&old)).await.lines {
        vm.note(line.text);
    }
    Ok(())
}

/// The records the VM should have: those the client chose for an address go before the VM's own name.
pub(super) fn desired(vm: &Vm) -> Desired {
    let addresses: Vec<IpAddr> = vm
        .addresses
        .iter()
        .filter_map(|row| row.text.parse().ok())
        .collect();
    let chosen: Vec<(IpAddr, String)> =
        serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&vm.record.rev_dns)
            .unwrap_or_default()
            .iter()
            .filter_map(|(address, name)| Some((address.parse().ok()?, name.as_str()?.to_owned())))
            .collect();
    Desired::of_vm(&vm.service.domain, &addresses, &chosen)
}

async fn zones(vm: &mut Vm) -> Result<Vec<Zone>, crate::model::Failure> {
    let mut zones = vec![];
    for row in zone::list(&vm.site.host).await? {
        let name = match ZoneName::parse(&row.zone) {
            Ok(name) => name,
            Err(rule) => {
                vm.note(format!("zone {} is skipped: its name {rule}", row.zone));
                continue;
            }
        };
        match row.kind.as_str() {
            "zonefile" => match ZoneFile::from_settings(&row.settings) {
                Ok(provider) => zones.push(Zone {
                    name,
                    provider: Rc::new(provider),
                }),
                Err(error) => vm.note(format!("zone {} is skipped: {error}", row.zone)),
            },
            other => vm.note(format!(
                "zone {} is skipped: this version knows no provider \"{other}\"",
                row.zone
            )),
        }
    }
    Ok(zones)
}
