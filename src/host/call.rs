//! The requests a future queues and the answers it gets.

use super::Description;
use serde_json::Value;
use std::borrow::Cow;

/// One row: column name → value, in the order of the select list.
pub type Row = serde_json::Map<String, Value>;

/// SQL with `?` placeholders, and what stands for them.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The statement.
    pub sql: Cow<'static, str>,
    /// Scalars only.
    pub args: Vec<Value>,
}

impl Query {
    /// A query with its arguments.
    pub fn new(sql: impl Into<Cow<'static, str>>, args: Vec<Value>) -> Self {
        Self {
            sql: sql.into(),
            args,
        }
    }
}

/// One statement of a transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What to run.
    pub query: Query,
    /// How many rows it must change; `None`: any number.
    pub expect: Option<u64>,
}

impl Statement {
    /// A statement that may change any number of rows.
    pub fn any(sql: impl Into<Cow<'static, str>>, args: Vec<Value>) -> Self {
        Self {
            query: Query::new(sql, args),
            expect: None,
        }
    }

    /// A statement that must change exactly one row, else the whole transaction is undone.
    pub fn one(sql: impl Into<Cow<'static, str>>, args: Vec<Value>) -> Self {
        Self {
            query: Query::new(sql, args),
            expect: Some(1),
        }
    }
}

/// How a transaction ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transacted {
    /// All done; the changed rows of each statement.
    Committed(Vec<u64>),
    /// The statement at this position changed another number of rows than expected: nothing happened.
    Undone(usize),
    /// The statement at this position broke a unique key: nothing happened.
    Duplicate(usize),
}

impl Transacted {
    /// Whether it was committed.
    pub fn committed(&self) -> bool {
        matches!(self, Self::Committed(_))
    }
}

/// What a future wants done outside the runtime.
#[derive(Clone, Debug)]
pub enum HostCall {
    /// [`super::Whmcs::describe`]
    Describe,
    /// [`super::Db::select`]
    Select(Query),
    /// [`super::Db::affect`]
    Affect(Query),
    /// [`super::Db::transact`]
    Transact(Vec<Statement>),
    /// [`super::Whmcs::services`]
    Services(Vec<u64>),
    /// [`super::Whmcs::effect`]
    Effect(&'static str, Value),
    /// [`super::Console::write`]
    Write(String),
}

/// The answer to a [`HostCall`], one variant per kind of result.
#[derive(Clone, Debug)]
pub enum HostAnswer {
    /// To `Describe`.
    Description(Box<Description>),
    /// To `Select`.
    Rows(Vec<Row>),
    /// To `Affect`.
    Count(u64),
    /// To `Transact`.
    Transacted(Transacted),
    /// To `Services`.
    Services(Vec<Value>),
    /// To `Effect`.
    Value(Value),
    /// To `Write`.
    Written,
}
