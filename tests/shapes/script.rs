//! The types of the pages' scripts.

use super::{Audience, Language, SENTENCE, Shapes, about, title, written};
use std::fmt::Write;

/// The types of scripts.
struct Script;

impl Language for Script {
    fn named(name: &str) -> String {
        match name {
            SENTENCE => "string".to_owned(),
            name => name.to_owned(),
        }
    }

    fn scalar(kind: &str) -> &'static str {
        match kind {
            "string" => "string",
            "integer" | "number" => "number",
            "boolean" => "boolean",
            "null" => "null",
            _ => "unknown",
        }
    }

    fn literal(word: &str) -> String {
        format!("\"{word}\"")
    }

    fn list(of: &str) -> String {
        match of.contains(' ') && !of.starts_with('{') {
            true => format!("({of})[]"),
            false => format!("{of}[]"),
        }
    }

    fn map(of: &str) -> String {
        format!("Record<string, {of}>")
    }

    fn object(
        fields: &[(String, String, bool, String)],
        rest: Option<String>,
        depth: usize,
    ) -> String {
        if fields.is_empty() {
            return "Record<never, never>".to_owned();
        }
        let pad = "    ".repeat(depth + 1);
        let mut text = "{\n".to_owned();
        for (name, kind, always, about) in fields {
            if !about.is_empty() {
                let _ = writeln!(text, "{pad}/** {} */", about.replace('\n', " "));
            }
            let mark = if *always { "" } else { "?" };
            let _ = writeln!(text, "{pad}{name}{mark}: {kind};");
        }
        if rest.is_some() {
            let _ = writeln!(text, "{pad}[field: string]: unknown;");
        }
        text + &"    ".repeat(depth) + "}"
    }
}

pub fn written_down(shapes: &Shapes) -> String {
    let mut text = "// What the pages ask Rust and are answered. Written by `make shapes` from src/actions/page_operations: not to be edited.\n\
        // Moments are seconds since 1970. A sentence is in the reader's language by the time a script has it.\n\n\
        /** What every operation is answered: its data, or why not. */\n\
        export type Answer<T> =\n    | { ok: true; data: T }\n    \
        | { ok: false; error: string; errors?: Record<string, string>; confirm?: boolean };\n\n"
        .to_owned();
    for (name, schema) in &shapes.types {
        if name == SENTENCE {
            continue;
        }
        let _ = writeln!(text, "/** {} */", about(schema).replace('\n', " "));
        let shape = written::<Script>(schema, 0);
        let _ = match shape.starts_with("{\n") {
            true => writeln!(text, "export interface {name} {shape}\n"),
            false => writeln!(text, "export type {name} = {shape};\n"),
        };
    }
    let both = |word: &str| {
        let of = |audience| {
            let lists = shapes.operations.iter().filter(|(one, _)| *one == audience);
            let mut all = lists.flat_map(|(_, operations)| operations);
            all.find(|(one, ..)| *one == word)
                .map(|(_, _, _, reply)| reply)
        };
        of(Audience::Client).is_some() && of(Audience::Client) == of(Audience::Staff)
    };
    let lists = shapes.operations.iter();
    let lists = lists.map(|(audience, operations)| (title(*audience), operations, false));
    let client = shapes
        .operations
        .first()
        .map(|(_, all)| ("Shared", all, true));
    for (title, operations, shared) in client.into_iter().chain(lists) {
        let extends = match title {
            "Client" | "Staff" => " extends SharedOperations",
            _ => "",
        };
        let _ = writeln!(text, "export interface {title}Operations{extends} {{");
        for (word, _, request, reply) in operations {
            if both(word) != shared {
                continue;
            }
            let _ = writeln!(text, "    /** {} */", about(request).replace('\n', " "));
            let (request, reply) = (written::<Script>(request, 2), written::<Script>(reply, 2));
            let _ = writeln!(
                text,
                "    {word}: {{\n        request: {request};\n        reply: {reply};\n    }};"
            );
        }
        let _ = writeln!(text, "}}\n");
    }
    text.trim_end().to_owned() + "\n"
}
