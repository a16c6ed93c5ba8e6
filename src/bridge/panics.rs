//! Panics: kept quiet while they unwind, told as one sentence afterwards.

use std::any::Any;
use std::cell::RefCell;
use std::sync::Once;

thread_local! {
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Replaces the panic hook, once per process.
///
/// The standard hook writes to the standard error stream, which under php-fpm is the log and under the CLI the
/// terminal. This one only notes where it happened: it runs deep inside the runtime, where no PHP function may be called.
pub(super) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|info| {
            let place = info.location().map(ToString::to_string);
            // Not available while the thread ends.
            let _ = PLACE.try_with(|noted| noted.replace(place));
        }));
    });
}

/// The sentence for a caught panic.
pub(super) fn describe(payload: &(dyn Any + Send)) -> String {
    let message = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    let place = PLACE.take().unwrap_or_else(|| "an unknown place".into());
    format!("A fault inside the extension, please report it: {message} (at {place})")
}
