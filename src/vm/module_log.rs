//! WHMCS's module log, as the log of what was changed on a cluster. WHMCS keeps it only while its debug switch is on.

use crate::host::HostHandle;
use crate::pve::{Write, WriteLog};
use crate::site::Site;
use futures_util::future::LocalBoxFuture;
use serde_json::{Map, Value, json};
use std::rc::Rc;

/// Takes down each request that changes something.
struct ModuleLog {
    host: HostHandle,
}

/// The log; `None` while WHMCS keeps none: then nothing is put together for it either.
pub async fn module_log(site: &Site) -> Option<Rc<dyn WriteLog>> {
    let on = site.about().await.is_ok_and(|about| about.module_log);
    on.then(|| {
        let host = site.host.clone();
        Rc::new(ModuleLog { host }) as Rc<dyn WriteLog>
    })
}

impl WriteLog for ModuleLog {
    fn note(&self, write: Write) -> LocalBoxFuture<'_, ()> {
        Box::pin(async move {
            // The log is a courtesy: what was changed is on record elsewhere.
            let _ = self.host.effect("log_module", entry(&write)).await;
        })
    }
}

fn entry(write: &Write) -> Value {
    let params = write.params.iter();
    let params: Map<String, Value> = params
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    let took = format!("{:.2} s", write.took.as_secs_f64());
    let how = match write.status {
        Some(status) => format!("HTTP {status}, {took}"),
        None => format!("no answer, {took}"),
    };
    json!({
        "action": format!("{} {}", write.method, write.path),
        "request": {
            "what": write.what,
            "endpoint": write.endpoint,
            "method": write.method.as_str(),
            "path": write.path,
            "parameters": params,
        },
        "response": write.answer,
        "processed": how,
        "secrets": write.secrets,
    })
}
