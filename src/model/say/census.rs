//! What the census tells staff of what stands on a cluster. Its texts are in the server module's folder `lang/said`.

use crate::model::sentence::sentences;

sentences! {
    CENSUS:
    census_doubled(vmid, node, service, own) = "VM {vmid} on {node} carries the mark of service {service}, whose VM is {own}. Remove it once its disks are surely not needed.";
    census_over(vmid, node, service) = "VM {vmid} on {node} carries the mark of service {service}, which has no VM any more. Remove it once its disks are surely not needed.";
    census_number(vmid, node, service, own) = "VM {vmid} on {node} carries the mark of service {service}, which has VM {own} on record. Adopt it if it is the service's.";
    census_unrecorded(vmid, node, service) = "VM {vmid} on {node} carries the mark of service {service}, which has no VM on record yet. Adopt it, or let the cron go on with it.";
    census_missing(vmid, service) = "VM {vmid} of service {service} is on no node of the cluster. Restore it there under its number, attach another VM to the service on its page, redeploy the service, or terminate it.";
    census_unknown(vmid, name, node) = "VM {vmid} ({name}) on {node} carries a mark that no record has: it is of another installation, or of a service that this database does not know (its notes name it). It is never touched from here.";
    census_unreadable(vmid, name, node, why) = "VM {vmid} ({name}) on {node} carries a mark that no record has, and the number of one that cannot be read. {why} Put the record right; the VM is not touched until then.";
    census_moved(vmid, service, was, node) = "VM {vmid} of service {service} was on {was} and is on {node} now. It is followed with the next work on it; nothing is to be done.";
    census_runs(vmid, service, node) = "VM {vmid} of service {service} runs on {node}, though the service is suspended. The cron stops it again; the service's page says what hinders it.";
    census_template(vmid, node, service) = "{vmid} on {node} is a template, and carries the mark of service {service}. It is neither adopted nor removed from here. If it is wanted as a template, take the line puq-owner out of its notes, and its tag away.";
    census_turned(vmid, service, node) = "VM {vmid} of service {service} on {node} was turned into a template, and cannot be started. Clone it in Proxmox and attach the clone to the service on its page, or terminate the service.";
    census_container(vmid, node, service) = "{vmid} on {node} is a container and no VM, and carries the mark of service {service}. It is neither adopted nor removed from here. Take the line puq-owner out of its notes, and its tag away.";
    census_displaced(vmid, service, node) = "VM {vmid} of service {service} is gone: a container on {node} has its number. Attach another VM to the service on its page, or terminate the service.";
    census_address(vmid, service, has, due) = "VM {vmid} of service {service} is configured with the address {has}, but has {due} on record. Change Package writes the one on record into it again; if the other one is right, enter it in the pool or as the dedicated IP.";
    odd_template(vmid) = "{vmid} carries its mark, and is a template.";
    odd_address(vmid) = "VM {vmid} is configured with another address.";
    odd_container(vmid) = "{vmid} is a container.";
}
