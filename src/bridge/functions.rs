//! The native functions, one line each.

use crate::actions::{self, EntryError};
use crate::cron;
use crate::site::Site;
use ext_php_rs::builders::FunctionBuilder;
use ext_php_rs::flags::DataType;
use ext_php_rs::types::Zval;
use ext_php_rs::zend::{ExecuteData, run_handler};
use std::panic::AssertUnwindSafe;

/// A list of functions: PHP's name, parameters after `$host`, return type, and the core's function behind it. The
/// parameters become the handler that reads them and the types that reflection shows, so these cannot differ.
macro_rules! declare {
    ($list:ident, $namespace:literal: $($name:ident($($arg:ident: $kind:ident),*) -> $returns:ident = $core:path;)*) => {
        pub(super) fn $list() -> Vec<::ext_php_rs::builders::FunctionBuilder<'static>> {
            use ::ext_php_rs::{args::Arg, builders::FunctionBuilder, flags::DataType, types::Zval, zend::ExecuteData};
            use $crate::bridge::{entry, signature};
            vec![$({
                extern "C" fn handler(frame: &mut ExecuteData, answer: &mut Zval) {
                    fn prepare(arguments: &mut signature::Arguments<'_>) -> Result<entry::Work, signature::Refused> {
                        let _ = &arguments;
                        $(let $arg = arguments.take::<signature::$kind>()?;)*
                        Ok(Box::new(move |site: $crate::site::Site| {
                            Box::pin(async move {
                                let site = $crate::bridge::functions::on_time(site, $namespace).await;
                                $core(&site $(, $arg)*).await.map(serde_json::Value::from)
                            })
                        }))
                    }
                    let signature = signature::Signature {
                        function: concat!($namespace, stringify!($name)),
                        names: &["host" $(, stringify!($arg))*],
                        returns: signature::Returns::$returns,
                    };
                    entry::run(frame, answer, &signature, prepare);
                }
                FunctionBuilder::new(concat!($namespace, stringify!($name)), handler)
                    .arg(Arg::new("host", DataType::ANY_OBJECT))
                    $(.arg(Arg::new(stringify!($arg), <signature::$kind as signature::Argument>::TYPE)))*
                    .returns(signature::Returns::$returns.data_type(), false, false)
            }),*]
        }
    };
}

// The functions of the tests are declared elsewhere.
#[cfg(feature = "selftest")]
pub(super) use declare;

declare! { natives, "Puq\\ProxmoxKvm\\":
    test_connection(params: Map) -> Array = actions::test_connection;
    create_account(params: Map) -> Array = actions::create_account;
    suspend_account(params: Map) -> Array = actions::suspend_account;
    unsuspend_account(params: Map) -> Array = actions::unsuspend_account;
    terminate_account(params: Map) -> Array = actions::terminate_account;
    change_package(params: Map) -> Array = actions::change_package;
    change_password(params: Map) -> Array = actions::change_password;
    metrics(params: Map) -> Array = actions::metrics;
    update_usage(params: Map) -> Array = actions::update_usage;
    list_accounts(params: Map) -> Array = actions::list_accounts;
    client_overview(params: Map) -> Array = actions::client_overview;
    client_api(params: Map, request: Map) -> Array = actions::client_api;
    admin_service(params: Map) -> Array = actions::admin_service;
    admin_api(params: Map, request: Map) -> Array = actions::admin_api;
    product_form(product_id: Int) -> Array = actions::product_form;
    product_save(product_id: Int, form: Map) -> Array = actions::product_save;
    addon_activate() -> Array = actions::addon_activate;
    addon_upgrade(from: Text) -> Array = actions::addon_upgrade;
    addon_deactivate() -> Array = actions::addon_deactivate;
    addon_api(request: Map) -> Array = actions::addon_api;
    dns_export(request: Map) -> Array = actions::dns_export;
    cron_main(argv: Texts) -> Int = cron_main;
    cron_hook() -> Int = cron_hook;
}

/// Every entry works by the database's clock, but for those of the tests: their hosts have no database.
pub(super) async fn on_time(site: Site, namespace: &str) -> Site {
    match namespace {
        NATIVES => site.by_database_time().await,
        _ => site,
    }
}

/// The namespace of the functions below.
const NATIVES: &str = "Puq\\ProxmoxKvm\\";

async fn cron_main(site: &Site, argv: Vec<String>) -> Result<i64, EntryError> {
    if let Some(status) = actions::doctor_command(site, &argv).await {
        return Ok(status);
    }
    Ok(cron::main(site, &argv).await?)
}

async fn cron_hook(site: &Site) -> Result<i64, EntryError> {
    Ok(cron::hook(site).await?)
}

/// `version()`, the one function without a host: the PHP side asks it before it makes one.
pub(super) fn version() -> FunctionBuilder<'static> {
    extern "C" fn handler(frame: &mut ExecuteData, answer: &mut Zval) {
        run_handler(AssertUnwindSafe(|| {
            if frame.parser().parse().is_ok() {
                // Fails for texts beyond 2 GB only.
                let _ = answer.set_string(env!("CARGO_PKG_VERSION"), false);
            }
        }));
    }
    FunctionBuilder::new("Puq\\ProxmoxKvm\\version", handler).returns(
        DataType::String,
        false,
        false,
    )
}
