//! DNS zones, as the addon's page edits them. A stored secret never leaves towards a browser: the form shows [`KEEP`].

use super::answer::Denial;
use super::page_operations::{Empty, ZoneDelete, ZoneShown, ZoneTested};
use super::{EntryError, pools};
use crate::dns::account::Account;
use crate::dns::{ProviderError, ZoneName};
use crate::model::{FieldError, Secret, Sentence, ServiceId, chain, lenient, say};
use crate::net::{self, Trust};
use crate::plan::Service;
use crate::site::Site;
use crate::steps::dns_run::{self, Unusable};
use crate::store::zone::{self, ZoneRow};
use crate::store::{StoreError, pool_use};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::timeout;

/// So long the page waits for all that is asked of a name server.
const TEST_LIMIT: Duration = Duration::from_secs(25);

/// Stands for the stored secret in a form: shown instead of it, and kept when it comes back.
const KEEP: &str = "__KEEP__";

/// How many services WHMCS is asked for in one call.
const AT_ONCE: usize = 500;

/// All zones; what is secret in their settings stays here.
pub(super) async fn list(site: &Site) -> Result<Vec<ZoneShown>, StoreError> {
    let rows = zone::list(&site.host).await?;
    Ok(rows.iter().map(shown).collect())
}

fn shown(row: &ZoneRow) -> ZoneShown {
    let account = Account::read(&row.kind, &row.fields()).ok();
    let fields = account
        .as_ref()
        .map_or_else(|| row.fields(), Account::fields);
    let mut fields: BTreeMap<String, String> = lenient::pairs(Some(&fields)).into_iter().collect();
    if let Some(field) = account.as_ref().and_then(Account::secret_field)
        && !row.sealed().is_empty()
    {
        fields.insert(field.to_owned(), KEEP.to_owned());
    }
    ZoneShown {
        id: row.id,
        zone: row.zone.clone(),
        kind: row.kind.clone(),
        fields,
    }
}

/// Stores a zone, if every field keeps its rule.
pub(super) async fn save(site: &Site, form: &Value) -> Result<Empty, Denial> {
    let mut errors: Vec<FieldError> = vec![];
    let name = ZoneName::parse(&lenient::text_of(form, "zone"))
        .map_err(|rule| errors.push(FieldError::new("zone", rule)));
    let kind = lenient::text_of(form, "type");
    let account = Account::read(&kind, form).map_err(|wrong| errors.extend(wrong));
    let id = lenient::whole(&form["id"]).unwrap_or(0);
    let rows = zone::list(&site.host).await?;
    let before = rows.iter().find(|row| row.id == id);
    if id > 0 && before.is_none() {
        return Err(say::zone_gone().into());
    }
    if let (Ok(name), Ok(account)) = (&name, &account)
        && rows
            .iter()
            .any(|row| row.id != id && same(row, name, account))
    {
        errors.push(FieldError::new("zone", say::zone_twice()));
    }
    let mut sealed = String::new();
    if let Ok(account) = &account {
        match secret(form, account, before) {
            Ok(Entered::New(secret)) => sealed = zone::seal(&site.host, &secret).await?,
            Ok(Entered::Kept(stored)) => sealed = stored,
            Ok(Entered::None) => {}
            Err(error) => errors.push(error),
        }
    }
    let (Ok(name), Ok(account), true) = (name, account, errors.is_empty()) else {
        return Err(Denial::Misfilled(say::zone_unsaved(), errors));
    };
    let row = ZoneRow::of(id, name.as_str(), account.kind(), account.fields(), &sealed);
    zone::save(&site.host, &row).await?;
    Ok(Empty {})
}

/// Whether a row is this zone at this account. At another account the same zone may be entered too, for a move from one
/// name server to another.
fn same(row: &ZoneRow, name: &ZoneName, account: &Account) -> bool {
    let known = Account::read(&row.kind, &row.fields());
    ZoneName::parse(&row.zone).as_ref() == Ok(name)
        && row.kind == account.kind()
        && known.is_ok_and(|known| known.fields() == account.fields())
}

/// What the field of the secret means.
enum Entered {
    New(Secret),
    /// Encrypted, as stored.
    Kept(String),
    None,
}

fn secret(
    form: &Value,
    account: &Account,
    before: Option<&ZoneRow>,
) -> Result<Entered, FieldError> {
    let Some(field) = account.secret_field() else {
        return Ok(Entered::None);
    };
    let wrong = |rule: Sentence| Err(FieldError::new(field, rule));
    let typed = lenient::text_of(form, field).trim().to_owned();
    if !typed.is_empty() && typed != KEEP {
        // A token or key goes into a header line; a password into a form, where anything goes.
        let header = |byte: u8| (b'!'..=b'~').contains(&byte);
        let fits = account.kind() == "hestiacp" || typed.bytes().all(header);
        if typed.len() > 512 || !fits {
            return wrong(say::printable());
        }
        return Ok(Entered::New(Secret::new(typed)));
    }
    let stored = before.filter(|row| !row.sealed().is_empty());
    let Some(stored) = stored.filter(|row| row.kind == account.kind()) else {
        return wrong(say::entered());
    };
    // Otherwise a person who may edit zones could have the secret sent to a server of their own.
    let location = Account::read(&stored.kind, &stored.fields()).map(|account| account.location());
    if location != Ok(account.location()) {
        return wrong(say::entered_again());
    }
    Ok(Entered::Kept(stored.sealed()))
}

/// Asks the zone's provider whether it would take records.
pub(super) async fn test(site: &Site, id: Option<u64>) -> Result<ZoneTested, Denial> {
    let rows = zone::list(&site.host).await?;
    let row = rows.into_iter().find(|row| Some(row.id) == id);
    let row = row.ok_or_else(say::zone_gone)?;
    let zone = match dns_run::open(site, &row).await {
        Ok(zone) => zone,
        Err(Unusable::Host(error)) => return Err(error.into()),
        Err(Unusable::Said(why)) => return Err(say::zone_refused(why).into()),
    };
    let asked = async {
        match zone.provider.test(&zone.name).await {
            Ok(text) => Ok(Sentence::foreign(text)),
            Err(error) => Err(explain(&row, error).await),
        }
    };
    let said = timeout(TEST_LIMIT, asked).await;
    let silent = |_| say::zone_silent(row.kind.as_str(), TEST_LIMIT.as_secs());
    let text = said.map_err(silent)??;
    Ok(ZoneTested { text })
}

/// An error, and for a certificate nobody vouches for what to enter.
async fn explain(row: &ZoneRow, error: ProviderError) -> Sentence {
    let text = format!("{} {}", row.kind, chain(&error));
    let account = Account::read(&row.kind, &row.fields());
    let server = account.as_ref().ok().and_then(Account::own_server);
    match (&error, server) {
        (ProviderError::Unreachable(why), Some(server))
            if server.trust != Trust::Nearby && why.contains("certificate") =>
        {
            match net::fetch_fingerprint(&server.host, server.port).await {
                Ok(print) => say::zone_certificate(text, print.to_string()),
                Err(_) => Sentence::foreign(text),
            }
        }
        _ => Sentence::foreign(text),
    }
}

/// Removes a zone; its records stay where they are. One in use is removed only where that was read and confirmed.
pub(super) async fn delete(site: &Site, wanted: &ZoneDelete) -> Result<Empty, Denial> {
    let id = wanted.id.filter(|id| *id > 0).ok_or_else(say::zone_none)?;
    if !wanted.confirmed
        && let Some(why) = in_use(site, id).await?
    {
        return Err(Denial::Unconfirmed(why));
    }
    zone::delete(&site.host, id).await?;
    Ok(Empty {})
}

/// Whose names are in a zone; `None`: nobody's.
async fn in_use(site: &Site, id: u64) -> Result<Option<Sentence>, EntryError> {
    let rows = zone::list(&site.host).await?;
    let row = rows.iter().find(|row| row.id == id);
    let Some(zone) = row.and_then(|row| ZoneName::parse(&row.zone).ok()) else {
        return Ok(None);
    };
    let used = pool_use::in_use(&site.host).await?;
    let mut all: Vec<u64> = used.iter().map(|(service, _)| service.0).collect();
    all.dedup();
    let mut holders: Vec<ServiceId> = used
        .into_iter()
        .filter(|(_, address)| {
            let address = address.parse();
            address.is_ok_and(|address| zone.reverse_name(address).is_some())
        })
        .map(|(service, _)| service)
        .collect();
    for some in all.chunks(AT_ONCE) {
        for known in site.host.services(some.to_vec()).await? {
            if let Ok(known) = Service::parse(&known)
                && zone.takes(&known.domain)
            {
                holders.push(known.id);
            }
        }
    }
    holders.sort_unstable();
    holders.dedup();
    if holders.is_empty() {
        return Ok(None);
    }
    let list = pools::numbers(&holders);
    Ok(Some(say::zone_used(list)))
}
