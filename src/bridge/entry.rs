//! One call from PHP: in, drive, out.

// The last step out of an entry may be a jump to PHP's own handler, which only the engine's unsafe call makes.
#![allow(unsafe_code)]

use super::classes::Fault;
use super::context::Context;
use super::host_object::{HostObject, Leaving};
use super::signature::{Arguments, Refused, Returns, Signature};
use super::{panics, values};
use crate::actions::EntryError;
use crate::host::{HostError, trampoline};
use crate::model::chain;
use crate::site::Site;
use ext_php_rs::boxed::ZBox;
use ext_php_rs::exception::{PhpException, throw_object};
use ext_php_rs::types::{ZendObject, Zval};
use ext_php_rs::zend::{
    CatchError, ExecuteData, ExecutorGlobals, bailout, ce, run_handler, try_catch,
};
use futures_util::future::LocalBoxFuture;
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What an entry does, once its arguments are read.
pub(super) type Work = Box<dyn FnOnce(Site) -> LocalBoxFuture<'static, Result<Value, EntryError>>>;

/// How an entry ends, when everything of Rust is dropped.
enum Ending {
    /// It returns.
    Answer(Value),
    /// It throws an exception of ours.
    Fault(Fault, String),
    /// It throws PHP's `TypeError`.
    Type(String),
    /// The engine has an exception pending already.
    Pending,
    /// It throws the exception that a host call threw.
    Rethrow(ZBox<ZendObject>),
    /// PHP is leaving.
    Leave(Leaving),
}

/// Runs one native function: `prepare` reads its arguments, what it returns is driven, and the outcome goes back to PHP.
pub(super) fn run(
    frame: &mut ExecuteData,
    answer: &mut Zval,
    signature: &Signature,
    prepare: fn(&mut Arguments<'_>) -> Result<Work, Refused>,
) {
    run_handler(AssertUnwindSafe(|| {
        panics::listen();
        let entered = catch_unwind(AssertUnwindSafe(|| enter(frame, signature, prepare)));
        let ending = entered
            .unwrap_or_else(|payload| Ending::Fault(Fault::Error, panics::describe(&*payload)));
        finish(ending, signature.returns, answer);
    }));
}

fn enter(
    frame: &mut ExecuteData,
    signature: &Signature,
    prepare: fn(&mut Arguments<'_>) -> Result<Work, Refused>,
) -> Ending {
    Arguments::read(frame, signature, |arguments| {
        let Some(arguments) = arguments else {
            return Ending::Pending;
        };
        let host = match arguments.host() {
            Ok(host) => HostObject::new(host),
            Err(refused) => return Ending::Type(refused.0),
        };
        match prepare(arguments) {
            Ok(work) => drive(host, work),
            Err(refused) => Ending::Type(refused.0),
        }
    })
}

fn drive(host: HostObject<'_>, work: Work) -> Ending {
    let context = match Context::current() {
        Ok(context) => context,
        Err(unavailable) => return Ending::Fault(Fault::Error, chain(&unavailable)),
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        trampoline::drive(&context.runtime, &host, &context.host_time, |handle| {
            work(context.site(handle))
        })
    }));
    let outcome = outcome
        .map_err(|payload| Unanswered::Panicked(panics::describe(&*payload)))
        .and_then(|driven| driven.map_err(Unanswered::Gone))
        .and_then(|answer| answer.map_err(Unanswered::Failed));
    let failure = match &outcome {
        Err(Unanswered::Failed(EntryError::Host(error))) => Some(error),
        _ => None,
    };
    let (original, leaving) = host.end(failure);
    match (leaving, original, outcome) {
        (Some(leaving), ..) => Ending::Leave(leaving),
        (None, Some(original), _) => Ending::Rethrow(original),
        (None, None, Ok(value)) => Ending::Answer(value),
        (None, None, Err(unanswered)) => unanswered.ending(context),
    }
}

/// Why an entry has no answer.
enum Unanswered {
    /// The core failed.
    Failed(EntryError),
    /// PHP ended during a host call, or the process is a child that was forked during one.
    Gone(HostError),
    /// The core panicked; the sentence that says so.
    Panicked(String),
}

impl Unanswered {
    fn ending(self, context: &Context) -> Ending {
        match self {
            Self::Failed(error) => {
                let class = match &error {
                    EntryError::Config(_) => Fault::Config,
                    EntryError::Cluster(_) => Fault::Cluster,
                    EntryError::Host(_) => Fault::Host,
                    EntryError::Busy(_) => Fault::Busy,
                    EntryError::Other(_) => Fault::Error,
                };
                Ending::Fault(class, chain(&error))
            }
            Self::Gone(gone) if context.is_current() => Ending::Fault(Fault::Host, chain(&gone)),
            Self::Gone(_) => Ending::Fault(
                Fault::Host,
                "The process was forked during a host call; only the parent can go on.".into(),
            ),
            Self::Panicked(text) => Ending::Fault(Fault::Error, text),
        }
    }
}

/// Hands the outcome to the engine. By now no future, no runtime guard and no borrowed cell is left on the stack.
fn finish(ending: Ending, returns: Returns, answer: &mut Zval) {
    // What an arm owns is dropped at its end, so before PHP's jump goes on.
    let leaving = match ending {
        Ending::Answer(value) => {
            let value = returns.shaped(value);
            jumps(|| match values::write(&value) {
                Ok(value) => *answer = value,
                Err(error) => throw(Fault::Error, &chain(&error)),
            })
        }
        Ending::Fault(fault, text) => jumps(|| throw(fault, &text)),
        Ending::Type(text) => {
            jumps(|| PhpException::new(text.clone(), 0, ce::type_error()).throw())
        }
        Ending::Pending => false,
        Ending::Rethrow(exception) => jumps(|| rethrow(exception)),
        Ending::Leave(Leaving::Exit(exit)) => {
            // No function of the engine throws it, since it is no Throwable: it is put back where it was found.
            ExecutorGlobals::get_mut().exception = exit.into_raw();
            false
        }
        Ending::Leave(Leaving::Bailout) => true,
    };
    if leaving {
        // SAFETY: the last statement; nothing above this frame owns anything.
        unsafe { bailout() }
    }
}

/// Does something that allocates by PHP's allocator, which ends the request at the memory limit: whether it did. The jump ends
/// here, so that what Rust holds above is dropped.
fn jumps(work: impl FnOnce()) -> bool {
    matches!(try_catch(AssertUnwindSafe(work)), Err(CatchError::Bailout))
}

fn rethrow(mut exception: ZBox<ZendObject>) {
    let mut zval = Zval::new();
    // Adds a reference; the box gives its own back when it is dropped.
    zval.set_object(&mut exception);
    drop(exception);
    if throw_object(zval).is_err() {
        throw(
            Fault::Host,
            "A host call failed with something that cannot be thrown.",
        );
    }
}

fn throw(fault: Fault, text: &str) {
    // The engine takes a C string.
    PhpException::new(text.replace('\0', "\u{fffd}"), 0, fault.class()).throw();
}
