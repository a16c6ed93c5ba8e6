//! Processes forked after the first call.

use crate::php::{prints, run};

#[test]
fn children_and_parent_all_work_after_a_fork() {
    prints(
        r"
        use Puq\ProxmoxKvm\Selftest;
        Selftest\crowd(new TestHost(), 3, 3);
        $children = [];
        for ($i = 0; $i < 3; $i++) {
            $pid = pcntl_fork();
            if ($pid === 0) {
                $sum = Selftest\crowd(new TestHost(), 20, 20)['sum'] + Selftest\crowd(new TestHost(), 2, 2)['sum'];
                exit($sum === 3802 ? 11 : 1);
            }
            $children[] = $pid;
        }
        show(fn() => Selftest\crowd(new TestHost(), 4, 4));
        foreach ($children as $pid) { pcntl_waitpid($pid, $status); echo pcntl_wexitstatus($status), ' '; }
        show(fn() => Selftest\crowd(new TestHost(), 4, 4));
        ",
        "{\"sum\":24}\n11 11 11 {\"sum\":24}",
    );
}

#[test]
fn a_child_forked_in_a_host_call_is_told_so_and_can_start_anew() {
    let outcome = run(r#"
        use Puq\ProxmoxKvm\Selftest;
        $child = null;
        $h = new TestHost(function () use (&$child) { $child = pcntl_fork(); return ['child' => $child === 0]; });
        try {
            echo json_encode(Selftest\relay($h, [])), "\n";
        } catch (Puq\ProxmoxKvm\HostError $e) {
            file_put_contents('php://stderr', $e->getMessage() . "\n" . json_encode(Selftest\relay(new TestHost(), ['anew' => 1])));
            exit(7);
        }
        pcntl_waitpid($child, $status);
        echo pcntl_wexitstatus($status), "\n";
        "#);
    assert_eq!(outcome.out, "{\"child\":false}\n7\n", "{outcome:#?}");
    assert_eq!(
        outcome.err,
        "The process was forked during a host call; only the parent can go on.\n{\"anew\":1}"
    );
}
