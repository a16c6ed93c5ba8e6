//! One run per machine and installation: a file lock that dies with its process.

use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::PathBuf;

/// The held lock; given back when dropped or when the process ends, however it ends.
#[derive(Debug)]
pub struct RunLock(#[allow(dead_code, reason = "held for its drop")] File);

/// Where the lock of the installation at `root` lies.
pub fn path(root: &str) -> PathBuf {
    let digest = Sha256::digest(root.as_bytes());
    let name: String = digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    std::env::temp_dir().join(format!("puq_proxmox_kvm-{name}.lock"))
}

/// Takes the lock; `None` when another run holds it.
///
/// # Errors
/// When the file cannot be opened: typically it belongs to another system user, who ran the cron before.
pub fn take(root: &str) -> io::Result<Option<RunLock>> {
    let path = path(root);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        // The file of another system user may still be read, and a lock needs no more (WHMCS's hook and a root crontab).
        .or_else(|refused| File::open(&path).map_err(|_| refused))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(RunLock(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_taker_is_turned_away_until_the_first_lets_go() {
        let root = format!("/srv/whmcs-{}", std::process::id());
        let held = take(&root).unwrap();
        assert!(held.is_some());
        assert!(take(&root).unwrap().is_none());
        drop(held);
        assert!(take(&root).unwrap().is_some());
        std::fs::remove_file(path(&root)).unwrap();
    }
}
