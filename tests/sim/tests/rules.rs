//! The parameter rules and their texts.
#![allow(missing_docs)]

mod common;
use common::Client;
use serde_json::{Map, json};

/// Method, path, parameters, what is expected, text.
type Case<T> = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    T,
    &'static str,
);

const CONFIG: &str = "/nodes/pve/qemu/9000/config";

#[tokio::test(start_paused = true)]
async fn texts_of_the_recorded_server() {
    let c = Client::new("single");
    let config = [
        ("cores", "0", "value must have a minimum value of 1"),
        (
            "core",
            "2",
            "property is not defined in schema and the schema does not allow additional properties",
        ),
        (
            "memory",
            "lots",
            "invalid format - format error\nmemory.current: type check ('integer') failed - got 'lots'\n",
        ),
        (
            "net0",
            "virtio,bridge=vmbr0,tag=5000",
            "invalid format - format error\nnet0.tag: value must have a maximum value of 4094\n",
        ),
        (
            "net0",
            "virtio,bridge",
            "invalid format - duplicate key in comma-separated list property: model\n",
        ),
        (
            "ipconfig0",
            "ip=192.0.2.300/24",
            "invalid format - format error\nipconfig0.ip: invalid format - value does not look like a valid ipv4 network configuration\n\n",
        ),
        (
            "sshkeys",
            "not escaped key with spaces",
            "invalid format - invalid urlencoded string: not escaped key with spaces\n",
        ),
        ("skiplock", "1", "Only root may use this option."),
        (
            "hookscript",
            "vmstore:snippets/x.pl",
            "script 'vmstore:snippets/x.pl' does not exist\n",
        ),
    ];
    for (name, value, text) in config {
        assert_eq!(c.wrong("PUT", CONFIG, &[(name, value)], name).await, text);
    }
    let others: [Case<&str>; 10] = [
        (
            "POST",
            "/nodes/pve/qemu/9000/clone",
            &[("newid", "2003"), ("name", "bad_name!")],
            "name",
            "invalid format - value does not look like a valid DNS name\n",
        ),
        (
            "POST",
            "/nodes/pve/qemu/9000/clone",
            &[("full", "1")],
            "newid",
            "property is missing and it is not optional",
        ),
        (
            "GET",
            "/cluster/nextid",
            &[("vmid", "9000")],
            "vmid",
            "VM 9000 already exists",
        ),
        (
            "GET",
            "/cluster/nextid",
            &[("vmid", "5")],
            "vmid",
            "invalid format - value does not look like a valid VM ID\n",
        ),
        (
            "POST",
            "/nodes/pve/qemu/9000/snapshot",
            &[("snapname", "1bad")],
            "snapname",
            "invalid format - invalid configuration ID '1bad'\n",
        ),
        (
            "GET",
            "/nodes/pve/qemu/9000/rrddata",
            &[("timeframe", "minute")],
            "timeframe",
            "value 'minute' does not have a value in the enumeration 'hour, day, week, month, year'",
        ),
        (
            "POST",
            "/nodes/pve/qemu/9000/firewall/rules",
            &[("type", "in"), ("action", "DROP"), ("dport", "99999")],
            "dport",
            "invalid format - invalid port '99999'\n",
        ),
        (
            "POST",
            "/nodes/pve/qemu/9000/migrate",
            &[("target", "pve")],
            "target",
            "target is local node.",
        ),
        (
            "GET",
            "/nodes/pve/tasks/nonsense/status",
            &[],
            "upid",
            "unable to parse worker upid",
        ),
        (
            "GET",
            "/nodes/pve/tasks/UPID%3Apve%3A00000001%3A00000001%3A00000001%3Aqmstart%3A1%3Aroot%40pam%3A/status",
            &[],
            "upid",
            "no such task",
        ),
    ];
    for (method, path, params, name, text) in others {
        assert_eq!(
            c.wrong(method, path, params, name).await,
            text,
            "{method} {path}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_bare_equals_sign_cuts_the_value() {
    let c = Client::new("single");
    let request = pve_sim::Request {
        method: "PUT".into(),
        path: format!("/api2/json{CONFIG}"),
        headers: vec![("Authorization".into(), c.token.clone())],
        body: b"net0=virtio,bridge=vmbr0".to_vec(),
        via: String::new(),
    };
    let pve_sim::Outcome::Answer(answer) = c.sim.handle(request).await else {
        panic!("no answer");
    };
    assert_eq!(answer.status, 400);
    let text = &answer.body_json()["errors"]["net0"];
    assert_eq!(
        text,
        "invalid format - duplicate key in comma-separated list property: model\n"
    );
}

#[tokio::test(start_paused = true)]
async fn refusals_outside_the_parameters() {
    let c = Client::new("single");
    let cases: [Case<u16>; 9] = [
        (
            "GET",
            "/nope",
            &[],
            501,
            "Method 'GET /nope' not implemented",
        ),
        (
            "PATCH",
            "/version",
            &[],
            501,
            "method 'PATCH' not available",
        ),
        (
            "GET",
            "/nodes/pve/qemu/4242/config",
            &[],
            500,
            "Configuration file 'nodes/pve/qemu-server/4242.conf' does not exist",
        ),
        (
            "GET",
            "/nodes/ghost/qemu",
            &[],
            500,
            "hostname lookup 'ghost' failed - failed to get address info for: ghost: Temporary failure in name resolution",
        ),
        (
            "PUT",
            CONFIG,
            &[("args", "-foo")],
            500,
            "only root can set 'args' config",
        ),
        (
            "PUT",
            CONFIG,
            &[("boot", "order=scsi0;net9")],
            500,
            "invalid bootorder: device 'net9' does not exist'",
        ),
        (
            "PUT",
            CONFIG,
            &[("ide3", "vmstore:cloudinit")],
            500,
            "ide3 - cloud-init drive is already attached at 'ide2'",
        ),
        (
            "PUT",
            CONFIG,
            &[("ide0", "vmstore:iso/none.iso,media=cdrom")],
            500,
            "volume 'vmstore:iso/none.iso' does not exist",
        ),
        (
            "POST",
            CONFIG,
            &[("scsi2", "nostore:2")],
            500,
            "storage 'nostore' does not exist",
        ),
    ];
    for (method, path, params, status, reason) in cases {
        assert_eq!(
            c.fail(method, path, params).await,
            (status, reason.to_owned()),
            "{method} {path}"
        );
    }
}

#[test]
fn journal_lines_can_be_checked() {
    let params = |value: serde_json::Value| value.as_object().cloned().unwrap_or_else(Map::new);
    let good = params(json!({ "newid": "2001", "full": 1, "name": "a-1" }));
    assert!(pve_sim::check("POST", "/nodes/n/qemu/9000/clone", &good).is_ok());
    let bad = params(json!({ "newid": 5, "ful": 1 }));
    let errors =
        pve_sim::check("POST", "/nodes/n/qemu/9000/clone", &bad).expect_err("two mistakes");
    assert_eq!(errors.keys().collect::<Vec<_>>(), ["ful", "newid"]);
    assert!(
        pve_sim::check(
            "GET",
            "/nodes/n/storage/st/content/st:backup/a.vma.zst",
            &Map::new()
        )
        .is_ok()
    );
    assert!(
        pve_sim::check(
            "DELETE",
            "/nodes/n/qemu/100/firewall/ipset/xy/10.0.0.0/8",
            &Map::new()
        )
        .is_ok()
    );
    assert!(pve_sim::check("POST", "/no/such/path", &Map::new()).is_err());
    assert!(
        pve_sim::check(
            "PUT",
            "/nodes/n/qemu/100/config",
            &params(json!({ "scsi31": "st:1" }))
        )
        .is_err()
    );
}

#[tokio::test(start_paused = true)]
async fn firewall_answers() {
    let c = Client::new("single");
    let at = "/nodes/pve/qemu/9000/firewall";
    assert_eq!(
        c.ok("GET", &format!("{at}/options"), &[]).await,
        json!({ "digest": "da39a3ee5e6b4b0d3255bfef95601890afd80709" })
    );
    c.ok(
        "PUT",
        &format!("{at}/options"),
        &[("enable", "1"), ("policy_in", "ACCEPT"), ("macfilter", "0")],
    )
    .await;
    let options = c.ok("GET", &format!("{at}/options"), &[]).await;
    assert_eq!(
        (
            &options["enable"],
            &options["macfilter"],
            &options["policy_in"]
        ),
        (&1.into(), &0.into(), &"ACCEPT".into())
    );
    c.ok("POST", &format!("{at}/ipset"), &[("name", "ipfilter-net0")])
        .await;
    assert_eq!(
        c.wrong(
            "POST",
            &format!("{at}/ipset"),
            &[("name", "ipfilter-net0")],
            "name"
        )
        .await,
        "IPSet 'ipfilter-net0' already exists"
    );
    let set = format!("{at}/ipset/ipfilter-net0");
    c.ok("POST", &set, &[("cidr", "192.0.2.10")]).await;
    assert_eq!(
        c.wrong("POST", &set, &[("cidr", "192.0.2.10")], "cidr")
            .await,
        "address '192.0.2.10' already exists"
    );
    assert_eq!(
        c.fail("DELETE", &set, &[]).await,
        (500, "IPSet 'ipfilter-net0' is not empty".into())
    );
    c.ok("DELETE", &format!("{set}/192.0.2.99"), &[]).await;
    assert_eq!(
        c.fail("DELETE", &format!("{at}/ipset/nope"), &[]).await.1,
        "no such IPSet 'nope'"
    );
    c.ok(
        "POST",
        &format!("{at}/rules"),
        &[
            ("type", "in"),
            ("action", "ACCEPT"),
            ("dport", "22"),
            ("proto", "tcp"),
            ("enable", "1"),
        ],
    )
    .await;
    c.ok(
        "POST",
        &format!("{at}/rules"),
        &[("type", "in"), ("action", "DROP"), ("enable", "1")],
    )
    .await;
    let rules = c.ok("GET", &format!("{at}/rules"), &[]).await;
    assert_eq!(
        (&rules[0]["action"], &rules[1]["dport"], &rules[1]["pos"]),
        (&"DROP".into(), &"22".into(), &1.into())
    );
    c.ok("PUT", &format!("{at}/rules/0"), &[("moveto", "2")])
        .await;
    assert_eq!(
        c.ok("GET", &format!("{at}/rules"), &[]).await[1]["action"],
        "DROP"
    );
    assert_eq!(
        c.fail("DELETE", &format!("{at}/rules/9"), &[]).await.1,
        "no rule at position 9"
    );
}
