//! Keeps the loaded extension mapped for as long as the process lives, and notes which PHP it is built for.

use std::process::Command;

fn main() {
    // A resolver thread of an earlier request may still return into this code while PHP unloads its modules.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    println!("cargo:rerun-if-changed=build.rs");
    // What ext-php-rs asks too: the headers that the bindings are made from.
    println!("cargo:rerun-if-env-changed=PHP_CONFIG");
    if std::env::var_os("CARGO_FEATURE_PHP").is_some() {
        println!("cargo:rustc-env=PUQ_BUILT_FOR_PHP={}", php_version());
    }
}

fn php_version() -> String {
    let config = std::env::var("PHP_CONFIG").unwrap_or_else(|_| "php-config".into());
    let answer = Command::new(config).arg("--version").output();
    let version = answer.ok().filter(|answer| answer.status.success());
    let version = version.map(|answer| String::from_utf8_lossy(&answer.stdout).trim().to_owned());
    version.unwrap_or_else(|| "an unknown version".into())
}
