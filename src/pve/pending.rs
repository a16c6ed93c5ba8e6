//! What a running guest does not have yet: `GET …/pending` and `GET …/cloudinit`.

use super::lenient::{self, Misshapen};
use serde_json::Value;

/// One entry of `GET …/pending`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingEntry {
    /// The config key.
    pub key: String,
    /// What the running guest has.
    pub value: Option<String>,
    /// What it will have after the next start.
    pub pending: Option<String>,
    /// Whether the next start removes the key.
    pub delete: bool,
}

impl PendingEntry {
    /// Reads the answer's `data`.
    pub(super) fn parse_list(data: &Value) -> Result<Vec<Self>, Misshapen> {
        lenient::each(data, |fields| {
            Ok(Some(Self {
                key: fields.due_text("key")?,
                value: fields.text("value"),
                pending: fields.text("pending"),
                // 1, or 2 where the removal is forced.
                delete: fields.maybe_whole("delete")?.unwrap_or(0) > 0,
            }))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_waits_for_a_restart_is_told() {
        let list = PendingEntry::parse_list(&json!([
            {"key": "memory", "value": "256", "pending": "1024"}, {"key": "cores", "value": 1}, {"key": "net1", "delete": 1}
        ]))
        .unwrap();
        let waiting: Vec<&str> = list
            .iter()
            .filter(|e| e.pending.is_some() || e.delete)
            .map(|e| e.key.as_str())
            .collect();
        assert_eq!(waiting, ["memory", "net1"]);
    }
}
