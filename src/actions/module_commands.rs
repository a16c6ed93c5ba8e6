//! The module commands of WHMCS: they record what is wanted and return at once; the cron does it.

use super::answer::{self, SUCCESS};
use super::{EntryError, caller, power, reinstall, service};
use crate::custody::{HIBERNATES, Hindrance, Refusal, enter};
use crate::model::{VmState, Wish};
use crate::pve::Power;
use crate::site::Site;
use crate::store::StoreError;
use crate::store::request::Person;
use crate::store::vm::{self, VmRecord};
use serde_json::Value;

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
                site.random.owner_mark(),
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
        enter(&mut record, VmState::Terminate, site.now());
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
            VmState::Ready => enter(&mut record, VmState::ChangePackage, site.now()),
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
    let who = caller::who(site).await?;
    if who == Person::Client {
        let permissions = known.plan.as_ref().ok().map(|plan| plan.permissions);
        if permissions.is_some_and(|may| !may.reset_password) {
            return Ok(answer::NOT_INCLUDED.to_owned());
        }
    }
    if let Some(why) = reinstall::unfit(&known.service.password) {
        return Ok(why.to_owned());
    }
    if known.record.suspended() {
        return Ok(Hindrance::Suspended.sentence());
    }
    if let Some(why) = Hindrance::of_state(&known.record, &[VmState::Ready]) {
        return Ok(why.sentence());
    }
    let Ok(plan) = known.plan.clone() else {
        return Ok("The product is not set up completely; please contact support.".to_owned());
    };
    let password = known.service.password.clone();
    let unfit = |stands| match stands {
        Some(Power::Off) => None,
        Some(Power::Hibernated) => Some(HIBERNATES),
        _ => Some("The VM is running. Shut it down first: the password is set as it starts."),
    };
    match reinstall::set_password(site, known, plan, who, &password, unfit).await {
        Ok(_) => Ok(SUCCESS.to_owned()),
        Err(Refusal::Said(why)) => Ok(why),
        Err(Refusal::Failed(failure)) => Ok(answer::sentence(who, &failure)),
        Err(Refusal::Broken(error)) => Err(error.into()),
    }
}
