//! One sold service as WHMCS gives it: the `$params` of a module call, or a row of the host's `services`.

use crate::model::words::words;
use crate::model::{
    FieldError, ProductId, Secret, Sentence, ServerId, ServiceId, lenient, say, shown,
};
use serde_json::Value;

/// A sold service.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// `tblhosting.id`.
    pub id: ServiceId,
    /// `tblclients.id`.
    pub client_id: u64,
    /// `tblproducts.id`.
    pub product_id: ProductId,
    /// `tblservers.id`; 0 where none is assigned.
    pub server_id: ServerId,
    /// Its status in WHMCS.
    pub status: ServiceStatus,
    /// The VM's full name once it has one.
    pub domain: String,
    /// The guest's user.
    pub username: String,
    /// The guest's password.
    pub password: Secret,
    /// Configurable options in WHMCS's order: name → value, both as given.
    pub options: Vec<(String, String)>,
    /// Custom fields in WHMCS's order: name → value.
    pub custom_fields: Vec<(String, String)>,
    /// The client.
    pub client: ClientFacts,
    /// The server entry.
    pub server: ServerFields,
    /// The service's dedicated address field.
    pub dedicated_ip: String,
    /// The service's further addresses, one a line.
    pub assigned_ips: String,
    /// The product's name.
    pub product_name: String,
    /// The setting of an old product that is read once.
    pub legacy_config: LegacyConfig,
}

/// What is known of the client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientFacts {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Mail address.
    pub email: String,
    /// Company, may be empty.
    pub company: String,
    /// Language as WHMCS names it (`english`); empty: the system's default.
    pub language: String,
}

/// The server entry as an admin filled it in; `pve` makes endpoints and credentials of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerFields {
    /// Host name.
    pub hostname: String,
    /// IP address.
    pub ip: String,
    /// Port; `None`: the default.
    pub port: Option<u16>,
    /// User or token id.
    pub username: String,
    /// Password or token secret.
    pub password: Secret,
    /// The *Access Hash* box, kept whole: what it holds is `pve`'s to read.
    pub access_hash: String,
    /// The legacy *Assigned IP Addresses* list.
    pub assigned_ips: String,
}

/// The stock setting of the reference product that is imported once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LegacyConfig {
    /// The default OS template.
    pub configoption4: String,
}

words! {
    /// A service's status in WHMCS (`tblhosting.domainstatus`).
    ServiceStatus {
        /// Ordered, not set up.
        Pending = "Pending",
        /// In use.
        Active = "Active",
        /// Suspended.
        Suspended = "Suspended",
        /// Over.
        Terminated = "Terminated",
        /// Cancelled.
        Cancelled = "Cancelled",
        /// Marked as fraud.
        Fraud = "Fraud",
        /// A one-time service that is done.
        Completed = "Completed",
    }
}

impl ServiceStatus {
    /// The status a word stands for, in whatever case.
    fn read(word: &str) -> Option<Self> {
        let mut known = Self::ALL.iter().copied();
        known.find(|status| status.as_str().eq_ignore_ascii_case(word))
    }

    /// Whether nothing is to be done for it any more.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Terminated | Self::Cancelled | Self::Fraud)
    }
}

impl Service {
    /// Why no VM is built for it any more; `None`: it may be. The staff's pages say it, and the cron of an order that
    /// waits.
    pub fn over(&self) -> Option<Sentence> {
        if self.is_lost() {
            return Some(say::service_lost(self.id));
        }
        let status = self.status;
        status.is_over().then(|| say::service_over(status.as_str()))
    }

    /// Whether WHMCS has no such service any more: somebody deleted it there, and its VM remains.
    pub fn is_lost(&self) -> bool {
        self.product_id.0 == 0
    }

    /// Reads the parameters of a module call or a row of the host's `services`. Unknown keys are ignored, absent texts
    /// are empty. Errors: no service id, a product addon, a status or server port nobody knows.
    pub fn parse(value: &Value) -> Result<Service, FieldError> {
        let text = |key: &str| lenient::text_of(value, key);
        let number = |keys: &[&str]| {
            keys.iter()
                .find_map(|key| value.get(*key).and_then(lenient::whole))
                .unwrap_or(0)
        };
        let id = number(&["serviceid", "accountid"]);
        if id == 0 {
            return Err(FieldError::new("serviceid", say::must_service()));
        }
        // WHMCS calls the module of a product addon with the number of the service it was bought for, whose VM that is not.
        if number(&["addonId"]) > 0 {
            return Err(FieldError::new("A product addon", say::cannot_module()));
        }
        Ok(Service {
            id: ServiceId(id),
            client_id: number(&["userid"]),
            product_id: ProductId(number(&["pid", "packageid"])),
            server_id: ServerId(number(&["serverid"])),
            status: status(&text("status"))?,
            domain: text("domain"),
            username: text("username"),
            password: Secret::new(text("password")),
            options: lenient::pairs(value.get("configoptions")),
            custom_fields: lenient::pairs(value.get("customfields")),
            client: ClientFacts::parse(value.get("clientsdetails").unwrap_or(&Value::Null)),
            server: ServerFields::parse(value)?,
            dedicated_ip: text("dedicatedip"),
            assigned_ips: text("assignedips"),
            product_name: text("productname"),
            legacy_config: LegacyConfig {
                configoption4: text("configoption4"),
            },
        })
    }
}

/// The most characters of a guest's password.
pub const LONGEST_PASSWORD: usize = 128;

/// Whether a text can be a guest's password. With some order forms the client chose it, so it may be anything.
pub fn is_password(password: &Secret) -> bool {
    let text = password.expose();
    let length = text.chars().count();
    (1..=LONGEST_PASSWORD).contains(&length) && !text.chars().any(char::is_control)
}

/// Absent means *Pending*: WHMCS leaves the status out only before a service is set up.
fn status(word: &str) -> Result<ServiceStatus, FieldError> {
    match word.trim() {
        "" => Ok(ServiceStatus::Pending),
        word => ServiceStatus::read(word)
            .ok_or_else(|| FieldError::new("status", say::must_status(shown(word)))),
    }
}

impl ClientFacts {
    fn parse(value: &Value) -> Self {
        let text = |key: &str| lenient::text_of(value, key);
        Self {
            first_name: text("firstname"),
            last_name: text("lastname"),
            email: text("email"),
            company: text("companyname"),
            language: text("language"),
        }
    }
}

impl ServerFields {
    /// Reads the `server…` keys of a module call's parameters; all may be absent (a service without a server).
    /// Error: a port that is none.
    pub fn parse(value: &Value) -> Result<Self, FieldError> {
        let text = |key: &str| lenient::text_of(value, key);
        Ok(Self {
            hostname: text("serverhostname").trim().to_owned(),
            ip: text("serverip").trim().to_owned(),
            port: port(&text("serverport"))?,
            username: text("serverusername").trim().to_owned(),
            password: Secret::new(text("serverpassword")),
            access_hash: text("serveraccesshash"),
            assigned_ips: text("serverassignedips"),
        })
    }
}

/// WHMCS gives an empty text, or 0, for *default port*.
fn port(text: &str) -> Result<Option<u16>, FieldError> {
    let text = text.trim();
    if text.is_empty() || text == "0" {
        return Ok(None);
    }
    let port = lenient::whole_text(text).and_then(|number| u16::try_from(number).ok());
    port.map(Some)
        .ok_or_else(|| FieldError::new("serverport", say::must_port(shown(text))))
}
