//! The look that ends a run: what somebody did in Proxmox is told within a minute, though nothing is due.

use super::*;
use puq_proxmox_kvm::model::VmState;

fn dashboard(world: &World) -> Value {
    let answer = world.drive(|site| async move {
        let request = json!({"op": "dashboard"});
        actions::addon_api(&site, request).await.unwrap()
    });
    answer["data"].clone()
}

/// What the dashboard shows as odd: the word and the number of each.
fn odd(world: &World) -> Vec<(String, u64)> {
    let census = dashboard(world)["census"].clone();
    let one = |one: &Value| {
        let word = one["oddity"].as_str().unwrap().to_owned();
        (word, one["vmid"].as_u64().unwrap())
    };
    census.as_array().unwrap().iter().map(one).collect()
}

/// The lines about it in WHMCS's activity log.
fn told(world: &World) -> Vec<String> {
    let lines = world.host.effects_of("log_activity").into_iter();
    let lines = lines.map(|line| line["text"].as_str().unwrap().to_owned());
    lines
        .filter(|line| line.starts_with("Proxmox KVM cron: "))
        .collect()
}

/// A run a minute later; the requests it sent.
fn tick(world: &World) -> Vec<String> {
    world.advance(MINUTE);
    let before = world.sim.journal().len();
    let ran = world.tick();
    assert_eq!(ran.status, Ok(0), "{}", ran.text);
    let journal = world.sim.journal();
    let sent = journal.iter().skip(before);
    sent.map(|entry| format!("{} {}", entry.method, entry.path))
        .collect()
}

/// A world at rest: nothing is due, no hour ends, and the last list is known.
fn resting() -> (World, u32) {
    let world = world(&json!({}));
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    tick(&world);
    tick(&world);
    (world, vmid)
}

const LIST: &str = "GET /cluster/resources";
/// A run with nothing else to do takes no longer, by the clock of the simulation, whatever the cluster does.
const MOST: Duration = Duration::from_millis(5500);

#[test]
fn a_vm_that_was_deleted_by_hand_is_an_alarm_within_one_run_and_is_none_once_it_is_back() {
    let (world, vmid) = resting();
    assert_eq!(tick(&world), [LIST], "one question for the whole cluster");
    assert_eq!((odd(&world), told(&world)), (vec![], vec![]));
    let vm = world.see(|all| all.vms.remove(&vmid).unwrap());
    tick(&world);
    assert_eq!(odd(&world), [("missing".to_owned(), u64::from(vmid))]);
    let page = dashboard(&world);
    assert_eq!(page["fine"], false);
    assert_eq!(page["census"][0]["concerned"]["service_id"], SERVICE.0);
    let text = page["census"][0]["text"].as_str().unwrap();
    assert!(text.contains("is on no node of the cluster"), "{text}");
    for _ in 0..3 {
        tick(&world);
    }
    assert_eq!(told(&world).len(), 1, "{:?}", told(&world));
    assert!(told(&world)[0].contains(&format!("VM {vmid} of service 7 is on no node")));
    assert_eq!(
        world.state(SERVICE),
        VmState::Ready,
        "nothing was done about it"
    );
    world.see(|all| all.vms.insert(vmid, vm));
    tick(&world);
    assert_eq!(odd(&world), []);
    assert_eq!(tick(&world), [LIST]);
    // The same once more is told once more.
    world.see(|all| all.vms.remove(&vmid));
    tick(&world);
    assert_eq!(told(&world).len(), 2);
}

#[test]
fn nothing_is_concluded_from_a_bad_answer_and_it_holds_a_run_up_for_five_seconds_at_most() {
    let node = json!({"type": "node", "id": "node/pve1", "node": "pve1", "status": "online"});
    let answer = |data: Value| {
        let body = json!({"data": data}).to_string();
        json!({"status": {"code": 200, "reason": "OK", "body": body, "after": false}})
    };
    let error = |code: u16| json!({"status": {"code": code, "reason": "no"}});
    let faults = [
        json!("refuse"),
        json!("hang"),
        json!("reset_before"),
        json!("garbage"),
        json!("truncate"),
        json!({"slow": {"ms": 30_000}}),
        error(401),
        error(403),
        error(500),
        error(595),
        error(596),
        answer(Value::Null),
        answer(json!([])),
        answer(json!({})),
        answer(json!([{"type": "qemu"}])),
        // A list that lacks the VM, as to a token that may not see it: its number is taken all the same.
        answer(json!([node])),
        answer(json!([node, {"type": "qemu", "vmid": "x", "node": "pve1", "status": "running"}])),
    ];
    for fault in faults {
        let (world, _) = resting();
        world.faults(&json!([{"match": {"path": "~/cluster/resources$"}, "do": fault}]));
        for _ in 0..2 {
            world.advance(MINUTE);
            let ran = world.tick();
            assert_eq!(ran.status, Ok(0), "{fault}: {}", ran.text);
            assert!(ran.took <= MOST, "{fault}: {:?}\n{}", ran.took, ran.text);
            assert_eq!((odd(&world), told(&world)), (vec![], vec![]), "{fault}");
        }
        // It is noticed as soon as the answers are good again.
        world.faults(&json!([]));
        let vmid = world.record(SERVICE).vmid.unwrap().get();
        world.see(|all| all.vms.remove(&vmid));
        tick(&world);
        assert_eq!(odd(&world).len(), 1, "{fault}");
    }
}

/// Whatever the second question meets, a VM that is not in the list is not called gone without a good answer to it.
#[test]
fn a_vm_that_a_list_lacks_is_gone_only_where_the_cluster_says_so() {
    for (path, fault) in [
        ("~/cluster/status$", json!("hang")),
        (
            "~/cluster/status$",
            json!({"status": {"code": 500, "reason": "no"}}),
        ),
        ("~/cluster/nextid$", json!("hang")),
        (
            "~/cluster/nextid$",
            json!({"status": {"code": 403, "reason": "Permission check failed"}}),
        ),
        (
            "~/cluster/nextid$",
            json!({"status": {"code": 200, "reason": "OK", "body": "{\"data\":null}"}}),
        ),
    ] {
        let (world, vmid) = resting();
        world.faults(&json!([{"match": {"path": path}, "do": fault}]));
        let vm = world.see(|all| all.vms.remove(&vmid).unwrap());
        world.advance(MINUTE);
        let ran = world.tick();
        assert_eq!(odd(&world), [], "{path} {fault}");
        assert!(ran.took <= MOST, "{path} {fault}: {:?}", ran.took);
        world.see(|all| all.vms.insert(vmid, vm));
        world.faults(&json!([]));
        tick(&world);
        assert_eq!((odd(&world), told(&world)), (vec![], vec![]));
    }
}

#[test]
fn a_node_that_is_offline_has_its_vms_still() {
    let (world, vmid) = resting();
    let node = world.record(SERVICE).node.unwrap().0;
    world.see(|all| all.crash(&node));
    for _ in 0..3 {
        world.advance(MINUTE);
        world.tick();
        assert_eq!(odd(&world), [], "VM {vmid} on {node}");
    }
}

#[test]
fn a_run_that_is_asked_by_hand_for_another_task_looks_at_nothing() {
    let (world, _) = resting();
    world.advance(MINUTE);
    let before = world.sim.journal().len();
    world.cron(&["--task=scheduleBackup"]);
    assert_eq!(world.sim.journal().len(), before);
}

#[test]
fn a_template_and_a_container_with_our_marks_are_told_as_what_they_are_and_never_adopted() {
    let (world, own) = resting();
    super::census::double(&world, 2999);
    world.see(|all| {
        all.vms
            .get_mut(&2999)
            .unwrap()
            .conf
            .insert("template".to_owned(), "1".to_owned());
    });
    tick(&world);
    assert_eq!(odd(&world), [("template".to_owned(), 2999)]);
    let tag = world.record(SERVICE).mark.tag();
    let node = json!({"type": "node", "id": "node/pve1", "node": "pve1", "status": "online"});
    let record = world.record(SERVICE);
    let guest = |kind: &str, vmid: u32, tags: &str| {
        json!({
            "type": kind, "id": format!("{kind}/{vmid}"), "vmid": vmid, "node": record.node.clone().unwrap().0,
            "status": "stopped", "name": "x", "tags": tags,
        })
    };
    let lists = |list: Value| {
        let body = json!({"data": list}).to_string();
        let fault = json!({"status": {"code": 200, "reason": "OK", "body": body, "after": false}});
        world.faults(&json!([{"match": {"path": "~/cluster/resources$"}, "do": fault}]));
        tick(&world);
    };
    lists(json!([
        node,
        guest("qemu", own, &tag),
        guest("lxc", 2998, &tag)
    ]));
    assert_eq!(odd(&world), [("container".to_owned(), 2998)]);
    // The VM's own number is a container's now: whatever marks it has, the VM is gone.
    for tags in ["", &tag] {
        lists(json!([node, guest("lxc", own, tags)]));
        assert_eq!(odd(&world), [("container".to_owned(), u64::from(own))]);
        let text = dashboard(&world)["census"][0]["text"].clone();
        assert!(text.as_str().unwrap().contains("a container on"), "{text}");
    }
    // One without a mark of ours, or with a mark of nobody's, is none of our business.
    lists(json!([
        node,
        guest("qemu", own, &tag),
        guest("lxc", 2998, "web"),
        guest("lxc", 2997, "puq-0123456789ab")
    ]));
    assert_eq!(odd(&world), []);
    world.faults(&json!([]));
    world.see(|all| {
        all.vms.remove(&2999);
        all.vms
            .get_mut(&own)
            .unwrap()
            .conf
            .insert("template".to_owned(), "1".to_owned());
    });
    tick(&world);
    assert_eq!(odd(&world), [("template".to_owned(), u64::from(own))]);
    let page = dashboard(&world);
    let text = page["census"][0]["text"].as_str().unwrap();
    assert!(text.contains("was turned into a template"), "{text}");
    for op in ["census_adopt", "census_remove", "census_redeploy"] {
        assert_eq!(page["census"][0][op.trim_start_matches("census_")], false);
        let request = json!({"op": op, "cluster": page["census"][0]["cluster"], "vmid": own});
        let answer =
            world.drive(|site| async move { actions::addon_api(&site, request).await.unwrap() });
        assert_eq!(answer["ok"], false, "{op}");
    }
    assert!(world.see(|all| all.vms.contains_key(&own)));
    assert_eq!(world.record(SERVICE).vmid.unwrap().get(), own);
}

#[test]
fn a_vm_with_another_address_is_told_once_a_page_has_read_it_and_until_it_is_right() {
    let (world, vmid) = resting();
    let due = crate::support::compare::addresses(&world, SERVICE);
    let right = conf(&world)["ipconfig0"].clone();
    let set = |text: &str| {
        world.see(|all| {
            let conf = &mut all.vms.get_mut(&vmid).unwrap().conf;
            conf.insert("ipconfig0".to_owned(), text.to_owned());
        });
    };
    for harmless in [
        right.as_str(),
        "ip=dhcp",
        "ip6=auto",
        "ip=nonsense/99,gw=x",
        "",
    ] {
        set(harmless);
        granted(&world, &json!({"op": "status"}));
        assert_eq!(odd(&world), [], "{harmless}");
    }
    set("ip=203.0.113.77/24,gw=203.0.113.1");
    tick(&world);
    assert_eq!(odd(&world), [], "the list does not tell it");
    granted(&world, &json!({"op": "status"}));
    granted(&world, &json!({"op": "status"}));
    assert_eq!(odd(&world), [("address".to_owned(), u64::from(vmid))]);
    assert_eq!(told(&world).len(), 1, "{:?}", told(&world));
    let text = told(&world)[0].clone();
    assert!(text.contains("203.0.113.77"), "{text}");
    assert!(
        due.iter().any(|due| text.contains(&due.text)),
        "{text} {due:?}"
    );
    tick(&world);
    assert_eq!(odd(&world).len(), 1);
    // What cannot be read is not called right.
    world.faults(&json!([{"match": {"path": "~/qemu/[0-9]+/config$"}, "do": "hang"}]));
    tick(&world);
    assert_eq!(odd(&world).len(), 1);
    world.faults(&json!([]));
    // Its own way out.
    assert_eq!(call(&world, "change_package"), "success");
    world.settle(5);
    assert_eq!(conf(&world)["ipconfig0"], right);
    tick(&world);
    assert_eq!(odd(&world), []);
    assert_eq!(tick(&world), [LIST]);
}

#[test]
fn what_runs_though_suspended_is_shown_while_nothing_can_be_done_about_it() {
    let (world, vmid) = resting();
    assert_eq!(call(&world, "suspend"), "success");
    wait(&world);
    tick(&world);
    let fails = json!({"task_fail": {"exitstatus": "an error nobody knows"}});
    world.faults(&json!([{"match": {"path": "~/status/stop$"}, "do": fails}]));
    world.see(|all| all.meddle(&json!({"vmid": vmid, "running": true})).unwrap());
    world.advance(MINUTE * 2);
    world.tick();
    world.advance(MINUTE);
    world.tick();
    assert_eq!(odd(&world), [("runs".to_owned(), u64::from(vmid))]);
    world.faults(&json!([]));
    for _ in 0..10 {
        world.advance(MINUTE);
        world.tick();
    }
    assert!(!running(&world));
    assert_eq!(odd(&world), []);
}
