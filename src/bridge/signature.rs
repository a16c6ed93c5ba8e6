//! The arguments of a native function and the type it returns.

use super::values::{self, TooDeep};
use crate::model::lenient::{self, typed};
use ext_php_rs::args::Arg;
use ext_php_rs::flags::DataType;
use ext_php_rs::types::{ZendObject, Zval};
use ext_php_rs::zend::ExecuteData;
use serde_json::{Map as JsonMap, Value};

/// Why an argument is refused: the text of PHP's `TypeError`.
pub(super) struct Refused(pub(super) String);

/// What is fixed about a function.
pub(super) struct Signature {
    /// Its full name.
    pub(super) function: &'static str,
    /// The names of its parameters, the host's included.
    pub(super) names: &'static [&'static str],
    /// What it returns.
    pub(super) returns: Returns,
}

/// The arguments of a call, read in their order.
pub(super) struct Arguments<'a> {
    signature: &'a Signature,
    zvals: Vec<&'a Zval>,
    next: usize,
}

impl<'a> Arguments<'a> {
    /// Hands the arguments of `frame` to `then`; `None` where their number is wrong and the engine has thrown for it.
    pub(super) fn read<T>(
        frame: &mut ExecuteData,
        signature: &Signature,
        then: impl FnOnce(Option<&mut Arguments<'_>>) -> T,
    ) -> T {
        let names = signature.names.iter();
        let mut list: Vec<Arg<'_>> = names.map(|name| Arg::new(*name, DataType::Mixed)).collect();
        let parser = frame.parser();
        let parser = list.iter_mut().fold(parser, |parser, arg| parser.arg(arg));
        if parser.parse().is_err() {
            return then(None);
        }
        let zvals = list
            .iter_mut()
            .filter_map(|arg| arg.zval().map(|zval| &**zval));
        then(Some(&mut Arguments {
            signature,
            zvals: zvals.collect(),
            next: 0,
        }))
    }

    /// The next argument as an object: the host.
    pub(super) fn host(&mut self) -> Result<&'a ZendObject, Refused> {
        let zval = self.zval()?;
        zval.object().ok_or_else(|| self.refuse("object", zval))
    }

    /// The next argument.
    pub(super) fn take<T: Argument>(&mut self) -> Result<T::Value, Refused> {
        let zval = self.zval()?;
        T::read(zval).map_err(|unfit| match unfit {
            Unfit::Kind => self.refuse(T::NAME, zval),
            Unfit::Depth(deep) => Refused(format!("{}: {deep}", self.argument())),
        })
    }

    fn zval(&mut self) -> Result<&'a Zval, Refused> {
        let zval = self.zvals.get(self.next).copied();
        self.next += 1;
        zval.map(Zval::dereference)
            .ok_or_else(|| Refused(format!("{}(): too few arguments", self.signature.function)))
    }

    fn refuse(&self, wanted: &str, got: &Zval) -> Refused {
        let got = type_name(got);
        Refused(format!(
            "{} must be of type {wanted}, {got} given",
            self.argument()
        ))
    }

    fn argument(&self) -> String {
        format!(
            "{}(): Argument #{} (${})",
            self.signature.function,
            self.next,
            self.signature
                .names
                .get(self.next - 1)
                .copied()
                .unwrap_or_default(),
        )
    }
}

/// PHP's word for what a value is.
fn type_name(zval: &Zval) -> String {
    match zval.get_type() {
        DataType::Undef | DataType::Null => "null".into(),
        DataType::False | DataType::True | DataType::Bool => "bool".into(),
        DataType::Long => "int".into(),
        DataType::Double => "float".into(),
        DataType::String => "string".into(),
        DataType::Array => "array".into(),
        other => match zval.object() {
            Some(object) => object.get_class_name().unwrap_or_else(|_| "object".into()),
            None => other.to_string().to_ascii_lowercase(),
        },
    }
}

/// A kind of parameter.
pub(super) trait Argument {
    /// What the core gets.
    type Value;
    /// PHP's name of the type.
    const NAME: &'static str;
    /// What reflection shows.
    const TYPE: DataType;
    /// The value, if it is of this kind.
    fn read(zval: &Zval) -> Result<Self::Value, Unfit>;
}

/// Why a value is no argument of a kind.
pub(super) enum Unfit {
    /// It is of another type.
    Kind,
    /// It is nested too deeply.
    Depth(TooDeep),
}

impl From<TooDeep> for Unfit {
    fn from(deep: TooDeep) -> Self {
        Self::Depth(deep)
    }
}

/// An array with names for keys; an empty one is an empty map.
pub(super) struct Map;
/// An array of texts.
pub(super) struct Texts;
/// An integer; numbers in texts are taken too, since WHMCS hands ids over both ways.
pub(super) struct Int;
/// A text.
pub(super) struct Text;

impl Argument for Map {
    type Value = Value;
    const NAME: &'static str = "array";
    const TYPE: DataType = DataType::Array;

    fn read(zval: &Zval) -> Result<Value, Unfit> {
        zval.array().ok_or(Unfit::Kind)?;
        let map = typed::map(values::read(zval)?).ok_or(Unfit::Kind)?;
        Ok(Value::Object(map))
    }
}

impl Argument for Texts {
    type Value = Vec<String>;
    const NAME: &'static str = "array";
    const TYPE: DataType = DataType::Array;

    fn read(zval: &Zval) -> Result<Vec<String>, Unfit> {
        zval.array().ok_or(Unfit::Kind)?;
        typed::from_value(values::read(zval)?).map_err(|_| Unfit::Kind)
    }
}

impl Argument for Int {
    type Value = u64;
    const NAME: &'static str = "int";
    const TYPE: DataType = DataType::Long;

    fn read(zval: &Zval) -> Result<u64, Unfit> {
        typed::from_value(values::read(zval)?).map_err(|_| Unfit::Kind)
    }
}

impl Argument for Text {
    type Value = String;
    const NAME: &'static str = "string";
    const TYPE: DataType = DataType::String;

    fn read(zval: &Zval) -> Result<String, Unfit> {
        lenient::text(&values::read(zval)?).ok_or(Unfit::Kind)
    }
}

/// What a function returns to PHP.
#[derive(Clone, Copy)]
pub(super) enum Returns {
    /// `array`
    Array,
    /// `int`
    Int,
}

impl Returns {
    /// The declared type.
    pub(super) fn data_type(self) -> DataType {
        match self {
            Self::Array => DataType::Array,
            Self::Int => DataType::Long,
        }
    }

    /// `value` in the declared type: the engine does not check what a native function returns.
    pub(super) fn shaped(self, value: Value) -> Value {
        match (self, value) {
            (Self::Array, value @ (Value::Array(_) | Value::Object(_))) => value,
            (Self::Array, _) => Value::Object(JsonMap::new()),
            (Self::Int, value) => Value::from(typed::from_value::<i64>(value).unwrap_or_default()),
        }
    }
}
