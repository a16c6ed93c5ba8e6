//! The staff's search through all VMs: by whatever a client, a mail or an abuse desk names.

use super::vm::{TABLE, VmRecord};
use super::vm_rows::{self, Rows, Unreadable};
use super::{StoreError, column};
use crate::host::HostHandle;
use crate::model::words::words;
use crate::model::{ServiceId, VmState};
use serde_json::{Value, json};

/// What is looked for. An empty search finds everything.
#[derive(Clone, Debug)]
pub struct VmSearch {
    /// A service's or VM's number, a part of a name, of a client's name or e-mail address, of a reverse name, or a
    /// network card's address.
    pub text: String,
    /// The same as addresses, where it is one or a network: family, first and last key.
    pub range: Option<(u8, String, String)>,
    /// Only services in this state.
    pub state: Option<VmState>,
    /// Only services that WHMCS has at this status; empty: any.
    pub status: &'static str,
    /// Only services that wait for something.
    pub waiting: bool,
    /// Only these.
    pub among: Option<Vec<ServiceId>>,
    /// What the rows are sorted by.
    pub order: VmOrder,
    /// Whether the greatest comes first.
    pub descending: bool,
    /// Rows of a page.
    pub size: u64,
    /// Rows before it.
    pub offset: u64,
}

words! {
    /// What the list can be sorted by; rows that are equal in it stay in the order of their services, the newest first.
    VmOrder {
        /// The number of the service.
        Service = "service",
        /// The client's name.
        Client = "client",
        /// The product's name.
        Product = "product",
        /// The server entry's name.
        Server = "server",
        /// The VM's number.
        Vmid = "vmid",
        /// The VM's name.
        Name = "name",
        /// Where its flow stands.
        State = "vm_status",
        /// WHMCS's status of the service.
        Status = "status",
        /// Its lowest address.
        Address = "address",
    }
}

impl VmOrder {
    /// The expressions it sorts by, and the further tables these need.
    fn sql(self) -> (&'static [&'static str], &'static [Joined]) {
        match self {
            Self::Service => (&["v.service_id"], &[]),
            Self::Client => (
                &["c.firstname", "c.lastname", "c.companyname"],
                &[Joined::Client],
            ),
            Self::Product => (&["p.name"], &[Joined::Product]),
            Self::Server => (&["s.name"], &[Joined::Server]),
            Self::Vmid => (&["v.vm_id"], &[]),
            Self::Name => (&["v.vm_name"], &[]),
            Self::State => (&["v.vm_status"], &[]),
            Self::Status => (&["h.domainstatus"], &[]),
            Self::Address => (
                &[
                    "(SELECT MIN(a.address) FROM puq_proxmox_kvm_addresses a \
                      WHERE a.service_id = v.service_id AND a.state = 'held' AND a.family = 4)",
                    "(SELECT MIN(a.address) FROM puq_proxmox_kvm_addresses a \
                      WHERE a.service_id = v.service_id AND a.state = 'held' AND a.family = 6)",
                ],
                &[],
            ),
        }
    }
}

/// Tables of WHMCS's that are only read where something is looked for in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joined {
    Client,
    Product,
    Server,
}

impl Joined {
    fn sql(self) -> &'static str {
        match self {
            Self::Client => " LEFT JOIN tblclients c ON c.id = h.userid",
            Self::Product => " LEFT JOIN tblproducts p ON p.id = h.packageid",
            Self::Server => " LEFT JOIN tblservers s ON s.id = v.server_id",
        }
    }
}

/// A page of a search.
#[derive(Clone, Debug)]
pub struct SearchPage {
    /// How many rows match in all.
    pub total: u64,
    /// The services of the page, in its order.
    pub order: Vec<ServiceId>,
    /// The page's rows that can be read.
    pub records: Vec<VmRecord>,
    /// The others.
    pub unreadable: Vec<Unreadable>,
}

/// A condition with its values, all the time together.
#[derive(Debug, Default)]
struct Conditions {
    sql: Vec<String>,
    args: Vec<Value>,
}

impl Conditions {
    fn add(&mut self, sql: impl Into<String>, args: impl IntoIterator<Item = Value>) {
        self.sql.push(sql.into());
        self.args.extend(args);
    }
}

/// A text as a part of what `LIKE` looks for. `!` escapes: a backslash means different things to MariaDB and to SQLite.
fn part(text: &str) -> Value {
    let escaped = text
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_");
    json!(format!("%{escaped}%"))
}

/// A network card's address, or the beginning or middle of one, as records have it: `bc-24`, `bc24.1100` and `BC:24:11`
/// are ways to write one. `None`: it can be none.
fn card(text: &str) -> Option<String> {
    let digits: String = text
        .chars()
        .filter(|letter| !matches!(letter, ':' | '-' | '.'))
        .collect();
    let fits = (4..=12).contains(&digits.len()) && digits.len().is_multiple_of(2);
    if !fits || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let digits = digits.to_ascii_uppercase();
    let pairs = (0..digits.len()).step_by(2);
    Some(
        pairs
            .filter_map(|at| digits.get(at..at + 2))
            .collect::<Vec<_>>()
            .join(":"),
    )
}

impl VmSearch {
    /// One of these must hold.
    fn of_text(&self) -> Conditions {
        let mut any = Conditions::default();
        let text = self.text.as_str();
        if let Ok(number) = text.trim_start_matches('#').parse::<u64>() {
            any.add("v.service_id = ?", [json!(number)]);
            any.add("v.vm_id = ?", [json!(number)]);
        }
        for column in ["v.vm_name", "v.vm_rev_dns", "h.domain", "c.email"] {
            any.add(format!("{column} LIKE ? ESCAPE '!'"), [part(text)]);
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        let each = "(c.firstname LIKE ? ESCAPE '!' OR c.lastname LIKE ? ESCAPE '!' OR c.companyname LIKE ? ESCAPE '!')";
        let names = vec![each; words.len()].join(" AND ");
        let args = words.iter().flat_map(|word| vec![part(word); 3]);
        any.add(format!("({names})"), args);
        if let Some(card) = card(text) {
            any.add("v.vm_net0_mac LIKE ?", [json!(format!("%{card}%"))]);
        }
        let digits = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':');
        let begun = text.len() > 2 && text.contains(['.', ':']) && text.bytes().all(digits);
        if let Some((family, first, last)) = &self.range {
            any.add(
                "EXISTS (SELECT 1 FROM puq_proxmox_kvm_addresses a WHERE a.service_id = v.service_id AND a.family = ? \
                 AND a.address >= ? AND a.address <= ? AND a.state IN ('held', 'leaving', 'orphan'))",
                [json!(family), json!(first), json!(last)],
            );
        } else if begun {
            any.add(
                "EXISTS (SELECT 1 FROM puq_proxmox_kvm_addresses a WHERE a.service_id = v.service_id AND a.text LIKE ? \
                 AND a.state IN ('held', 'leaving', 'orphan'))",
                [json!(format!("{}%", text.to_ascii_lowercase()))],
            );
        }
        any
    }

    fn conditions(&self) -> Conditions {
        let mut all = Conditions::default();
        if !self.text.is_empty() {
            let any = self.of_text();
            all.add(format!("({})", any.sql.join(" OR ")), any.args);
        }
        if let Some(state) = self.state {
            all.add("v.vm_status = ?", [json!(state.as_str())]);
        }
        if !self.status.is_empty() {
            all.add("h.domainstatus = ?", [json!(self.status)]);
        }
        if self.waiting {
            all.add("v.waiting <> ''", []);
        }
        match self.among.as_deref() {
            None => {}
            Some([]) => all.add("1 = 0", []),
            Some(ids) => {
                let marks = column::marks(ids.len());
                let ids = ids.iter().map(|id| json!(id.0));
                all.add(format!("v.service_id IN ({marks})"), ids);
            }
        }
        all
    }
}

/// Searches through all VMs.
pub async fn search(host: &HostHandle, asked: &VmSearch) -> Result<SearchPage, StoreError> {
    let conditions = asked.conditions();
    let (keys, joined) = asked.order.sql();
    let mut from = format!("FROM {TABLE} v LEFT JOIN tblhosting h ON h.id = v.service_id");
    let mut tables = joined.to_vec();
    if !asked.text.is_empty() && !tables.contains(&Joined::Client) {
        tables.push(Joined::Client);
    }
    from.extend(tables.into_iter().map(Joined::sql));
    if !conditions.sql.is_empty() {
        from.push_str(" WHERE ");
        from.push_str(&conditions.sql.join(" AND "));
    }
    let counted = host
        .select(
            format!("SELECT COUNT(*) AS number {from}"),
            conditions.args.clone(),
        )
        .await?;
    let total = counted
        .first()
        .map_or(0, |row| column::count(row, "number"));
    let way = if asked.descending { "DESC" } else { "ASC" };
    let mut keys: Vec<String> = keys.iter().map(|key| format!("{key} {way}")).collect();
    if asked.order != VmOrder::Service {
        keys.push("v.service_id DESC".to_owned());
    }
    let sql = format!(
        "SELECT v.* {from} ORDER BY {} LIMIT {} OFFSET {}",
        keys.join(", "),
        asked.size,
        asked.offset
    );
    let rows = host.select(sql, conditions.args).await?;
    let id = |row| ServiceId(column::count(row, "service_id"));
    let order = rows.iter().map(id).collect();
    let Rows {
        readable: records,
        unreadable,
    } = vm_rows::sort(&rows, VmRecord::read)?;
    Ok(SearchPage {
        total,
        order,
        records,
        unreadable,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_cards_address_is_known_in_every_spelling() {
        for text in [
            "bc:24:11:00:ab:01",
            "BC-24-11-00-AB-01",
            "bc24.1100.ab01",
            "BC241100AB01",
        ] {
            assert_eq!(card(text).as_deref(), Some("BC:24:11:00:AB:01"), "{text}");
        }
        assert_eq!(card("bc:24").as_deref(), Some("BC:24"));
        for text in ["bc", "bc:2", "bc:24:11:00:ab:01:02", "vm-1", "żółw", ""] {
            assert_eq!(card(text), None, "{text}");
        }
    }

    #[test]
    fn what_like_means_by_itself_is_looked_for_as_typed() {
        assert_eq!(part("50%_!"), json!("%50!%!_!!%"));
    }
}
