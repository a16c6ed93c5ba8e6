//! Cloning the template.

use super::{heritage, node_choice};
use crate::limits::Work;
use crate::model::{
    Failure, FlowKey, NodeName, Skip, StepResult, Stop, Verdict, Vmid, Wait, chain,
};
use crate::plan::CloneKind;
use crate::pve::{CloneRequest, Exit, Guest, Kind, Resource};
use crate::store::operation::OperationKind;
use crate::store::vm::{self, VmRecord};
use crate::store::{StoreError, vmid};
use crate::vm::{Standing, Template, Unfinished, Vm, census, lock};
use futures_util::future::LocalBoxFuture;
use std::collections::BTreeSet;

/// How many numbers are tried in one pass when others keep taking them.
const NUMBERS_TRIED: u32 = 20;

/// What stands at the service's reserved number.
enum Occupant {
    /// Nothing: the number is free.
    Nothing,
    /// Our own VM, on this node.
    Ours(NodeName),
    /// Something not finished.
    Forming(NodeName),
    /// Somebody else's.
    Foreign,
}

/// Clones the template to a reserved VMID, on the template's node, or adopts the VM if an earlier clone made it.
pub fn clone_template(vm: &mut Vm) -> LocalBoxFuture<'_, StepResult> {
    Box::pin(async move {
        let template = vm.cluster.template(vm.template()?).await?;
        if vm.record.vmid.is_none() {
            find_own(vm, &template).await?;
        }
        let mut fresh = vm.record.vmid.is_none();
        if fresh {
            heritage::admit(vm, &template)?;
        }
        for _ in 0..NUMBERS_TRIED {
            let number = match vm.record.vmid {
                Some(number) => number,
                None => reserve(vm).await?,
            };
            // A number reserved a moment ago was free a moment ago; the clone call itself refuses a taken one.
            let found = if fresh {
                Occupant::Nothing
            } else {
                look(vm, number, &template).await?
            };
            match found {
                Occupant::Ours(node) => return adopt(vm, node).await,
                Occupant::Forming(node) => {
                    forming(vm, number, &node, &template).await?;
                    let why = format!(
                        "VM {number} on {node} is a clone that never ended (lock \"clone\" without a task); run on {node}: qm unlock {number}, then qm destroy {number}"
                    );
                    give_up(vm, number, &why).await?;
                }
                Occupant::Foreign => {
                    give_up(vm, number, &format!("VM {number} belongs to someone else")).await?
                }
                Occupant::Nothing => {
                    heritage::admit(vm, &template)?;
                    if copy(vm, number, &template).await? {
                        return Ok(Verdict::Done);
                    }
                }
            }
            fresh = vm.record.vmid.is_none();
        }
        Err(Failure::retry(format!(
            "{NUMBERS_TRIED} VMIDs in a row were taken by someone else. Will retry."
        ))
        .into())
    })
}

/// A VM that carries the service's mark already though no record names it: the database lost what it had committed, or was
/// restored from before. It is taken, never doubled. A clone that runs still may be this one: it is waited for.
async fn find_own(vm: &mut Vm, template: &Template) -> Result<(), Stop> {
    let resources = vm.cluster.resources().await?;
    let (host, key) = (vm.site.host.clone(), vm.cluster.key.clone());
    let taken = vmid::taken(&host, &key).await?;
    let let_go = vmid::orphans(&host, &key).await?;
    for guest in candidates(&vm.record, &resources, &taken) {
        let number = guest.vmid;
        if let_go.iter().any(|(orphan, _)| *orphan == number) {
            continue;
        }
        match vm.cluster.api.vm(&guest.node, number).config().await {
            Ok(config) => match Standing::of(&config, &vm.record.mark) {
                Standing::Ours => {}
                Standing::Foreign => continue,
                Standing::Forming if taken.contains(&number) => continue,
                Standing::Forming => {
                    forming(vm, number, &guest.node, template).await?;
                    continue;
                }
            },
            // Gone since the list was read.
            Err(error) if error.is_missing(number) => continue,
            Err(error) => return Err(error.into()),
        }
        return take_back(vm, number, guest.node).await;
    }
    Ok(())
}

/// The guests among which the service's own VM may be.
///
/// Before its first change a VM has the mark in its notes alone, which no list shows; by then it has its name. While it is
/// cloned, and up to ten seconds longer, it has not even that.
fn candidates(record: &VmRecord, resources: &[Resource], taken: &BTreeSet<Vmid>) -> Vec<Guest> {
    let online: Vec<&NodeName> = resources
        .iter()
        .filter_map(Resource::node)
        .filter(|node| node.online)
        .map(|node| &node.node)
        .collect();
    let tag = record.mark.tag();
    let may_be = |guest: &&Guest| {
        let named = census::may_be_called(&record.name, record.service, &guest.name);
        let bare = guest.name.is_empty() || guest.name == format!("VM {}", guest.vmid);
        let off = guest.status != "running" && online.contains(&&guest.node);
        let fresh = bare && off && !taken.contains(&guest.vmid);
        let marked = census::tag_of(guest) == Some(&tag);
        guest.is_vm() && !guest.template && (named || fresh || marked)
    };
    let guests = resources.iter().filter_map(Resource::guest);
    guests.filter(may_be).cloned().collect()
}

/// Records a VM with the service's mark as the service's own.
async fn take_back(vm: &mut Vm, number: Vmid, node: NodeName) -> Result<(), Stop> {
    let (host, key) = (vm.site.host.clone(), vm.cluster.key.clone());
    let service = vm.record.service;
    let held = vmid::held(&host, &key, service).await?;
    if held != Some(number) && !vmid::reserve(&host, &key, number, service).await? {
        return Err(Failure::person(format!(
            "VM {number} on {node} carries the mark of service {service}, but its number is on record for another service. \
             Move it to a free VMID in Proxmox, or remove it, then retry."
        ))
        .into());
    }
    if let Some(old) = held.filter(|old| *old != number) {
        let aside = vmid::set_aside(&key, old, service, vm.site.now());
        host.transact(vec![aside]).await.map_err(StoreError::from)?;
    }
    vm.note(format!(
        "VM {number} on {node} carries this service's mark already, so it is taken instead of another clone"
    ));
    vm.record.cluster = key;
    vm.record.vmid = Some(number);
    vm.record.node = Some(node);
    vm.keep().await?;
    Ok(())
}

/// Reserves the lowest number that is free in WHMCS, in the cluster and in its backups.
async fn reserve(vm: &mut Vm) -> Result<Vmid, Failure> {
    let cluster = std::rc::Rc::clone(&vm.cluster);
    let _alone = cluster.choosing.lock().await;
    let host = vm.site.host.clone();
    if let Some(held) = vmid::held(&host, &cluster.key, vm.record.service).await? {
        vm.record.vmid = Some(held);
        vm.keep().await?;
        return Ok(held);
    }
    let (first, storage) = (vm.plan.first_vmid, vm.plan.backup_storage.clone());
    while let Some(number) = cluster.next_number(&host, first, storage.as_ref()).await? {
        // Another machine may have been faster: the unique key says so.
        if vmid::reserve(&host, &cluster.key, number, vm.record.service).await? {
            vm.record.cluster.clone_from(&cluster.key);
            vm.record.vmid = Some(number);
            vm.keep().await?;
            return Ok(number);
        }
    }
    Err(Failure::person(format!(
        "No VMID from {} on is free. Lower the product's First VM ID.",
        vm.plan.first_vmid
    )))
}

async fn look(vm: &mut Vm, number: Vmid, template: &Template) -> Result<Occupant, Failure> {
    let mut node = vm
        .record
        .node
        .clone()
        .unwrap_or_else(|| template.node.clone());
    let config = match vm.cluster.api.vm(&node, number).config().await {
        Ok(config) => config,
        Err(error) if error.is_missing(number) => match vm.cluster.locate(number).await? {
            Some(elsewhere) if elsewhere != node => {
                node = elsewhere;
                vm.cluster.api.vm(&node, number).config().await?
            }
            _ => return Ok(Occupant::Nothing),
        },
        Err(error) => return Err(error.into()),
    };
    Ok(match Standing::of(&config, &vm.record.mark) {
        Standing::Ours => Occupant::Ours(node),
        Standing::Forming => Occupant::Forming(node),
        Standing::Foreign => Occupant::Foreign,
    })
}

/// A clone stands at our number and none of our operations is open: waits for its task if that is still alive.
async fn forming(vm: &Vm, number: Vmid, node: &NodeName, template: &Template) -> Result<(), Stop> {
    match (vm.cluster.api)
        .running_clones(node, template.vmid)
        .await?
        .is_empty()
    {
        true => Ok(()),
        false => Err(Stop::Wait(Wait::Clone {
            template: template.vmid.to_string(),
            vmid: number,
        })),
    }
}

/// Another VM stands at our number. An order takes another one; a reinstallation must keep its own, so it waits.
async fn give_up(vm: &mut Vm, number: Vmid, why: &str) -> Result<(), Failure> {
    if vm.record.flow == Some(FlowKey::Reinstall) {
        return Err(Failure::person(format!(
            "{why}. A reinstallation keeps its VMID: free the number, or terminate the service."
        )));
    }
    abandon(vm, number, why).await
}

/// Gives the number up, never the VM that stands there.
async fn abandon(vm: &mut Vm, number: Vmid, why: &str) -> Result<(), Failure> {
    vm.note(format!("{why}; taking another number"));
    vm.tell_admin(&format!("Service {}: {why}", vm.record.service))
        .await;
    vm.record.vmid = None;
    vm.record.node = None;
    let set_aside = vmid::set_aside(&vm.cluster.key, number, vm.record.service, vm.site.now());
    let state = vm.record.state;
    vm::save(&vm.site.host, &mut vm.record, state, vec![set_aside]).await?;
    Ok(())
}

async fn adopt(vm: &mut Vm, node: NodeName) -> StepResult {
    vm.record.node = Some(node);
    let config = vm.observe().await?;
    lock::free(vm, &config.lock).await?;
    if vm.record.target_node.is_none() {
        let as_it_is = Template {
            vmid: vm.template()?,
            node: vm.node()?,
            config,
        };
        node_choice::choose(vm, &as_it_is, None).await?;
    }
    Ok(Verdict::Skipped(Skip::Exists))
}

/// Clones the template to a number. `false`: somebody else took it.
async fn copy(vm: &mut Vm, number: Vmid, template: &Template) -> Result<bool, Stop> {
    if !node_choice::made(vm) {
        let was = vm.record.target_node.clone();
        node_choice::choose(vm, template, was).await?;
    }
    let full = vm.plan.clone == CloneKind::Full;
    // A full clone that stays on its node goes straight to its storage; anything else is moved afterwards.
    let stays = vm.record.target_node.as_ref() == Some(&template.node);
    let call = CloneRequest {
        name: Some(vm.record.name.clone()).filter(|name| !name.is_empty()),
        description: Some(vm.record.mark.line(vm.record.service)),
        full,
        storage: vm
            .plan
            .system_disk
            .storage
            .clone()
            .filter(|_| full && stays),
        ..CloneRequest::default()
    };
    let work = if full {
        Work::FullClone
    } else {
        Work::LinkedClone
    };
    let permit = vm.permit(work, &[&template.vmid]).await?;
    let source = vm.cluster.api.vm(&template.node, template.vmid);
    let intent = template.vmid.to_string();
    let what = format!("clone template {} to VM {number}", template.vmid);
    let call = async move { source.clone_to(number, &call).await.map(Some) };
    let kind = OperationKind::Clone;
    let acted = vm.act(kind, &template.node, number, intent, what, call);
    match acted.await {
        Ok(exit) => {
            permit.went_well(&*vm.site.clock);
            // The next clone need not wait until this one was looked at.
            drop(permit);
            if let Exit::Warnings(count) = exit {
                vm.note(format!("the clone ended with {count} warnings"));
            }
            made(vm, number, template).await?;
            Ok(true)
        }
        Err(Unfinished::Refused(error)) if error.kind == Kind::VmidTaken => {
            vm.note(chain(&error));
            Ok(false)
        }
        Err(unfinished) => {
            let error = unfinished.refused()?;
            vm.heed(&permit, &error);
            Err(error.into())
        }
    }
}

/// The clone's task ended well: is what stands there really ours?
async fn made(vm: &mut Vm, number: Vmid, template: &Template) -> Result<(), Stop> {
    vm.record.node = Some(template.node.clone());
    let config = vm.peek().await?;
    match Standing::of(&config, &vm.record.mark) {
        Standing::Ours => Ok(()),
        Standing::Forming => Err(Stop::Wait(Wait::Clone {
            template: template.vmid.to_string(),
            vmid: number,
        })),
        Standing::Foreign => {
            abandon(
                vm,
                number,
                &format!("VM {number} does not carry this order's mark"),
            )
            .await?;
            Err(Failure::retry(format!(
                "VM {number} turned out to be someone else's. Will retry with another number."
            ))
            .into())
        }
    }
}
