//! The memory limit is met wherever the extension writes values into PHP's memory: the request ends as PHP ends it, its
//! shutdown functions run and can call the extension again, and the worker answers the next request.

use crate::php::Script;
use crate::pool::Pool;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// One call at the limit: PHP gets no more memory from the system than it has. `room` bytes of that are free, so the limit is
/// met after about so much was written, in the middle of whatever is written there.
const AT_THE_LIMIT: &str = r"
    use Puq\ProxmoxKvm\Selftest;
    // Beyond this PHP gives back what it keeps of the request before: it would be filled anew, and more of it each time.
    ini_set('memory_limit', '12M');
    ini_set('memory_limit', '512M');
    $long = str_repeat('x', 1200000);
    $deep = ['text of some length'];
    for ($level = 0; $level < 30; $level++) { $deep = ['a' . $level => $deep, 'b' => [$level, 'c' => null]]; }
    $rows = [];
    for ($row = 0; $row < 2000; $row++) { $rows['key ' . $row] = ['id' => $row, 'name' => 'text ' . $row]; }
    $quiet = new TestHost(fn() => []);
    $works = [
        'rows' => [Selftest\echo(...), new TestHost(), ['rows' => $rows]],
        'deep' => [Selftest\echo(...), new TestHost(), array_fill(0, 50, $deep)],
        'one text' => [Selftest\echo(...), new TestHost(), ['text' => $long]],
        'to the host' => [Selftest\relay(...), $quiet, ['rows' => $rows]],
        'both ways' => [Selftest\relay(...), new TestHost(fn(array $a) => $a), ['deep' => array_fill(0, 25, $deep)]],
        'a panic' => [Selftest\blow(...), new TestHost(), substr($long, 0, 300000)],
        'an exception' => [Selftest\relay(...), new TestHost(fn() => throw new LogicException('no')), ['rows' => $rows]],
    ];
    [$call, $host, $value] = $works[$_GET['work']];
    $ended = false;
    $limit = 0;
    register_shutdown_function(function () use (&$ended, &$limit, &$held) {
        // Else PHP would keep ever more for the next request.
        $held = [];
        ini_set('memory_limit', '512M');
        $met = strpos(error_get_last()['message'] ?? '', 'Allowed memory size of ' . $limit . ' ') === 0 ? 'at the limit' : 'no error';
        if ($_GET['way'] === 'jump') { $met = getenv('JUMP') === false ? 'by a jump' : 'no jump'; }
        putenv('JUMP');
        $after = json_encode(Selftest\crowd(new TestHost(), 5, 5));
        while (ob_get_level() > 0) { ob_end_clean(); }
        echo $ended ? 'answered' : 'cut off', ', ', $met, ', ', $after, ' ', getmypid();
    });
    ob_start();
    // In small pieces, which leave no holes.
    $held = [];
    $system = memory_get_usage(true);
    while ($system - memory_get_usage() > $_GET['room'] && memory_get_usage(true) === $system) {
        $held[] = str_repeat('y', 3000);
    }
    for ($small = 0; $small < $_GET['room'] % 70; $small++) { $held[] = str_repeat('z', 50); }
    $limit = memory_get_usage(true);
    if ($_GET['way'] === 'jump') { putenv('JUMP=1'); } else { ini_set('memory_limit', (string) $limit); }
    try { $call($host, $value); } catch (Throwable $e) { }
    $ended = true;
";

/// Some builds of PHP (Debian's of 8.2) tell of the limit only when the native function has returned; others jump out of it at
/// once. This makes the former do as the latter: the next time that PHP wants more memory from the system it jumps.
const JUMP: &str = r#"
    #define _GNU_SOURCE
    #include <stdlib.h>
    #include <sys/mman.h>
    #include <sys/syscall.h>
    #include <unistd.h>
    extern void _zend_bailout(const char *, unsigned int) __attribute__((weak));
    void *mmap(void *at, size_t size, int protection, int flags, int file, off_t offset) {
        if (size == 2 * 1024 * 1024 && file == -1 && _zend_bailout && getenv("JUMP")) {
            unsetenv("JUMP");
            _zend_bailout("jump", 0);
        }
        return (void *)syscall(SYS_mmap, at, size, protection, flags, file, offset);
    }
"#;

/// Compiles [`JUMP`] for PHP to load before everything else.
fn jump(folder: &TempDir) -> PathBuf {
    let (source, library) = (folder.path().join("jump.c"), folder.path().join("jump.so"));
    std::fs::write(&source, JUMP).unwrap();
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-o"]).arg(&library);
    let compiled = compiler.arg(&source).status();
    assert!(compiled.is_ok_and(|status| status.success()), "cc failed");
    library
}

const WORKS: [&str; 7] = [
    "rows",
    "deep",
    "one text",
    "to the host",
    "both ways",
    "a panic",
    "an exception",
];

/// By so many requests the worker has what PHP itself keeps.
const SETTLED: usize = 40;

/// Memory that a process has at present.
fn resident_kib(process: &str) -> i64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.unwrap().split_whitespace().nth(1).unwrap();
    number.parse().unwrap()
}

/// Meets the limit in each work at many places.
fn meet(way: &str, cut_off: &str, not: &str, preload: Option<&Path>) {
    let script = Script::new(AT_THE_LIMIT);
    for work in WORKS {
        // A worker keeps what a request filled; one that did so for all of them would come to its own limit.
        let pool = Pool::preloading(preload);
        let worker = pool.run("echo getmypid();").body;
        let answered = format!("answered, {not}, {{\"sum\":50}} {worker}");
        let cut = format!("cut off, {cut_off}, {{\"sum\":50}} {worker}");
        let (mut cuts, mut answers) = (0, 0);
        let mut settled = 0;
        // The steps fit no size of PHP's allocator.
        for room in (0..120).map(|step| 5_003 + step * 17_377) {
            let query = format!("way={way}&work={}&room={room}", work.replace(' ', "+"));
            let answer = pool.run_script(&script, &query);
            let (count, wanted) = match answer.body.starts_with("cut off") {
                true => (&mut cuts, &cut),
                false => (&mut answers, &answered),
            };
            *count += 1;
            let log = pool.log();
            assert_eq!(&answer.body, wanted, "{work}, {room} bytes:\n{log}");
            // PHP's own error is told to the visitor as one; a bare jump is none.
            let failed = way == "limit" && wanted == &cut;
            assert_eq!(answer.status == 500, failed, "{work}, {room} bytes");
            if cuts + answers == SETTLED {
                settled = resident_kib(&worker);
            }
        }
        println!("{work}: cut off {cuts} times, answered {answers} times");
        // PHP's jump over a value that Rust still holds would leave it in memory for ever, and nobody would see it: 8 to 55 MiB
        // where nothing catches the jump. PHP itself keeps two blocks of 2 MiB more or less.
        let grown = resident_kib(&worker) - settled;
        assert!(grown < 6 * 1024, "{work}: {grown} KiB stayed behind");
        assert!(cuts > 20 && answers > 20, "{work}: {cuts} and {answers}");
        let log = pool.log();
        for bad in ["signal", "exited", "corrupt"] {
            assert!(!log.contains(bad), "{bad}: {log}");
        }
    }
}

#[test]
fn wherever_the_limit_is_met_the_request_ends_as_php_ends_it() {
    meet("limit", "at the limit", "no error", None);
}

#[test]
fn a_jump_out_of_whatever_is_written_leaves_nothing_of_rust_behind() {
    let folder = tempfile::tempdir().unwrap();
    meet("jump", "by a jump", "no jump", Some(&jump(&folder)));
}
