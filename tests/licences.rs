//! What the extension and the pages' scripts are built of: the licence of every crate and of every package of npm is one that
//! may go with them, and `NOTICE` names all that is in the binary and in the bundles. After a change of those (and `make pages`) `NOTICE_WRITE=1 cargo test --no-default-features --test licences` writes it anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Licences that ask for no more than to be named.
const ALLOWED: &[&str] = &[
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Zlib",
];

/// Crates and how they hang together, for the machines the product runs on.
fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version", "1"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Whether an SPDX expression can be kept with the allowed licences: `AND` binds closer than `OR`, a slash is an old `OR`.
fn fits(expression: &str) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let fits = any(&words, &mut at);
    fits && at == words.len()
}

fn any(words: &[&str], at: &mut usize) -> bool {
    let mut fits = all(words, at);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        fits |= all(words, at);
    }
    fits
}

fn all(words: &[&str], at: &mut usize) -> bool {
    let mut fits = one(words, at);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        fits &= one(words, at);
    }
    fits
}

fn one(words: &[&str], at: &mut usize) -> bool {
    let word = words.get(*at).copied().unwrap_or_default();
    *at += 1;
    if word == "(" {
        let fits = any(words, at);
        let closed = words.get(*at) == Some(&")");
        *at += 1;
        return fits && closed;
    }
    if words.get(*at) == Some(&"WITH") {
        // No exception is known here.
        *at += 2;
        return false;
    }
    ALLOWED.contains(&word)
}

/// The crates that end up in the extension: everything it depends on, without what only builds or tests it.
fn shipped(metadata: &Value) -> Vec<&Value> {
    let resolve = &metadata["resolve"];
    let nodes: BTreeMap<&str, &Value> = list(&resolve["nodes"])
        .iter()
        .map(|node| (text(&node["id"]), node))
        .collect();
    let root = text(&resolve["root"]);
    let mut seen = BTreeSet::new();
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let used = list(&nodes[id]["deps"]).iter().filter(|dependency| {
            list(&dependency["dep_kinds"])
                .iter()
                .any(|kind| kind["kind"].is_null())
        });
        open.extend(used.map(|dependency| text(&dependency["pkg"])));
    }
    seen.remove(root);
    let mut crates: Vec<&Value> = list(&metadata["packages"])
        .iter()
        .filter(|package| seen.contains(text(&package["id"])))
        .collect();
    crates.sort_by_key(|package| (text(&package["name"]), text(&package["version"])));
    crates
}

/// The files of a crate that hold its licence, by name.
fn licence_files(package: &Value) -> Vec<(String, String)> {
    let folder = Path::new(text(&package["manifest_path"])).parent().unwrap();
    let mut files: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().to_string_lossy().to_uppercase();
            let wanted = ["LICENSE", "LICENCE", "COPYRIGHT", "NOTICE"];
            let is_one = wanted.iter().any(|word| name.starts_with(word));
            let text = fs::read_to_string(entry.path()).ok().filter(|_| is_one)?;
            Some((name, text))
        })
        .collect();
    files.sort();
    files
}

/// The lines by which a crate says whose it is; without such a line its authors.
fn owners(package: &Value) -> Vec<String> {
    let mut found: Vec<String> = vec![];
    for (_, text) in licence_files(package) {
        for line in text.lines().map(str::trim) {
            let telling = line.starts_with("Copyright")
                && line.chars().any(|c| c.is_ascii_digit())
                && !line.contains("[yyyy]");
            if telling && !found.iter().any(|known| known == line) {
                found.push(line.to_owned());
            }
        }
    }
    if found.is_empty() {
        let authors = list(&package["authors"]).iter().map(text);
        // An address is nobody's business here.
        found.extend(authors.map(|one| one.split(" <").next().unwrap_or(one).to_owned()));
    }
    found
}

/// The packages of npm that are bundled into the pages, as `php/web/package-lock.json` has them: name, version, licence, and
/// whether it only builds or tests them.
fn packages() -> Vec<(String, String, String, bool)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lock = fs::read_to_string(root.join("php/web/package-lock.json")).unwrap();
    let lock: Value = serde_json::from_str(&lock).unwrap();
    let all = lock["packages"].as_object().unwrap();
    all.iter()
        .filter_map(|(path, package)| {
            let name = path.strip_prefix("node_modules/")?;
            Some((
                name.to_owned(),
                text(&package["version"]).to_owned(),
                text(&package["license"]).to_owned(),
                package["dev"] == true,
            ))
        })
        .collect()
}

/// Whose a package of npm is: its licence's line, or where it has no such file what its author's field says.
fn owner(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("php/web/node_modules");
    let folder = folder.join(name);
    let licence = fs::read_to_string(folder.join("LICENSE")).unwrap_or_default();
    let line = licence.lines().find(|line| line.starts_with("Copyright"));
    line.map(str::to_owned).unwrap_or_else(|| {
        let package = fs::read_to_string(folder.join("package.json"));
        let package = package.expect("make pages brings the packages");
        let package: Value = serde_json::from_str(&package).unwrap();
        text(&package["author"]).to_owned()
    })
}

/// Licences beside the two that the repository holds whole, each with the words in which a file of it begins.
const TEXTS: &[(&str, &str)] = &[
    (
        "BSD-3-Clause",
        "Redistribution and use in source and binary",
    ),
    ("ISC", "Permission to use, copy, modify, and"),
    ("Unicode-3.0", "UNICODE LICENSE V3"),
    ("Zlib", "This software is provided 'as-is'"),
];

fn notice(crates: &[&Value]) -> String {
    let mut text_of = BTreeMap::new();
    let mut out = String::from(
        "The extension puq_proxmox_kvm contains these crates, each under the licence named. The texts of MIT and Apache-2.0 stand in\n\
         LICENSE-MIT and LICENSE-APACHE, the others at the end. Written by tests/licences.rs.\n",
    );
    for package in crates {
        let licence = text(&package["license"]);
        let (name, version) = (text(&package["name"]), text(&package["version"]));
        out.push_str(&format!("\n{name} {version}: {licence}\n"));
        for owner in owners(package) {
            out.push_str(&format!("    {owner}\n"));
        }
        for (name, begin) in TEXTS.iter().filter(|(name, _)| licence.contains(name)) {
            let files = licence_files(package).into_iter();
            let mut texts = files.filter_map(|(_, text)| {
                let start = text.find(begin)?;
                Some(text[start..].trim_end().to_owned())
            });
            if let Some(text) = texts.next() {
                text_of.entry(*name).or_insert(text);
            }
        }
    }
    out.push_str("\nThe scripts of the pages (assets/built) contain these packages of npm:\n");
    for (name, version, licence, _) in packages().iter().filter(|(.., dev)| !dev) {
        let owner = owner(name);
        out.push_str(&format!("\n{name} {version}: {licence}\n    {owner}\n"));
    }
    for (name, text) in text_of {
        out.push_str(&format!("\n== {name}\n\n"));
        let lines = text.lines().map(str::trim_end);
        out.push_str(&lines.collect::<Vec<_>>().join("\n"));
        out.push('\n');
    }
    out
}

#[test]
fn an_expression_is_kept_by_what_is_allowed_alone() {
    for good in [
        "MIT",
        "MIT/Apache-2.0",
        "GPL-3.0 OR MIT",
        "(MIT OR GPL-2.0) AND Unicode-3.0",
    ] {
        assert!(fits(good), "{good}");
    }
    for bad in [
        "",
        "GPL-3.0",
        "MIT AND GPL-2.0",
        "(MIT OR Apache-2.0) AND OpenSSL",
        "Apache-2.0 WITH Something",
        "(MIT",
        "MIT Apache-2.0",
    ] {
        assert!(!fits(bad), "{bad}");
    }
}

#[test]
fn every_crate_may_go_with_the_product() {
    let metadata = metadata();
    let used: BTreeSet<&str> = list(&metadata["resolve"]["nodes"])
        .iter()
        .map(|node| text(&node["id"]))
        .collect();
    let wrong: Vec<String> = list(&metadata["packages"])
        .iter()
        .filter(|package| used.contains(text(&package["id"])))
        .filter(|package| !fits(text(&package["license"])))
        .map(|package| format!("{}: {}", text(&package["name"]), package["license"]))
        .collect();
    assert!(wrong.is_empty(), "licences to be looked at: {wrong:#?}");
    let packages = packages();
    assert!(packages.iter().any(|(name, ..)| name == "@alpinejs/csp"));
    for (name, _, licence, _) in packages {
        assert!(fits(&licence), "{name}: {licence}");
    }
}

#[test]
fn the_notice_names_all_that_is_in_the_binary() {
    let metadata = metadata();
    let crates = shipped(&metadata);
    assert!(crates.len() > 50, "{} crates", crates.len());
    for (name, _) in TEXTS {
        assert!(ALLOWED.contains(name));
    }
    let wanted = notice(&crates);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("NOTICE");
    if std::env::var_os("NOTICE_WRITE").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == wanted,
        "NOTICE is of other crates: NOTICE_WRITE=1 writes it anew"
    );
    for licence in crates.iter().map(|package| text(&package["license"])) {
        let alone = TEXTS.iter().find(|(name, _)| licence == *name);
        if let Some((name, _)) = alone {
            assert!(
                there.contains(&format!("\n== {name}\n")),
                "the text of {name} is missing"
            );
        }
    }
}
