//! A service leased for one click.

use super::hindrance::busy;
use super::{CLICK, Custody, Live, LoadedService, Refusal, Settled, settle};
use crate::model::{Failure, Sentence, ServiceId, VmAction, say};
use crate::plan::Plan;
use crate::site::Site;
use crate::steps::request::Stand;
use crate::store::operation::{self, OperationKind};
use crate::store::request::{self, Person};
use crate::store::working_set::WorkingSet;
use crate::vm::{Vm, deadlines};
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long a click looks whether what was under way has ended.
const GLANCE: Duration = Duration::from_secs(1);

/// A service leased for one click: nobody else works on it meanwhile.
pub struct LeasedService {
    /// All that a step needs.
    pub vm: Vm,
    custody: Custody,
    /// Whether a request of a person goes on that keeps nobody from the VM.
    asked: bool,
}

/// How long a click waits for the end of a page's look, and how often it tries meanwhile.
const TURN: Duration = Duration::from_secs(5);
const TRY: Duration = Duration::from_millis(100);

/// The service with its row, if nobody else works on it.
async fn claim(custody: &Custody, id: ServiceId) -> Result<Option<WorkingSet>, Refusal> {
    match custody.take(&[id]).await {
        Ok(mut taken) => match taken.unreadable.pop() {
            Some(unreadable) => Err(unreadable.why.into()),
            None => Ok(taken.readable.pop()),
        },
        Err(error) => {
            // What is taken and cannot be read is given back; that the database fails is told already.
            let _ = custody.end(id).await;
            Err(error.into())
        }
    }
}

/// How long a service is held.
async fn lasts(site: &Site, loaded: &LoadedService) -> Result<Duration, Refusal> {
    let settings = loaded.clusters.settings(site).await?;
    // A write is sent only while more of the lease is left than it may take.
    Ok(CLICK.max(deadlines(settings).heavy * 2))
}

async fn free(
    site: &Site,
    custody: &Custody,
    loaded: LoadedService,
    plan: Plan,
    opening: WorkingSet,
) -> Result<Vm, Refusal> {
    // What was read before the lease may be old: whoever asks has checked that the VM is free and not suspended.
    let (before, record) = (&loaded.record, opening.record);
    if record.state != before.state || record.suspended() != before.suspended() {
        return Err(say::changed().into());
    }
    let open = match opening.operations + opening.requests {
        0 => None,
        _ => open(site, record.service).await?,
    };
    let cluster = loaded.cluster(site).await?;
    let mut vm = custody.vm_on(cluster, record, loaded.service, plan).await?;
    if let Some(why) = open {
        vm.watch_until(Instant::now() + GLANCE);
        // Where Proxmox cannot be asked, what was under way is taken to be so still.
        let Ok(Settled::Free(_)) = settle(&mut vm).await else {
            return Err(why.into());
        };
    }
    Ok(vm)
}

/// Why the VM is not free, by what goes on for it; `None`: nothing does.
async fn open(site: &Site, id: ServiceId) -> Result<Option<Sentence>, Refusal> {
    let mut operations = operation::in_flight(&site.host, id).await?;
    operations.retain(|operation| operation.kind != OperationKind::Mail);
    let requests = request::open(&site.host, id).await?;
    let any = !operations.is_empty() || !requests.is_empty();
    Ok(any.then(|| busy(&operations, &requests)))
}

/// What a page shows as being under way; a look at it also settles what has ended since. `None`: nothing.
///
/// # Errors
/// When the cluster or the database fails.
pub async fn under_way(
    site: &Site,
    loaded: LoadedService,
    plan: Plan,
) -> Result<Option<Sentence>, Refusal> {
    if !loaded.under_way {
        return Ok(None);
    }
    match LeasedService::glance(site, loaded, plan).await {
        Ok(leased) => leased.let_go().await.map(|()| None),
        Err(Refusal::Said(why)) => Ok(Some(why)),
        Err(other) => Err(other),
    }
}

impl LeasedService {
    /// Takes a service for a click; one that comes while a page only looks waits its turn. What earlier ones left is
    /// settled first.
    ///
    /// # Errors
    /// Why it is not free, a sentence for anybody; or what failed.
    pub async fn take(site: &Site, loaded: LoadedService, plan: Plan) -> Result<Self, Refusal> {
        let (id, time) = (loaded.record.service, lasts(site, &loaded).await?);
        let custody = Custody::of_a_click(site, time, Rc::clone(&loaded.clusters));
        let until = Instant::now() + TURN;
        loop {
            if let Some(opening) = claim(&custody, id).await? {
                return Self::begin(site, custody, loaded, plan, opening).await;
            }
            if Instant::now() >= until || !custody.is_looked_at(id).await? {
                let why = open(site, id).await?;
                return Err(why.unwrap_or_else(|| busy(&[], &[])).into());
            }
            sleep(TRY).await;
        }
    }

    /// The same for a page that only looks: it waits for nobody.
    async fn glance(site: &Site, loaded: LoadedService, plan: Plan) -> Result<Self, Refusal> {
        let (id, time) = (loaded.record.service, lasts(site, &loaded).await?);
        let custody = Custody::of_a_look(site, time, Rc::clone(&loaded.clusters));
        match claim(&custody, id).await? {
            Some(opening) => Self::begin(site, custody, loaded, plan, opening).await,
            None => {
                let why = open(site, id).await?;
                Err(why.unwrap_or_else(|| busy(&[], &[])).into())
            }
        }
    }

    /// Holds what was taken, if it is free.
    async fn begin(
        site: &Site,
        custody: Custody,
        loaded: LoadedService,
        plan: Plan,
        opening: WorkingSet,
    ) -> Result<Self, Refusal> {
        let (id, asked) = (loaded.record.service, opening.requests > 0);
        match Box::pin(free(site, &custody, loaded, plan, opening)).await {
            Ok(vm) => Ok(Self { vm, custody, asked }),
            Err(why) => {
                custody.end(id).await?;
                Err(why)
            }
        }
    }

    /// Does something, and gives the service back whatever came of it. What is still in flight then the cron finds by
    /// itself.
    ///
    /// # Errors
    /// What the work says; or that the database fails.
    pub async fn work<T>(
        mut self,
        work: impl AsyncFnOnce(&mut Self) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        // What is done is large: it lies on the heap, not on the stack of whoever asks.
        let result = Box::pin(work(&mut self)).await;
        self.let_go().await?;
        result
    }

    /// Gives the service back.
    async fn let_go(self) -> Result<(), Refusal> {
        Ok(self.custody.end(self.vm.record.service).await?)
    }

    /// The VM as it is now. What the work needs to know next is not read again.
    pub async fn look(&mut self) -> Live {
        let live = Live::read_on(&self.vm.cluster, &self.vm.record).await;
        if let Live::Read(sight) = &live
            && Some(&sight.node) == self.vm.record.node.as_ref()
        {
            self.vm.saw(sight.status.clone(), sight.config.clone());
        }
        live
    }

    /// Asks for what a person wants done with the VM.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask(&mut self, action: VmAction, person: Person) -> Result<Stand, Failure> {
        self.vm.ask(action, person, self.asked).await
    }
}
