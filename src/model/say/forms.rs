//! What the addon's forms say to staff. Its texts are in the addon's language files.

use crate::model::sentence::sentences;

sentences! {
    FORMS:
    pool_unsaved = "The pool is not saved.";
    pool_used(count, list) = "The pool is in use: {count} of its addresses are held or wait (services: {list}). They stay with their services; no new ones are given out.";
    zone_used(list) = "The zone is in use: names of these services are in it: {list}. The records stay where they are; nothing changes or deletes them any more.";
    pool_server = "Choose one of the servers of this module.";
    pool_overlap(id, first, last) = "Overlaps with pool {id} ({first} - {last}).";
    names_go(zones) = "Reverse names of these addresses go to {zones}.";
    names_lack(address, zone) = "The reverse name of {address} goes nowhere yet: add the DNS zone {zone}.";
    pool_none = "The request names no pool.";
    zone_gone = "There is no such zone any more.";
    zone_refused(why) = "The zone cannot be used: {why}";
    zone_silent(server, seconds) = "{server} did not answer within {seconds} s.";
    zone_certificate(error, print) = "{error}. The server shows the certificate {print}; if that is its own, enter it as fingerprint.";
    zone_unsaved = "The zone is not saved.";
    zone_none = "The request names no zone.";
    settings_unsaved = "The settings are not saved.";
    whole(unit, low, high) = "Must be a whole number of {unit} from {low} to {high}.";
    switch = "Must be on or off.";
    seconds = "seconds";
    backups = "backups";
    days = "days";
    cron_mode = "Must be hook or standalone.";
    minutes(most) = "Must be a whole number of minutes up to {most}; 0 switches the task off.";
    cron_unsaved = "The cron settings are not saved.";
    readers(text) = "Must be IP addresses or networks such as 192.0.2.7 or 198.51.100.0/24, separated by commas, not \"{text}\".";
    server = "Must be a server.";
    family = "Must be IPv4 or IPv6.";
    network(network, address) = "Must be in the gateway's network {network}, not {address}.";
    below(first) = "Must not be below the first address {first}.";
    room = "Must leave the range an address that can be given out.";
    ip(text) = "Must be an IP address, not \"{text}\".";
    ip_family(family, text) = "Must be an {family} address, not \"{text}\".";
    host(address) = "Must be the address of a host, which {address} is not.";
    pool_number(text) = "Must be a pool's number, not \"{text}\".";
    prefix(most, family, text) = "Must be from 1 to {most} for {family}, not \"{text}\".";
    vlan(text) = "Must be from 0 (untagged) to 4094, since 802.1Q reserves 4095, not \"{text}\".";
    bridge(text) = "Must be a bridge's name such as vmbr0, not \"{text}\".";
    printable = "Must be printable characters without blanks, at most 512.";
    entered = "Must be entered.";
    entered_again = "Must be entered again, because the server is another one.";
    owner = "Must be the user the zone belongs to.";
    one_of(kinds) = "Must be one of {kinds}.";
    cloudflare = "Must be the identifier Cloudflare shows on the zone's overview, or empty.";
    zone_name(text) = "Must be a zone's name such as example.com or 2.0.192.in-addr.arpa, not \"{text}\".";
    zone_never(text) = "Must be a zone that can hold a name of a VM or an address, not \"{text}\": letters, digits and hyphens; under in-addr.arpa up to four numbers in reverse, the first of them also a block such as 0/26, 64-27 or 64-95; under ip6.arpa single hexadecimal digits.";
    zone_twice = "Must be another one: this zone of this server is in the list already.";
    zonefile_path = "Must be the absolute path of the zone's file.";
    https = "Must begin with https://.";
    url = "Must be the server's address such as https://dns.example.com:8083, without user name or query.";
    https_near = "Must begin with https://; http:// is accepted for this machine and for addresses of private networks only.";
    fingerprint = "Must be the SHA-256 fingerprint of the server's certificate, or empty.";
    letters = "May have letters, digits, dots, hyphens and underscores only.";
}
