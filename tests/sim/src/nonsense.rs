//! Answers that are well-formed and say nothing.

use crate::faults::Nonsense;
use crate::random::Random;
use crate::world::World;
use serde_json::{Value, json};

/// What the real API's answers always have, each where it belongs; whatever reads them needs these.
const ALWAYS: [&str; 12] = [
    "vmid",
    "type",
    "node",
    "status",
    "exitstatus",
    "upid",
    "volid",
    "storage",
    "name",
    "pos",
    "cidr",
    "digest",
];

impl World {
    /// Makes nonsense of a body that was good.
    pub(crate) fn twist_answer(&mut self, kind: Nonsense, body: &mut Vec<u8>) {
        let Ok(mut answer) = serde_json::from_slice::<Value>(body) else {
            return;
        };
        if let Some(data) = answer.get_mut("data") {
            twist(data, kind, &mut self.random);
            *body = answer.to_string().into_bytes();
        }
    }
}

fn twist(data: &mut Value, kind: Nonsense, random: &mut Random) {
    match (kind, data) {
        // A change that answers with nothing has nothing that could be nonsense.
        (_, Value::Null) => {}
        (Nonsense::Shape, data) => *data = another(data, random),
        (Nonsense::Entries, Value::Array(list)) => {
            let odd = [json!(null), json!(5), json!("x"), json!([]), json!({})];
            let at = random.below(list.len() as u64 + 1) as usize;
            list.insert(at, odd[random.below(5) as usize].clone());
        }
        (Nonsense::Keys | Nonsense::Types, Value::Array(list)) => {
            // One of them is enough.
            if !list.is_empty() {
                let at = random.below(list.len() as u64) as usize;
                twist(&mut list[at], kind, random);
            }
        }
        (Nonsense::Keys, Value::Object(map)) => {
            map.retain(|key, _| !ALWAYS.contains(&key.as_str()));
        }
        (Nonsense::Types, Value::Object(map)) => {
            for (_, value) in map
                .iter_mut()
                .filter(|(key, _)| ALWAYS.contains(&key.as_str()))
            {
                *value = [json!(null), json!([]), json!({})][random.below(3) as usize].clone();
            }
        }
        (_, data) => *data = another(data, random),
    }
}

/// A value of another kind.
fn another(data: &Value, random: &mut Random) -> Value {
    let all = [
        json!([]),
        json!({}),
        json!("x"),
        json!(5),
        json!([5, "x", null]),
    ];
    let kind = std::mem::discriminant(data);
    let others = all
        .iter()
        .filter(|other| std::mem::discriminant(*other) != kind);
    let others: Vec<&Value> = others.collect();
    // A list with odd entries is no list either.
    others[random.below(others.len() as u64) as usize].clone()
}
