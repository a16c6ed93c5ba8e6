//! Mails: recorded before they are sent, so at least once; twice only when killed in between.

use crate::model::{Failure, chain, lenient};
use crate::store;
use crate::store::operation::{self, Operation, OperationKind, Outcome};
use crate::vm::Vm;
use serde_json::json;

/// What a mail of this module may hold beside WHMCS's own fields.
pub const FIELDS: [&str; 2] = ["vm_id", "server_hostname"];

/// How long WHMCS may take over a mail, in seconds; only then another machine may think it lost.
const TAKE_OVER_S: i64 = 120;

/// Sends a mail of the product's to the service's owner; `None`: the product sends none. A mail that WHMCS refuses does
/// not hold up the VM: the log says why it was not sent.
pub(super) async fn send(vm: &mut Vm, template: Option<&str>) -> Result<(), Failure> {
    let Some(template) = template else {
        return Ok(());
    };
    let now = vm.site.now();
    let operation = Operation {
        id: vm.site.random.token(),
        service: vm.record.service,
        kind: OperationKind::Mail,
        vmid: vm.record.vmid,
        node: None,
        intent: template.to_owned(),
        holder: vm.holder.clone(),
        sent_at: now,
        deadline_at: now + TAKE_OVER_S,
        upid: None,
        request: String::new(),
    };
    let row = operation::begin(&operation, vm.record.mark.as_str());
    store::write(&vm.site.host, vec![row]).await?;
    let args = json!({
        "template": template,
        "service_id": vm.record.service.0,
        "vars": {
            (FIELDS[0]): vm.record.vmid.map(crate::model::Vmid::get),
            (FIELDS[1]): vm.service.server.hostname,
        },
    });
    let (outcome, text) = match vm.site.host.effect("send_email", args).await {
        Ok(answer) if lenient::flag(&answer["ok"]) == Some(true) => (Outcome::Done, String::new()),
        Ok(answer) => (
            Outcome::Failed,
            answer["error"]
                .as_str()
                .unwrap_or("WHMCS did not say why")
                .to_owned(),
        ),
        Err(error) => (Outcome::Failed, chain(&error)),
    };
    operation::close(&vm.site.host, &operation.id, outcome, &text, vm.site.now()).await?;
    if outcome == Outcome::Failed {
        vm.note(format!("the mail \"{template}\" was not sent: {text}"));
    }
    Ok(())
}
