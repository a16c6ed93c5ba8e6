//! PHP code that enters the extension again during a host call.

use crate::php::prints;

#[test]
fn a_callback_may_call_native_functions_to_any_depth() {
    prints(
        r"
        use Puq\ProxmoxKvm\Selftest;
        $h = new TestHost();
        $h->on = function (array $args) use ($h) {
            return $args['depth'] === 0 ? ['bottom' => true] : Selftest\relay($h, ['depth' => $args['depth'] - 1]);
        };
        show(fn() => Selftest\relay($h, ['depth' => 20]));
        ",
        r#"{"bottom":true}"#,
    );
}

#[test]
fn the_outer_futures_go_on_after_an_inner_crowd() {
    prints(
        r"
        use Puq\ProxmoxKvm\Selftest;
        class Nesting extends TestHost {
            public $inner = 0;
            public function affect(string $sql, array $b): int {
                if ($b[1] === 3 && $b[0] % 10 === 0) { $this->inner += Selftest\crowd(new TestHost(), 20, 20)['sum']; }
                return parent::affect($sql, $b);
            }
        }
        $h = new Nesting();
        show(fn() => Selftest\crowd($h, 50, 10));
        echo $h->count, ' ', $h->inner;
        ",
        "{\"sum\":2250}\n500 19000",
    );
}

#[test]
fn an_inner_failure_stays_inside() {
    prints(
        r"
        use Puq\ProxmoxKvm\Selftest;
        $h = new TestHost(function (array $args) {
            if ($args['how'] === 'panic') { try { Selftest\blow(new TestHost(), 'x'); } catch (Puq\ProxmoxKvm\Error $e) { return ['caught']; } }
            return Selftest\fail(new TestHost(), 'busy');
        });
        show(fn() => Selftest\relay($h, ['how' => 'panic']));
        show(fn() => Selftest\relay($h, ['how' => 'let through']));
        show(fn() => Selftest\swallow($h, ['how' => 'let through']));
        ",
        "before\n[\"caught\"]\nPuq\\ProxmoxKvm\\Busy|0|the busy failure\nafter\n{\"error\":\"Puq\\\\ProxmoxKvm\\\\Busy: the busy failure\",\"duplicate\":false}",
    );
}

#[test]
fn a_fiber_may_rest_inside_a_host_call_while_others_work() {
    prints(
        r#"
        use Puq\ProxmoxKvm\Selftest;
        $resting = new TestHost(fn() => ['resumed with' => Fiber::suspend('asleep')]);
        $fiber = new Fiber(fn() => Selftest\relay($resting, []));
        echo $fiber->start(), "\n";
        show(fn() => Selftest\crowd(new TestHost(), 20, 20));
        $fiber->resume('a word');
        echo json_encode($fiber->getReturn()), "\n";
        $left = new Fiber(fn() => Selftest\relay($resting, []));
        $left->start();
        unset($left);
        gc_collect_cycles();
        show(fn() => Selftest\crowd(new TestHost(), 5, 5));
        "#,
        "asleep\n{\"sum\":3800}\n{\"resumed with\":\"a word\"}\n{\"sum\":50}",
    );
}
