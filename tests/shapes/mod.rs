//! Writes down what PHP and the scripts of the pages may rely on, from the types themselves, and sees to it that what is
//! committed is that. `SHAPES_WRITE=1` writes it anew, as `make shapes` does.

mod php;
mod script;

use super::{Audience, Listed};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// The array shapes, for whoever analyses the PHP.
const PHP: &str = "stubs/shapes.stub.php";
/// The types of the scripts.
const SCRIPTS: &str = "php/web/src/operations.d.ts";
/// The same as a schema, by which the tests look at real answers.
const SCHEMA: &str = "tests/fixtures/operations.schema.json";

/// What is a text to scripts: PHP has put it into the reader's language by then.
const SENTENCE: &str = "Sentence";
/// What whoever asks is answered with the page of theirs.
const PAGE: &str = "ServicePage";

/// Every operation of whoever asks: word, row, request, reply.
type Operations = Vec<(&'static str, &'static Listed, Value, Value)>;

/// All operations by who can ask for them, and the types they name.
struct Shapes {
    operations: Vec<(Audience, Operations)>,
    types: BTreeMap<String, Value>,
}

impl Shapes {
    fn read() -> Self {
        let mut all = SchemaSettings::draft2020_12()
            .for_serialize()
            .into_generator();
        let mut operations = vec![];
        for audience in Audience::ALL {
            let rows = audience.reached().map(|row| {
                let [request, reply] = (row.shapes)(&mut all);
                let mut request = request.to_value();
                leave_out(&mut request);
                (row.word, row, request, of(audience, reply.to_value()))
            });
            operations.push((audience, rows.collect()));
        }
        let mut types: BTreeMap<String, Value> = all.take_definitions(true).into_iter().collect();
        types.remove(PAGE);
        Self { operations, types }
    }
}

/// A field of a request that may be null need not be sent.
fn leave_out(request: &mut Value) {
    let fields = request["properties"].clone();
    if let Some(required) = request["required"].as_array_mut() {
        required.retain(|name| {
            let kinds = fields[name.as_str().unwrap_or_default()]["type"].as_array();
            !kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == "null"))
        });
    }
}

/// The reply as this person gets it.
fn of(audience: Audience, reply: Value) -> Value {
    match (audience, name(&reply)) {
        (Audience::Client, Some(PAGE)) => json!({"$ref": "#/$defs/Overview"}),
        (Audience::Staff, Some(PAGE)) => json!({"$ref": "#/$defs/AdminService"}),
        _ => reply,
    }
}

/// The name of the type that a schema refers to.
fn name(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

fn about(schema: &Value) -> &str {
    schema["description"].as_str().unwrap_or_default()
}

/// A language that shapes are written in.
trait Language {
    fn named(name: &str) -> String;
    fn scalar(kind: &str) -> &'static str;
    fn literal(word: &str) -> String;
    fn list(of: &str) -> String;
    fn map(of: &str) -> String;
    /// `depth`: of the braces around it.
    fn object(
        fields: &[(String, String, bool, String)],
        rest: Option<String>,
        depth: usize,
    ) -> String;
}

/// A schema in a language.
fn written<L: Language>(schema: &Value, depth: usize) -> String {
    if let Some(name) = name(schema) {
        return L::named(name);
    }
    if let Some(word) = schema["const"].as_str() {
        return L::literal(word);
    }
    if let Some(words) = schema["enum"].as_array() {
        let words = words.iter().filter_map(Value::as_str).map(L::literal);
        return words.collect::<Vec<_>>().join(" | ");
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(some) = schema[key].as_array() {
            let mut some: Vec<String> = some.iter().map(|one| written::<L>(one, depth)).collect();
            some.dedup();
            return some.join(" | ");
        }
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return L::scalar("any").to_owned(),
    };
    let one = |kind: &str| match kind {
        "array" => {
            let of = written::<L>(&schema["items"], depth);
            L::list(&of)
        }
        "object" => object::<L>(schema, depth),
        kind => L::scalar(kind).to_owned(),
    };
    kinds.into_iter().map(one).collect::<Vec<_>>().join(" | ")
}

fn object<L: Language>(schema: &Value, depth: usize) -> String {
    let rest = match &schema["additionalProperties"] {
        Value::Null | Value::Bool(false) => None,
        Value::Bool(true) => Some(L::scalar("any").to_owned()),
        of => Some(written::<L>(of, depth)),
    };
    let Some(fields) = schema["properties"]
        .as_object()
        .filter(|map| !map.is_empty())
    else {
        return match rest {
            Some(of) => L::map(&of),
            None => L::object(&[], None, depth),
        };
    };
    let required = schema["required"].as_array();
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, field)| {
            let always = required.is_some_and(|list| list.iter().any(|one| one == name));
            let kind = written::<L>(field, depth + 1);
            // What is left out where there is nothing is never null.
            let kind = match always {
                true => kind,
                false => kind.trim_end_matches(" | null").to_owned(),
            };
            (name.clone(), kind, always, about(field).to_owned())
        })
        .collect();
    L::object(&fields, rest, depth)
}

fn title(audience: Audience) -> &'static str {
    match audience {
        Audience::Client => "Client",
        Audience::Staff => "Staff",
        Audience::Addon => "Addon",
    }
}

fn schema(shapes: &Shapes) -> String {
    let replies: Map<String, Value> = shapes
        .operations
        .iter()
        .map(|(audience, operations)| {
            let of = operations.iter();
            let of: Map<String, Value> = of
                .map(|(word, _, _, reply)| ((*word).to_owned(), reply.clone()))
                .collect();
            (audience.word().to_owned(), of.into())
        })
        .collect();
    let mut all = json!({"replies": replies, "$defs": shapes.types});
    bare(&mut all);
    format!("{all:#}\n")
}

/// Leaves only what an answer is compared with.
fn bare(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            // A field of a type may have such a name too; then it is a schema and no text.
            map.retain(|key, value| {
                !matches!(
                    key.as_str(),
                    "description" | "format" | "minimum" | "maximum" | "title"
                ) || value.is_object()
            });
            map.values_mut().for_each(bare);
        }
        Value::Array(list) => list.iter_mut().for_each(bare),
        _ => {}
    }
}

#[test]
fn what_is_committed_is_what_the_types_say() -> io::Result<()> {
    let shapes = Shapes::read();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (path, text) in [
        (PHP, php::written_down(&shapes)),
        (SCRIPTS, script::written_down(&shapes)),
        (SCHEMA, schema(&shapes)),
    ] {
        let path = root.join(path);
        if std::env::var_os("SHAPES_WRITE").is_some() {
            fs::write(&path, &text)?;
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == text,
            "{} is not what the types say; write it with `make shapes`",
            path.display()
        );
    }
    Ok(())
}

/// Every operation and every field of a reply is documented: what is written from them says what it means.
#[test]
fn every_shape_is_documented() {
    let shapes = Shapes::read();
    for (name, schema) in &shapes.types {
        assert!(!about(schema).is_empty(), "{name}");
        for (field, of) in schema["properties"].as_object().into_iter().flatten() {
            assert!(!about(of).is_empty(), "{name}.{field}");
        }
    }
}
