//! Zone files that people wrote.

use puq_proxmox_kvm::dns::zonefile::master::MasterFile;
use puq_proxmox_kvm::dns::{RecordKind, RecordSet, ZoneName};

/// What is set is there when the file is read again, and what is removed is not.
pub fn files(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let zone = ZoneName::parse("example.com").expect("a zone");
    let Ok(mut file) = MasterFile::parse(&zone, text) else {
        return;
    };
    assert_eq!(file.text(), text, "reading alone changes a file");
    let set = RecordSet {
        name: "fuzzed.example.com".to_owned(),
        kind: RecordKind::A,
        values: vec!["192.0.2.1".to_owned()],
        ttl: 300,
    };
    if file.set(&set).is_err() || file.bump().is_err() {
        return;
    }
    let Ok(mut again) = MasterFile::parse(&zone, &file.text()) else {
        panic!("what was written cannot be read:\n{}", file.text());
    };
    assert_eq!(again.values(&set.name, "A"), set.values);
    again.remove(&set.name, "A");
    let last = MasterFile::parse(&zone, &again.text()).expect("what was written can be read");
    assert!(last.values(&set.name, "A").is_empty());
}
