//! What clients and staff are told of a service: why its VM is not free, why something is refused, and how what was asked
//! for ended. Its texts are in the server module's folder `lang/said`.

use crate::model::sentence::sentences;

sentences! {
    SERVICE:
    not_included = "Your product does not include this.";
    user_only_looks = "The owner of this account lets you see products, but not change them. They can permit it in the account's user management.";
    not_stopped = "The VM is not stopped.";
    not_running = "The VM is not running.";
    halted = "The VM is halted. Start it first, or stop it.";
    hibernates = "The VM hibernates; start it first.";
    paused = "The VM is paused. Start lets it go on.";
    hibernated = "The VM hibernates: its memory is on a disk. Start wakes it up.";
    crashed = "The system in the VM has crashed. Stop the VM, then start it.";
    not_active = "The service is not active.";
    suspended = "The service is suspended.";
    working = "The VM is being worked on; please wait until it is ready.";
    vm_gone = "The service has no VM any more.";
    end_failed = "The VM could not be removed completely; please contact support.";
    restore_failed = "A restore failed; please restore a backup again or reinstall.";
    busy(lock) = "The VM is busy ({lock}).";
    unreachable = "The VM cannot be reached at the moment.";
    no_vm = "The service has no VM yet.";
    in_use = "Something else is being done with the VM; please try again in a moment.";
    not_set_up = "The product is not set up completely; please contact support.";
    failed = "It did not work; please try again or contact support.";
    staff = "It did not work, and only support can help; please contact them.";
    held = "Something else held the VM all the time; please try again in a few minutes.";
    ignored = "The system in the VM did not shut down in time. Shut it down from inside, or use Stop.";
    storage_full = "The storage has no room left; please contact support.";
    storage_gone = "The storage cannot be used at present; please contact support.";
    io_error = "The VM was halted, because its storage is full or cannot be reached; please contact support.";
    disks_no_snapshots = "The disks of the VM allow no snapshots; please contact support.";
    start_failed = "The VM does not start; please contact support.";
    no_answer = "The VM cannot be reached right now; please try again in a few minutes.";
    gone = "The VM is not there any more; please contact support.";
    not_followed = "It was passed on, but the VM did not follow; please contact support.";
    lost = "It was cut off on the way. Please look whether it was done, and ask again if not.";
    overtaken = "Something else was asked for meanwhile, so this was not done.";
    unknown = "This is not something the page can ask for.";
    too_long = "What was entered is too long; please shorten it.";
    no_right(right) = "Your role lacks the right \"{right}\", which this needs.";
    rights_unknown = "WHMCS did not say which rights your role has. Use the module commands of the service's page.";
    no_copy = "This product has no settings to copy.";
    changed = "The service changed this moment; please try again.";
    backup_removing = "A backup is being removed; please try again in a moment.";
    backing_up = "A backup of the VM is being made; please wait until it is complete.";
    restoring = "A backup is being restored; please wait until the VM is ready.";
    snapshot_busy = "A snapshot is being taken, removed or gone back to; please wait until that is done.";
    moving = "The VM is moving to another node; please try again in a moment.";
}
