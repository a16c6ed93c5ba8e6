//! What is done to a VM: the steps of flows, and what a person asks for on a page. The cron's lines have the English text. Its
//! texts are in the server module's folder `lang/work`.

use crate::model::sentence::sentences;

sentences! {
    WORK:
    deed_start = "Start";
    deed_stop = "Stop";
    deed_shutdown = "Shutdown";
    deed_reboot = "Reboot";
    deed_snapshot = "Take snapshot";
    deed_rollback = "Roll back";
    deed_snapshot_remove = "Remove snapshot";
    deed_backup = "Back up";
    deed_backup_remove = "Remove backup";
    deed_iso = "Mount ISO";
    deed_iso_unmount = "Unmount ISO";
    deed_reinstall = "Reinstall";
    deed_restore = "Restore backup";
    deed_password = "Reset password";
    deed_step = "Step";
    deed_of(deed, subject) = "{deed} ({subject})";
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
