//! The mails that the addon brings along.

/// The mails the addon brings along, made where the admin has none of that name: name, subject, message.
pub(super) const MAILS: &[(&str, &str, &str)] = &[
    (
        "puqProxmoxVKM Welcome Email",
        "Virtual Machine Order Information",
        WELCOME,
    ),
    (
        "puqProxmoxKVM VM is ready",
        "Virtual Machine is ready",
        READY,
    ),
    (
        "puqProxmoxKVM Reset password",
        "Reset password is ready",
        PASSWORD,
    ),
    (
        "puqProxmoxKVM Backup restored",
        "Backup restored successful",
        RESTORED,
    ),
    (
        "puqProxmoxKVM Upgrade Email",
        "Virtual Machine upgrade is ready",
        UPGRADED,
    ),
];

/// What was ordered and what it costs.
macro_rules! order {
    () => {
        "<p>Product: {$service_product_name}<br />Payment method: {$service_payment_method}<br />\
         Amount: {$service_recurring_amount}<br />Billing cycle: {$service_billing_cycle}<br />\
         Next due date: {$service_next_due_date}</p>"
    };
}

/// Where the VM is reached.
macro_rules! place {
    () => {
        "<p>Name: {$service_domain}{if $service_dedicated_ip}<br />IP address: {$service_dedicated_ip}{/if}\
         {if $service_assigned_ips}<br />Further addresses: {$service_assigned_ips}{/if}</p>"
    };
}

/// How its owner signs in.
macro_rules! access {
    () => {
        "<p>Username: {$service_username}<br />Password: {$service_password}</p>"
    };
}

const WELCOME: &str = concat!(
    "<p>Dear {$client_name},</p><p>thank you for your order. Your virtual machine is being prepared; \
     you get another message as soon as it runs.</p>",
    order!(),
    "<p>Please remember to set a backup schedule once it runs.</p><p>{$signature}</p>"
);
const READY: &str = concat!(
    "<p>Dear {$client_name},</p><p>your virtual machine is ready.</p>",
    order!(),
    place!(),
    access!(),
    "<p>{$signature}</p>"
);
const PASSWORD: &str = concat!(
    "<p>Dear {$client_name},</p><p>the password of your virtual machine was reset.</p>",
    place!(),
    access!(),
    "<p>{$signature}</p>"
);
const RESTORED: &str = concat!(
    "<p>Dear {$client_name},</p><p>the backup of your virtual machine was restored, and it runs again.</p>",
    order!(),
    place!(),
    "<p>{$signature}</p>"
);
const UPGRADED: &str = concat!(
    "<p>Dear {$client_name},</p><p>your virtual machine now runs with its new package.</p>",
    order!(),
    place!(),
    "<p>{$signature}</p>"
);
