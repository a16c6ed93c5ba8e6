//! Who writes files, and who writes to WHMCS's logs: one place each. Read off the sources, as `tidy` is.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

/// Opens, makes, moves or marks a file by its name.
const RUST: &str = "File::create OpenOptions DirBuilder create_dir fs::write fs::rename fs::copy hard_link symlink( \
                    set_permissions chown set_len tempfile";
const PHP: &str = "file_put_contents fopen( mkdir( rename( copy( symlink( link( touch( chmod( chown( tempnam( tmpfile( \
                   move_uploaded_file SplFileObject ZipArchive";
/// They throw when the database is away, which is when they are called.
const LOGS: &str = "logActivity( logModuleCall(";

fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("node_modules") && !path.ends_with("vendor") {
                files(&path, ending, found);
            }
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
}

/// Every line of code on which one of the words stands, outside of the files named.
fn lines(folder: &str, ending: &str, words: &str, but: &[&str]) -> Vec<String> {
    let mut paths = vec![];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    files(&root.join(folder), ending, &mut paths);
    assert!(!paths.is_empty());
    let mut found = vec![];
    for path in paths {
        let name = path.strip_prefix(root).unwrap().display().to_string();
        if but.contains(&name.as_str()) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        // Test modules stand at the end of their file.
        let code = text.split("\n#[cfg(test)]").next().unwrap();
        for (number, line) in code.lines().enumerate() {
            let line = line.trim();
            let comment = line.starts_with("//") || line.starts_with('*');
            let hit = |word: &str| {
                let before = |at: usize| line[..at].chars().next_back();
                let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '>' | ':' | '$');
                line.match_indices(word)
                    .any(|(at, _)| !before(at).is_some_and(part))
            };
            if !comment && words.split_whitespace().any(hit) {
                found.push(format!("{name}:{}: {line}", number + 1));
            }
        }
    }
    found
}

#[test]
fn files_are_written_in_one_place() {
    let found = lines("src", ".rs", RUST, &["src/files.rs"]);
    assert!(
        found.is_empty(),
        "files written outside `files`: {found:#?}"
    );
    let found = lines("php/modules", ".php", PHP, &[]);
    assert!(found.is_empty(), "files written by PHP: {found:#?}");
}

#[test]
fn the_logs_of_whmcs_are_written_in_one_place() {
    let journal = "php/modules/servers/puqProxmoxKVM/lib/Journal.php";
    let found = lines("php/modules", ".php", LOGS, &[journal]);
    assert!(
        found.is_empty(),
        "logs written outside `Journal`: {found:#?}"
    );
}

#[test]
fn a_line_that_breaks_the_rule_is_found() {
    let here = [
        "src/files.rs",
        "php/modules/servers/puqProxmoxKVM/lib/Journal.php",
    ];
    assert!(
        lines("src", ".rs", RUST, &[])
            .iter()
            .any(|line| line.starts_with(here[0]))
    );
    assert!(
        lines("php/modules", ".php", LOGS, &[])
            .iter()
            .all(|line| line.starts_with(here[1]))
    );
    assert_eq!(lines("php/modules", ".php", LOGS, &[]).len(), 2);
}
