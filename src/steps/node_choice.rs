//! Choosing the node a VM is to run on.

use super::Landing;
use crate::model::{Failure, NodeName, Sentence};
use crate::plan::NodeChoice;
use crate::pve::{NodeUse, Resource};
use crate::vm::{Template, Vm};
use std::cmp::Reverse;
use std::rc::Rc;

/// Whether a node was chosen for the VM that is being made. A target alone is where the VM was before it was removed.
pub(super) fn made(vm: &Vm) -> bool {
    vm.record.target_node.is_some() && vm.record.promised_mib > 0
}

/// The VM is gone: the next one is made where it was, if that node can take it.
pub(super) fn come_back(vm: &mut Vm) {
    take_back_promise(vm);
    if let Some(node) = vm.record.node.take() {
        vm.record.target_node = Some(node);
    }
}

/// What was promised to this VM is promised no more.
fn take_back_promise(vm: &mut Vm) {
    let promised = std::mem::take(&mut vm.record.promised_mib);
    if let Some(node) = &vm.record.target_node
        && vm.record.cluster == vm.cluster.key
    {
        vm.cluster.take_back(node, promised);
    }
}

/// Chooses the node the VM is to run on, remembers it, and counts its memory against that node. What ties it to one is
/// said here, once. `was`: where it was before it was removed; it goes back there if that node can take it.
pub(super) async fn choose(
    vm: &mut Vm,
    template: &Template,
    was: Option<NodeName>,
) -> Result<(), Failure> {
    let cluster = Rc::clone(&vm.cluster);
    let _alone = cluster.choosing.lock().await;
    cluster.read_promises(&vm.site.host).await?;
    take_back_promise(vm);
    let resources = cluster.resources().await?;
    let plan = vm.plan.clone();
    let landing = Landing {
        config: &template.config,
        plan: &plan,
        home: &template.node,
        resources: &resources,
    };
    let node = match landing.tie() {
        Some(why) => tied(vm, &landing, &why)?,
        None => free(vm, &landing, was.as_ref())?,
    };
    cluster.promise(&node, vm.plan.memory_mib);
    vm.record.target_node = Some(node);
    vm.record.promised_mib = vm.plan.memory_mib;
    vm.record.cluster.clone_from(&cluster.key);
    vm.keep().await
}

/// The node of a VM that cannot leave it.
fn tied(vm: &mut Vm, landing: &Landing<'_>, why: &Sentence) -> Result<NodeName, Failure> {
    let home = landing.home.clone();
    match &landing.plan.node {
        NodeChoice::Pinned(node) if *node != home => {
            vm.note(format!("{why}: the VM stays on {home}, not on {node}"));
        }
        _ => {}
    }
    match landing.obstacle(&home) {
        Some(obstacle) => Err(Failure::retry(format!(
            "{why}, and its node {home} {obstacle}. Will retry."
        ))),
        None => Ok(home),
    }
}

/// The node of a VM that can move: the product's, else the one it was on, else the roomiest of those that can take it.
fn free(vm: &mut Vm, landing: &Landing<'_>, was: Option<&NodeName>) -> Result<NodeName, Failure> {
    if let NodeChoice::Pinned(node) = &landing.plan.node {
        match landing.obstacle(node) {
            None => return Ok(node.clone()),
            Some(obstacle) => vm.note(format!("node {node} {obstacle}; choosing another")),
        }
    }
    let mut able = vec![];
    let mut unable = vec![];
    for (node, obstacle) in landing.obstacles() {
        match obstacle {
            None => able.push(node),
            Some(obstacle) => unable.push(format!("{} {obstacle}", node.node)),
        }
    }
    let Some(node) = roomiest(vm, landing, &able, was) else {
        return Err(Failure::retry(format!(
            "No node can take the VM: {}. Will retry.",
            unable.join("; ")
        )));
    };
    if let Some(was) = was.filter(|was| **was != node) {
        let why = match landing.obstacle(was) {
            Some(obstacle) => obstacle.to_string(),
            None if landing.can_back_up(was) => "has no room for it now".to_owned(),
            None => "cannot make its backups".to_owned(),
        };
        vm.note(format!(
            "the VM was on {was}, which {why}; it goes to {node}"
        ));
    } else if able.len() == 1 && !unable.is_empty() {
        vm.note(format!(
            "only {node} can take the VM: {}",
            unable.join("; ")
        ));
    }
    Ok(node)
}

/// Of the nodes that can take the VM and have room for it: where backups are sold, one that can make them before all
/// others; then the one the VM was on; then the one with the most free memory. Of equals the template's own, which saves the
/// migration; then one that has no template, so that the others' clones can stay as well. Where none has room, the one the
/// VM was on or the template's own, if it is among them.
fn roomiest(
    vm: &Vm,
    landing: &Landing<'_>,
    able: &[&NodeUse],
    was: Option<&NodeName>,
) -> Option<NodeName> {
    let mib = vm.plan.memory_mib;
    let templates = |node: &NodeName| {
        let guests = landing.resources.iter().filter_map(Resource::guest);
        guests
            .filter(|guest| guest.template && guest.node == *node)
            .count()
    };
    let room = |node: &NodeUse| room(vm, landing, node);
    // In the end the name decides, so that the choice can be replayed.
    let rank = |node: &&&NodeUse| {
        let name = &node.node;
        let (back, home, bare) = (
            Some(name) == was,
            name == landing.home,
            templates(name) == 0,
        );
        let backed_up = landing.can_back_up(name);
        let room = room(node);
        (backed_up, back, room, home, bare, Reverse(name.clone()))
    };
    let best = able
        .iter()
        .filter(|node| room(node) >= mib)
        .max_by_key(rank);
    let among = |name: Option<&NodeName>| able.iter().find(|node| Some(&node.node) == name);
    best.or_else(|| among(was))
        .or_else(|| among(Some(landing.home)))
        .or_else(|| able.iter().max_by_key(rank))
        .map(|node| node.node.clone())
}

/// Free memory of a node for this VM, in MiB: what is promised to orders under way counts as used. The list is of the
/// tick's begin, so it may still count the VM that was removed to make room for this one: all the memory it had, for what
/// it used of the host's is told nowhere.
fn room(vm: &Vm, landing: &Landing<'_>, node: &NodeUse) -> u64 {
    let mut guests = landing.resources.iter().filter_map(Resource::guest);
    let removed = guests.find(|guest| {
        Some(guest.vmid) == vm.record.vmid && guest.node == node.node && guest.status == "running"
    });
    let free = node.free_memory() + removed.map_or(0, |guest| guest.maxmem);
    (free >> 20).saturating_sub(vm.cluster.promised(&node.node))
}
