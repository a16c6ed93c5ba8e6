//! The extension's table in `phpinfo()`.

use ext_php_rs::zend::ModuleEntry;
use ext_php_rs::{info_table_end, info_table_header, info_table_row, info_table_start};

/// The PHP headers this file was built against.
const BUILT_FOR: &str = env!("PUQ_BUILT_FOR_PHP");

/// Prints the table.
pub(super) extern "C" fn print(_module: *mut ModuleEntry) {
    // The engine calls this directly: a panic may not leave it.
    let _ = std::panic::catch_unwind(|| {
        info_table_start!();
        info_table_header!("PUQ Proxmox KVM", "enabled");
        info_table_row!("Version", env!("CARGO_PKG_VERSION"));
        info_table_row!("Built for PHP", BUILT_FOR);
        info_table_row!(
            "TLS",
            "rustls with ring; system roots, own CA or pinned fingerprint"
        );
        info_table_row!(
            "Profile",
            if cfg!(debug_assertions) {
                "debug"
            } else {
                "release"
            }
        );
        if cfg!(feature = "selftest") {
            info_table_row!("Self-test functions", "present: not for production");
        }
        info_table_end!();
    });
}
