//! No file of a room needs another that needs it.

use super::{complain, sources};
use std::collections::{BTreeMap, BTreeSet};

/// Which files of its room one of them names: `super::name`, also inside `use super::{a, b}`.
fn named(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rest in text.split("super::").skip(1) {
        let list = match rest.strip_prefix('{') {
            Some(list) => list.split(';').next().unwrap_or_default(),
            None => rest,
        };
        let words = list.split(|c: char| !c.is_alphanumeric() && c != '_');
        let most = if rest.starts_with('{') { usize::MAX } else { 1 };
        found.extend(
            words
                .filter(|word| !word.is_empty())
                .take(most)
                .map(str::to_owned),
        );
    }
    found
}

/// The rooms, each with the number of files it has at least, so that a room that moved is noticed.
const ROOMS: &[(&str, usize)] = &[
    ("actions", 20),
    ("vm", 8),
    ("custody", 5),
    ("cron", 10),
    ("steps", 30),
    ("store", 25),
    ("engine", 5),
    ("doctor", 4),
    ("plan", 9),
    ("ipam", 5),
    ("pve", 15),
    ("net", 9),
    ("dns", 9),
    ("model", 15),
    ("limits", 3),
    ("report", 2),
    ("host", 4),
    ("flows", 3),
    ("bridge", 9),
];

/// A way from `at` back to where it began, if there is one.
fn way(
    edges: &BTreeMap<String, BTreeSet<String>>,
    at: &str,
    begin: &str,
    seen: &mut BTreeSet<String>,
) -> Option<String> {
    edges[at].iter().find_map(|next| {
        if next == begin {
            return Some(format!("{at} -> {begin}"));
        }
        seen.insert(next.clone())
            .then(|| way(edges, next, begin, seen))
            .flatten()
            .map(|rest| format!("{at} -> {rest}"))
    })
}

#[test]
fn no_file_stands_in_a_circle() {
    let mut found = vec![];
    for (room, least) in ROOMS {
        let folder = format!("src/{room}/");
        let name = |path: &str| {
            path.trim_start_matches(&folder)
                .trim_end_matches(".rs")
                .to_owned()
        };
        let files = sources(&folder, ".rs");
        let files = files.iter().filter(|file| !file.path.ends_with("mod.rs"));
        let mut edges: BTreeMap<String, BTreeSet<String>> = files
            .map(|file| (name(&file.path), named(&file.text)))
            .collect();
        assert!(edges.len() >= *least, "{room}: {edges:?}");
        let known: BTreeSet<String> = edges.keys().cloned().collect();
        for (file, others) in &mut edges {
            others.retain(|other| other != file && known.contains(other));
        }
        let circles = known
            .iter()
            .filter_map(|file| way(&edges, file, file, &mut BTreeSet::new()));
        found.extend(circles.map(|circle| format!("{room}: {circle}")));
    }
    complain("files that need each other", &found);
}
