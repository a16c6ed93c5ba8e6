//! This side: versions, the cron's heartbeat, the tables.

use super::{Check, Health};
use crate::cron;
use crate::host::Dialect;
use crate::model::{Sentence, lenient, say};
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
        say::check_extension(),
        say::extension_runs(env!("CARGO_PKG_VERSION"), &about.php, &about.whmcs),
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
        checks.push(Check::new(
            say::check_zone(),
            Health::Warn,
            report::unknown_zone(&about.timezone),
            say::fix_zone(),
        ));
    }
    checks.push(clock(site.ahead_s));
    for text in cron::problems::all(site).await? {
        checks.push(Check::new(
            say::check_cron(),
            Health::Fail,
            text,
            say::fix_cron(),
        ));
    }
    Ok(checks)
}

/// Whether the cron runs. `last`: when its last run began, `now`: the present moment, both in seconds since 1970.
fn heartbeat(last: Option<i64>, now: i64, mend: impl FnOnce() -> Sentence) -> Check {
    let Some(last) = last else {
        return Check::new(say::check_cron(), Health::Fail, say::cron_never(), mend());
    };
    let ago = now - last;
    if ago < -SLACK_S {
        let (text, fix) = (say::cron_future(), say::fix_future());
        return Check::new(say::check_cron(), Health::Fail, text, fix);
    }
    match ago > SILENCE_S {
        true => {
            let text = say::cron_silent(report::ago(ago));
            Check::new(say::check_cron(), Health::Fail, text, mend())
        }
        false => Check::ok(say::check_cron(), say::cron_last(report::ago(ago))),
    }
}

/// Whether this machine's clock, so many seconds ahead of the database's, is near enough.
fn clock(ahead: i64) -> Check {
    if ahead.abs() <= CLOCK_SKEW_S {
        return Check::ok(say::check_clock(), say::clock_agrees());
    }
    let text = match ahead > 0 {
        true => say::clock_ahead(ahead),
        false => say::clock_behind(ahead.abs()),
    };
    let health = match ahead.abs() > cron::problems::CLOCKS_APART_S {
        true => Health::Fail,
        false => Health::Warn,
    };
    Check::new(say::check_clock(), health, text, say::fix_clock())
}

/// Whether what the database has committed outlives a loss of power.
async fn durable(site: &Site, dialect: Dialect) -> Result<Check, StoreError> {
    match durability::forgets(&site.host, dialect).await? {
        None => Ok(Check::ok(say::check_database(), say::database_keeps())),
        Some(why) => {
            let (text, fix) = (say::database_forgets(why), say::fix_database());
            Ok(Check::new(say::check_database(), Health::Warn, text, fix))
        }
    }
}

/// Whether this version can read what is stored of each service.
async fn readable(site: &Site) -> Result<Check, StoreError> {
    let rows = unreadable::all(&site.host).await?;
    if rows.is_empty() {
        return Ok(Check::ok(say::check_records(), say::records_read()));
    }
    let named = rows.iter().take(SERVICES_NAMED).map(|row| row.sentence());
    let text = say::records_unread(rows.len(), in_a_row(named));
    Ok(Check::new(
        say::check_records(),
        Health::Fail,
        text,
        say::fix_records(),
    ))
}

/// What the last census of the clusters found.
async fn census(site: &Site) -> Result<Check, StoreError> {
    let found = crate::vm::census::last(site).await?;
    let texts = found.iter().flat_map(|census| &census.findings);
    let texts = texts.map(|finding| finding.text.clone());
    let text = in_a_row(texts.take(SERVICES_NAMED));
    if text.as_str().is_empty() {
        return Ok(Check::ok(say::check_census(), say::census_clean()));
    }
    Ok(Check::new(
        say::check_census(),
        Health::Warn,
        text,
        say::fix_census(),
    ))
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
        return Ok(Check::ok(say::check_services(), say::services_known()));
    }
    let named = lost[..lost.len().min(SERVICES_NAMED)].join(", ");
    let text = say::services_lost(lost.len(), named);
    Ok(Check::new(
        say::check_services(),
        Health::Warn,
        text,
        say::fix_services(),
    ))
}

/// Names that a name server does not take.
async fn names(site: &Site) -> Result<Check, StoreError> {
    let (services, since) = overdue_dns::summary(&site.host).await?;
    if services == 0 {
        return Ok(Check::ok(say::check_names(), say::names_none()));
    }
    let ago = report::ago(site.now() - since.unwrap_or_else(|| site.now()));
    let text = say::names_overdue(services, ago);
    Ok(Check::new(
        say::check_names(),
        Health::Warn,
        text,
        say::fix_names(),
    ))
}

/// Several sentences, one after the other.
fn in_a_row(all: impl Iterator<Item = Sentence>) -> Sentence {
    let all = all.reduce(say::list_then);
    all.unwrap_or_else(|| Sentence::foreign(""))
}

fn fix(mode: &str, root: &str) -> Sentence {
    if mode == "hook" {
        return say::fix_hook();
    }
    say::fix_crontab(format!(
        "* * * * * php {}/modules/addons/puq_proxmox_kvm/cron.php > /dev/null 2>&1",
        root.trim_end_matches('/')
    ))
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
            let check = heartbeat(last, NOW, || Sentence::foreign("the line"));
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
        assert!(clock(-9).text.as_str().contains("9 s behind"));
    }
}
