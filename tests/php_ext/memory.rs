//! A worker that answers thousands of requests does not grow.

use crate::php::{Script, prints};
use crate::pool::Pool;

/// What one call of everything is: values both ways, many futures, an exception, a panic.
const EVERYTHING: &str = r"
    use Puq\ProxmoxKvm\Selftest;
    function everything() {
        $h = new TestHost(fn(array $a) => empty($a['throw']) ? $a : throw new LogicException(str_repeat('x', 1000)));
        $rows = array_fill(0, 50, ['a' => 1, 'b' => 'text', 'c' => null, 'd' => [1, 2, 3]]);
        if (Selftest\relay($h, ['rows' => $rows]) !== ['rows' => $rows]) { echo 'wrong'; }
        Selftest\crowd($h, 10, 3);
        try { Selftest\relay($h, ['throw' => 1]); echo 'wrong'; } catch (LogicException $e) { }
        try { Selftest\fail($h, 'busy'); echo 'wrong'; } catch (Puq\ProxmoxKvm\Busy $e) { }
    }
    function resident() { return (int) explode(' ', file_get_contents('/proc/self/statm'))[1] * 4; }
";

#[test]
fn three_thousand_calls_in_one_process() {
    prints(
        &format!(
            "{EVERYTHING}
            for ($i = 0; $i < 300; $i++) {{ everything(); }}
            gc_collect_cycles();
            $before = resident(); $held = memory_get_usage();
            for ($i = 0; $i < 3000; $i++) {{ everything(); }}
            gc_collect_cycles();
            $grown = resident() - $before; $kept = memory_get_usage() - $held;
            echo $grown < 1024 ? 'steady' : \"grew by $grown kB\", ' ', $kept < 20000 ? 'steady' : \"PHP keeps $kept bytes\";"
        ),
        "steady steady",
    );
}

#[test]
fn three_thousand_requests_in_one_worker() {
    let pool = Pool::start();
    let script = Script::new(&format!("{EVERYTHING} everything(); echo resident();"));
    let resident = || -> u32 {
        let answer = pool.run_script(&script, "");
        answer
            .body
            .parse()
            .unwrap_or_else(|_| panic!("{answer:?}\n{}", pool.log()))
    };
    for _ in 0..300 {
        resident();
    }
    let before = resident();
    for _ in 0..3000 {
        resident();
    }
    let after = resident();
    assert!(after < before + 1024, "grew from {before} to {after} kB");
}
