//! What pages can ask for: every operation there is, with the fields it reads. A request reaches its operation with these
//! fields only, so one that is not listed here does nothing, and whoever tests the pages reads from here what to send.

use crate::model::{Sentence, say};
use crate::plan::catalogue::FIELDS;
use serde_json::{Map, Value, json};

/// Whose page an operation stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// A service's page, the client's and the staff's, where the VM is not asked about a page of its own.
    Service,
    Snapshots,
    Backups,
    Iso,
    Firewall,
    Charts,
    Traffic,
    ReverseDns,
    Install,
    /// The staff's page of a service.
    Staff,
    /// The addon.
    Addon,
}

/// Who can ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asker {
    Client,
    Staff,
    Addon,
}

impl Asker {
    const ALL: [Self; 3] = [Self::Client, Self::Staff, Self::Addon];

    fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Staff => "admin",
            Self::Addon => "addon",
        }
    }

    fn reaches(self, page: Page) -> bool {
        match self {
            Self::Client => !matches!(page, Page::Staff | Page::Addon),
            Self::Staff => page != Page::Addon,
            Self::Addon => page == Page::Addon,
        }
    }
}

/// An operation.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) op: &'static str,
    pub(super) page: Page,
    fields: &'static [&'static str],
}

const fn ask(page: Page, op: &'static str, fields: &'static [&'static str]) -> Ask {
    Ask { op, page, fields }
}

#[rustfmt::skip]
const ASKS: &[Ask] = &[
    ask(Page::Service, "status", &[]),
    ask(Page::Service, "request_seen", &["id"]),
    ask(Page::Service, "start", &[]),
    ask(Page::Service, "stop", &[]),
    ask(Page::Service, "shutdown", &[]),
    ask(Page::Service, "reboot", &[]),
    ask(Page::Snapshots, "snapshots", &[]),
    ask(Page::Snapshots, "snapshot_schedule", &["days", "time"]),
    ask(Page::Snapshots, "snapshot_create", &["description"]),
    ask(Page::Snapshots, "snapshot_rollback", &["name"]),
    ask(Page::Snapshots, "snapshot_remove", &["name"]),
    ask(Page::Backups, "backups", &[]),
    ask(Page::Backups, "backup_schedule", &["days"]),
    ask(Page::Backups, "backup_now", &["note"]),
    ask(Page::Backups, "backup_remove", &["backup"]),
    ask(Page::Backups, "backup_restore", &["backup"]),
    ask(Page::Iso, "isos", &[]),
    ask(Page::Iso, "iso_mount", &["image"]),
    ask(Page::Iso, "iso_unmount", &[]),
    ask(Page::Firewall, "firewall", &[]),
    ask(Page::Firewall, "firewall_policies", &["policy_in", "policy_out"]),
    ask(Page::Firewall, "firewall_rule_add",
        &["direction", "verdict", "protocol", "source", "source_port", "dest", "dest_port", "comment"]),
    ask(Page::Firewall, "firewall_rule_remove", &["pos", "digest"]),
    ask(Page::Firewall, "firewall_rule_move", &["pos", "to", "digest"]),
    ask(Page::Charts, "charts", &["timeframe"]),
    ask(Page::Traffic, "traffic", &[]),
    ask(Page::ReverseDns, "rdns", &[]),
    ask(Page::ReverseDns, "rdns_save", &["names"]),
    ask(Page::Install, "reinstall_options", &[]),
    ask(Page::Install, "reinstall", &["confirm", "template", "ssh_keys"]),
    ask(Page::Install, "access", &[]),
    ask(Page::Install, "reset_password", &["shutdown", "ssh_keys"]),
    ask(Page::Staff, "log", &[]),
    ask(Page::Staff, "attach", &["vmid", "present"]),
    ask(Page::Staff, "retry", &[]),
    ask(Page::Staff, "redeploy", &[]),
    ask(Page::Staff, "step", &["step"]),
    ask(Page::Staff, "set_dns_records", &[]),
    ask(Page::Staff, "record", &[]),
    ask(Page::Staff, "record_save", &["rev", "fields"]),
    ask(Page::Staff, "delete_record", &[]),
    ask(Page::Staff, "reset", &["state"]),
    ask(Page::Addon, "dashboard", &[]),
    ask(Page::Addon, "census_adopt", &["cluster", "vmid"]),
    ask(Page::Addon, "census_remove", &["cluster", "vmid"]),
    ask(Page::Addon, "census_redeploy", &["cluster", "vmid"]),
    ask(Page::Addon, "pools", &[]),
    ask(Page::Addon, "pool_save", &["pool"]),
    ask(Page::Addon, "pool_delete", &["id", "confirmed"]),
    ask(Page::Addon, "vms", &["page", "size", "search", "status", "vm_status"]),
    ask(Page::Addon, "vm_log", &["service_id"]),
    ask(Page::Addon, "zones", &[]),
    ask(Page::Addon, "zone_save", &["zone"]),
    ask(Page::Addon, "zone_test", &["id"]),
    ask(Page::Addon, "zone_delete", &["id", "confirmed"]),
    ask(Page::Addon, "settings", &[]),
    ask(Page::Addon, "settings_save", &["settings"]),
    ask(Page::Addon, "tasks", &[]),
    ask(Page::Addon, "tasks_save", &["mode", "lock_timeout", "intervals"]),
    ask(Page::Addon, "product_lists", &["product_id"]),
    ask(Page::Addon, "name_preview", &["rule", "domain"]),
    ask(Page::Addon, "doctor", &["server_id"]),
];

/// Bytes that a field may hold, texts within it and their names together. A note is the longest thing that is written into
/// one line.
const USUAL: usize = 2048;
/// The same of fields that hold more by their nature.
const LONGER: [(&str, usize); 7] = [
    ("ssh_keys", 32 * 1024),
    ("names", 64 * 1024),
    ("fields", 64 * 1024),
    ("pool", 64 * 1024),
    ("zone", 64 * 1024),
    ("settings", 64 * 1024),
    ("intervals", 16 * 1024),
];

/// The operation a request names, and the request with nothing in it but what that operation reads. Whatever is too long for
/// its field goes no further than here.
///
/// # Errors
/// A sentence for whoever asked: there is no such operation for them, or a field is too long.
pub(super) fn read(request: &Value, asker: Asker) -> Result<(&'static Ask, Value), Sentence> {
    let op = request["op"].as_str().unwrap_or_default();
    let ask = ASKS
        .iter()
        .find(|ask| ask.op == op && asker.reaches(ask.page))
        .ok_or_else(say::unknown)?;
    let mut only = Map::new();
    for field in ask.fields {
        let Some(value) = request.get(*field) else {
            continue;
        };
        let longer = LONGER.iter().find(|(name, _)| name == field);
        if weight(value) > longer.map_or(USUAL, |(_, bytes)| *bytes) {
            return Err(say::too_long());
        }
        only.insert((*field).to_owned(), value.clone());
    }
    only.insert("op".to_owned(), op.into());
    Ok((ask, Value::Object(only)))
}

/// Bytes of a value: of its texts and names, and some for each thing in it.
fn weight(value: &Value) -> usize {
    8 + match value {
        Value::String(text) => text.len(),
        Value::Array(list) => list.iter().map(weight).sum(),
        Value::Object(map) => map
            .iter()
            .map(|(name, value)| name.len() + weight(value))
            .sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// What comes in from outside, for whoever tests it: `operations`, each with its page (`client`, `admin` or `addon`), `op`
/// and `fields`; and the names of the configurable `options`, older forms with a label.
#[allow(
    dead_code,
    reason = "the tests read from it what they fill with odd values"
)]
pub fn inputs() -> Value {
    let of = |asker: Asker| {
        let reached = ASKS.iter().filter(move |ask| asker.reaches(ask.page));
        reached.map(move |ask| json!({"page": asker.word(), "op": ask.op, "fields": ask.fields}))
    };
    let operations: Vec<Value> = Asker::ALL.into_iter().flat_map(of).collect();
    let options = FIELDS.iter().filter_map(|field| field.option);
    let names = options.flat_map(|option| {
        let older = option.legacy.map(|prefix| format!("{prefix}|x"));
        [Some(option.plain.to_owned()), older]
    });
    json!({"operations": operations, "options": names.flatten().collect::<Vec<String>>()})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_reaches_only_its_own_page_with_its_own_fields() {
        let request = json!({"op": "charts", "timeframe": "day", "state": "remove"});
        let (ask, only) = read(&request, Asker::Client).unwrap();
        assert_eq!(ask.page, Page::Charts);
        assert_eq!(only, json!({"op": "charts", "timeframe": "day"}));
        for (op, asker) in [
            ("reset", Asker::Client),
            ("pools", Asker::Staff),
            ("status", Asker::Addon),
            ("nothing", Asker::Staff),
        ] {
            assert_eq!(
                read(&json!({"op": op}), asker).unwrap_err(),
                say::unknown(),
                "{op}"
            );
        }
        assert!(read(&json!({"op": ["status"]}), Asker::Client).is_err());
    }

    /// Every field of every operation, filled with more than anybody types, as a text, a list and a map.
    #[test]
    fn no_field_takes_whatever_somebody_sends() {
        let text = "x".repeat(100_000);
        let list: Vec<&str> = vec![""; 20_000];
        let names = (0..20_000).map(|n| (n.to_string(), Value::Null));
        let map: Map<String, Value> = names.collect();
        for ask in ASKS {
            for asker in Asker::ALL
                .into_iter()
                .filter(|asker| asker.reaches(ask.page))
            {
                for field in ask.fields {
                    for value in [json!(text), json!(list), json!(map), json!([[text]])] {
                        let mut request = json!({"op": ask.op});
                        request[*field] = value;
                        let why = read(&request, asker).unwrap_err();
                        assert_eq!(why, say::too_long(), "{} {field}", ask.op);
                    }
                }
            }
        }
    }

    #[test]
    fn no_operation_is_listed_twice() {
        for asker in Asker::ALL {
            let mut seen = vec![];
            for ask in ASKS.iter().filter(|ask| asker.reaches(ask.page)) {
                assert!(!seen.contains(&ask.op), "{}", ask.op);
                seen.push(ask.op);
            }
        }
    }
}
