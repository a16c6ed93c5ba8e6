//! PHP leaves during a host call: `exit`, fatal errors, limits. What PHP would do without the extension happens, and the
//! worker is as good as new for the next request.

use crate::php::{run, run_with};
use crate::pool::Pool;

/// Ways to die, as bodies of the host's method.
const DEADLY: [(&str, &str); 5] = [
    ("E_USER_ERROR", "trigger_error('deadly', E_USER_ERROR);"),
    (
        "compile error",
        "eval('class A { function f() {} function f() {} }');",
    ),
    (
        "memory limit",
        "ini_set('memory_limit', '16M'); $x = []; while (true) { $x[] = str_repeat('x', 100000); }",
    ),
    (
        "time limit",
        "set_time_limit(1); while (true) { md5('x'); }",
    ),
    (
        "class not fitting",
        "eval('class B implements Iterator {}');",
    ),
];

#[test]
fn a_fatal_error_ends_the_script_as_usual() {
    for (name, body) in DEADLY {
        let outcome = run_with(
            &format!(
                r#"
                register_shutdown_function(function () {{
                    ini_set('memory_limit', '128M');
                    echo 'shutdown ', json_encode(Puq\ProxmoxKvm\Selftest\crowd(new TestHost(), 5, 5));
                }});
                try {{
                    Puq\ProxmoxKvm\Selftest\swallow(new TestHost(function () {{ {body} }}), []);
                    echo 'went on';
                }} finally {{
                    echo 'finally';
                }}
                "#
            ),
            &["-d", "memory_limit=64M"],
        );
        assert_eq!(outcome.out, "shutdown {\"sum\":50}", "{name}: {outcome:#?}");
        assert_eq!(outcome.code, Some(255), "{name}");
        assert!(
            outcome.err.contains("Fatal error:"),
            "{name}: {}",
            outcome.err
        );
    }
}

#[test]
fn exit_keeps_its_code_and_runs_no_finally() {
    let outcome = run(r"
        register_shutdown_function(function () {
            echo 'shutdown ', json_encode(Puq\ProxmoxKvm\Selftest\relay(new TestHost(), ['x' => 1]));
        });
        try {
            Puq\ProxmoxKvm\Selftest\swallow(new TestHost(function () { try { exit(3); } finally { echo 'inner '; } }), []);
            echo 'went on';
        } catch (Throwable $e) {
            echo 'caught';
        } finally {
            echo 'finally';
        }
        ");
    assert_eq!(outcome.out, "shutdown {\"x\":1}", "{outcome:#?}");
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(3), ""));
}

#[test]
fn exit_from_a_nested_entry_goes_all_the_way_out() {
    let outcome = run(r"
        use Puq\ProxmoxKvm\Selftest;
        $inner = new TestHost(function () { exit(4); });
        $outer = new TestHost(function () use ($inner) { Selftest\swallow($inner, []); return ['went on']; });
        try { Selftest\swallow($outer, []); echo 'went on'; } catch (Throwable $e) { echo 'caught'; }
        ");
    assert_eq!(
        (outcome.out.as_str(), outcome.code),
        ("", Some(4)),
        "{outcome:#?}"
    );
}

#[test]
fn nothing_is_called_any_more_once_php_leaves() {
    // Two hundred futures have calls queued when the third of them exits.
    let outcome = run(r"
        class Leaver extends TestHost {
            public function affect(string $sql, array $b): int { if (++$this->count === 3) { exit(5); } return 1; }
        }
        $h = new Leaver();
        register_shutdown_function(function () use ($h) { echo $h->count; });
        Puq\ProxmoxKvm\Selftest\crowd($h, 200, 5);
        ");
    assert_eq!(
        (outcome.out.as_str(), outcome.code),
        ("3", Some(5)),
        "{outcome:#?}"
    );
}

#[test]
fn a_destructor_that_throws_or_leaves_while_exceptions_are_released() {
    let outcome = run(r"
        class Bomb { public $how; function __construct($how) { $this->how = $how; }
            function __destruct() { if ($this->how === 'exit') { exit(6); } throw new LogicException('from a destructor'); } }
        class Carrier extends RuntimeException { public $bomb; }
        $throw = fn($how) => function () use ($how) { $e = new Carrier('carrier'); $e->bomb = new Bomb($how); throw $e; };
        show(fn() => Puq\ProxmoxKvm\Selftest\swallow(new TestHost($throw('throw')), []));
        show(fn() => Puq\ProxmoxKvm\Selftest\swallow(new TestHost($throw('exit')), []));
        echo 'went on';
        ");
    assert_eq!(
        outcome.out, "after\n{\"error\":\"Carrier: carrier\",\"duplicate\":false}\nafter\n",
        "{outcome:#?}"
    );
    assert_eq!(outcome.code, Some(6));
}

#[test]
fn the_next_request_of_the_worker_works() {
    let pool = Pool::start();
    let good = "echo getmypid(), ' ', json_encode(Puq\\ProxmoxKvm\\Selftest\\crowd(new TestHost(), 20, 20));";
    let first = pool.run(good);
    assert!(first.body.ends_with(" {\"sum\":3800}"), "{first:?}");
    for (name, body) in DEADLY {
        for round in 0..4 {
            let code = format!(
                "Puq\\ProxmoxKvm\\Selftest\\swallow(new TestHost(function () {{ {body} }}), []); echo 'went on';"
            );
            let dead = pool.run(&code);
            assert!(!dead.body.contains("went on"), "{name} {round}: {dead:?}");
            assert_eq!(dead.status, 500, "{name} {round}: {dead:?}");
            assert_eq!(
                pool.run(good),
                first,
                "{name} {round}: same worker, same answer\n{}",
                pool.log()
            );
            if name == "time limit" {
                break;
            }
        }
    }
    let exited = pool.run("Puq\\ProxmoxKvm\\Selftest\\relay(new TestHost(function () { echo 'bye'; exit; }), []); echo 'went on';");
    assert_eq!((exited.status, exited.body.as_str()), (200, "bye"));
    let thrown = pool.run("Puq\\ProxmoxKvm\\Selftest\\relay(new TestHost(function () { throw new LogicException('x'); }), []);");
    assert_eq!(thrown.status, 500);
    assert_eq!(pool.run(good), first, "{}", pool.log());
}
