//! Why a VM does not move: what is waited for, since when, and what other work is called. Its texts are in the server
//! module's folder `lang/said`.

use crate::model::sentence::sentences;

sentences! {
    WAITS:
    waiting_for(what) = "waiting for {what}";
    wait_since(why, span) = "{why} (for {span})";
    span_seconds(count) = "{count} s";
    span_minutes(count) = "{count} min";
    span_hours(count) = "{count} h";
    span_days(count) = "{count} d";
    wait_task(task, node, time, upid) = "{task} on {node} since {time} ({upid})";
    task_clone(id) = "the clone of template {id}";
    task_start(id) = "the start of VM {id}";
    task_stop(id) = "the stop of VM {id}";
    task_restart(id) = "the restart of VM {id}";
    task_remove(id) = "the removal of VM {id}";
    task_migrate(id) = "the migration of VM {id}";
    task_move(id) = "the move of a disk of VM {id}";
    task_resize(id) = "the resizing of a disk of VM {id}";
    task_configure(id) = "the configuration of VM {id}";
    task_snapshot(id) = "a snapshot of VM {id}";
    task_unsnapshot(id) = "the removal of a snapshot of VM {id}";
    task_rollback(id) = "the rollback of VM {id}";
    task_restore(id) = "the restore of VM {id}";
    task_job = "a backup job";
    task_backup(id) = "the backup of VM {id}";
    task_volume = "the removal of a volume";
    task_other(kind, id) = "the task {kind} {id}";
    lock_task(lock, vmid, node, task) = "the lock \"{lock}\" on VM {vmid} ({node}) to go: {task} holds it";
    lock_unknown(lock, vmid, node, error) = "the lock \"{lock}\" on VM {vmid} ({node}) to go; who holds it is not known: {error}";
    lock_suspended(lock, vmid, node) = "the lock \"{lock}\" on VM {vmid} ({node}) to go: it was suspended to disk. It goes on once the service is unsuspended in WHMCS";
    lock_hibernated(lock, vmid, node) = "the lock \"{lock}\" on VM {vmid} ({node}) to go: it was suspended to disk. Start it in Proxmox";
    lock_clone(lock, vmid, node) = "the lock \"{lock}\" on VM {vmid} ({node}) to go: no task on {node} holds it, so its clone died half-way. Run on {node}: qm unlock {vmid}, then qm destroy {vmid}";
    lock_dead(lock, vmid, node) = "the lock \"{lock}\" on VM {vmid} ({node}) to go: no task on {node} holds it, so it is the rest of a dead one. If nothing works on that VM, run on {node}: qm unlock {vmid}";
    wait_turn(full) = "its turn: {full}, as many as it takes at once";
    full_clones(count, place) = "{count} full clones under way at {place}";
    full_linked(count, place) = "{count} linked clones under way at {place}";
    full_disks(count, place) = "{count} new disks under way at {place}";
    full_migrations(count, place) = "{count} migrations under way at {place}";
    full_starts(count, place) = "{count} starts under way at {place}";
    full_changes(count, place) = "{count} changes of configurations under way at {place}";
    full_both(first, second) = "{first} and {second}";
    wait_clone(template, vmid) = "the clone of template {template} to VM {vmid}";
    wait_run(kind, vmid) = "another run's {kind} of VM {vmid}";
    follow_asked(vmid) = "VM {vmid} to follow";
    follow_off(vmid) = "VM {vmid} to go off";
    follow_running(vmid) = "VM {vmid} to run";
    follow_awake(vmid) = "VM {vmid} to go on";
    follow_restarted(vmid) = "VM {vmid} to restart";
    wait_ha(wait, state) = "{wait}; HA manages it (its state there: {state})";
    wait_person = "what was asked for on a page";
    wait_next = "the next run: this one's time is used up";
    op_clone = "clone";
    op_migrate = "migrate";
    op_move_disk = "move_disk";
    op_create_disk = "create_disk";
    op_remove_snapshot = "remove_snapshot";
    op_resize = "resize";
    op_start = "start";
    op_stop = "stop";
    op_shutdown = "shutdown";
    op_reboot = "reboot";
    op_resume = "resume";
    op_delete = "delete";
    op_backup = "backup";
    op_remove_backup = "remove_backup";
    op_restore = "restore";
    op_snapshot = "snapshot";
    op_rollback = "rollback";
    op_mail = "mail";
}
