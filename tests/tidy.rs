//! The rules of the house, read off the sources: who may know whom, where SQL and network live, how long a file may be.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "tidy/circles.rs"]
mod circles;
#[path = "tidy/errors.rs"]
mod errors;
#[path = "tidy/foreign.rs"]
mod foreign;
#[path = "tidy/functions.rs"]
mod functions;
#[path = "tidy/top_level.rs"]
mod top_level;
#[path = "tidy/words.rs"]
mod words;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The longest file a reader should have to take in at once.
const LINES: usize = 400;

/// What each module of the crate may name with `crate::`. A module may always name itself. What stands nowhere here fails.
const KNOWS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("host", &["model"]),
    ("net", &["model"]),
    ("files", &["model"]),
    ("pve", &["model", "net"]),
    ("dns", &["files", "model", "net"]),
    ("ipam", &["model"]),
    ("plan", &["model"]),
    ("store", &["host", "model"]),
    ("site", &["host", "model", "net"]),
    ("engine", &["host", "model", "store"]),
    ("limits", &["model", "store"]),
    ("report", &["engine", "host", "model"]),
    (
        "vm",
        &[
            "engine", "host", "ipam", "limits", "model", "plan", "pve", "site", "store",
        ],
    ),
    (
        "steps",
        &[
            "dns", "engine", "host", "ipam", "limits", "model", "plan", "pve", "site", "store",
            "vm",
        ],
    ),
    ("flows", &["engine", "model", "steps", "vm"]),
    (
        "custody",
        &[
            "engine", "flows", "host", "model", "plan", "pve", "site", "steps", "store", "vm",
        ],
    ),
    (
        "doctor",
        &[
            "cron", "dns", "engine", "flows", "host", "ipam", "model", "net", "plan", "pve",
            "report", "site", "steps", "store", "vm",
        ],
    ),
    (
        "cron",
        &[
            "custody", "engine", "files", "flows", "host", "ipam", "limits", "model", "plan",
            "pve", "report", "site", "steps", "store", "vm",
        ],
    ),
    (
        "actions",
        &[
            "custody", "dns", "doctor", "engine", "flows", "host", "ipam", "model", "net", "plan",
            "pve", "report", "site", "steps", "store", "vm",
        ],
    ),
    (
        "bridge",
        &["actions", "cron", "host", "model", "net", "site"],
    ),
];

struct Source {
    path: String,
    /// Without what only tests see.
    text: String,
    lines: usize,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn walk(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), "target" | "vendor" | "node_modules")
                && !name.starts_with('.')
            {
                walk(&path, ending, found);
            }
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
}

fn sources(folder: &str, ending: &str) -> Vec<Source> {
    let mut paths = vec![];
    if root().join(folder).exists() {
        walk(&root().join(folder), ending, &mut paths);
    }
    let read = |path: &PathBuf| {
        let whole = fs::read_to_string(path).unwrap();
        // Test modules stand at the end of their file.
        let text = whole
            .split("\n#[cfg(test)]")
            .next()
            .unwrap_or_default()
            .to_owned();
        let lines = whole.lines().count();
        let path = path
            .strip_prefix(root())
            .unwrap()
            .to_string_lossy()
            .into_owned();
        Source { path, text, lines }
    };
    paths.iter().map(read).collect()
}

/// `src/steps/disk.rs` → `steps`; `lib.rs` and `main.rs` belong to no module.
fn module(path: &str) -> &str {
    let rest = path.strip_prefix("src/").unwrap_or(path);
    rest.split('/')
        .next()
        .unwrap_or(rest)
        .trim_end_matches(".rs")
}

/// Lines of code, without comments.
fn code(source: &Source) -> impl Iterator<Item = (usize, &str)> {
    let lines = source.text.lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(number, line)| (number + 1, line))
}

/// Every `crate::name` of a file, also inside `use crate::{a, b}`.
fn named(source: &Source) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut text = String::new();
    for (_, line) in code(source) {
        text.push_str(line);
        text.push('\n');
    }
    for rest in text.split("crate::").skip(1) {
        if let Some(list) = rest.strip_prefix('{') {
            let list = list.split(';').next().unwrap_or_default();
            let mut depth = 0;
            let mut word = String::new();
            for letter in list.chars() {
                match letter {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        found.insert(first_word(&word));
                        word.clear();
                        continue;
                    }
                    _ => {}
                }
                if depth >= 0 {
                    word.push(letter);
                }
            }
            found.insert(first_word(&word));
        } else {
            found.insert(first_word(rest));
        }
    }
    // Macros of the crate's own and names that are no module do not count.
    found.retain(|word| KNOWS.iter().any(|(module, _)| module == word));
    found
}

fn first_word(text: &str) -> String {
    let text = text.trim_start();
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    text[..end].to_owned()
}

fn complain(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

#[test]
fn modules_know_only_whom_they_may() {
    let mut found = vec![];
    for source in sources("src", ".rs") {
        let module = module(&source.path);
        if matches!(module, "lib" | "main" | "bin") {
            continue;
        }
        let Some((_, may)) = KNOWS.iter().find(|(known, _)| *known == module) else {
            found.push(format!(
                "{}: the module {module} is not in the table",
                source.path
            ));
            continue;
        };
        for word in named(&source) {
            if word != module && !may.contains(&word.as_str()) {
                found.push(format!("{} names crate::{word}", source.path));
            }
        }
    }
    complain(
        "forbidden directions (design of the layers: crate documentation)",
        &found,
    );
}

/// Fails for every line outside `home` on which one of the words stands.
fn only_in(home: &[&str], words: &[&str], what: &str) {
    let mut found = vec![];
    for source in sources("src", ".rs") {
        if home.iter().any(|home| source.path.starts_with(home)) {
            continue;
        }
        for (number, line) in code(&source) {
            if words.iter().any(|word| line.contains(word)) {
                found.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    complain(what, &found);
}

#[test]
fn each_thing_has_its_one_place() {
    only_in(&["src/bridge/"], &["ext_php_rs"], "PHP outside `bridge`");
    only_in(
        &["src/net/", "src/main.rs", "src/bin/"],
        &["reqwest", "hyper::"],
        "HTTP outside `net`",
    );
    only_in(
        &[
            "src/host/trampoline.rs",
            "src/bridge/",
            "src/main.rs",
            "src/bin/",
        ],
        &["block_on"],
        "a runtime entered outside `host`",
    );
    only_in(
        &["src/model/clock.rs"],
        &[
            "Utc::now",
            "Local::now",
            "SystemTime::now",
            "std::time::Instant",
            "time::Instant::now",
        ],
        "the time of day outside `model::clock`",
    );
    only_in(
        &["src/model/random.rs"],
        &["rand::", "thread_rng", "from_os_rng"],
        "chance outside `model::random`",
    );
    let sql = [
        "\"SELECT ",
        "\"UPDATE ",
        "\"INSERT INTO",
        "\"DELETE FROM",
        "\"CREATE TABLE",
        " FROM puq",
        "UPDATE {",
        "FROM {TABLE",
    ];
    only_in(&["src/store/"], &sql, "SQL outside `store`");
    let texts = [
        "does not exist\"",
        "got timeout",
        "can't lock file",
        "quorum?\"",
        "already running",
        "TASK ERROR",
    ];
    only_in(&["src/pve/"], &texts, "texts of Proxmox outside `pve`");
}

#[test]
fn nothing_in_the_sources_can_panic_on_purpose() {
    let words = [
        ".unwrap()",
        ".expect(\"",
        "panic!(",
        "todo!(",
        "unimplemented!(",
        "unreachable!(",
        "dbg!(",
    ];
    // The self-test's business is a panic, in a build that only the tests load.
    only_in(&["src/bridge/selftest.rs"], &words, "panics outside tests");
    let marks = ["TODO", "FIXME", "XXX", "HACK"];
    let mut found = vec![];
    for folder in ["src", "php", "tests"] {
        for source in sources(folder, ".rs")
            .into_iter()
            .chain(sources(folder, ".php"))
        {
            if source.path == "tests/tidy.rs" {
                continue;
            }
            for (number, line) in source.text.lines().enumerate() {
                if marks.iter().any(|mark| line.contains(mark)) {
                    found.push(format!("{}:{}: {}", source.path, number + 1, line.trim()));
                }
            }
        }
    }
    complain("unfinished work", &found);
}

#[test]
fn no_file_is_too_long() {
    let mut files = sources("src", ".rs");
    files.extend(sources("tests", ".rs"));
    files.extend(sources("php", ".php"));
    files.extend(sources("tests", ".php"));
    let long = files.iter().filter(|file| file.lines > LINES);
    let found: Vec<String> = long
        .map(|file| format!("{}: {} lines", file.path, file.lines))
        .collect();
    complain("files over 400 lines", &found);
}

#[test]
fn nothing_tells_of_the_machine_it_was_made_on() {
    // Put together here, so that this file does not name them itself.
    let words: Vec<String> = [
        ("/wo", "rk/"),
        ("/ho", "me/"),
        ("../sha", "red"),
        ("/ro", "ot/"),
        ("clau", "de"),
        ("anthro", "pic"),
        ("chat", "gpt"),
        ("copi", "lot"),
    ]
    .iter()
    .map(|(a, b)| format!("{a}{b}"))
    .collect();
    let mut found = vec![];
    for ending in [
        ".rs", ".php", ".toml", ".md", ".tpl", ".js", ".css", ".json", ".sh", ".yml", "Makefile",
    ] {
        let mut paths = vec![];
        walk(&root(), ending, &mut paths);
        for path in paths {
            let Ok(text) = fs::read_to_string(&path) else {
                continue;
            };
            for (number, line) in text.lines().enumerate() {
                let lower = line.to_lowercase();
                if words.iter().any(|word| lower.contains(word.as_str())) {
                    found.push(format!(
                        "{}:{}",
                        path.strip_prefix(root()).unwrap().display(),
                        number + 1
                    ));
                }
            }
        }
    }
    complain("paths or tools of a developer's machine", &found);
}
