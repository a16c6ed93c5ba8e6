//! Product settings and options made a plan: every option, every bound, every default.

#![allow(clippy::unwrap_used, clippy::panic)]

use puq_proxmox_kvm::model::{NodeName, Policy, StorageId};
use puq_proxmox_kvm::plan::{
    CloneKind, FieldError, LogLevel, NicModel, NodeChoice, Plan, Product, Service, SnapshotPolicy,
};
use serde_json::{Value, json};

fn service(options: Value) -> Service {
    Service::parse(&json!({"serviceid": 7, "userid": "3", "pid": 2, "configoptions": options}))
        .unwrap()
}

fn plan(form: Value, options: Value) -> Result<Plan, Vec<FieldError>> {
    Plan::build(
        &Product::defaults().with_form(&form).unwrap(),
        &service(options),
    )
}

fn errors(result: Result<impl std::fmt::Debug, Vec<FieldError>>) -> Vec<String> {
    result
        .unwrap_err()
        .iter()
        .map(FieldError::to_string)
        .collect()
}

#[test]
fn nothing_set_gives_the_defaults_of_the_manual() {
    let plan = plan(json!({}), json!([])).unwrap();
    assert_eq!(plan.node, NodeChoice::Automatic);
    assert_eq!((plan.template, plan.clone), (None, CloneKind::Linked));
    assert_eq!(
        (plan.cores, plan.memory_mib, plan.backups, plan.snapshots),
        (1, 1024, 0, 0)
    );
    assert_eq!(plan.snapshot_policy, SnapshotPolicy::Keep);
    assert_eq!(plan.name_rule.to_string(), "{client_id}-{service_id}");
    assert_eq!((plan.first_vmid.get(), plan.username), (100, None));
    assert_eq!(
        (
            plan.net.model,
            plan.net.rate_mbps,
            plan.net.bridge.as_str(),
            plan.net.vlan
        ),
        (None, 0.0, "vmbr0", 0)
    );
    assert_eq!((plan.net.ipv4, plan.net.ipv6), (1, 0));
    assert!(plan.net.auto_bridge && plan.net.dhcp4 && plan.net.dhcp6 && !plan.net.has_static());
    let firewall = plan.firewall;
    assert!(
        firewall.enable
            && firewall.dhcp
            && firewall.ndp
            && firewall.macfilter
            && firewall.anti_spoofing
    );
    assert!(!firewall.radv && !firewall.ipfilter);
    assert_eq!(
        (firewall.policy_in, firewall.policy_out),
        (Policy::Accept, Policy::Accept)
    );
    assert_eq!(
        (firewall.log_in, firewall.log_out),
        (LogLevel::NoLog, LogLevel::NoLog)
    );
    assert_eq!(
        (plan.system_disk.storage, plan.system_disk.size_gib),
        (None, 0)
    );
    assert_eq!(
        (plan.backup_storage, plan.iso_storage, plan.rdns_ticket),
        (None, None, None)
    );
    assert_eq!(plan.main_domain, "example.com");
    assert_eq!(
        plan.mails.ready.as_deref(),
        Some("puqProxmoxKVM VM is ready")
    );
    assert_eq!(
        plan.mails.reset_password.as_deref(),
        Some("puqProxmoxKVM Reset password")
    );
    assert_eq!(
        plan.mails.restored.as_deref(),
        Some("puqProxmoxKVM Backup restored")
    );
    assert_eq!(plan.mails.upgraded, None);
    let may = plan.permissions;
    assert!(may.start && may.stop && may.console && may.charts && may.reinstall);
    assert!(may.reset_password && may.rdns && may.iso && may.firewall);
}

/// Plain name, legacy prefix, field, and how the plan is asked for it.
type Row = (
    &'static str,
    Option<&'static str>,
    &'static str,
    fn(&Plan) -> u64,
);

const OPTIONS: [Row; 18] = [
    ("CPU Cores", Some("CPU"), "cpu", |plan| plan.cores.into()),
    ("RAM", Some("RAM"), "ram", |plan| plan.memory_mib / 1024),
    ("Backups", Some("B"), "backups", |plan| plan.backups.into()),
    ("Snapshots", Some("S"), "snapshots", |plan| {
        plan.snapshots.into()
    }),
    ("System Disk", None, "system_size", |plan| {
        plan.system_disk.size_gib
    }),
    ("Additional Disk", None, "additional_size", |plan| {
        plan.additional_disk.size_gib
    }),
    (
        "System Disk Read Bandwidth",
        None,
        "system_read_mbps",
        |plan| plan.system_disk.limits.read_mbps,
    ),
    (
        "System Disk Write Bandwidth",
        None,
        "system_write_mbps",
        |plan| plan.system_disk.limits.write_mbps,
    ),
    ("System Disk Read IOPS", None, "system_read_iops", |plan| {
        plan.system_disk.limits.read_iops
    }),
    (
        "System Disk Write IOPS",
        None,
        "system_write_iops",
        |plan| plan.system_disk.limits.write_iops,
    ),
    (
        "Additional Disk Read Bandwidth",
        None,
        "additional_read_mbps",
        |plan| plan.additional_disk.limits.read_mbps,
    ),
    (
        "Additional Disk Write Bandwidth",
        None,
        "additional_write_mbps",
        |plan| plan.additional_disk.limits.write_mbps,
    ),
    (
        "Additional Disk Read IOPS",
        None,
        "additional_read_iops",
        |plan| plan.additional_disk.limits.read_iops,
    ),
    (
        "Additional Disk Write IOPS",
        None,
        "additional_write_iops",
        |plan| plan.additional_disk.limits.write_iops,
    ),
    ("Network Bandwidth", None, "rate", |plan| {
        plan.net.rate_mbps as u64
    }),
    ("IPv4 Addresses", Some("ipv4"), "ipv4", |plan| {
        plan.net.ipv4.into()
    }),
    ("IPv6 Addresses", Some("ipv6"), "ipv6", |plan| {
        plan.net.ipv6.into()
    }),
    ("Operating System", Some("OS"), "template", |plan| {
        plan.template.map_or(0, |vmid| vmid.get().into())
    }),
];

#[test]
fn each_of_the_18_options_overrides_its_field_in_every_form() {
    for (name, legacy, field, read) in OPTIONS {
        // 200 is within the bounds of all of them, 201 stands for the product.
        let product = json!({field: "201"});
        assert_eq!(
            read(&plan(product.clone(), json!({})).unwrap()),
            201,
            "{name}: the product's"
        );
        for value in [
            json!("200"),
            json!(200),
            json!(" 200 "),
            json!("200|200 of them"),
        ] {
            let plan = plan(product.clone(), json!({name: value})).unwrap();
            assert_eq!(read(&plan), 200, "{name}: {value}");
        }
        let labelled = format!("{name}|a label");
        assert_eq!(
            read(&plan(product.clone(), json!({labelled: "200"})).unwrap()),
            200,
            "{name} with a label"
        );
        assert_eq!(
            read(&plan(product.clone(), json!({name: ""})).unwrap()),
            201,
            "{name}: an empty value is none"
        );
        let lower = name.to_lowercase();
        if legacy != Some(lower.as_str()) {
            assert_eq!(
                read(&plan(product.clone(), json!({lower: "200"})).unwrap()),
                201,
                "{name}: case counts"
            );
        }
        if let Some(prefix) = legacy {
            for old in [format!("{prefix}|Label"), prefix.to_owned()] {
                assert_eq!(
                    read(&plan(product.clone(), json!({old: "200"})).unwrap()),
                    200,
                    "{prefix}"
                );
            }
            if prefix != name {
                let both = json!({format!("{prefix}|Old"): "202", name: "200"});
                assert_eq!(
                    read(&plan(product.clone(), both).unwrap()),
                    200,
                    "{name} wins over {prefix}"
                );
            }
        }
    }
}

#[test]
fn zero_is_a_value_where_it_means_something() {
    for (name, _, field, read) in OPTIONS {
        let result = plan(json!({field: "201"}), json!({name: "0"}));
        match name {
            "CPU Cores" | "RAM" => {
                let said = errors(result);
                assert_eq!(said.len(), 1);
                assert!(
                    said[0].starts_with(&format!("{name} must be a")),
                    "{}",
                    said[0]
                );
            }
            _ => assert_eq!(read(&result.unwrap()), 0, "{name}"),
        }
    }
}

#[test]
fn a_sub_option_named_with_its_unit_is_understood() {
    let plan = plan(
        json!({}),
        json!({"CPU Cores": "4 cores", "RAM": "1.5 GB", "Network Bandwidth": "12.5 MB/s"}),
    );
    let plan = plan.unwrap();
    assert_eq!(
        (plan.cores, plan.memory_mib, plan.net.rate_mbps),
        (4, 1536, 12.5)
    );
}

#[test]
fn every_error_names_its_option_or_field_and_the_rule() {
    let options = json!({"CPU Cores": "many", "RAM": "-4", "Backups": "1.5", "OS|System": "99", "System Disk": "10 PB"});
    assert_eq!(
        errors(plan(json!({}), options)),
        [
            "OS|System must be a template's VMID, from 100 to 999999999, not \"99\".",
            "CPU Cores must be a whole number from 1 to 4096, not \"many\".",
            "RAM must be a number from 0.015625 to 4096, not \"-4\".",
            "Backups must be a whole number from 0 to 1000, not \"1.5\".",
            "System Disk must be a whole number from 0 to 131072, not \"10 PB\".",
        ]
    );
    let form = json!({
        "vlan": "4096", "bridge": "vm br0", "username": "1st", "first_vmid": 99, "policy_in": "ALLOW", "ndp": "perhaps",
        "main_domain": "-x-", "system_storage": "a b", "console_domain": "ftp://x", "model": [1], "node": "a_b",
        "rdns_department": "sales", "mail_ready": "a\u{7}b", "rate": "1e3",
    });
    let said = errors(Product::defaults().with_form(&form));
    let named: Vec<&str> = said
        .iter()
        .map(|sentence| sentence.split(' ').next().unwrap())
        .collect();
    let wanted = [
        "node",
        "first_vmid",
        "username",
        "system_storage",
        "model",
        "rate",
        "bridge",
        "vlan",
        "policy_in",
        "ndp",
        "console_domain",
        "main_domain",
        "rdns_department",
        "mail_ready",
    ];
    assert_eq!(named, wanted);
    assert!(
        said[7].contains("0 to 4094") && said[7].contains("802.1Q reserves 4095"),
        "{}",
        said[7]
    );
}

#[test]
fn a_whole_form_becomes_a_whole_plan() {
    let form = json!({
        "vm": {"node": "pve2", "template": "9000", "clone_type": "full", "cpu": 2, "ram": "0.5", "backups": 3,
               "snapshots": 4, "name_rule": "vm-{service_id}", "first_vmid": 2000, "username": "Administrator",
               "snapshot_schedule": false, "snapshot_lifetime": "3"},
        "storage": {"system_storage": "local-lvm", "system_size": 20, "additional_storage": "ceph", "additional_size": 100,
                    "additional_write_iops": 500},
        "network": {"model": "virtio", "rate": 12.5, "bridge": "vmbr1", "vlan": 4094, "ipv4": 2, "ipv6": 1,
                    "auto_bridge": "0", "dhcp4": "", "dhcp6": "on"},
        "firewall": {"policy_in": "drop", "log_out": "warning", "enable": false},
        "integrations": {"backup_storage": "pbs-x|pbs", "iso_storage": "local|dir", "console_key": "s3cret",
                         "console_domain": "https://console.example.net:8443/", "main_domain": "Example.ORG",
                         "rdns_department": 4, "mail_restored": ""},
        "permissions": {"firewall": "0", "start": "off"},
    });
    let plan = plan(form, json!({})).unwrap();
    assert_eq!(plan.node, NodeChoice::Pinned(NodeName::from("pve2")));
    assert_eq!(
        (plan.clone, plan.memory_mib, plan.snapshot_policy),
        (CloneKind::Full, 512, SnapshotPolicy::Days(3))
    );
    assert_eq!(plan.username.as_deref(), Some("Administrator"));
    assert_eq!(plan.additional_disk.storage, Some(StorageId::from("ceph")));
    assert_eq!(plan.additional_disk.limits.write_iops, 500);
    assert_eq!(
        (plan.net.model, plan.net.rate_mbps, plan.net.vlan),
        (Some(NicModel::Virtio), 12.5, 4094)
    );
    assert_eq!(
        (
            plan.net.static_ipv4(),
            plan.net.static_ipv6(),
            plan.net.auto_bridge
        ),
        (2, 0, false)
    );
    assert_eq!(
        (plan.firewall.policy_in, plan.firewall.log_out),
        (Policy::Drop, LogLevel::Warning)
    );
    assert!(
        !plan.firewall.enable
            && !plan.permissions.firewall
            && !plan.permissions.start
            && plan.permissions.stop
    );
    assert_eq!(plan.backup_storage, Some(StorageId::from("pbs-x")));
    assert_eq!(plan.console_domain, "https://console.example.net:8443");
    assert_eq!(
        (plan.console_key.expose(), plan.main_domain.as_str()),
        ("s3cret", "example.org")
    );
    assert_eq!((plan.rdns_ticket, plan.mails.restored), (Some(4), None));
}

#[test]
fn schedule_mode_ignores_the_lifetime() {
    let plan = plan(
        json!({"snapshot_schedule": "1", "snapshot_lifetime": "5"}),
        json!({}),
    )
    .unwrap();
    assert_eq!(plan.snapshot_policy, SnapshotPolicy::Schedule);
}

#[test]
fn a_flat_form_tells_the_permission_from_the_section_of_the_same_name() {
    let plan = plan(json!({"firewall": "0", "enable": "1"}), json!({})).unwrap();
    assert!(plan.firewall.enable && !plan.permissions.firewall);
}
