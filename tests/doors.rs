//! No room without a door: what nothing in `src` uses is not kept. `make lint` shuts the modules and lets the compiler name
//! such items (`every_item_has_a_caller` in `tests/run/parts.sh`); here stands which of them may stay. And the other way round:
//! what a document names is there.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

/// Where an item may be without a caller, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    (
        "src/actions/page_operations/mod.rs",
        "the tests read from it what they fill with odd values",
    ),
    ("src/cron/run_lock.rs", "held for its drop"),
    ("src/model/random.rs", "the tests replay a seed by it"),
    (
        "src/model/words.rs",
        "not every list is gone through, and not every word is read back",
    ),
    (
        "src/pve/api/console.rs",
        "the page of the console that makes these calls is yet to come",
    ),
    (
        "src/pve/cluster.rs",
        "the tests ask by it what any answer to any call means",
    ),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn what_has_no_caller_is_listed_with_its_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = vec![];
    sources(&root.join("src"), &mut paths);
    let mut found = vec![];
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let name = path
            .strip_prefix(root)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        // Spelt in two, so that a search for the lint's name finds the exceptions alone.
        for rest in text.split(concat!("dead_", "code")).skip(1) {
            let reason = rest.split_once("reason = \"").map(|(_, rest)| rest);
            let reason = reason.and_then(|rest| rest.split('"').next());
            found.push((name.clone(), reason.unwrap_or_default().to_owned()));
        }
        assert!(
            !text.contains("allow(unused") && !text.contains("expect(unused"),
            "{name}: what is unused goes"
        );
    }
    found.sort();
    let allowed: Vec<(String, String)> = EXCEPTIONS
        .iter()
        .map(|(name, reason)| ((*name).to_owned(), (*reason).to_owned()))
        .collect();
    assert_eq!(found, allowed);
}

/// Whoever reads where to begin finds it there.
#[test]
fn the_paths_that_documents_name_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut named = 0;
    for document in [
        ".github/CONTRIBUTING.md",
        ".github/SECURITY.md",
        "README.md",
        "src/decisions.md",
        "src/pve/failures/CATALOGUE.md",
    ] {
        let text = fs::read_to_string(root.join(document)).unwrap();
        // What stands between backticks, outside blocks of commands.
        let prose: String = text.split("```").step_by(2).collect();
        for word in prose.split('`').skip(1).step_by(2) {
            let is_path = ["src/", "tests/", "php/", "stubs", ".github/"]
                .iter()
                .any(|begin| word.starts_with(begin));
            if is_path && !word.contains(' ') {
                named += 1;
                assert!(root.join(word).exists(), "{document}: {word}");
            }
        }
    }
    assert!(named > 30, "{named} paths");
}
