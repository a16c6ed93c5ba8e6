//! A php-fpm pool of one worker.

use crate::fastcgi::{self, Answer};
use crate::php::{self, Script};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A running php-fpm with the extension; ends with the value.
pub struct Pool {
    folder: TempDir,
    master: Child,
}

impl Pool {
    pub fn start() -> Self {
        Self::preloading(None)
    }

    /// A pool that loads a library before everything else.
    pub fn preloading(library: Option<&Path>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let path = folder.path().display();
        // `user` is refused as root without it, and ignored (with a notice) otherwise.
        let config = format!(
            "[global]\nerror_log = {path}/fpm.log\nlog_level = notice\n\
             [one]\nlisten = {path}/fpm.sock\nuser = 0\ngroup = 0\npm = static\npm.max_children = 1\n\
             catch_workers_output = yes\n"
        );
        std::fs::write(folder.path().join("fpm.conf"), config).expect("a file");
        let program = php::program("PUQ_PHP_FPM", "php-fpm8.2");
        let mut command = Command::new(&program);
        if let Some(library) = library {
            command.env("LD_PRELOAD", library);
        }
        let master = command
            .args(["-F", "-R", "-n", "-y"])
            .arg(folder.path().join("fpm.conf"))
            .arg("-d")
            .arg(format!("extension={}", php::extension().display()))
            .args([
                "-d",
                "display_errors=0",
                "-d",
                "log_errors=1",
                "-d",
                "opcache.enable=0",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let master = master.unwrap_or_else(|error| {
            panic!(
                "{program} could not be run ({error}); install php-fpm or name it in PUQ_PHP_FPM"
            )
        });
        let mut pool = Self { folder, master };
        pool.await_ready();
        pool
    }

    fn await_ready(&mut self) {
        let patience = Instant::now() + Duration::from_secs(60);
        let script = Script::new("echo 'ready';");
        loop {
            match fastcgi::ask(&self.folder.path().join("fpm.sock"), &script.path(), "") {
                Ok(answer) if answer.body == "ready" => return,
                _ => {}
            }
            let ended = self.master.try_wait().expect("a child's state");
            assert!(
                ended.is_none() && Instant::now() < patience,
                "php-fpm did not come up ({ended:?}):\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Runs `code` in the worker.
    pub fn run(&self, code: &str) -> Answer {
        self.run_script(&Script::new(code), "")
    }

    /// The same with a script that is used again.
    pub fn run_script(&self, script: &Script, query: &str) -> Answer {
        fastcgi::ask(&self.folder.path().join("fpm.sock"), &script.path(), query)
            .unwrap_or_else(|error| panic!("php-fpm gave no answer: {error}\n{}", self.log()))
    }

    /// The error log so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("fpm.log")).unwrap_or_default()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        // SIGTERM lets the master end its worker too; SIGKILL would leave it behind.
        let pid = self.master.id().to_string();
        let _ = Command::new("kill").arg(pid).status();
        let _ = self.master.wait();
    }
}
