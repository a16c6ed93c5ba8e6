//! Network cards and the addresses cloud-init gives them.

use super::PropertyString;
use super::lenient::flag_text;
use super::property::plain;
use std::fmt;
use std::net::IpAddr;

/// The card models of qemu-server. A model may itself be the key of the MAC: `virtio=BC:24:11:…`.
const MODELS: [&str; 15] = [
    "virtio",
    "e1000",
    "e1000-82540em",
    "e1000-82544gc",
    "e1000-82545em",
    "e1000e",
    "i82551",
    "i82557b",
    "i82559er",
    "ne2k_isa",
    "ne2k_pci",
    "pcnet",
    "rtl8139",
    "vmxnet3",
    "e1000-82546gb",
];

/// What a config says of a network card. Keys that we do not know stay where they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetConfig(PropertyString);

impl NetConfig {
    /// A card of a model on a bridge; Proxmox draws its MAC.
    pub fn new(model: &str, bridge: &str) -> Self {
        let mut list = PropertyString::default();
        list.set("bridge", bridge);
        list.lead(None, model);
        Self(list)
    }

    /// Reads a config's value.
    pub fn parse(text: &str) -> Self {
        Self(PropertyString::parse(text))
    }

    /// The card model.
    pub fn model(&self) -> &str {
        let by_mac = self
            .0
            .iter()
            .find_map(|(key, _)| key.filter(|key| MODELS.contains(key)));
        by_mac
            .or_else(|| self.0.get_default("model"))
            .unwrap_or("virtio")
    }

    /// The MAC, where it is set.
    pub fn mac(&self) -> Option<&str> {
        let by_model = self
            .0
            .iter()
            .find(|(key, _)| key.is_some_and(|key| MODELS.contains(&key)));
        by_model
            .map(|(_, mac)| mac)
            .or_else(|| self.0.get("macaddr"))
    }

    /// Sets the MAC and keeps the model.
    pub fn set_mac(&mut self, mac: &str) {
        let model = self.model().to_owned();
        let mut dropped = MODELS.to_vec();
        dropped.extend(["model", "macaddr"]);
        self.0.drop_lead(&dropped);
        self.0.lead(Some(&model), mac);
    }

    /// The bridge.
    pub fn bridge(&self) -> Option<&str> {
        self.0.get("bridge")
    }

    /// Sets the bridge.
    pub fn set_bridge(&mut self, bridge: &str) {
        self.0.set("bridge", bridge);
    }

    /// The VLAN, 1 to 4094; `None` is untagged.
    pub fn tag(&self) -> Option<u16> {
        self.0.get("tag")?.parse().ok().filter(|tag| *tag > 0)
    }

    /// Sets the VLAN or removes it.
    pub fn set_tag(&mut self, tag: Option<u16>) {
        self.0
            .put("tag", tag.filter(|tag| *tag > 0).map(|tag| tag.to_string()));
    }

    /// The speed limit in MB/s (10^6 bytes); `None` is unlimited.
    pub fn rate(&self) -> Option<f64> {
        self.0.get("rate")?.parse().ok().filter(|rate| *rate > 0.0)
    }

    /// Sets the speed limit or removes it.
    pub fn set_rate(&mut self, rate: Option<f64>) {
        self.0
            .put("rate", rate.filter(|rate| *rate > 0.0).map(plain));
    }

    /// Whether the firewall watches this card.
    pub fn firewall(&self) -> bool {
        self.0.get("firewall").and_then(flag_text).unwrap_or(false)
    }

    /// Puts the firewall before this card, or takes it away.
    pub fn set_firewall(&mut self, on: bool) {
        self.0.put("firewall", on.then_some("1"));
    }

    /// Whether its plug is pulled.
    pub fn is_unplugged(&self) -> bool {
        self.0.get("link_down").and_then(flag_text).unwrap_or(false)
    }

    /// The VLANs that the guest may tag by itself.
    pub fn trunks(&self) -> Option<&str> {
        self.0.get("trunks")
    }

    /// Plugged in, and on its own VLAN alone: as a card is sold.
    pub fn make_plain(&mut self) {
        if self.is_unplugged() {
            self.0.remove("link_down");
        }
        self.0.remove("trunks");
    }
}

impl fmt::Display for NetConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `ipconfigN`: the addresses cloud-init gives card N.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct IpConfig {
    /// `dhcp`, or address and prefix length.
    pub ip: Option<String>,
    /// The IPv4 gateway.
    pub gw: Option<String>,
    /// `dhcp`, `auto`, or address and prefix length.
    pub ip6: Option<String>,
    /// The IPv6 gateway.
    pub gw6: Option<String>,
}

impl IpConfig {
    /// Reads a config's value; Proxmox knows no other keys here.
    pub fn parse(text: &str) -> Self {
        let list = PropertyString::parse(text);
        let get = |key: &str| list.get(key).map(str::to_owned);
        Self {
            ip: get("ip"),
            gw: get("gw"),
            ip6: get("ip6"),
            gw6: get("gw6"),
        }
    }

    /// The prefix length and the gateway that stand here beside an address; `None`: it does not stand here.
    pub fn network_of(&self, address: IpAddr) -> Option<(u8, Option<IpAddr>)> {
        let (text, gateway) = match address {
            IpAddr::V4(_) => (&self.ip, &self.gw),
            IpAddr::V6(_) => (&self.ip6, &self.gw6),
        };
        let (bare, prefix) = text.as_deref()?.split_once('/')?;
        let is_it = bare.parse::<IpAddr>().ok() == Some(address);
        let gateway = gateway.as_deref().and_then(|text| text.parse().ok());
        Some((prefix.parse().ok().filter(|_| is_it)?, gateway))
    }
}

impl fmt::Display for IpConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = PropertyString::default();
        list.put("ip", self.ip.as_deref());
        list.put("gw", self.gw.as_deref());
        list.put("ip6", self.ip6.as_deref());
        list.put("gw6", self.gw6.as_deref());
        list.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recorded_card_reads_and_prints() {
        let text = "virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=10,rate=12.5,firewall=1";
        let mut nic = NetConfig::parse(text);
        assert_eq!(nic.to_string(), text);
        assert_eq!(
            (nic.model(), nic.mac()),
            ("virtio", Some("BC:24:11:00:00:01"))
        );
        assert_eq!(
            (nic.bridge(), nic.tag(), nic.rate()),
            (Some("vmbr0"), Some(10), Some(12.5))
        );
        assert!(nic.firewall());
        nic.set_tag(None);
        nic.set_rate(Some(100.0));
        nic.set_firewall(false);
        nic.set_bridge("vmbr1");
        assert_eq!(
            nic.to_string(),
            "virtio=BC:24:11:00:00:01,bridge=vmbr1,rate=100"
        );
    }

    #[test]
    fn every_way_to_write_model_and_mac_is_understood() {
        for text in [
            "e1000,bridge=vmbr0",
            "model=e1000,bridge=vmbr0",
            "bridge=vmbr0,e1000=BC:24:11:00:00:02",
        ] {
            assert_eq!(NetConfig::parse(text).model(), "e1000", "{text}");
        }
        let mut nic = NetConfig::parse("model=e1000,macaddr=BC:24:11:00:00:03,bridge=vmbr0,mtu=1");
        assert_eq!(nic.mac(), Some("BC:24:11:00:00:03"));
        nic.set_mac("BC:24:11:00:00:04");
        assert_eq!(
            nic.to_string(),
            "e1000=BC:24:11:00:00:04,bridge=vmbr0,mtu=1"
        );
        let mut fresh = NetConfig::new("virtio", "vmbr0");
        assert_eq!(fresh.to_string(), "virtio,bridge=vmbr0");
        fresh.set_mac("BC:24:11:00:00:05");
        assert_eq!(fresh.to_string(), "virtio=BC:24:11:00:00:05,bridge=vmbr0");
    }

    #[test]
    fn addresses_read_back() {
        let text = "ip=192.0.2.10/24,gw=192.0.2.1,ip6=2001:db8::10/64,gw6=2001:db8::1";
        assert_eq!(IpConfig::parse(text).to_string(), text);
        assert!(IpConfig::parse("") == IpConfig::default());
        assert_eq!(IpConfig::parse("ip=dhcp").to_string(), "ip=dhcp");
    }
}
