//! The name of a new VM: what the product's rule makes, or a free one like it. Two VMs of one name would share their
//! records in DNS and their traffic in WHMCS's bill.

use crate::model::{Failure, VmState};
use crate::plan::{NameFacts, name};
use crate::pve::Resource;
use crate::store::{StoreError, vm as store, vm_list};
use crate::vm::Vm;
use std::rc::Rc;

/// How often a rule that draws is asked again before the name is set apart by the service's number.
const DRAWS_TRIED: u32 = 8;
/// How many names are tried then.
const NAMES_TRIED: u32 = 100;

/// Gives the VM its name, once for the service's life. It is stored first and looked at again then: of two machines that
/// chose the same name in the same moment, the one that stored it last sees the other's.
pub(super) async fn name(vm: &mut Vm) -> Result<(), Failure> {
    let fqdn = name::fqdn(&vm.record.name, &vm.plan.main_domain);
    let given = !vm.record.name.is_empty();
    if given && (vm.record.state != VmState::Creation || vm.service.domain == fqdn) {
        return Ok(());
    }
    // Orders of one run choose one after the other, so that the first of them has its name as the rule makes it.
    let cluster = Rc::clone(&vm.cluster);
    let _alone = cluster.choosing.lock().await;
    if !given {
        vm.record.name = choose(vm).await?;
        keep(vm).await?;
    }
    for _ in 0..NAMES_TRIED {
        let (host, service) = (&vm.site.host, vm.record.service);
        if vm_list::namesake(host, service, &vm.record.name)
            .await?
            .is_none()
        {
            return Ok(());
        }
        vm.record.name = set_apart(vm, &vm.record.name).await?;
        keep(vm).await?;
    }
    Err(none_free(&vm.record.name))
}

async fn keep(vm: &mut Vm) -> Result<(), StoreError> {
    let state = vm.record.state;
    store::save(&vm.site.host, &mut vm.record, state, vec![]).await
}

/// What the rule makes, if no other VM is called so.
async fn choose(vm: &mut Vm) -> Result<String, Failure> {
    let about = vm.site.about().await.map_err(StoreError::from)?;
    let facts = NameFacts {
        client_id: vm.service.client_id,
        service_id: vm.record.service,
    };
    let now = vm.site.clock.now().with_timezone(&about.zone());
    let rule = vm.plan.name_rule.clone();
    let mut name = rule.expand(facts, &now, &vm.site.random);
    let draws = if rule.draws() { DRAWS_TRIED } else { 1 };
    for _ in 0..draws {
        if is_free(vm, &name).await? {
            return Ok(name);
        }
        name = rule.expand(facts, &now, &vm.site.random);
    }
    let free = set_apart(vm, &name).await?;
    vm.note(format!(
        "another VM is called {name} already; this one is called {free}"
    ));
    Ok(free)
}

/// A free name like the given one. The service's number makes it one that no other service comes to in the same way.
async fn set_apart(vm: &Vm, name: &str) -> Result<String, Failure> {
    let service = vm.record.service;
    for number in 1..=NAMES_TRIED {
        let suffix = match number {
            1 => format!("-{service}"),
            number => format!("-{service}-{number}"),
        };
        let apart = name::apart(name, &suffix, &vm.plan.main_domain);
        if is_free(vm, &apart).await? {
            return Ok(apart);
        }
    }
    Err(none_free(name))
}

fn none_free(name: &str) -> Failure {
    Failure::person(format!(
        "Other VMs are called {name} and like it. Put {{service_id}} into the product's VM name rule."
    ))
}

/// Whether neither a service nor a guest of the cluster has the name; in DNS and in Proxmox capital letters are small ones.
async fn is_free(vm: &Vm, name: &str) -> Result<bool, Failure> {
    let host = &vm.site.host;
    if vm_list::namesake(host, vm.record.service, name)
        .await?
        .is_some()
    {
        return Ok(false);
    }
    let resources = vm.cluster.resources().await?;
    let full = name::fqdn(name, &vm.plan.main_domain);
    let same = |known: &str| known.eq_ignore_ascii_case(name) || known.eq_ignore_ascii_case(&full);
    let mut guests = resources.iter().filter_map(Resource::guest);
    Ok(!guests.any(|guest| Some(guest.vmid) != vm.record.vmid && same(&guest.name)))
}
