//! Answers of name servers' APIs.

use super::proxmox::{Parrot, drive};
use puq_proxmox_kvm::dns::{Account, RecordKind, RecordSet, ZoneName};
use puq_proxmox_kvm::model::Secret;
use serde_json::json;

pub fn answers(data: &[u8]) {
    let form = json!({
        "url": "http://192.168.1.5:8081", "server_id": "localhost", "admin_user": "admin", "user": "dns",
        "account_id": "", "zone_id": "",
    });
    let zone = ZoneName::parse("example.com").expect("a zone");
    let set = RecordSet {
        name: "a.example.com".to_owned(),
        kind: RecordKind::A,
        values: vec!["192.0.2.1".to_owned()],
        ttl: 300,
    };
    for kind in ["cloudflare", "hestiacp", "powerdns"] {
        let Ok(account) = Account::read(kind, &form) else {
            continue;
        };
        let provider = account.open(Parrot::of(data), Secret::new("hush-hush"));
        drive(async {
            for outcome in [
                provider.upsert(&zone, &set).await,
                provider.delete(&zone, &set.name, set.kind).await,
                provider.test(&zone).await.map(drop),
            ] {
                if let Err(error) = outcome {
                    let said = error.to_string();
                    assert!(said.chars().count() < 1000, "{} characters", said.len());
                    assert!(!said.contains("hush-hush"), "{said}");
                }
            }
        });
    }
}
