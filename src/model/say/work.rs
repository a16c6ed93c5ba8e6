//! What is done to a VM: the steps of flows, and what a person asks for on a page. The cron's lines have the English text. Its
//! texts are in the server module's folder `lang/work`.

use crate::model::sentence::sentences;

sentences! {
    WORK:
    action_start = "Start";
    action_stop = "Stop";
    action_shutdown = "Shutdown";
    action_reboot = "Reboot";
    action_snapshot = "Take snapshot";
    action_rollback = "Roll back";
    action_snapshot_remove = "Remove snapshot";
    action_backup = "Back up";
    action_backup_remove = "Remove backup";
    action_iso = "Mount ISO";
    action_iso_unmount = "Unmount ISO";
    action_reinstall = "Reinstall";
    action_restore = "Restore backup";
    action_password = "Reset password";
    action_step = "Step";
    action_of(action, subject) = "{action} ({subject})";
    flow_deploy = "Deploy";
    flow_package = "ChangePackage";
    flow_password = "ResetPassword";
    flow_names = "SetDnsRecords";
    flow_terminate = "Terminate";
    flow_restore = "Restore";
    step_allocate = "Allocate IP";
    step_readdress = "Update IP + DNS + Firewall";
    step_names = "Configure DNS records";
    step_clone_vm = "Clone VM";
    step_migrate = "Migrate to target node";
    step_compute = "Set CPU & RAM";
    step_disk_size = "Resize system disk";
    step_disk_speed = "Set system disk I/O";
    step_second_make = "Create additional disk";
    step_second_size = "Resize additional disk";
    step_second_speed = "Set additional disk I/O";
    step_network = "Configure network";
    step_firewall = "Configure firewall";
    step_cloudinit = "Configure cloud-init";
    step_start = "Start VM";
    step_verify = "Verify running";
    step_verify_mail = "Verify running + Email";
    step_stop_vm = "Stop VM";
    step_remove_vm = "Remove VM";
    step_skipped(step, why) = "{step} (skip - {why})";
    skip_same = "no change";
    skip_exists = "exists";
    skip_unset = "not configured";
    skip_suspended = "suspended";
    skip_shrink = "shrink not allowed by Proxmox";
    skip_stays = "stays in place";
    ended_well = "success";
}
