//! Records in a master file on this machine's disk, as BIND and NSD read it.
//!
//! The file is edited under a lock, its serial raised, and the new text put in place in one step, so a name server never
//! reads half a file. Telling the name server is its own affair (BIND: `rndc reload`, or a timer). The zone must not be a
//! dynamic one: a name server with a journal owns its file.

pub mod master;
pub mod token;

use super::provider::Answer;
use super::{Provider, ProviderError, RecordKind, RecordSet, ZoneName};
use crate::files;
use crate::model::{FieldError, chain, lenient, say};
use futures_util::FutureExt;
use master::MasterFile;
use serde_json::Value;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often the lock is asked for, and for how long: an edit takes milliseconds, so whoever holds it longer hangs.
const LOCK_PAUSE: Duration = Duration::from_millis(50);
const LOCK_TRIES: u32 = 200;
/// Bytes of a master file at most: all the reverse names of a /16 are four million.
const LONGEST: u64 = 32 << 20;

/// One zone's master file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneFile {
    path: PathBuf,
}

impl ZoneFile {
    /// The file at this path, which must exist when it is used.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// A zone's stored settings, `{"path": "/etc/bind/db.example.com"}`. Error: the path is absent or not absolute; a
    /// relative one would mean another file for a page and for the cron.
    pub fn from_settings(settings: &str) -> Result<Self, FieldError> {
        let wrong = || FieldError::new("path", say::zonefile_path());
        let settings: Value = serde_json::from_str(settings).map_err(|_| wrong())?;
        let path = lenient::text_of(&settings, "path");
        let path = path.trim();
        if !path.starts_with('/') || path.chars().any(char::is_control) {
            return Err(wrong());
        }
        Ok(Self::new(path))
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads, changes and writes the file under its lock. `change` says whether it changed anything.
    async fn edit(
        &self,
        zone: &ZoneName,
        change: impl FnOnce(&mut MasterFile) -> Result<bool, token::MasterError>,
    ) -> Result<(), ProviderError> {
        // The name may be a link; the file it leads to is the one to replace.
        let path = files::resolved(&self.path).map_err(|error| self.unreachable(&error))?;
        let lock = self.lock(&path).await?;
        let mut file = self.read(zone, &path)?;
        let changed = change(&mut file).map_err(|error| self.refused(&error))?;
        if changed {
            file.bump().map_err(|error| self.refused(&error))?;
            files::replace(&path, &file.text()).map_err(|error| self.unreachable(&error))?;
        }
        drop(lock);
        Ok(())
    }

    fn read(&self, zone: &ZoneName, path: &Path) -> Result<MasterFile, ProviderError> {
        let text = files::text(path, LONGEST).map_err(|error| self.unreachable(&error))?;
        MasterFile::parse(zone, &text).map_err(|error| self.refused(&error))
    }

    /// A lock of a file beside it: the file itself is another one after each edit. It ends with this process.
    async fn lock(&self, path: &Path) -> Result<File, ProviderError> {
        let lock = files::beside(path, "lock");
        let at_lock =
            |error| ProviderError::Unreachable(format!("{}: {}", lock.display(), chain(&error)));
        let file = files::lock_file(&lock).map_err(at_lock)?;
        for _ in 0..LOCK_TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => tokio::time::sleep(LOCK_PAUSE).await,
                Err(TryLockError::Error(error)) => return Err(at_lock(error)),
            }
        }
        Err(ProviderError::Unreachable(format!(
            "{} is locked by another process",
            lock.display()
        )))
    }

    fn unreachable(&self, error: &io::Error) -> ProviderError {
        ProviderError::Unreachable(format!("{}: {}", self.path.display(), chain(error)))
    }

    fn refused(&self, error: &token::MasterError) -> ProviderError {
        ProviderError::Refused(format!("{}: {}", self.path.display(), chain(error)))
    }
}

impl Provider for ZoneFile {
    fn kind(&self) -> &'static str {
        "zonefile"
    }

    fn location(&self) -> String {
        "this machine".to_owned()
    }

    fn fails_as_one(&self) -> bool {
        false
    }

    fn upsert<'a>(&'a self, zone: &'a ZoneName, set: &'a RecordSet) -> Answer<'a, ()> {
        self.edit(zone, move |file| file.set(set)).boxed_local()
    }

    fn delete<'a>(&'a self, zone: &'a ZoneName, name: &'a str, kind: RecordKind) -> Answer<'a, ()> {
        self.edit(zone, move |file| Ok(file.remove(name, kind.as_str())))
            .boxed_local()
    }

    fn test<'a>(&'a self, zone: &'a ZoneName) -> Answer<'a, String> {
        async move {
            let path = files::resolved(&self.path).map_err(|error| self.unreachable(&error))?;
            let file = self.read(zone, &path)?;
            // Taking the lock tells whether this process may write beside the file, which an edit has to.
            drop(self.lock(&path).await?);
            Ok(format!("serial {}", file.serial().unwrap_or_default()))
        }
        .boxed_local()
    }
}
