//! What PHP finds when it loads the file.

// The attribute below writes a public function of its own without documentation.
#![allow(missing_docs)]

#[cfg(feature = "selftest")]
use super::selftest;
use super::{classes, functions, info};
use ext_php_rs::builders::ModuleBuilder;
use ext_php_rs::internal::startup_guard;
use ext_php_rs::php_module;

/// Runs when PHP loads the extension. A failure here stops PHP as a whole, so nothing is done but to register
/// classes: no runtime, no thread, no file.
extern "C" fn startup(_type: i32, _module: i32) -> i32 {
    startup_guard(classes::register)
}

#[php_module]
#[php(startup = startup)]
pub fn module(module: ModuleBuilder) -> ModuleBuilder {
    let module = module
        .function(functions::version())
        .info_function(info::print);
    let module = functions::natives()
        .into_iter()
        .fold(module, ModuleBuilder::function);
    #[cfg(feature = "selftest")]
    let module = selftest::natives()
        .into_iter()
        .fold(module, ModuleBuilder::function);
    module
}
