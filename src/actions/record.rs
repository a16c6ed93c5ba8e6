//! The row of a service as staff may look at and correct it, and its end.

use super::answer::Denial;
use super::page_operations::{Deleted, RecordFields, RecordFixed, RecordSave, ServiceRow};
use super::reset;
use crate::custody::enter;
use crate::model::naming::is_dns_name;
use crate::model::{FieldError, NodeName, Schedule, Sentence, VmState, Vmid, lenient, say};
use crate::site::Site;
use crate::store::schedule::{self, Calendar};
use crate::store::vm::{self, VmRecord};
use crate::store::{StoreError, address, vmid};
use serde_json::{Map, Value};
use std::net::IpAddr;

/// The row: what can be changed, what can only be read, and the revision a change must name.
pub(super) async fn show(site: &Site, record: &VmRecord) -> Result<ServiceRow, StoreError> {
    let (host, id) = (&site.host, record.service);
    let backups = schedule::of(host, Calendar::Backups, id).await?.schedule;
    let snapshots = schedule::of(host, Calendar::Snapshots, id).await?.schedule;
    Ok(ServiceRow {
        rev: record.rev,
        fixed: RecordFixed {
            service_id: id.0,
            vm_id: record.vmid.map(Vmid::get),
            owner_mark: record.mark.as_str().to_owned(),
            cluster: record.cluster.clone(),
        },
        fields: RecordFields {
            vm_status: record.state,
            vm_name: record.name.clone(),
            vm_net0_mac: record.mac.clone(),
            vm_rev_dns: record.rev_dns.clone(),
            node: record.node.as_ref().map(ToString::to_string),
            vm_backup_schedule: backups.to_json(),
            vm_snapshot_schedule: snapshots.to_json(),
        },
        states: VmState::ALL,
    })
}

/// Saves what the form holds, if every field keeps its rule and nobody changed the row since.
pub(super) async fn save(
    site: &Site,
    mut record: VmRecord,
    wanted: &RecordSave,
) -> Result<ServiceRow, Denial> {
    if wanted.rev != Some(record.rev) {
        return Err(say::record_changed().into());
    }
    let was = record.state;
    let mut errors = vec![];
    let mut schedules = vec![];
    for (key, value) in wanted.fields.0.as_object().into_iter().flatten() {
        let text = lenient::text(value).unwrap_or_default();
        let outcome = match key.as_str() {
            "vm_backup_schedule" => {
                calendar(&text).map(|found| schedules.push((Calendar::Backups, found)))
            }
            "vm_snapshot_schedule" => {
                calendar(&text).map(|found| schedules.push((Calendar::Snapshots, found)))
            }
            key => set(&mut record, key, text.trim()),
        };
        if let Err(rule) = outcome {
            errors.push(FieldError::new(key, rule));
        }
    }
    if !errors.is_empty() {
        return Err(Denial::Misfilled(say::record_unsaved(), errors));
    }
    if record.state != was {
        let state = record.state;
        enter(&mut record, state, site.now());
    }
    match vm::save(&site.host, &mut record, was, vec![]).await {
        Ok(()) => {}
        Err(StoreError::Stale) => return Err(say::record_changed().into()),
        Err(error) => return Err(error.into()),
    }
    let about = site.about().await?;
    let zone = about.zone();
    for (calendar, schedule) in schedules {
        let next = schedule.next(zone, site.clock.now());
        let next = next.map(|next| next.at.timestamp());
        schedule::set(&site.host, calendar, record.service, &schedule, next).await?;
    }
    Ok(show(site, &record).await?)
}

fn set(record: &mut VmRecord, key: &str, text: &str) -> Result<(), Sentence> {
    match key {
        "vm_status" => {
            record.state = VmState::parse(text).ok_or_else(say::record_state)?;
        }
        "vm_name" if text.is_empty() || is_dns_name(text) => text.clone_into(&mut record.name),
        "vm_name" => return Err(say::record_host()),
        "vm_net0_mac" if text.is_empty() || is_mac(text) => {
            record.mac = text.to_ascii_uppercase();
        }
        "vm_net0_mac" => return Err(say::record_mac()),
        "vm_rev_dns" if text.is_empty() || are_names(text) => {
            text.clone_into(&mut record.rev_dns);
        }
        "vm_rev_dns" => return Err(say::record_names()),
        "node" if text.is_empty() => record.node = None,
        "node" if is_dns_name(text) && !text.contains('.') => {
            record.node = Some(NodeName::from(text));
        }
        "node" => return Err(say::record_node()),
        _ => return Err(say::record_fixed()),
    }
    Ok(())
}

fn is_mac(text: &str) -> bool {
    let pairs: Vec<&str> = text.split(':').collect();
    let hex = |pair: &&str| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit());
    pairs.len() == 6 && pairs.iter().all(hex)
}

fn are_names(text: &str) -> bool {
    serde_json::from_str::<Map<String, Value>>(text).is_ok_and(|map| {
        map.iter().all(|(address, name)| {
            address.parse::<IpAddr>().is_ok() && name.as_str().is_some_and(is_dns_name)
        })
    })
}

fn calendar(text: &str) -> Result<Schedule, Sentence> {
    let schedule = Schedule::parse(text);
    let empty = ["", "{}", "[]", "null"].contains(&text.trim());
    match schedule.is_empty() && !empty {
        true => Err(say::record_calendar()),
        false => Ok(schedule),
    }
}

/// Removes the row alone; no VM is touched. What the service held is kept from everybody until its VM is seen absent.
pub(super) async fn delete(site: &Site, record: VmRecord) -> Result<Deleted, Denial> {
    if !matches!(record.state, VmState::ErrorTerminate | VmState::Remove) {
        return Err(say::record_kept(record.state).into());
    }
    let now = site.now();
    let also = match record.vmid {
        Some(_) => vmid::orphan(record.service, &record.mark).to_vec(),
        None => address::free(record.service, now)
            .into_iter()
            .chain([vmid::free(record.service, now)])
            .collect(),
    };
    match vm::delete(&site.host, &record, also).await {
        Ok(()) => {
            reset::clear(site, record.service).await?;
            Ok(Deleted {
                deleted: record.service.0,
            })
        }
        Err(StoreError::Stale) => Err(say::record_changed().into()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_their_rules() {
        assert!(
            is_mac("bc:24:11:00:00:01")
                && !is_mac("bc:24:11:00:00")
                && !is_mac("bc:24:11:00:00:0g")
        );
        assert!(are_names(r#"{"192.0.2.1": "a.example.com"}"#) && !are_names(r#"{"x": "a"}"#));
        assert!(!are_names(r#"{"192.0.2.1": "a b"}"#) && !are_names("[]"));
        assert!(calendar("").is_ok() && calendar(r#"{"1":"03:07"}"#).is_ok());
        assert!(calendar("never").is_err() && calendar(r#"{"9":"03:07"}"#).is_err());
    }
}
