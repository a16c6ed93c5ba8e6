//! PHP values as the core sees them, and back.

use crate::php::prints;

#[test]
fn scalars_lists_and_maps_come_back_as_they_went() {
    prints(
        r#"
        $in = ['s' => 'ąß', 'i' => -5, 'big' => PHP_INT_MAX, 'f' => 1.5, 'whole' => 2.0, 't' => true, 'n' => null,
               'list' => [1, [2, 'x']], 'map' => ['b' => 1, 'a' => 2], 'empty' => [], 7 => 'seven', 'gap' => [1 => 'b', 0 => 'a']];
        $out = Puq\ProxmoxKvm\Selftest\echo(new TestHost(), $in);
        var_dump($out === $in);
        "#,
        "bool(true)",
    );
}

#[test]
fn what_has_no_meaning_outside_php_is_null_and_bad_text_is_mended() {
    prints(
        r#"
        class Model { public $password = 'secret'; }
        $x = 'by reference';
        show(fn() => Puq\ProxmoxKvm\Selftest\echo(new TestHost(), [
            'model' => new Model(), 'resource' => STDIN, 'closure' => fn() => 1, 'nan' => NAN, 'inf' => INF,
            'std' => (object) ['a' => (object) []], 'bad' => "a\xffb", 'nul' => "a\0b", 'ref' => &$x, "k\xff" => 1,
        ]));
        "#,
        r#"{"model":null,"resource":null,"closure":null,"nan":null,"inf":null,"std":{"a":[]},"bad":"a\ufffdb","nul":"a\u0000b","ref":"by reference","k\ufffd":1}"#,
    );
}

#[test]
fn an_array_without_bottom_is_refused() {
    prints(
        r"
        use Puq\ProxmoxKvm\Selftest;
        $loop = []; $loop['x'] = &$loop;
        show(fn() => Selftest\echo(new TestHost(), $loop));
        show(fn() => Selftest\relay(new TestHost(fn() => ['deep' => $loop]), []));
        $deep = []; for ($i = 0; $i < 60; $i++) { $deep = [$deep]; }
        echo json_encode(Selftest\echo(new TestHost(), ['a' => $deep])) === json_encode(['a' => $deep]) ? 'same' : 'other';
        ",
        r"TypeError|0|Puq\ProxmoxKvm\Selftest\echo(): Argument #2 ($value): an array nested more than 64 levels deep
Puq\ProxmoxKvm\HostError|0|the host answered an array nested more than 64 levels deep where an answer was due
same",
    );
}

#[test]
fn the_callers_arrays_are_not_changed() {
    prints(
        r"
        $args = ['list' => [3, 1, 2], 'k' => 'v'];
        $copy = $args;
        $h = new TestHost(function (array $a) { $a['list'][] = 9; sort($a['list']); return $a; });
        echo json_encode(Puq\ProxmoxKvm\Selftest\relay($h, $args)), ' ', $args === $copy ? 'same' : 'changed';
        ",
        r#"{"list":[1,2,3,9],"k":"v"} same"#,
    );
}
