//! What a cluster's list and the records disagree about.

use super::{Finding, Oddity, tag_of};
use crate::model::{Sentence, Vmid, say};
use crate::pve::{Guest, Resource};
use crate::store::vm_list::Marked;
use crate::store::vm_rows::{Rows, Unreadable};
use std::collections::{BTreeMap, BTreeSet};

/// The findings, in order. `let_go` are numbers that staff let go of.
pub(super) fn compare(
    key: &str,
    resources: &[Resource],
    Rows {
        readable: records,
        unreadable,
    }: &Rows<Marked>,
    let_go: &BTreeSet<Vmid>,
) -> Vec<Finding> {
    let by_tag: BTreeMap<String, &Marked> = records
        .iter()
        .map(|record| (record.mark.tag(), record))
        .collect();
    let guests: BTreeMap<Vmid, &Guest> = resources
        .iter()
        .filter_map(Resource::guest)
        .map(|guest| (guest.vmid, guest))
        .collect();
    let of_record = |record: &Marked| record.vmid.filter(|_| record.cluster == key);
    let mut found = vec![];
    for guest in guests.values() {
        let Some(tag) = tag_of(guest) else { continue };
        let whose = by_tag.get(tag);
        match whose {
            // What has the number of its own record is looked at below, with the record.
            Some(record) if of_record(record) == Some(guest.vmid) => {}
            Some(_) if let_go.contains(&guest.vmid) => {}
            // Clones of a template and backups of a container may carry marks of others: nothing to say of those.
            None if !is_vm(guest) => {}
            None => {
                let row = unreadable.iter().find(|row| row.vmid == Some(guest.vmid));
                found.push(unknown(guest, row));
            }
            Some(record) if !is_vm(guest) => found.push(no_vm(record, guest)),
            Some(record) => {
                let own = of_record(record).and_then(|vmid| guests.get(&vmid));
                let doubled = own.is_some_and(|own| tag_of(own) == Some(tag));
                found.push(elsewhere(record, guest, doubled));
            }
        }
    }
    for record in records {
        let Some(vmid) = of_record(record) else {
            continue;
        };
        match guests.get(&vmid) {
            _ if !record.ready => {}
            None => found.push(finding(
                Oddity::Missing,
                vmid,
                record,
                say::census_missing(vmid, record.service),
            )),
            Some(guest) => found.extend(at_home(record, guest)),
        }
    }
    found.sort_by_key(Finding::rank);
    found
}

/// Whether it can be a service's VM.
fn is_vm(guest: &Guest) -> bool {
    guest.is_vm() && !guest.template
}

fn finding(oddity: Oddity, vmid: Vmid, record: &Marked, text: Sentence) -> Finding {
    Finding {
        oddity,
        vmid,
        service: Some(record.service),
        text,
    }
}

/// `row`: a record with its number whose own mark cannot be read, so that nothing tells whether it is this VM's.
fn unknown(guest: &Guest, row: Option<&Unreadable>) -> Finding {
    let (vmid, name, node) = (guest.vmid, &guest.name, &guest.node);
    let text = match row {
        Some(row) => say::census_unreadable(vmid, name, node, row.sentence()),
        None => say::census_unknown(vmid, name, node),
    };
    Finding {
        oddity: Oddity::Unknown,
        vmid,
        service: None,
        text,
    }
}

/// A template or container with the mark of a service.
fn no_vm(record: &Marked, guest: &Guest) -> Finding {
    let (vmid, node, service) = (guest.vmid, &guest.node, record.service);
    match guest.is_vm() {
        true => {
            let text = say::census_template(vmid, node, service);
            finding(Oddity::Template, vmid, record, text)
        }
        false => {
            let text = say::census_container(vmid, node, service);
            finding(Oddity::Container, vmid, record, text)
        }
    }
}

/// What is odd about what stands at the number of a record.
fn at_home(record: &Marked, guest: &Guest) -> Vec<Finding> {
    let (vmid, service, node) = (guest.vmid, record.service, &guest.node);
    let one = |oddity, text| finding(oddity, vmid, record, text);
    if !guest.is_vm() {
        let text = say::census_displaced(vmid, service, node);
        return vec![one(Oddity::Container, text)];
    }
    if guest.template {
        let text = say::census_turned(vmid, service, node);
        return vec![one(Oddity::Template, text)];
    }
    let mut found = vec![];
    if tag_of(guest) != Some(record.mark.tag().as_str()) {
        return found;
    }
    if record.suspended && guest.status == "running" {
        found.push(one(Oddity::Runs, say::census_runs(vmid, service, node)));
    }
    if let Some(before) = record.node.as_ref().filter(|before| *before != node) {
        let text = say::census_moved(vmid, service, before, node);
        found.push(one(Oddity::Moved, text));
    }
    found
}

/// A VM with the mark of a service whose record says otherwise.
fn elsewhere(record: &Marked, guest: &Guest, doubled: bool) -> Finding {
    let (vmid, service, node) = (guest.vmid, record.service, &guest.node);
    let (oddity, text) = match record.vmid {
        Some(own) if doubled => (Oddity::Stray, say::census_doubled(vmid, node, service, own)),
        Some(own) => (
            Oddity::WrongNumber,
            say::census_number(vmid, node, service, own),
        ),
        None if record.over => (Oddity::Stray, say::census_over(vmid, node, service)),
        None => (
            Oddity::WrongNumber,
            say::census_unrecorded(vmid, node, service),
        ),
    };
    finding(oddity, vmid, record, text)
}
