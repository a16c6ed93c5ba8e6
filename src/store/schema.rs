//! The tables as data, rendered for either dialect.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number the database counts up: the primary key.
    Serial,
    /// A whole number up to 2⁶³.
    Number,
    /// An identifier of ours or of Proxmox: ASCII, compared byte by byte.
    Word(u16),
    /// A line for people.
    Line(u16),
    /// JSON or prose of any length.
    Long,
}

/// A column; text and numbers default to empty and zero, `nullable` ones to NULL.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether NULL means something.
    pub nullable: bool,
}

/// A table of ours.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name; the reference product's where it has one.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [Column],
    /// The primary key's columns.
    pub primary: &'static [&'static str],
    /// Further indexes.
    pub indexes: &'static [&'static [&'static str]],
}

const fn serial(name: &'static str) -> Column {
    Column {
        name,
        kind: Kind::Serial,
        nullable: false,
    }
}
const fn number(name: &'static str) -> Column {
    Column {
        name,
        kind: Kind::Number,
        nullable: false,
    }
}
const fn word(name: &'static str, length: u16) -> Column {
    Column {
        name,
        kind: Kind::Word(length),
        nullable: false,
    }
}
const fn line(name: &'static str, length: u16) -> Column {
    Column {
        name,
        kind: Kind::Line(length),
        nullable: false,
    }
}
const fn long(name: &'static str) -> Column {
    Column {
        name,
        kind: Kind::Long,
        nullable: true,
    }
}
const fn maybe(column: Column) -> Column {
    Column {
        nullable: true,
        ..column
    }
}

/// Every table of ours.
pub const TABLES: &[Table] = &[
    Table {
        name: "puqProxmoxKVM_vm_info",
        columns: &[
            number("service_id"),
            number("server_id"),
            number("product_id"),
            word("cluster", 160),
            maybe(number("vm_id")),
            line("vm_name", 190),
            word("vm_status", 40),
            word("flow", 24),
            word("node", 64),
            word("target_node", 64),
            number("promised_mib"),
            number("additional_gib"),
            number("configured_at"),
            number("template_id"),
            word("vm_net0_mac", 20),
            long("vm_rev_dns"),
            number("vm_snapshots"),
            number("vm_backups"),
            word("vm_backup_now_utid", 190),
            word("vm_backup_restore_utid", 190),
            long("vm_backup_schedule"),
            long("vm_snapshot_schedule"),
            word("vm_snapshot_last", 20),
            long("vm_last_action_log"),
            word("owner_mark", 32),
            word("suspended_from", 16),
            long("wanted"),
            number("fails"),
            long("waiting"),
            long("waiting_said"),
            maybe(number("waiting_since")),
            word("cause", 64),
            maybe(number("next_look_at")),
            maybe(number("next_backup_at")),
            maybe(number("next_snapshot_at")),
            maybe(number("snapshot_look_at")),
            word("restore_archive", 255),
            number("restore_asked_at"),
            word("iso_drive", 8),
            long("ssh_keys"),
            word("policy_in", 8),
            word("policy_out", 8),
            number("created_at"),
            number("adopted_from"),
            number("adopted_at"),
            number("rev"),
        ],
        primary: &["service_id"],
        indexes: &[
            &["next_look_at"],
            &["next_backup_at"],
            &["next_snapshot_at"],
            &["snapshot_look_at"],
            &["server_id"],
            &["promised_mib"],
            &["suspended_from"],
        ],
    },
    Table {
        name: "puqProxmoxKVM_statistics",
        columns: &[
            number("service_id"),
            number("hour"),
            number("netin"),
            number("netout"),
            number("counter_in"),
            number("counter_out"),
            number("sampled_at"),
            number("estimated"),
        ],
        primary: &["service_id", "hour"],
        indexes: &[&["hour"]],
    },
    Table {
        name: "puq_proxmox_kvm_ip_pools",
        columns: &[
            serial("id"),
            number("server_id"),
            word("type", 4),
            word("bridge", 32),
            number("vlan"),
            word("gateway", 45),
            number("mask"),
            word("dns1", 45),
            word("dns2", 45),
            word("address_start", 45),
            word("address_stop", 45),
            long("reserved"),
        ],
        primary: &["id"],
        indexes: &[&["server_id"]],
    },
    Table {
        name: "puq_proxmox_kvm_dns_zones",
        columns: &[
            serial("id"),
            word("zone", 190),
            word("type", 24),
            long("settings"),
        ],
        primary: &["id"],
        indexes: &[],
    },
    Table {
        name: "puq_proxmox_kvm_overdue_names",
        columns: &[
            number("service_id"),
            long("names"),
            long("addresses"),
            number("since"),
            number("fails"),
            number("next_look_at"),
            number("rev"),
        ],
        primary: &["service_id"],
        indexes: &[&["next_look_at"]],
    },
    Table {
        name: "puq_proxmox_kvm_operations",
        columns: &[
            word("id", 32),
            number("service_id"),
            word("kind", 24),
            number("vmid"),
            word("node", 64),
            long("intent"),
            word("token", 32),
            word("holder", 120),
            number("sent_at"),
            number("deadline"),
            word("upid", 190),
            word("outcome", 16),
            long("text"),
            maybe(number("ended_at")),
            word("request", 32),
        ],
        primary: &["id"],
        indexes: &[
            &["service_id", "outcome"],
            &["outcome", "ended_at"],
            &["request"],
        ],
    },
    Table {
        name: "puq_proxmox_kvm_requests",
        columns: &[
            word("id", 32),
            number("service_id"),
            word("deed", 24),
            long("subject"),
            word("asker", 8),
            number("asked_at"),
            number("try_until"),
            number("tries"),
            word("outcome", 8),
            word("reason", 24),
            long("text"),
            maybe(number("ended_at")),
            number("seen_by_client"),
            number("seen_by_staff"),
        ],
        primary: &["id"],
        indexes: &[&["service_id", "outcome"], &["outcome", "ended_at"]],
    },
    Table {
        name: "puq_proxmox_kvm_leases",
        columns: &[
            number("service_id"),
            word("holder", 120),
            number("expires_at"),
        ],
        primary: &["service_id"],
        indexes: &[&["expires_at"], &["holder"]],
    },
    Table {
        name: "puq_proxmox_kvm_addresses",
        columns: &[
            word("scope", 190),
            number("family"),
            word("address", 32),
            number("service_id"),
            number("position"),
            word("text", 45),
            number("prefix"),
            word("gateway", 45),
            word("dns", 190),
            word("bridge", 32),
            number("vlan"),
            word("source", 24),
            word("state", 12),
            maybe(number("freed_at")),
        ],
        primary: &["scope", "family", "address"],
        indexes: &[
            &["service_id"],
            &["state", "freed_at"],
            &["scope", "family", "state", "address"],
        ],
    },
    Table {
        name: "puq_proxmox_kvm_tenures",
        columns: &[
            serial("id"),
            word("scope", 190),
            number("family"),
            word("address", 32),
            word("text", 45),
            number("service_id"),
            number("client_id"),
            maybe(number("vm_id")),
            maybe(number("since")),
            maybe(number("until")),
        ],
        primary: &["id"],
        indexes: &[&["family", "address"], &["until", "service_id"]],
    },
    Table {
        name: "puq_proxmox_kvm_vmids",
        columns: &[
            word("cluster", 160),
            number("vmid"),
            number("service_id"),
            word("state", 12),
            maybe(number("freed_at")),
            word("owner_mark", 32),
        ],
        primary: &["cluster", "vmid"],
        indexes: &[&["service_id"], &["state", "freed_at"]],
    },
    Table {
        name: "puq_proxmox_kvm_runs",
        columns: &[
            word("id", 32),
            number("service_id"),
            word("flow", 24),
            number("started_at"),
            maybe(number("finished_at")),
            word("from_state", 40),
            word("to_state", 40),
            word("result", 12),
            long("error"),
            long("steps"),
        ],
        primary: &["id"],
        indexes: &[&["service_id", "started_at"]],
    },
    Table {
        name: "puq_proxmox_kvm_limits",
        columns: &[
            word("name", 255),
            number("value"),
            number("fastest_ms"),
            number("updated_at"),
            maybe(number("narrowed_at")),
            number("narrowed_from"),
            number("slow_ms"),
            number("usual_ms"),
            long("said"),
        ],
        primary: &["name"],
        indexes: &[],
    },
    Table {
        name: "puq_proxmox_kvm_products",
        columns: &[number("product_id"), long("settings"), number("updated_at")],
        primary: &["product_id"],
        indexes: &[],
    },
    Table {
        name: "puq_proxmox_kvm_settings",
        columns: &[word("name", 160), long("value")],
        primary: &["name"],
        indexes: &[],
    },
    Table {
        name: "puq_proxmox_kvm_tasks",
        columns: &[
            word("task", 40),
            number("minutes"),
            maybe(number("last_run")),
            long("last_result"),
        ],
        primary: &["task"],
        indexes: &[],
    },
    Table {
        name: "puq_proxmox_kvm_schema",
        columns: &[number("version"), number("applied_at")],
        primary: &["version"],
        indexes: &[],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_and_index_names_columns_of_its_table() {
        for table in TABLES {
            for column in table
                .primary
                .iter()
                .chain(table.indexes.iter().copied().flatten())
            {
                let known = table.columns.iter().any(|c| c.name == *column);
                assert!(known, "{}.{column}", table.name);
            }
        }
    }
}
