//! Name rules and SSH keys: what is refused when it is saved never fails when it is used.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

#[path = "plan/seed.rs"]
mod seed;

use chrono::TimeZone;
use puq_proxmox_kvm::model::naming::is_dns_name;
use puq_proxmox_kvm::model::{Random, ServiceId};
use puq_proxmox_kvm::plan::name::fqdn;
use puq_proxmox_kvm::plan::sshkey;
use puq_proxmox_kvm::plan::{NameFacts, NameRule, Product};
use serde_json::json;

const FACTS: NameFacts = NameFacts {
    client_id: 12,
    service_id: ServiceId(345),
};

fn made(rule: &str) -> String {
    let now = chrono_tz::Europe::Warsaw
        .with_ymd_and_hms(2026, 4, 10, 3, 4, 5)
        .unwrap();
    NameRule::parse(rule)
        .unwrap()
        .expand(FACTS, &now, &Random::seeded(1))
}

#[test]
fn the_eleven_macros() {
    assert_eq!(made("{client_id}-{service_id}"), "12-345");
    assert_eq!(
        made("{year}-{month}-{day}-{hour}{minute}{second}"),
        "2026-04-10-030405"
    );
    assert_eq!(made("t{unixtime}"), "t1775783045");
    let digits = made("{random_digit_6}");
    assert!(
        digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()),
        "{digits}"
    );
    let letters = made("{random_letter_8}");
    assert!(
        letters.len() == 8 && letters.bytes().all(|b| b.is_ascii_lowercase()),
        "{letters}"
    );
    assert_eq!(made("web.{service_id}"), "web.345");
}

#[test]
fn what_can_make_no_dns_name_is_refused() {
    for (rule, says) in [
        ("", "must make a DNS name"),
        ("-{service_id}", "must make a DNS name"),
        ("{service_id}-", "must make a DNS name"),
        ("vm_{service_id}", "must make a DNS name"),
        ("a b", "must make a DNS name"),
        ("żółw", "must make a DNS name"),
        ("a..b", "must make a DNS name"),
        (".a", "must make a DNS name"),
        ("{random_letter_63}x", "at most 63 characters"),
        ("{client_id", "a brace without its pair"),
        ("client_id}", "a brace without its pair"),
        ("{Client_id}", "the unknown macro {Client_id}"),
        ("{}", "the unknown macro {}"),
        ("{random_digit_0}", "a length from 1 to 63"),
        ("{random_digit_64}", "a length from 1 to 63"),
        ("{random_letter_x}", "a length from 1 to 63"),
    ] {
        let error = NameRule::parse(rule).unwrap_err();
        assert!(error.rest().contains(says), "{rule:?}: {error}");
    }
}

#[test]
fn a_rule_is_unique_or_says_what_would_make_it_so() {
    for rule in [
        "{service_id}",
        "{client_id}-{service_id}",
        "vm{service_id}",
        "{service_id}7",
        "{year}{month}{service_id}",
        "{random_digit_4}{service_id}",
        "{client_id}{random_letter_1}{service_id}",
        "{service_id}-{client_id}{service_id}",
        "{service_id}{unixtime}",
        "{random_letter_14}",
        "{random_digit_20}",
        "{random_letter_10}{random_digit_6}",
    ] {
        assert_eq!(NameRule::parse(rule).unwrap().not_unique(), None, "{rule}");
        Product::defaults()
            .with_form(&json!({"name_rule": rule}))
            .unwrap();
    }
    for rule in [
        "const",
        "{client_id}",
        "{client_id}{service_id}",
        "{service_id}{client_id}",
        "{client_id}5{service_id}",
        "{client_id}{month}{service_id}",
        "{unixtime}",
        "{year}{month}{day}{hour}{minute}{second}",
        "{client_id}-{unixtime}",
        "{random_digit_4}",
        "{random_letter_8}",
    ] {
        assert!(
            NameRule::parse(rule).unwrap().not_unique().is_some(),
            "{rule}"
        );
        let errors = Product::defaults()
            .with_form(&json!({"name_rule": rule}))
            .unwrap_err();
        assert_eq!(errors[0].field, "name_rule");
        assert!(
            errors[0].sentence().as_str().contains("{service_id}"),
            "{errors:?}"
        );
    }
}

#[test]
fn name_and_domain_together_are_bounded() {
    let long = format!("{0}.{0}.{0}.{1}", "a".repeat(60), "b".repeat(58));
    let errors = Product::defaults()
        .with_form(&json!({"name_rule": "{service_id}{client_id}", "main_domain": long}))
        .unwrap_err();
    assert_eq!(errors[0].field, "name_rule");
}

#[test]
fn a_domain_may_have_its_dot_or_not() {
    for domain in ["example.com", ".example.com", "example.com."] {
        assert_eq!(fqdn("vm", domain), "vm.example.com");
    }
    assert_eq!(fqdn("vm", ""), "vm");
    assert_eq!(fqdn("vm", "."), "vm");
}

#[test]
fn whatever_parses_makes_dns_names_only_and_prints_as_it_was() {
    const PIECES: [&str; 16] = [
        "{client_id}",
        "{service_id}",
        "{random_digit_3}",
        "{random_letter_20}",
        "{unixtime}",
        "{year}",
        "{month}",
        "{day}",
        "{hour}",
        "{minute}",
        "{second}",
        "-",
        ".",
        "vm",
        "A",
        "_",
    ];
    let random = seed::random();
    let mut taken = 0;
    for _ in 0..3000 {
        let count = random.between(1, 7);
        let rule: String = (0..count)
            .map(|_| PIECES[random.between(0, 16) as usize])
            .collect();
        let Ok(parsed) = NameRule::parse(&rule) else {
            continue;
        };
        taken += 1;
        assert_eq!(parsed.to_string(), rule);
        let facts = NameFacts {
            client_id: random.between(1, 4_000_000_000),
            service_id: ServiceId(random.between(1, 4_000_000_000)),
        };
        let now = chrono::Utc
            .timestamp_opt(random.between(0, 9_999_999_999) as i64, 0)
            .unwrap();
        let name = parsed.expand(facts, &now, &random);
        assert!(is_dns_name(&name), "{rule} made {name}");
        assert!(name.len() <= parsed.longest().len(), "{rule} made {name}");
    }
    assert!(taken > 500, "only {taken} rules parsed");
}

const ED25519: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICdstdwP9FnwUxrMHPRXx7SwJIi/AkDDdMymU47IXvyG";
const ECDSA: &str = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBP5zaLU+oReyNkf+UXJSeRBGHJ4nhhnIKi8Mz6MzIn4ggzgvX/bAlYnqLdgTAMzxC+XeyvzdrHXkV7FJe3krY9M=";

#[test]
fn keys_are_found_by_the_fields_name_each_once() {
    let text = format!("{ED25519} anna@laptop\r\n\n  {ECDSA}\n");
    for name in [
        "SSH Key",
        "SSH Keys",
        "SSH public key",
        "ssh-key",
        "sshkey|SSH key",
    ] {
        let twice = [
            (name.to_owned(), text.clone()),
            ("ssh_keys".to_owned(), ECDSA.to_owned()),
        ];
        let (keys, errors) = sshkey::keys(&twice);
        assert_eq!(
            keys,
            [format!("{ED25519} anna@laptop"), ECDSA.to_owned()],
            "{name}"
        );
        assert!(errors.is_empty());
    }
    assert!(
        sshkey::keys(&[("Hostname".to_owned(), ED25519.to_owned())])
            .0
            .is_empty()
    );
}

#[test]
fn a_line_that_is_no_key_is_named() {
    let cut = &ED25519[..ED25519.len() - 4];
    let other = ED25519.replace("ssh-ed25519 ", "ssh-rsa ");
    let odd = format!("{ED25519}=");
    for (line, says) in [
        ("hello", "must begin with one of ssh-ed25519"),
        ("ssh-ed25519", "not base64"),
        ("ssh-ed25519 !!!!", "not base64"),
        (odd.as_str(), "not base64"),
        (cut, "cut off or does not fit"),
        (other.as_str(), "cut off or does not fit"),
        ("ssh-dss AAAA", "must begin with one of"),
    ] {
        let (keys, errors) = sshkey::keys(&[("SSH Key".to_owned(), format!("\n{line}"))]);
        assert!(keys.is_empty(), "{line}");
        let said = errors[0].to_string();
        assert!(
            said.starts_with("SSH Key is no SSH public key in line 2: ") && said.contains(says),
            "{said}"
        );
    }
    let private = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----";
    let (_, errors) = sshkey::keys(&[("SSH Key".to_owned(), private.to_owned())]);
    assert_eq!(errors.len(), 1);
    assert!(
        errors[0].to_string().contains("private key") && !errors[0].to_string().contains("abc")
    );
}

#[test]
fn keys_without_end_are_refused_with_the_order() {
    let many =
        |count: usize| -> String { (0..count).map(|n| format!("{ED25519} {n}\n")).collect() };
    for (count, fits) in [(1, true), (20, true), (21, false), (9000, false)] {
        let fields = [("SSH Key".to_owned(), many(count))];
        let (keys, errors) = sshkey::keys(&fields);
        assert_eq!(errors.is_empty(), fits, "{count}: {errors:?}");
        assert!(keys.len() <= sshkey::MOST_KEYS + 1, "{count}");
    }
    let long = format!("{ED25519} {}", "x".repeat(sshkey::MOST_BYTES));
    assert_eq!(sshkey::keys(&[("sshkey".to_owned(), long)]).1.len(), 1);
}
