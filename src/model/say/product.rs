//! What the form of a product says of its fields. Its texts are in the server module's folder `lang/said`.

use crate::model::sentence::sentences;

sentences! {
    PRODUCT:
    must_whole(low, high, text) = "Must be a whole number from {low} to {high}, not \"{text}\".";
    must_whole_since(low, high, text, why) = "Must be a whole number from {low} to {high}, not \"{text}\": {why}.";
    since_vmid = "Proxmox numbers its guests so";
    since_vlan = "0 means untagged, and 802.1Q reserves 4095 and has no tag above it";
    must_number(low, high, text) = "Must be a number from {low} to {high}, not \"{text}\".";
    must_switch(text) = "Must be on or off, not \"{text}\".";
    must_plain = "Must not hold control characters.";
    must_word(list, text) = "Must be one of {list}, not \"{text}\".";
    must_node(text) = "Must be a node's name, not \"{text}\".";
    must_template(low, high, text) = "Must be a template's VMID, from {low} to {high}, not \"{text}\".";
    must_storage(text) = "Must be a storage's name, not \"{text}\".";
    must_username(text) = "Must begin with a letter and hold at most 32 letters, digits, dots, hyphens and underscores, not \"{text}\".";
    must_domain(text) = "Must be a domain such as .example.com, not \"{text}\".";
    must_gateway(text) = "Must be a host such as console.example.com, not \"{text}\".";
    must_mail = "Must be the name of a mail template.";
    must_department(text) = "Must be a support department, not \"{text}\".";
    must_name(name) = "Must make a DNS name: letters, digits and hyphens, no hyphen at either end, at most 63 characters between dots; it can make \"{name}\".";
    must_unique(service, client) = "Must give each VM a name of its own: put {service} into it, with a hyphen or a letter between it and {client}; or at least 14 random letters or 20 random digits.";
    must_length(part) = "Must have a length from 1 to 63 in {part}.";
    must_macro(part) = "Has the unknown macro {part}.";
    must_map(why) = "Must be a JSON map of this product's fields: {why}.";
    must_port(text) = "Must be from 1 to 65535, not \"{text}\".";
    product_from_vms(count) = "The form starts from what the {count} VMs of this product have. Read it before you save it.";
    product_vms_unknown(why) = "What the VMs of this product have cannot be read, so nothing is saved until it can: {why}";
    servers_no_group = "No server group is chosen. Choose one, so that nodes and templates can be listed.";
    servers_group_deleted = "The chosen server group no longer exists. Choose another one.";
    servers_group_empty = "The server group has no servers. Add one to the group.";
    servers_server_missing = "The server group names a server that no longer exists. Edit the group.";
    cluster_unreachable(why) = "Proxmox cannot be asked: {why}";
    must_brace(part) = "Has a brace without its pair at \"{part}\".";
    must_shorter(name) = "Makes, with the main domain, a name that is too long: \"{name}\".";
}
