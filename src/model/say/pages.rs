//! What the pages of a service refuse: backups, snapshots, charts, images, firewall, reinstallation, passwords, reverse
//! names. Its texts are in the server module's folder `lang/said`.

use crate::model::sentence::sentences;

sentences! {
    PAGES:
    weekdays = "Weekdays must be numbers from 0 (Sunday) to 6 (Saturday).";
    no_backups = "Your product does not include backups.";
    backups_full(slots) = "All {slots} backups of the package are in use; remove one first.";
    backup_protected = "This backup is protected; please contact support.";
    backup_gone = "There is no such backup any more.";
    no_snapshots = "Your product does not include snapshots.";
    snapshots_full(slots) = "All {slots} snapshots of the package are in use; remove one first.";
    snapshot_gone = "There is no such snapshot any more.";
    no_schedule = "Your product does not include scheduled snapshots.";
    time = "The time must be written as HH:MM, 00:00 to 23:59.";
    period = "The period must be hour, day, week, month or year.";
    image_gone = "There is no such image.";
    image_other = "Another image is mounted; unmount it first.";
    image_later = "The VM sees the image from its next start on, because it had no drive for it.";
    rules_changed = "The rules changed meanwhile; look again and repeat what you wanted.";
    rule_none = "The request names no rule.";
    policies = "Both policies must be ACCEPT or DROP.";
    rules_full(most) = "A VM may have {most} rules; remove one first.";
    rule_gone = "There is no such rule any more.";
    rule_provider = "This rule belongs to the provider and stays.";
    rule_below = "The provider's rules stand first; yours can only be moved below them.";
    rule_refused = "The rule is not added.";
    type_confirm(word) = "Type {word} to confirm that everything on the VM is deleted.";
    system = "This system is not offered.";
    key(line, why) = "Line {line} is no SSH public key: {why}.";
    keys_many(count, most) = "A VM takes at most {count} SSH public keys, {most} characters together; please remove some.";
    key_private = "Holds a private key: it must hold the public one, of the file that ends in .pub.";
    key_line(line, why) = "Is no SSH public key in line {line}: {why}.";
    keys_most(count, most) = "Must hold at most {count} keys, {most} characters together.";
    key_kind(kinds) = "it must begin with one of {kinds}";
    key_base64 = "the text after the kind is not base64";
    key_cut = "the key is cut off or does not fit its kind";
    key_control = "it holds control characters";
    running = "The VM is running. Shut it down first, or choose to have it shut down now.";
    password_empty = "The new password is empty.";
    password_long(most) = "The new password must have at most {most} characters.";
    password_line = "The new password must be one line without control characters.";
    password_running = "The VM is running. Shut it down first: the password is set as it starts.";
    rdns_elsewhere(names) = "The reverse name of {names} cannot be set here; please contact support. Nothing is saved.";
    names_refused = "The names are not saved.";
    names_support = "The names could not be passed on to support; nothing is saved. Please open a ticket yourself.";
    names_later = "The names are saved, but a name server did not take them yet; it is tried again by itself in the next hours, you need not do anything.";
    name_none = "Is no address of this service.";
    name_which = "Must name an address and its host name.";
    name_host(name) = "Must be a full host name such as mail.example.com, not \"{name}\".";
    field_one(list) = "Must be one of {list}.";
    field_single = "Must be a single value.";
    field_network = "Must be an IP address or a network such as 192.0.2.0/24.";
    field_prefix(most) = "Must have a prefix from 1 to {most}.";
    field_port = "Must be a port from 1 to 65535, or a range such as 8000:8100.";
    field_length(most) = "Must have at most {most} characters.";
    field_line = "Must be one line without control characters.";
    field_ports = "Needs a protocol that has ports, such as tcp or udp.";
    field_version = "Must be of the same IP version as the source.";
}
