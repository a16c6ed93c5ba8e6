//! The cron: the task list as data; due, lock, run, record.
//!
//! [`main`] is `cron.php`, [`hook`] is WHMCS's own cron. Both run the same [`Tick`]; only the time they have differs.

mod backups;
pub mod lock;
mod machines;
mod names;
pub mod options;
mod overview;
mod rest;
mod snapshots;
mod statistics;
mod suspended;
mod tick;
mod times;
mod traffic;
pub mod trouble;
mod turns;
mod visit;

use crate::host::HostError;
use crate::report;
use crate::site::Site;
use crate::store::{self, StoreError, lease, setting};
use futures_util::future::LocalBoxFuture;
use options::{Command, Selection};
use std::time::Duration;
use thiserror::Error;
use tokio::time::Instant;

pub use tick::{Applies, TaskReport, Tick};

/// What a task's run looks like.
pub type TaskFn = for<'t, 'a> fn(&'t Tick<'a>) -> LocalBoxFuture<'t, Result<TaskReport, CronError>>;
/// Whether a task makes sense on this installation.
pub type AppliesFn = for<'t, 'a> fn(&'t Tick<'a>) -> LocalBoxFuture<'t, Result<Applies, CronError>>;

/// One task of the cron.
#[derive(Clone, Copy)]
pub struct Task {
    /// Its key, as in `--task=`.
    pub key: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// Minutes between runs where the admin set nothing.
    pub minutes: u64,
    /// Whether it runs at all here.
    pub applies: AppliesFn,
    /// What it does.
    pub run: TaskFn,
}

/// All tasks, in the order they run.
pub const TASKS: &[Task] = &[
    Task {
        key: "processVirtualMachines",
        label: "Process Virtual Machines",
        minutes: 1,
        applies: always,
        run: machines::process,
    },
    Task {
        key: "removeOldSnapshots",
        label: "Remove Old Snapshots",
        minutes: 5,
        applies: always,
        run: snapshots::remove_old,
    },
    Task {
        key: "restoreBackupStatus",
        label: "Restore Backup Status",
        minutes: 1,
        applies: always,
        run: machines::restore,
    },
    Task {
        key: "nowBackupStatus",
        label: "Now Backup Status",
        minutes: 1,
        applies: always,
        run: backups::watch,
    },
    Task {
        key: "scheduleBackup",
        label: "Schedule Backup",
        minutes: 5,
        applies: always,
        run: backups::scheduled,
    },
    Task {
        key: "scheduleSnapshot",
        label: "Schedule Snapshot",
        minutes: 5,
        applies: snapshots::applies,
        run: snapshots::scheduled,
    },
    Task {
        key: "collectingStatistics",
        label: "Collecting Statistics",
        minutes: 60,
        applies: always,
        run: statistics::collect,
    },
];

fn always<'t>(_: &'t Tick<'_>) -> LocalBoxFuture<'t, Result<Applies, CronError>> {
    Box::pin(async { Ok(Applies::Yes) })
}

/// A run inside WHMCS's cron stops itself after this: WHMCS has work of its own.
const HOOK_TIME: Duration = Duration::from_secs(240);
/// Where the setting *Lock Timeout* is no number.
const LOCK_TIMEOUT: u64 = 600;

/// How a run fails as a whole.
#[derive(Debug, Error)]
pub enum CronError {
    /// The host failed.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Exit statuses of `cron.php`, after sysexits.h where there is one.
pub mod status {
    /// All done.
    pub const DONE: i64 = 0;
    /// A task had errors.
    pub const ERRORS: i64 = 1;
    /// An argument was not understood.
    pub const USAGE: i64 = 64;
    /// Another run holds the lock.
    pub const LOCKED: i64 = 75;
    /// The clocks of this machine and of the database differ by more than [`super::trouble::APART`].
    pub const CLOCK: i64 = 78;
}

/// `cron.php`: `argv` with the script's name first. Returns the exit status.
///
/// # Errors
/// When the database fails.
pub async fn main(site: &Site, argv: &[String]) -> Result<i64, CronError> {
    let keys: Vec<&str> = TASKS.iter().map(|task| task.key).collect();
    let about = site.host.describe().await?;
    match options::parse(argv.get(1..).unwrap_or_default(), &keys) {
        Err(error) => {
            site.host.write(format!("{error}\n")).await?;
            Ok(status::USAGE)
        }
        Ok(Command::Help) => {
            let tasks: Vec<_> = TASKS
                .iter()
                .map(|task| (task.key, task.label, task.minutes))
                .collect();
            site.host.write(options::help(&tasks)).await?;
            Ok(status::DONE)
        }
        Ok(Command::List) => {
            let text = overview::list(site, &about, TASKS).await?;
            site.host.write(text).await?;
            Ok(status::DONE)
        }
        Ok(Command::ClearLocks) => {
            let text = overview::clear_locks(site).await?;
            site.host.write(text).await?;
            Ok(status::DONE)
        }
        Ok(Command::Run(selection)) => {
            store::catch_up(&site.host, about.driver, site.now()).await?;
            let seconds = setting::number(&site.host, "lock_timeout", LOCK_TIMEOUT).await?;
            run(
                site,
                &about,
                &selection,
                Duration::from_secs(seconds.max(30)),
                false,
            )
            .await
        }
    }
}

/// WHMCS's own cron, where the settings say so; it prints nothing. Returns an exit status like [`main`].
///
/// # Errors
/// When the database fails.
pub async fn hook(site: &Site) -> Result<i64, CronError> {
    if setting::get(&site.host, "cron_mode").await?.as_deref() != Some("hook") {
        return Ok(status::DONE);
    }
    let about = site.host.describe().await?;
    store::catch_up(&site.host, about.driver, site.now()).await?;
    run(site, &about, &Selection::default(), HOOK_TIME, true).await
}

async fn run(
    site: &Site,
    about: &crate::host::Description,
    selection: &Selection,
    time: Duration,
    quiet: bool,
) -> Result<i64, CronError> {
    if let Some(sentence) = trouble::clocks(site).await? {
        refuse(site, about, quiet, &sentence).await?;
        return Ok(status::CLOCK);
    }
    let _lock = match lock::take(&about.root) {
        _ if selection.no_lock => None,
        Ok(None) => {
            trouble::locked_out(site).await?;
            refuse(site, about, quiet, "another run holds the lock").await?;
            return Ok(status::LOCKED);
        }
        taken => {
            trouble::let_in(site, taken.as_ref().err()).await?;
            // Without a lock it still runs: leases keep two runs from one VM, and nobody shall be able to stop the cron.
            taken.ok().flatten()
        }
    };
    let tick = Tick {
        site,
        about,
        zone: about.zone(),
        holder: site.process.holder(&site.chance.token()[..8]),
        until: Instant::now() + time,
        quiet,
        selection,
    };
    let failed = tick.run(TASKS).await?;
    lease::release_all(&site.host, &tick.holder).await?;
    Ok(if failed > 0 {
        status::ERRORS
    } else {
        status::DONE
    })
}

/// Says why nothing is run.
async fn refuse(
    site: &Site,
    about: &crate::host::Description,
    quiet: bool,
    why: &str,
) -> Result<(), CronError> {
    if !quiet {
        let stamp = report::stamp(&site.clock.now().with_timezone(&about.zone()));
        let text = format!("{stamp} PUQ Proxmox KVM Cron: {why}\n");
        site.host.write(text).await?;
    }
    Ok(())
}
