//! Keeps the loaded extension mapped for as long as the process lives.

fn main() {
    // A resolver thread of an earlier request may still return into this code while PHP unloads its modules.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    println!("cargo:rerun-if-changed=build.rs");
}
