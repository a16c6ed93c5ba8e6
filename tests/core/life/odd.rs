//! Odd strings in every field of every operation: each answer is one sentence or a grant, and a refusal changes nothing.

use super::*;
use puq_proxmox_kvm::model::Chance;

/// How many odd requests one run of the test makes. Another seed: `SEED=… cargo test odd`.
const REQUESTS: u64 = 1200;

/// Operations with their fields. Where an empty field has a meaning of its own (no source is any source), another field of
/// the request makes no sense, so that no odd value makes it a sound one.
fn operations() -> Vec<(&'static str, Value)> {
    vec![
        ("snapshot_rollback", json!({"name": "s1"})),
        ("snapshot_remove", json!({"name": "s1"})),
        ("snapshot_schedule", json!({"days": [1], "time": "10:00"})),
        ("backup_remove", json!({"backup": "pbs-backup:backup/x"})),
        ("backup_restore", json!({"backup": "pbs-backup:backup/x"})),
        ("backup_schedule", json!({"days": [1]})),
        ("iso_mount", json!({"image": "local:iso/x.iso"})),
        (
            "firewall_policies",
            json!({"policy_in": "DROP", "policy_out": "DROP"}),
        ),
        (
            "firewall_rule_add",
            json!({"direction": "sideways", "verdict": "DROP", "protocol": "tcp", "source": "192.0.2.1", "source_port": "1",
                "dest": "192.0.2.2", "dest_port": "2"}),
        ),
        ("firewall_rule_remove", json!({"pos": 0, "digest": "x"})),
        (
            "firewall_rule_move",
            json!({"pos": 0, "to": 1, "digest": "x"}),
        ),
        ("charts", json!({"timeframe": "day"})),
        (
            "reinstall",
            json!({"template": 4711, "confirm": "REINSTALL", "ssh_keys": "ssh-rsa x"}),
        ),
        ("reset", json!({"state": "no_such"})),
        ("step", json!({"step": "none"})),
        ("attach", json!({"vmid": 4711})),
        (
            "record_save",
            json!({"rev": 0, "fields": {"vm_status": "x"}}),
        ),
        ("start", json!({})),
        ("isos", json!({})),
        ("snapshots", json!({})),
    ]
}

fn odd(chance: &Chance) -> Value {
    const TEXTS: &[&str] = &[
        "",
        " ",
        "\0",
        "\r\nSet-Cookie: a=b",
        "'; DROP TABLE puqProxmoxKVM_vm_info; --",
        "../../../../etc/passwd",
        "local:iso/../../x",
        "<script>alert(1)</script>",
        "${jndi:ldap://x}",
        "%00%0a",
        "-1",
        "1e309",
        "0x10",
        "NaN",
        "18446744073709551616",
        "9999999999999999999999",
        "true",
        "null",
        "\u{202e}gnp.exe",
        "żółw 🐢",
        "\u{fffd}\u{feff}",
        "vm:9000",
        "9000,9001",
        "in;out",
        "10.0.0.0/8,::/0",
        "::ffff:192.0.2.1/200",
        "00:00",
        "24:60",
        "current",
        "ready\n",
    ];
    match chance.between(0, 9) {
        0 => Value::Null,
        1 => json!(chance.between(0, u64::MAX)),
        2 => json!(-1),
        3 => json!([TEXTS[usize::try_from(chance.between(0, TEXTS.len() as u64)).unwrap()]]),
        4 => json!({"a": {"b": []}}),
        5 => json!(chance.text(b"abc/:;=,%&?#\"'\\<>|* \n\t", 70)),
        6 => json!(
            TEXTS[usize::try_from(chance.between(0, TEXTS.len() as u64)).unwrap()].repeat(300)
        ),
        _ => json!(TEXTS[usize::try_from(chance.between(0, TEXTS.len() as u64)).unwrap()]),
    }
}

#[test]
fn odd_strings_in_every_field_are_refused_with_one_sentence_and_change_nothing() {
    let seed = std::env::var("SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(20_260_410);
    println!("SEED={seed}");
    let chance = Chance::seeded(seed);
    let world = world(&json!({"iso_storage": "local", "snapshot_schedule": "1"}));
    let (guests, record) = (world.guests(), world.record(SERVICE));
    let operations = operations();
    for number in 0..REQUESTS {
        let index = usize::try_from(number).unwrap() % operations.len();
        let (op, sound) = &operations[index];
        let mut request = sound.clone();
        request["op"] = json!(op);
        let keys: Vec<String> = sound.as_object().unwrap().keys().cloned().collect();
        if keys.is_empty() {
            request["op"] = odd(&chance);
        } else {
            let one = usize::try_from(chance.between(0, keys.len() as u64)).unwrap();
            request[&keys[one]] = odd(&chance);
        }
        let answer = match chance.between(0, 2) {
            0 => ask(&world, &request),
            _ => ask_admin(&world, &request),
        };
        let granted = answer["ok"]
            .as_bool()
            .unwrap_or_else(|| panic!("{request}: {answer}"));
        let error = answer["error"].as_str().unwrap_or_default();
        if granted {
            // What an odd value leaves out may be a sound request: a look, an empty schedule, the period *hour*.
            let harmless = [
                "charts",
                "backup_schedule",
                "snapshot_schedule",
                "record_save",
            ];
            let harmless = harmless.contains(op) || keys.is_empty();
            assert!(harmless, "{request}: {answer}");
            continue;
        }
        assert!(
            !error.is_empty() && !error.contains('\n'),
            "{request}: {error:?}"
        );
        assert!(error.len() < 900, "{request}: {error}");
        for secret in ["s3cret-Pa55", "0e8c2d4a"] {
            assert!(!answer.to_string().contains(secret), "{request}: {answer}");
        }
    }
    assert_eq!(world.guests(), guests, "no VM changed");
    let now = world.record(SERVICE);
    assert_eq!(
        (now.state, now.vmid, now.template),
        (record.state, record.vmid, record.template)
    );
    assert_eq!(
        (now.iso_drive, now.policy_in, now.ssh_keys),
        (String::new(), String::new(), String::new())
    );
    let open = "SELECT 1 FROM puq_proxmox_kvm_operations WHERE outcome = ''";
    assert_eq!(world.host.rows(open).len(), 0);
}
