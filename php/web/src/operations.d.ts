// What the pages ask Rust and are answered. Written by `make shapes` from src/actions/page_operations: not to be edited.
// Moments are seconds since 1970. A sentence is in the reader's language by the time a script has it.

/** What every operation is answered: its data, or why not. */
export type Answer<T> =
    | { ok: true; data: T }
    | { ok: false; error: string; errors?: Record<string, string>; confirm?: boolean };

/** Who gets in beside whoever knows the password. */
export interface Access {
    /** SSH public keys, one a line. */
    ssh_keys: string;
}

/** Which buttons work; there are none without a VM. */
export interface Actions {
    /** The button *Start*. */
    start?: Permit;
    /** The button *Stop*. */
    stop?: Permit;
    /** The button *Shut down*. */
    shutdown?: Permit;
    /** The button *Reboot*. */
    reboot?: Permit;
}

/** Who began something. */
export type Actor = "client" | "staff" | "schedule";

/** An address of a service. */
export interface Address {
    /** 4 or 6. */
    family: number;
    /** The address. */
    address: string;
    /** The length of its network's prefix. */
    prefix: number;
    /** The way out. */
    gateway: string;
    /** The resolvers. */
    dns: string[];
    /** Whether it is the first one. */
    primary: boolean;
    /** The reverse name it shall have. */
    rdns: string;
}

/** An address at one service. */
export interface AddressTenure {
    /** As people write it. */
    address: string;
    /** The bridge it is on. */
    bridge: string;
    /** The VLAN, 0 for none. */
    vlan: string;
    /** The service. */
    service_id: number;
    /** Its owner; null: WHMCS has the service no more. */
    client_id: number | null;
    /** The owner's name. */
    client: string | null;
    /** Its product. */
    product: string | null;
    /** The VM's number. */
    vmid: number | null;
    /** Since when, in seconds since 1970; null: since before that was noted. */
    since: number | null;
    /** Until when; null: it still is. */
    until: number | null;
}

/** Who has, or had, which address. */
export interface Addresses {
    /** The pool they are of; null: of any. */
    pool: PoolRow | null;
    /** Rows of all pages. */
    total: number;
    /** By address, who has it before who had it. */
    rows: AddressTenure[];
    /** Rows of a page. */
    size: number;
    /** The sizes that a page offers, the usual one first. */
    sizes: number[];
}

/** What the staff's page of a service shows. */
export interface AdminService {
    /** The service in WHMCS. */
    service: ServiceHead;
    /** Where its flow stands; null: no VM was ever ordered for it. */
    state: StaffState | null;
    /** The VM as it is this moment; null: there is none, or it was not asked about or not reached. */
    live: LiveVm | null;
    /** Why the VM is not shown, as Proxmox said it. */
    error: string | null;
    /** What somebody asked for: what goes on and how it ended, newest first. */
    requests: RequestedAction[];
    /** Whether Proxmox answers. */
    api: Api;
    /** Which VM it is; null without one. */
    identity: Identity | null;
    /** What was sold, beside what the VM has. */
    plan: PlanRow[];
    /** A VM that was taken over, and what remains to be done; null: it was made for the service. */
    taken_over: TakenOver | null;
    /** What Proxmox does for it this moment; null: nothing, or it was not asked. */
    task: RunningTask | null;
    /** What ended lately, whoever began it, newest first; null: as it was when it was asked last. */
    recent: RecentAction[] | null;
    /** The pages that the product withholds from its client; the staff have them all the same. */
    withheld: string[];
    /** Its addresses, the first one first. */
    addresses: Address[];
    /** With which name one signs in. */
    username: string;
    /** Which of the client's buttons work. */
    actions: Actions;
    /** The staff's buttons. */
    buttons: Button[];
    /** The log, newest first. */
    runs: Run[];
    /** The states that the service can be reset to, the harmless one first. */
    reset_targets: ResetTarget[];
    /** Whether Proxmox was asked; false: the page is drawn from the database, and its first look asks. */
    asked: boolean;
}

/** What a person should look at. */
export interface Alarm {
    /** Whose VM it is about; null: the whole installation. */
    concerned: Concerned | null;
    /** What is wrong, and what to do. */
    text: string;
}

/** Whether Proxmox answers. */
export interface Api {
    /** Whether it does. */
    ok: boolean;
    /** What it said instead. */
    error: string | null;
}

/** A VM was taken over; both absent where nothing was asked for. */
export interface Attached {
    /** Its number. */
    vmid?: number;
    /** What came of it. */
    said?: string;
}

/** A backup. */
export interface Backup {
    /** Its key. */
    id: string;
    /** Its owner's text; null: it has none. */
    note: string | null;
    /** When it was made, in seconds since 1970. */
    time: number;
    /** In bytes. */
    size: number;
    /** Whether a schedule made it. */
    scheduled: boolean;
    /** Whether staff protected it: it cannot be removed. */
    protected: boolean;
}

/** The backups of a service. */
export interface Backups {
    /** How many there are. */
    used: number;
    /** How many the package has room for. */
    limit: number;
    /** When they are made by themselves; null: never. */
    schedule: Week | null;
    /** When the next one is, in seconds since 1970. */
    next: number | null;
    /** Why nothing can be done with them now. */
    busy: string | null;
    /** Whether the last restore failed: restoring again mends it, and so does installing anew. */
    restore_failed: boolean;
    /** The backups, newest first. */
    backups: Backup[];
}

/** A button of the staff. */
export interface Button {
    /** The operation it asks for, which is also the key of its name after `button_` in the language files. */
    op: string;
    /** Whether it works. */
    allowed: boolean;
    /** Why not. */
    why: string | null;
    /** Whether it interrupts or destroys something, so that the page asks first. */
    asks_first: boolean;
    /** What must be typed as `confirm` before; null: nothing. */
    type_name: string | null;
}

/** A network card. */
export interface Card {
    /** Proxmox's word for its kind, such as `virtio`. */
    model: string;
    /** Its hardware address. */
    mac: string | null;
    /** At most, in MB/s; 0: unlimited. */
    rate_mbps: number;
    /** The bridge it is on. */
    bridge: string | null;
    /** The VLAN; 0: none. */
    vlan: number;
}

/** What was found odd about a VM or a record. */
export interface CensusFinding {
    /** The key of the cluster. */
    cluster: string;
    /** The VM's number; of a missing one the number on record. */
    vmid: number;
    /** The service whose mark it carries; null: nobody knows. */
    service_id: number | null;
    /** Whose it is. */
    concerned: Concerned | null;
    /** What is odd. */
    oddity: Oddity;
    /** A sentence for the staff: what was found, and what to do. */
    text: string;
    /** Whether `census_adopt` makes sense. */
    adopt: boolean;
    /** Whether `census_remove` makes sense. */
    remove: boolean;
    /** Whether `census_redeploy` makes sense. */
    redeploy: boolean;
}

/** A VM was removed. */
export interface CensusRemoved {
    /** What came of it. */
    said: string;
}

/** One moment; what was not recorded is null. */
export interface ChartPoint {
    /** In seconds since 1970. */
    time: number;
    /** Processors in use, in percent. */
    cpu: number | null;
    /** Memory in use, in percent. */
    memory: number | null;
    /** Read from disks, in MB/s. */
    disk_read: number | null;
    /** Written to disks, in MB/s. */
    disk_write: number | null;
    /** Received, in MB/s. */
    net_in: number | null;
    /** Sent, in MB/s. */
    net_out: number | null;
}

/** What Proxmox remembers of a VM. */
export interface Charts {
    /** The period it reaches back. */
    timeframe: string;
    /** The periods that can be asked for, from the shortest. */
    timeframes: string[];
    /** The points, the oldest first. */
    points: ChartPoint[];
}

/** One check. */
export interface Check {
    /** What was looked at. */
    name: string;
    /** How it is. */
    status: Health;
    /** What was found. */
    text: string;
    /** What to do; empty where nothing is to be done. */
    fix: string;
}

/** Whom a service is of. */
export interface Concerned {
    /** The service. */
    service_id: number;
    /** Its owner; null: WHMCS has the service no more. */
    client_id: number | null;
    /** The owner's name. */
    client: string | null;
    /** Its product. */
    product: string | null;
}

/** Processors. */
export interface Cpu {
    /** How many. */
    cores: number;
    /** Their use. */
    percent: number;
}

/** The numbers at a glance, and what needs a person. */
export interface Dashboard {
    /** How many pools there are. */
    pools: number;
    /** How many zones there are. */
    zones: number;
    /** How many services have a record. */
    services: number;
    /** How many of them have their VM ready. */
    active: number;
    /** How many of them wait for something. */
    waiting: number;
    /** What is to be done before the first order, in order; empty once all of it is. */
    setup: SetupStep[];
    /** What a person should look at. */
    alarms: Alarm[];
    /** What somebody asked for and did not get. */
    failures: FailedRequest[];
    /** What the last look at the clusters found odd. */
    census: CensusFinding[];
    /** Whether nothing needs a person. */
    fine: boolean;
    /** The last days, the oldest first. */
    days: DayFigures[];
    /** When the cron ran last, in seconds since 1970; null: never. */
    last_cron: number | null;
    /** The extension's version. */
    version: string;
}

/** One day. */
export interface DayFigures {
    /** Its noon, in seconds since 1970. */
    at: number;
    /** Services at its end, as far as they have a record. */
    services: number;
    /** Services ordered on it. */
    ordered: number;
    /** Runs of flows that ended with an error. */
    failures: number;
}

/** A row was deleted. */
export interface Deleted {
    /** Its service. */
    deleted: number;
}

/** A disk. */
export interface Disk {
    /** Which of the two. */
    role: DiskRole;
    /** Proxmox's name for its place, such as `scsi0`. */
    slot: string;
    /** In GiB. */
    size_gib: number;
    /** Reading at most, in MB/s; 0: unlimited. */
    read_mbps: number;
    /** Writing at most, in MB/s; 0: unlimited. */
    write_mbps: number;
    /** Reads a second at most; 0: unlimited. */
    read_iops: number;
    /** Writes a second at most; 0: unlimited. */
    write_iops: number;
}

/** Which disk of a VM. */
export type DiskRole = "system" | "additional";

/** Nothing more than that it was done. */
export type Empty = Record<never, never>;

/** A service that was put at the beginning of a flow, which the cron walks. */
export interface Entered {
    /** Where it stands now. */
    state: VmState;
}

/** What the doctor found. */
export interface Examined {
    /** The checks. */
    checks: Check[];
}

/** What somebody asked for and did not get. */
export interface FailedRequest {
    /** Of which service. */
    service_id: number;
    /** Whose it is. */
    concerned: Concerned;
    /** What, and what Proxmox said. */
    text: string;
    /** When it ended, in seconds since 1970. */
    ended: number | null;
}

/** The firewall of a VM. */
export interface Firewall {
    /** What becomes of traffic to the VM that no rule names, in Proxmox's word. */
    policy_in: string;
    /** The same of traffic from the VM. */
    policy_out: string;
    /** Whether it is on. */
    enabled: boolean;
    /** Why nothing can be changed now. */
    busy: string | null;
    /** How many rules there may be. */
    limit: number;
    /** Stands for the rules as they are: sent back with what changes one. */
    digest: string;
    /** The protocols that a rule may name, in Proxmox's words. */
    protocols: Protocol[];
    /** The rules, from the first that is looked at. */
    rules: FirewallRule[];
}

/** A rule. An empty text is *any*. */
export interface FirewallRule {
    /** Its place, from 0. */
    pos: number;
    /** `in`, `out` or `group`. */
    direction: string;
    /** Proxmox's word for what it does, or the group's name. */
    verdict: string;
    /** Whether it is looked at. */
    enabled: boolean;
    /** Proxmox's name for a set of ports. */
    macro: string;
    /** The protocol. */
    protocol: string;
    /** From where. */
    source: string;
    /** From which ports. */
    source_port: string;
    /** To where. */
    dest: string;
    /** To which ports. */
    dest_port: string;
    /** The note. */
    comment: string;
}

/** Which flow a service is in. Several share rows: those of a deploy serve a reinstallation too. */
export type FlowKey = "deploy" | "change_package" | "reinstall" | "restore" | "reset_password" | "set_dns_records" | "terminate";

/** What a person typed, by the names of the form's fields: each is read by its own rule and refused by its own sentence. */
export type Form = Record<string, unknown>;

/** How a check came out. */
export type Health = "ok" | "warn" | "fail";

/** What the manual lists. It is made from the tables that the product itself goes by. */
export interface Help {
    /** The configurable options. */
    options: HelpOption[];
    /** The mails that the addon brings along. */
    mails: HelpMail[];
    /** What beside WHMCS's own fields a mail of this module may hold. */
    mail_fields: string[];
    /** The names of the custom field that holds SSH keys; case, blanks and signs do not count. */
    key_fields: string[];
    /** So many keys a VM takes at most. */
    most_keys: number;
    /** The privileges that the token needs. */
    privileges: HelpPrivilege[];
    /** The command that grants them, with `USER@REALM!TOKEN` for the token. */
    grant: string;
    /** The cron's line for the crontab. */
    cron_line: string;
    /** The module's tables. */
    tables: string[];
}

/** A mail. */
export interface HelpMail {
    /** The name of its template. */
    name: string;
    /** The merge fields in it. */
    fields: string[];
}

/** A configurable option. */
export interface HelpOption {
    /** Its name, to be written exactly so. */
    name: string;
    /** What an older name begins with; null: it has none. */
    legacy: string | null;
    /** The lowest value; null: it is no number with bounds. */
    low: string | null;
    /** The highest. */
    high: string | null;
    /** Its unit; empty: none. */
    unit: string;
    /** A choice as it is entered in WHMCS. */
    example: string;
}

/** A privilege. */
export interface HelpPrivilege {
    /** Proxmox's name. */
    name: string;
    /** The path it is needed on. */
    path: string;
    /** What it is for. */
    why: string;
}

/** Which VM it is. */
export interface Identity {
    /** Its number; null before it has one. */
    vmid: number | null;
    /** The node it was seen on last. */
    node: string | null;
    /** The node it is to go to. */
    target_node: string | null;
    /** The key of its cluster. */
    cluster: string;
    /** The mark in its description. */
    mark: string;
    /** How often its record was changed. */
    rev: number;
    /** The hardware address on record. */
    mac: string;
}

/** An image. */
export interface Image {
    /** Its key. */
    id: string;
    /** The name of its file. */
    name: string;
    /** In bytes. */
    size: number;
}

/** Images whose names begin alike. */
export interface ImageGroup {
    /** What stands before the first hyphen of their names; `OTHER` for those without one. */
    name: string;
    /** The images. */
    images: Image[];
}

/** The images that a product offers. */
export interface Isos {
    /** The one in the VM; null: none. */
    mounted: MountedImage | null;
    /** What must be done before the guest sees it. */
    notice: string | null;
    /** Why nothing can be done with them now. */
    busy: string | null;
    /** The images by the beginning of their names; what has none comes last. */
    groups: ImageGroup[];
}

/** How much of one kind of work may be under way at once at one place, as runs learnt it. */
export interface Limit {
    /** Its key. */
    name: string;
    /** The kind of work. */
    work: string;
    /** The name of the cluster; empty where the place is the cluster. */
    cluster: string;
    /** The node or storage, or the cluster. */
    place: string;
    /** How much. */
    at_once: number;
    /** The fastest it was. */
    fastest_seconds: number | null;
    /** When and why it was made less; null: never. */
    narrowed: Narrowed | null;
}

/** An address in the list of VMs. */
export interface ListedAddress {
    /** As people write it. */
    address: string;
    /** Its reverse name; empty: none. */
    rdns: string;
}

/** A VM as it is this moment. */
export interface LiveVm {
    /** How it stands. */
    status: Standing;
    /** What that asks of whoever looks. */
    notice: string | null;
    /** Proxmox's word for what locks it, such as `backup`. */
    lock: string | null;
    /** Seconds since its start; 0: it is off. */
    uptime: number;
    /** Its processors. */
    cpu: Cpu;
    /** Its memory. */
    memory: Memory;
    /** Its disks. */
    disks: Disk[];
    /** Its network card; null: it has none. */
    net: Card | null;
}

/** Memory, in bytes. */
export interface Memory {
    /** In use. */
    used: number;
    /** All of it. */
    total: number;
    /** Its use. */
    percent: number;
}

/** An image is mounted, or about to be. */
export interface Mounted {
    /** Whether it goes on; false: it is done. */
    running: boolean;
    /** What must be done before the guest sees it. */
    notice: string | null;
}

/** The image in a VM. */
export interface MountedImage {
    /** Its key. */
    id: string;
    /** The name of its file. */
    name: string;
}

/** What a name rule makes. */
export interface NamePreview {
    /** The VM's name. */
    name: string;
    /** The same with its domain. */
    fqdn: string;
}

/** Why less may be under way than before. */
export interface Narrowed {
    /** When, in seconds since 1970. */
    at: number;
    /** How much it was before. */
    from: number;
    /** What Proxmox complained of; null: it became slower. */
    said: string | null;
    /** How long the work took. */
    took_seconds: number | null;
    /** How long it takes else. */
    usual_seconds: number | null;
}

/** What is odd about a VM, or a record. */
export type Oddity = "stray" | "unknown" | "wrong_number" | "missing" | "moved" | "runs" | "template" | "container" | "address";

/** What kind of change. */
export type OperationKind = "clone" | "migrate" | "move_disk" | "create_disk" | "remove_snapshot" | "resize" | "start" | "stop" | "shutdown" | "reboot" | "resume" | "delete" | "backup" | "remove_backup" | "restore" | "snapshot" | "rollback" | "mail";

/** A system that can be installed. */
export interface OsChoice {
    /** The number of its template. */
    template: number;
    /** Its name in the shop; empty: it has none. */
    name: string;
}

/** How a request stands. */
export type Outcome = "going" | "done" | "failed";

/** What the client's page of a service shows. */
export interface Overview {
    /** The service in WHMCS. */
    service: ServiceHead;
    /** Where its flow stands; null: no VM was ever ordered for it. */
    state: State | null;
    /** The VM as it is this moment; null: there is none, or it was not asked about or not reached. */
    live: LiveVm | null;
    /** Why the VM is not shown. */
    error: Trouble | null;
    /** What somebody asked for: what goes on and how it ended, newest first. */
    requests: RequestedAction[];
    /** What Proxmox does for it this moment; null: nothing, or it was not asked. */
    task: RunningTask | null;
    /** What ended lately, whoever began it, newest first; null: as it was when it was asked last. */
    recent: RecentAction[] | null;
    /** Its addresses, the first one first. */
    addresses: Address[];
    /** With which name one signs in. */
    username: string;
    /** The operating system in the words of the order; empty where WHMCS does not tell. */
    os: string;
    /** Which buttons work. */
    actions: Actions;
    /** Which pages open; what the product leaves out is not among them. */
    pages: Pages;
    /** Whether Proxmox was asked; false: the page is drawn from the database, and its first look asks. */
    asked: boolean;
}

/** The pages that the product includes, and whether each can be used at present. They can be looked at whatever the VM is doing; a failed restore is mended there. */
export interface Pages {
    /** *Snapshots*. */
    snapshots?: Permit;
    /** *Backups*. */
    backups?: Permit;
    /** *Reinstall*. */
    reinstall?: Permit;
    /** *Reset password*. */
    password?: Permit;
    /** *Reverse DNS*. */
    rdns?: Permit;
    /** *Firewall*. */
    firewall?: Permit;
    /** *ISO mount*. */
    iso?: Permit;
    /** *Charts*. */
    charts?: Permit;
}

/** The service was put at the beginning of the flow that sets a password. */
export interface PasswordReset {
    /** Where it stands now. */
    state: VmState;
    /** The new password: shown once to whoever asked; the mail brings it, too. */
    password: string;
}

/** Whether something works. */
export interface Permit {
    /** Whether it does. */
    allowed: boolean;
    /** Why not; null also where nobody knows yet. */
    why: string | null;
}

/** Who asked. */
export type Person = "client" | "staff";

/** One line of what was sold. */
export interface PlanRow {
    /** The key of its name, after `plan_` in the language files. */
    label: string;
    /** As shown. */
    value: string;
    /** What the VM has, as shown; null: that is not known, or there is nothing like it. */
    real: string | null;
    /** Whether that is another thing. */
    differs: boolean;
    /** What to do about it. */
    todo: string | null;
}

/** Where reverse names go. */
export interface PoolNames {
    /** Whether each of them has a zone. */
    good: boolean;
    /** In a sentence; null: the addresses are not known yet. */
    text: string | null;
}

/** A pool's row as stored; `ipam` turns it into addresses. As JSON it is the form that [`PoolRow::of`] reads. */
export interface PoolRow {
    /** Its key; 0 for a new one. */
    id: number;
    /** The WHMCS server entry it belongs to. */
    server_id: number;
    /** `IPv4` or `IPv6`. */
    type: string;
    /** The bridge its addresses are reachable on. */
    bridge: string;
    /** The VLAN, 0 for none. */
    vlan: number;
    /** The gateway. */
    gateway: string;
    /** The prefix length. */
    mask: number;
    /** The first resolver, may be empty. */
    dns1: string;
    /** The second resolver, may be empty. */
    dns2: string;
    /** The first address. */
    address_start: string;
    /** The last address. */
    address_stop: string;
    /** Addresses never given out, separated by blanks or commas. */
    reserved: string;
}

/** A pool with its use. */
export interface PoolShown {
    /** Its key; 0 for a new one. */
    id: number;
    /** The WHMCS server entry it belongs to. */
    server_id: number;
    /** `IPv4` or `IPv6`. */
    type: string;
    /** The bridge its addresses are reachable on. */
    bridge: string;
    /** The VLAN, 0 for none. */
    vlan: number;
    /** The gateway. */
    gateway: string;
    /** The prefix length. */
    mask: number;
    /** The first resolver, may be empty. */
    dns1: string;
    /** The second resolver, may be empty. */
    dns2: string;
    /** The first address. */
    address_start: string;
    /** The last address. */
    address_stop: string;
    /** Addresses never given out, separated by blanks or commas. */
    reserved: string;
    /** The name of its server entry; empty: it is gone. */
    server: string;
    /** Addresses in use, as a number that may be long. */
    used?: string;
    /** All its addresses. */
    total?: string;
    /** The share in use. */
    percent?: number;
    /** Addresses that wait before they are given out again. */
    quarantine?: number;
    /** The reverse zone that its addresses need. */
    zone_hint?: string;
    /** Where their reverse names go. */
    names?: PoolNames;
    /** Why the pool makes no sense. */
    error?: string;
}

/** A page of the list of pools. */
export interface Pools {
    /** Pools of all pages. */
    total: number;
    /** The pools, in the order they were made. */
    rows: PoolShown[];
    /** Rows of a page. */
    size: number;
    /** The sizes that a page offers, the usual one first. */
    sizes: number[];
}

/** What the lists of a product's form offer. */
export interface ProductLists {
    /** Field => its entries. */
    options: Record<string, unknown>;
    /** What is wrong. */
    banners: unknown;
    /** When the cluster was asked, in seconds since 1970; null: never. */
    at: number | null;
}

/** How far a flow is. */
export interface Progress {
    /** The flow. */
    flow: FlowKey;
    /** What is done now. */
    work: Work;
    /** Steps that are finished. */
    done: number;
    /** Steps of the flow. */
    steps: number;
    /** The share of it that is behind, 1 to 99. */
    percent: number;
}

/** A protocol. */
export interface Protocol {
    /** Proxmox's word. */
    name: string;
    /** Whether a rule of it may name ports. */
    ports: boolean;
}

/** A service was put at a state. */
export interface Put {
    /** Where it stands now. */
    state: VmState;
    /** What is left to do by hand. */
    warning?: string;
    /** What came of it, in a sentence. */
    said?: string;
}

/** What ended lately. */
export interface RecentAction {
    /** The word of what was done, which is that of the operation that asks for it. */
    action: string;
    /** What it was done to, or its owner's text. */
    subject: string;
    /** Who began it. */
    by: Actor;
    /** When it ended, in seconds since 1970. */
    at: number;
    /** Whether it was done. */
    done: boolean;
    /** Why it was not. */
    why: string | null;
}

/** What of a row can be changed. */
export interface RecordFields {
    /** Where the service's flow stands. */
    vm_status: VmState;
    /** The VM's name. */
    vm_name: string;
    /** The hardware address of its card. */
    vm_net0_mac: string;
    /** Its reverse names, as JSON: address => host name. */
    vm_rev_dns: string;
    /** The node it was seen on last. */
    node: string | null;
    /** When backups are made, as JSON: weekday => `HH:MM`. */
    vm_backup_schedule: string;
    /** When snapshots are taken, in the same form. */
    vm_snapshot_schedule: string;
}

/** What of a row can only be read. */
export interface RecordFixed {
    /** The service. */
    service_id: number;
    /** The VM's number. */
    vm_id: number | null;
    /** The mark in its description. */
    owner_mark: string;
    /** The key of its cluster. */
    cluster: string;
}

/** What can be installed. */
export interface ReinstallOptions {
    /** The systems. */
    choices: OsChoice[];
    /** The one that is installed; null: nobody knows. */
    current: number | null;
    /** The word that a client types to confirm. */
    confirmation: string;
    /** The keys that are there, one a line. */
    ssh_keys: string;
    /** Why it cannot be done now. */
    why: string | null;
}

/** What somebody asked for. */
export interface RequestedAction {
    /** Its key, for `request_seen`. */
    id: string;
    /** The word of what was asked for, which is its operation's. */
    action: string;
    /** What it is done to, or its owner's text. */
    subject: string;
    /** When, in seconds since 1970. */
    asked: number;
    /** When it ended; null: it goes on. */
    ended: number | null;
    /** How it stands. */
    outcome: Outcome;
    /** Why it failed. */
    why: string | null;
    /** Who asked; for the staff. */
    asker?: Person;
    /** What Proxmox said, of one that goes on the last try's; for the staff. */
    text?: string;
}

/** A state that an admin may put a service at by hand. */
export type ResetTarget = "ready" | "creation" | "set_ip" | "change_package" | "set_dns_records" | "terminate" | "remove";

/** The reverse name of an address. */
export interface ReverseName {
    /** The address. */
    address: string;
    /** 4 or 6. */
    family: number;
    /** The name that was chosen; empty: the service's own. */
    name: string;
    /** The service's own name. */
    default: string;
    /** The way a name takes. */
    way: Way;
}

/** The reverse names of a service. */
export interface ReverseNames {
    /** Its addresses. */
    addresses: ReverseName[];
}

/** The same after they were saved. */
export interface ReverseNamesSaved {
    /** Its addresses. */
    addresses: ReverseName[];
    /** Whether support was asked for what no name server here takes. */
    ticket: boolean;
    /** What a name server did not do yet. */
    warning: string | null;
}

/** A run of a flow. */
export interface Run {
    /** The head of its block in the cron's output. */
    flow: string;
    /** When it began, in seconds since 1970. */
    started: number;
    /** When it ended; null: it is under way or was killed. */
    finished: number | null;
    /** The state at its beginning. */
    from: string;
    /** The state at its end. */
    to: string;
    /** How it ended. */
    result: RunResult;
    /** The last error, or what it waits for. */
    error: string;
    /** Its steps. */
    steps: StepLine[];
}

/** How a run ended. */
export type RunResult = "running" | "success" | "waiting" | "error" | "overtaken" | "interrupted" | "unknown";

/** What Proxmox does for a service. */
export interface RunningTask {
    /** What. */
    kind: OperationKind;
    /** For how many seconds already. */
    elapsed: number;
    /** How far it is, as its own log says; null where that says nothing. */
    percent: number | null;
    /** How many seconds such a task usually takes; null: nobody knows yet. */
    usual: number | null;
}

/** A schedule as it was stored. */
export interface Scheduled {
    /** The schedule; null: nothing is scheduled. */
    schedule: Week | null;
    /** When it is next, in seconds since 1970. */
    next: number | null;
}

/** A service in WHMCS. */
export interface ServiceHead {
    /** Its number. */
    id: number;
    /** WHMCS's word, such as `Active`. */
    status: ServiceStatus;
    /** Its host name. */
    domain: string;
    /** The VM's name on the cluster; empty before there is one. */
    name: string;
}

/** The row of a service. */
export interface ServiceRow {
    /** Its revision, which a change must name. */
    rev: number;
    /** What can only be read. */
    fixed: RecordFixed;
    /** What can be changed, as text. */
    fields: RecordFields;
    /** The states there are. */
    states: VmState[];
}

/** A service's status in WHMCS (`tblhosting.domainstatus`). */
export type ServiceStatus = "Pending" | "Active" | "Suspended" | "Terminated" | "Cancelled" | "Fraud" | "Completed";

/** The settings. */
export type Settings = Record<string, string>;

/** One thing that is to be done before the first order. */
export interface SetupStep {
    /** What. */
    task: SetupTask;
    /** Whether it is done. */
    done: boolean;
}

/** What is to be done before the first order. */
export type SetupTask = "server" | "test" | "pool" | "template" | "product" | "cron";

/** A snapshot. */
export interface Snapshot {
    /** Its name on the cluster. */
    name: string;
    /** Its owner's text. */
    description: string;
    /** When it was taken, in seconds since 1970. */
    time: number;
    /** Whether it holds the memory too. */
    ram: boolean;
    /** Whether a schedule took it. */
    scheduled: boolean;
    /** When it is removed, in seconds since 1970; null: it stays. */
    expires: number | null;
}

/** What becomes of snapshots. */
export type SnapshotMode = "keep" | "days" | "schedule";

/** The snapshots of a service. */
export interface Snapshots {
    /** How many there are. */
    used: number;
    /** How many the package has room for. */
    limit: number;
    /** What becomes of them. */
    mode: SnapshotMode;
    /** Days until one is removed, in the mode `days`; else 0. */
    days: number;
    /** When they are taken by themselves; null: never. */
    schedule: Week | null;
    /** When the next one is, in seconds since 1970. */
    next: number | null;
    /** The installation's time zone, that of the schedule's time of day. */
    zone: string;
    /** Why nothing can be done with them now. */
    busy: string | null;
    /** The snapshots, newest first. */
    snapshots: Snapshot[];
}

/** Where the flow of a service stands, with all that staff may know. */
export interface StaffState {
    /** The state: mostly the step that is finished. */
    name: VmState;
    /** The flow; null at rest. */
    flow: FlowKey | null;
    /** Whether nothing is under way. */
    at_rest: boolean;
    /** What is done next, and how far the flow is; null where nothing is under way. */
    progress: Progress | null;
    /** What it waits for, as a sentence; null: it does not wait. */
    waiting: string | null;
    /** Since when it waits, in seconds since 1970. */
    since: number | null;
    /** What it waits for and since when, in a sentence. */
    sentence: string | null;
    /** Whether it failed so often that a person should look. */
    alarm: boolean;
    /** Whether the service is suspended. */
    suspended: boolean;
}

/** How a VM stands. */
export type Standing = "stopped" | "hibernated" | "running" | "paused" | "io_error" | "prelaunch" | "crashed" | "unknown";

/** What was asked for is under way, or done already. */
export interface Started {
    /** Whether it goes on; false: it is done. */
    running: boolean;
}

/** Where the flow of a service stands, without the reasons that are for the staff. */
export interface State {
    /** The state: mostly the step that is finished. */
    name: VmState;
    /** The flow; null at rest. */
    flow: FlowKey | null;
    /** Whether nothing is under way. */
    at_rest: boolean;
    /** What is done next, and how far the flow is; null where nothing is under way. */
    progress: Progress | null;
    /** Whether it waits for something. */
    waiting: boolean;
    /** Since when it waits, in seconds since 1970. */
    since: number | null;
    /** Whether it failed so often that the staff read of it on their dashboard. */
    alarm: boolean;
    /** Whether the service is suspended. */
    suspended: boolean;
}

/** One line of a run. */
export interface StepLine {
    /** Its number in this run, from 1; details of a step have none. */
    number: number | null;
    /** The label with its skip, or the detail's text. */
    label: string;
    /** `success`, `waiting …` or the error. */
    result: string;
    /** The state before. */
    from: string;
    /** The state after. */
    to: string;
    /** When it ended. */
    at: number;
    /** How long it took. */
    seconds: number;
}

/** A step was run. */
export interface Stepped {
    /** Whether it goes on; false: it is done. */
    running: boolean;
    /** What it waits for. */
    waiting?: string;
}

/** A VM that stood on the cluster already when the service got it. */
export interface TakenOver {
    /** When, in seconds since 1970. */
    at: number;
    /** Its name. */
    name: string;
    /** The hardware address of its card. */
    mac: string;
    /** The addresses in its cloud-init settings, as they are now. */
    configured: string[];
    /** What remains to be done. */
    left: string[];
}

/** A task of the cron. */
export interface Task {
    /** Its key. */
    key: string;
    /** Its name in the cron's output. */
    label: string;
    /** Minutes between two runs; 0: it is off. */
    interval: number;
    /** When it ran last, in seconds since 1970. */
    last_run: number | null;
}

/** How the cron runs. */
export interface Tasks {
    /** `hook` or `standalone`. */
    mode: string;
    /** Seconds after which a run stops itself. */
    lock_timeout: string;
    /** The line of a crontab. */
    cron_line: string;
    /** The tasks. */
    tasks: Task[];
    /** How much may be under way at once. */
    limits: Limit[];
}

/** The traffic of a day. */
export interface TrafficDay {
    /** When it began, in seconds since 1970. */
    day: number;
    /** Bytes that the VM received. */
    received: number;
    /** Bytes that it sent. */
    sent: number;
}

/** The traffic of a service in this month. */
export interface TrafficLedger {
    /** When the month began, in seconds since 1970. */
    start: number;
    /** When it ends. */
    end: number;
    /** The installation's time zone, whose months and days these are. */
    zone: string;
    /** Bytes that it may receive and send together; null: as many as it likes. */
    limit: number | null;
    /** Bytes that the VM received. */
    received: number;
    /** Bytes that it sent. */
    sent: number;
    /** The days of which something is known, the oldest first. */
    days: TrafficDay[];
}

/** Why a client sees nothing of the VM. */
export type Trouble = "gone" | "unreachable";

/** What came of it at one service. */
export interface VmActed {
    /** The service. */
    service_id: number;
    /** Whether it is ordered. */
    ok: boolean;
    /** In a sentence. */
    text: string;
}

/** The log of a service. */
export interface VmLog {
    /** Where its flow stands. */
    state: StaffState;
    /** Its runs, newest first. */
    runs: Run[];
    /** What must be typed before its VM is destroyed or given up; null: it has none. */
    type_name: string | null;
    /** The VM's number. */
    vmid: number | null;
    /** Its addresses. */
    addresses: string[];
    /** The states that it can be reset to, the harmless one first. */
    reset_targets: ResetTarget[];
}

/** What the list can be sorted by; rows that are equal in it stay in the order of their services, the newest first. */
export type VmOrder = "service" | "client" | "product" | "server" | "vmid" | "name" | "vm_status" | "status" | "address";

/** A service in the list of VMs. */
export interface VmRow {
    /** The service. */
    service_id: number;
    /** Its owner's name; null: WHMCS has the service no more. */
    client: string | null;
    /** Its owner. */
    client_id: number | null;
    /** Its product. */
    product: string | null;
    /** Its server entry; null: it is gone. */
    server: string | null;
    /** The VM's number. */
    vmid: number | null;
    /** The VM's name. */
    vm_name: string;
    /** Where its flow stands; the word of a row that cannot be read may be any. */
    vm_status: string;
    /** WHMCS's status. */
    service_status: ServiceStatus | null;
    /** Its addresses. */
    addresses: ListedAddress[];
    /** What the last look at the cluster found odd about its VM, in short. */
    odd: string[];
    /** What it waits for, or why its row cannot be read. */
    waiting: string | null;
    /** Since when it waits, in seconds since 1970. */
    waiting_since: number | null;
}

/** Where the flow of a service stands: mostly the step finished last. */
export type VmState = "creation" | "set_ip" | "set_dns" | "clone" | "migrated" | "set_cpu_ram" | "set_system_disk_size" | "set_system_disk_bandwidth" | "set_created_additional_disk" | "set_additional_disk_size" | "set_additional_disk_bandwidth" | "set_network" | "set_firewall" | "set_cloudinit" | "starting" | "ready" | "change_package" | "cp_update_ip" | "cp_stop" | "cp_cpu_ram" | "cp_system_disk_size" | "cp_system_disk_bandwidth" | "cp_additional_disk" | "cp_additional_disk_size" | "cp_additional_disk_bandwidth" | "cp_network" | "cp_firewall" | "cp_start" | "reinstall" | "set_dns_records" | "restore" | "rs_stop" | "rs_restored" | "rs_cpu_ram" | "rs_system_disk_size" | "rs_system_disk_bandwidth" | "rs_additional_disk" | "rs_additional_disk_size" | "rs_additional_disk_bandwidth" | "rs_network" | "rs_firewall" | "rs_start" | "error_restore" | "reset_password" | "rp_stop" | "rp_cloudinit" | "rp_start" | "terminate" | "error_terminate" | "remove";

/** A page of the list of VMs. */
export interface Vms {
    /** Rows of all pages. */
    total: number;
    /** The rows, in the order asked for. */
    rows: VmRow[];
    /** What they are sorted by. */
    sort: VmOrder;
    /** Whether the greatest comes first. */
    descending: boolean;
    /** What they can be sorted by. */
    orders: VmOrder[];
    /** Rows of a page. */
    size: number;
    /** The sizes that a page offers, the usual one first. */
    sizes: number[];
    /** The states that can be filtered by. */
    states: VmState[];
    /** WHMCS's statuses that can be filtered by. */
    statuses: ServiceStatus[];
}

/** What came of doing one thing to several services. */
export interface VmsActed {
    /** In the order of the services. */
    results: VmActed[];
}

/** The way a reverse name takes. */
export type Way = "dns" | "ticket" | "kept" | "none";

/** Days and time of a schedule. */
export interface Week {
    /** Weekdays from 0 (Sunday) to 6 (Saturday). */
    days: number[];
    /** `HH:MM`, in the installation's time zone. */
    time: string;
}

/** What is done to a VM meanwhile, in the words of somebody who owns it: several steps are the same work to them. */
export type Work = "addresses" | "dns" | "clone" | "move" | "cpu" | "disks" | "network" | "firewall" | "guest" | "start" | "check" | "stop" | "restore" | "remove";

/** A zone. What is not of its kind is absent; a stored secret is shown as `__KEEP__`, and kept when that comes back. */
export interface ZoneShown {
    /** Its key. */
    id: number;
    /** Its name. */
    zone: string;
    /** Its kind. */
    type: string;
    [field: string]: unknown;
}

/** What a name server said. */
export interface ZoneTested {
    /** In a sentence. */
    text: string;
}

export interface SharedOperations {
    /** The service's snapshots and its schedule. */
    snapshots: {
        request: Record<never, never>;
        reply: Snapshots;
    };
    /** Sets on which days one is taken. */
    snapshot_schedule: {
        request: {
            /** Weekdays from 0 (Sunday) to 6 (Saturday); none: no more. */
            days: number[] | string;
            /** `HH:MM`, in the installation's time zone. */
            time: string;
        };
        reply: Scheduled;
    };
    /** Takes one. */
    snapshot_create: {
        request: {
            /** Its owner's text. */
            description: string;
        };
        reply: Started;
    };
    /** Takes the VM back to one: what was written since is lost. */
    snapshot_rollback: {
        request: {
            /** Its name. */
            name: string;
        };
        reply: Started;
    };
    /** Removes one. */
    snapshot_remove: {
        request: {
            /** Its name. */
            name: string;
        };
        reply: Started;
    };
    /** The service's backups and its schedule. */
    backups: {
        request: Record<never, never>;
        reply: Backups;
    };
    /** Sets on which days one is made; the hour is drawn. */
    backup_schedule: {
        request: {
            /** Weekdays from 0 (Sunday) to 6 (Saturday); none: no more. */
            days: number[] | string;
        };
        reply: Scheduled;
    };
    /** Makes one. */
    backup_now: {
        request: {
            /** Its owner's text. */
            note: string;
        };
        reply: Started;
    };
    /** Removes one. */
    backup_remove: {
        request: {
            /** Its key. */
            backup: string;
        };
        reply: Started;
    };
    /** Restores one over the VM; the cron does it. */
    backup_restore: {
        request: {
            /** Its key. */
            backup: string;
        };
        reply: Entered;
    };
    /** The images there are, and the one that is mounted. */
    isos: {
        request: Record<never, never>;
        reply: Isos;
    };
    /** Mounts one; the VM starts from it next. */
    iso_mount: {
        request: {
            /** Its key. */
            image: string;
        };
        reply: Mounted;
    };
    /** Takes every image out. */
    iso_unmount: {
        request: Record<never, never>;
        reply: Started;
    };
    /** Policies and rules as they are. */
    firewall: {
        request: Record<never, never>;
        reply: Firewall;
    };
    /** Sets what becomes of traffic that no rule names. */
    firewall_policies: {
        request: {
            /** To the VM: `ACCEPT` or `DROP`, for staff also `REJECT`. */
            policy_in: string;
            /** From the VM. */
            policy_out: string;
        };
        reply: Started;
    };
    /** Adds a rule above the others; a client's below the provider's. An empty field is *any*. */
    firewall_rule_add: {
        request: {
            /** `in` or `out`. */
            direction?: string;
            /** `ACCEPT` or `DROP`, for staff also `REJECT`. */
            verdict?: string;
            /** Proxmox's word for the protocol. */
            protocol?: string;
            /** An address or a network. */
            source?: string;
            /** A port or a range. */
            source_port?: string;
            /** An address or a network. */
            dest?: string;
            /** A port or a range. */
            dest_port?: string;
            /** A note of one line. */
            comment?: string;
        };
        reply: Started;
    };
    /** Removes a rule. */
    firewall_rule_remove: {
        request: {
            /** Its place. */
            pos?: number;
            /** The digest that came with the rules: they are as they were seen. */
            digest: string;
        };
        reply: Started;
    };
    /** Moves a rule. */
    firewall_rule_move: {
        request: {
            /** Its place. */
            pos?: number;
            /** The place it shall have. */
            to?: number;
            /** The digest that came with the rules: they are as they were seen. */
            digest: string;
        };
        reply: Started;
    };
    /** What Proxmox remembers of the VM. */
    charts: {
        request: {
            /** `hour`, `day`, `week`, `month` or `year`; nothing: the hour. */
            timeframe?: string;
        };
        reply: Charts;
    };
    /** The traffic of this month by days. */
    traffic: {
        request: Record<never, never>;
        reply: TrafficLedger;
    };
    /** The addresses with their names. */
    rdns: {
        request: Record<never, never>;
        reply: ReverseNames;
    };
    /** Sets names. */
    rdns_save: {
        request: {
            /** Address => host name; an empty name is the service's own. */
            names: Form;
        };
        reply: ReverseNamesSaved;
    };
    /** What can be installed. */
    reinstall_options: {
        request: Record<never, never>;
        reply: ReinstallOptions;
    };
    /** Installs the VM anew: everything on it goes. */
    reinstall: {
        request: {
            /** The word of `reinstall_options`, typed by the client. */
            confirm: string;
            /** The system; nothing: the one that is installed. */
            template?: string;
            /** SSH public keys, one a line; absent: those that are there stay. */
            ssh_keys?: string;
        };
        reply: Entered;
    };
    /** Who gets in beside whoever knows the password. */
    access: {
        request: Record<never, never>;
        reply: Access;
    };
    /** Gives the guest a new password. */
    reset_password: {
        request: {
            /** Whether a running VM may be shut down for it. */
            shutdown: boolean;
            /** SSH public keys that come with it, one a line; absent: those that are there stay. */
            ssh_keys?: string;
        };
        reply: PasswordReset;
    };
}

export interface ClientOperations extends SharedOperations {
    /** The page with the VM as it is this moment. */
    status: {
        request: Record<never, never>;
        reply: Overview;
    };
    /** Notes that somebody read how a request ended: it is not shown again. */
    request_seen: {
        request: {
            /** The request's key. */
            id: string;
        };
        reply: Overview;
    };
    /** Starts the VM, or lets a paused one go on. */
    start: {
        request: Record<never, never>;
        reply: Overview;
    };
    /** Pulls its plug. */
    stop: {
        request: Record<never, never>;
        reply: Overview;
    };
    /** Asks the guest to shut down. */
    shutdown: {
        request: Record<never, never>;
        reply: Overview;
    };
    /** Asks the guest to restart. */
    reboot: {
        request: Record<never, never>;
        reply: Overview;
    };
}

export interface StaffOperations extends SharedOperations {
    /** The page with the VM as it is this moment. */
    status: {
        request: Record<never, never>;
        reply: AdminService;
    };
    /** Notes that somebody read how a request ended: it is not shown again. */
    request_seen: {
        request: {
            /** The request's key. */
            id: string;
        };
        reply: AdminService;
    };
    /** Starts the VM, or lets a paused one go on. */
    start: {
        request: Record<never, never>;
        reply: AdminService;
    };
    /** Pulls its plug. */
    stop: {
        request: Record<never, never>;
        reply: AdminService;
    };
    /** Asks the guest to shut down. */
    shutdown: {
        request: Record<never, never>;
        reply: AdminService;
    };
    /** Asks the guest to restart. */
    reboot: {
        request: Record<never, never>;
        reply: AdminService;
    };
    /** The page with the VM as it is this moment, for its log. */
    log: {
        request: Record<never, never>;
        reply: AdminService;
    };
    /** Takes over a VM that stands on the cluster. */
    attach: {
        request: {
            /** Its number. */
            vmid?: string;
            /** The number that the form showed; where it is the same, nothing is asked for. */
            present?: string;
        };
        reply: Attached;
    };
    /** Has the cron look at the service at once. */
    retry: {
        request: Record<never, never>;
        reply: AdminService;
    };
    /** Removes what there is of the VM and begins anew. */
    redeploy: {
        request: {
            /** The VM's name, where there is one to lose. */
            confirm: string;
        };
        reply: Put;
    };
    /** Runs one step of the pipeline by itself. */
    step: {
        request: {
            /** Its word. */
            step: string;
            /** The VM's name, where the step removes it. */
            confirm: string;
        };
        reply: Stepped;
    };
    /** Writes the DNS records anew. */
    set_dns_records: {
        request: Record<never, never>;
        reply: Put;
    };
    /** The row of the service. */
    record: {
        request: Record<never, never>;
        reply: ServiceRow;
    };
    /** Changes it. */
    record_save: {
        request: {
            /** The revision that was read. */
            rev?: number;
            /** Field => text. */
            fields: Form;
        };
        reply: ServiceRow;
    };
    /** Deletes it, once the service is over. */
    delete_record: {
        request: Record<never, never>;
        reply: Deleted;
    };
    /** Puts the service at a state by hand. */
    reset: {
        request: {
            /** The state. */
            state: string;
            /** The VM's name, where that state ends it. */
            confirm: string;
        };
        reply: Put;
    };
}

export interface AddonOperations {
    /** The numbers at a glance, and what needs a person. */
    dashboard: {
        request: Record<never, never>;
        reply: Dashboard;
    };
    /** Has a service take the VM that carries its mark. */
    census_adopt: {
        request: {
            /** The key of the cluster. */
            cluster: string;
            /** The VM's number. */
            vmid?: number;
        };
        reply: Attached;
    };
    /** Removes a VM that carries the mark of a service whose VM it is not. */
    census_remove: {
        request: {
            /** The key of the cluster. */
            cluster: string;
            /** The VM's number. */
            vmid?: number;
        };
        reply: CensusRemoved;
    };
    /** Gives a service whose VM is on no node a new one. */
    census_redeploy: {
        request: {
            /** The key of the cluster. */
            cluster: string;
            /** The number on record. */
            vmid?: number;
        };
        reply: Put;
    };
    /** Pools with their use. */
    pools: {
        request: {
            /** Only this one. */
            id?: number;
            /** Only those that have an address or a word. */
            search?: string;
            /** The page, from 1. */
            page?: number;
            /** Rows of a page. */
            size?: number;
        };
        reply: Pools;
    };
    /** Where the reverse names of a pool's addresses would go, while its form is filled. */
    pool_names: {
        request: {
            /** Its fields, as far as they are typed. */
            pool: Form;
        };
        reply: PoolNames;
    };
    /** Who has, or had, which address. */
    addresses: {
        request: {
            /** Only those of this pool. */
            pool?: number;
            /** An address or a network in any spelling, or a service's number. */
            search?: string;
            /** Those that were given back too. */
            past: boolean;
            /** The page, from 1. */
            page?: number;
            /** Rows of a page. */
            size?: number;
        };
        reply: Addresses;
    };
    /** Stores a pool. */
    pool_save: {
        request: {
            /** Its fields, as `pools` shows them; `id` 0: a new one. */
            pool: Form;
        };
        reply: Empty;
    };
    /** Removes a pool; its addresses stay with their services. */
    pool_delete: {
        request: {
            /** Its key. */
            id?: number;
            /** Whether somebody read that it is in use. */
            confirmed: boolean;
        };
        reply: Empty;
    };
    /** A page of the list of VMs. */
    vms: {
        request: {
            /** The page, from 1. */
            page?: number;
            /** Rows of a page. */
            size?: number;
            /** What somebody looks for: a number, a part of a name, an e-mail address, a network card's address, or an address or a network in any spelling. */
            search?: string;
            /** Only services that WHMCS has at this status. */
            status?: string;
            /** Only services in this state. */
            vm_status?: string;
            /** `waiting`: only services that wait; `odd`: only those with whose VM something is odd. */
            only?: string;
            /** What the rows are sorted by. */
            sort?: string;
            /** Whether the greatest comes first. */
            descending: boolean;
        };
        reply: Vms;
    };
    /** Does one thing to several services, each for itself. */
    vms_act: {
        request: {
            /** `retry`, or `set_dns_records`. */
            action?: string;
            /** The services. */
            services: number[];
        };
        reply: VmsActed;
    };
    /** The log of a service. */
    vm_log: {
        request: {
            /** The service. */
            service_id?: number;
        };
        reply: VmLog;
    };
    /** All zones. */
    zones: {
        request: Record<never, never>;
        reply: ZoneShown[];
    };
    /** Stores a zone. */
    zone_save: {
        request: {
            /** Its fields, as `zones` shows them; `id` 0: a new one. */
            zone: Form;
        };
        reply: Empty;
    };
    /** Asks a zone's name server whether it would take records. */
    zone_test: {
        request: {
            /** Its key. */
            id?: number;
        };
        reply: ZoneTested;
    };
    /** Removes a zone; its records stay. */
    zone_delete: {
        request: {
            /** Its key. */
            id?: number;
            /** Whether somebody read that it is in use. */
            confirmed: boolean;
        };
        reply: Empty;
    };
    /** The settings. */
    settings: {
        request: Record<never, never>;
        reply: Settings;
    };
    /** Stores settings, all or none. */
    settings_save: {
        request: {
            /** Name => value. */
            settings: Form;
        };
        reply: Settings;
    };
    /** The cron's tasks, and how much may be under way at once. */
    tasks: {
        request: Record<never, never>;
        reply: Tasks;
    };
    /** Stores how the cron runs, all or none. */
    tasks_save: {
        request: {
            /** `hook` or `standalone`. */
            mode?: string;
            /** Seconds after which a run stops itself. */
            lock_timeout?: string;
            /** Task => minutes; 0 switches it off. */
            intervals: Form;
        };
        reply: Tasks;
    };
    /** Asks the cluster what the lists of a product's form offer. */
    product_lists: {
        request: {
            /** The product. */
            product_id?: number;
        };
        reply: ProductLists;
    };
    /** What a name rule makes. */
    name_preview: {
        request: {
            /** The rule. */
            rule?: string;
            /** The main domain. */
            domain?: string;
        };
        reply: NamePreview;
    };
    /** What the manual lists of the product's own tables. */
    help: {
        request: Record<never, never>;
        reply: Help;
    };
    /** Looks at everything that can be wrong before an order meets it. */
    doctor: {
        request: {
            /** The server entry; nothing: the installation alone. */
            server_id?: number;
        };
        reply: Examined;
    };
}
