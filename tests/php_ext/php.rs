//! Runs a script in a PHP process that has the extension.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// What every script starts with: a host whose `effect` runs a closure of the test.
const PRELUDE: &str = include_str!("prelude.php");

/// The extension's file.
pub fn extension() -> PathBuf {
    let path = std::env::var_os("PUQ_EXTENSION").unwrap_or_else(|| {
        panic!(
            "PUQ_EXTENSION must name the extension to test: build it with `cargo build --features selftest` and \
             set the variable to the path of libpuq_proxmox_kvm.so"
        )
    });
    let path = PathBuf::from(path);
    assert!(
        path.is_file(),
        "PUQ_EXTENSION names {}, which is no file",
        path.display()
    );
    path
}

/// How a PHP process ended.
#[derive(Debug)]
pub struct Outcome {
    pub out: String,
    pub err: String,
    pub code: Option<i32>,
}

/// A file with the prelude and `code`, in a directory that lives as long as the value.
pub struct Script {
    folder: TempDir,
}

impl Script {
    pub fn new(code: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary directory");
        std::fs::write(folder.path().join("prelude.php"), PRELUDE).expect("a file");
        let text = format!("<?php\nrequire __DIR__ . '/prelude.php';\n{code}\n");
        std::fs::write(folder.path().join("script.php"), text).expect("a file");
        Self { folder }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("script.php")
    }
}

/// Runs `code` on the command line.
pub fn run(code: &str) -> Outcome {
    run_with(code, &[])
}

/// The same with further arguments for PHP.
pub fn run_with(code: &str, arguments: &[&str]) -> Outcome {
    let script = Script::new(code);
    let mut command = Command::new(program("PUQ_PHP", "php"));
    command
        .arg("-d")
        .arg(format!("extension={}", extension().display()));
    command.args(["-d", "display_errors=stderr", "-d", "log_errors=0"]);
    finish(command.args(arguments).arg(script.path()))
}

/// Runs PHP without the extension.
pub fn run_plain(arguments: &[&str]) -> Outcome {
    finish(Command::new(program("PUQ_PHP", "php")).args(arguments))
}

fn finish(command: &mut Command) -> Outcome {
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| {
        panic!("PHP could not be run ({error}); install the package php-cli")
    });
    Outcome {
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
        code: output.status.code(),
    }
}

/// A program's name; a variable may name another one.
pub fn program(variable: &str, usual: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| usual.to_owned())
}

/// Runs `code` and expects it to print `expected` and to end well.
#[track_caller]
pub fn prints(code: &str, expected: &str) {
    let outcome = run(code);
    assert_eq!(outcome.out.trim_end(), expected.trim_end(), "{outcome:#?}");
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(0), ""));
}
