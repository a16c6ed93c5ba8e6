//! Watching tasks together: where many services wait for tasks of one node, one listing serves them all.
//!
//! A task's own status is answered by pvedaemon's few workers, a node's task list by pveproxy itself. If fifty
//! VMs are cloned at once and each asks for its own task, those workers do nothing else, and the calls that make the clones
//! wait in the same queue.

use crate::model::NodeName;
use crate::pve::{Cluster, Exit, PveError, TaskEntry, TaskFilter, TaskStatus, Upid};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// Up to this many watchers of a node each ask for their own task.
const WATCHERS_APART: usize = 3;
/// Each pause is the time passed so far divided by this: a long task is looked at rarely, and no end is noticed more than 4 %
/// late. With a tenth, as it was before, a deploy of three tasks took 5 % longer on average.
const PAUSE_PART: u32 = 25;
/// The longest pause is this many times the first.
const LONGEST_PAUSE_TIMES: u32 = 20;
/// A listing has at most this many tasks. A task that is not in it is asked for alone.
const TASKS_LISTED: u32 = 500;

type Listing = Rc<HashMap<String, TaskEntry>>;

/// How often tasks are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    first: Duration,
}

impl Pace {
    /// The first look comes after `first`; shorter tasks are the common case.
    pub fn of(first: Duration) -> Self {
        Self { first }
    }

    /// The pause after a task was watched for so long. `usual`: how long the fastest of its kind took.
    pub fn pause(self, passed: Duration, usual: Option<Duration>) -> Duration {
        let longest = self.first * LONGEST_PAUSE_TIMES;
        let early = usual.map_or(Duration::ZERO, |usual| {
            (usual * 9 / 10).saturating_sub(passed)
        });
        // Long before the usual end there is nothing to see but an early failure.
        (passed / PAUSE_PART).max(early).clamp(self.first, longest)
    }

    /// How long a listing is used: a task's end is noticed this much later at most.
    fn fresh(self) -> Duration {
        self.first * 3 / 2
    }
}

#[derive(Default)]
struct Node {
    /// UPID and start of what is watched there.
    watched: RefCell<BTreeMap<String, u64>>,
    listing: Mutex<Option<(Instant, Listing)>>,
}

/// The tasks watched on a cluster.
pub struct TaskWatch {
    /// How often they are looked at.
    pub pace: Pace,
    nodes: RefCell<BTreeMap<NodeName, Rc<Node>>>,
}

/// A task while it is watched; forgotten when dropped.
pub struct Watched {
    pace: Pace,
    node: Rc<Node>,
    upid: Upid,
}

impl TaskWatch {
    /// Nothing is watched yet.
    pub fn new(pace: Pace) -> Self {
        Self {
            pace,
            nodes: RefCell::default(),
        }
    }

    /// Begins to watch a task.
    pub fn watch(&self, upid: &Upid) -> Watched {
        let node = Rc::clone(
            self.nodes
                .borrow_mut()
                .entry(upid.node.clone())
                .or_default(),
        );
        node.watched
            .borrow_mut()
            .insert(upid.as_str().to_owned(), upid.starttime);
        Watched {
            pace: self.pace,
            node,
            upid: upid.clone(),
        }
    }
}

impl Watched {
    /// How the task stands.
    ///
    /// # Errors
    /// When its node does not say.
    pub async fn look(&self, api: &Cluster) -> Result<TaskStatus, PveError> {
        if self.node.watched.borrow().len() <= WATCHERS_APART {
            return api.task_status(&self.upid).await;
        }
        let listing = self.listing(api).await?;
        match listing.get(self.upid.as_str()) {
            Some(entry) if entry.is_running() => Ok(TaskStatus::Running),
            // A listing cuts long texts; what failed is asked for in full.
            Some(TaskEntry {
                exit: Some(exit @ (Exit::Ok | Exit::Warnings(_))),
                ..
            }) => Ok(TaskStatus::Stopped(exit.clone())),
            _ => api.task_status(&self.upid).await,
        }
    }

    async fn listing(&self, api: &Cluster) -> Result<Listing, PveError> {
        let mut kept = self.node.listing.lock().await;
        if let Some((at, listing)) = &*kept
            && at.elapsed() < self.pace.fresh()
        {
            return Ok(Rc::clone(listing));
        }
        // The node's own clock wrote these starts, so no difference of clocks matters.
        let since = self.node.watched.borrow().values().min().copied();
        let filter = TaskFilter {
            since,
            limit: Some(TASKS_LISTED),
            ..TaskFilter::default()
        };
        let tasks = api.node_tasks(&self.upid.node, &filter).await?;
        let listing: Listing = Rc::new(
            tasks
                .into_iter()
                .map(|task| (task.upid.as_str().to_owned(), task))
                .collect(),
        );
        *kept = Some((Instant::now(), Rc::clone(&listing)));
        Ok(listing)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.node.watched.borrow_mut().remove(self.upid.as_str());
    }
}
