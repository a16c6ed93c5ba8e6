//! The names of what is done to a VM: steps, flows, what persons ask for. As stored they are the English ones, which the cron
//! prints.

use super::{Sentence, say};

/// What the step, flow or deed of this stored name is called; a name of another version is told as it is.
pub fn work_name(stored: &str) -> Sentence {
    match stored {
        "Start" => say::action_start(),
        "Stop" => say::action_stop(),
        "Shutdown" => say::action_shutdown(),
        "Reboot" => say::action_reboot(),
        "Take snapshot" => say::action_snapshot(),
        "Roll back" => say::action_rollback(),
        "Remove snapshot" => say::action_snapshot_remove(),
        "Back up" => say::action_backup(),
        "Remove backup" => say::action_backup_remove(),
        "Mount ISO" => say::action_iso(),
        "Unmount ISO" => say::action_iso_unmount(),
        "Reinstall" => say::action_reinstall(),
        "Restore backup" => say::action_restore(),
        "Reset password" => say::action_password(),
        "Step" => say::action_step(),
        "Deploy" => say::flow_deploy(),
        "ChangePackage" => say::flow_package(),
        "ResetPassword" => say::flow_password(),
        "SetDnsRecords" => say::flow_names(),
        "Terminate" => say::flow_terminate(),
        "Restore" => say::flow_restore(),
        "Allocate IP" => say::step_allocate(),
        "Update IP + DNS + Firewall" => say::step_readdress(),
        "Configure DNS records" => say::step_names(),
        "Clone VM" => say::step_clone_vm(),
        "Migrate to target node" => say::step_migrate(),
        "Set CPU & RAM" => say::step_compute(),
        "Resize system disk" => say::step_disk_size(),
        "Set system disk I/O" => say::step_disk_speed(),
        "Create additional disk" => say::step_second_make(),
        "Resize additional disk" => say::step_second_size(),
        "Set additional disk I/O" => say::step_second_speed(),
        "Configure network" => say::step_network(),
        "Configure firewall" => say::step_firewall(),
        "Configure cloud-init" => say::step_cloudinit(),
        "Start VM" => say::step_start(),
        "Verify running" => say::step_verify(),
        "Verify running + Email" => say::step_verify_mail(),
        "Stop VM" => say::step_stop_vm(),
        "Remove VM" => say::step_remove_vm(),
        other => Sentence::foreign(other),
    }
}
