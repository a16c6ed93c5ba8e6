//! A worker that answers thousands of requests does not grow.

use crate::php::{Script, prints};
use crate::pool::Pool;
use crate::server::Server;
use std::time::Duration;

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

/// One request of the kind named in the query: what the worker meets in its life, the bad ends too.
const MIXED: &str = r"
    function mixed(string $kind, array $request): void {
        $h = new TestHost();
        switch ($kind) {
            case 'everything': everything(); echo 'fine'; break;
            case 'fetch': echo Selftest\fetch($h, $request)['body']; break;
            case 'no server': show(fn() => Selftest\fetch($h, ['port' => 1] + $request)); break;
            case 'panic': show(fn() => Selftest\blow($h, 'a panic')); break;
            case 'exit': Selftest\relay(new TestHost(function () { exit('left'); }), []); break;
            case 'thrown':
                show(fn() => Selftest\relay(new TestHost(function () { throw new LogicException('no'); }), [])); break;
            case 'odd':
                $odd = ['op' => 'status', 'serviceid' => [str_repeat('x', 5000)], 'x' => array_fill(0, 200, [1, null, 'a' => ['b']])];
                foreach (['client_api', 'admin_api'] as $call) {
                    show(fn() => ('Puq\\ProxmoxKvm\\' . $call)($h, $odd, $odd));
                }
                break;
            case 'limit':
                // The limit is met while the answer is written into PHP's memory.
                $big = ['x' => array_fill(0, 30000, 'text of some length')];
                ini_set('memory_limit', (string) (memory_get_usage(true) + 300000));
                ('Puq\\ProxmoxKvm\\Selftest\\echo')($h, $big);
                echo 'answered';
                break;
        }
    }
";

/// The kinds, what an answer of each holds, and of how many requests each is one: the big ones take longer.
const KINDS: [(&str, &str, u32); 8] = [
    ("limit", "", 100),
    ("everything", "fine", 10),
    ("odd", "Puq\\ProxmoxKvm\\", 7),
    ("no server", "cannot reach", 5),
    ("panic", "a panic", 4),
    ("exit", "left", 3),
    ("thrown", "LogicException", 2),
    ("fetch", "fine", 1),
];

/// So many requests of mixed kinds are answered before the worker is measured, and between the two measurements.
const WARM: u32 = 4_000;
const MANY: u32 = 16_000;

#[test]
fn twenty_thousand_requests_of_mixed_kinds_in_one_worker() {
    let server = Server::start(Duration::ZERO, Duration::from_secs(600));
    let request = server.request(Duration::from_secs(60));
    let pool = Pool::start();
    let script = Script::new(&format!(
        "{EVERYTHING} {MIXED}
        if (isset($_GET['kind'])) {{ mixed($_GET['kind'], {request}); exit; }}
        gc_collect_cycles();
        echo getmypid(), ' ', resident(), ' ', count(scandir('/proc/self/fd'));"
    ));
    let mut asked = [0; KINDS.len()];
    let mut ask = |number: u32| {
        let kind = KINDS
            .iter()
            .position(|(_, _, one_in)| number.is_multiple_of(*one_in));
        let kind = kind.expect("the last is for all");
        asked[kind] += 1;
        let (name, expected, _) = KINDS[kind];
        let answer = pool.run_script(&script, &format!("kind={}", name.replace(' ', "+")));
        let status = if name == "limit" { 500 } else { 200 };
        assert!(
            answer.status == status && answer.body.contains(expected) && answer.body != "answered",
            "{name}: {answer:?}\n{}",
            pool.log()
        );
    };
    let measured = || -> Vec<u32> {
        let answer = pool.run_script(&script, "");
        let number = |word: &str| {
            let number = word.parse();
            number.unwrap_or_else(|_| panic!("{answer:?}\n{}", pool.log()))
        };
        answer.body.split(' ').map(number).collect()
    };
    (0..WARM).for_each(&mut ask);
    let before = measured();
    (0..MANY).for_each(&mut ask);
    let after = measured();
    println!("{asked:?}; process, kB and descriptors were {before:?} and are {after:?}");
    assert_eq!(before[0], after[0], "the worker died:\n{}", pool.log());
    // A leak of 64 bytes a request would be a thousand kB; the allocator's own noise is some hundred.
    assert!(
        after[1] < before[1] + 1000,
        "grew from {before:?} to {after:?}"
    );
    assert!(
        after[2] <= before[2],
        "descriptors: {before:?}, then {after:?}"
    );
}
