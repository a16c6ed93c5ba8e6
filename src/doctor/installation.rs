//! This side: versions, the cron's heartbeat, the tables.

use super::{Check, Health};
use crate::cron;
use crate::host::Dialect;
use crate::model::lenient;
use crate::report;
use crate::site::Site;
use crate::store::{StoreError, durability, overdue_dns, setting, task, unreadable, vm_list};
use serde_json::json;
use std::collections::BTreeSet;

/// The cron runs every minute; after this many seconds without a run something is wrong with it.
const SILENCE_S: i64 = 600;
/// Clocks further apart than this many seconds make leases and tickets unreliable.
const CLOCK_SKEW_S: i64 = 5;
/// A last run may lie so many seconds ahead: another machine's clock need not agree to the second.
const SLACK_S: i64 = 60;
/// So many lost services are named.
const SERVICES_NAMED: usize = 20;

pub(super) async fn examine(site: &Site) -> Result<Vec<Check>, StoreError> {
    let about = site.about().await?;
    let mut checks = vec![Check::ok(
        "extension",
        format!(
            "version {} on PHP {}, WHMCS {}",
            env!("CARGO_PKG_VERSION"),
            about.php,
            about.whmcs
        ),
    )];
    let mode = setting::get(&site.host, "cron_mode")
        .await?
        .unwrap_or_default();
    let first = cron::TASKS.first().map_or("", |task| task.key);
    let last = task::all(&site.host)
        .await?
        .into_iter()
        .find(|row| row.task == first)
        .and_then(|row| row.last_run);
    checks.push(heartbeat(last, site.now(), || fix(&mode, &about.root)));
    checks.push(lost(site).await?);
    checks.push(readable(site).await?);
    checks.push(durable(site, about.driver).await?);
    checks.push(census(site).await?);
    checks.push(names(site).await?);
    if about.known_zone().is_none() {
        let text = report::unknown_zone(&about.timezone);
        checks.push(Check::new(
            "time zone",
            Health::Warn,
            text,
            "Set date.timezone in php.ini.",
        ));
    }
    checks.push(clock(site.ahead_s));
    for text in cron::problems::all(site).await? {
        let fix = "See to this first: orders wait for the cron.";
        checks.push(Check::new("cron", Health::Fail, text, fix));
    }
    Ok(checks)
}

/// Whether the cron runs. `last`: when its last run began, `now`: the present moment, both in seconds since 1970.
fn heartbeat(last: Option<i64>, now: i64, mend: impl FnOnce() -> String) -> Check {
    let Some(last) = last else {
        return Check::new("cron", Health::Fail, "It never ran.", mend());
    };
    let ago = now - last;
    if ago < -SLACK_S {
        let text = "Its last run began in the future: a clock was wrong.";
        let fix = "Set the clocks by NTP; the next run puts right what was stored.";
        return Check::new("cron", Health::Fail, text, fix);
    }
    match ago > SILENCE_S {
        true => {
            let text = format!("Its last run began {} ago.", report::ago(ago));
            Check::new("cron", Health::Fail, text, mend())
        }
        false => Check::ok("cron", format!("last run {} ago", report::ago(ago))),
    }
}

/// Whether this machine's clock, so many seconds ahead of the database's, is near enough.
fn clock(ahead: i64) -> Check {
    if ahead.abs() <= CLOCK_SKEW_S {
        return Check::ok("clock", "this machine and the database agree");
    }
    let way = if ahead > 0 { "ahead of" } else { "behind" };
    let text = format!(
        "This machine's clock is {} s {way} the database's.",
        ahead.abs()
    );
    let health = match ahead.abs() > cron::problems::CLOCKS_APART_S {
        true => Health::Fail,
        false => Health::Warn,
    };
    Check::new(
        "clock",
        health,
        text,
        "Run NTP on both machines; with clocks further apart than five minutes the cron refuses to run.",
    )
}

/// Whether what the database has committed outlives a loss of power.
async fn durable(site: &Site, dialect: Dialect) -> Result<Check, StoreError> {
    match durability::forgets(&site.host, dialect).await? {
        None => Ok(Check::ok("database", "it flushes what it commits")),
        Some(why) => {
            let text = format!("The database may forget its last commits when it dies: {why}.");
            let fix = "Set it back to its default: a VM that was just made would be unknown here afterwards.";
            Ok(Check::new("database", Health::Warn, text, fix))
        }
    }
}

/// Whether this version can read what is stored of each service.
async fn readable(site: &Site) -> Result<Check, StoreError> {
    let rows = unreadable::all(&site.host).await?;
    if rows.is_empty() {
        return Ok(Check::ok("records", "the row of each service can be read"));
    }
    let named = rows.iter().take(SERVICES_NAMED).map(|row| row.sentence());
    let named = named.collect::<Vec<_>>().join(" ");
    let text = format!("Rows that cannot be read: {}. {named}", rows.len());
    let fix = "Correct the column by hand, or install the version of the module that wrote the row. Nothing else changes it.";
    Ok(Check::new("records", Health::Fail, text, fix))
}

/// What the last census of the clusters found.
async fn census(site: &Site) -> Result<Check, StoreError> {
    let found = crate::vm::census::last(site).await?;
    let texts: Vec<&str> = found
        .iter()
        .flat_map(|census| &census.findings)
        .map(|finding| finding.text.as_str())
        .collect();
    if texts.is_empty() {
        return Ok(Check::ok(
            "census",
            "what stands on the clusters is as on record",
        ));
    }
    let text = texts[..texts.len().min(SERVICES_NAMED)].join(" ");
    let fix = "The addon's dashboard lists them, with what can be done about each.";
    Ok(Check::new("census", Health::Warn, text, fix))
}

/// Services that were deleted in WHMCS, or given a product of another module, while they had a VM: nobody pays for these.
async fn lost(site: &Site) -> Result<Check, StoreError> {
    let known = site.host.effect("service_ids", json!({})).await?;
    let known: BTreeSet<u64> = known
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(lenient::whole)
        .collect();
    let lost: Vec<String> = vm_list::with_a_vm(&site.host)
        .await?
        .iter()
        .filter(|service| !known.contains(&service.0))
        .map(ToString::to_string)
        .collect();
    if lost.is_empty() {
        return Ok(Check::ok("services", "each VM's service is in WHMCS"));
    }
    let text = format!(
        "{} VMs are of services that WHMCS, or this module in it, does not have any more: {}.",
        lost.len(),
        lost[..lost.len().min(SERVICES_NAMED)].join(", ")
    );
    let fix = "In VM Management, Reset to terminate removes such a VM, and Reset to remove lets go of it.";
    Ok(Check::new("services", Health::Warn, text, fix))
}

/// Names that a name server does not take.
async fn names(site: &Site) -> Result<Check, StoreError> {
    let (services, since) = overdue_dns::summary(&site.host).await?;
    if services == 0 {
        return Ok(Check::ok("names", "no DNS record is overdue"));
    }
    let ago = report::ago(site.now() - since.unwrap_or_else(|| site.now()));
    let text = format!("DNS records of {services} services are overdue, the oldest for {ago}.");
    let fix = "The cron goes on trying; what it meets stands in the log of each service. Test the DNS zones in the addon.";
    Ok(Check::new("names", Health::Warn, text, fix))
}

fn fix(mode: &str, root: &str) -> String {
    if mode == "hook" {
        return "See that WHMCS's own cron runs every 5 minutes (Automation Status), or choose the standalone cron.".to_owned();
    }
    format!(
        "Put this line into the crontab: * * * * * php {}/modules/addons/puq_proxmox_kvm/cron.php > /dev/null 2>&1",
        root.trim_end_matches('/')
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cron_that_never_ran_or_stopped_or_ran_in_the_future_is_told_of() {
        const NOW: i64 = 1_000_000;
        for (last, health, mended) in [
            (None, Health::Fail, true),
            (Some(NOW - SILENCE_S - 1), Health::Fail, true),
            (Some(NOW - SILENCE_S), Health::Ok, false),
            (Some(NOW + SLACK_S), Health::Ok, false),
            (Some(NOW + SLACK_S + 1), Health::Fail, false),
        ] {
            let check = heartbeat(last, NOW, || "the line".to_owned());
            assert_eq!(
                (check.health, check.fix == "the line"),
                (health, mended),
                "{last:?}"
            );
        }
    }

    #[test]
    fn clocks_that_are_apart_are_told_of_before_the_cron_refuses() {
        for (ahead, health) in [
            (CLOCK_SKEW_S, Health::Ok),
            (-CLOCK_SKEW_S - 1, Health::Warn),
            (cron::problems::CLOCKS_APART_S, Health::Warn),
            (cron::problems::CLOCKS_APART_S + 1, Health::Fail),
            (-cron::problems::CLOCKS_APART_S - 1, Health::Fail),
        ] {
            assert_eq!(clock(ahead).health, health, "{ahead}");
        }
        assert!(clock(-9).text.contains("9 s behind"));
    }
}
