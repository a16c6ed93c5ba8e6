//! Errors keep their causes: whoever tells of one prints its chain, so no error says in its own text what its cause says.

use super::{Source, code, complain, sources};

/// Where an error is told otherwise, and what is told instead.
fn printed(source: &Source) -> Vec<String> {
    let named = ["error", "err", "e", "unavailable", "thrown"];
    let mut found = vec![];
    for (number, line) in code(source) {
        let told = named.iter().any(|name| {
            let called = line.split_once(&format!("{name}.to_string()"));
            let whole = |before: &str| !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
            called.is_some_and(|(before, _)| whole(before))
                || line.contains(&format!("{{{name}}}"))
                || line.contains(&format!("{{{name}:"))
        });
        // What stands in a sentence's table is the name of its argument.
        let argument = source.path.starts_with("src/model/say/");
        if told && !argument {
            found.push(format!("{}:{number}: {}", source.path, line.trim()));
        }
    }
    found
}

#[test]
fn an_error_is_told_with_its_causes() {
    let files = sources("src", ".rs");
    let files = files
        .iter()
        .filter(|file| file.path != "src/model/chain.rs");
    let found: Vec<String> = files.flat_map(printed).collect();
    complain("errors told without `model::chain`", &found);
}

/// How the text of an error would name its cause, which stands in this line: by its place, or by the name below.
fn named(line: &str, next: &str) -> String {
    let before = line.split("#[").next().unwrap_or_default();
    match before.split_once('(') {
        Some((_, fields)) => format!("{{{}}}", fields.matches(',').count()),
        None => format!(
            "{{{}}}",
            next.trim()
                .trim_start_matches("pub ")
                .split(':')
                .next()
                .unwrap_or_default()
        ),
    }
}

#[test]
fn no_error_repeats_its_cause() {
    let (mut found, mut causes) = (vec![], 0);
    for source in sources("src", ".rs") {
        let lines: Vec<&str> = source.text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            if !line.contains("#[from]") && !line.contains("#[source]") {
                continue;
            }
            causes += 1;
            let name = named(line, lines.get(number + 1).unwrap_or(&""));
            let mut above = lines[..number].iter().rev();
            let text = above.find(|above| above.contains("#[error("));
            if text.is_some_and(|text| text.contains(&name)) {
                found.push(format!("{}:{}: {}", source.path, number + 1, line.trim()));
            }
        }
    }
    assert!(causes > 6, "{causes}");
    complain("errors that say what their cause says", &found);
}
