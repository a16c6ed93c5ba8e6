//! What is sold: products, pools, services.

use puq_proxmox_kvm::plan::Product;
use puq_proxmox_kvm::store::pool::PoolRow;
use serde_json::{Value, json};

/// The one WHMCS server entry of most tests.
pub const SERVER: u64 = 1;
/// The one product of most tests.
pub const PRODUCT: u64 = 10;

/// An order before it is placed.
#[derive(Clone, Debug)]
pub struct Order {
    /// `tblhosting.id`.
    pub service: u64,
    /// `tblclients.id`.
    pub client: u64,
    /// `tblproducts.id`.
    pub product: u64,
    /// Configurable options.
    pub options: Vec<(String, String)>,
    /// Custom fields.
    pub fields: Vec<(String, String)>,
    /// The server entry's fields over the usual ones.
    pub server: Value,
}

impl Order {
    /// A plain order of the usual product.
    pub fn new(service: u64) -> Self {
        Self {
            service,
            client: 500 + service,
            product: PRODUCT,
            options: vec![],
            fields: vec![],
            server: json!({}),
        }
    }

    /// With a configurable option.
    pub fn option(mut self, name: &str, value: &str) -> Self {
        self.options.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a custom field.
    pub fn field(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With another product.
    pub fn product(mut self, product: u64) -> Self {
        self.product = product;
        self
    }

    /// With another value in the server entry, such as `serveraccesshash`.
    pub fn server(mut self, key: &str, value: &str) -> Self {
        self.server[key] = json!(value);
        self
    }

    /// The service as the host gives it: a module call's parameters.
    pub fn params(&self, token: &str, secret: &str) -> Value {
        let map = |pairs: &[(String, String)]| {
            pairs
                .iter()
                .map(|(k, v)| (k.clone(), json!(v)))
                .collect::<serde_json::Map<_, _>>()
        };
        let mut params = json!({
            "serviceid": self.service, "accountid": self.service, "userid": self.client,
            "pid": self.product, "packageid": self.product, "serverid": SERVER, "status": "Active",
            "domain": "", "username": "", "password": "s3cret-Pa55",
            "dedicatedip": "", "assignedips": "",
            "configoptions": map(&self.options), "customfields": map(&self.fields),
            "clientsdetails": {"firstname": "Anna", "lastname": "Nowak", "email": "anna@example.com", "language": "english"},
            "serverhostname": "pve1", "serverip": "", "serverport": "", "serversecure": true,
            "serverusername": token, "serverpassword": secret,
            "serveraccesshash": "endpoints = pve2, pve3", "serverassignedips": "",
        });
        for (key, value) in self.server.as_object().into_iter().flatten() {
            params[key] = value.clone();
        }
        params
    }
}

/// A product's stored settings: the defaults with these over them. Panics when a value breaks its rule.
pub fn settings(over: &Value) -> String {
    Product::defaults()
        .with_form(over)
        .unwrap_or_else(|errors| panic!("the product's settings: {errors:?}"))
        .to_json()
}

/// What most tests sell: 2 cores, 2 GiB, 10 GiB on the template's own storage, one static IPv4.
pub fn usual() -> Value {
    json!({
        "template": "9000", "cpu": "2", "ram": "2", "system_size": "10",
        "dhcp4": "0", "ipv4": "1", "ipv6": "0", "first_vmid": "2000", "main_domain": ".example.com",
    })
}

/// [`usual`] with changes.
pub fn usual_with(changes: &Value) -> Value {
    let mut all = usual();
    for (key, value) in changes.as_object().into_iter().flatten() {
        all[key] = value.clone();
    }
    all
}

/// An IPv4 pool of the usual server: `pool("192.0.2.10", "192.0.2.20")`, gateway the first address of its /24.
pub fn pool(first: &str, last: &str) -> PoolRow {
    let network = first.rsplit_once('.').unwrap().0;
    PoolRow {
        id: 0,
        server: SERVER,
        family: "IPv4".to_owned(),
        bridge: "vmbr0".to_owned(),
        vlan: 0,
        gateway: format!("{network}.1"),
        mask: 24,
        dns1: "9.9.9.9".to_owned(),
        dns2: "1.1.1.1".to_owned(),
        start: first.to_owned(),
        stop: last.to_owned(),
        reserved: String::new(),
    }
}

/// An IPv6 pool of the usual server in 2001:db8:7::/64.
pub fn pool6(first: &str, last: &str) -> PoolRow {
    PoolRow {
        family: "IPv6".to_owned(),
        gateway: "2001:db8:7::1".to_owned(),
        mask: 64,
        dns1: "2620:fe::fe".to_owned(),
        dns2: String::new(),
        start: first.to_owned(),
        stop: last.to_owned(),
        ..pool("192.0.2.1", "192.0.2.1")
    }
}
