//! The census: what stands on the cluster with our marks, compared with the records, and what staff do about it.

use super::*;
use crate::support::compare::assert_as_sold;
use puq_proxmox_kvm::model::{ServiceId, VmState};

/// A copy of the service's VM under another number, as a lost commit leaves one.
pub(super) fn double(world: &World, number: u32) {
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    world.see(|all| {
        let mut copy = all.vms[&vmid].clone();
        copy.vmid = number;
        copy.running_since = None;
        all.vms.insert(number, copy);
    });
}

/// Something else is due, so that a run asks the cluster; what the dashboard shows then.
pub(super) fn found(world: &World, other: u64) -> Vec<Value> {
    world.order(&Order::new(other));
    world.settle(4);
    let dashboard = addon(world, &json!({"op": "dashboard"}));
    dashboard["data"]["census"].as_array().unwrap().clone()
}

fn addon(world: &World, request: &Value) -> Value {
    let request = request.clone();
    world.drive(|site| async move { actions::addon_api(&site, request).await.unwrap() })
}

fn click(world: &World, op: &str, finding: &Value) -> Value {
    addon(
        world,
        &json!({"op": op, "cluster": finding["cluster"], "vmid": finding["vmid"]}),
    )
}

fn marked(world: &World) -> Vec<u32> {
    let tag = world.record(SERVICE).mark.tag();
    world.see(|all| {
        let ours = all
            .vms
            .values()
            .filter(|vm| vm.conf.get("tags").is_some_and(|tags| tags.contains(&tag)));
        ours.map(|vm| vm.vmid).collect()
    })
}

/// The database was restored from before the deploy: the order stands, and nothing of its VM is known.
#[test]
fn a_database_that_forgot_the_deploy_makes_no_second_vm() {
    for keep_tag in [true, false] {
        let world = world(&json!({}));
        let vmid = world.record(SERVICE).vmid.unwrap();
        for table in ["vmids", "addresses", "operations"] {
            world
                .host
                .run(&format!("DELETE FROM puq_proxmox_kvm_{table}"));
        }
        let name = if keep_tag { "vm_name = ''," } else { "" };
        world.host.run(&format!(
            "UPDATE puqProxmoxKVM_vm_info SET {name} vm_status = 'creation', vm_id = NULL, cluster = '', node = '', \
             target_node = '', flow = '', vm_net0_mac = '', next_look_at = 0, rev = rev + 1"
        ));
        if !keep_tag {
            // As a VM is just after its clone: the mark stands in its notes alone.
            world.see(|all| all.vms.get_mut(&vmid.get()).unwrap().conf.remove("tags"));
        }
        world.settle(6);
        assert_eq!(world.record(SERVICE).vmid, Some(vmid), "tag: {keep_tag}");
        assert_eq!(marked(&world), [vmid.get()], "tag: {keep_tag}");
        assert_as_sold(&world, SERVICE);
    }
}

#[test]
fn a_second_vm_of_a_service_is_found_and_removed_by_a_click() {
    let world = world(&json!({}));
    let own = world.record(SERVICE).vmid.unwrap().get();
    assert_eq!(found(&world, 8), [] as [Value; 0]);
    double(&world, 2999);
    let census = found(&world, 9);
    assert_eq!(census.len(), 1, "{census:?}");
    assert_eq!(
        (&census[0]["oddity"], &census[0]["vmid"]),
        (&json!("stray"), &json!(2999))
    );
    let list = world.cron(&["--list"]).text;
    assert!(list.contains("VM 2999"), "{list}");
    let doctor = addon(&world, &json!({"op": "doctor"}));
    let checks = doctor["data"]["checks"].as_array().unwrap().clone();
    let check = checks
        .iter()
        .find(|check| check["name"] == "census")
        .unwrap();
    assert_eq!(check["status"], "warn", "{check}");
    // Nothing else is removed by this way, whatever number is named.
    for vmid in [own, 9000, 12345] {
        let answer = click(
            &world,
            "census_remove",
            &json!({"cluster": census[0]["cluster"], "vmid": vmid}),
        );
        assert_eq!(answer["ok"], false, "{vmid}: {answer}");
    }
    assert_eq!(click(&world, "census_adopt", &census[0])["ok"], false);
    // One that lost its mark meanwhile is somebody's.
    let kept = world.see(|all| all.vms.get(&2999).unwrap().conf.clone());
    world.see(|all| {
        let conf = &mut all.vms.get_mut(&2999).unwrap().conf;
        conf.remove("tags");
        conf.remove("description");
    });
    assert_eq!(click(&world, "census_remove", &census[0])["ok"], false);
    world.see(|all| all.vms.get_mut(&2999).unwrap().conf = kept);
    let answer = click(&world, "census_remove", &census[0]);
    assert_eq!(answer["ok"], true, "{answer}");
    assert_eq!(marked(&world), [own]);
    let dashboard = addon(&world, &json!({"op": "dashboard"}));
    assert_eq!(dashboard["data"]["census"], json!([]));
}

#[test]
fn a_vm_at_another_number_is_adopted_by_a_click() {
    let world = world(&json!({}));
    let own = world.record(SERVICE).vmid.unwrap().get();
    world
        .host
        .run("UPDATE puqProxmoxKVM_vm_info SET vm_id = 2500, rev = rev + 1");
    world
        .host
        .run("UPDATE puq_proxmox_kvm_vmids SET vmid = 2500");
    let census = found(&world, 8);
    let wrong = census
        .iter()
        .find(|one| one["oddity"] == "wrong_number")
        .unwrap();
    assert_eq!(wrong["vmid"], own);
    assert!(
        census
            .iter()
            .any(|one| one["oddity"] == "missing" && one["vmid"] == 2500),
        "{census:?}"
    );
    // A new VM in place of the missing one would be a second.
    let missing = census
        .iter()
        .find(|one| one["oddity"] == "missing")
        .unwrap();
    assert_eq!(missing["redeploy"], false);
    let answer = click(&world, "census_redeploy", missing);
    assert!(
        answer["error"].as_str().unwrap().contains("another number"),
        "{answer}"
    );
    let answer = click(&world, "census_adopt", wrong);
    assert_eq!(answer["ok"], true, "{answer}");
    assert_eq!(world.record(SERVICE).vmid.unwrap().get(), own);
    assert_eq!(found(&world, 9), [] as [Value; 0]);
}

#[test]
fn what_runs_though_suspended_is_told_until_it_is_off_and_what_is_unknown_is_left() {
    let world = world(&json!({}));
    let own = world.record(SERVICE).vmid.unwrap().get();
    assert_eq!(call(&world, "suspend"), "success");
    wait(&world);
    world.settle(3);
    // The tick stops it again, where Proxmox lets it.
    let fails = json!({"task_fail": {"exitstatus": "an error nobody knows"}});
    world.faults(&json!([{"match": {"path": "~/status/stop$"}, "do": fails}]));
    world.advance(MINUTE * 2);
    world.see(|all| all.meddle(&json!({"vmid": own, "running": true})).unwrap());
    // The cluster's list is some seconds old.
    world.advance(MINUTE);
    double(&world, 2998);
    world.see(|all| {
        let conf = &mut all.vms.get_mut(&2998).unwrap().conf;
        conf.insert("tags".to_owned(), "puq-0123456789ab".to_owned());
    });
    let census = found(&world, 8);
    let odd = |word: &str| census.iter().any(|one| one["oddity"] == word);
    assert!(odd("unknown"), "{census:?}");
    assert!(odd("runs"), "{census:?}");
    for one in &census {
        assert_eq!(click(&world, "census_remove", one)["ok"], false, "{one}");
        assert_eq!(click(&world, "census_adopt", one)["ok"], false, "{one}");
    }
    assert!(world.see(|all| all.vms.contains_key(&2998)));
    assert_eq!(world.state(ServiceId(8)), VmState::Ready);
    world.faults(&json!([]));
    wait(&world);
    assert!(
        !running(&world),
        "it was stopped as soon as that was possible"
    );
}

/// The commits of a clone's last seconds are lost while it runs: nothing of it is on record, and Proxmox shows no name yet.
#[test]
fn a_clone_that_the_database_forgot_while_it_runs_is_waited_for_and_taken() {
    for seconds in [3.0, 40.0, 400.0] {
        let world = world(&json!({}));
        world.advance(MINUTE);
        world.see(|all| all.durations.linked_clone = seconds);
        let other = ServiceId(8);
        world.order(&Order::new(other.0));
        let clones = || world.see(|all| all.tasks.iter().filter(|t| t.kind == "qmclone").count());
        let before = clones();
        // It dies with the clone's answer.
        for number in 1..60 {
            world.crash_at_request(Some(crate::support::Cut::After(number)));
            let ran = world.tick();
            world.crash_at_request(None);
            if clones() > before {
                assert!(ran.died);
                break;
            }
            world.advance(MINUTE);
        }
        assert_eq!(clones(), before + 1);
        for table in ["vmids", "operations"] {
            world.host.run(&format!(
                "DELETE FROM puq_proxmox_kvm_{table} WHERE service_id = 8"
            ));
        }
        world.host.run(
            "UPDATE puqProxmoxKVM_vm_info SET vm_status = 'creation', vm_id = NULL, cluster = '', node = '', target_node = '', \
             vm_name = '', flow = '', next_look_at = 0, rev = rev + 1 WHERE service_id = 8",
        );
        world
            .host
            .run("UPDATE puq_proxmox_kvm_leases SET expires_at = 0, holder = ''");
        world.settle(20);
        assert_as_sold(&world, other);
        let all = world.see(|all| {
            all.vms
                .keys()
                .filter(|vmid| **vmid >= 2000 && **vmid < 3000)
                .count()
        });
        assert_eq!(all, 2, "after {seconds} s");
    }
}

/// A copy whose commits were lost for good has no tag, and its name or nearly.
#[test]
fn a_second_vm_without_a_tag_is_found_by_its_name_and_its_notes() {
    let world = world(&json!({}));
    let record = world.record(SERVICE);
    let (own, name) = (record.vmid.unwrap().get(), record.name.clone());
    double(&world, 2997);
    double(&world, 2998);
    double(&world, 2999);
    world.see(|all| {
        for vmid in [2997, 2998, 2999] {
            all.vms.get_mut(&vmid).unwrap().conf.remove("tags");
        }
        // Somebody's of the same name; it has no mark.
        all.vms.get_mut(&2998).unwrap().conf.remove("description");
    });
    // The record's name was set apart from that of the one nobody knows.
    world.host.run(&format!(
        "UPDATE puqProxmoxKVM_vm_info SET vm_name = '{name}-7', rev = rev + 1 WHERE service_id = 7"
    ));
    world.see(|all| {
        let conf = &mut all.vms.get_mut(&2999).unwrap().conf;
        conf.insert("name".to_owned(), format!("{name}-7"));
    });
    let census = found(&world, 8);
    let numbers: Vec<&Value> = census.iter().map(|one| &one["vmid"]).collect();
    assert_eq!(numbers, [&json!(2997), &json!(2999)], "{census:?}");
    assert!(census.iter().all(|one| one["oddity"] == "stray"));
    for one in &census {
        assert_eq!(click(&world, "census_remove", one)["ok"], true);
    }
    let left = world.see(|all| (all.vms.contains_key(&own), all.vms.contains_key(&2998)));
    assert_eq!(left, (true, true));
    assert_eq!(found(&world, 9), [] as [Value; 0]);
}

#[test]
fn a_vm_on_another_node_is_told_until_the_next_work_follows_it() {
    let world = world(&json!({}));
    let record = world.record(SERVICE);
    let (own, was) = (record.vmid.unwrap().get(), record.node.unwrap().0);
    let to = if was == "pve1" { "pve2" } else { "pve1" };
    world.see(|all| all.meddle(&json!({"vmid": own, "node": to})).unwrap());
    let census = found(&world, 8);
    assert_eq!(census.len(), 1, "{census:?}");
    assert_eq!(
        (
            &census[0]["oddity"],
            &census[0]["vmid"],
            &census[0]["service_id"]
        ),
        (&json!("moved"), &json!(own), &json!(7))
    );
    let text = census[0]["text"].as_str().unwrap();
    assert!(
        text.contains(&format!("was on {was} and is on {to} now")),
        "{text}"
    );
    for op in ["census_adopt", "census_remove", "census_redeploy"] {
        assert_eq!(census[0][op.trim_start_matches("census_")], false);
        assert_eq!(click(&world, op, &census[0])["ok"], false, "{op}");
    }
    done(&world, &json!({"op": "stop"}));
    wait(&world);
    assert_eq!(world.record(SERVICE).node.unwrap().0, to);
    assert_eq!(found(&world, 9), [] as [Value; 0]);
    assert_eq!(marked(&world), [own]);
}

#[test]
fn a_service_whose_vm_is_on_no_node_gets_a_new_one_by_a_click() {
    let world = world(&json!({}));
    let own = world.record(SERVICE).vmid.unwrap().get();
    let vm = world.see(|all| all.vms[&own].clone());
    // What is there is not redeployed, from wherever it is asked.
    assert!(not_done(&world, &json!({"op": "redeploy"})).contains("terminate it first"));
    world.see(|all| all.vms.remove(&own));
    let census = found(&world, 8);
    assert_eq!(census.len(), 1, "{census:?}");
    assert_eq!(
        (
            &census[0]["oddity"],
            &census[0]["redeploy"],
            &census[0]["remove"]
        ),
        (&json!("missing"), &json!(true), &json!(false))
    );
    // It came back meanwhile: a new one would be made in its place.
    world.see(|all| all.vms.insert(own, vm.clone()));
    let answer = click(&world, "census_redeploy", &census[0]);
    assert_eq!(answer["ok"], false, "{answer}");
    world.see(|all| all.vms.remove(&own));
    // A cluster that does not answer proves nothing.
    world.faults(
        &json!([{"match": {"path": "~/cluster/resources"}, "do": {"status": {"code": 500, "reason": "no"}}}]),
    );
    world.advance(MINUTE);
    let answer = click(&world, "census_redeploy", &census[0]);
    assert_eq!(answer["ok"], false, "{answer}");
    world.faults(&json!([]));
    world.advance(MINUTE);
    let addresses = crate::support::compare::addresses(&world, SERVICE);
    let answer = click(&world, "census_redeploy", &census[0]);
    assert_eq!(answer["ok"], true, "{answer}");
    let dashboard = addon(&world, &json!({"op": "dashboard"}));
    assert_eq!(dashboard["data"]["census"], json!([]));
    world.settle(6);
    assert_as_sold(&world, SERVICE);
    assert_eq!(marked(&world), [own]);
    assert_eq!(
        crate::support::compare::addresses(&world, SERVICE),
        addresses
    );
    assert_eq!(found(&world, 9), [] as [Value; 0]);
}
