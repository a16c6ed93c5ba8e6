//! Master files: what is not asked for keeps every byte, the serial moves only with a change, two writers lose nothing.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

#[path = "plan/seed.rs"]
mod seed;

use puq_proxmox_kvm::dns::zonefile::ZoneFile;
use puq_proxmox_kvm::dns::zonefile::master::MasterFile;
use puq_proxmox_kvm::dns::{
    self, Desired, Provider, ProviderError, RecordKind, RecordSet, Report, Zone, ZoneName,
};
use puq_proxmox_kvm::net::ServerHealth;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use tokio::time::{Duration, Instant};

const FORWARD: &str = r#"; the company's zone
$TTL 1h
@	IN SOA ns1.example.com. hostmaster.example.com. (
		2026041001 ; serial
		4h 1h ; refresh (and retry)
		1w 300 )
	IN NS ns1
@	3600 IN MX 10 mail
	TXT "v=spf1 ; not a comment (really)" "a \" quote"
ns1	A 192.0.2.53
	AAAA 2001:db8::53
vm	300 IN A 192.0.2.9
	IN AAAA 2001:db8::9
	IN TXT "stays"
www	CNAME vm
$ORIGIN sub.example.com.
VM	IN 60 A 192.0.2.10
last	A 192.0.2.11"#;

fn zone(name: &str) -> ZoneName {
    ZoneName::parse(name).unwrap()
}

fn parsed() -> MasterFile {
    MasterFile::parse(&zone("example.com"), FORWARD).unwrap()
}

fn set(name: &str, kind: RecordKind, values: &[&str]) -> RecordSet {
    RecordSet {
        name: name.to_owned(),
        kind,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
        ttl: 300,
    }
}

fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
        .block_on(future)
}

async fn sync(zones: &[Zone], desired: Option<&Desired>, old: Option<&Desired>) -> Report {
    let until = Instant::now() + Duration::from_secs(45);
    dns::sync(zones, desired, old, &ServerHealth::default(), until).await
}

#[test]
fn a_file_reads_as_a_name_server_reads_it() {
    let file = parsed();
    assert_eq!(file.text(), FORWARD);
    assert_eq!(file.serial(), Some(2026041001));
    assert_eq!(file.values("vm.example.com", "A"), ["192.0.2.9"]);
    assert_eq!(file.values("vm.example.com.", "AAAA"), ["2001:db8::9"]);
    assert_eq!(file.values("vm.sub.example.com", "A"), ["192.0.2.10"]);
    assert_eq!(file.values("www.example.com", "CNAME"), ["vm.example.com"]);
    assert_eq!(file.values("example.com", "NS").len(), 1);
}

#[test]
fn a_removal_leaves_the_rest_to_the_byte_and_names_what_lost_its_owner() {
    let mut file = parsed();
    assert!(file.remove("vm.example.com", "A"));
    assert_eq!(
        file.text(),
        FORWARD.replace(
            "vm\t300 IN A 192.0.2.9\n\tIN AAAA",
            "vm.example.com.\tIN AAAA"
        )
    );
    assert!(file.remove("vm.example.com", "AAAA"));
    let again = MasterFile::parse(&zone("example.com"), &file.text()).unwrap();
    assert_eq!(again.values("vm.example.com", "TXT"), ["\"stays\""]);
    assert!(!file.remove("vm.example.com", "AAAA"));
}

#[test]
fn a_set_is_written_once_and_raises_the_serial_once() {
    let mut file = parsed();
    let wanted = set(
        "new.example.com",
        RecordKind::A,
        &["192.0.2.20", "192.0.2.21"],
    );
    assert_eq!(file.set(&wanted), Ok(true));
    assert_eq!(file.set(&wanted), Ok(false));
    file.bump().unwrap();
    let text = file.text();
    assert!(
        text.ends_with(
            "new.example.com.\t300\tIN\tA\t192.0.2.20\nnew.example.com.\t300\tIN\tA\t192.0.2.21\n"
        ),
        "{text}"
    );
    assert!(text.contains("2026041002 ; serial"));
    assert_eq!(
        file.set(&set("NS1.example.com", RecordKind::Aaaa, &["2001:DB8::53"])),
        Ok(false),
        "no change, no write"
    );
}

#[test]
fn an_alias_is_not_given_records_beside_it() {
    let error = parsed()
        .set(&set("www.example.com", RecordKind::A, &["192.0.2.1"]))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "www.example.com is an alias (CNAME) there"
    );
}

#[test]
fn what_is_no_zone_of_this_name_is_left_alone() {
    for (text, says) in [
        ("", "it has no SOA record"),
        ("@ IN NS ns1\n", "it has no SOA record"),
        (
            "other.org. IN SOA a b 1 2 3 4 5\n",
            "its SOA record is that of other.org",
        ),
        (
            "@ SOA a b ( 1 2 3 4 5\n",
            "line 1 opens a parenthesis or quote that is never closed",
        ),
        (
            "@ SOA a b 1 2 3 4 5\nx TXT \"open\n",
            "line 2 opens a parenthesis or quote that is never closed",
        ),
        ("@ SOA a b 1 2 3 4 5\nx )\n", "line 2 is not understood"),
        ("\tSOA a b 1 2 3 4 5\n", "line 1 is not understood"),
    ] {
        let error = MasterFile::parse(&zone("example.com"), text).unwrap_err();
        assert_eq!(error.to_string(), says, "{text:?}");
    }
    let mut wordless = MasterFile::parse(&zone("example.com"), "@ SOA a b now 2 3 4 5\n").unwrap();
    assert_eq!(
        wordless.bump().unwrap_err().to_string(),
        "its SOA record has no serial"
    );
    let mut last =
        MasterFile::parse(&zone("example.com"), "@ SOA a b 4294967295 2 3 4 5\n").unwrap();
    last.bump().unwrap();
    assert_eq!(
        last.serial(),
        Some(1),
        "serials go round, and 0 is passed over"
    );
}

fn write(path: &Path, zone: &str) {
    std::fs::write(path, format!("$TTL 300\n{zone}. IN SOA ns.{zone}. h.{zone}. 7 1 1 1 1\n{zone}. IN NS ns.example.net.\n")).unwrap();
}

#[test]
fn a_vm_comes_and_goes_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let names = [
        "example.com",
        "2.0.192.in-addr.arpa",
        "8.b.d.0.1.0.0.2.ip6.arpa",
    ];
    let paths = names.map(|name| folder.path().join(name));
    let zones: Vec<Zone> = names
        .iter()
        .zip(&paths)
        .map(|(name, path)| {
            write(path, name);
            Zone {
                name: zone(name),
                provider: Rc::new(ZoneFile::new(path)),
            }
        })
        .collect();
    let before = paths
        .clone()
        .map(|path| std::fs::read_to_string(path).unwrap());
    let vm = Desired::of_vm(
        "vm.example.com",
        &["192.0.2.5".parse().unwrap(), "2001:db8::5".parse().unwrap()],
        &[],
    );
    block(async {
        let report = sync(&zones, Some(&vm), None).await;
        assert!(report.all_ok(), "{report:?}");
        let reverse = std::fs::read_to_string(&paths[1]).unwrap();
        assert!(
            reverse.ends_with("5.2.0.192.in-addr.arpa.\t300\tIN\tPTR\tvm.example.com.\n"),
            "{reverse}"
        );
        let again = sync(&zones, Some(&vm), Some(&vm)).await;
        assert!(again.all_ok());
        assert_eq!(
            zones[0].provider.test(&zones[0].name).await,
            Ok("serial 9".to_owned()),
            "two changes; the second run had none to make"
        );
        assert!(sync(&zones, None, Some(&vm)).await.all_ok());
    });
    for (path, before) in paths.iter().zip(before) {
        let serial = |text: &str| {
            text.lines()
                .filter(|line| !line.contains("SOA"))
                .collect::<String>()
        };
        assert_eq!(
            serial(&std::fs::read_to_string(path).unwrap()),
            serial(&before)
        );
    }
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert!(
        left.iter()
            .all(|name| !name.to_string_lossy().ends_with(".new")),
        "{left:?}"
    );
}

#[test]
fn a_file_that_cannot_be_edited_says_why_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let missing = ZoneFile::new(folder.path().join("missing"));
    let name = zone("example.com");
    let asked = block(missing.upsert(&name, &set("a.example.com", RecordKind::A, &["192.0.2.1"])));
    assert!(
        matches!(&asked, Err(ProviderError::Unreachable(text)) if text.contains("missing")),
        "{asked:?}"
    );
    let path = folder.path().join("other");
    write(&path, "example.org");
    let before = std::fs::read_to_string(&path).unwrap();
    let asked = block(ZoneFile::new(&path).delete(&name, "a.example.com", RecordKind::A));
    assert!(
        matches!(&asked, Err(ProviderError::Refused(text)) if text.contains("example.org")),
        "{asked:?}"
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before);
}

#[test]
fn settings_hold_an_absolute_path() {
    assert!(ZoneFile::from_settings("{\"path\": \"/etc/bind/db.example.com\"}").is_ok());
    for wrong in ["", "{}", "{\"path\": \"db.example.com\"}", "{\"path\": 7}"] {
        let error = ZoneFile::from_settings(wrong).unwrap_err();
        assert_eq!(
            error.sentence().as_str(),
            "Must be the absolute path of the zone's file."
        );
    }
}

#[test]
fn the_file_keeps_its_mode_and_a_link_keeps_leading_to_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (
        folder.path().join("db.example.com"),
        folder.path().join("link"),
    );
    write(&path, "example.com");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let name = zone("example.com");
    block(ZoneFile::new(&link).upsert(&name, &set("a.example.com", RecordKind::A, &["192.0.2.1"])))
        .unwrap();
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o640
    );
    assert!(
        std::fs::read_to_string(&path)
            .unwrap()
            .contains("a.example.com.")
    );
}

#[test]
fn writers_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("example.com");
    write(&path, "example.com");
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let path = &path;
            scope.spawn(move || {
                let (file, name) = (ZoneFile::new(path), zone("example.com"));
                for one in 0..5 {
                    let wanted = set(
                        &format!("vm{writer}-{one}.example.com"),
                        RecordKind::A,
                        &["192.0.2.1"],
                    );
                    block(file.upsert(&name, &wanted)).unwrap();
                }
            });
        }
    });
    let file = MasterFile::parse(
        &zone("example.com"),
        &std::fs::read_to_string(&path).unwrap(),
    )
    .unwrap();
    assert_eq!(file.serial(), Some(27), "one step for each of 20 changes");
    for (writer, one) in (0..4).flat_map(|writer| (0..5).map(move |one| (writer, one))) {
        assert_eq!(
            file.values(&format!("vm{writer}-{one}.example.com"), "A"),
            ["192.0.2.1"]
        );
    }
}

#[test]
fn any_run_of_changes_gives_the_records_asked_for_and_touches_no_other() {
    let random = seed::random();
    for _ in 0..200 {
        let mut file = parsed();
        let mut model: BTreeMap<(String, &str), Vec<String>> = BTreeMap::new();
        let names = [
            "vm.example.com",
            "ns1.example.com",
            "vm.sub.example.com",
            "new.example.com",
            "example.com",
        ];
        for name in names {
            for kind in ["A", "AAAA"] {
                model.insert((name.to_owned(), kind), file.values(name, kind));
            }
        }
        let others = ["TXT", "NS", "MX", "SOA", "CNAME"];
        let rest = |file: &MasterFile| -> Vec<Vec<String>> {
            let all = names
                .iter()
                .chain(&["www.example.com", "last.sub.example.com"]);
            all.flat_map(|name| others.map(|kind| file.values(name, kind)))
                .collect()
        };
        let before = rest(&file);
        for _ in 0..random.between(1, 12) {
            let name = names[random.between(0, 5) as usize];
            let v4 = random.between(0, 2) == 0;
            let (kind, word) = if v4 {
                (RecordKind::A, "A")
            } else {
                (RecordKind::Aaaa, "AAAA")
            };
            let mut values: Vec<String> = (0..random.between(0, 3))
                .map(|at| {
                    if v4 {
                        format!("192.0.2.{}", 100 + at)
                    } else {
                        format!("2001:db8::{}", at + 1)
                    }
                })
                .collect();
            let old = &model[&(name.to_owned(), word)];
            let changed = if values.is_empty() {
                file.remove(name, word)
            } else {
                let texts: Vec<&str> = values.iter().map(String::as_str).collect();
                file.set(&set(name, kind, &texts)).unwrap()
            };
            values.sort();
            assert_eq!(changed, *old != values, "{name} {word} {values:?}");
            model.insert((name.to_owned(), word), values);
            file = MasterFile::parse(&zone("example.com"), &file.text()).unwrap();
            for ((name, kind), wanted) in &model {
                let mut found = file.values(name, kind);
                found.sort();
                assert_eq!(&found, wanted, "{name} {kind} in\n{}", file.text());
            }
            assert_eq!(rest(&file), before, "{}", file.text());
        }
    }
}
