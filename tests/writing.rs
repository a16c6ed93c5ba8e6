//! Who writes files, and who writes to WHMCS's logs: one place each. Read off the sources, as `tidy` is.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

/// What may be named of the modules for files: it reads. Whatever else they have, opens, makes, moves or marks something.
const READS: &str = "self File TryLockError Metadata MetadataExt FileTypeExt FileExt metadata symlink_metadata read read_to_string \
                     read_link read_dir canonicalize exists";
/// Other ways to a file that is written, whatever stands before them.
const RUST: &str = "OpenOptions DirBuilder File::create File::options set_len( set_permissions( hard_link( symlink( chown( \
                    create_dir tempfile tokio::fs libc::open libc::creat libc::rename libc::link libc::symlink process::Command";
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

/// The code of each file, without comments and tests, outside of the files named.
fn code(folder: &str, ending: &str, but: &[&str]) -> Vec<(String, String)> {
    let mut paths = vec![];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    files(&root.join(folder), ending, &mut paths);
    assert!(!paths.is_empty());
    let name = |path: &PathBuf| path.strip_prefix(root).unwrap().display().to_string();
    paths.retain(|path| !but.contains(&name(path).as_str()));
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        // Test modules stand at the end of their file.
        let code = text.split("\n#[cfg(test)]").next().unwrap();
        let lines = code.lines().map(|line| {
            let start = line.trim_start();
            let comment = start.starts_with("//") || start.starts_with('*');
            if comment { "" } else { line }
        });
        (name(path), lines.collect::<Vec<_>>().join("\n"))
    };
    paths.iter().map(read).collect()
}

/// The lines, after their number, on which one of the words stands; `part`: what is part of a longer word before it.
fn lines(code: &str, words: &str, part: fn(char) -> bool) -> Vec<String> {
    let mut found = vec![];
    for (number, line) in code.lines().enumerate() {
        let hit = |word: &str| {
            let before = |at: usize| line[..at].chars().next_back();
            line.match_indices(word)
                .any(|(at, _)| !before(at).is_some_and(part))
        };
        if words.split_whitespace().any(hit) {
            found.push(format!("{}: {}", number + 1, line.trim()));
        }
    }
    found
}

/// What Rust code names of the ways to write a file.
fn written(code: &str) -> Vec<String> {
    let mut found = lines(code, RUST, |c| c.is_alphanumeric() || c == '_');
    for (at, _) in code.match_indices("fs::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        // A path, or a list of them up to the end of the statement.
        let rest = &code[at + 4..];
        let list = match rest.starts_with('{') {
            true => rest.split(';').next().unwrap_or_default(),
            false => rest
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap_or_default(),
        };
        let names = list.split(|c: char| !c.is_alphanumeric() && c != '_');
        for name in names.filter(|name| !name.is_empty()) {
            if !READS.split_whitespace().any(|read| read == name) {
                found.push(format!("fs::{name}"));
            }
        }
    }
    if code.contains("fs as ") || code.contains("fs::*") {
        found.push("another name for fs".to_owned());
    }
    found
}

fn php(code: &str, words: &str) -> Vec<String> {
    // A method or another class's function of the same name is none of these.
    lines(code, words, |c| {
        c.is_alphanumeric() || matches!(c, '_' | '>' | ':' | '$')
    })
}

#[test]
fn files_are_written_in_one_place() {
    for (name, code) in code("src", ".rs", &["src/files.rs"]) {
        let found = written(&code);
        assert!(found.is_empty(), "{name} writes files: {found:#?}");
    }
    for (name, code) in code("php/modules", ".php", &[]) {
        let found = php(&code, PHP);
        assert!(found.is_empty(), "{name} writes files: {found:#?}");
    }
}

const JOURNAL: &str = "php/modules/servers/puqProxmoxKVM/lib/Journal.php";

#[test]
fn the_logs_of_whmcs_are_written_in_one_place() {
    for (name, code) in code("php/modules", ".php", &[JOURNAL]) {
        let found = php(&code, LOGS);
        assert!(found.is_empty(), "{name} writes logs: {found:#?}");
    }
}

#[test]
fn a_line_that_breaks_a_rule_is_found() {
    for line in [
        "std::fs::write(path, text)?;",
        "fs::write(path, text)?;",
        "let file = std::fs::File::create(path)?;",
        "let file = fs::File::create(path)?;",
        "let file = File::options().append(true).open(path)?;",
        "let file = File::create_new(path)?;",
        "std::fs::OpenOptions::new().write(true)",
        "use std::fs::{self, write};",
        "use std::fs::{\n    read_to_string,\n    write,\n};",
        "use std::fs::{write as put};",
        "use std::fs as disk;",
        "use std::fs::*;",
        "use std::{fs::remove_file, io};",
        "std::os::unix::fs::symlink(a, b)?;",
        "tokio::fs::write(path, text).await?;",
        "unsafe { libc::open(path, libc::O_CREAT) };",
        "std::fs::remove_dir_all(path)?;",
        "std::process::Command::new(\"tee\")",
    ] {
        assert!(!written(line).is_empty(), "{line}");
    }
    for line in [
        "use std::fs::{self, File, TryLockError};",
        "offs::write(x);",
        "fs::read_to_string(path)?;",
    ] {
        assert!(written(line).is_empty(), "{line}: {:?}", written(line));
    }
    for line in [
        "file_put_contents($a, $b);",
        "@\\fopen($a, 'w');",
        "if (!copy($a, $b)) {",
        "new \\SplFileObject($a)",
    ] {
        assert!(!php(line, PHP).is_empty(), "{line}");
    }
    assert!(php("$this->copy($a); Files::rename($b);", PHP).is_empty());
    let here = |folder, ending, name| {
        let all = code(folder, ending, &[]);
        all.into_iter().find(|(known, _)| known == name).unwrap().1
    };
    assert!(!written(&here("src", ".rs", "src/files.rs")).is_empty());
    assert_eq!(php(&here("php/modules", ".php", JOURNAL), LOGS).len(), 2);
}
