//! What no step can mend is named before the clone.

use super::*;

/// What no step can mend: pairs, a word of the sentence, and the pairs that mend it.
type Unsellable<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a [(&'a str, &'a str)]);

const UNSELLABLE: [Unsellable<'static>; 11] = [
    (
        &[("affinity", "0-1")],
        "--delete affinity",
        &[("affinity", "")],
    ),
    (
        &[("hugepages", "1024"), ("numa", "1")],
        "--delete hugepages",
        &[("hugepages", "")],
    ),
    (&[("hugepages", "2")], "needs numa=1", &[("numa", "1")]),
    (&[("args", "-smp 1")], "-smp", &[("args", "")]),
    (
        &[("args", "-device foo --snapshot")],
        "--snapshot",
        &[("args", "-device foo")],
    ),
    (
        &[("virtiofs0", "dirid=share")],
        "--delete virtiofs0",
        &[("virtiofs0", "")],
    ),
    (
        &[("ivshmem", "size=32,name=x")],
        "share memory",
        &[("ivshmem", "")],
    ),
    (
        &[(
            "smbios1",
            "uuid=00000000-0000-4000-8000-000000009001,serial=ds=nocloud;s=http://192.0.2.1/",
        )],
        "look for its settings elsewhere",
        &[("smbios1", "uuid=00000000-0000-4000-8000-000000009001")],
    ),
    (
        // The same in base64: ds=nocloud-net
        &[(
            "smbios1",
            "base64=1,serial=ZHM9bm9jbG91ZC1uZXQ=,uuid=00000000-0000-4000-8000-000000009001",
        )],
        "look for its settings elsewhere",
        &[(
            "smbios1",
            "base64=1,serial=U04tMQ==,uuid=00000000-0000-4000-8000-000000009001",
        )],
    ),
    (
        &[("boot", "order=ide2;net0")],
        "--boot order=scsi0",
        &[("boot", "order=scsi0")],
    ),
    (&[("boot", "dn")], "names no disk", &[("boot", "c")]),
];

#[test]
fn what_no_step_can_mend_is_named_before_the_clone_and_the_order_goes_on_once_it_is_mended() {
    for (pairs, word, mended) in UNSELLABLE {
        let world = with(pairs, &json!({"ram": "1.5"}));
        let named = doctor(&world);
        let told = |check: &Check| {
            check.health == Health::Fail && format!("{} {}", check.text, check.fix).contains(word)
        };
        assert!(named.iter().any(told), "{pairs:?}: {named:?}");
        world.order(&Order::new(7));
        world.order(&Order::new(8));
        let ran = world.tick();
        for service in [SERVICE, ServiceId(8)] {
            let record = world.record(service);
            assert_eq!(record.state, VmState::SetDns, "{pairs:?}: {}", ran.text);
            assert!(
                record.waiting.contains(word),
                "{pairs:?}: {}",
                record.waiting
            );
            assert!(record.waiting.contains("qm set 9001"), "{}", record.waiting);
            assert_eq!(record.vmid, None, "no number is taken");
        }
        let clones = world.see(|all| {
            let entries = all.journal.entries().iter();
            entries
                .filter(|entry| entry.path.ends_with("/clone"))
                .count()
        });
        assert_eq!(clones, 0, "{pairs:?}: nothing is cloned");
        say(&world, TEMPLATE, mended);
        world.advance(std::time::Duration::from_secs(3600));
        world.settle(5);
        assert_as_sold(&world, SERVICE);
        assert_as_sold(&world, ServiceId(8));
    }
}

#[test]
fn a_reinstallation_keeps_the_old_vm_while_the_template_cannot_be_sold() {
    let (world, ..) = finish(with(&[], &json!({})), Order::new(7));
    let vmid = world.record(SERVICE).vmid.unwrap().get();
    say(&world, TEMPLATE, &[("affinity", "0")]);
    let params = world.host.services.borrow()[&7].clone();
    let answer = world.drive(|site| async move {
        let request = json!({"op": "reinstall", "confirm": "REINSTALL"});
        crate::support::actions::client_api(&site, params, request)
            .await
            .unwrap()
    });
    assert_eq!(answer["ok"], true, "{answer}");
    world.advance(std::time::Duration::from_secs(60));
    world.tick();
    assert!(world.record(SERVICE).waiting.contains("affinity"));
    assert!(
        world.see(|all| all.vms.contains_key(&vmid)),
        "the old one is there"
    );
    say(&world, TEMPLATE, &[("affinity", "")]);
    world.advance(std::time::Duration::from_secs(3600));
    world.settle(5);
    assert_as_sold(&world, SERVICE);
}

#[test]
fn the_doctor_looks_at_every_template_that_an_order_can_choose() {
    let world = with(&[], &json!({}));
    say(&world, 9002, &[("affinity", "0"), ("vcpus", "1")]);
    *world.host.options.borrow_mut() = json!([
        {"name": "Operating System|System", "choices": ["9001|Debian", "9002|Windows", "9999|gone"]},
    ]);
    let checks = doctor(&world);
    for (health, words) in [
        (Health::Fail, ["9002", "affinity=0"]),
        (Health::Warn, ["9002", "vcpus=1"]),
        (Health::Fail, ["9999", "does not exist"]),
    ] {
        let told = |check: &Check| {
            check.health == health && words.iter().all(|word| check.text.as_str().contains(word))
        };
        assert!(checks.iter().any(told), "{words:?}: {checks:?}");
    }
}
