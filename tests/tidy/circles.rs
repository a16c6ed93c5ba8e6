//! No page of `actions` needs another that needs it.

use super::{complain, sources};
use std::collections::{BTreeMap, BTreeSet};

/// Which files of `actions` one of them names: `super::name`, also inside `use super::{a, b}`.
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
fn no_file_of_actions_stands_in_a_circle() {
    let name = |path: &str| {
        path.trim_start_matches("src/actions/")
            .trim_end_matches(".rs")
            .to_owned()
    };
    let files = sources("src/actions", ".rs");
    let files = files.iter().filter(|file| !file.path.ends_with("mod.rs"));
    let mut edges: BTreeMap<String, BTreeSet<String>> = files
        .map(|file| (name(&file.path), named(&file.text)))
        .collect();
    assert!(
        edges.len() > 20 && edges["client"].contains("page"),
        "{edges:?}"
    );
    let known: BTreeSet<String> = edges.keys().cloned().collect();
    for (file, others) in &mut edges {
        others.retain(|other| other != file && known.contains(other));
    }
    let circles = known
        .iter()
        .filter_map(|file| way(&edges, file, file, &mut BTreeSet::new()));
    complain("files that need each other", &circles.collect::<Vec<_>>());
}
