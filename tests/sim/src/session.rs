//! Signing in: API tokens, tickets, CSRF tokens.

use crate::auth::Identity;
use crate::fail::Fail;
use crate::vm::hex;
use crate::world::World;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

/// Seconds a ticket lives.
const TICKET_LIFE: i64 = 7200;

impl World {
    /// Finds out who calls from the request's headers.
    ///
    /// # Errors
    /// The 401s of the HTTP server, with Proxmox's reasons.
    pub fn authenticate(
        &self,
        method: &str,
        headers: &[(String, String)],
    ) -> Result<Identity, Fail> {
        let header = |name: &str| {
            let found = headers
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.as_str())
        };
        if let Some(token) = header("authorization").and_then(|v| v.strip_prefix("PVEAPIToken=")) {
            return self.token_owner(token);
        }
        let cookie = header("cookie").and_then(|cookies| {
            let mut parts = cookies.split(';').map(str::trim);
            parts.find_map(|part| part.strip_prefix("PVEAuthCookie="))
        });
        let Some(cookie) = cookie else {
            return Err(Fail::unauthorized("No ticket"));
        };
        let ticket = percent_encoding::percent_decode_str(cookie).decode_utf8_lossy();
        let user = self.ticket_owner(&ticket)?;
        if method != "GET" && header("csrfpreventiontoken") != Some(&self.csrf_token(&user)) {
            return Err(Fail::unauthorized("Permission denied - invalid csrf token"));
        }
        Ok(Identity { user, token: None })
    }

    fn token_owner(&self, text: &str) -> Result<Identity, Fail> {
        let refused = || Fail::unauthorized("Authentication failed!");
        let (id, secret) = text.split_once('=').ok_or_else(refused)?;
        let (user, token) = id.split_once('!').ok_or_else(refused)?;
        let known = self
            .tokens
            .iter()
            .find(|t| t.id == id)
            .ok_or_else(refused)?;
        let disabled = self.users.iter().any(|u| u.id == user && u.disabled);
        let expired = known.expire != 0 && known.expire < self.unix();
        if known.secret != secret || disabled || expired {
            return Err(refused());
        }
        Ok(Identity {
            user: user.to_owned(),
            token: Some(token.to_owned()),
        })
    }

    fn ticket_owner(&self, ticket: &str) -> Result<String, Fail> {
        let invalid = || Fail::unauthorized("permission denied - invalid PVE ticket");
        let (head, signature) = ticket.split_once("::").ok_or_else(invalid)?;
        let mut parts = head.splitn(3, ':');
        let (Some("PVE"), Some(user), Some(stamp)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(invalid());
        };
        let issued = i64::from_str_radix(stamp, 16).map_err(|_| invalid())?;
        let age = self.unix() - issued;
        // Five minutes of clock difference between nodes are forgiven, as in Ticket.pm.
        if signature != self.signature(head) || !(-300..=TICKET_LIFE).contains(&age) {
            return Err(invalid());
        }
        Ok(user.to_owned())
    }

    fn signature(&self, text: &str) -> String {
        hex(&Sha1::digest(format!("{}/{text}", self.secret).as_bytes()))
    }

    fn csrf_token(&self, user: &str) -> String {
        format!(
            "{:08X}:{}",
            self.epoch,
            self.signature(&format!("csrf/{user}"))
        )
    }

    /// `POST /access/ticket`.
    ///
    /// # Errors
    /// `authentication failure`, after the delay of every 401.
    pub fn sign_in(&self, user: &str, password: &str) -> Result<Value, Fail> {
        let renewed = self.ticket_owner(password).is_ok_and(|owner| owner == user);
        let known = self.users.iter().find(|u| u.id == user && !u.disabled);
        let right = known.is_some_and(|u| !u.password.is_empty() && u.password == password);
        if !right && !renewed {
            return Err(Fail {
                slow: true,
                ..Fail::status(401, "authentication failure")
            });
        }
        let head = format!("PVE:{user}:{:08X}", self.unix());
        let who = Identity {
            user: user.to_owned(),
            token: None,
        };
        let mut data = json!({
            "username": user,
            "ticket": format!("{head}::{}", self.signature(&head)),
            "CSRFPreventionToken": self.csrf_token(user),
            "cap": capabilities(self, &who),
        });
        if self.is_cluster() {
            data["clustername"] = self.cluster.as_str().into();
        }
        Ok(data)
    }
}

/// Privileges by area, as the web interface reads them to grey out its buttons.
fn capabilities(world: &World, who: &Identity) -> Value {
    const AREAS: &[(&str, &str, &[&str])] = &[
        ("vms", "/vms", &["VM."]),
        ("storage", "/storage", &["Datastore."]),
        ("access", "/access", &["User.", "Group."]),
        ("nodes", "/nodes", &["Sys."]),
        ("dc", "/", &["Sys.Audit", "Sys.Modify", "SDN."]),
        ("sdn", "/sdn", &["SDN."]),
        ("mapping", "/mapping", &["Mapping."]),
    ];
    let areas = AREAS.iter().map(|(area, path, stems)| {
        let held = world.held(who, path);
        let fits = |p: &String| {
            stems.iter().any(|s| p.starts_with(s)) || (p == "Permissions.Modify" && *area != "dc")
        };
        let row: serde_json::Map<String, Value> = held
            .into_iter()
            .filter(fits)
            .map(|p| (p, 1.into()))
            .collect();
        ((*area).to_owned(), Value::Object(row))
    });
    Value::Object(areas.collect())
}
