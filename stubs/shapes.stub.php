<?php

/**
 * What the answers of the extension look like. Written by `make shapes` from src/actions/page_operations: not to be edited.
 *
 * Moments are seconds since 1970. What each field means is told in php/web/src/operations.d.ts.
 */

namespace Puq\ProxmoxKvm;

/**
 * @phpstan-type Access array{
 *       ssh_keys: string,
 *   }
 * @phpstan-type Actions array{
 *       start?: Permit,
 *       stop?: Permit,
 *       shutdown?: Permit,
 *       reboot?: Permit,
 *   }
 * @phpstan-type Actor 'client'|'staff'|'schedule'
 * @phpstan-type Address array{
 *       family: int,
 *       address: string,
 *       prefix: int,
 *       gateway: string,
 *       dns: list<string>,
 *       primary: bool,
 *       rdns: string,
 *   }
 * @phpstan-type AddressTenure array{
 *       address: string,
 *       bridge: string,
 *       vlan: string,
 *       service_id: int,
 *       client_id: int|null,
 *       client: string|null,
 *       product: string|null,
 *       vmid: int|null,
 *       since: int|null,
 *       until: int|null,
 *   }
 * @phpstan-type Addresses array{
 *       pool: PoolRow|null,
 *       total: int,
 *       rows: list<AddressTenure>,
 *       size: int,
 *       sizes: list<int>,
 *   }
 * @phpstan-type AdminService array{
 *       service: ServiceHead,
 *       state: StaffState|null,
 *       live: LiveVm|null,
 *       error: Said|string|null,
 *       requests: list<RequestedAction>,
 *       api: Api,
 *       identity: Identity|null,
 *       plan: list<PlanRow>,
 *       taken_over: TakenOver|null,
 *       task: RunningTask|null,
 *       recent: list<RecentAction>|null,
 *       withheld: list<string>,
 *       addresses: list<Address>,
 *       username: string,
 *       actions: Actions,
 *       buttons: list<Button>,
 *       runs: list<Run>,
 *       reset_targets: list<ResetTarget>,
 *       asked: bool,
 *   }
 * @phpstan-type Alarm array{
 *       concerned: Concerned|null,
 *       text: Said|string,
 *   }
 * @phpstan-type Api array{
 *       ok: bool,
 *       error: Said|string|null,
 *   }
 * @phpstan-type Attached array{
 *       vmid?: int,
 *       said?: Said|string,
 *   }
 * @phpstan-type Backup array{
 *       id: string,
 *       note: string|null,
 *       time: int,
 *       size: int,
 *       scheduled: bool,
 *       protected: bool,
 *   }
 * @phpstan-type Backups array{
 *       used: int,
 *       limit: int,
 *       schedule: Week|null,
 *       next: int|null,
 *       busy: Said|string|null,
 *       restore_failed: bool,
 *       backups: list<Backup>,
 *   }
 * @phpstan-type Button array{
 *       op: string,
 *       allowed: bool,
 *       why: Said|string|null,
 *       asks_first: bool,
 *       type_name: string|null,
 *   }
 * @phpstan-type Card array{
 *       model: string,
 *       mac: string|null,
 *       rate_mbps: float,
 *       bridge: string|null,
 *       vlan: int,
 *   }
 * @phpstan-type CensusFinding array{
 *       cluster: string,
 *       vmid: int,
 *       service_id: int|null,
 *       concerned: Concerned|null,
 *       oddity: Oddity,
 *       text: Said|string,
 *       adopt: bool,
 *       remove: bool,
 *       redeploy: bool,
 *   }
 * @phpstan-type CensusRemoved array{
 *       said: Said|string,
 *   }
 * @phpstan-type ChartPoint array{
 *       time: int,
 *       cpu: float|null,
 *       memory: float|null,
 *       disk_read: float|null,
 *       disk_write: float|null,
 *       net_in: float|null,
 *       net_out: float|null,
 *   }
 * @phpstan-type Charts array{
 *       timeframe: string,
 *       timeframes: list<string>,
 *       points: list<ChartPoint>,
 *   }
 * @phpstan-type Check array{
 *       name: Said|string,
 *       status: Health,
 *       text: Said|string,
 *       fix: Said|string,
 *   }
 * @phpstan-type Concerned array{
 *       service_id: int,
 *       client_id: int|null,
 *       client: string|null,
 *       product: string|null,
 *   }
 * @phpstan-type Cpu array{
 *       cores: int,
 *       percent: float,
 *   }
 * @phpstan-type Dashboard array{
 *       pools: int,
 *       zones: int,
 *       services: int,
 *       active: int,
 *       waiting: int,
 *       setup: list<SetupStep>,
 *       alarms: list<Alarm>,
 *       failures: list<FailedRequest>,
 *       census: list<CensusFinding>,
 *       fine: bool,
 *       days: list<DayFigures>,
 *       last_cron: int|null,
 *       version: string,
 *   }
 * @phpstan-type DayFigures array{
 *       at: int,
 *       services: int,
 *       ordered: int,
 *       failures: int,
 *   }
 * @phpstan-type Deleted array{
 *       deleted: int,
 *   }
 * @phpstan-type Disk array{
 *       role: DiskRole,
 *       slot: string,
 *       size_gib: float,
 *       read_mbps: float,
 *       write_mbps: float,
 *       read_iops: int,
 *       write_iops: int,
 *   }
 * @phpstan-type DiskRole 'system'|'additional'
 * @phpstan-type Empty array{}
 * @phpstan-type Entered array{
 *       state: VmState,
 *   }
 * @phpstan-type Examined array{
 *       checks: list<Check>,
 *   }
 * @phpstan-type FailedRequest array{
 *       service_id: int,
 *       concerned: Concerned,
 *       text: Said|string,
 *       ended: int|null,
 *   }
 * @phpstan-type Firewall array{
 *       policy_in: string,
 *       policy_out: string,
 *       enabled: bool,
 *       busy: Said|string|null,
 *       limit: int,
 *       digest: string,
 *       protocols: list<Protocol>,
 *       rules: list<FirewallRule>,
 *   }
 * @phpstan-type FirewallRule array{
 *       pos: int,
 *       direction: string,
 *       verdict: string,
 *       enabled: bool,
 *       macro: string,
 *       protocol: string,
 *       source: string,
 *       source_port: string,
 *       dest: string,
 *       dest_port: string,
 *       comment: string,
 *   }
 * @phpstan-type FlowKey 'deploy'|'change_package'|'reinstall'|'restore'|'reset_password'|'set_dns_records'|'terminate'
 * @phpstan-type Form array<string, mixed>
 * @phpstan-type Health 'ok'|'warn'|'fail'
 * @phpstan-type Help array{
 *       options: list<HelpOption>,
 *       mails: list<HelpMail>,
 *       mail_fields: list<string>,
 *       key_fields: list<string>,
 *       most_keys: int,
 *       privileges: list<HelpPrivilege>,
 *       grant: Said|string,
 *       cron_line: string,
 *       tables: list<string>,
 *   }
 * @phpstan-type HelpMail array{
 *       name: string,
 *       fields: list<string>,
 *   }
 * @phpstan-type HelpOption array{
 *       name: string,
 *       legacy: string|null,
 *       low: string|null,
 *       high: string|null,
 *       unit: string,
 *       example: string,
 *   }
 * @phpstan-type HelpPrivilege array{
 *       name: string,
 *       path: string,
 *       why: Said|string,
 *   }
 * @phpstan-type Identity array{
 *       vmid: int|null,
 *       node: string|null,
 *       target_node: string|null,
 *       cluster: string,
 *       mark: string,
 *       rev: int,
 *       mac: string,
 *   }
 * @phpstan-type Image array{
 *       id: string,
 *       name: string,
 *       size: int,
 *   }
 * @phpstan-type ImageGroup array{
 *       name: string,
 *       images: list<Image>,
 *   }
 * @phpstan-type Isos array{
 *       mounted: MountedImage|null,
 *       notice: Said|string|null,
 *       busy: Said|string|null,
 *       groups: list<ImageGroup>,
 *   }
 * @phpstan-type Limit array{
 *       name: string,
 *       work: string,
 *       cluster: string,
 *       place: string,
 *       at_once: int,
 *       fastest_seconds: float|null,
 *       narrowed: Narrowed|null,
 *   }
 * @phpstan-type ListedAddress array{
 *       address: string,
 *       rdns: string,
 *   }
 * @phpstan-type LiveVm array{
 *       status: Standing,
 *       notice: Said|string|null,
 *       lock: string|null,
 *       uptime: int,
 *       cpu: Cpu,
 *       memory: Memory,
 *       disks: list<Disk>,
 *       net: Card|null,
 *   }
 * @phpstan-type Memory array{
 *       used: int,
 *       total: int,
 *       percent: float,
 *   }
 * @phpstan-type Mounted array{
 *       running: bool,
 *       notice: Said|string|null,
 *   }
 * @phpstan-type MountedImage array{
 *       id: string,
 *       name: string,
 *   }
 * @phpstan-type NamePreview array{
 *       name: string,
 *       fqdn: string,
 *   }
 * @phpstan-type Narrowed array{
 *       at: int,
 *       from: int,
 *       said: string|null,
 *       took_seconds: float|null,
 *       usual_seconds: float|null,
 *   }
 * @phpstan-type Oddity 'stray'|'unknown'|'wrong_number'|'missing'|'moved'|'runs'|'template'|'container'|'address'
 * @phpstan-type OperationKind 'clone'|'migrate'|'move_disk'|'create_disk'|'remove_snapshot'|'resize'|'start'|'stop'|'shutdown'|'reboot'|'resume'|'delete'|'backup'|'remove_backup'|'restore'|'snapshot'|'rollback'|'mail'
 * @phpstan-type OsChoice array{
 *       template: int,
 *       name: string,
 *   }
 * @phpstan-type Outcome 'going'|'done'|'failed'
 * @phpstan-type Overview array{
 *       service: ServiceHead,
 *       state: State|null,
 *       live: LiveVm|null,
 *       error: Trouble|null,
 *       requests: list<RequestedAction>,
 *       task: RunningTask|null,
 *       recent: list<RecentAction>|null,
 *       addresses: list<Address>,
 *       username: string,
 *       os: string,
 *       actions: Actions,
 *       pages: Pages,
 *       asked: bool,
 *   }
 * @phpstan-type Pages array{
 *       snapshots?: Permit,
 *       backups?: Permit,
 *       reinstall?: Permit,
 *       password?: Permit,
 *       rdns?: Permit,
 *       firewall?: Permit,
 *       iso?: Permit,
 *       charts?: Permit,
 *   }
 * @phpstan-type PasswordReset array{
 *       state: VmState,
 *       password: string,
 *   }
 * @phpstan-type Permit array{
 *       allowed: bool,
 *       why: Said|string|null,
 *   }
 * @phpstan-type Person 'client'|'staff'
 * @phpstan-type PlanRow array{
 *       label: string,
 *       value: Said|string,
 *       real: Said|string|null,
 *       differs: bool,
 *       todo: Said|string|null,
 *   }
 * @phpstan-type PoolNames array{
 *       good: bool,
 *       text: Said|string|null,
 *   }
 * @phpstan-type PoolRow array{
 *       id: int,
 *       server_id: int,
 *       type: string,
 *       bridge: string,
 *       vlan: int,
 *       gateway: string,
 *       mask: int,
 *       dns1: string,
 *       dns2: string,
 *       address_start: string,
 *       address_stop: string,
 *       reserved: string,
 *   }
 * @phpstan-type PoolShown array{
 *       id: int,
 *       server_id: int,
 *       type: string,
 *       bridge: string,
 *       vlan: int,
 *       gateway: string,
 *       mask: int,
 *       dns1: string,
 *       dns2: string,
 *       address_start: string,
 *       address_stop: string,
 *       reserved: string,
 *       server: string,
 *       used?: string,
 *       total?: string,
 *       percent?: float,
 *       quarantine?: int,
 *       zone_hint?: string,
 *       names?: PoolNames,
 *       error?: Said|string,
 *   }
 * @phpstan-type Pools array{
 *       total: int,
 *       rows: list<PoolShown>,
 *       size: int,
 *       sizes: list<int>,
 *   }
 * @phpstan-type ProductLists array{
 *       options: array<string, mixed>,
 *       banners: mixed,
 *       at: int|null,
 *   }
 * @phpstan-type Progress array{
 *       flow: FlowKey,
 *       work: Work,
 *       done: int,
 *       steps: int,
 *       percent: int,
 *   }
 * @phpstan-type Protocol array{
 *       name: string,
 *       ports: bool,
 *   }
 * @phpstan-type Put array{
 *       state: VmState,
 *       warning?: Said|string,
 *       said?: Said|string,
 *   }
 * @phpstan-type RecentAction array{
 *       action: string,
 *       subject: string,
 *       by: Actor,
 *       at: int,
 *       done: bool,
 *       why: Said|string|null,
 *   }
 * @phpstan-type RecordFields array{
 *       vm_status: VmState,
 *       vm_name: string,
 *       vm_net0_mac: string,
 *       vm_rev_dns: string,
 *       node: string|null,
 *       vm_backup_schedule: string,
 *       vm_snapshot_schedule: string,
 *   }
 * @phpstan-type RecordFixed array{
 *       service_id: int,
 *       vm_id: int|null,
 *       owner_mark: string,
 *       cluster: string,
 *   }
 * @phpstan-type ReinstallOptions array{
 *       choices: list<OsChoice>,
 *       current: int|null,
 *       confirmation: string,
 *       ssh_keys: string,
 *       why: Said|string|null,
 *   }
 * @phpstan-type RequestedAction array{
 *       id: string,
 *       action: string,
 *       subject: string,
 *       asked: int,
 *       ended: int|null,
 *       outcome: Outcome,
 *       why: Said|string|null,
 *       asker?: Person,
 *       text?: string,
 *   }
 * @phpstan-type ResetTarget 'ready'|'creation'|'set_ip'|'change_package'|'set_dns_records'|'terminate'|'remove'
 * @phpstan-type ReverseName array{
 *       address: string,
 *       family: int,
 *       name: string,
 *       default: string,
 *       way: Way,
 *   }
 * @phpstan-type ReverseNames array{
 *       addresses: list<ReverseName>,
 *   }
 * @phpstan-type ReverseNamesSaved array{
 *       addresses: list<ReverseName>,
 *       ticket: bool,
 *       warning: Said|string|null,
 *   }
 * @phpstan-type Run array{
 *       flow: string,
 *       started: int,
 *       finished: int|null,
 *       from: string,
 *       to: string,
 *       result: RunResult,
 *       error: string,
 *       steps: list<StepLine>,
 *   }
 * @phpstan-type RunResult 'running'|'success'|'waiting'|'error'|'overtaken'|'interrupted'|'unknown'
 * @phpstan-type RunningTask array{
 *       kind: OperationKind,
 *       elapsed: int,
 *       percent: float|null,
 *       usual: int|null,
 *   }
 * @phpstan-type Scheduled array{
 *       schedule: Week|null,
 *       next: int|null,
 *   }
 * @phpstan-type Said array{key: string, args: array<string, mixed>, text: string}
 * @phpstan-type ServiceHead array{
 *       id: int,
 *       status: ServiceStatus,
 *       domain: string,
 *       name: string,
 *   }
 * @phpstan-type ServiceRow array{
 *       rev: int,
 *       fixed: RecordFixed,
 *       fields: RecordFields,
 *       states: list<VmState>,
 *   }
 * @phpstan-type ServiceStatus 'Pending'|'Active'|'Suspended'|'Terminated'|'Cancelled'|'Fraud'|'Completed'
 * @phpstan-type Settings array<string, string>
 * @phpstan-type SetupStep array{
 *       task: SetupTask,
 *       done: bool,
 *   }
 * @phpstan-type SetupTask 'server'|'test'|'pool'|'template'|'product'|'cron'
 * @phpstan-type Snapshot array{
 *       name: string,
 *       description: string,
 *       time: int,
 *       ram: bool,
 *       scheduled: bool,
 *       expires: int|null,
 *   }
 * @phpstan-type SnapshotMode 'keep'|'days'|'schedule'
 * @phpstan-type Snapshots array{
 *       used: int,
 *       limit: int,
 *       mode: SnapshotMode,
 *       days: int,
 *       schedule: Week|null,
 *       next: int|null,
 *       zone: string,
 *       busy: Said|string|null,
 *       snapshots: list<Snapshot>,
 *   }
 * @phpstan-type StaffState array{
 *       name: VmState,
 *       flow: FlowKey|null,
 *       at_rest: bool,
 *       progress: Progress|null,
 *       waiting: Said|string|null,
 *       since: int|null,
 *       sentence: Said|string|null,
 *       alarm: bool,
 *       suspended: bool,
 *   }
 * @phpstan-type Standing 'stopped'|'hibernated'|'running'|'paused'|'io_error'|'prelaunch'|'crashed'|'unknown'
 * @phpstan-type Started array{
 *       running: bool,
 *   }
 * @phpstan-type State array{
 *       name: VmState,
 *       flow: FlowKey|null,
 *       at_rest: bool,
 *       progress: Progress|null,
 *       waiting: bool,
 *       since: int|null,
 *       alarm: bool,
 *       suspended: bool,
 *   }
 * @phpstan-type StepLine array{
 *       number: int|null,
 *       label: string,
 *       result: string,
 *       from: string,
 *       to: string,
 *       at: int,
 *       seconds: float,
 *   }
 * @phpstan-type Stepped array{
 *       running: bool,
 *       waiting?: Said|string,
 *   }
 * @phpstan-type TakenOver array{
 *       at: int,
 *       name: string,
 *       mac: string,
 *       configured: list<string>,
 *       left: list<Said|string>,
 *   }
 * @phpstan-type Task array{
 *       key: string,
 *       label: string,
 *       interval: int,
 *       last_run: int|null,
 *   }
 * @phpstan-type Tasks array{
 *       mode: string,
 *       lock_timeout: string,
 *       cron_line: string,
 *       tasks: list<Task>,
 *       limits: list<Limit>,
 *   }
 * @phpstan-type TrafficDay array{
 *       day: int,
 *       received: int,
 *       sent: int,
 *   }
 * @phpstan-type TrafficLedger array{
 *       start: int,
 *       end: int,
 *       zone: string,
 *       limit: int|null,
 *       received: int,
 *       sent: int,
 *       days: list<TrafficDay>,
 *   }
 * @phpstan-type Trouble 'gone'|'unreachable'
 * @phpstan-type VmActed array{
 *       service_id: int,
 *       ok: bool,
 *       text: Said|string,
 *   }
 * @phpstan-type VmLog array{
 *       state: StaffState,
 *       runs: list<Run>,
 *       type_name: string|null,
 *       vmid: int|null,
 *       addresses: list<string>,
 *       reset_targets: list<ResetTarget>,
 *   }
 * @phpstan-type VmOrder 'service'|'client'|'product'|'server'|'vmid'|'name'|'vm_status'|'status'|'address'
 * @phpstan-type VmRow array{
 *       service_id: int,
 *       client: string|null,
 *       client_id: int|null,
 *       product: string|null,
 *       server: string|null,
 *       vmid: int|null,
 *       vm_name: string,
 *       vm_status: string,
 *       service_status: ServiceStatus|null,
 *       addresses: list<ListedAddress>,
 *       odd: list<Said|string>,
 *       waiting: Said|string|null,
 *       waiting_since: int|null,
 *   }
 * @phpstan-type VmState 'creation'|'set_ip'|'set_dns'|'clone'|'migrated'|'set_cpu_ram'|'set_system_disk_size'|'set_system_disk_bandwidth'|'set_created_additional_disk'|'set_additional_disk_size'|'set_additional_disk_bandwidth'|'set_network'|'set_firewall'|'set_cloudinit'|'starting'|'ready'|'change_package'|'cp_update_ip'|'cp_stop'|'cp_cpu_ram'|'cp_system_disk_size'|'cp_system_disk_bandwidth'|'cp_additional_disk'|'cp_additional_disk_size'|'cp_additional_disk_bandwidth'|'cp_network'|'cp_firewall'|'cp_start'|'reinstall'|'set_dns_records'|'restore'|'rs_stop'|'rs_restored'|'rs_cpu_ram'|'rs_system_disk_size'|'rs_system_disk_bandwidth'|'rs_additional_disk'|'rs_additional_disk_size'|'rs_additional_disk_bandwidth'|'rs_network'|'rs_firewall'|'rs_start'|'error_restore'|'reset_password'|'rp_stop'|'rp_cloudinit'|'rp_start'|'terminate'|'error_terminate'|'remove'
 * @phpstan-type Vms array{
 *       total: int,
 *       rows: list<VmRow>,
 *       sort: VmOrder,
 *       descending: bool,
 *       orders: list<VmOrder>,
 *       size: int,
 *       sizes: list<int>,
 *       states: list<VmState>,
 *       statuses: list<ServiceStatus>,
 *   }
 * @phpstan-type VmsActed array{
 *       results: list<VmActed>,
 *   }
 * @phpstan-type Way 'dns'|'ticket'|'kept'|'none'
 * @phpstan-type Week array{
 *       days: list<int>,
 *       time: string,
 *   }
 * @phpstan-type Work 'addresses'|'dns'|'clone'|'move'|'cpu'|'disks'|'network'|'firewall'|'guest'|'start'|'check'|'stop'|'restore'|'remove'
 * @phpstan-type ZoneShown array{
 *       id: int,
 *       zone: string,
 *       type: string,
 *       ...<string, string>,
 *   }
 * @phpstan-type ZoneTested array{
 *       text: Said|string,
 *   }
 * @phpstan-type ClientRequests array{
 *       status: array{},
 *       request_seen: array{
 *           id: string,
 *       },
 *       start: array{},
 *       stop: array{},
 *       shutdown: array{},
 *       reboot: array{},
 *       snapshots: array{},
 *       snapshot_schedule: array{
 *           days: list<int>|string,
 *           time: string,
 *       },
 *       snapshot_create: array{
 *           description: string,
 *       },
 *       snapshot_rollback: array{
 *           name: string,
 *       },
 *       snapshot_remove: array{
 *           name: string,
 *       },
 *       backups: array{},
 *       backup_schedule: array{
 *           days: list<int>|string,
 *       },
 *       backup_now: array{
 *           note: string,
 *       },
 *       backup_remove: array{
 *           backup: string,
 *       },
 *       backup_restore: array{
 *           backup: string,
 *       },
 *       isos: array{},
 *       iso_mount: array{
 *           image: string,
 *       },
 *       iso_unmount: array{},
 *       firewall: array{},
 *       firewall_policies: array{
 *           policy_in: string,
 *           policy_out: string,
 *       },
 *       firewall_rule_add: array{
 *           direction?: string,
 *           verdict?: string,
 *           protocol?: string,
 *           source?: string,
 *           source_port?: string,
 *           dest?: string,
 *           dest_port?: string,
 *           comment?: string,
 *       },
 *       firewall_rule_remove: array{
 *           pos?: int,
 *           digest: string,
 *       },
 *       firewall_rule_move: array{
 *           pos?: int,
 *           to?: int,
 *           digest: string,
 *       },
 *       charts: array{
 *           timeframe?: string,
 *       },
 *       traffic: array{},
 *       rdns: array{},
 *       rdns_save: array{
 *           names: Form,
 *       },
 *       reinstall_options: array{},
 *       reinstall: array{
 *           confirm: string,
 *           template?: string,
 *           ssh_keys?: string,
 *       },
 *       access: array{},
 *       reset_password: array{
 *           shutdown: bool,
 *           ssh_keys?: string,
 *       },
 *   }
 * @phpstan-type ClientReplies array{
 *       status: Overview,
 *       request_seen: Overview,
 *       start: Overview,
 *       stop: Overview,
 *       shutdown: Overview,
 *       reboot: Overview,
 *       snapshots: Snapshots,
 *       snapshot_schedule: Scheduled,
 *       snapshot_create: Started,
 *       snapshot_rollback: Started,
 *       snapshot_remove: Started,
 *       backups: Backups,
 *       backup_schedule: Scheduled,
 *       backup_now: Started,
 *       backup_remove: Started,
 *       backup_restore: Entered,
 *       isos: Isos,
 *       iso_mount: Mounted,
 *       iso_unmount: Started,
 *       firewall: Firewall,
 *       firewall_policies: Started,
 *       firewall_rule_add: Started,
 *       firewall_rule_remove: Started,
 *       firewall_rule_move: Started,
 *       charts: Charts,
 *       traffic: TrafficLedger,
 *       rdns: ReverseNames,
 *       rdns_save: ReverseNamesSaved,
 *       reinstall_options: ReinstallOptions,
 *       reinstall: Entered,
 *       access: Access,
 *       reset_password: PasswordReset,
 *   }
 * @phpstan-type StaffRequests array{
 *       status: array{},
 *       request_seen: array{
 *           id: string,
 *       },
 *       start: array{},
 *       stop: array{},
 *       shutdown: array{},
 *       reboot: array{},
 *       snapshots: array{},
 *       snapshot_schedule: array{
 *           days: list<int>|string,
 *           time: string,
 *       },
 *       snapshot_create: array{
 *           description: string,
 *       },
 *       snapshot_rollback: array{
 *           name: string,
 *       },
 *       snapshot_remove: array{
 *           name: string,
 *       },
 *       backups: array{},
 *       backup_schedule: array{
 *           days: list<int>|string,
 *       },
 *       backup_now: array{
 *           note: string,
 *       },
 *       backup_remove: array{
 *           backup: string,
 *       },
 *       backup_restore: array{
 *           backup: string,
 *       },
 *       isos: array{},
 *       iso_mount: array{
 *           image: string,
 *       },
 *       iso_unmount: array{},
 *       firewall: array{},
 *       firewall_policies: array{
 *           policy_in: string,
 *           policy_out: string,
 *       },
 *       firewall_rule_add: array{
 *           direction?: string,
 *           verdict?: string,
 *           protocol?: string,
 *           source?: string,
 *           source_port?: string,
 *           dest?: string,
 *           dest_port?: string,
 *           comment?: string,
 *       },
 *       firewall_rule_remove: array{
 *           pos?: int,
 *           digest: string,
 *       },
 *       firewall_rule_move: array{
 *           pos?: int,
 *           to?: int,
 *           digest: string,
 *       },
 *       charts: array{
 *           timeframe?: string,
 *       },
 *       traffic: array{},
 *       rdns: array{},
 *       rdns_save: array{
 *           names: Form,
 *       },
 *       reinstall_options: array{},
 *       reinstall: array{
 *           confirm: string,
 *           template?: string,
 *           ssh_keys?: string,
 *       },
 *       access: array{},
 *       reset_password: array{
 *           shutdown: bool,
 *           ssh_keys?: string,
 *       },
 *       log: array{},
 *       attach: array{
 *           vmid?: string,
 *           present?: string,
 *       },
 *       retry: array{},
 *       redeploy: array{
 *           confirm: string,
 *       },
 *       step: array{
 *           step: string,
 *           confirm: string,
 *       },
 *       set_dns_records: array{},
 *       record: array{},
 *       record_save: array{
 *           rev?: int,
 *           fields: Form,
 *       },
 *       delete_record: array{},
 *       reset: array{
 *           state: string,
 *           confirm: string,
 *       },
 *   }
 * @phpstan-type StaffReplies array{
 *       status: AdminService,
 *       request_seen: AdminService,
 *       start: AdminService,
 *       stop: AdminService,
 *       shutdown: AdminService,
 *       reboot: AdminService,
 *       snapshots: Snapshots,
 *       snapshot_schedule: Scheduled,
 *       snapshot_create: Started,
 *       snapshot_rollback: Started,
 *       snapshot_remove: Started,
 *       backups: Backups,
 *       backup_schedule: Scheduled,
 *       backup_now: Started,
 *       backup_remove: Started,
 *       backup_restore: Entered,
 *       isos: Isos,
 *       iso_mount: Mounted,
 *       iso_unmount: Started,
 *       firewall: Firewall,
 *       firewall_policies: Started,
 *       firewall_rule_add: Started,
 *       firewall_rule_remove: Started,
 *       firewall_rule_move: Started,
 *       charts: Charts,
 *       traffic: TrafficLedger,
 *       rdns: ReverseNames,
 *       rdns_save: ReverseNamesSaved,
 *       reinstall_options: ReinstallOptions,
 *       reinstall: Entered,
 *       access: Access,
 *       reset_password: PasswordReset,
 *       log: AdminService,
 *       attach: Attached,
 *       retry: AdminService,
 *       redeploy: Put,
 *       step: Stepped,
 *       set_dns_records: Put,
 *       record: ServiceRow,
 *       record_save: ServiceRow,
 *       delete_record: Deleted,
 *       reset: Put,
 *   }
 * @phpstan-type AddonRequests array{
 *       dashboard: array{},
 *       census_adopt: array{
 *           cluster: string,
 *           vmid?: int,
 *       },
 *       census_remove: array{
 *           cluster: string,
 *           vmid?: int,
 *       },
 *       census_redeploy: array{
 *           cluster: string,
 *           vmid?: int,
 *       },
 *       pools: array{
 *           id?: int,
 *           search?: string,
 *           page?: int,
 *           size?: int,
 *       },
 *       pool_names: array{
 *           pool: Form,
 *       },
 *       addresses: array{
 *           pool?: int,
 *           search?: string,
 *           past: bool,
 *           page?: int,
 *           size?: int,
 *       },
 *       pool_save: array{
 *           pool: Form,
 *       },
 *       pool_delete: array{
 *           id?: int,
 *           confirmed: bool,
 *       },
 *       vms: array{
 *           page?: int,
 *           size?: int,
 *           search?: string,
 *           status?: string,
 *           vm_status?: string,
 *           only?: string,
 *           sort?: string,
 *           descending: bool,
 *       },
 *       vms_act: array{
 *           action?: string,
 *           services: list<int>,
 *       },
 *       vm_log: array{
 *           service_id?: int,
 *       },
 *       zones: array{},
 *       zone_save: array{
 *           zone: Form,
 *       },
 *       zone_test: array{
 *           id?: int,
 *       },
 *       zone_delete: array{
 *           id?: int,
 *           confirmed: bool,
 *       },
 *       settings: array{},
 *       settings_save: array{
 *           settings: Form,
 *       },
 *       tasks: array{},
 *       tasks_save: array{
 *           mode?: string,
 *           lock_timeout?: string,
 *           intervals: Form,
 *       },
 *       product_lists: array{
 *           product_id?: int,
 *       },
 *       name_preview: array{
 *           rule?: string,
 *           domain?: string,
 *       },
 *       help: array{},
 *       doctor: array{
 *           server_id?: int,
 *       },
 *   }
 * @phpstan-type AddonReplies array{
 *       dashboard: Dashboard,
 *       census_adopt: Attached,
 *       census_remove: CensusRemoved,
 *       census_redeploy: Put,
 *       pools: Pools,
 *       pool_names: PoolNames,
 *       addresses: Addresses,
 *       pool_save: Empty,
 *       pool_delete: Empty,
 *       vms: Vms,
 *       vms_act: VmsActed,
 *       vm_log: VmLog,
 *       zones: list<ZoneShown>,
 *       zone_save: Empty,
 *       zone_test: ZoneTested,
 *       zone_delete: Empty,
 *       settings: Settings,
 *       settings_save: Settings,
 *       tasks: Tasks,
 *       tasks_save: Tasks,
 *       product_lists: ProductLists,
 *       name_preview: NamePreview,
 *       help: Help,
 *       doctor: Examined,
 *   }
 */
final class Shapes
{
}
