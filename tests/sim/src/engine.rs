//! Time: which task ends next, who shares which bandwidth, who waits for whose lock.

use crate::clock::Micros;
use crate::fail::lock_timeout;
use crate::task::{Note, Resource, Stage, Twist};
use crate::world::World;

impl World {
    /// Brings everything up to the clock's now, in the order in which it happened.
    pub fn settle(&mut self) {
        let target = self.clock.now().max(self.now);
        loop {
            let task = self.next_event().filter(|(at, _)| *at <= target);
            let other = self.next_aftermath().filter(|(at, _)| *at <= target);
            match (task, other) {
                (Some((at, index)), other) if other.is_none_or(|(later, _)| at <= later) => {
                    self.progress(at);
                    self.fire(index);
                }
                (_, Some((at, what))) => {
                    self.progress(at);
                    self.befall(what);
                }
                (_, None) => break,
            }
        }
        self.progress(target);
    }

    /// When something happens next by itself.
    pub fn next_change(&self) -> Option<Micros> {
        let task = self.next_event().map(|(at, _)| at);
        task.into_iter()
            .chain(self.next_aftermath().map(|(at, _)| at))
            .min()
    }

    fn next_event(&self) -> Option<(Micros, usize)> {
        self.active
            .iter()
            .filter_map(|&index| {
                let task = &self.tasks[index];
                match task.stage {
                    Stage::Waiting(deadline) => Some((deadline, index)),
                    Stage::Running if task.rate > 0.0 => {
                        let micros = (task.left / task.rate).ceil();
                        (micros < 1e15).then(|| (self.now + micros as Micros, index))
                    }
                    _ => None,
                }
            })
            .min()
    }

    /// Moves time to `at`, work done meanwhile is taken off.
    fn progress(&mut self, at: Micros) {
        let passed = at.saturating_sub(self.now) as f64;
        if passed > 0.0 {
            for &index in &self.active {
                let task = &mut self.tasks[index];
                if task.stage == Stage::Running {
                    task.left = (task.left - passed * task.rate).max(0.0);
                }
            }
            self.now = at;
        }
    }

    fn fire(&mut self, index: usize) {
        match self.tasks[index].stage {
            Stage::Waiting(_) => {
                let lock = self.tasks[index].locks.first().map_or(0, |l| l.0);
                let text = if self.tasks[index].kind == "vzdump" {
                    "can't acquire lock '/var/run/vzdump.lock' - got timeout".to_owned()
                } else {
                    lock_timeout(lock)
                };
                if let Some(mut job) = self.tasks[index].job.take() {
                    job.refuse(self);
                }
                self.end(index, text);
            }
            Stage::Running => {
                let exit = self.complete(index);
                self.end(index, exit);
            }
            Stage::Stopped => {}
        }
    }

    /// Runs the end of a job and answers the exit status.
    fn complete(&mut self, index: usize) -> String {
        let twist = self.tasks[index].twist.clone();
        let Some(mut job) = self.tasks[index].job.take() else {
            return "OK".into();
        };
        match twist {
            // A killed worker cleans nothing up: the config keeps its lock.
            Twist::Killed => "unexpected status".into(),
            Twist::Fail(text) => {
                job.abort(self);
                text
            }
            twist => {
                let copied = self.tasks[index].copied(1.0);
                let mut note = self.note(index);
                note.log.extend(copied);
                let result = job.finish(self, &mut note);
                let warnings = note.warnings;
                self.tasks[index].log = note.log;
                match (result, twist) {
                    (Err(text), _) => {
                        job.abort(self);
                        text
                    }
                    (Ok(()), Twist::Warn(count)) => format!("WARNINGS: {count}"),
                    (Ok(()), _) if warnings > 0 => format!("WARNINGS: {warnings}"),
                    _ => "OK".into(),
                }
            }
        }
    }

    fn note(&mut self, index: usize) -> Note {
        let task = &mut self.tasks[index];
        Note {
            log: std::mem::take(&mut task.log),
            node: task.node.clone(),
            upid: task.upid.clone(),
            warnings: 0,
        }
    }

    /// Ends a task and lets those that waited for it go on.
    pub fn end(&mut self, index: usize, exit: String) {
        self.close(index, exit);
        self.wake_waiters();
    }

    fn close(&mut self, index: usize, exit: String) {
        let unix = self.unix();
        let task = &mut self.tasks[index];
        let line = match exit.as_str() {
            "OK" => "TASK OK".to_owned(),
            warned if warned.starts_with("WARNINGS") => format!("TASK {warned}"),
            error => format!("TASK ERROR: {error}"),
        };
        // A killed worker writes no last line; that is what "unexpected status" says.
        if exit != "unexpected status" {
            task.log.push(line);
        }
        task.stage = Stage::Stopped;
        task.exit = Some(exit);
        task.ended = Some(unix);
        task.job = None;
        self.active.retain(|&other| other != index);
    }

    /// Ends a running task from outside (`DELETE …/tasks/{upid}`).
    pub fn interrupt(&mut self, index: usize, exit: &str) {
        if let Some(mut job) = self.tasks[index].job.take() {
            job.abort(self);
        }
        self.end(index, exit.to_owned());
    }

    /// Gives free locks to waiting tasks, oldest first, and begins their work.
    pub fn wake_waiters(&mut self) {
        loop {
            let ready = self.active.iter().copied().find(|&index| {
                matches!(self.tasks[index].stage, Stage::Waiting(_)) && self.may_begin(index)
            });
            let Some(index) = ready else { break };
            self.begin(index);
        }
        self.share();
    }

    fn begin(&mut self, index: usize) {
        self.tasks[index].stage = Stage::Running;
        let Some(mut job) = self.tasks[index].job.take() else {
            return;
        };
        let mut note = self.note(index);
        let begun = job.begin(self, &mut note);
        let task = &mut self.tasks[index];
        task.log = note.log;
        task.job = Some(job);
        match begun {
            Ok(span) => {
                let mut seconds = span.seconds;
                match task.twist {
                    Twist::Endless => seconds = f64::INFINITY,
                    Twist::Killed => seconds /= 2.0,
                    _ => {}
                }
                task.left = if seconds.is_finite() {
                    self.clock.stretch(seconds) as f64
                } else {
                    f64::INFINITY
                };
                task.whole = task.left;
                task.bytes = span.bytes;
                task.uses = span.uses;
            }
            Err(text) => {
                if let Some(mut job) = task.job.take() {
                    job.refuse(self);
                }
                self.close(index, text);
            }
        }
    }

    fn may_begin(&self, index: usize) -> bool {
        self.tasks[index]
            .locks
            .iter()
            .all(|&(vmid, exclusive)| !self.flocked(vmid, exclusive, Some(index)))
    }

    /// True when another worker holds a VM's config lock in a way that excludes the wanted one.
    pub fn flocked(&self, vmid: u32, exclusive: bool, by_other_than: Option<usize>) -> bool {
        if self.cleaning.contains_key(&vmid) {
            return true;
        }
        self.active.iter().any(|&other| {
            let task = &self.tasks[other];
            Some(other) != by_other_than
                && task.stage == Stage::Running
                && task
                    .locks
                    .iter()
                    .any(|&(held, strong)| held == vmid && (strong || exclusive))
        })
    }

    /// Divides the bandwidth: a resource with capacity `c` and `n` users gives each `min(1, c/n)`.
    fn share(&mut self) {
        let mut users: std::collections::BTreeMap<Resource, u32> = Default::default();
        for &index in &self.active {
            if self.tasks[index].stage == Stage::Running {
                for resource in &self.tasks[index].uses {
                    *users.entry(resource.clone()).or_default() += 1;
                }
            }
        }
        for position in 0..self.active.len() {
            let index = self.active[position];
            if self.tasks[index].stage != Stage::Running {
                continue;
            }
            let rate = self.tasks[index]
                .uses
                .iter()
                .map(|resource| {
                    let capacity = f64::from(self.capacity(resource));
                    (capacity / f64::from(users[resource])).min(1.0)
                })
                .fold(1.0, f64::min);
            self.tasks[index].rate = rate;
        }
    }

    /// How many users a resource serves at full speed.
    pub fn capacity(&self, resource: &Resource) -> u32 {
        match resource {
            Resource::Template(_) => self.limits.clones_per_template,
            Resource::Storage(..) => self.limits.copies_per_storage,
            Resource::Node(_) => self.limits.migrations_per_node,
        }
        .max(1)
    }
}
