//! The doctor on the command line, `php cron.php --doctor`: for people, and for whatever watches the machine.

use super::{Check, Health, installation, of_server};
use crate::model::{Sentence, ServerId, lenient, say};
use crate::site::Site;
use crate::store::StoreError;
use futures_util::future::join_all;
use serde_json::{Value, json};

/// The argument that asks for it.
const WORD: &str = "--doctor";
/// The argument that asks for JSON instead of text.
const JSON: &str = "--json";
/// An argument was not understood, after sysexits.h.
const USAGE: i64 = 64;

/// How the findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people; the first line is what Nagios shows.
    Text,
    /// For programs.
    Json,
}

/// What was looked at together: the installation, or a server entry with its cluster and products.
struct Examination {
    server: Option<(ServerId, String)>,
    checks: Vec<Check>,
}

/// Whether the doctor is asked for, and how. An argument that does not go with it is the error.
pub fn asked(argv: &[String]) -> Option<Result<Form, String>> {
    let args = argv.get(1..).unwrap_or_default();
    args.iter().any(|arg| arg == WORD).then(|| {
        let mut form = Form::Text;
        for arg in args {
            match arg.as_str() {
                WORD => {}
                JSON => form = Form::Json,
                other => {
                    let shown: String =
                        other.chars().filter(|c| !c.is_control()).take(60).collect();
                    return Err(format!(
                        "The argument \"{shown}\" does not go with {WORD}; --help shows what does."
                    ));
                }
            }
        }
        Ok(form)
    })
}

/// Looks at everything, prints what was found, and returns the exit status as Nagios means it: 0 well, 1 warnings, 2 errors.
/// A database that cannot be asked is an error among the findings.
pub async fn run(site: &Site, form: Result<Form, String>) -> i64 {
    let (status, text) = match form {
        Err(usage) => (USAGE, format!("{usage}\n")),
        Ok(form) => {
            let all = everything(site).await;
            let status = status(&all);
            let text = match form {
                Form::Text => text(&all, status),
                Form::Json => format!("{}\n", json_of(&all, status)),
            };
            (status, text)
        }
    };
    // Where nobody takes what is printed the exit status says it.
    let _ = site.host.write(text).await;
    status
}

/// The installation and every server entry of this module; the clusters are asked all at once, since some may be dead.
async fn everything(site: &Site) -> Vec<Examination> {
    let mut all = vec![Examination {
        server: None,
        checks: told(installation::examine(site).await),
    }];
    match servers(site).await {
        Ok(servers) => {
            let looks = servers.into_iter().map(|(id, name)| async move {
                Examination {
                    checks: told(of_server(site, id).await),
                    server: Some((id, name)),
                }
            });
            all.extend(join_all(looks).await);
        }
        // The installation says already that the database is away.
        Err(error) if all[0].checks.iter().all(|check| check.health == Health::Ok) => {
            all[0].checks.push(away(&error));
        }
        Err(_) => {}
    }
    all
}

fn told(found: Result<Vec<Check>, StoreError>) -> Vec<Check> {
    found.unwrap_or_else(|error| vec![away(&error)])
}

fn away(error: &StoreError) -> Check {
    Check::new(
        say::check_database(),
        Health::Fail,
        Sentence::of(error),
        say::fix_away(),
    )
}

async fn servers(site: &Site) -> Result<Vec<(ServerId, String)>, StoreError> {
    let listed = site.host.effect("servers", json!({})).await?;
    let ours = |server: &&Value| {
        let kind = lenient::text_of(server, "type");
        kind.is_empty() || kind == "puqProxmoxKVM"
    };
    let one = |server: &Value| {
        let id = lenient::whole(&server["id"])?;
        Some((ServerId(id), lenient::text_of(server, "name")))
    };
    let list = listed.as_array().into_iter().flatten();
    Ok(list.filter(ours).filter_map(one).collect())
}

fn count(all: &[Examination], health: Health) -> usize {
    let checks = all.iter().flat_map(|place| &place.checks);
    checks.filter(|check| check.health == health).count()
}

fn status(all: &[Examination]) -> i64 {
    match (count(all, Health::Fail), count(all, Health::Warn)) {
        (0, 0) => 0,
        (0, _) => 1,
        _ => 2,
    }
}

/// The word of a status as Nagios calls it.
fn word(status: i64) -> &'static str {
    match status {
        0 => "OK",
        1 => "WARNING",
        _ => "CRITICAL",
    }
}

fn title(place: &Examination) -> String {
    match &place.server {
        None => "Installation".to_owned(),
        Some((id, name)) => format!("Server {name} (#{id})"),
    }
}

fn text(all: &[Examination], status: i64) -> String {
    let worst = all.iter().flat_map(|place| {
        let grave = place
            .checks
            .iter()
            .filter(|check| check.health == Health::Fail);
        grave.map(move |check| (place, check))
    });
    let first =
        worst.map(|(place, check)| format!(" {}: {}: {}", title(place), check.name, check.text));
    let mut lines = vec![format!(
        "{} - {} errors, {} warnings, {} well.{}",
        word(status),
        count(all, Health::Fail),
        count(all, Health::Warn),
        count(all, Health::Ok),
        first.take(1).collect::<String>(),
    )];
    for place in all {
        lines.push(String::new());
        lines.push(title(place));
        for check in &place.checks {
            let mark = match check.health {
                Health::Ok => "ok   ",
                Health::Warn => "warn ",
                Health::Fail => "ERROR",
            };
            lines.push(format!("  {mark} {}: {}", check.name, check.text));
            let fix = check.fix.to_string();
            if !fix.is_empty() {
                lines.push(format!("        -> {fix}"));
            }
        }
    }
    let mut text: String = lines
        .iter()
        .flat_map(|line| [line.as_str(), "\n"])
        .collect();
    // What a cluster answered goes to a terminal.
    text.retain(|c| c == '\n' || !c.is_control());
    text
}

fn json_of(all: &[Examination], status: i64) -> Value {
    let shown = |place: &Examination| {
        let server = place.server.as_ref();
        let checks: Vec<Value> = place
            .checks
            .iter()
            .map(|check| {
                json!({
                    "name": check.name.to_string(), "status": check.health, "text": check.text.to_string(),
                    "fix": check.fix.to_string(),
                })
            })
            .collect();
        json!({"server": server.map(|(id, name)| json!({"id": id.0, "name": name})), "checks": checks})
    };
    json!({
        "status": status,
        "word": word(status),
        "errors": count(all, Health::Fail),
        "warnings": count(all, Health::Warn),
        "places": all.iter().map(shown).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argv(args: &[&str]) -> Vec<String> {
        ["cron.php"]
            .iter()
            .chain(args)
            .map(|arg| (*arg).to_owned())
            .collect()
    }

    #[test]
    fn the_doctor_is_asked_for_with_what_goes_with_it() {
        assert_eq!(asked(&argv(&[])), None);
        assert_eq!(asked(&argv(&["--list", "--json"])), None);
        assert_eq!(asked(&argv(&["--doctor"])), Some(Ok(Form::Text)));
        assert_eq!(asked(&argv(&["--json", "--doctor"])), Some(Ok(Form::Json)));
        for wrong in ["--force", "--xml", "\u{1b}[31m", ""] {
            let error = asked(&argv(&["--doctor", wrong])).unwrap().unwrap_err();
            assert!(!error.contains('\u{1b}'), "{error}");
        }
    }

    #[test]
    fn the_exit_status_is_the_worst_finding() {
        let place = |healths: &[Health]| Examination {
            server: None,
            checks: healths
                .iter()
                .map(|health| {
                    let text = Sentence::foreign("It is\u{7} so.");
                    Check::new(
                        say::check_cron(),
                        *health,
                        text,
                        Sentence::foreign("Do this."),
                    )
                })
                .collect(),
        };
        for (healths, wanted, word) in [
            (&[][..], 0, "OK - "),
            (&[Health::Ok], 0, "OK - "),
            (&[Health::Ok, Health::Warn], 1, "WARNING - "),
            (&[Health::Fail, Health::Warn], 2, "CRITICAL - "),
        ] {
            let all = [place(healths)];
            let status = status(&all);
            assert_eq!(status, wanted);
            let text = text(&all, status);
            assert!(text.starts_with(word) && !text.contains('\u{7}'), "{text}");
            let first = text.lines().next().unwrap();
            assert_eq!(first.contains("cron: It is so."), wanted == 2, "{first}");
            assert_eq!(json_of(&all, status)["status"], wanted);
        }
    }
}
