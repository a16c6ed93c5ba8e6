//! Random input. Each test prints its seed; `PVE_SEED` replays one.

use crate::support::{Fake, answer, cluster, token};
use puq_proxmox_kvm::model::Vmid;
use puq_proxmox_kvm::net::Method;
use puq_proxmox_kvm::pve::{
    Agent, BootOrder, Class, DiskConfig, DiskLimits, Exit, IpConfig, Kind, NetConfig, Params,
    PropertyString, PveError, Size, encode,
};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Map, Value, json};

fn rng(test: &str) -> StdRng {
    let seed = std::env::var("PVE_SEED").ok().and_then(|s| s.parse().ok());
    let seed: u64 = seed.unwrap_or_else(|| rand::rng().random());
    println!("{test}: seed {seed}");
    StdRng::seed_from_u64(seed)
}

fn word(rng: &mut StdRng, alphabet: &str, most: usize) -> String {
    let letters: Vec<char> = alphabet.chars().collect();
    let count = rng.random_range(1..=most);
    (0..count)
        .map(|_| letters[rng.random_range(0..letters.len())])
        .collect()
}

const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789_-";
const VALUE: &str = "abcXYZ0189:/.-_=;+% é";

#[test]
fn property_strings_print_as_they_were_read() {
    let mut rng = rng("property strings");
    for _ in 0..2000 {
        let mut parts = vec![word(&mut rng, "abc019:/.-", 20)];
        for _ in 0..rng.random_range(0..6) {
            parts.push(format!(
                "{}={}",
                word(&mut rng, KEY, 8),
                word(&mut rng, VALUE, 12)
            ));
        }
        let text = parts.join(",");
        assert_eq!(PropertyString::parse(&text).to_string(), text);
        assert_eq!(DiskConfig::parse(&text).to_string(), text);
        assert_eq!(NetConfig::parse(&text).to_string(), text);
    }
}

/// The values a real node was sent and answered with.
#[test]
fn recorded_values_print_as_they_were_read() {
    for line in include_str!("../fixtures/pve/values.jsonl").lines() {
        let recorded: Value = serde_json::from_str(line).expect("JSON");
        let key = recorded["key"].as_str().expect("a key");
        let value = recorded["value"].as_str().expect("a value");
        let printed = match key.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "net" => NetConfig::parse(value).to_string(),
            "ipconfig" => IpConfig::parse(value).to_string(),
            "boot" => BootOrder::parse(value).to_string(),
            "agent" => Agent::parse(value).to_string(),
            "scsi" | "ide" | "unused" => DiskConfig::parse(value).to_string(),
            _ => PropertyString::parse(value).to_string(),
        };
        assert_eq!(printed, value, "{key}");
    }
}

#[test]
fn boot_orders_agents_addresses_and_custom_files_print_as_they_were_read() {
    let mut rng = rng("small property strings");
    for _ in 0..2000 {
        let devices: Vec<String> = (0..rng.random_range(1..5))
            .map(|_| {
                format!(
                    "{}{}",
                    ["scsi", "net", "ide"][rng.random_range(0..3)],
                    rng.random_range(0..4)
                )
            })
            .collect();
        let boot = format!("order={}", devices.join(";"));
        assert_eq!(BootOrder::parse(&boot).to_string(), boot);
        assert_eq!(BootOrder::parse(&boot).devices(), devices);
        let letters = word(&mut rng, "cdn", 3);
        assert_eq!(BootOrder::parse(&letters).to_string(), letters);

        let on = rng.random_range(0..2);
        let more = [
            "",
            ",fstrim_cloned_disks=1",
            ",type=virtio,freeze-fs-on-backup=0",
        ][rng.random_range(0..3)];
        let lead = ["", "enabled="][rng.random_range(0..2)];
        let agent = format!("{lead}{on}{more}");
        assert_eq!(Agent::parse(&agent).to_string(), agent);
        assert_eq!(Agent::parse(&agent).enabled(), on == 1, "{agent}");

        let addresses = IpConfig {
            ip: rng
                .random_bool(0.5)
                .then(|| ["dhcp", "192.0.2.7/24"][rng.random_range(0..2)].to_owned()),
            gw: rng.random_bool(0.5).then(|| "192.0.2.1".to_owned()),
            ip6: rng
                .random_bool(0.5)
                .then(|| ["auto", "2001:db8::7/64"][rng.random_range(0..2)].to_owned()),
            gw6: rng.random_bool(0.5).then(|| "2001:db8::1".to_owned()),
        };
        assert_eq!(IpConfig::parse(&addresses.to_string()), addresses);

        let custom = format!(
            "user=local:snippets/{}.yaml,network=local:snippets/{}.yaml",
            word(&mut rng, KEY, 8),
            word(&mut rng, KEY, 8)
        );
        assert_eq!(PropertyString::parse(&custom).to_string(), custom);
    }
}

#[test]
fn disks_and_cards_give_back_what_was_set_and_keep_the_rest() {
    let mut rng = rng("disks and cards");
    for _ in 0..2000 {
        let other = format!("{}={}", "aio", word(&mut rng, KEY, 8));
        let volume = format!(
            "{}:{}",
            word(&mut rng, "abc", 5),
            word(&mut rng, "vmdisk019-/.", 15)
        );
        let mut disk = DiskConfig::parse(&format!("{volume},{other},size=4G,iops=100"));
        let mut some = |most: u64| rng.random_bool(0.7).then(|| rng.random_range(1..most));
        #[allow(clippy::cast_precision_loss)]
        let limits = DiskLimits {
            mbps_rd: some(4000).map(|n| n as f64 / 4.0),
            mbps_wr: some(4000).map(|n| n as f64 / 8.0),
            iops_rd: some(100_000),
            iops_wr: some(100_000),
        };
        disk.set_limits(&limits);
        let back = DiskConfig::parse(&disk.to_string());
        assert_eq!(back.limits(), limits);
        assert_eq!(
            (back.volume(), back.size()),
            (volume.as_str(), Some(Size::gib(4)))
        );
        assert!(back.to_string().contains(&other));

        let mut nic = NetConfig::parse("virtio=BC:24:11:00:00:01,bridge=vmbr0,mtu=1400,queues=2");
        let tag = rng.random_bool(0.5).then(|| rng.random_range(1..4095));
        let rate = rng
            .random_bool(0.5)
            .then(|| f64::from(rng.random_range(1..80_000)) / 8.0);
        nic.set_tag(tag);
        nic.set_rate(rate);
        nic.set_firewall(rng.random_bool(0.5));
        let back = NetConfig::parse(&nic.to_string());
        assert_eq!(
            (back.tag(), back.rate(), back.firewall()),
            (tag, rate, nic.firewall())
        );
        assert!(back.to_string().contains("mtu=1400,queues=2"));
        let ip = IpConfig {
            ip: Some("dhcp".into()),
            gw6: Some(word(&mut rng, "0123456789abcdef:", 12)),
            ..IpConfig::default()
        };
        assert_eq!(IpConfig::parse(&ip.to_string()), ip);
    }
}

#[test]
fn forms_survive_a_decoder_that_splits_before_it_decodes() {
    let mut rng = rng("forms");
    let alphabet = "aZ09 +=&%,;:/?#é漢\"'\\\n\t~.-_";
    for _ in 0..2000 {
        let pairs: Vec<(String, String)> = (0..3)
            .map(|_| (word(&mut rng, alphabet, 6), word(&mut rng, alphabet, 20)))
            .collect();
        let params = pairs
            .iter()
            .fold(Params::new(), |all, (name, value)| all.with(name, value));
        let decode = |text: &str| {
            percent_encoding::percent_decode_str(&text.replace('+', " "))
                .decode_utf8_lossy()
                .into_owned()
        };
        let form = params.form();
        let back: Vec<(String, String)> = form
            .split('&')
            .map(|pair| pair.split('=').map(decode).collect::<Vec<_>>())
            .map(|parts| (parts[0].clone(), parts[1].clone()))
            .collect();
        assert_eq!(back, pairs);
        assert!(!encode(&pairs[0].0).contains(['/', '?', '#', '=', '+', ' ']));
    }
}

/// A value of any shape.
fn junk(rng: &mut StdRng, depth: u8) -> Value {
    match rng.random_range(0..if depth == 0 { 6 } else { 8 }) {
        0 => Value::Null,
        1 => json!(rng.random::<bool>()),
        2 => json!(rng.random::<i64>()),
        3 => json!(rng.random::<f64>() * 1.0e30 - 5.0e29),
        4 => json!(word(rng, VALUE, 12)),
        5 => json!(word(rng, "0123456789.-+eKMGT", 12)),
        6 => (0..rng.random_range(0..4))
            .map(|_| junk(rng, depth - 1))
            .collect(),
        _ => Value::Object(
            (0..rng.random_range(0..4))
                .map(|_| (field(rng), junk(rng, depth - 1)))
                .collect(),
        ),
    }
}

fn field(rng: &mut StdRng) -> String {
    const NAMES: [&str; 24] = [
        "data",
        "vmid",
        "status",
        "type",
        "node",
        "scsi0",
        "ide2",
        "net0",
        "memory",
        "boot",
        "bootdisk",
        "ipconfig0",
        "unused0",
        "upid",
        "exitstatus",
        "message",
        "errors",
        "name",
        "lock",
        "ticket",
        "port",
        "agent",
        "key",
        "volid",
    ];
    NAMES[rng.random_range(0..NAMES.len())].to_owned()
}

#[tokio::test(start_paused = true)]
async fn no_answer_however_odd_brings_the_client_down() {
    let mut rng = rng("odd answers");
    for _ in 0..400 {
        let body = junk(&mut rng, 3);
        let mut envelope = Map::new();
        envelope.insert("data".to_owned(), body.clone());
        let text = if rng.random_bool(0.8) {
            Value::Object(envelope).to_string()
        } else {
            body.to_string()
        };
        let status = [200, 200, 200, 400, 500, 596][rng.random_range(0..6)];
        let transport = Fake::by(move |_| answer(status, "something", &text));
        let cluster = cluster(&["pve1"], token(), transport);
        let vm = cluster.vm(&"pve".into(), Vmid::new(2001).expect("a number"));
        drop((
            vm.config().await,
            vm.status().await,
            vm.pending().await,
            vm.snapshots().await,
        ));
        drop((
            vm.start().await,
            vm.rules().await,
            vm.vnc_ticket(true).await,
        ));
        drop((
            cluster.storages().await,
            cluster.permissions().await,
            cluster.version().await,
        ));
        drop((cluster.cluster_status().await,));
        if let Ok(config) = vm.config().await {
            assert!(config.drives.len() <= 2 && !config.digest.is_empty());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_text_that_nobody_knows_is_never_repeated_and_never_gone() {
    let mut rng = rng("unknown texts");
    for _ in 0..600 {
        let text = word(
            &mut rng,
            "abc defghi 'xyz' does not exist 0123456789 already",
            40,
        );
        let status = [400, 500][rng.random_range(0..2)];
        let reason = text.clone();
        let transport = Fake::by(move |_| answer(status, &reason, ""));
        let cluster = cluster(&["pve1"], token(), transport);
        let write = cluster
            .request(
                Method::Delete,
                "/nodes/pve/qemu/2001",
                Params::new(),
                "remove VM 2001",
            )
            .await;
        let write = write.expect_err("refused");
        assert_eq!(
            (write.class, write.kind.clone()),
            (Class::Verify, Kind::Unknown),
            "{text}"
        );
        let read = cluster
            .request(Method::Get, "/storage", Params::new(), "list")
            .await
            .expect_err("refused");
        assert_eq!(
            (read.class, read.kind.clone()),
            (Class::Tick, Kind::Unknown),
            "{text}"
        );
        if let Some(task) = PveError::from_task("do it", "qmclone", &Exit::parse(&text), &[]) {
            assert_eq!(
                (task.class, task.kind.clone()),
                (Class::Verify, Kind::Unknown),
                "{text}"
            );
        }
    }
}
