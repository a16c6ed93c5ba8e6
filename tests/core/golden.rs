//! The cron's output to the letter. Runs of blanks are collapsed before comparing.
//!
//! The whole runs are told by scripted tasks, which proves the layout with its times; the blocks come from the real flows
//! as well, with their durations left out.

use crate::script::{
    DEPLOY_SCRIPT, PAUSED_SCRIPT, RESUMED_SCRIPT, SERVICE, backups, play, statistics,
};
use crate::support::shop::{PRODUCT, usual_with};
use crate::support::{Cut, Order, World};
use futures_util::future::LocalBoxFuture;
use puq_proxmox_kvm::cron::options::Selection;
use puq_proxmox_kvm::cron::{Applies, Task, TaskReport, Tick};
use puq_proxmox_kvm::model::{Clock, VmState};
use puq_proxmox_kvm::store::StoreError;
use puq_proxmox_kvm::store::setting::Settings;
use pve_sim::Scenario;
use serde_json::json;
use std::cell::Cell;
use std::time::Duration;

const DEPLOY: &str = include_str!("golden/deploy.txt");
const PAUSED: &str = include_str!("golden/change_package_paused.txt");
const RESUMED: &str = include_str!("golden/change_package_resumed.txt");

fn collapsed(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

type Ran<'t> = LocalBoxFuture<'t, Result<TaskReport, StoreError>>;

fn yes<'t>(_: &'t Tick<'_>) -> LocalBoxFuture<'t, Result<Applies, StoreError>> {
    Box::pin(async { Ok(Applies::Yes) })
}

fn no<'t>(_: &'t Tick<'_>) -> LocalBoxFuture<'t, Result<Applies, StoreError>> {
    Box::pin(async { Ok(Applies::No) })
}

fn idle<'t>(_: &'t Tick<'_>) -> Ran<'t> {
    Box::pin(async { Ok(TaskReport::default()) })
}

/// The tasks of a script; a function pointer takes nothing along, so each script has its own.
macro_rules! tasks {
    ($script:expr) => {{
        fn machines<'t>(tick: &'t Tick<'_>) -> Ran<'t> {
            Box::pin(play(&$script, tick))
        }
        fn backup<'t>(_: &'t Tick<'_>) -> Ran<'t> {
            Box::pin(async { Ok(backups(&$script)) })
        }
        fn count<'t>(_: &'t Tick<'_>) -> Ran<'t> {
            Box::pin(async { Ok(statistics(&$script).await) })
        }
        let task = |key, minutes, applies, run| Task {
            key,
            label: key,
            minutes,
            applies,
            run,
        };
        [
            task("processVirtualMachines", 1, yes, machines as _),
            task("removeOldSnapshots", 1, yes, idle),
            task("restoreBackupStatus", 1, yes, idle),
            task("nowBackupStatus", 1, yes, idle),
            task("scheduleBackup", 1, yes, backup),
            // No product uses it: it prints nothing.
            task("scheduleSnapshot", 1, no, idle),
            task("collectingStatistics", 60, yes, count),
        ]
    }};
}

/// Runs scripted tasks with the real tick, beginning so many milliseconds past `epoch`.
fn run(tasks: &[Task], epoch: i64, millis: u64, last: i64) -> String {
    let world = World::new(
        Scenario {
            epoch,
            ..Scenario::named("bare").unwrap()
        },
        1,
    );
    for task in tasks {
        let insert = "INSERT INTO puq_proxmox_kvm_tasks (task, minutes, last_run) VALUES";
        world.host.run(&format!(
            "{insert} ('{}', {}, {last})",
            task.key, task.minutes
        ));
    }
    world.advance(Duration::from_millis(millis));
    world.host.take_console();
    world.drive(|site| async move {
        let about = site.host.describe().await.unwrap();
        let selection = Selection {
            force: true,
            ..Selection::default()
        };
        let tick = Tick {
            site: &site,
            about: &about,
            zone: chrono_tz::UTC,
            holder: "test".to_owned(),
            until: tokio::time::Instant::now() + Duration::from_secs(600),
            quiet: false,
            selection: &selection,
            settings: Settings::default(),
            leased: Cell::default(),
            heard: Default::default(),
        };
        tick.run(tasks).await.unwrap();
    });
    world.host.take_console()
}

/// 2026-04-10 00:00:00 UTC.
const DAY: i64 = 1_775_779_200;

fn at(hour: i64, minute: i64, second: i64) -> i64 {
    DAY + hour * 3600 + minute * 60 + second
}

#[test]
fn a_deploy_resumed_at_clone_prints_as_the_reference_does() {
    let text = run(&tasks!(DEPLOY_SCRIPT), at(3, 49, 18), 600, at(3, 34, 0));
    assert_eq!(collapsed(&text), collapsed(DEPLOY), "{text}");
}

#[test]
fn a_change_of_package_that_pauses_prints_as_the_reference_does() {
    let text = run(&tasks!(PAUSED_SCRIPT), at(3, 53, 23), 0, at(3, 50, 16));
    assert_eq!(collapsed(&text), collapsed(PAUSED), "{text}");
}

#[test]
fn a_change_of_package_that_goes_on_prints_as_the_reference_does() {
    let text = run(&tasks!(RESUMED_SCRIPT), at(3, 54, 38), 100, at(3, 53, 51));
    assert_eq!(collapsed(&text), collapsed(RESUMED), "{text}");
}

/// The lines of a block and its summary, without stamps, durations and details inside steps.
fn block(text: &str) -> Vec<String> {
    collapsed(text)
        .into_iter()
        .filter(|line| {
            line.starts_with("---") || line.starts_with('[') || line.contains(" action:")
        })
        .map(|line| match line.rsplit_once(" [") {
            Some((rest, took)) if took.ends_with("s]") && line.starts_with('[') => rest.to_owned(),
            _ => line
                .split_once(" sid:")
                .map_or(line.clone(), |(_, rest)| format!("sid:{rest}")),
        })
        .collect()
}

/// A shop where service 5546 becomes VM 2002 and every step has something to do.
fn shop() -> World {
    let world = World::usual(1);
    world.product(
        PRODUCT,
        &usual_with(&json!({
            "first_vmid": "2002", "template": "9001", "node": "pve2", "rate": "10", "additional_size": "20",
            "system_read_mbps": "100", "additional_read_mbps": "100",
        })),
    );
    world.order(&Order::new(SERVICE.0));
    world
}

#[test]
fn the_real_deploy_prints_the_same_steps() {
    let world = shop();
    // A tick that dies as the migration is asked for leaves the service at *clone*.
    let all = shop();
    all.tick();
    let sent = all
        .network
        .sent
        .borrow()
        .iter()
        .position(|sent| sent.path.ends_with("/migrate"))
        .unwrap();
    world.crash_at_request(Some(Cut::Before(sent as u64 + 1)));
    assert!(world.tick().died);
    world.crash_at_request(None);
    assert_eq!(world.state(SERVICE), VmState::Clone);
    world.advance(Duration::from_secs(60));
    let text = world.tick().text;
    assert_eq!(block(&text), block(DEPLOY), "{text}");
}

#[test]
fn the_real_change_of_package_pauses_and_goes_on_with_the_same_steps() {
    let world = World::usual(1);
    world.product(
        PRODUCT,
        &usual_with(&json!({"first_vmid": "2002", "template": "9001", "node": "pve1"})),
    );
    world.order(&Order::new(SERVICE.0));
    world.settle(2);
    let changed = json!({
        "first_vmid": "2002", "template": "9001", "node": "pve1", "cpu": "4", "system_size": "20", "ipv4": "2",
        "system_read_mbps": "100", "additional_size": "20", "additional_read_mbps": "100", "policy_in": "DROP",
    });
    world.product(PRODUCT, &usual_with(&changed));
    world.drive(|site| async move {
        let params = site.host.services(vec![SERVICE.0]).await.unwrap().remove(0);
        let answer = crate::support::actions::change_package(&site, params).await;
        assert_eq!(answer.unwrap(), "success");
    });
    world.faults(&json!([{"match": {"path": "~/status/start$"}, "do": {"task_fail": {"exitstatus": "start failed"}}}]));
    world.advance(Duration::from_secs(60));
    let text = world.tick().text;
    assert_eq!(block(&text), block(PAUSED), "{text}");
    world.faults(&json!([]));
    world.advance(Duration::from_secs(60));
    let text = world.tick().text;
    assert_eq!(block(&text), block(RESUMED), "{text}");
}

#[test]
fn the_clock_of_the_world_is_the_clusters() {
    let world = World::usual(1);
    world.advance(Duration::from_secs(100));
    let now = {
        let _reach = world.runtime.enter();
        world.clock.now().timestamp()
    };
    assert_eq!(now, world.see(|all| all.unix()));
}
