//! One run of the cron: the tasks that are due, in order, each announced, run and summed up.

use super::options::Selection;
use super::{Task, census_at_rest, future_times};
use crate::host::Description;
use crate::report;
use crate::site::Site;
use crate::store::StoreError;
use crate::store::setting::{self, Settings};
use crate::store::task;
use chrono::{DateTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::json;
use std::cell::Cell;
use std::time::Duration;
use tokio::time::Instant;

/// The setting with the unknown time zone that the activity log was told of; empty: it is known.
const ZONE_TOLD: &str = "time_zone_told";

/// What a task did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskReport {
    /// How many things it worked on.
    pub processed: u64,
    /// How many of them failed.
    pub errors: u64,
    /// A line for each that has something to say.
    pub details: Vec<String>,
}

impl TaskReport {
    /// Counts what another part of the same task did.
    pub(super) fn add(&mut self, other: Self) {
        self.processed += other.processed;
        self.errors += other.errors;
        self.details.extend(other.details);
    }
}

/// What the tasks of one run share.
pub struct Tick<'a> {
    /// The WHMCS installation.
    pub site: &'a Site,
    /// Facts about the installation.
    pub about: &'a Description,
    /// WHMCS's time zone: it says what *today* is.
    pub zone: Tz,
    /// The name this run's leases carry.
    pub holder: String,
    /// When the run stops itself.
    pub until: Instant,
    /// Whether nothing is printed: inside WHMCS's own cron each line would become part of a mail to the admin.
    pub quiet: bool,
    /// What the command line asked for.
    pub selection: &'a Selection,
    /// The settings as they were when the run began.
    pub settings: Settings,
    /// Whether the run has taken the lease of any service.
    pub leased: Cell<bool>,
    /// What the run has heard of the clusters.
    pub heard: census_at_rest::Heard,
}

impl Tick<'_> {
    /// The present moment in WHMCS's time zone.
    pub fn local_now(&self) -> DateTime<Tz> {
        self.site.clock.now().with_timezone(&self.zone)
    }

    /// How long the run may go on.
    pub fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    /// Runs what is due of `tasks`. Returns how many tasks had errors.
    ///
    /// # Errors
    /// When the database fails: then nothing else makes sense either.
    pub async fn run(&self, tasks: &[Task]) -> Result<u64, StoreError> {
        let began = Instant::now();
        // Written with the line that follows.
        let mut text = format!(
            "{} PUQ Proxmox KVM Cron Start\n",
            report::stamp(&self.local_now())
        );
        self.tell_of_the_zone(&mut text).await?;
        if let Some(told) = future_times::mend(self).await? {
            let stamp = report::stamp(&self.local_now());
            text.push_str(&format!("{stamp} {told}\n"));
        }
        let rows = task::all(&self.site.host).await?;
        let known = |task: &&Task| rows.iter().any(|row| row.task == task.key);
        for task in tasks.iter().filter(|task| !known(task)) {
            task::ensure(&self.site.host, task.key, task.minutes).await?;
        }
        let (mut failed, mut looks) = (0, false);
        for task in tasks {
            let row = rows.iter().find(|row| row.task == task.key);
            let (minutes, last) =
                row.map_or((task.minutes, None), |row| (row.minutes, row.last_run));
            if !self.wanted(task, minutes, last) || (task.applies)(self).await? == Applies::No {
                continue;
            }
            if self.left().is_zero() {
                break;
            }
            let done = self.run_one(&mut text, task, minutes, last).await?;
            failed += u64::from(done.errors > 0);
            looks |= task.key == task::MACHINES.key;
        }
        if looks {
            census_at_rest::look(self).await?;
        }
        let took = report::seconds(began.elapsed().as_secs_f64());
        text.push_str(&format!(
            "{} PUQ Proxmox KVM Cron End ({took} total)\n",
            report::stamp(&self.local_now())
        ));
        self.write(text).await?;
        Ok(failed)
    }

    /// Runs a task. `text` is printed before anything else.
    async fn run_one(
        &self,
        text: &mut String,
        task: &Task,
        minutes: u64,
        last: Option<i64>,
    ) -> Result<TaskReport, StoreError> {
        let now = self.local_now();
        let last = last
            .and_then(|at| Utc.timestamp_opt(at, 0).single())
            .map(|at| at.with_timezone(&self.zone));
        text.push_str(&report::task_running(
            &now,
            task.key,
            minutes,
            last.as_ref(),
        ));
        self.write(std::mem::take(text)).await?;
        task::began(&self.site.host, task.key, now.timestamp()).await?;
        let began = Instant::now();
        let done = (task.run)(self).await?;
        let now = self.local_now();
        let took = began.elapsed().as_secs_f64();
        let mut told = report::task_done(&now, task.key, took, done.processed, done.errors);
        for detail in &done.details {
            told.push_str(&report::task_detail(&now, detail));
        }
        self.write(told).await?;
        let result = format!("processed: {}, errors: {}", done.processed, done.errors);
        task::ended(&self.site.host, task.key, &result).await?;
        Ok(done)
    }

    fn wanted(&self, task: &Task, minutes: u64, last: Option<i64>) -> bool {
        if let Some(only) = &self.selection.task {
            return only == task.key;
        }
        if minutes == 0 {
            return false;
        }
        // Half a minute of grace: a crontab that fires at :00 and :59.8 must not skip every second run. A run that is yet
        // to come was stored by a clock that was ahead, if only by a minute, and says nothing.
        let due = last.is_none_or(|last| {
            let now = self.site.now();
            let pause = i64::try_from(minutes.saturating_mul(60)).unwrap_or(i64::MAX);
            last > now || now + 30 >= last.saturating_add(pause)
        });
        self.selection.force || due
    }

    /// If the time zone of WHMCS is not known here, every schedule is shifted: each run says so, the activity log once.
    async fn tell_of_the_zone(&self, lines: &mut String) -> Result<(), StoreError> {
        let told = self.settings.get(ZONE_TOLD).unwrap_or_default();
        let unknown = match self.about.known_zone() {
            None => self.about.timezone.as_str(),
            Some(_) => "",
        };
        if !unknown.is_empty() {
            let text = report::unknown_zone(unknown);
            let now = report::stamp(&self.local_now());
            lines.push_str(&format!("{now} {text}\n"));
            if told != unknown {
                let text = format!(
                    "{text} Schedules of backups and snapshots follow UTC until it is set right."
                );
                // The run says the same each time, so a log that cannot be written stops nothing.
                let _ = self
                    .site
                    .host
                    .effect("log_activity", json!({"text": text}))
                    .await;
            }
        }
        if told != unknown {
            setting::put(&self.site.host, ZONE_TOLD, unknown).await?;
        }
        Ok(())
    }

    async fn write(&self, text: String) -> Result<(), StoreError> {
        if self.quiet {
            return Ok(());
        }
        Ok(self.site.host.write(text).await?)
    }
}

/// Whether a task makes sense on this installation at all; one that does not prints nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// It makes sense.
    Yes,
    /// No product uses it.
    No,
}
