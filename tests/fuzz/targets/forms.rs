//! JSON within its bounds, and what is read from it: forms and parameters as PHP hands them over, stored rows.

use puq_proxmox_kvm::actions::firewall_rule::Wanted;
use puq_proxmox_kvm::dns::Account;
use puq_proxmox_kvm::ipam::Pool;
use puq_proxmox_kvm::model::lenient as loose;
use puq_proxmox_kvm::net::Bounds;
use puq_proxmox_kvm::plan::{Plan, Product, Service};
use serde_json::{Value, json};

const BOUNDS: Bounds = Bounds {
    bytes: 4096,
    parts: 100,
};

/// What is within its bounds reads as serde_json reads it; what serde_json does not take is never read.
pub fn json(data: &[u8]) {
    let plain = serde_json::from_slice::<Value>(data).ok();
    match BOUNDS.read(data) {
        Ok(value) => assert_eq!(Some(value), plain),
        Err(_) => {
            let parts = data.iter().filter(|byte| b"[{,:".contains(byte)).count();
            let small = data.len() <= BOUNDS.bytes && parts <= 32;
            assert!(
                plain.is_none() || !small,
                "refused, though small: {plain:?}"
            );
        }
    }
}

fn form(data: &[u8]) -> Option<Value> {
    BOUNDS.read(data).ok()
}

pub fn lenient(data: &[u8]) {
    let Some(value) = form(data) else {
        return;
    };
    if let Some(number) = loose::whole(&value) {
        assert_eq!(loose::whole_text(&number.to_string()), Some(number));
    }
    let _ = (loose::flag(&value), loose::text(&value));
    for (key, text) in loose::pairs(Some(&value)) {
        assert_eq!(loose::text_of(&value, &key), text);
    }
}

/// A pool's own form reads as the same pool.
pub fn pools(data: &[u8]) {
    let Some(form) = form(data) else {
        return;
    };
    if let Ok(pool) = Pool::parse(&form) {
        assert_eq!(Pool::parse(&pool.to_value()), Ok(pool));
    }
}

/// The fields of an account read as the same account.
pub fn accounts(data: &[u8]) {
    let Some(form) = form(data) else {
        return;
    };
    for kind in ["cloudflare", "hestiacp", "powerdns", "zonefile", ""] {
        if let Ok(account) = Account::read(kind, &form) {
            let fields = account.fields();
            let again = Account::read(kind, &fields).map(|again| again.fields());
            assert_eq!(again, Ok(fields));
        }
    }
}

/// A form that was taken is taken again, and its row reads as the same product.
pub fn products(data: &[u8]) {
    let Some(form) = form(data) else {
        return;
    };
    let _ = Product::from_json(&form.to_string());
    if let Ok(product) = Product::defaults().with_form(&form) {
        let row = product.to_json();
        let again = Product::from_json(&row).expect("the row of a product");
        assert_eq!(again.to_json(), row);
        let form = serde_json::from_str(&row).expect("JSON");
        let again = Product::defaults()
            .with_form(&form)
            .map(|again| again.to_json());
        assert_eq!(again, Ok(row), "its own values are refused");
    }
}

/// One map is the product's row and the parameters of the order.
pub fn orders(data: &[u8]) {
    let Some(form) = form(data) else {
        return;
    };
    let Ok(service) = Service::parse(&form) else {
        return;
    };
    let _ = Plan::bare(&service);
    let _ = Plan::build(&Product::defaults(), &service);
    if let Ok(product) = Product::from_json(&form.to_string()) {
        let _ = Plan::build(&product, &service);
    }
}

/// A client's firewall rule. Proxmox keeps a rule as one line of words with its note behind: nothing of it breaks the line, only
/// the note has spaces. What was taken is taken again as it is.
pub fn rules(data: &[u8]) {
    let Some(form) = form(data) else {
        return;
    };
    for staff in [false, true] {
        let Ok(wanted) = Wanted::parse(&form, staff) else {
            continue;
        };
        let rule = wanted.clone().rule();
        for word in [
            &rule.direction,
            &rule.action,
            &rule.proto,
            &rule.source,
            &rule.dest,
            &rule.sport,
            &rule.dport,
        ] {
            let plain = |c: char| c.is_ascii_graphic() && c != '#' && c != '|';
            assert!(word.chars().all(plain), "{word:?}");
        }
        assert!(!rule.comment.contains(char::is_control), "{rule:?}");
        let again = json!({
            "direction": rule.direction,
            "verdict": rule.action,
            "protocol": rule.proto,
            "source": rule.source,
            "source_port": rule.sport,
            "dest": rule.dest,
            "dest_port": rule.dport,
            "comment": rule.comment,
        });
        assert_eq!(Wanted::parse(&again, staff), Ok(wanted));
    }
}
