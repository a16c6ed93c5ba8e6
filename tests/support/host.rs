//! WHMCS as the core sees it: a SQLite database, a list of services, and a record of what was asked of it.

use super::outage::Outage;
use puq_proxmox_kvm::host::{
    Console, Db, Description, Dialect, HostError, Query, Row, Statement, Thrown, Transacted, Whmcs,
};
use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, params_from_iter};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// Where PHP dies: at the n-th host call of a tick, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrashPoint {
    /// Before the call does anything.
    Before(u64),
    /// After it did, before its answer arrives.
    After(u64),
}

/// What WHMCS is asked without anything being written.
const READS: [&str; 9] = [
    "encrypt",
    "decrypt",
    "service_ids",
    "servers",
    "product_options",
    "asker",
    "products",
    "product_servers",
    "server_params",
];

/// The host.
pub struct SqliteHost {
    db: Connection,
    /// What it says about itself.
    pub about: RefCell<Description>,
    /// Service id → module parameters.
    pub services: RefCell<BTreeMap<u64, Value>>,
    /// Effects in order: name and arguments.
    pub effects: RefCell<Vec<(String, Value)>>,
    /// What `product_options` answers: the configurable options of every product.
    pub options: RefCell<Value>,
    /// On whose behalf everything is asked.
    pub asker: RefCell<Value>,
    /// The products of this module, each with `id` and `name`.
    pub products: RefCell<Value>,
    /// What becomes of a mail; `None`: it is sent.
    pub mail: RefCell<Option<Result<Value, HostError>>>,
    /// Numbers come out as text, as some PDO drivers give them.
    pub stringly: Cell<bool>,
    /// The database's clock, where it is not the machine's: seconds since 1970.
    pub database_clock: RefCell<Option<Box<dyn Fn() -> i64>>>,
    /// When and how the database fails; `None`: never.
    pub(super) outage: RefCell<Option<Outage>>,
    console: RefCell<String>,
    calls: Cell<u64>,
    /// Statements so far that the database refused.
    pub refused: Cell<u64>,
    crash: Cell<Option<CrashPoint>>,
    gone: Cell<bool>,
    failing: RefCell<Option<String>>,
}

impl SqliteHost {
    /// An empty installation in memory.
    pub fn new() -> Self {
        let about = Description {
            driver: Dialect::Sqlite,
            timezone: "UTC".to_owned(),
            whmcs: "8.13.1".to_owned(),
            php: "8.3.0".to_owned(),
            machine: "web1".to_owned(),
            root: String::new(),
            now: None,
            module_log: false,
        };
        Self {
            db: Connection::open_in_memory().unwrap(),
            about: RefCell::new(about),
            services: RefCell::default(),
            effects: RefCell::default(),
            options: RefCell::new(json!([])),
            products: RefCell::new(json!([])),
            mail: RefCell::default(),
            asker: RefCell::new(json!({"who": "system"})),
            stringly: Cell::new(false),
            database_clock: RefCell::default(),
            outage: RefCell::default(),
            console: RefCell::default(),
            calls: Cell::new(0),
            refused: Cell::new(0),
            crash: Cell::new(None),
            gone: Cell::new(false),
            failing: RefCell::default(),
        }
    }

    /// The next run dies there; counting starts anew.
    pub fn crash_at(&self, point: Option<CrashPoint>) {
        self.crash.set(point);
        self.gone.set(false);
        self.calls.set(0);
    }

    /// Host calls since the last [`Self::crash_at`].
    pub fn calls(&self) -> u64 {
        self.calls.get()
    }

    /// Every database call fails with this text until `None` is set.
    pub fn fail_database(&self, text: Option<&str>) {
        *self.failing.borrow_mut() = text.map(str::to_owned);
    }

    /// What was written to the console since the last time.
    pub fn take_console(&self) -> String {
        std::mem::take(&mut self.console.borrow_mut())
    }

    /// Rows of a test's own query; panics when SQL is wrong.
    pub fn rows(&self, sql: &str) -> Vec<Row> {
        self.read(&Query::new(sql.to_owned(), vec![])).unwrap()
    }

    /// Runs a test's own statement.
    pub fn run(&self, sql: &str) -> u64 {
        self.write(&Query::new(sql.to_owned(), vec![])).unwrap()
    }

    /// The effects of one name.
    pub fn effects_of(&self, name: &str) -> Vec<Value> {
        let effects = self.effects.borrow();
        effects
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, args)| args.clone())
            .collect()
    }

    /// Counts the call and dies where it shall.
    fn port<T>(&self, call: impl FnOnce() -> Result<T, HostError>) -> Result<T, HostError> {
        if self.gone.get() {
            return Err(HostError::Gone);
        }
        let number = self.calls.get() + 1;
        self.calls.set(number);
        if self.crash.get() == Some(CrashPoint::Before(number)) {
            self.gone.set(true);
            return Err(HostError::Gone);
        }
        let answer = call();
        if self.crash.get() == Some(CrashPoint::After(number)) {
            self.gone.set(true);
            return Err(HostError::Gone);
        }
        answer
    }

    fn database<T>(
        &self,
        writes: bool,
        call: impl FnOnce() -> Result<T, HostError>,
    ) -> Result<T, HostError> {
        let answer = self.port(|| match &*self.failing.borrow() {
            Some(text) => Err(thrown(text)),
            None => match &*self.outage.borrow() {
                Some(outage) => outage.meets(writes, call),
                None => call(),
            },
        });
        let refused = self.refused.get() + u64::from(answer.is_err());
        self.refused.set(refused);
        answer
    }

    /// A call of WHMCS's own, which works with the same database.
    fn whmcs<T>(
        &self,
        writes: bool,
        call: impl FnOnce() -> Result<T, HostError>,
    ) -> Result<T, HostError> {
        self.port(|| match &*self.outage.borrow() {
            Some(outage) => outage.meets(writes, call),
            None => call(),
        })
    }

    fn read(&self, query: &Query) -> Result<Vec<Row>, HostError> {
        let mut statement = self.db.prepare_cached(&query.sql).map_err(explain)?;
        let names: Vec<String> = statement
            .column_names()
            .iter()
            .map(|n| (*n).to_owned())
            .collect();
        let mut rows = statement
            .query(params_from_iter(query.args.iter().map(sql)))
            .map_err(explain)?;
        let mut found = vec![];
        while let Some(row) = rows.next().map_err(explain)? {
            let cells = names.iter().enumerate().map(|(index, name)| {
                let cell = row.get_ref(index).unwrap_or(ValueRef::Null);
                (name.clone(), self.cell(cell))
            });
            found.push(cells.collect());
        }
        Ok(found)
    }

    fn cell(&self, cell: ValueRef<'_>) -> Value {
        match cell {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) if self.stringly.get() => json!(number.to_string()),
            ValueRef::Integer(number) => json!(number),
            ValueRef::Real(number) => json!(number),
            ValueRef::Text(text) | ValueRef::Blob(text) => json!(String::from_utf8_lossy(text)),
        }
    }

    fn write(&self, query: &Query) -> Result<u64, HostError> {
        let mut statement = self.db.prepare_cached(&query.sql).map_err(explain)?;
        let changed = statement.execute(params_from_iter(query.args.iter().map(sql)));
        Ok(changed.map_err(explain)? as u64)
    }
}

fn sealed(plain: &str) -> String {
    let digits: String = plain.bytes().map(|b| format!("{:02x}", b ^ 0x5a)).collect();
    format!("sealed:{digits}")
}

fn unsealed(text: &str) -> String {
    let digits = text.strip_prefix("sealed:").unwrap_or_default().as_bytes();
    let pairs = digits
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).unwrap());
    let bytes = pairs
        .map(|pair| u8::from_str_radix(pair, 16).unwrap() ^ 0x5a)
        .collect();
    String::from_utf8(bytes).unwrap()
}

/// A JSON scalar as PDO binds it.
fn sql(value: &Value) -> Sql {
    match value {
        Value::Null => Sql::Null,
        Value::Bool(flag) => Sql::Integer(i64::from(*flag)),
        Value::Number(number) => number.as_i64().map_or_else(
            || Sql::Real(number.as_f64().unwrap_or(f64::NAN)),
            Sql::Integer,
        ),
        Value::String(text) => Sql::Text(text.clone()),
        other => panic!("a statement binds {other}, which is no scalar"),
    }
}

pub(super) fn thrown(text: &str) -> HostError {
    Thrown::new("PDOException", text).into()
}

fn explain(error: rusqlite::Error) -> HostError {
    match &error {
        rusqlite::Error::SqliteFailure(code, _) if matches!(code.extended_code, 1555 | 2067) => {
            HostError::Duplicate(error.to_string())
        }
        _ => thrown(&error.to_string()),
    }
}

impl Db for SqliteHost {
    fn select(&self, query: &Query) -> Result<Vec<Row>, HostError> {
        self.database(false, || self.read(query))
    }

    fn affect(&self, query: &Query) -> Result<u64, HostError> {
        self.database(true, || self.write(query))
    }

    fn transact(&self, statements: &[Statement]) -> Result<Transacted, HostError> {
        self.database(true, || {
            self.db.execute_batch("BEGIN IMMEDIATE").map_err(explain)?;
            let mut counts = vec![];
            for (index, statement) in statements.iter().enumerate() {
                let outcome = match self.write(&statement.query) {
                    Ok(count) if statement.expect.is_none_or(|expected| expected == count) => {
                        counts.push(count);
                        continue;
                    }
                    Ok(_) => Ok(Transacted::Undone(index)),
                    Err(HostError::Duplicate(_)) => Ok(Transacted::Duplicate(index)),
                    Err(error) => Err(error),
                };
                self.db.execute_batch("ROLLBACK").map_err(explain)?;
                return outcome;
            }
            self.db.execute_batch("COMMIT").map_err(explain)?;
            Ok(Transacted::Committed(counts))
        })
    }
}

impl Whmcs for SqliteHost {
    fn describe(&self) -> Result<Description, HostError> {
        self.whmcs(false, || {
            let mut about = self.about.borrow().clone();
            about.now = self.database_clock.borrow().as_ref().map(|clock| clock());
            Ok(about)
        })
    }

    fn services(&self, ids: &[u64]) -> Result<Vec<Value>, HostError> {
        self.whmcs(false, || {
            let services = self.services.borrow();
            Ok(ids
                .iter()
                .filter_map(|id| services.get(id).cloned())
                .collect())
        })
    }

    fn effect(&self, name: &str, args: &Value) -> Result<Value, HostError> {
        let told = self.whmcs(!READS.contains(&name), || {
            if name == "send_email"
                && let Some(answer) = &*self.mail.borrow()
            {
                return answer.clone();
            }
            // WHMCS's cipher, as far as anybody outside can tell; what goes through it is kept nowhere.
            let text = args["text"].as_str().unwrap_or_default();
            match name {
                "encrypt" => return Ok(json!({"text": sealed(text)})),
                "decrypt" => return Ok(json!({"text": unsealed(text)})),
                _ => {}
            }
            self.effects
                .borrow_mut()
                .push((name.to_owned(), args.clone()));
            Ok(match name {
                "update_service" => {
                    self.update(args);
                    json!({"ok": true})
                }
                "service_ids" => self.services.borrow().keys().copied().collect(),
                "servers" => {
                    json!([{"id": super::shop::SERVER, "name": "Cluster", "type": "puqProxmoxKVM"}])
                }
                "product_options" => self.options.borrow().clone(),
                "asker" => self.asker.borrow().clone(),
                "products" => self.products.borrow().clone(),
                "product_servers" => {
                    let services = self.services.borrow();
                    json!({"problem": "", "server": services.values().next().cloned().unwrap_or_default()})
                }
                "server_params" => {
                    // There is one server entry: every service carries its fields.
                    let services = self.services.borrow();
                    services.values().next().cloned().unwrap_or_default()
                }
                _ => json!({"ok": true}),
            })
        });
        match told {
            // The journals swallow what is wrong with the database: what went into them is lost.
            Err(HostError::Thrown(_)) if name.starts_with("log_") => Ok(json!([])),
            told => told,
        }
    }
}

impl SqliteHost {
    fn update(&self, args: &Value) {
        let mut services = self.services.borrow_mut();
        let Some(service) = args["service_id"]
            .as_u64()
            .and_then(|id| services.get_mut(&id))
        else {
            return;
        };
        for (key, value) in args.as_object().into_iter().flatten() {
            if key != "service_id" {
                service[key] = value.clone();
            }
        }
    }
}

impl Console for SqliteHost {
    fn write(&self, text: &str) -> Result<(), HostError> {
        self.port(|| {
            self.console.borrow_mut().push_str(text);
            Ok(())
        })
    }
}
