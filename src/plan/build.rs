//! Product and service made one plan.

use super::catalogue::{self, OptionName};
use super::{
    CloneKind, DiskLimits, DiskPlan, FirewallPlan, LogLevel, Mails, NameRule, NetPlan, NicModel,
    NodeChoice, Permissions, Plan, Product, Service, SnapshotPolicy, sshkey,
};
use crate::model::{FieldError, NodeName, Policy, Secret, StorageId, Vmid, lenient};
use std::str::FromStr;

impl Plan {
    /// What this service is to be: an option's value, 0 included, before the product's. Errors: one per option, setting
    /// or custom field that breaks its rule.
    pub fn build(product: &Product, service: &Service) -> Result<Plan, Vec<FieldError>> {
        let mut reader = Reader {
            product,
            options: &service.options,
            errors: Vec::new(),
        };
        let (ssh_keys, key_errors) = sshkey::keys(&service.custom_fields);
        let plan = reader.plan(ssh_keys);
        let mut errors = reader.errors;
        errors.extend(key_errors);
        match plan {
            Some(plan) if errors.is_empty() => Ok(plan),
            _ => Err(errors),
        }
    }

    /// A plan of defaults alone, for what must work whatever state a product's settings are in: suspending and ending.
    /// Errors: none that a version which passes its tests can have.
    pub fn bare(service: &Service) -> Result<Plan, Vec<FieldError>> {
        let service = Service {
            options: Vec::new(),
            custom_fields: Vec::new(),
            ..service.clone()
        };
        Plan::build(&Product::defaults(), &service)
    }
}

/// Reads one field after the other and gathers what is wrong.
struct Reader<'a> {
    product: &'a Product,
    options: &'a [(String, String)],
    errors: Vec<FieldError>,
}

impl Reader<'_> {
    /// `None` only with an error gathered.
    fn plan(&mut self, ssh_keys: Vec<String>) -> Option<Plan> {
        let node = match self.text("node").as_str() {
            "automatically" => NodeChoice::Automatic,
            name => NodeChoice::Pinned(NodeName::from(name)),
        };
        let template = Vmid::new(self.number("template"));
        let clone = if self.text("clone_type") == "full" {
            CloneKind::Full
        } else {
            CloneKind::Linked
        };
        let cores = self.number("cpu");
        let memory_mib = mebibytes(self.number("ram"));
        let (backups, snapshots) = (self.number("backups"), self.number("snapshots"));
        let snapshot_policy = self.snapshot_policy();
        let rule = self.text("name_rule");
        let first_vmid = Vmid::new(self.number("first_vmid"));
        let username = non_empty(self.text("username"));
        let net = self.net();
        let firewall = self.firewall();
        let (system_disk, additional_disk) = (self.disk("system"), self.disk("additional"));
        let backup_storage = self.storage("backup_storage");
        let iso_storage = self.storage("iso_storage");
        let console_domain = self.text("console_domain");
        let console_key = Secret::new(self.text("console_key"));
        let main_domain = self.text("main_domain").trim_matches('.').to_owned();
        let department = self.number("rdns_department");
        let rdns_ticket = (self.flag("rdns_ticket") && department > 0).then_some(department);
        let (mails, permissions) = (self.mails(), self.permissions());
        Some(Plan {
            node,
            template,
            clone,
            cores,
            memory_mib,
            backups,
            snapshots,
            snapshot_policy,
            name_rule: NameRule::parse(&rule).ok()?,
            first_vmid: first_vmid?,
            username,
            net,
            firewall: firewall?,
            system_disk,
            additional_disk,
            backup_storage,
            iso_storage,
            console_domain,
            console_key,
            main_domain,
            rdns_ticket,
            mails,
            permissions,
            ssh_keys,
        })
    }

    fn snapshot_policy(&mut self) -> SnapshotPolicy {
        let days = self.number("snapshot_lifetime");
        if self.flag("snapshot_schedule") {
            return SnapshotPolicy::Schedule;
        }
        if days == 0 {
            SnapshotPolicy::Keep
        } else {
            SnapshotPolicy::Days(days)
        }
    }

    fn net(&mut self) -> NetPlan {
        NetPlan {
            model: NicModel::parse(&self.text("model")),
            rate_mbps: self.number("rate"),
            bridge: self.text("bridge"),
            vlan: self.number("vlan"),
            ipv4: self.number("ipv4"),
            ipv6: self.number("ipv6"),
            auto_bridge: self.flag("auto_bridge"),
            dhcp4: self.flag("dhcp4"),
            dhcp6: self.flag("dhcp6"),
        }
    }

    fn firewall(&mut self) -> Option<FirewallPlan> {
        Some(FirewallPlan {
            enable: self.flag("enable"),
            dhcp: self.flag("dhcp"),
            ndp: self.flag("ndp"),
            radv: self.flag("radv"),
            macfilter: self.flag("macfilter"),
            ipfilter: self.flag("ipfilter"),
            anti_spoofing: self.flag("anti_spoofing"),
            policy_in: Policy::parse(&self.text("policy_in"))?,
            policy_out: Policy::parse(&self.text("policy_out"))?,
            log_in: LogLevel::parse(&self.text("log_in"))?,
            log_out: LogLevel::parse(&self.text("log_out"))?,
        })
    }

    fn disk(&mut self, which: &str) -> DiskPlan {
        DiskPlan {
            storage: self.storage(&format!("{which}_storage")),
            size_gib: self.number(&format!("{which}_size")),
            limits: DiskLimits {
                read_mbps: self.number(&format!("{which}_read_mbps")),
                write_mbps: self.number(&format!("{which}_write_mbps")),
                read_iops: self.number(&format!("{which}_read_iops")),
                write_iops: self.number(&format!("{which}_write_iops")),
            },
        }
    }

    fn mails(&mut self) -> Mails {
        Mails {
            ready: non_empty(self.text("mail_ready")),
            reset_password: non_empty(self.text("mail_reset_password")),
            restored: non_empty(self.text("mail_restored")),
            upgraded: non_empty(self.text("mail_upgraded")),
        }
    }

    fn permissions(&mut self) -> Permissions {
        Permissions {
            start: self.flag("start"),
            stop: self.flag("stop"),
            console: self.flag("console"),
            charts: self.flag("charts"),
            reinstall: self.flag("reinstall"),
            reset_password: self.flag("reset_password"),
            rdns: self.flag("rdns"),
            iso: self.flag("iso"),
            firewall: self.flag("firewall"),
        }
    }

    /// A field's text in its stored spelling; with an error gathered, its default.
    fn text(&mut self, key: &str) -> String {
        let Some(field) = catalogue::field(key) else {
            return String::new();
        };
        let chosen = field.option.and_then(|name| chosen(self.options, name));
        let (name, raw) = match &chosen {
            Some((name, value)) => (*name, *value),
            None => (field.key, self.product.text(field)),
        };
        match field.rule.check(raw) {
            Ok(text) => text,
            Err(rule) => {
                self.errors.push(FieldError::new(name, rule));
                field.default.to_owned()
            }
        }
    }

    /// A field's number; 0 where the field may be empty and is.
    fn number<T: FromStr + Default>(&mut self, key: &str) -> T {
        self.text(key).parse().unwrap_or_default()
    }

    fn flag(&mut self, key: &str) -> bool {
        lenient::flag_text(&self.text(key)).unwrap_or(false)
    }

    /// A storage's name; the plugin type after the pipe is for the form's reader only.
    fn storage(&mut self, key: &str) -> Option<StorageId> {
        let text = self.text(key);
        non_empty(text.split('|').next().unwrap_or_default().to_owned()).map(StorageId)
    }
}

/// The name and value of the option a service has for a field. The plain name wins over the legacy form. An empty value
/// is none: WHMCS gives one for an option added to the product after the order.
fn chosen(options: &[(String, String)], name: OptionName) -> Option<(&str, &str)> {
    let given = |wanted: &str| {
        options
            .iter()
            .find(|(name, value)| before_pipe(name) == wanted && !before_pipe(value).is_empty())
    };
    let option = given(name.plain).or_else(|| name.legacy.and_then(given))?;
    Some((&option.0, before_pipe(&option.1)))
}

/// WHMCS cuts names and values at the pipe in a module call; rows read by other ways may have it still.
fn before_pipe(text: &str) -> &str {
    text.split('|').next().unwrap_or_default().trim()
}

/// Memory is sold in GB of 1024 MiB.
fn mebibytes(gigabytes: f64) -> u64 {
    // The rule keeps it within 16 MiB and 4 TiB.
    (gigabytes * 1024.0).round() as u64
}

fn non_empty(text: String) -> Option<String> {
    if text.is_empty() { None } else { Some(text) }
}
