//! The client of one cluster: endpoints, sign-in, the envelope, and what may be repeated.

use super::answer;
use super::calls;
use super::circuit_breaker::CircuitBreaker;
use super::deadline::{Burden, Deadlines};
use super::endpoints::Endpoints;
use super::failures;
use super::lenient::{Fields, Misshapen};
use super::request::{Call, Params, path};
use super::session::{Session, Ticket};
use super::{Auth, Class, ClusterSpec, Kind, PveError, Version, Write, WriteLog};
use crate::model::{Clock, Secret, ServerId};
use crate::net::{Endpoint, HttpRequest, HttpResponse, Method, NetError, Transport};
use chrono::{DateTime, Utc};
use once_cell::unsync::OnceCell;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// A client for one cluster. Cheap to clone; clones share sign-in, connections and what is known of the endpoints.
///
/// *Guarantees.* A write is sent a second time only where the first surely was not sent, or was refused for an expired
/// ticket. An answer, whatever its status, never moves a request to another endpoint. Reads are repeated twice at most.
#[derive(Clone)]
pub struct Cluster(Rc<Inner>);

struct Inner {
    spec: ClusterSpec,
    transport: Rc<dyn Transport>,
    clock: Rc<dyn Clock>,
    endpoints: RefCell<Endpoints>,
    session: Session,
    circuit_breaker: RefCell<CircuitBreaker>,
    version: OnceCell<Version>,
    deadlines: Cell<Deadlines>,
    server: Cell<Option<ServerId>>,
    write_log: RefCell<Option<Rc<dyn WriteLog>>>,
}

/// Pauses before a read is repeated: long enough for pveproxy to drop a stale inner connection, short enough for a
/// page that somebody waits for.
const READ_PAUSES: [Duration; 2] = [Duration::from_millis(150), Duration::from_millis(450)];

impl Cluster {
    /// A client. Nothing is sent until it is asked something.
    pub fn new(spec: ClusterSpec, transport: Rc<dyn Transport>, clock: Rc<dyn Clock>) -> Self {
        let endpoints = RefCell::new(Endpoints::new(spec.endpoints.len()));
        Self(Rc::new(Inner {
            spec,
            transport,
            clock,
            endpoints,
            session: Session::default(),
            circuit_breaker: RefCell::default(),
            version: OnceCell::new(),
            deadlines: Cell::default(),
            server: Cell::default(),
            write_log: RefCell::default(),
        }))
    }

    /// The same client, as patient as an admin wants it; its clones too.
    #[must_use]
    pub fn with_deadlines(self, deadlines: Deadlines) -> Self {
        self.0.deadlines.set(deadlines);
        self
    }

    /// The same client, which tells this log of every request that changes something; its clones too.
    #[must_use]
    pub fn told_to(self, log: Option<Rc<dyn WriteLog>>) -> Self {
        *self.0.write_log.borrow_mut() = log;
        self
    }

    /// The same client, whose errors name the server entry that it was made from; its clones' too.
    #[must_use]
    pub fn of(self, server: ServerId) -> Self {
        self.0.server.set(Some(server));
        self
    }

    /// An error of this cluster.
    pub(super) fn own(&self, error: PveError) -> PveError {
        match self.0.server.get() {
            Some(server) => error.of(server),
            None => error,
        }
    }

    /// How long it waits for answers.
    pub fn deadlines(&self) -> Deadlines {
        self.0.deadlines.get()
    }

    /// What it was made for.
    pub fn spec(&self) -> &ClusterSpec {
        &self.0.spec
    }

    /// The present moment by the clock passed in.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// The release, once it was asked for.
    pub(super) fn version_seen(&self) -> &OnceCell<Version> {
        &self.0.version
    }

    /// A call of the API by method and path, one of [`super::calls::ENDPOINTS`]. `path` is the part below `/api2/json`,
    /// already encoded.
    #[allow(
        dead_code,
        reason = "the tests ask by it what any answer to any call means"
    )]
    pub async fn request(
        &self,
        method: Method,
        path: &str,
        params: Params,
        what: &str,
    ) -> Result<Value, PveError> {
        self.call(Call::new(method, path.to_owned(), what).params(params))
            .await
    }

    /// The headers for a read.
    pub(super) async fn read_credentials(&self) -> Result<Vec<(String, String)>, PveError> {
        Ok(self.credentials(Method::Get).await?.0)
    }

    /// Sends a call and reads its answer. One that came in Proxmox's envelope but does not say what was asked is an error
    /// like any other: nothing is concluded from it.
    pub(super) async fn read<T>(
        &self,
        call: Call,
        parse: impl FnOnce(&Value) -> Result<T, Misshapen>,
    ) -> Result<T, PveError> {
        let (what, method) = (call.what.clone(), call.method);
        let data = self.call(call).await?;
        parse(&data)
            .map_err(|why| self.own(failures::bad_answer(&what, method, 200, why.to_string())))
    }

    /// Sends a call and opens its answer.
    pub(super) async fn call(&self, call: Call) -> Result<Value, PveError> {
        self.answer(call).await.map_err(|error| self.own(error))
    }

    async fn answer(&self, call: Call) -> Result<Value, PveError> {
        if calls::endpoint(call.method, &call.path).is_none() {
            return Err(failures::undeclared(&call));
        }
        if let Some(error) = self.0.circuit_breaker.borrow().holds(&call, self.now()) {
            return Err(error);
        }
        let mut pauses = READ_PAUSES.iter();
        let mut signed_in_anew = false;
        loop {
            let (headers, since) = self.credentials(call.method).await?;
            let outcome = self.exchange(&call, &headers).await;
            let outcome = outcome.and_then(|response| answer::open(&call, &response));
            self.0
                .circuit_breaker
                .borrow_mut()
                .learn(&call, outcome.as_ref().err(), self.now());
            let error = match outcome {
                Ok(data) => return Ok(data),
                Err(error) => error,
            };
            match (&error.kind, since) {
                (Kind::TicketExpired | Kind::CsrfExpired, Some(since)) if !signed_in_anew => {
                    signed_in_anew = true;
                    self.0.session.drop_ticket(since);
                }
                (Kind::TicketExpired | Kind::CsrfExpired, _) => {
                    let advice =
                        "a fresh sign-in was refused too; check the time on the nodes (NTP)";
                    return Err(error.judged(Class::Fatal, advice));
                }
                // Below HTTP, `exchange` has tried the other endpoints already.
                _ if call.method.is_read() && error.worth_another_read() => match pauses.next() {
                    Some(pause) => sleep(*pause).await,
                    None => return Err(error),
                },
                _ => return Err(error),
            }
        }
    }

    /// The headers that say who asks, and the age of the ticket among them.
    async fn credentials(
        &self,
        method: Method,
    ) -> Result<(Vec<(String, String)>, Option<DateTime<Utc>>), PveError> {
        match &self.0.spec.auth {
            Auth::Token { id, secret } => {
                let value = format!("PVEAPIToken={id}={}", secret.expose());
                Ok((vec![("Authorization".to_owned(), value)], None))
            }
            Auth::Password { user, password } => {
                let ticket = self.ticket(user, password).await?;
                let cookie = format!("PVEAuthCookie={}", super::encode(ticket.ticket.expose()));
                let mut headers = vec![("Cookie".to_owned(), cookie)];
                if !method.is_read() {
                    headers.push((
                        "CSRFPreventionToken".to_owned(),
                        ticket.csrf.expose().to_owned(),
                    ));
                }
                Ok((headers, Some(ticket.since)))
            }
        }
    }

    async fn ticket(&self, user: &str, password: &Secret) -> Result<Ticket, PveError> {
        if let Some(ticket) = self.0.session.fresh(self.now()) {
            return Ok(ticket);
        }
        let _alone = self.0.session.signing_in.lock().await;
        if let Some(ticket) = self.0.session.fresh(self.now()) {
            return Ok(ticket);
        }
        let params = Params::new()
            .with("username", user)
            .with("password", password.expose());
        let call = Call::new(
            Method::Post,
            path(&[&"access", &"ticket"]),
            format!("sign in as {user}"),
        )
        .params(params)
        .burden(Burden::Login);
        // Waiting for the lock, somebody else may have been refused: a third try would cost three seconds more.
        if let Some(error) = self.0.circuit_breaker.borrow().holds(&call, self.now()) {
            return Err(error);
        }
        let since = self.now();
        let outcome = self.exchange(&call, &[]).await;
        let outcome = outcome.and_then(|response| answer::open(&call, &response));
        self.0
            .circuit_breaker
            .borrow_mut()
            .learn(&call, outcome.as_ref().err(), self.now());
        let data = outcome?;
        let fields = Fields::of(&data);
        let ticket = fields.text("ticket").filter(|_| !fields.is_set("NeedTFA"));
        let Some(ticket) = ticket else {
            return Err(failures::second_factor(&call.what));
        };
        let csrf = Secret::new(fields.text_or_empty("CSRFPreventionToken"));
        let ticket = Ticket {
            ticket: Secret::new(ticket),
            csrf,
            since,
        };
        self.0.session.keep(ticket.clone());
        Ok(ticket)
    }

    /// Brings a call to an endpoint. What surely was not sent goes to the next one; a read also when the connection
    /// broke; an answer ends it.
    async fn exchange(
        &self,
        call: &Call,
        headers: &[(String, String)],
    ) -> Result<HttpResponse, PveError> {
        let mut order = self.0.endpoints.borrow().order(self.now());
        if let ([only], true) = (&order[..], call.method.is_read()) {
            // A kept-alive connection may have died unnoticed: one more try on the only endpoint there is.
            order = vec![*only, *only];
        }
        let mut last: Option<PveError> = None;
        for index in order {
            let Some(endpoint) = self.0.spec.endpoints.get(index) else {
                continue;
            };
            let error = match self.send(call, headers, endpoint).await {
                Ok(response) => {
                    self.0.endpoints.borrow_mut().answered(index);
                    return Ok(response);
                }
                Err(error) => error,
            };
            self.0.endpoints.borrow_mut().failed(index, self.now());
            let may_go_on = !error.may_have_been_sent() || call.method.is_read();
            // Silence to the end of the deadline is not asked again at the same place.
            let hopeless = self.0.spec.endpoints.len() == 1
                && matches!(
                    error,
                    NetError::Deadline { .. } | NetError::Setup(_) | NetError::NotSent { .. }
                );
            let error = failures::from_net(&call.what, call.method, &error);
            // A person wants to know of each endpoint why it failed; what may be done now is said by the last.
            last = Some(match &last {
                Some(before) => error.after(before),
                None => error,
            });
            if !may_go_on || hopeless {
                break;
            }
        }
        Err(last.unwrap_or_else(|| {
            let nowhere = NetError::Setup("the server entry names no endpoint".to_owned());
            failures::from_net(&call.what, call.method, &nowhere)
        }))
    }

    async fn send(
        &self,
        call: &Call,
        headers: &[(String, String)],
        endpoint: &Endpoint,
    ) -> Result<HttpResponse, NetError> {
        let (path_and_query, body) = call.encoded();
        let mut headers = headers.to_vec();
        if body.is_some() {
            let form = "application/x-www-form-urlencoded".to_owned();
            headers.push(("Content-Type".to_owned(), form));
        }
        let request = HttpRequest {
            method: call.method,
            base: endpoint.clone(),
            path_and_query,
            headers,
            body,
            deadline: self.0.deadlines.get().of(call.burden),
            most: answer::bounds(call).bytes,
        };
        let log = match call.burden {
            // It changes nothing, and its parameters are the secret itself.
            Burden::Login => None,
            _ if call.method.is_read() => None,
            _ => self.0.write_log.borrow().clone(),
        };
        let sent = Instant::now();
        let outcome = self.0.transport.send(request).await;
        if let Some(log) = log {
            let (took, secrets) = (sent.elapsed(), self.0.spec.auth.secrets());
            let write = Write::of(call, endpoint, &outcome, took, secrets);
            log.note(write).await;
        }
        outcome
    }
}
