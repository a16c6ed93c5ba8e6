//! The cron's output for the tasks beside the flows, to the letter.

use super::*;

/// Runs of blanks collapsed, moments and spans replaced.
fn plain(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .map(|line| match line.split_once(" [") {
            Some((stamp, rest)) if stamp.len() == 19 => format!("T [{rest}"),
            _ if line.len() > 20 && line.starts_with("2026-") => format!("T {}", &line[20..]),
            _ => line,
        })
        .filter(|line| !line.is_empty())
        .collect()
}

#[test]
fn a_forced_run_over_a_vm_at_rest_prints_every_task() {
    let world = world_at("2026-04-10T02:00:00Z", &json!({}));
    granted(&world, &json!({"op": "backup_now"}));
    wait(&world);
    world.host.run(
        "UPDATE puqProxmoxKVM_vm_info SET vm_backup_schedule = '{\"5\":\"02:00\"}', next_backup_at = 1776000000",
    );
    world.host.run("DELETE FROM puqProxmoxKVM_statistics");
    let last = "UPDATE puq_proxmox_kvm_tasks SET last_run = 1775786430, minutes = CASE task \
                WHEN 'collectingStatistics' THEN 60 ELSE 1 END";
    world.host.run(last);
    let ran = world.cron(&["--force"]);
    println!("{}", ran.text);
    let wanted = "\
        T PUQ Proxmox KVM Cron Start
        T [processVirtualMachines] Running (interval: 1m, last: 02:00:30)
        T [processVirtualMachines] Done (0s) - processed: 0, errors: 0
        T [removeOldSnapshots] Running (interval: 1m, last: 02:00:30)
        T [removeOldSnapshots] Done (0s) - processed: 0, errors: 0
        T [restoreBackupStatus] Running (interval: 1m, last: 02:00:30)
        T [restoreBackupStatus] Done (0s) - processed: 0, errors: 0
        T [nowBackupStatus] Running (interval: 1m, last: 02:00:30)
        T [nowBackupStatus] Done (0s) - processed: 0, errors: 0
        T [scheduleBackup] Running (interval: 1m, last: 02:00:30)
        T [scheduleBackup] Done (0s) - processed: 0, errors: 0
        T sid:7 [skipped] already_done_today, last:2026-04-10
        T [collectingStatistics] Running (interval: 60m, last: 02:00:30)
        T [collectingStatistics] Done (0s) - processed: 1, errors: 0
        T sid:7 [success] last:never, collected
        T PUQ Proxmox KVM Cron End";
    let wanted: Vec<String> = wanted.lines().map(|line| line.trim().to_owned()).collect();
    let found = plain(&ran.text);
    for (found, wanted) in found.iter().zip(&wanted) {
        let spans = |line: &str| line.replace("(0.1s)", "(0s)");
        assert!(
            spans(found).starts_with(wanted.as_str()),
            "{found}\nwanted: {wanted}"
        );
    }
    assert_eq!(found.len(), wanted.len(), "{found:#?}");
    // Minutes later the same hour is still being counted: nothing was collected before it.
    world.advance(MINUTE * 4);
    let again = world.cron(&["--force"]);
    assert_eq!(
        lines_of(&again.text, "collectingStatistics"),
        ["sid:7 [success] last:never, collected"]
    );
}

#[test]
fn the_list_tells_how_much_goes_at_once_and_why_it_was_reduced() {
    let world = world(&json!({}));
    world.host.run("DELETE FROM puq_proxmox_kvm_limits");
    let rows = [
        "('full-clone:c/9000', 16, 30000, 0, 1775818920, 22, 42500, 30000, NULL)",
        "('start:c/pve1', 24, 8000, 0, 1775818920, 48, 0, 0, 'start VM 101: got timeout')",
        "('start:c/pve2', 48, 0, 0, NULL, 0, 0, 0, NULL)",
    ];
    for row in rows {
        world
            .host
            .run(&format!("INSERT INTO puq_proxmox_kvm_limits VALUES {row}"));
    }
    let text = world.cron(&["--list"]).text;
    let (_, told) = text.split_once("At once, as learnt\n").unwrap();
    let lines: Vec<&str> = told.lines().take(5).collect();
    assert_eq!(
        lines,
        [
            "  16  full-clone:c/9000, the fastest took 30.0s",
            "      reduced from 22 at 2026-04-10 11:02:00: it took 42.5s instead of 30.0s",
            "  24  start:c/pve1, the fastest took 8.0s",
            "      reduced from 48 at 2026-04-10 11:02:00: start VM 101: got timeout",
            "  48  start:c/pve2",
        ]
    );
}

#[test]
fn the_list_names_every_task_in_order() {
    let world = world(&json!({}));
    let text = world.cron(&["--list"]).text;
    let keys: Vec<&str> = text
        .lines()
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(
        keys,
        [
            "processVirtualMachines",
            "removeOldSnapshots",
            "restoreBackupStatus",
            "nowBackupStatus",
            "scheduleBackup",
            "scheduleSnapshot",
            "collectingStatistics"
        ]
    );
}
