//! One run per machine and installation: a file lock that dies with its process.
//!
//! The file lies in a directory that only one user can enter, for whoever can open a file can hold its lock, and with it
//! the cron. Inside the installation, since a crontab and a web server need not see the same `/tmp`.

use crate::files;
use sha2::{Digest, Sha256};
use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The held lock; given back when dropped or when the process ends, however it ends.
#[derive(Debug)]
pub struct RunLock(#[allow(dead_code, reason = "held for its drop")] File);

/// The name of the directory, in whichever of the places it is.
const DIRECTORY: &str = ".puq_proxmox_kvm";
/// Where the installation at a root may have it: beside the addon's files, or where WHMCS itself has to write.
const PLACES: [&str; 2] = ["modules/addons/puq_proxmox_kvm", "templates_c"];

/// Takes the lock of the installation at `root`; `None` when another run holds it.
///
/// # Errors
/// When there is no place for its file.
pub fn take(root: &str) -> io::Result<Option<RunLock>> {
    let path = path(root)?;
    let file = files::lock_file(&path)?;
    files::share_with_owner(&file, &path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(RunLock(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Where the lock's file is: in the first directory that can be used, and first where the web server's user is at home: a
/// place that is not root's. The order is the same whoever asks, since each may be able to write where the other is, root
/// everywhere, the web server in a directory of root's that its group may write: they meet only at the first place.
///
/// # Errors
/// When none can.
pub fn path(root: &str) -> io::Result<PathBuf> {
    let own = files::own_user()?;
    let mut places: Vec<(u32, PathBuf)> = PLACES
        .iter()
        .map(|place| Path::new(root).join(place))
        .filter_map(|place| {
            let found = fs::symlink_metadata(&place).ok()?;
            found.is_dir().then_some((found.uid(), place))
        })
        .collect();
    places.sort_by_key(|(owner, _)| *owner == 0);
    for (_, place) in &places {
        let directory = place.join(DIRECTORY);
        if files::private_directory(&directory).is_ok() {
            return Ok(directory.join("run.lock"));
        }
    }
    let digest = Sha256::digest(root.as_bytes());
    let name: String = digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let directory = std::env::temp_dir().join(format!("puq_proxmox_kvm-{own}-{name}"));
    files::private_directory(&directory)?;
    Ok(directory.join("run.lock"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn installation() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join(PLACES[0])).unwrap();
        fs::create_dir_all(root.path().join(PLACES[1])).unwrap();
        root
    }

    #[test]
    fn the_second_taker_is_turned_away_until_the_first_lets_go() {
        let root = installation();
        let root = root.path().to_str().unwrap();
        let held = take(root).unwrap();
        assert!(held.is_some());
        assert!(take(root).unwrap().is_none());
        drop(held);
        assert!(take(root).unwrap().is_some());
        let path = path(root).unwrap();
        assert!(
            path.starts_with(Path::new(root).join(PLACES[0])),
            "{path:?}"
        );
        let directory = fs::metadata(path.parent().unwrap()).unwrap();
        assert_eq!(directory.mode() & 0o777, 0o700);
    }

    #[test]
    fn a_place_that_others_can_enter_or_that_leads_elsewhere_is_passed_over() {
        let root = installation();
        let at = |place: &str| root.path().join(place).join(DIRECTORY);
        let text = root.path().to_str().unwrap();
        fs::create_dir(at(PLACES[0])).unwrap();
        fs::set_permissions(at(PLACES[0]), fs::Permissions::from_mode(0o777)).unwrap();
        assert!(path(text).unwrap().starts_with(at(PLACES[1])));
        let elsewhere = tempfile::tempdir().unwrap();
        fs::remove_dir(at(PLACES[1])).unwrap();
        symlink(elsewhere.path(), at(PLACES[1])).unwrap();
        let taken = take(text).unwrap();
        assert!(taken.is_some());
        let path = path(text).unwrap();
        assert!(path.starts_with(std::env::temp_dir()), "{path:?}");
        assert!(fs::read_dir(elsewhere.path()).unwrap().next().is_none());
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn a_planted_lock_file_is_not_opened() {
        let root = installation();
        let directory = root.path().join(PLACES[0]).join(DIRECTORY);
        files::private_directory(&directory).unwrap();
        let victim = root.path().join("victim");
        fs::write(&victim, "secret").unwrap();
        symlink(&victim, directory.join("run.lock")).unwrap();
        assert!(take(root.path().to_str().unwrap()).is_err());
        assert_eq!(fs::read_to_string(&victim).unwrap(), "secret");
    }
}
