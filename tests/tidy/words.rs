//! The glossary says what is true: the names it gives exist, and the words it gave up stay away.

use super::{code, complain, root, sources};
use std::collections::BTreeSet;
use std::fs;

/// The cells of each row of the tables below a heading of the glossary.
fn rows(glossary: &str, heading: &str) -> Vec<Vec<String>> {
    let part = glossary
        .split("\n# ")
        .find(|part| part.starts_with(heading));
    let lines = part.unwrap_or_default().lines();
    lines
        .filter(|line| {
            line.starts_with("| ") && !line.starts_with("| Word") && !line.contains("---")
        })
        .map(|line| {
            let cells = line.trim_matches('|').split('|');
            cells.map(|cell| cell.trim().to_owned()).collect()
        })
        .collect()
}

/// What stands in backticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_')
}

#[test]
fn the_glossary_is_true() {
    let glossary = fs::read_to_string(root().join("src/glossary.md")).unwrap();
    let files = sources("src", ".rs");
    let mut known = BTreeSet::new();
    for file in &files {
        let path = file.path.trim_start_matches("src/").trim_end_matches(".rs");
        known.extend(path.split('/').map(str::to_owned));
        for (_, line) in code(file) {
            known.extend(words(line).map(str::to_owned));
        }
    }
    let mut found = vec![];
    let mut named = 0;
    for heading in ["From WHMCS", "From Proxmox", "Ours"] {
        for row in rows(&glossary, heading) {
            assert_eq!(row.len(), 3, "{row:?}");
            for name in quoted(&row[1]) {
                named += 1;
                if name.split("::").any(|part| !known.contains(part)) {
                    found.push(format!("{}: nothing is called {name}", row[0]));
                }
            }
        }
    }
    assert!(named > 30, "{named}");
    complain("terms of the glossary that the code does not have", &found);

    let mut found = vec![];
    let given_up = rows(&glossary, "Given up");
    assert!(given_up.len() > 10, "{given_up:?}");
    let given_up: BTreeSet<String> = given_up.iter().flat_map(|row| quoted(&row[0])).collect();
    for file in &files {
        for (number, line) in code(file) {
            // What stands in a text is said to people or stored.
            let bare = line.split('"').step_by(2).collect::<Vec<_>>().join(" ");
            for word in words(&bare).filter(|word| given_up.contains(*word)) {
                found.push(format!("{}:{number}: {word}", file.path));
            }
        }
    }
    complain("words that the glossary gave up", &found);
}
