//! The cron: the task list as data; due, lock, run, record.
//!
//! [`main`] is `cron.php`, [`hook`] is WHMCS's own cron. Both run the same [`Tick`]; only the time they have differs.

mod backup_slots;
mod backups;
mod census_at_rest;
mod future_times;
mod idle_vms;
mod machines;
pub mod options;
mod overdue_dns;
mod overview;
pub mod problems;
pub mod run_lock;
mod snapshots;
mod statistics;
mod suspended;
mod task_context;
mod tick;
mod traffic;

use crate::report;
use crate::site::Site;
use crate::store::setting::{self, Settings};
use crate::store::{self, StoreError, lease, task};
use futures_util::future::LocalBoxFuture;
use options::{Command, Selection};
use std::cell::Cell;
use std::time::Duration;
use tokio::time::Instant;

pub use tick::{Applies, TaskReport, Tick};

/// What a task's run looks like.
pub type TaskFn =
    for<'t, 'a> fn(&'t Tick<'a>) -> LocalBoxFuture<'t, Result<TaskReport, StoreError>>;
/// Whether a task makes sense on this installation.
pub type AppliesFn =
    for<'t, 'a> fn(&'t Tick<'a>) -> LocalBoxFuture<'t, Result<Applies, StoreError>>;

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
    task(task::MACHINES, always, machines::process),
    task(task::OLD_SNAPSHOTS, always, snapshots::remove_old),
    task(task::RESTORES, always, machines::restore),
    task(task::BACKUPS, always, backups::watch),
    task(task::SCHEDULED_BACKUPS, always, backups::scheduled),
    task(
        task::SCHEDULED_SNAPSHOTS,
        snapshots::applies,
        snapshots::scheduled,
    ),
    task(task::STATISTICS, always, statistics::collect),
];

const fn task(about: task::About, applies: AppliesFn, run: TaskFn) -> Task {
    let task::About {
        key,
        label,
        minutes,
    } = about;
    Task {
        key,
        label,
        minutes,
        applies,
        run,
    }
}

fn always<'t>(_: &'t Tick<'_>) -> LocalBoxFuture<'t, Result<Applies, StoreError>> {
    Box::pin(async { Ok(Applies::Yes) })
}

/// A run inside WHMCS's cron stops itself after this: WHMCS has work of its own.
const HOOK_TIME: Duration = Duration::from_secs(240);
/// Where the setting *Lock Timeout* is no number.
const LOCK_TIMEOUT_S: u64 = 600;

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
    /// The clocks of this machine and of the database differ by more than [`super::problems::CLOCKS_APART_S`].
    pub const CLOCK: i64 = 78;
}

/// `cron.php`: `argv` with the script's name first. Returns the exit status.
///
/// # Errors
/// When the database fails.
pub async fn main(site: &Site, argv: &[String]) -> Result<i64, StoreError> {
    let keys: Vec<&str> = TASKS.iter().map(|task| task.key).collect();
    let about = site.about().await?;
    match options::parse(argv.get(1..).unwrap_or_default(), &keys) {
        Err(usage) => {
            site.host.write(format!("{usage}\n")).await?;
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
            let text = overview::list(site, about, TASKS).await?;
            site.host.write(text).await?;
            Ok(status::DONE)
        }
        Ok(Command::ClearLocks) => {
            let text = overview::clear_locks(site).await?;
            site.host.write(text).await?;
            Ok(status::DONE)
        }
        Ok(Command::Run(selection)) => {
            let settings = setting::all(&site.host).await?;
            let seconds = settings.number("lock_timeout", LOCK_TIMEOUT_S);
            let time = Duration::from_secs(seconds.max(30));
            run(site, about, &selection, settings, time, false).await
        }
    }
}

/// WHMCS's own cron, where the settings say so; it prints nothing. Returns an exit status like [`main`].
///
/// # Errors
/// When the database fails.
pub async fn hook(site: &Site) -> Result<i64, StoreError> {
    let settings = setting::all(&site.host).await?;
    if settings.get("cron_mode") != Some("hook") {
        return Ok(status::DONE);
    }
    let about = site.about().await?;
    let selection = Selection::default();
    run(site, about, &selection, settings, HOOK_TIME, true).await
}

async fn run(
    site: &Site,
    about: &crate::host::Description,
    selection: &Selection,
    settings: Settings,
    time: Duration,
    quiet: bool,
) -> Result<i64, StoreError> {
    store::catch_up(&site.host, about.driver, &settings, site.now()).await?;
    if let Some(sentence) = problems::clocks(site, &settings).await? {
        refuse(site, about, quiet, &sentence).await?;
        return Ok(status::CLOCK);
    }
    let _lock = match run_lock::take(&about.root) {
        _ if selection.no_lock => None,
        Ok(None) => {
            problems::locked_out(site, &settings).await?;
            refuse(site, about, quiet, "another run holds the lock").await?;
            return Ok(status::LOCKED);
        }
        taken => {
            problems::let_in(site, &settings, taken.as_ref().err()).await?;
            // Without a lock it still runs: leases keep two runs from one VM, and nobody shall be able to stop the cron.
            taken.ok().flatten()
        }
    };
    let tick = Tick {
        site,
        about,
        zone: about.zone(),
        holder: site.process.holder(&site.random.token()[..8]),
        until: Instant::now() + time,
        quiet,
        selection,
        settings,
        leased: Cell::default(),
        heard: Default::default(),
    };
    problems::forget_unreadable(site, &tick.settings).await?;
    let failed = tick.run(TASKS).await?;
    if tick.leased.get() {
        lease::release_all(&site.host, &tick.holder).await?;
    }
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
) -> Result<(), StoreError> {
    if !quiet {
        let stamp = report::stamp(&site.clock.now().with_timezone(&about.zone()));
        let text = format!("{stamp} PUQ Proxmox KVM Cron: {why}\n");
        site.host.write(text).await?;
    }
    Ok(())
}
