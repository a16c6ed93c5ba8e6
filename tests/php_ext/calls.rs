//! Host calls: many at once, each port, and what a bad host answers.

use crate::php::{prints, run, run_with};

#[test]
fn two_hundred_futures_make_a_hundred_thousand_calls() {
    prints(
        r#"$h = new TestHost(); show(fn() => Puq\ProxmoxKvm\Selftest\crowd($h, 200, 500)); echo $h->count;"#,
        "{\"sum\":24950000}\n100000",
    );
}

#[test]
fn each_port_reads_what_php_answers() {
    prints(
        r#"
        use Puq\ProxmoxKvm\Selftest;
        class Full extends TestHost {
            public function describe() { return ['driver' => 'sqlite', 'timezone' => 'Europe/Warsaw', 'machine' => 'a', 'more' => [1]]; }
            public function select($sql, $b) { return [3 => ['a' => '1', 'b' => null, 'c' => 2.5, 'd' => true], 5 => []]; }
            public function affect(string $sql, array $b): int { return count($b); }
            public function services($ids) { return array_map(fn($id) => ['serviceid' => $id], $ids); }
            public function transact($list) {
                foreach ($list as $one) { echo json_encode($one), ' '; }
                return ['outcome' => 'undone', 'at' => '1'];
            }
        }
        $h = new Full();
        show(fn() => Selftest\describe($h));
        show(fn() => Selftest\database($h, ['op' => 'select', 'sql' => 'x']));
        show(fn() => Selftest\database($h, ['op' => 'affect', 'sql' => 'x', 'args' => [1, null, 'c']]));
        show(fn() => Selftest\database($h, ['op' => 'services', 'args' => [7, 9]]));
        show(fn() => Selftest\database($h, ['op' => 'transact', 'sql' => 'x', 'args' => [1]]));
        "#,
        r#"{"driver":"Sqlite","timezone":"Europe\/Warsaw","machine":"a"}
{"rows":[{"a":"1","b":null,"c":2.5,"d":true},[]]}
{"count":3}
{"services":[{"serviceid":7},{"serviceid":9}]}
{"sql":"x","bindings":[1],"expect":1} {"sql":"x","bindings":[],"expect":null} {"undone":1}"#,
    );
}

#[test]
fn an_answer_of_another_shape_is_a_host_error() {
    prints(
        r#"
        use Puq\ProxmoxKvm\Selftest;
        class Odd extends TestHost {
            public function describe() { return ['driver' => 'oracle']; }
            public function select($sql, $b) { return $sql === 'rows' ? ['secret'] : 'secret'; }
            public function affect(string $sql, array $b): int { return -1; }
            public function transact($list) { return ['outcome' => 'half']; }
            public function services($ids) { return 5; }
        }
        $h = new Odd();
        show(fn() => Selftest\database($h, ['op' => 'select', 'sql' => 'x']));
        show(fn() => Selftest\database($h, ['op' => 'select', 'sql' => 'rows']));
        show(fn() => Selftest\database($h, ['op' => 'affect', 'sql' => 'x']));
        show(fn() => Selftest\database($h, ['op' => 'services']));
        foreach (['describe' => [], 'database' => [['op' => 'transact']]] as $f => $more) {
            try { ("Puq\\ProxmoxKvm\\Selftest\\$f")($h, ...$more); } catch (\Throwable $e) { echo get_class($e), "\n"; }
        }
        "#,
        r"Puq\ProxmoxKvm\HostError|0|the host answered a string where a list of rows was due
Puq\ProxmoxKvm\HostError|0|the host answered a string where a row was due
Puq\ProxmoxKvm\HostError|0|the host answered a number where a row count was due
Puq\ProxmoxKvm\HostError|0|the host answered a number where a list of services was due
Puq\ProxmoxKvm\HostError
Puq\ProxmoxKvm\HostError",
    );
}

#[test]
fn a_host_without_the_method_is_a_host_error() {
    prints(
        r"show(fn() => Puq\ProxmoxKvm\Selftest\relay(new stdClass(), []));
          show(fn() => Puq\ProxmoxKvm\Selftest\describe(new TestHost()));",
        r"Puq\ProxmoxKvm\HostError|0|Error: Call to undefined method stdClass::effect()
Puq\ProxmoxKvm\HostError|0|Error: Call to undefined method TestHost::describe()",
    );
}

#[test]
fn arguments_of_a_wrong_type_or_number_are_told_as_php_does() {
    prints(
        r"use Puq\ProxmoxKvm\Selftest;
          show(fn() => Selftest\relay(5, []));
          show(fn() => Selftest\relay(new TestHost(), 'x'));
          show(fn() => Selftest\relay(new TestHost(), null));
          show(fn() => Selftest\crowd(new TestHost(), 'many', 1));
          show(fn() => Selftest\crowd(new TestHost(), '2', '3'));
          show(fn() => Selftest\crowd(host: new TestHost(), calls: 2, futures: 1));
          show(fn() => Selftest\relay(new TestHost()));
          show(fn() => Puq\ProxmoxKvm\version(1));",
        r#"TypeError|0|Puq\ProxmoxKvm\Selftest\relay(): Argument #1 ($host) must be of type object, int given
TypeError|0|Puq\ProxmoxKvm\Selftest\relay(): Argument #2 ($args) must be of type array, string given
TypeError|0|Puq\ProxmoxKvm\Selftest\relay(): Argument #2 ($args) must be of type array, null given
TypeError|0|Puq\ProxmoxKvm\Selftest\crowd(): Argument #2 ($futures) must be of type int, string given
{"sum":6}
{"sum":1}
ArgumentCountError|0|Puq\ProxmoxKvm\Selftest\relay() expects exactly 2 arguments, 1 given
ArgumentCountError|0|Puq\ProxmoxKvm\version() expects exactly 0 arguments, 1 given"#,
    );
}

#[test]
fn phpinfo_has_a_table() {
    let outcome = run("phpinfo(INFO_MODULES);");
    for line in [
        "puq_proxmox_kvm",
        "PUQ Proxmox KVM => enabled",
        "Version => ",
        "Built for PHP => ",
        "TLS => rustls",
    ] {
        assert!(outcome.out.contains(line), "{line}\n{}", outcome.out);
    }
}

#[test]
fn the_native_functions_are_there() {
    let outcome = run_with(
        r"foreach (['version', 'create_account', 'cron_main', 'addon_api'] as $f) {
              if (!function_exists('Puq\\ProxmoxKvm\\' . $f)) { echo $f; }
          }
          echo preg_match('/^\d+\.\d+\.\d+/', Puq\ProxmoxKvm\version());",
        &["-n"],
    );
    assert_eq!(outcome.out, "1", "{outcome:?}");
}
