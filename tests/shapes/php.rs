//! The array shapes of PHP.

use super::{Language, SENTENCE, Shapes, title, written};
use std::fmt::Write;

/// PHP's array shapes.
struct Php;

impl Language for Php {
    fn named(name: &str) -> String {
        match name {
            SENTENCE => "Said|string".to_owned(),
            name => name.to_owned(),
        }
    }

    fn scalar(kind: &str) -> &'static str {
        match kind {
            "string" => "string",
            "integer" => "int",
            "number" => "float",
            "boolean" => "bool",
            "null" => "null",
            _ => "mixed",
        }
    }

    fn literal(word: &str) -> String {
        format!("'{word}'")
    }

    fn list(of: &str) -> String {
        format!("list<{of}>")
    }

    fn map(of: &str) -> String {
        format!("array<string, {of}>")
    }

    fn object(
        fields: &[(String, String, bool, String)],
        rest: Option<String>,
        depth: usize,
    ) -> String {
        if fields.is_empty() {
            return "array{}".to_owned();
        }
        let pad = "    ".repeat(depth + 1);
        let mut text = "array{\n".to_owned();
        for (name, kind, always, _) in fields {
            let mark = if *always { "" } else { "?" };
            let kind = kind.replace(" | ", "|");
            let _ = writeln!(text, " *   {pad}{name}{mark}: {kind},");
        }
        if let Some(of) = rest {
            let _ = writeln!(text, " *   {pad}...<string, {of}>,");
        }
        text + " *   " + &"    ".repeat(depth) + "}"
    }
}

pub fn written_down(shapes: &Shapes) -> String {
    let mut text = "<?php\n\n/**\n * What the answers of the extension look like. Written by `make shapes` from src/actions/page_operations: not to be edited.\n *\n \
        * Moments are seconds since 1970. What each field means is told in php/web/src/operations.d.ts.\n */\n\n\
        namespace Puq\\ProxmoxKvm;\n\n/**\n"
        .to_owned();
    for (name, schema) in &shapes.types {
        if name == SENTENCE {
            text += " * @phpstan-type Said array{key: string, args: array<string, mixed>, text: string}\n";
            continue;
        }
        let shape = written::<Php>(schema, 0).replace(" | ", "|");
        let _ = writeln!(text, " * @phpstan-type {name} {shape}");
    }
    for (audience, operations) in &shapes.operations {
        let title = title(*audience);
        let _ = writeln!(text, " * @phpstan-type {title}Requests array{{");
        for (word, _, request, _) in operations {
            let shape = written::<Php>(request, 1).replace(" | ", "|");
            let _ = writeln!(text, " *       {word}: {shape},");
        }
        let _ = writeln!(text, " *   }}\n * @phpstan-type {title}Replies array{{");
        for (word, _, _, reply) in operations {
            let shape = written::<Php>(reply, 1).replace(" | ", "|");
            let _ = writeln!(text, " *       {word}: {shape},");
        }
        text += " *   }\n";
    }
    text + " */\nfinal class Shapes\n{\n}\n"
}
