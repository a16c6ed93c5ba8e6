//! HestiaCP.

use super::fake_hestia::{Fake, KEY, PASSWORD};
use super::http::Server;
use super::{block, local, out_of_patience, set, silent, web, zone};
use puq_proxmox_kvm::dns::hestia::Hestia;
use puq_proxmox_kvm::dns::{Provider, ProviderError, RecordKind};
use puq_proxmox_kvm::model::Secret;

fn panel(server: &Server<Fake>, admin: &str, secret: &str, owner: &str) -> Hestia {
    Hestia::new(
        web(),
        local(server.port, ""),
        admin,
        Secret::new(secret),
        owner,
    )
}

fn usual(server: &Server<Fake>) -> Hestia {
    panel(server, "admin", PASSWORD, "alice")
}

const OTHERS: [&str; 4] = [
    "A other in 2.0.192.in-addr.arpa 192.0.2.99",
    "A other in example.com 192.0.2.99",
    "NS @ in 2.0.192.in-addr.arpa ns1.example.net.",
    "NS @ in example.com ns1.example.net.",
];

fn with(ours: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = OTHERS
        .iter()
        .chain(ours)
        .map(|line| (*line).to_owned())
        .collect();
    all.sort();
    all
}

#[test]
fn records_are_added_before_others_go_and_no_other_is_touched() {
    let server = Server::start(Fake::new());
    let (hestia, example) = (usual(&server), zone("example.com"));
    let lines = || server.service.lock().unwrap().lines();
    let commands = || -> Vec<String> {
        let asked = server.take();
        let commands = asked.iter().filter_map(|asked| asked.value("cmd"));
        commands
            .filter(|command| !command.contains("list"))
            .collect()
    };
    block(async {
        let first = set("vm.example.com", RecordKind::A, &["192.0.2.5"]);
        hestia.upsert(&example, &first).await.unwrap();
        assert_eq!(lines(), with(&["A vm in example.com 192.0.2.5"]));
        commands();
        hestia.upsert(&example, &first).await.unwrap();
        assert!(commands().is_empty(), "what is right is not written");
        let moved = set("vm.example.com", RecordKind::A, &["192.0.2.6"]);
        hestia.upsert(&example, &moved).await.unwrap();
        assert_eq!(commands(), ["v-add-dns-record", "v-delete-dns-record"]);
        let six = set("vm.example.com", RecordKind::Aaaa, &["2001:db8::5"]);
        hestia.upsert(&example, &six).await.unwrap();
        assert_eq!(
            lines(),
            with(&[
                "A vm in example.com 192.0.2.6",
                "AAAA vm in example.com 2001:db8::5"
            ])
        );
        hestia
            .delete(&example, "vm.example.com", RecordKind::A)
            .await
            .unwrap();
        hestia
            .delete(&example, "vm.example.com", RecordKind::A)
            .await
            .unwrap();
        hestia
            .delete(&example, "vm.example.com", RecordKind::Aaaa)
            .await
            .unwrap();
        assert_eq!(lines(), with(&[]));
    });
}

#[test]
fn reverse_names_get_their_dot_and_compare_without_it() {
    let server = Server::start(Fake::new());
    let (hestia, reverse) = (usual(&server), zone("2.0.192.in-addr.arpa"));
    let ptr = set(
        "5.2.0.192.in-addr.arpa",
        RecordKind::Ptr,
        &["vm.example.com"],
    );
    block(async {
        hestia.upsert(&reverse, &ptr).await.unwrap();
        hestia.upsert(&reverse, &ptr).await.unwrap();
    });
    assert_eq!(
        server.service.lock().unwrap().lines(),
        with(&["PTR 5 in 2.0.192.in-addr.arpa vm.example.com."])
    );
}

#[test]
fn a_line_that_two_writers_lost_is_written_again() {
    let server = Server::start(Fake::new());
    let (hestia, example) = (usual(&server), zone("example.com"));
    let wanted = set("vm.example.com", RecordKind::A, &["192.0.2.5"]);
    server.service.lock().unwrap().lost = 2;
    block(hestia.upsert(&example, &wanted)).unwrap();
    assert_eq!(
        server.service.lock().unwrap().lines(),
        with(&["A vm in example.com 192.0.2.5"])
    );
    server.service.lock().unwrap().lost = 99;
    let error = block(hestia.upsert(
        &example,
        &set("vm.example.com", RecordKind::A, &["192.0.2.7"]),
    ))
    .unwrap_err();
    assert!(
        matches!(&error, ProviderError::Unsettled(why) if why.contains("after 4 tries")),
        "{error}"
    );
}

#[test]
fn an_access_key_signs_in_too() {
    let server = Server::start(Fake::new());
    let text = block(panel(&server, "", KEY, "alice").test(&zone("example.com"))).unwrap();
    assert_eq!(text, "zone example.com, one of 2 of user alice");
    let asked = server.take();
    assert_eq!(
        (asked[0].value("hash").as_deref(), asked[0].value("user")),
        (Some(KEY), None)
    );
}

#[test]
fn errors_say_what_to_do() {
    let server = Server::start(Fake::new());
    let example = zone("example.com");
    let wanted = set("vm.example.com", RecordKind::A, &["192.0.2.5"]);
    let said = |hestia: &Hestia| {
        let test = block(hestia.test(&example)).unwrap_err().to_string();
        let write = block(hestia.upsert(&example, &wanted))
            .unwrap_err()
            .to_string();
        (test, write)
    };
    let (test, write) = said(&panel(&server, "admin", "wrong-hush", "alice"));
    assert!(
        test.contains("authentication failed") && write.contains("authentication failed"),
        "{test} {write}"
    );
    assert!(!test.contains("hush"));
    let (test, write) = said(&panel(&server, "admin", PASSWORD, "bob"));
    assert!(test.contains("bob doesn't exist"), "{test}");
    assert_eq!(write, "has no zone example.com of user bob");
    server.service.lock().unwrap().allowed = false;
    let (test, _) = said(&usual(&server));
    assert!(test.contains("IP is not allowed"), "{test}");
    server.service.lock().unwrap().allowed = true;
    let none = block(usual(&server).test(&zone("example.net"))).unwrap_err();
    assert_eq!(
        none,
        ProviderError::NoZone("example.net of user alice".to_owned())
    );
    server.service.lock().unwrap().limit = 2;
    let full = block(usual(&server).upsert(&example, &wanted))
        .unwrap_err()
        .to_string();
    assert!(
        full.contains("limit of the user's package is reached (exit code 8)"),
        "{full}"
    );
    server.service.lock().unwrap().limit = 100;
    for (status, body) in [
        (200, "11"),
        (200, "Error: API has been disabled11"),
        (403, "10"),
    ] {
        server.service.lock().unwrap().faults = vec![(status, body)];
        let error = block(usual(&server).test(&example)).unwrap_err();
        assert!(
            matches!(error, ProviderError::Refused(_) | ProviderError::Denied(_)),
            "{body}: {error}"
        );
    }
    for (status, body) in [
        (200, "<html>"),
        (404, "not found"),
        (200, ""),
        (200, "\"x\""),
    ] {
        server.service.lock().unwrap().faults = vec![(status, body)];
        let error = block(usual(&server).test(&example)).unwrap_err();
        assert!(
            matches!(error, ProviderError::Strange(_)),
            "{body}: {error}"
        );
    }
    for status in [301, 308] {
        server.service.lock().unwrap().faults = vec![(status, "moved")];
        let error = block(usual(&server).test(&example))
            .unwrap_err()
            .to_string();
        assert!(error.contains("check the URL"), "{error}");
    }
    server.service.lock().unwrap().faults = vec![(502, "bad gateway")];
    assert!(matches!(
        block(usual(&server).test(&example)),
        Err(ProviderError::Unreachable(_))
    ));
    let mute = Hestia::new(
        silent(),
        local(1, ""),
        "admin",
        Secret::new(PASSWORD),
        "alice",
    );
    out_of_patience(mute.test(&example));
}

#[test]
fn what_another_did_meanwhile_is_no_error() {
    let server = Server::start(Fake::new());
    let (hestia, example) = (usual(&server), zone("example.com"));
    let wanted = set("vm.example.com", RecordKind::A, &["192.0.2.5"]);
    block(hestia.upsert(&example, &wanted)).unwrap();
    // Listed with the record; when it is to be removed somebody did so.
    let listing = r#"{"9": {"RECORD": "vm", "TYPE": "A", "VALUE": "192.0.2.5", "ID": "9"}}"#;
    server.service.lock().unwrap().faults = vec![(200, listing)];
    block(hestia.delete(&example, "vm.example.com", RecordKind::A)).unwrap();
    assert_eq!(server.service.lock().unwrap().lines(), with(&[]));
}

#[test]
fn a_block_is_written_where_its_name_is_one_for_the_panel_and_else_it_says_how_to_name_it() {
    for name in ["0-26.2.0.192.in-addr.arpa", "0-63.2.0.192.in-addr.arpa"] {
        let mut fake = Fake::new();
        fake.zones.push(("alice".into(), name.into(), vec![]));
        let server = Server::start(fake);
        let (hestia, block_zone) = (usual(&server), zone(name));
        let owner = block_zone.reverse_name("192.0.2.10".parse().unwrap());
        let ptr = set(&owner.unwrap(), RecordKind::Ptr, &["vm.example.com"]);
        block(hestia.upsert(&block_zone, &ptr)).unwrap();
        let line = format!("PTR 10 in {name} vm.example.com.");
        assert_eq!(server.service.lock().unwrap().lines(), with(&[&line]));
        block(hestia.delete(&block_zone, &ptr.name, RecordKind::Ptr)).unwrap();
        assert_eq!(server.service.lock().unwrap().lines(), with(&[]));
    }
    let server = Server::start(Fake::new());
    let hestia = usual(&server);
    for (name, mark, better) in [
        (
            "0/26.2.0.192.in-addr.arpa",
            "\"/\"",
            "0-26.2.0.192.in-addr.arpa",
        ),
        (
            "64_27.2.0.192.in-addr.arpa",
            "\"_\"",
            "64-27.2.0.192.in-addr.arpa",
        ),
    ] {
        let unfit = zone(name);
        let ptr = set(&format!("70.{name}"), RecordKind::Ptr, &["vm.example.com"]);
        for error in [
            block(hestia.test(&unfit)).unwrap_err(),
            block(hestia.upsert(&unfit, &ptr)).unwrap_err(),
            block(hestia.delete(&unfit, &ptr.name, RecordKind::Ptr)).unwrap_err(),
        ] {
            let said = error.to_string();
            assert!(matches!(error, ProviderError::NoZone(_)), "{said}");
            assert!(said.contains(mark) && said.contains(better), "{said}");
        }
    }
}

/// A list whose entries are no records is taken for none: nothing counts as gone or as there.
#[test]
fn well_formed_nonsense_is_no_list() {
    let example = zone("example.com");
    let wanted = set("vm.example.com", RecordKind::A, &["192.0.2.5"]);
    for body in [
        r#"{"success": true, "result": 5}"#,
        r#"[5, "x", null]"#,
        r#"{"9": {"RECORD": [], "TYPE": 5, "ID": null}}"#,
    ] {
        let server = Server::start(Fake::new());
        let hestia = usual(&server);
        server.service.lock().unwrap().faults = vec![(200, body)];
        let removed = block(hestia.delete(&example, "vm.example.com", RecordKind::A));
        server.service.lock().unwrap().faults = vec![(200, body)];
        let written = block(hestia.upsert(&example, &wanted));
        for outcome in [removed, written] {
            assert!(
                matches!(&outcome, Err(ProviderError::Strange(_))),
                "{body}: {outcome:?}"
            );
        }
    }
}

/// What a web server says in its own trouble is neither a list nor the code of a command that was run.
#[test]
fn a_page_in_trouble_is_no_code() {
    let example = zone("example.com");
    let wanted = set("vm.example.com", RecordKind::A, &["192.0.2.5"]);
    for faults in [
        vec![(500, "{}")],
        vec![(404, "[]")],
        vec![(200, "{}"), (500, "0")],
        vec![(200, "{}"), (403, " 0 ")],
    ] {
        let server = Server::start(Fake::new());
        let hestia = usual(&server);
        server.service.lock().unwrap().faults = faults.clone();
        let written = block(hestia.upsert(&example, &wanted));
        assert!(
            matches!(
                &written,
                Err(ProviderError::Strange(_) | ProviderError::Failing(_))
            ),
            "{faults:?}: {written:?}"
        );
    }
}
