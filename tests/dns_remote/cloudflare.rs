//! Cloudflare.

use super::fake_cloudflare::{Fake, Fault, TOKEN};
use super::http::Server;
use super::{block, local, out_of_patience, set, silent, web, zone};
use puq_proxmox_kvm::dns::cloudflare::Cloudflare;
use puq_proxmox_kvm::dns::{Provider, ProviderError, RecordKind};
use puq_proxmox_kvm::model::Secret;

fn account(server: &Server<Fake>, zone_id: &str, token: &str) -> Cloudflare {
    Cloudflare::new(
        web(),
        local(server.port, "/client/v4"),
        "acc1",
        zone_id,
        Secret::new(token),
    )
}

fn fake() -> Server<Fake> {
    let mut fake = Fake::new();
    fake.put("a1", "MX", "vm.example.com", "mail.example.com");
    fake.put("a1", "A", "vm2.example.com", "192.0.2.9");
    Server::start(fake)
}

/// The lines of the records that are there from the start.
const OTHERS: [&str; 2] = [
    "A vm2.example.com 192.0.2.9",
    "MX vm.example.com mail.example.com",
];

fn with(others: &[&str], ours: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = others
        .iter()
        .chain(ours)
        .map(|line| (*line).to_owned())
        .collect();
    all.sort();
    all
}

#[test]
fn records_are_made_changed_and_removed_and_no_other_is_touched() {
    let server = fake();
    let (cf, example) = (account(&server, "", TOKEN), zone("example.com"));
    let lines = || server.service.lock().unwrap().lines();
    block(async {
        let first = set("vm.example.com", RecordKind::A, &["192.0.2.5"]);
        cf.upsert(&example, &first).await.unwrap();
        assert_eq!(lines(), with(&OTHERS, &["A vm.example.com 192.0.2.5"]));
        server.take();
        cf.upsert(&example, &first).await.unwrap();
        assert!(
            server.take().iter().all(|asked| asked.method == "GET"),
            "what is right is not written"
        );
        // A changed address is rewritten in place: no moment without a record.
        let moved = set("vm.example.com", RecordKind::A, &["192.0.2.6"]);
        cf.upsert(&example, &moved).await.unwrap();
        let written: Vec<String> = server
            .take()
            .iter()
            .filter(|asked| asked.method != "GET")
            .map(|asked| asked.method.clone())
            .collect();
        assert_eq!(written, ["PATCH"]);
        assert_eq!(lines(), with(&OTHERS, &["A vm.example.com 192.0.2.6"]));
        let six = set("vm.example.com", RecordKind::Aaaa, &["2001:db8::5"]);
        cf.upsert(&example, &six).await.unwrap();
        cf.delete(&example, "vm.example.com", RecordKind::A)
            .await
            .unwrap();
        cf.delete(&example, "vm.example.com", RecordKind::A)
            .await
            .unwrap();
        assert_eq!(lines(), with(&OTHERS, &["AAAA vm.example.com 2001:db8::5"]));
    });
}

#[test]
fn leftovers_of_any_number_are_brought_to_one() {
    let server = fake();
    for n in 1..=7 {
        server.service.lock().unwrap().put(
            "a1",
            "A",
            "vm.example.com",
            &format!("192.0.2.{}", 100 + n),
        );
    }
    server.service.lock().unwrap().page = 3;
    let (cf, example) = (account(&server, "a1", TOKEN), zone("example.com"));
    block(cf.upsert(
        &example,
        &set("vm.example.com", RecordKind::A, &["192.0.2.104"]),
    ))
    .unwrap();
    assert_eq!(
        server.service.lock().unwrap().lines(),
        with(&OTHERS, &["A vm.example.com 192.0.2.104"])
    );
    let pages = server
        .take()
        .iter()
        .filter(|asked| asked.value("page").is_some())
        .count();
    assert_eq!(pages, 3, "all pages are read");
}

#[test]
fn reverse_zones_take_names() {
    let server = fake();
    let (cf, reverse) = (account(&server, "", TOKEN), zone("2.0.192.in-addr.arpa"));
    let ptr = set(
        "5.2.0.192.in-addr.arpa",
        RecordKind::Ptr,
        &["vm.example.com"],
    );
    block(async {
        cf.upsert(&reverse, &ptr).await.unwrap();
        cf.upsert(&reverse, &ptr).await.unwrap();
    });
    assert_eq!(
        server.service.lock().unwrap().lines(),
        with(&OTHERS, &["PTR 5.2.0.192.in-addr.arpa vm.example.com"])
    );
}

#[test]
fn zones_of_blocks_are_found_by_name_and_by_identifier_and_take_names() {
    for name in [
        "0/26.2.0.192.in-addr.arpa",
        "0-63.2.0.192.in-addr.arpa",
        "0_26.2.0.192.in-addr.arpa",
    ] {
        for zone_id in ["", "b1"] {
            let server = fake();
            let known = ("b1".to_owned(), name.to_owned());
            server.service.lock().unwrap().zones.push(known);
            let (cf, reverse) = (account(&server, zone_id, TOKEN), zone(name));
            let owner = reverse.reverse_name("192.0.2.10".parse().unwrap()).unwrap();
            assert_eq!(owner, format!("10.{name}"));
            let ptr = set(&owner, RecordKind::Ptr, &["vm.example.com"]);
            let other = set(&owner, RecordKind::Ptr, &["other.example.com"]);
            block(async {
                assert!(cf.test(&reverse).await.unwrap().contains(name));
                cf.upsert(&reverse, &other).await.unwrap();
                cf.upsert(&reverse, &ptr).await.unwrap();
            });
            let line = format!("PTR {owner} vm.example.com");
            assert_eq!(
                server.service.lock().unwrap().lines(),
                with(&OTHERS, &[&line])
            );
            block(cf.delete(&reverse, &owner, RecordKind::Ptr)).unwrap();
            assert_eq!(server.service.lock().unwrap().lines(), with(&OTHERS, &[]));
        }
    }
}

#[test]
fn what_another_did_meanwhile_is_no_error() {
    let server = fake();
    let (cf, example) = (account(&server, "", TOKEN), zone("example.com"));
    let wanted = set("vm.example.com", RecordKind::A, &["192.0.2.5"]);
    let faults = |faults: Vec<Fault>| server.service.lock().unwrap().faults = faults;
    for code in [81057, 81058] {
        faults(vec![
            Fault::Pass,
            Fault::Pass,
            Fault::Code(400, code, "The record already exists."),
        ]);
        let cf = account(&server, "", TOKEN);
        block(cf.upsert(&example, &wanted)).unwrap();
    }
    server
        .service
        .lock()
        .unwrap()
        .put("a1", "A", "vm.example.com", "192.0.2.66");
    block(async {
        cf.test(&example).await.unwrap();
        // Listed, then gone when it is to be rewritten: it is added.
        faults(vec![
            Fault::Pass,
            Fault::Code(404, 81044, "Record does not exist."),
        ]);
        cf.upsert(&example, &wanted).await.unwrap();
        faults(vec![
            Fault::Pass,
            Fault::Code(404, 81044, "Record does not exist."),
        ]);
        cf.delete(&example, "vm2.example.com", RecordKind::A)
            .await
            .unwrap();
    });
}

#[test]
fn errors_say_what_to_do() {
    let server = fake();
    let example = zone("example.com");
    let ask = |zone_id: &str, token: &str, name: &str| {
        block(account(&server, zone_id, token).test(&zone(name)))
            .unwrap_err()
            .to_string()
    };
    let token = ask("", "wrong-hush-2", "example.com");
    assert!(
        token.contains("API token may not do this") && token.contains("code 10000"),
        "{token}"
    );
    assert!(!token.contains("hush"), "{token}");
    assert_eq!(ask("", TOKEN, "example.net"), "has no zone example.net");
    assert!(ask("zz", TOKEN, "example.com").contains("no zone with the identifier zz"));
    let other = ask("a3", TOKEN, "example.com");
    assert!(
        other.contains("belongs to example.org, not to example.com"),
        "{other}"
    );
    // A wrong identifier writes nothing: Cloudflare would append its own zone to the name.
    let before = server.service.lock().unwrap().lines();
    let cf = account(&server, "a3", TOKEN);
    assert!(
        block(cf.upsert(
            &example,
            &set("vm.example.com", RecordKind::A, &["192.0.2.5"])
        ))
        .is_err()
    );
    assert_eq!(server.service.lock().unwrap().lines(), before);
    let cf = account(&server, "a1", TOKEN);
    server
        .service
        .lock()
        .unwrap()
        .put("a1", "CNAME", "alias.example.com", "vm.example.com");
    let refused = block(cf.upsert(
        &example,
        &set("alias.example.com", RecordKind::A, &["192.0.2.5"]),
    ))
    .unwrap_err();
    assert!(
        matches!(&refused, ProviderError::Refused(why) if why.contains("81053")),
        "{refused}"
    );
    for status in [502, 503] {
        server.service.lock().unwrap().faults = vec![Fault::Garbage(status)];
        let down = block(account(&server, "", TOKEN).test(&example)).unwrap_err();
        assert!(matches!(down, ProviderError::Unreachable(_)), "{down}");
    }
    for status in [200, 400, 403] {
        server.service.lock().unwrap().faults = vec![Fault::Garbage(status)];
        let odd = block(account(&server, "", TOKEN).test(&example)).unwrap_err();
        assert!(
            matches!(&odd, ProviderError::Strange(why) if why.contains("no JSON")),
            "{odd}"
        );
    }
    let gone = Cloudflare::new(web(), local(1, "/client/v4"), "", "", Secret::new(TOKEN));
    assert!(matches!(
        block(gone.test(&example)),
        Err(ProviderError::Unreachable(_))
    ));
    let mute = Cloudflare::new(silent(), Cloudflare::server(), "", "", Secret::new(TOKEN));
    out_of_patience(mute.test(&example));
}

#[test]
fn a_short_pause_is_waited_out_and_a_long_one_is_told() {
    let server = fake();
    let example = zone("example.com");
    server.service.lock().unwrap().faults = vec![Fault::Limited(Some(0))];
    assert!(block(account(&server, "", TOKEN).test(&example)).is_ok());
    server.service.lock().unwrap().faults = vec![Fault::Limited(Some(240))];
    let error = block(account(&server, "", TOKEN).test(&example)).unwrap_err();
    assert_eq!(error, ProviderError::Limited(Some(240)));
    assert!(error.to_string().contains("in 240 s"), "{error}");
    server.service.lock().unwrap().faults = vec![Fault::Limited(None)];
    let error = block(account(&server, "", TOKEN).test(&example)).unwrap_err();
    assert_eq!(error, ProviderError::Limited(None));
    server.service.lock().unwrap().faults = vec![Fault::Code(400, 971, "Please wait")];
    let error = block(account(&server, "", TOKEN).test(&example)).unwrap_err();
    assert_eq!(error, ProviderError::Limited(None));
}

/// An answer that says *success* and nothing else is taken for none: nothing counts as there, as gone or as written.
#[test]
fn well_formed_nonsense_is_no_answer() {
    let lists = [
        r#"{"success": true, "result": 5}"#,
        r#"{"success": true, "result": [5, "x", null]}"#,
        r#"{"success": true, "result": [{"id": [], "name": 7, "type": {}}]}"#,
        r#"{"success": true}"#,
        "[1]",
        "null",
    ];
    let example = zone("example.com");
    let wanted = set("vm.example.com", RecordKind::A, &["192.0.2.5"]);
    for body in lists {
        let server = fake();
        let cf = account(&server, "", TOKEN);
        assert!(block(cf.test(&example)).is_ok());
        server.service.lock().unwrap().faults = vec![Fault::Nonsense(body)];
        let removed = block(cf.delete(&example, "vm.example.com", RecordKind::A));
        assert!(
            matches!(&removed, Err(ProviderError::Strange(_))),
            "{body}: {removed:?}"
        );
        server.service.lock().unwrap().faults = vec![Fault::Pass, Fault::Nonsense(body)];
        let written = block(cf.upsert(&example, &wanted));
        assert!(
            matches!(&written, Err(ProviderError::Strange(_))),
            "{body}: {written:?}"
        );
        // One that is there, and whose removal is answered so.
        server.service.lock().unwrap().faults = vec![];
        block(cf.upsert(&example, &wanted)).unwrap();
        server.service.lock().unwrap().faults = vec![Fault::Pass, Fault::Nonsense(body)];
        let removed = block(cf.delete(&example, "vm.example.com", RecordKind::A));
        assert!(
            matches!(&removed, Err(ProviderError::Strange(_))),
            "{body}: {removed:?}"
        );
    }
}
