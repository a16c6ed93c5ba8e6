//! The module commands of WHMCS: they record what is wanted and return at once; the cron does it.

use super::held::{self, Who};
use super::{EntryError, asker, install, power, service};
use crate::model::{FlowKey, VmState, Wish};
use crate::pve::Power;
use crate::site::Site;
use crate::store::StoreError;
use crate::store::vm::{self, VmRecord};
use serde_json::Value;

/// What WHMCS takes for success, to the letter.
pub(super) const SUCCESS: &str = "success";

/// Records an order. The cron deploys it.
///
/// # Errors
/// When the parameters name no service, or the database fails.
pub async fn create_account(site: &Site, params: Value) -> Result<String, EntryError> {
    let order = service::parse(&params)?;
    if order.server_id.0 == 0 {
        return Ok(
            "No server is assigned to the service. Choose one, or give the product a server group."
                .to_owned(),
        );
    }
    let now = site.now();
    match vm::find(&site.host, order.id).await? {
        None => {
            let record = VmRecord::ordered(
                order.id,
                order.server_id,
                order.product_id,
                site.chance.owner_mark(),
                now,
            );
            match vm::insert(&site.host, &record, now).await {
                // A second click a moment ago: the order stands.
                Ok(()) | Err(StoreError::Stale) => Ok(SUCCESS.to_owned()),
                Err(error) => Err(error.into()),
            }
        }
        Some(mut record) if record.state == VmState::Remove => {
            let was = record.state;
            // The mark stays: a backup of the service's first VM is still recognised.
            record = VmRecord {
                rev: record.rev,
                ..VmRecord::ordered(
                    order.id,
                    order.server_id,
                    order.product_id,
                    record.mark,
                    now,
                )
            };
            vm::save(&site.host, &mut record, was, vec![]).await?;
            Ok(SUCCESS.to_owned())
        }
        Some(mut record) if record.state == VmState::Creation => {
            if record.suspended() {
                // WHMCS takes the service for Active from now on.
                record.suspended_from = None;
                record.unwant(Wish::Suspend);
                record.unwant(Wish::Unsuspend);
                vm::save(&site.host, &mut record, VmState::Creation, vec![]).await?;
            }
            Ok(SUCCESS.to_owned())
        }
        Some(record) if record.state == VmState::Terminate => Ok(
            "The service's former VM is being removed still. Create again when that is done."
                .to_owned(),
        ),
        Some(record) => Ok(format!(
            "The service has a VM already (state {}). Terminate it first, or use Redeploy.",
            record.state
        )),
    }
}

/// Records that the VM is to be removed. The cron removes it; addresses and VMID are freed only once it is gone.
///
/// # Errors
/// When the parameters name no service, or the database fails.
pub async fn terminate_account(site: &Site, params: Value) -> Result<String, EntryError> {
    let order = service::parse(&params)?;
    loop {
        let Some(mut record) = vm::find(&site.host, order.id).await? else {
            // Nothing was ever made.
            return Ok(SUCCESS.to_owned());
        };
        // A VM removed by hand left its number and its addresses with the service: these go now.
        let over = record.state == VmState::Remove && record.vmid.is_none();
        if over || record.state == VmState::Terminate {
            return Ok(SUCCESS.to_owned());
        }
        let was = record.state;
        record.state = VmState::Terminate;
        record.flow = Some(FlowKey::Terminate);
        record.clear_waiting();
        record.next_look_at = Some(site.now());
        match vm::save(&site.host, &mut record, was, vec![]).await {
            Ok(()) => return Ok(SUCCESS.to_owned()),
            // The cron moved on meanwhile; terminating supersedes whatever it did.
            Err(StoreError::Stale) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Stops the VM and sees to it that nothing starts it until the suspension ends.
///
/// # Errors
/// When the parameters name no service, or the database fails.
pub async fn suspend_account(site: &Site, params: Value) -> Result<String, EntryError> {
    power::suspend(site, &params).await
}

/// Ends a suspension: the VM runs again if it ran before.
///
/// # Errors
/// When the parameters name no service, or the database fails.
pub async fn unsuspend_account(site: &Site, params: Value) -> Result<String, EntryError> {
    power::unsuspend(site, &params).await
}

/// Records that the package changed. The cron brings the VM to it.
///
/// # Errors
/// When the parameters name no service, or the database fails.
pub async fn change_package(site: &Site, params: Value) -> Result<String, EntryError> {
    let order = service::parse(&params)?;
    loop {
        let Some(mut record) = vm::find(&site.host, order.id).await? else {
            return Ok("The service has no VM yet. Create it first.".to_owned());
        };
        let was = record.state;
        match was {
            VmState::Ready => {
                record.state = VmState::ChangePackage;
                record.flow = Some(FlowKey::ChangePackage);
                record.clear_waiting();
                record.next_look_at = Some(site.now());
            }
            VmState::Terminate | VmState::Remove | VmState::ErrorTerminate => {
                return Ok(format!(
                    "The service's VM is removed or being removed (state {was})."
                ));
            }
            VmState::ErrorRestore => {
                return Ok(
                    "A restore failed and left the VM unfinished; restore again or reinstall first."
                        .to_owned(),
                );
            }
            // An installation that is under way reads the new package as it goes; a change already asked for does too.
            _ => record.want(Wish::ChangePackage),
        }
        match vm::save(&site.host, &mut record, was, vec![]).await {
            Ok(()) => return Ok(SUCCESS.to_owned()),
            // The cron moved on meanwhile: what it left is looked at anew. A paid upgrade is not refused for that.
            Err(StoreError::Stale) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Gives the guest the password WHMCS was told. The VM must be off: cloud-init sets passwords as the guest starts. A client
/// needs the product's permission to reset it, as on the module's own page.
///
/// # Errors
/// When the parameters name no service, or the database fails.
pub async fn change_password(site: &Site, params: Value) -> Result<String, EntryError> {
    let Some(known) = service::known(site, &params).await? else {
        return Ok("The service has no VM yet. Create it first.".to_owned());
    };
    let planned = service::plan(site, &known.service).await?;
    let who = asker::who(site).await?;
    if who == Who::Client {
        let permissions = planned.as_ref().ok().map(|plan| plan.permissions);
        if permissions.is_some_and(|may| !may.reset_password) {
            return Ok(held::NOT_INCLUDED.to_owned());
        }
    }
    if let Some(why) = install::unfit(&known.service.password) {
        return Ok(why.to_owned());
    }
    if known.record.suspended() {
        return Ok("The service is suspended.".to_owned());
    }
    if known.record.state != VmState::Ready && known.record.state.at_rest() {
        return Ok(super::held::not_ready(known.record.state).to_owned());
    }
    if known.record.state != VmState::Ready {
        return Ok(format!(
            "The VM is being worked on ({}); try again when it is ready.",
            known.record.state
        ));
    }
    let live = super::live::read(site, &known.service, &known.record).await;
    match live.stands() {
        Some(Power::Off) => {}
        Some(Power::Hibernated) => return Ok(held::HIBERNATES.to_owned()),
        Some(_) => {
            return Ok(
                "The VM is running. Shut it down first: the password is set as it starts."
                    .to_owned(),
            );
        }
        // Clients press this button too: why it is so stands on the staff's page.
        None => return Ok("The VM cannot be reached at the moment.".to_owned()),
    }
    let Ok(plan) = planned else {
        return Ok("The product is not set up completely; please contact support.".to_owned());
    };
    let password = known.service.password.clone();
    let answer = install::set_password(site, known, plan, &password, who).await?;
    Ok(match answer["ok"] == true {
        true => SUCCESS.to_owned(),
        false => answer["error"].as_str().unwrap_or_default().to_owned(),
    })
}
