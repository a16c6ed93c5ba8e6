//! The command line of `cron.php`.

use std::fmt;

/// What a run was asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Run tasks.
    Run(Selection),
    /// Show every task with its interval and last run.
    List,
    /// Give back leases and say what was found.
    ClearLocks,
    /// Show the help.
    Help,
}

/// Which tasks, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only this task, whatever its interval.
    pub task: Option<String>,
    /// All tasks, whatever their intervals; pauses after failures are skipped too.
    pub force: bool,
    /// Without the machine's lock.
    pub no_lock: bool,
}

/// An argument that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageError(pub String);

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads the arguments after the script's name.
///
/// # Errors
/// One sentence naming the argument and the rule.
pub fn parse(args: &[String], tasks: &[&str]) -> Result<Command, UsageError> {
    let mut selection = Selection::default();
    let mut other = None;
    for arg in args {
        match arg.as_str() {
            "--force" => selection.force = true,
            "--no-lock" => selection.no_lock = true,
            // Crontabs of the reference product ask for it; every line is printed anyway.
            "--verbose" | "-v" => {}
            "--help" | "-h" => other = Some(Command::Help),
            "--list" => other = other.or(Some(Command::List)),
            "--clear-locks" => other = other.or(Some(Command::ClearLocks)),
            _ => match arg
                .strip_prefix("--task=")
                .or_else(|| arg.strip_prefix("--run-task="))
            {
                Some(task) if known(task, tasks).is_some() => {
                    selection.task = known(task, tasks).map(str::to_owned);
                }
                Some(task) => {
                    let task = shown(task);
                    return Err(UsageError(format!(
                        "There is no task {task}; --list shows the tasks."
                    )));
                }
                None => {
                    let arg = shown(arg);
                    return Err(UsageError(format!(
                        "The argument {arg} is not known; --help shows what is."
                    )));
                }
            },
        }
    }
    Ok(other.unwrap_or(Command::Run(selection)))
}

/// The task a word means: its key, or the words of the reference product's crontabs (`process_vms`,
/// `schedule_backup`).
fn known<'t>(word: &str, tasks: &[&'t str]) -> Option<&'t str> {
    let bare = |text: &str| text.replace(['_', '-'], "").to_ascii_lowercase();
    let word = match bare(word).as_str() {
        "processvms" => "processvirtualmachines".to_owned(),
        word => word.to_owned(),
    };
    tasks.iter().find(|task| bare(task) == word).copied()
}

/// An argument as it may be printed: quoted, short, without control characters.
fn shown(text: &str) -> String {
    let text: String = text
        .chars()
        .take(60)
        .map(|c| if c.is_control() { '?' } else { c })
        .collect();
    format!("\"{text}\"")
}

/// The help screen.
pub fn help(tasks: &[(&str, &str, u64)]) -> String {
    let mut text = String::from(
        "PUQ Proxmox KVM cron\n\n\
         Usage: php cron.php [options]\n\n\
         Without options every task runs whose interval has passed.\n\n\
         Options:\n  \
         --task=<key>   run one task now, whatever its interval\n  \
         --force        run all tasks now, whatever their intervals\n  \
         --list         show the tasks, their intervals and last runs, and why each waiting VM waits\n  \
         --doctor       look at the installation, the servers and their products, and change nothing;\n  \
                        with --json for programs. Exit status: 0 well, 1 warnings, 2 errors (as Nagios means them)\n  \
         --no-lock      run although another run holds this machine's lock (for debugging)\n  \
         --clear-locks  give back the leases of runs that died on this machine\n  \
         --run-task=<key>, --verbose  as older crontabs have them: the same as --task=<key>, and nothing\n  \
         --help         show this text\n\n\
         Exit status: 0 done, 1 a task had errors, 64 wrong usage, 75 another run holds the lock,\n\
         78 the clocks of this machine and of the database differ by more than five minutes.\n\n\
         Tasks:\n",
    );
    for (key, label, minutes) in tasks {
        text.push_str(&format!("  {key:<24} {label} (default: {minutes} min)\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(args: &[&str]) -> Result<Command, UsageError> {
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        parse(&args, &["one", "two"])
    }

    #[test]
    fn arguments_are_read_and_unknown_ones_named() {
        assert_eq!(read(&[]), Ok(Command::Run(Selection::default())));
        let both = Selection {
            task: Some("two".to_owned()),
            force: false,
            no_lock: true,
        };
        assert_eq!(read(&["--task=two", "--no-lock"]), Ok(Command::Run(both)));
        assert_eq!(read(&["--list", "--force"]), Ok(Command::List));
        assert_eq!(read(&["--list", "--help"]), Ok(Command::Help));
        let old = parse(
            &["--run-task=process_vms".to_owned(), "--verbose".to_owned()],
            &["processVirtualMachines", "scheduleBackup"],
        );
        let task = |task: &str| {
            Ok(Command::Run(Selection {
                task: Some(task.to_owned()),
                ..Selection::default()
            }))
        };
        assert_eq!(old, task("processVirtualMachines"));
        assert_eq!(read(&["--verbose", "--run-task=Two"]), task("two"));
        assert!(read(&["--run-task=process_vms"]).is_err());
        assert!(read(&["--task=three"]).unwrap_err().0.contains("three"));
        assert!(!read(&["--x\u{1b}[31m"]).unwrap_err().0.contains('\u{1b}'));
    }
}
