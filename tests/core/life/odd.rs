//! Odd strings in every field of every operation: each answer is one sentence or a grant, and a refusal changes nothing.

use super::*;
use puq_proxmox_kvm::model::Random;

/// How many odd requests one run of the test makes. Another seed: `SEED=… cargo test odd`.
const REQUESTS: u64 = 1200;

/// What a field holds where another one of the request is odd. Where an empty field has a meaning of its own (no source
/// is any source), another field of the request makes no sense, so that no odd value makes it a sound one.
fn sound(op: &str, field: &str) -> Value {
    match (op, field) {
        ("snapshot_rollback" | "snapshot_remove", "name") => json!("s1"),
        (_, "days") => json!([1]),
        (_, "time") => json!("10:00"),
        (_, "backup") => json!("pbs-backup:backup/x"),
        (_, "image") => json!("local:iso/x.iso"),
        (_, "policy_in" | "policy_out" | "verdict") => json!("DROP"),
        (_, "direction") => json!("sideways"),
        (_, "protocol") => json!("tcp"),
        (_, "source" | "dest") => json!("192.0.2.1"),
        (_, "source_port" | "dest_port") => json!("1"),
        (_, "comment") => json!("x"),
        (_, "pos") => json!(0),
        (_, "to") => json!(1),
        (_, "digest") => json!("x"),
        ("request_seen", "id") => json!("no request's"),
        (_, "timeframe") => json!("day"),
        (_, "names") => json!({"192.0.2.250": "a.example.com"}),
        (_, "confirm") => json!("REINSTALL"),
        (_, "template" | "vmid") => json!(4711),
        (_, "ssh_keys") => json!("ssh-rsa x"),
        (_, "present") => json!("4712"),
        (_, "step") => json!("none"),
        (_, "rev") => json!(0),
        (_, "fields") => json!({"vm_status": "x"}),
        (_, "state") => json!("no_such"),
        _ => panic!("{op}: what is sound in its field {field}?"),
    }
}

/// Operations that are sound whatever their field holds: they are asked for by the tests of what they do.
const ALWAYS_SOUND: &[&str] = &["snapshot_create", "backup_now", "reset_password"];

/// Every operation of the two pages, with a request of it that is refused or changes nothing.
fn operations() -> Vec<(String, Value)> {
    let inputs = actions::inputs();
    let all = inputs["operations"].as_array().unwrap().iter();
    let of_service = all.filter(|ask| ask["page"] == "admin");
    let request = |ask: &Value| {
        let op = ask["op"].as_str().unwrap().to_owned();
        let fields = ask["fields"].as_array().unwrap().iter();
        let fields = fields.map(|field| field.as_str().unwrap());
        let sound = fields.map(|field| (field.to_owned(), sound(&op, field)));
        let sound: serde_json::Map<String, Value> = sound.collect();
        (op, Value::Object(sound))
    };
    of_service
        .filter(|ask| !ALWAYS_SOUND.contains(&ask["op"].as_str().unwrap()))
        .map(request)
        .collect()
}

fn odd(random: &Random) -> Value {
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
    match random.between(0, 9) {
        0 => Value::Null,
        1 => json!(random.between(0, u64::MAX)),
        2 => json!(-1),
        3 => json!([TEXTS[usize::try_from(random.between(0, TEXTS.len() as u64)).unwrap()]]),
        4 => json!({"a": {"b": []}}),
        5 => json!(random.text(b"abc/:;=,%&?#\"'\\<>|* \n\t", 70)),
        6 => json!(
            TEXTS[usize::try_from(random.between(0, TEXTS.len() as u64)).unwrap()].repeat(300)
        ),
        _ => json!(TEXTS[usize::try_from(random.between(0, TEXTS.len() as u64)).unwrap()]),
    }
}

#[test]
fn odd_strings_in_every_field_are_refused_with_one_sentence_and_change_nothing() {
    let seed = std::env::var("SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(20_260_410);
    println!("SEED={seed}");
    let random = Random::seeded(seed);
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
            request["op"] = odd(&random);
        } else {
            let one = usize::try_from(random.between(0, keys.len() as u64)).unwrap();
            request[&keys[one]] = odd(&random);
        }
        let answer = match random.between(0, 2) {
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
            // A field of the service's page that was left empty asks for nothing.
            let blank = op == "attach" && matches!(&request["vmid"], Value::Null);
            let blank = blank
                || request["vmid"]
                    .as_str()
                    .is_some_and(|text| text.trim().is_empty());
            let harmless = harmless.contains(&op.as_str()) || keys.is_empty() || blank;
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
        (String::new(), None, String::new())
    );
    let open = "SELECT 1 FROM puq_proxmox_kvm_operations WHERE outcome = ''";
    assert_eq!(world.host.rows(open).len(), 0);
}

/// Schedules count days in WHMCS's time zone: one that nobody knows is said by each run, and noted once.
#[test]
fn an_unknown_time_zone_is_said_and_never_taken_for_utc_in_silence() {
    let world = world(&json!({}));
    let zone = |name: &str| world.host.about.borrow_mut().timezone = name.to_owned();
    let noted = || {
        let all = world.host.effects_of("log_activity");
        let of_zones = all.iter().filter(|note| {
            let text = note["text"].as_str().unwrap_or_default();
            text.contains("is not known; UTC is used")
        });
        of_zones.count()
    };
    let run = || {
        world.advance(MINUTE);
        let ran = world.tick();
        assert_eq!(ran.status, Ok(0), "{}", ran.text);
        ran.text.matches("is not known; UTC is used").count()
    };
    for (at, odd) in [
        "Mars/Olympus_Mons",
        "+02:00",
        "Europe/Warsaw; x",
        "System/Localtime\n",
    ]
    .into_iter()
    .enumerate()
    {
        zone(odd);
        assert_eq!((run(), run()), (1, 1), "{odd}: each run");
        assert_eq!(noted(), at + 1, "{odd}: once");
        for known in ["Europe/Warsaw", "europe/warsaw", " UTC ", "", "US/Pacific"] {
            zone(known);
            assert_eq!(run(), 0, "{known}");
        }
        assert_eq!(noted(), at + 1);
    }
}
