//! A VM's firewall: options, address sets, rules.

use super::lenient::{self, Fields, Misshapen};
use super::request::Params;
use serde_json::Value;

/// `…/firewall/options`. `None` is Proxmox's default, which differs between releases: state what matters.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct FirewallOptions {
    /// Whether the firewall works for this VM.
    pub enable: Option<bool>,
    /// Whether DHCP is let through.
    pub dhcp: Option<bool>,
    /// Whether IPv6 neighbour discovery is let through.
    pub ndp: Option<bool>,
    /// Whether the VM may announce itself as a router.
    pub radv: Option<bool>,
    /// Whether frames must carry the VM's own MAC.
    pub macfilter: Option<bool>,
    /// Whether packets must carry an address of `ipfilter-net*`.
    pub ipfilter: Option<bool>,
    /// `ACCEPT`, `DROP` or `REJECT`.
    pub policy_in: Option<String>,
    /// `ACCEPT`, `DROP` or `REJECT`.
    pub policy_out: Option<String>,
    /// `nolog`, `info` ….
    pub log_level_in: Option<String>,
    /// `nolog`, `info` ….
    pub log_level_out: Option<String>,
    /// Changes with each write.
    pub digest: Option<String>,
}

impl FirewallOptions {
    /// Reads the answer's `data`; Proxmox puts the digest into it even where nothing else is set.
    pub(super) fn parse(data: &Value) -> Result<Self, Misshapen> {
        let fields = Fields::object(data)?;
        Ok(Self {
            enable: fields.flag("enable"),
            dhcp: fields.flag("dhcp"),
            ndp: fields.flag("ndp"),
            radv: fields.flag("radv"),
            macfilter: fields.flag("macfilter"),
            ipfilter: fields.flag("ipfilter"),
            policy_in: fields.text("policy_in"),
            policy_out: fields.text("policy_out"),
            log_level_in: fields.text("log_level_in"),
            log_level_out: fields.text("log_level_out"),
            digest: Some(fields.due_text("digest")?),
        })
    }

    /// Sends what is `Some`; what is `None` stays as it is.
    pub(super) fn params(&self) -> Params {
        let flag = |on: Option<bool>| on.map(u8::from);
        Params::new()
            .maybe("enable", flag(self.enable))
            .maybe("dhcp", flag(self.dhcp))
            .maybe("ndp", flag(self.ndp))
            .maybe("radv", flag(self.radv))
            .maybe("macfilter", flag(self.macfilter))
            .maybe("ipfilter", flag(self.ipfilter))
            .maybe("policy_in", self.policy_in.as_ref())
            .maybe("policy_out", self.policy_out.as_ref())
            .maybe("log_level_in", self.log_level_in.as_ref())
            .maybe("log_level_out", self.log_level_out.as_ref())
            .maybe("digest", self.digest.as_ref())
    }

    /// Whether everything that `wanted` states holds here already.
    pub fn covers(&self, wanted: &Self) -> bool {
        fn same<T: PartialEq>(have: &Option<T>, want: &Option<T>) -> bool {
            want.is_none() || have == want
        }
        same(&self.enable, &wanted.enable)
            && same(&self.dhcp, &wanted.dhcp)
            && same(&self.ndp, &wanted.ndp)
            && same(&self.radv, &wanted.radv)
            && same(&self.macfilter, &wanted.macfilter)
            && same(&self.ipfilter, &wanted.ipfilter)
            && same(&self.policy_in, &wanted.policy_in)
            && same(&self.policy_out, &wanted.policy_out)
            && same(&self.log_level_in, &wanted.log_level_in)
            && same(&self.log_level_out, &wanted.log_level_out)
    }
}

/// An entry of an address set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpSetEntry {
    /// An address or a network.
    pub cidr: String,
    /// Whether it is an exception.
    pub nomatch: bool,
    /// Its note.
    pub comment: String,
}

impl IpSetEntry {
    pub(super) fn parse_list(data: &Value) -> Result<Vec<Self>, Misshapen> {
        lenient::each(data, |fields| {
            Ok(Some(Self {
                cidr: fields.due_text("cidr")?,
                nomatch: fields.maybe_flag("nomatch")?,
                comment: fields.text_or_empty("comment"),
            }))
        })
    }
}

/// A rule. Texts are empty where Proxmox has none.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Rule {
    /// Its place, from 0; given by Proxmox.
    pub pos: u64,
    /// `in`, `out` or `group`.
    pub direction: String,
    /// `ACCEPT`, `DROP`, `REJECT`, or a group's name.
    pub action: String,
    /// Whether it counts.
    pub enable: bool,
    /// A ready-made service such as `SSH`.
    pub macro_name: String,
    /// `tcp`, `udp`, `icmp` …
    pub proto: String,
    /// From where.
    pub source: String,
    /// To where.
    pub dest: String,
    /// Source ports.
    pub sport: String,
    /// Destination ports.
    pub dport: String,
    /// ICMP type.
    pub icmp_type: String,
    /// Network card such as `net0`.
    pub iface: String,
    /// Log level.
    pub log: String,
    /// Note.
    pub comment: String,
    /// Digest of all rules: sent along, it keeps a change from hitting a rule that moved.
    pub digest: String,
}

impl Rule {
    /// Names of the optional texts, as Proxmox has them.
    fn texts(&self) -> [(&'static str, &str); 10] {
        [
            ("macro", &self.macro_name),
            ("proto", &self.proto),
            ("source", &self.source),
            ("dest", &self.dest),
            ("sport", &self.sport),
            ("dport", &self.dport),
            ("icmp-type", &self.icmp_type),
            ("iface", &self.iface),
            ("log", &self.log),
            ("comment", &self.comment),
        ]
    }

    pub(super) fn parse_list(data: &Value) -> Result<Vec<Self>, Misshapen> {
        lenient::each(data, |fields| {
            Ok(Some(Self {
                pos: fields.due_whole("pos")?,
                direction: fields.due_text("type")?,
                action: fields.due_text("action")?,
                enable: fields.is_set("enable"),
                macro_name: fields.text_or_empty("macro"),
                proto: fields.text_or_empty("proto"),
                source: fields.text_or_empty("source"),
                dest: fields.text_or_empty("dest"),
                sport: fields.text_or_empty("sport"),
                dport: fields.text_or_empty("dport"),
                icmp_type: fields.text_or_empty("icmp-type"),
                iface: fields.text_or_empty("iface"),
                log: fields.text_or_empty("log"),
                comment: fields.text_or_empty("comment"),
                digest: fields.text_or_empty("digest"),
            }))
        })
    }

    /// For a new rule: empty texts are left out. Proxmox puts a new rule at the top, whatever `pos` says.
    pub(super) fn params(&self) -> Params {
        let start = Params::new()
            .with("type", &self.direction)
            .with("action", &self.action);
        self.texts()
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .fold(
                start.flag("enable", self.enable),
                |params, (name, value)| params.with(name, value),
            )
    }

    /// For a changed rule: empty texts are deleted, so that the rule is afterwards exactly this one.
    pub(super) fn update_params(&self) -> Params {
        let gone: Vec<&str> = self
            .texts()
            .into_iter()
            .filter(|(_, v)| v.is_empty())
            .map(|(name, _)| name)
            .collect();
        let gone = (!gone.is_empty()).then(|| gone.join(","));
        let digest = (!self.digest.is_empty()).then_some(&self.digest);
        self.params().maybe("delete", gone).maybe("digest", digest)
    }
}
