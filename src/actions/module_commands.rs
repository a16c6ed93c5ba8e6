//! The module commands of WHMCS: they record what is wanted and return at once; the cron does it.

use super::{EntryError, answer, caller, power, reinstall, service};
use crate::custody::{Hindrance, enter};
use crate::model::{VmState, Wish, say};
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
pub async fn create_account(site: &Site, params: Value) -> Result<Value, EntryError> {
    let order = service::parse(&params)?;
    if order.server_id.0 == 0 {
        return Ok(answer::refusal(say::no_server()));
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
                Ok(()) | Err(StoreError::Stale) => Ok(answer::done()),
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
            Ok(answer::done())
        }
        Some(mut record) if record.state == VmState::Creation => {
            if record.suspended() {
                // WHMCS takes the service for Active from now on.
                record.suspended_from = None;
                record.unwant(Wish::Suspend);
                record.unwant(Wish::Unsuspend);
                vm::save(&site.host, &mut record, VmState::Creation, vec![]).await?;
            }
            Ok(answer::done())
        }
        Some(record) if record.state == VmState::Terminate => {
            Ok(answer::refusal(say::former_going()))
        }
        Some(record) => Ok(answer::refusal(say::has_vm(record.state))),
    }
}

/// Records that the VM is to be removed. The cron removes it; addresses and VMID are freed only once it is gone.
///
/// # Errors
/// When the parameters name no service, or the database fails.
pub async fn terminate_account(site: &Site, params: Value) -> Result<Value, EntryError> {
    let order = service::parse(&params)?;
    loop {
        let Some(mut record) = vm::find(&site.host, order.id).await? else {
            // Nothing was ever made.
            return Ok(answer::done());
        };
        // A VM removed by hand left its number and its addresses with the service: these go now.
        let over = record.state == VmState::Remove && record.vmid.is_none();
        if over || record.state == VmState::Terminate {
            return Ok(answer::done());
        }
        let was = record.state;
        enter(&mut record, VmState::Terminate, site.now());
        match vm::save(&site.host, &mut record, was, vec![]).await {
            Ok(()) => return Ok(answer::done()),
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
pub async fn suspend_account(site: &Site, params: Value) -> Result<Value, EntryError> {
    power::suspend(site, &params).await
}

/// Ends a suspension: the VM runs again if it ran before.
///
/// # Errors
/// When the parameters name no service, or the database fails.
pub async fn unsuspend_account(site: &Site, params: Value) -> Result<Value, EntryError> {
    power::unsuspend(site, &params).await
}

/// Records that the package changed. The cron brings the VM to it.
///
/// # Errors
/// When the parameters name no service, or the database fails.
pub async fn change_package(site: &Site, params: Value) -> Result<Value, EntryError> {
    let order = service::parse(&params)?;
    loop {
        let Some(mut record) = vm::find(&site.host, order.id).await? else {
            return Ok(answer::refusal(say::create_first()));
        };
        let was = record.state;
        match was {
            VmState::Ready => enter(&mut record, VmState::ChangePackage, site.now()),
            VmState::Terminate | VmState::Remove | VmState::ErrorTerminate => {
                return Ok(answer::refusal(say::ended(was)));
            }
            VmState::ErrorRestore => {
                return Ok(answer::refusal(say::unfinished()));
            }
            // An installation that is under way reads the new package as it goes; a change already asked for does too.
            _ => record.want(Wish::ChangePackage),
        }
        match vm::save(&site.host, &mut record, was, vec![]).await {
            Ok(()) => return Ok(answer::done()),
            // The cron moved on meanwhile: the service is looked at again. A paid upgrade is not refused for that.
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
pub async fn change_password(site: &Site, params: Value) -> Result<Value, EntryError> {
    let Some(loaded) = service::load(site, &params).await? else {
        return Ok(answer::refusal(say::create_first()));
    };
    let who = caller::who(site).await?;
    if who == Person::Client {
        if let Some(why) = caller::only_looks(&params) {
            return Ok(answer::refusal(why));
        }
        let permissions = loaded.plan.as_ref().ok().map(|plan| plan.permissions);
        if permissions.is_some_and(|may| !may.reset_password) {
            return Ok(answer::refusal(say::not_included()));
        }
    }
    if let Some(why) = reinstall::unfit(&loaded.service.password) {
        return Ok(answer::refusal(why));
    }
    if loaded.record.suspended() {
        return Ok(answer::refusal(Hindrance::Suspended.sentence()));
    }
    if let Some(why) = Hindrance::of_state(&loaded.record, &[VmState::Ready]) {
        return Ok(answer::refusal(why.sentence()));
    }
    let Ok(plan) = loaded.plan.clone() else {
        return Ok(answer::refusal(say::not_set_up()));
    };
    let password = loaded.service.password.clone();
    let unfit = |stands| match stands {
        Some(Power::Off) => None,
        Some(Power::Hibernated) => Some(say::hibernates()),
        _ => Some(say::password_running()),
    };
    match reinstall::set_password(site, loaded, plan, who, (&password, None), unfit).await {
        Ok(_) => Ok(answer::done()),
        Err(refusal) => answer::denied(who, refusal.into()),
    }
}
