//! Files that are written: opened so that no link is followed and no file of somebody else is taken over.
//!
//! The cron often runs as root, in directories where others may write: a name server's user in its own zones' directory,
//! everybody in `/tmp`. Whatever stands there under the name we are about to open may have been put there for us. So
//! nothing else in the crate opens a file for writing.

use crate::model::Random;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{
    DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown, fchown,
};
use std::path::{Path, PathBuf};

/// The superuser.
const ROOT: u32 = 0;
/// What others may do in a directory or with a file.
const OTHERS: u32 = 0o077;

/// Opens a file for a lock, and makes it where there is none: an empty one, which nothing is ever written to.
///
/// # Errors
/// When it cannot be opened, or what stands there is no plain file with this one name.
pub fn lock_file(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(path)?;
    plain(&file.metadata()?, path)?;
    Ok(file)
}

/// A plain file that has no other name: else writing to it would write to a file somewhere else.
fn plain(found: &Metadata, path: &Path) -> io::Result<()> {
    if found.is_file() && found.nlink() == 1 {
        return Ok(());
    }
    Err(refused(path, "is no plain file, or has a second name"))
}

fn refused(path: &Path, what: &str) -> io::Error {
    let text = format!("{} {what}", path.display());
    io::Error::new(io::ErrorKind::PermissionDenied, text)
}

/// Where a path that an admin entered leads. A link is followed if root or this process's user made it, or who owns the
/// file it leads to: nobody else may choose what is read and replaced here.
///
/// # Errors
/// When there is nothing, or something that is no plain file, or such a link.
pub fn resolved(path: &Path) -> io::Result<PathBuf> {
    let link = fs::symlink_metadata(path)?;
    let real = fs::canonicalize(path)?;
    let found = fs::symlink_metadata(&real)?;
    plain(&found, &real)?;
    let makers = [ROOT, own_user()?, found.uid()];
    if link.is_symlink() && !makers.contains(&link.uid()) {
        return Err(refused(
            path,
            "is a link that another user made; it is not followed",
        ));
    }
    Ok(real)
}

/// The text of a plain file, of at most so many bytes. What stands there is looked at once it is open: a name that was
/// just looked at may lead to a pipe by now, which nobody would ever write to, or to a device without an end.
///
/// # Errors
/// When it cannot be read, is no plain file with this one name, is longer, or is no UTF-8.
pub fn text(path: &Path, most: u64) -> io::Result<String> {
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(path)?;
    let found = file.metadata()?;
    plain(&found, path)?;
    let mut text = String::new();
    let read = match found.len() > most {
        true => found.len(),
        false => file.take(most + 1).read_to_string(&mut text)? as u64,
    };
    match read > most {
        true => Err(refused(path, &format!("is longer than {} MiB", most >> 20))),
        false => Ok(text),
    }
}

/// Puts a new text in a file's place in one step, with the old one's mode and, where this process may, its owner. Whoever
/// else replaces the same file waits for a lock that the caller holds.
///
/// # Errors
/// When the directory cannot be written, or the disk is full: then the old text stays.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let old = fs::symlink_metadata(path)?;
    plain(&old, path)?;
    discard_left_over(path);
    let fresh = beside(path, &format!("{}.new", Random::from_system().token()));
    let written = write(&fresh, text, &old).and_then(|()| fs::rename(&fresh, path));
    if written.is_err() {
        // What is left of a full disk must not stay; that removing it fails as well changes nothing.
        drop(fs::remove_file(&fresh));
    }
    written?;
    // The new name is safe once its directory is.
    path.parent()
        .map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}

/// The file is new, or this fails: whatever stands there already is neither followed nor opened.
fn write(fresh: &Path, text: &str, old: &Metadata) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .custom_flags(libc::O_NOFOLLOW)
        .open(fresh)?;
    plain(&file.metadata()?, fresh)?;
    file.write_all(text.as_bytes())?;
    if let Err(error) = fchown(&file, Some(old.uid()), Some(old.gid()))
        && error.kind() != io::ErrorKind::PermissionDenied
    {
        return Err(error);
    }
    // After the owner: a change of owner takes bits away.
    file.set_permissions(Permissions::from_mode(old.mode() & 0o777))?;
    file.sync_all()
}

/// A hidden name beside a file: name servers that load whole directories pass over these.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".");
    name.push(suffix);
    path.with_file_name(name)
}

/// What a process that was killed left of an earlier replacement. Only the name is removed, wherever it leads.
fn discard_left_over(path: &Path) {
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return;
    };
    let begin = format!(".{}.", name.to_string_lossy());
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let rest = name.strip_prefix(&begin);
        let token = rest.and_then(|rest| rest.strip_suffix(".new"));
        let ours = |token: &str| token.len() == 32 && token.bytes().all(|b| b.is_ascii_hexdigit());
        if token.is_some_and(ours) {
            // A name that stays does no harm: the next one is another.
            drop(fs::remove_file(entry.path()));
        }
    }
}

/// A directory that nobody but its owner can enter, made where there is none. Made by root, it belongs to who owns the
/// directory it is in, so that root's cron and the web server's own meet there.
///
/// # Errors
/// When it cannot be made, or what stands there may be entered by others or is another user's.
pub fn private_directory(path: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => {
            let parent = path
                .parent()
                .map_or_else(|| Ok(None), |at| at.metadata().map(Some))?;
            if let (ROOT, Some(parent)) = (own_user()?, parent) {
                chown(path, Some(parent.uid()), Some(parent.gid()))?;
            }
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    let found = fs::symlink_metadata(path)?;
    let own = own_user()?;
    if !found.is_dir() || found.mode() & OTHERS != 0 {
        return Err(refused(path, "is no directory of mode 0700"));
    }
    if own != ROOT && found.uid() != own {
        return Err(refused(path, "belongs to another user"));
    }
    Ok(())
}

/// Gives a file that root made to who owns its directory, so that this user can open it too.
///
/// # Errors
/// When the directory or the owner cannot be read or changed.
pub fn share_with_owner(file: &File, path: &Path) -> io::Result<()> {
    if own_user()? != ROOT {
        return Ok(());
    }
    match path.parent() {
        Some(parent) => {
            let owner = parent.metadata()?;
            fchown(file, Some(owner.uid()), Some(owner.gid()))
        }
        None => Ok(()),
    }
}

/// The user this process acts as: the kernel gives its entry in `/proc` to that user.
///
/// # Errors
/// When there is no `/proc`.
pub fn own_user() -> io::Result<u32> {
    Ok(fs::metadata("/proc/self/stat")?.uid())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn planted_names_are_neither_followed_nor_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("zone"), "old").unwrap();
        fs::write(at("victim"), "secret").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
        fs::set_permissions(at("victim"), Permissions::from_mode(0o600)).unwrap();
        for planted in [".zone.new", ".zone.lock", ".zone.0123.new"] {
            symlink(at("victim"), at(planted)).unwrap();
        }
        assert!(lock_file(&at(".zone.lock")).is_err());
        replace(&at("zone"), "new").unwrap();
        assert_eq!(fs::read_to_string(at("zone")).unwrap(), "new");
        assert_eq!(fs::read_to_string(at("victim")).unwrap(), "secret");
        assert_eq!(mode(&at("victim")), 0o600);
        // A second name of another file, a pipe, a directory.
        fs::remove_file(at(".zone.lock")).unwrap();
        fs::hard_link(at("victim"), at(".zone.lock")).unwrap();
        assert!(lock_file(&at(".zone.lock")).is_err());
        fs::create_dir(at("dir")).unwrap();
        assert!(lock_file(&at("dir")).is_err() && replace(&at("dir"), "x").is_err());
        fs::hard_link(at("victim"), at("twin")).unwrap();
        assert!(replace(&at("twin"), "x").is_err() && resolved(&at("twin")).is_err());
        fs::remove_file(at("twin")).unwrap();
        fs::remove_file(at(".zone.lock")).unwrap();
        symlink(at("zone"), at("link")).unwrap();
        assert_eq!(
            resolved(&at("link")).unwrap(),
            fs::canonicalize(at("zone")).unwrap()
        );
        assert!(
            replace(&at("link"), "x").is_err(),
            "it is not the file itself"
        );
    }

    #[test]
    fn a_link_of_a_stranger_to_anothers_file_is_not_followed() {
        // Needs two users, and who may make files of others: root.
        if own_user().unwrap() != ROOT {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let (zone, secret) = (folder.path().join("zone"), folder.path().join("secret"));
        fs::write(&secret, "secret").unwrap();
        symlink(&secret, &zone).unwrap();
        assert!(resolved(&zone).is_ok(), "root's own link");
        std::os::unix::fs::lchown(&zone, Some(65_534), None).unwrap();
        assert!(resolved(&zone).is_err(), "nobody's link to root's file");
        chown(&secret, Some(65_534), None).unwrap();
        assert!(resolved(&zone).is_ok(), "nobody's link to nobody's file");
    }

    #[test]
    fn a_text_is_read_from_a_plain_file_within_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("zone"), "four").unwrap();
        assert_eq!(text(&at("zone"), 4).unwrap(), "four");
        assert!(text(&at("zone"), 3).is_err());
        // It takes no room on the disk, and would take all of the memory.
        let sparse = File::create(at("sparse")).unwrap();
        sparse.set_len(1 << 40).unwrap();
        let why = text(&at("sparse"), 1 << 20).unwrap_err().to_string();
        assert!(why.ends_with("is longer than 1 MiB"), "{why}");
        fs::write(at("odd"), [0xff, 0xfe]).unwrap();
        assert!(text(&at("odd"), 9).is_err());
        let made = std::process::Command::new("mkfifo")
            .arg(at("pipe"))
            .status();
        assert!(made.unwrap().success());
        symlink(at("zone"), at("link")).unwrap();
        fs::hard_link(at("odd"), at("twin")).unwrap();
        for no_file in ["pipe", "link", "twin", "."] {
            assert!(text(&at(no_file), 9).is_err(), "{no_file}");
        }
    }

    #[test]
    fn a_private_directory_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("locks");
        private_directory(&at).unwrap();
        private_directory(&at).unwrap();
        assert_eq!(fs::metadata(&at).unwrap().mode() & 0o777, 0o700);
        fs::set_permissions(&at, Permissions::from_mode(0o755)).unwrap();
        assert!(private_directory(&at).is_err(), "others can enter it");
        let link = folder.path().join("link");
        fs::set_permissions(&at, Permissions::from_mode(0o700)).unwrap();
        symlink(&at, &link).unwrap();
        assert!(private_directory(&link).is_err(), "it is a link");
        if own_user().unwrap() == ROOT {
            let web = folder.path().join("web");
            fs::create_dir(&web).unwrap();
            chown(&web, Some(65_534), Some(65_534)).unwrap();
            private_directory(&web.join("locks")).unwrap();
            let made = fs::metadata(web.join("locks")).unwrap();
            assert_eq!((made.uid(), made.mode() & 0o777), (65_534, 0o700));
        }
    }
}
