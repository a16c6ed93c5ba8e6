//! The stub file says what reflection says.

use crate::php::{extension, run_plain};

const STUB: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/stubs/puq_proxmox_kvm.stub.php"
);
const REFLECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/php_ext/reflect.php");

#[test]
fn the_stub_is_valid_php() {
    let outcome = run_plain(&["-n", "-l", STUB]);
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
}

#[test]
fn the_stub_equals_the_extension() {
    // PHP reads the stub in one process and the extension in another; both tell what they see.
    let stub = run_plain(&["-n", REFLECT, STUB]);
    let loaded = format!("extension={}", extension().display());
    let native = run_plain(&["-n", "-d", &loaded, REFLECT]);
    assert_eq!(
        (stub.code, native.code),
        (Some(0), Some(0)),
        "{stub:#?} {native:#?}"
    );
    assert!(native.out.lines().count() > 40, "{}", native.out);
    assert_eq!(stub.out, native.out);
}
