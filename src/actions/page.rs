//! What the pages that clients and staff share have in common.

use super::page_operations::{Part, Started};
use crate::custody::{Hindrance, LeasedService, Live, LoadedService, Refusal};
use crate::model::{Failure, Sentence, VmAction, VmState, say};
use crate::plan::Plan;
use crate::pve::Power;
use crate::site::Site;
use crate::steps::request::Stand;
use crate::store::request::Person;
use crate::vm::Vm;

/// The service a page is asked about, what was sold, and who asks.
pub(super) struct PageContext {
    pub(super) loaded: LoadedService,
    pub(super) plan: Plan,
    pub(super) who: Person,
}

impl PageContext {
    /// What a page needs to know of a service, if there is one.
    ///
    /// # Errors
    /// When there is no VM, or nobody knows what was sold.
    pub(super) fn of(loaded: Option<LoadedService>, who: Person) -> Result<Self, Refusal> {
        let loaded = loaded.ok_or_else(say::no_vm)?;
        match loaded.plan.clone() {
            Ok(plan) => Ok(Self { loaded, plan, who }),
            Err(why) => Err(Failure::person(why.sentence()).into()),
        }
    }

    /// Takes the lease of a service whose VM is free.
    ///
    /// # Errors
    /// With the reason where it is not.
    async fn lease(self, site: &Site) -> Result<LeasedService, Refusal> {
        free(&self.loaded, &[VmState::Ready])?;
        LeasedService::take(site, self.loaded, self.plan).await
    }
}

/// Why a product leaves its client out of a part; `None`: it does not.
pub(super) fn left_out(part: Part, plan: &Plan) -> Option<Sentence> {
    let may = &plan.permissions;
    let included = match part {
        Part::None => true,
        Part::Start => may.start,
        Part::Stop => may.stop,
        Part::Reboot => may.start && may.stop,
        Part::Snapshots => plan.snapshots > 0,
        Part::Backups => plan.backups > 0 && plan.backup_storage.is_some(),
        Part::Iso => may.iso && plan.iso_storage.is_some(),
        Part::Firewall => may.firewall && plan.firewall.enable && plan.net.has_static(),
        Part::Charts => may.charts,
        Part::ReverseDns => may.rdns,
        Part::Reinstall => may.reinstall,
        Part::ResetPassword => may.reset_password,
    };
    let why = match part {
        Part::Snapshots => say::no_snapshots,
        Part::Backups => say::no_backups,
        _ => say::not_included,
    };
    (!included).then(why)
}

/// The pages that a product leaves its client out of.
pub(super) fn withheld(plan: &Plan) -> Vec<&'static str> {
    const PAGES: [(&str, Part); 8] = [
        ("snapshots", Part::Snapshots),
        ("backups", Part::Backups),
        ("reinstall", Part::Reinstall),
        ("access", Part::ResetPassword),
        ("network", Part::ReverseDns),
        ("firewall", Part::Firewall),
        ("iso", Part::Iso),
        ("charts", Part::Charts),
    ];
    let out = PAGES.into_iter();
    let out = out.filter(|(_, part)| left_out(*part, plan).is_some());
    out.map(|(page, _)| page).collect()
}

/// Makes sure that nothing this module does keeps the VM from being changed.
///
/// # Errors
/// What is, a sentence for anybody.
pub(super) fn free(loaded: &LoadedService, from: &[VmState]) -> Result<(), Refusal> {
    let why = Hindrance::from(&loaded.service, &loaded.record, &Live::Unasked, from);
    why.map_or(Ok(()), |why| Err(why.sentence().into()))
}

/// Looks at the VM of a leased service and makes sure that it may be changed.
///
/// # Errors
/// Why it may not, a sentence for anybody.
pub(super) async fn look(leased: &mut LeasedService) -> Result<Live, Refusal> {
    let live = leased.look().await;
    match Hindrance::of_vm(&live, leased.vm.record.state) {
        Some(why) => Err(why.sentence().into()),
        None => Ok(live),
    }
}

/// Changes something of a service that is free. `what` begins the sentence that tells the staff of a client's request that
/// failed: the client reads what to do, and whom they ask then must find why.
///
/// # Errors
/// Why nothing was changed.
pub(super) async fn change(
    site: &Site,
    context: PageContext,
    what: &str,
    work: impl AsyncFnOnce(&mut Vm) -> Result<(), Refusal>,
) -> Result<Started, Refusal> {
    let who = context.who;
    let leased = context.lease(site).await?;
    leased
        .work(async |leased| {
            look(leased).await?;
            let result = work(&mut leased.vm).await;
            if let Err(Refusal::Failed(failure)) = &result
                && who == Person::Client
            {
                let (service, why) = (leased.vm.record.service, failure.sentence());
                let text =
                    format!("{what}, asked for by the client of service {service}, failed: {why}");
                leased.vm.tell_admin(&text).await;
            }
            result
        })
        .await?;
    Ok(Started { running: false })
}

/// Does what a person asks of a service that is free, if it is fit to be done. It is on record from before it is sent until
/// its end was read.
///
/// # Errors
/// Why it was not done.
pub(super) async fn ask(
    site: &Site,
    context: PageContext,
    action: VmAction,
    fit: impl AsyncFnOnce(&mut Vm) -> Result<(), Refusal>,
) -> Result<Started, Refusal> {
    let who = context.who;
    let leased = context.lease(site).await?;
    let stand = leased
        .work(async |leased| {
            if look(leased).await?.stands() == Some(Power::Hibernated) {
                return Err(say::hibernates().into());
            }
            fit(&mut leased.vm).await?;
            Ok(leased.ask(action, who).await?)
        })
        .await?;
    match stand {
        Stand::Done => Ok(Started { running: false }),
        Stand::GoesOn | Stand::Follows => Ok(Started { running: true }),
        Stand::Failed(failure) => Err(failure.into()),
    }
}
