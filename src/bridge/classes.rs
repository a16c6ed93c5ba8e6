//! The exception classes, registered when PHP loads the extension.

// The engine hands class entries out as raw pointers and exports the parent class as a C variable.
#![allow(unsafe_code)]

use ext_php_rs::args::ArgInfoTables;
use ext_php_rs::builders::ClassBuilder;
use ext_php_rs::error::Result as PhpResult;
use ext_php_rs::zend::{ClassEntry, ce};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

unsafe extern "C" {
    /// `RuntimeException`'s class entry. Looking a class up by name fails this early: the executor is not up yet.
    static spl_ce_RuntimeException: *const ClassEntry;
}

// Weak: tools and tests that link this crate without an engine still load.
std::arch::global_asm!(".weak spl_ce_RuntimeException");

/// The classes of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// `Error`, the parent of the others.
    Error,
    /// `ConfigError`: a product, server or setting is wrong.
    Config,
    /// `ClusterError`: Proxmox did not do as asked.
    Cluster,
    /// `HostError`: a call into PHP failed.
    Host,
    /// `Busy`: the service is at work already.
    Busy,
}

/// Written by each start of the module. Apache starts it anew on a graceful restart, in the same process and with the
/// old code still mapped: the first start's entries are gone by then.
static CLASSES: [AtomicPtr<ClassEntry>; 5] = [const { AtomicPtr::new(ptr::null_mut()) }; 5];

impl Fault {
    /// The class entry; PHP's own `Error` where registration did not happen.
    pub(super) fn class(self) -> &'static ClassEntry {
        let class = CLASSES[self as usize].load(Ordering::Relaxed);
        // SAFETY: null, or registered by this start of the module; the engine keeps it until the module ends.
        unsafe { class.as_ref() }.unwrap_or_else(|| ce::error())
    }
}

fn runtime_exception() -> &'static ClassEntry {
    // SAFETY: set by SPL's start, which the engine runs before any shared extension's.
    unsafe { spl_ce_RuntimeException.as_ref() }.unwrap_or_else(|| ce::exception())
}

fn error() -> &'static ClassEntry {
    Fault::Error.class()
}

/// Registers all classes.
///
/// Plain builders and no `#[php_class]`: so `new`, inherited constructors, `getPrevious()` and subclassing work as with a class
/// written in PHP.
pub(super) fn register() -> PhpResult<()> {
    macro_rules! class {
        ($name:literal, $fault:ident, $parent:path, $stub:literal) => {
            ClassBuilder::new(concat!("Puq\\ProxmoxKvm\\", $name))
                .extends(($parent, $stub))
                .registration(|class: &'static mut ClassEntry, tables: ArgInfoTables| {
                    CLASSES[Fault::$fault as usize].store(class, Ordering::Relaxed);
                    // The engine keeps pointers into the tables for the life of the process.
                    std::mem::forget(tables);
                })
                .register()
        };
    }
    class!("Error", Error, runtime_exception, "\\RuntimeException")?;
    class!("ConfigError", Config, error, "\\Puq\\ProxmoxKvm\\Error")?;
    class!("ClusterError", Cluster, error, "\\Puq\\ProxmoxKvm\\Error")?;
    class!("HostError", Host, error, "\\Puq\\ProxmoxKvm\\Error")?;
    class!("Busy", Busy, error, "\\Puq\\ProxmoxKvm\\Error")
}
