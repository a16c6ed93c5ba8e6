//! The memory limit is met wherever the extension writes values into PHP's memory: the request ends as PHP ends it, its
//! shutdown functions run and can call the extension again, and the worker answers the next request.

use crate::php::Script;
use crate::pool::Pool;

/// One call at the limit: PHP gets no more memory from the system than it has. `room` bytes of that are free, so the limit is
/// met after about so much was written, in the middle of whatever is written there.
const AT_THE_LIMIT: &str = r"
    use Puq\ProxmoxKvm\Selftest;
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
    ini_set('memory_limit', (string) $limit);
    try { $call($host, $value); } catch (Throwable $e) { }
    $ended = true;
";

const WORKS: [&str; 7] = [
    "rows",
    "deep",
    "one text",
    "to the host",
    "both ways",
    "a panic",
    "an exception",
];

#[test]
fn wherever_the_limit_is_met_the_request_ends_as_php_ends_it() {
    let script = Script::new(AT_THE_LIMIT);
    for work in WORKS {
        // A worker keeps what a request filled; one that did so for all of them would come to its own limit.
        let pool = Pool::start();
        let worker = pool.run("echo getmypid();").body;
        let answered = format!("answered, no error, {{\"sum\":50}} {worker}");
        let cut = format!("cut off, at the limit, {{\"sum\":50}} {worker}");
        let (mut cuts, mut answers) = (0, 0);
        // The steps fit no size of PHP's allocator.
        for room in (0..120).map(|step| 5_003 + step * 17_377) {
            let query = format!("work={}&room={room}", work.replace(' ', "+"));
            let answer = pool.run_script(&script, &query);
            let (count, wanted) = match answer.status {
                500 => (&mut cuts, &cut),
                _ => (&mut answers, &answered),
            };
            *count += 1;
            let log = pool.log();
            assert_eq!(&answer.body, wanted, "{work}, {room} bytes:\n{log}");
        }
        println!("{work}: cut off {cuts} times, answered {answers} times");
        assert!(cuts > 20 && answers > 20, "{work}: {cuts} and {answers}");
        let log = pool.log();
        for bad in ["signal", "exited", "corrupt"] {
            assert!(!log.contains(bad), "{bad}: {log}");
        }
    }
}
