//! The ports of the core on a PHP object, whose class the modules bring along.

use super::values;
use crate::host::{
    Console, Db, Description, HostError, Query, Row, Statement, Thrown, Transacted, Whmcs,
};
use crate::model::chain;
use crate::model::lenient::typed;
use ext_php_rs::boxed::ZBox;
use ext_php_rs::convert::IntoZvalDyn;
use ext_php_rs::error::{Error, Result as PhpResult};
use ext_php_rs::types::{ZendHashTable, ZendObject, Zval};
use ext_php_rs::zend::{CatchError, ClassEntry, ExecutorGlobals, ce, try_catch};
use serde::Deserialize;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;

/// How many exceptions are kept to be thrown on: as many as futures may fail in one batch of calls before the first failure
/// is seen. Each holds a stack trace with arguments, and in a long cron run most are passed over. One that is
/// no longer kept arrives as a `HostError` with its class and message.
const KEPT: usize = 256;

/// The class by which the host tells a unique key's refusal from other database errors.
const DUPLICATE_KEY: &str = "PuqProxmoxKvm\\DuplicateKey";

/// How PHP is leaving.
pub(super) enum Leaving {
    /// By `exit`: the engine's own object that unwinds the script.
    Exit(ZBox<ZendObject>),
    /// By a fatal error or time limit, which jumped over PHP's frames up to the guard around the call.
    Bailout,
}

/// So many exceptions that led to one are told with it.
const CAUSES: usize = 8;

/// An exception that a host call threw, as the core knows it and as PHP does.
struct Kept {
    thrown: Thrown,
    exception: ZBox<ZendObject>,
}

/// The ports on a PHP object.
pub(super) struct HostObject<'a> {
    object: &'a ZendObject,
    gone: Cell<bool>,
    leaving: RefCell<Option<Leaving>>,
    kept: RefCell<VecDeque<Kept>>,
}

impl<'a> HostObject<'a> {
    pub(super) fn new(object: &'a ZendObject) -> Self {
        Self {
            object,
            gone: Cell::new(false),
            leaving: RefCell::default(),
            kept: RefCell::default(),
        }
    }

    /// Calls a method and reads its answer.
    ///
    /// Arguments are made and the answer is dropped within the guard too: both allocate by PHP's allocator, which ends the request
    /// at the memory limit, and dropping may run a destructor written in PHP.
    fn call(
        &self,
        method: &str,
        arguments: impl FnOnce() -> PhpResult<Vec<Zval>>,
    ) -> Result<Value, HostError> {
        self.guarded(|| {
            let arguments = arguments().map_err(|error| self.uncalled(method, &error))?;
            let borrowed = arguments.iter().map(|zval| zval as &dyn IntoZvalDyn);
            let answer = self.object.try_call_method(method, borrowed.collect());
            let answer = answer.map_err(|error| self.uncalled(method, &error))?;
            values::read(&answer).map_err(|deep| shape("an answer", &chain(&deep)))
        })?
    }

    /// Why a method could not be called at all.
    fn uncalled(&self, method: &str, error: &Error) -> HostError {
        let message = match error {
            Error::Callable => format!("Call to undefined method {}::{method}()", self.class()),
            other => format!("{}::{method}(): {}", self.class(), chain(other)),
        };
        Thrown::new("Error", message).into()
    }

    /// Runs something that may enter PHP; nothing is run any more once PHP is leaving.
    ///
    /// A fatal error inside jumps to this guard, skipping the frames between, but no frame of the runtime: there is none.
    /// Exceptions do not show in the result; with one pending the engine would silently skip every later call.
    fn guarded<T>(&self, work: impl FnOnce() -> T) -> Result<T, HostError> {
        if self.gone.get() {
            return Err(HostError::Gone);
        }
        let result = match try_catch(AssertUnwindSafe(work)) {
            Ok(result) => result,
            Err(CatchError::Bailout) => return Err(self.leave(Leaving::Bailout)),
            Err(other) => return Err(shape("an answer", &chain(&other))),
        };
        match ExecutorGlobals::take_exception() {
            Some(exception) => Err(self.keep(exception)),
            None => Ok(result),
        }
    }

    fn leave(&self, leaving: Leaving) -> HostError {
        self.gone.set(true);
        // A fatal error while an `exit` is under way ends the request all the same; its object is left to the engine.
        let before = self.leaving.borrow_mut().replace(leaving);
        std::mem::forget(before);
        HostError::Gone
    }

    fn keep(&self, exception: ZBox<ZendObject>) -> HostError {
        // `exit` travels as an exception that is no Throwable. Swallowing it would cancel the exit.
        if !exception.instance_of(ce::throwable()) {
            return self.leave(Leaving::Exit(exception));
        }
        let thrown = match self.guarded(|| thrown(&exception, CAUSES)) {
            Ok(thrown) => thrown,
            Err(HostError::Gone) => return HostError::Gone,
            Err(_) => Thrown::new(class_name(&exception), ""),
        };
        let error = match is_a(exception.get_class_entry(), DUPLICATE_KEY) {
            true => HostError::Duplicate(thrown.message.clone()),
            false => thrown.clone().into(),
        };
        self.kept.borrow_mut().push_back(Kept { thrown, exception });
        let oldest = {
            let mut kept = self.kept.borrow_mut();
            if kept.len() > KEPT {
                kept.pop_front()
            } else {
                None
            }
        };
        match oldest.map(|oldest| self.release(oldest.exception)) {
            Some(Err(HostError::Gone)) => HostError::Gone,
            _ => error,
        }
    }

    /// Drops an exception; the objects in its trace may have destructors written in PHP.
    fn release(&self, exception: ZBox<ZendObject>) -> Result<(), HostError> {
        self.guarded(|| drop(exception))
    }

    /// The original of a failure, the newest one that reads so; and how PHP is leaving, if it is. Nothing of PHP is held
    /// afterwards.
    pub(super) fn end(
        self,
        failure: Option<&HostError>,
    ) -> (Option<ZBox<ZendObject>>, Option<Leaving>) {
        let mut original = None;
        // Releasing may throw anew, and that is kept: hence not one loop over a drained queue.
        while let Some(kept) = self.next_kept() {
            let same = match failure {
                Some(HostError::Thrown(thrown)) => *thrown == kept.thrown,
                Some(HostError::Duplicate(message)) => *message == kept.thrown.message,
                _ => false,
            };
            if same && original.is_none() {
                original = Some(kept.exception);
            } else if self.gone.get() {
                // Left to the engine, which frees every object when the request ends.
                std::mem::forget(kept.exception);
            } else {
                let _ = self.release(kept.exception);
            }
        }
        let leaving = self.leaving.take();
        if leaving.is_some() {
            std::mem::forget(original.take());
        }
        (original, leaving)
    }

    fn next_kept(&self) -> Option<Kept> {
        self.kept.borrow_mut().pop_back()
    }

    fn class(&self) -> String {
        let class = self.object.get_class_entry().name();
        class.unwrap_or("object").to_owned()
    }
}

fn class_name(exception: &ZendObject) -> &'static str {
    exception.get_class_entry().name().unwrap_or("Throwable")
}

/// An exception and at most so many of those that led to it.
fn thrown(exception: &ZendObject, causes: usize) -> Thrown {
    let previous = exception.try_call_method("getPrevious", Vec::new()).ok();
    let previous = previous.as_ref().and_then(Zval::object);
    let previous = previous.filter(|_| causes > 0);
    Thrown::new(class_name(exception), message(exception))
        .because_of(previous.map(|previous| thrown(previous, causes - 1)))
}

fn message(exception: &ZendObject) -> String {
    let message = exception.try_call_method("getMessage", Vec::new());
    let message = message.ok().and_then(|message| {
        let text = message.zend_str()?;
        Some(String::from_utf8_lossy(text.as_bytes()).into_owned())
    });
    message.unwrap_or_default()
}

fn is_a(class: &'static ClassEntry, name: &str) -> bool {
    let mut class = Some(class);
    while let Some(this) = class {
        if this
            .name()
            .is_some_and(|own| own.eq_ignore_ascii_case(name))
        {
            return true;
        }
        class = this.parent();
    }
    false
}

fn shape(wanted: &'static str, got: &str) -> HostError {
    HostError::Shape {
        wanted,
        got: got.chars().take(200).collect(),
    }
}

/// An answer in few words: what it holds may be a customer's.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

fn list(value: Value, wanted: &'static str) -> Result<Vec<Value>, HostError> {
    match value {
        Value::Array(list) => Ok(list),
        // A list that lost elements, as `array_filter` leaves it.
        Value::Object(map) => Ok(map.into_iter().map(|(_, value)| value).collect()),
        other => Err(shape(wanted, kind(&other))),
    }
}

fn bindings(query: &Query) -> PhpResult<Zval> {
    let mut array = ZendHashTable::new();
    for argument in &query.args {
        array.push(values::write(argument)?)?;
    }
    let mut zval = Zval::new();
    zval.set_hashtable(array);
    Ok(zval)
}

fn text(text: &str) -> PhpResult<Zval> {
    let mut zval = Zval::new();
    zval.set_string(text, false)?;
    Ok(zval)
}

fn statement(statement: &Statement) -> PhpResult<Zval> {
    let mut array = ZendHashTable::with_capacity(3);
    array.insert("sql", text(&statement.query.sql)?)?;
    array.insert("bindings", bindings(&statement.query)?)?;
    let expect = statement.expect.map_or(Value::Null, Value::from);
    array.insert("expect", values::write(&expect)?)?;
    let mut zval = Zval::new();
    zval.set_hashtable(array);
    Ok(zval)
}

impl Db for HostObject<'_> {
    fn select(&self, query: &Query) -> Result<Vec<Row>, HostError> {
        let rows = self.call("select", || Ok(vec![text(&query.sql)?, bindings(query)?]))?;
        let rows = list(rows, "a list of rows")?.into_iter().map(|row| {
            let got = kind(&row);
            typed::map(row).ok_or_else(|| shape("a row", got))
        });
        rows.collect()
    }

    fn affect(&self, query: &Query) -> Result<u64, HostError> {
        let count = self.call("affect", || Ok(vec![text(&query.sql)?, bindings(query)?]))?;
        let got = kind(&count);
        typed::from_value(count).map_err(|_| shape("a row count", got))
    }

    fn transact(&self, statements: &[Statement]) -> Result<Transacted, HostError> {
        #[derive(Deserialize)]
        struct Outcome {
            outcome: String,
            #[serde(default)]
            counts: Vec<u64>,
            at: Option<usize>,
        }
        let outcome = self.call("transact", || {
            let mut array = ZendHashTable::new();
            for one in statements {
                array.push(statement(one)?)?;
            }
            let mut zval = Zval::new();
            zval.set_hashtable(array);
            Ok(vec![zval])
        })?;
        let got = typed::from_value::<Outcome>(outcome)
            .map_err(|error| shape("a transaction's outcome", &chain(&error)))?;
        match (got.outcome.as_str(), got.at) {
            ("committed", _) => Ok(Transacted::Committed(got.counts)),
            ("undone", Some(at)) => Ok(Transacted::Undone(at)),
            ("duplicate", Some(at)) => Ok(Transacted::Duplicate(at)),
            (other, _) => Err(shape("a transaction's outcome", other)),
        }
    }
}

impl Whmcs for HostObject<'_> {
    fn describe(&self) -> Result<Description, HostError> {
        let description = self.call("describe", || Ok(Vec::new()))?;
        typed::from_value(description).map_err(|error| shape("a description", &chain(&error)))
    }

    fn services(&self, ids: &[u64]) -> Result<Vec<Value>, HostError> {
        let ids = ids.iter().copied().map(Value::from).collect();
        let services = self.call("services", || Ok(vec![values::write(&Value::Array(ids))?]))?;
        list(services, "a list of services")
    }

    fn effect(&self, name: &str, args: &Value) -> Result<Value, HostError> {
        self.call("effect", || Ok(vec![text(name)?, values::write(args)?]))
    }
}

impl Console for HostObject<'_> {
    fn write(&self, output: &str) -> Result<(), HostError> {
        self.call("write", || Ok(vec![text(output)?])).map(drop)
    }
}
