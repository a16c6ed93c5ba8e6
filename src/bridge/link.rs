//! link
use crate::host::HostError;
pub use crate::site::Site;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum EntryError {
    #[error("{0}")]
    Config(String),
    #[error("{0}")]
    Cluster(String),
    #[error(transparent)]
    Host(#[from] HostError),
    #[error("{0}")]
    Busy(String),
    #[error("{0}")]
    Other(String),
}

macro_rules! stub {
    ($($module:ident { $($name:ident($($arg:ident: $ty:ty),*);)* })*) => {$(
        pub mod $module {
            use super::*;
            use serde_json::Value;
            $(pub async fn $name(_: &Site $(, $arg: $ty)*) -> Result<Value, EntryError> {
                $(let _ = $arg;)*
                Err(EntryError::Other("not linked".into()))
            })*
        }
    )*};
}

stub! {
    actions {
        test_connection(params: Value);
        create_account(params: Value);
        suspend_account(params: Value);
        unsuspend_account(params: Value);
        terminate_account(params: Value);
        change_package(params: Value);
        change_password(params: Value);
        client_overview(params: Value);
        client_api(params: Value, request: Value);
        admin_service(params: Value);
        admin_api(params: Value, request: Value);
        product_form(product_id: u64);
        product_save(product_id: u64, form: Value);
        addon_activate();
        addon_upgrade(from: String);
        addon_deactivate();
        addon_api(request: Value);
    }
}

impl From<crate::cron::CronError> for EntryError {
    fn from(error: crate::cron::CronError) -> Self {
        Self::Other(error.to_string())
    }
}
