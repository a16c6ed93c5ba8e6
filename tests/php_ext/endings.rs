//! How an entry ends when nobody leaves: answers, faults, exceptions of the host.

use crate::php::{prints, run};

#[test]
fn faults_have_their_classes() {
    prints(
        r#"
        foreach (['config', 'cluster', 'host', 'busy', 'other'] as $kind) {
            try { Puq\ProxmoxKvm\Selftest\fail(new TestHost(), $kind); }
            catch (Puq\ProxmoxKvm\Error $e) { echo get_class($e), '|', $e->getMessage(), '|', $e instanceof RuntimeException, "\n"; }
        }
        $own = new class('by hand', 7, new LogicException('before')) extends Puq\ProxmoxKvm\Busy {};
        echo $own->getMessage(), $own->getCode(), $own->getPrevious()->getMessage();
        "#,
        r"Puq\ProxmoxKvm\ConfigError|the config failure|1
Puq\ProxmoxKvm\ClusterError|the cluster failure|1
Puq\ProxmoxKvm\HostError|duplicate key: the host failure|1
Puq\ProxmoxKvm\Busy|the busy failure|1
Puq\ProxmoxKvm\Error|the other failure|1
by hand7before",
    );
}

#[test]
fn the_hosts_exception_arrives_as_it_was_thrown() {
    prints(
        r#"
        class Odd extends DomainException {}
        function thrower() { throw new Odd('here', 42, new LogicException('before')); }
        $h = new TestHost(fn() => thrower());
        try {
            Puq\ProxmoxKvm\Selftest\relay($h, []);
        } catch (Odd $e) {
            $names = array_column($e->getTrace(), 'function');
            echo $e->getMessage(), $e->getCode(), $e->getPrevious()->getMessage(), ' line ', $e->getLine() - __LINE__, ' ',
                implode(',', array_map(fn($n) => preg_replace(['(^.*\\\\)', '(:.*})'], ['', '}'], $n), $names));
        }
        "#,
        "here42before line -6 thrower,{closure},effect,relay",
    );
}

#[test]
fn a_failure_that_was_passed_over_is_gone() {
    prints(
        r"
        use Puq\ProxmoxKvm\Selftest;
        show(fn() => Selftest\swallow(new TestHost(function () { throw new LogicException('no'); }), []));
        show(fn() => Selftest\swallow(new TestHost(function () { throw new PuqProxmoxKvm\DuplicateKey('twice'); }), []));
        show(fn() => Selftest\relay(new TestHost(function () { throw new PuqProxmoxKvm\DuplicateKey('twice', 3); }), []));
        show(fn() => Selftest\relay(new TestHost(fn() => nowhere()), []));
        show(fn() => Selftest\relay(new TestHost(fn() => ['fine']), []));
        ",
        r#"after
{"error":"LogicException: no","duplicate":false}
after
{"error":"duplicate key: twice","duplicate":true}
PuqProxmoxKvm\DuplicateKey|3|twice
Error|0|Call to undefined function nowhere()
["fine"]"#,
    );
}

#[test]
fn what_led_to_an_exception_is_told_with_it() {
    // One that only says the same again, as a query's wraps its driver's, is left out.
    prints(
        r#"
        use Puq\ProxmoxKvm\Selftest;
        function thrower() {
            $driver = new PDOException('gone away (SQL: select secret)', 0, new OverflowException('out of memory'));
            throw new DomainException('no row', 0, new LogicException('the query failed: ' . $driver->getMessage(), 0, $driver));
        }
        show(fn() => Selftest\swallow(new TestHost(fn() => thrower()), []));
        $long = null;
        for ($i = 0; $i < 100; $i++) { $long = new LogicException("link-$i.", 0, $long); }
        show(fn() => [substr_count(json_encode(Selftest\swallow(new TestHost(fn() => throw $long), [])), 'link-')]);
        "#,
        r#"after
{"error":"DomainException: no row: LogicException: the query failed: gone away: OverflowException: out of memory","duplicate":false}
after
[9]"#,
    );
}

#[test]
fn of_many_exceptions_the_one_that_ends_the_entry_is_thrown() {
    // Two hundred futures fail; the first failure to be seen is the entry's. The kept ones are released, destructors and all.
    prints(
        r#"
        class Held { static $n = 0; function __construct() { self::$n++; } function __destruct() { self::$n--; } }
        class Failing extends TestHost {
            public function affect(string $sql, array $b): int {
                $this->fail(new Held(), $b[0]);
            }
            private function fail(Held $held, $number) { throw new RangeException("number $number", $number); }
        }
        ini_set('zend.exception_ignore_args', '0');
        $h = new Failing();
        try { Puq\ProxmoxKvm\Selftest\crowd($h, 200, 1); }
        catch (RangeException $e) { echo $e->getMessage() === 'number ' . $e->getCode() ? 'one of them' : 'mixed up'; }
        unset($e);
        echo ' ', Held::$n, ' held';
        "#,
        "one of them 0 held",
    );
}

#[test]
fn a_panic_is_an_error_and_the_next_call_works() {
    let outcome = run(r"
        use Puq\ProxmoxKvm\Selftest;
        for ($i = 0; $i < 3; $i++) { show(fn() => Selftest\blow(new TestHost(), 'boom')); }
        show(fn() => Selftest\relay(new TestHost(), ['fine' => 1]));
        show(fn() => Selftest\crowd(new TestHost(), 5, 5));
        ");
    let sentence = r"Puq\ProxmoxKvm\Error|0|A fault inside the extension, please report it: boom (at src/bridge/selftest.rs:";
    assert_eq!(outcome.out.matches(sentence).count(), 3, "{outcome:#?}");
    assert!(
        outcome.out.ends_with("{\"fine\":1}\n{\"sum\":50}\n"),
        "{outcome:#?}"
    );
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(0), ""));
}
