//! What stands beside the sources.

use super::{complain, root};
use std::collections::BTreeSet;
use std::process::Command;

#[test]
fn the_top_level_holds_what_it_should() {
    let allowed: BTreeSet<&str> = "Cargo.toml Cargo.lock src php stubs tests build.rs README.md CHANGELOG.md NOTICE Makefile .ci .github \
         .gitignore .gitattributes .cargo .editorconfig rustfmt.toml clippy.toml rust-toolchain.toml deny.toml"
        .split_whitespace()
        .collect();
    // What git knows of, or would take: a demo or a build leaves things of its own beside it, ignored ones.
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(listed.status.success(), "git ls-files: {listed:?}");
    let names: BTreeSet<String> = String::from_utf8(listed.stdout)
        .unwrap()
        .lines()
        .filter_map(|path| path.split('/').next().map(str::to_owned))
        .collect();
    assert!(
        names.contains("src") && names.contains("tests"),
        "{names:?}"
    );
    let found: Vec<String> = names
        .into_iter()
        .filter(|name| !allowed.contains(name.as_str()) && !name.starts_with("LICENSE"))
        .collect();
    complain("what does not belong at the top level", &found);
}
