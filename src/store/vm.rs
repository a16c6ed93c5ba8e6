//! The row of a service: where its flow stands, and what is known of its VM.

use super::vm_rows::{self, Rows};
use super::{StoreError, column};
use crate::host::{HostHandle, Row, Statement, Transacted};
use crate::model::{
    Before, Cause, FlowKey, NodeName, OwnerMark, Policy, ProductId, Sentence, ServerId, ServiceId,
    VmState, Vmid, Wishes,
};
use serde_json::{Value, json};

pub(super) const TABLE: &str = "puqProxmoxKVM_vm_info";

/// One service's row, as read; [`save`] writes it back if nobody else did meanwhile.
#[derive(Clone, Debug, PartialEq)]
pub struct VmRecord {
    /// The service.
    pub service: ServiceId,
    /// The WHMCS server entry it was ordered on.
    pub server: ServerId,
    /// The product it is.
    pub product: ProductId,
    /// The cluster's key (name and CA fingerprint), empty until first contact.
    pub cluster: String,
    /// The VM's number, reserved or in use.
    pub vmid: Option<Vmid>,
    /// The VM's name.
    pub name: String,
    /// Where the flow stands.
    pub state: VmState,
    /// The flow in progress; `None` at rest.
    pub flow: Option<FlowKey>,
    /// The node the VM was last seen on.
    pub node: Option<NodeName>,
    /// The node it is to run on, once chosen.
    pub target_node: Option<NodeName>,
    /// Memory counted against the target node until the VM runs there, in MiB.
    pub promised_mib: u64,
    /// The size of the additional disk as last sold, in GiB: what was never sold is never deleted.
    pub additional_gib: u64,
    /// When the guest's first-boot settings were last written, in seconds since 1970: a VM that runs since before then has
    /// the former ones.
    pub configured_at: i64,
    /// The template chosen for the next installation; `None`: the product's.
    pub template: Option<Vmid>,
    /// The network card's address, kept over reinstallation.
    pub mac: String,
    /// JSON object address → host name.
    pub rev_dns: String,
    /// The mark by which its VM is known.
    pub mark: OwnerMark,
    /// How the VM stood before its suspension; `None`: the service is not suspended.
    pub suspended_from: Option<Before>,
    /// What is to be done once the VM is free.
    pub wanted: Wishes,
    /// The backup being restored: its volume. Empty: none was ever asked for.
    pub restore_archive: String,
    /// When it was asked for: tells the operations of this restore from those of earlier ones.
    pub restore_asked_at: i64,
    /// The drive that was made for an ISO image (`ide2`) and goes with it; empty: none was made.
    pub iso_drive: String,
    /// The public SSH keys of the last installation, one a line, where others were given than with the order.
    pub ssh_keys: String,
    /// What the client lets the firewall do with traffic to the VM that no rule names; `None`: what the product says.
    pub policy_in: Option<Policy>,
    /// The same for traffic from the VM.
    pub policy_out: Option<Policy>,
    /// Since when the service may have had this VM before it was taken over, at the earliest; 0: nobody knows.
    pub adopted_from: i64,
    /// When it was taken over from another product or by hand; 0: it was made here.
    pub adopted_at: i64,
    /// Failures in a row of the present step.
    pub fails: u64,
    /// Why it does not move, one sentence in English; empty: it does.
    pub waiting: String,
    /// The same with its key, where it has one: see [`Self::why_waiting`].
    pub waiting_said: Option<Sentence>,
    /// Since when.
    pub waiting_since: Option<i64>,
    /// What is in the way.
    pub cause: Cause,
    /// When the cron looks next; `None`: at rest.
    pub next_look_at: Option<i64>,
    /// Counts every change of the row.
    pub rev: u64,
}

impl VmRecord {
    /// A new order, due at once.
    pub fn ordered(
        service: ServiceId,
        server: ServerId,
        product: ProductId,
        mark: OwnerMark,
        now: i64,
    ) -> Self {
        Self {
            service,
            server,
            product,
            cluster: String::new(),
            vmid: None,
            name: String::new(),
            state: VmState::Creation,
            flow: None,
            node: None,
            target_node: None,
            promised_mib: 0,
            additional_gib: 0,
            configured_at: 0,
            template: None,
            mac: String::new(),
            rev_dns: String::new(),
            mark,
            suspended_from: None,
            wanted: Wishes::default(),
            restore_archive: String::new(),
            restore_asked_at: 0,
            iso_drive: String::new(),
            ssh_keys: String::new(),
            policy_in: None,
            policy_out: None,
            adopted_from: 0,
            adopted_at: 0,
            fails: 0,
            waiting: String::new(),
            waiting_said: None,
            waiting_since: None,
            cause: Cause::Service,
            next_look_at: Some(now),
            rev: 0,
        }
    }

    /// Whether WHMCS suspended the service: nothing starts its VM.
    pub fn suspended(&self) -> bool {
        self.suspended_from.is_some()
    }

    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let node = |name| column::word(row, name).map(NodeName);
        let id = |name| column::sure_count(row, TABLE, name, column::MOST);
        let size = |name| column::sure_count(row, TABLE, name, column::MOST_OF_A_SIZE);
        let moment = |name| column::whole(row, TABLE, name, column::LAST_MOMENT);
        let past = |name| moment(name).map(|time| time.unwrap_or(0));
        Ok(Self {
            service: ServiceId(id("service_id")?),
            server: ServerId(id("server_id")?),
            product: ProductId(id("product_id")?),
            cluster: column::text(row, "cluster"),
            vmid: column::vmid(row, TABLE, "vm_id")?,
            name: column::text(row, "vm_name"),
            state: column::parsed(row, TABLE, "vm_status", VmState::parse)?,
            flow: column::maybe(row, TABLE, "flow", FlowKey::parse)?,
            node: node("node"),
            target_node: node("target_node"),
            promised_mib: size("promised_mib")?,
            additional_gib: size("additional_gib")?,
            configured_at: past("configured_at")?,
            template: column::vmid(row, TABLE, "template_id")?,
            mac: column::text(row, "vm_net0_mac"),
            rev_dns: column::text(row, "vm_rev_dns"),
            mark: column::parsed(row, TABLE, "owner_mark", OwnerMark::new)?,
            suspended_from: column::maybe(row, TABLE, "suspended_from", Before::parse)?,
            wanted: column::parsed(row, TABLE, "wanted", Wishes::parse)?,
            restore_archive: column::text(row, "restore_archive"),
            restore_asked_at: past("restore_asked_at")?,
            iso_drive: column::text(row, "iso_drive"),
            ssh_keys: column::text(row, "ssh_keys"),
            policy_in: column::maybe(row, TABLE, "policy_in", Policy::parse)?,
            policy_out: column::maybe(row, TABLE, "policy_out", Policy::parse)?,
            adopted_from: past("adopted_from")?,
            adopted_at: past("adopted_at")?,
            fails: id("fails")?,
            waiting: column::text(row, "waiting"),
            waiting_said: column::sentence(&column::text(row, "waiting_said")),
            waiting_since: moment("waiting_since")?,
            cause: column::parsed(row, TABLE, "cause", Cause::parse)?,
            next_look_at: moment("next_look_at")?,
            rev: id("rev")?,
        })
    }

    fn columns(&self) -> Vec<(&'static str, Value)> {
        let node = |node: &Option<NodeName>| json!(node.as_ref().map_or("", NodeName::as_str));
        let policy = |policy: Option<Policy>| json!(policy.map_or("", Policy::as_str));
        vec![
            ("server_id", json!(self.server.0)),
            ("product_id", json!(self.product.0)),
            ("cluster", json!(self.cluster)),
            ("vm_id", json!(self.vmid.map(Vmid::get))),
            ("vm_name", json!(self.name)),
            ("vm_status", json!(self.state.as_str())),
            ("flow", json!(self.flow.map_or("", FlowKey::as_str))),
            ("node", node(&self.node)),
            ("target_node", node(&self.target_node)),
            ("promised_mib", json!(self.promised_mib)),
            ("additional_gib", json!(self.additional_gib)),
            ("configured_at", json!(self.configured_at)),
            ("template_id", json!(self.template.map_or(0, Vmid::get))),
            ("vm_net0_mac", json!(self.mac)),
            ("vm_rev_dns", json!(self.rev_dns)),
            ("owner_mark", json!(self.mark.as_str())),
            (
                "suspended_from",
                json!(self.suspended_from.map_or("", Before::as_str)),
            ),
            ("wanted", json!(self.wanted.to_string())),
            ("restore_archive", json!(self.restore_archive)),
            ("restore_asked_at", json!(self.restore_asked_at)),
            ("iso_drive", json!(self.iso_drive)),
            ("ssh_keys", json!(self.ssh_keys)),
            ("policy_in", policy(self.policy_in)),
            ("policy_out", policy(self.policy_out)),
            ("adopted_from", json!(self.adopted_from)),
            ("adopted_at", json!(self.adopted_at)),
            ("fails", json!(self.fails)),
            ("waiting", json!(self.waiting)),
            ("waiting_said", column::stored(&self.waiting_said)),
            ("waiting_since", json!(self.waiting_since)),
            ("cause", json!(self.cause.to_string())),
            ("next_look_at", json!(self.next_look_at)),
        ]
    }
}

/// One service's row.
///
/// # Errors
/// When the database fails, or the row cannot be read.
pub async fn find(host: &HostHandle, service: ServiceId) -> Result<Option<VmRecord>, StoreError> {
    let mut rows = load(host, &[service]).await?;
    match rows.unreadable.pop() {
        Some(unreadable) => Err(unreadable.why),
        None => Ok(rows.readable.pop()),
    }
}

/// The rows of several services, in one query.
pub async fn load(host: &HostHandle, services: &[ServiceId]) -> Result<Rows<VmRecord>, StoreError> {
    if services.is_empty() {
        return vm_rows::sort(&[], VmRecord::read);
    }
    let sql = format!(
        "SELECT * FROM {TABLE} WHERE service_id IN ({}) ORDER BY service_id",
        column::marks(services.len())
    );
    let rows = host.select(sql, column::ids(services)).await?;
    vm_rows::sort(&rows, VmRecord::read)
}

/// Services the cron shall look at by now, longest due first: those that restore a backup, or all others. What waits for
/// something that many may wait for (a server that is out of reach) comes after everything else: thousands of such
/// services are due all the time, and `most` must not be used up by them.
///
/// Only a service that says what it waits for is left alone until its next look. One that says nothing is due, whatever
/// moment was stored for it: it was meant for at once, by a clock that was ahead. `next_look_at >= 0` says of those only
/// that there is a next look, in the words for which databases take the index: what rests has none, and is most of them.
pub async fn due(
    host: &HostHandle,
    restores: bool,
    now: i64,
    most: u64,
) -> Result<Vec<ServiceId>, StoreError> {
    let of = if restores { "=" } else { "<>" };
    let sql = format!(
        "SELECT service_id FROM {TABLE} WHERE next_look_at >= 0 AND (next_look_at <= ? OR waiting = '') \
         AND flow {of} 'restore' \
         ORDER BY cause <> '', next_look_at, service_id LIMIT {most}"
    );
    let rows = host.select(sql, vec![json!(now)]).await?;
    Ok(rows
        .iter()
        .map(|row| ServiceId(column::count(row, "service_id")))
        .collect())
}

/// Stores a new row and its lease.
///
/// # Errors
/// [`StoreError::Stale`] when the service has a row already.
pub async fn insert(host: &HostHandle, record: &VmRecord, now: i64) -> Result<(), StoreError> {
    let mut columns = record.columns();
    columns.push(("service_id", json!(record.service.0)));
    columns.push(("created_at", json!(now)));
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let sql = format!(
        "INSERT INTO {TABLE} ({}) VALUES ({})",
        names.join(", "),
        column::marks(names.len())
    );
    let outcome = host
        .transact(vec![
            Statement::one(sql, columns.into_iter().map(|(_, value)| value).collect()),
            // Not removed and made again: InnoDB locks the gap where a missing row would be, and orders placed in the
            // same moment would stand in each other's way.
            Statement::any(
                "REPLACE INTO puq_proxmox_kvm_leases (service_id, holder, expires_at) VALUES (?, '', 0)",
                vec![json!(record.service.0)],
            ),
        ])
        .await?;
    if outcome.committed() {
        Ok(())
    } else {
        Err(StoreError::Stale)
    }
}

/// Writes the row back, together with `also`, if it still is as it was read (`was`, the state then, and its `rev`).
///
/// # Errors
/// [`StoreError::Stale`] when it is not; nothing is written then.
pub async fn save(
    host: &HostHandle,
    record: &mut VmRecord,
    was: VmState,
    also: Vec<Statement>,
) -> Result<(), StoreError> {
    let columns = record.columns();
    let sets: Vec<String> = columns
        .iter()
        .map(|(name, _)| format!("{name} = ?"))
        .collect();
    // `rev` grows with every write, since MariaDB counts changed rows, not matched ones.
    let sql = format!(
        "UPDATE {TABLE} SET {}, rev = rev + 1 WHERE service_id = ? AND vm_status = ? AND rev = ?",
        sets.join(", ")
    );
    let mut args: Vec<Value> = columns.into_iter().map(|(_, value)| value).collect();
    args.extend([
        json!(record.service.0),
        json!(was.as_str()),
        json!(record.rev),
    ]);
    let mut statements = vec![Statement::one(sql, args)];
    statements.extend(also);
    match host.transact(statements).await? {
        Transacted::Committed(_) => {
            record.rev += 1;
            Ok(())
        }
        Transacted::Undone(_) | Transacted::Duplicate(_) => Err(StoreError::Stale),
    }
}

/// Removes the row and its lease, together with `also`, if it still is as it was read.
///
/// # Errors
/// [`StoreError::Stale`] when it is not; nothing is removed then.
pub async fn delete(
    host: &HostHandle,
    record: &VmRecord,
    also: Vec<Statement>,
) -> Result<(), StoreError> {
    let id = json!(record.service.0);
    let sql = format!("DELETE FROM {TABLE} WHERE service_id = ? AND rev = ?");
    let mut statements = vec![
        Statement::one(sql, vec![id.clone(), json!(record.rev)]),
        Statement::any(
            "DELETE FROM puq_proxmox_kvm_leases WHERE service_id = ?",
            vec![id],
        ),
    ];
    statements.extend(also);
    match host.transact(statements).await?.committed() {
        true => Ok(()),
        false => Err(StoreError::Stale),
    }
}

/// Makes a service due at once, wherever it stands.
pub async fn look_now(host: &HostHandle, service: ServiceId, now: i64) -> Result<(), StoreError> {
    let sql = format!(
        "UPDATE {TABLE} SET next_look_at = ? WHERE service_id = ? AND next_look_at IS NOT NULL"
    );
    host.affect(sql, vec![json!(now), json!(service.0)]).await?;
    Ok(())
}
