<?php

declare(strict_types=1);

namespace Odd;

use Contract\ModuleSite;
use Support\Process;

/** A site with a delivered VM beside a simulated cluster, to which odd values are sent in three ways. */
final class Bench
{
    private ModuleSite $site;

    public function __construct()
    {
        $this->site = new ModuleSite(['192.0.2.10', '192.0.2.30'], ['search' => '0']);
    }

    /** @return int number of ways in which something was wrong */
    public function run(int $seed, int $count): int
    {
        $this->site->delivered();
        // The second client's: ordered, not delivered.
        $this->site->host()->json(['order', '--client', '2', '--product', '1', '--no-create', '--json']);
        $failed = $this->inside($seed, $count - intdiv($count, 20));
        $outside = new Outside($this->site, $seed, new Answers($this->secrets()));
        $failed += $outside->run(intdiv($count, 20) - intdiv($count, 400)) ? 0 : 1;
        $failed += $outside->commands(intdiv($count, 400)) ? 0 : 1;
        return $failed + $this->quiet();
    }

    public function close(): void
    {
        $this->site->close();
    }

    private function inside(int $seed, int $count): int
    {
        $root = $this->site->host()->root();
        $order = [
            'seed' => $seed, 'count' => $count, 'root' => $root,
            'journal' => $this->site->journal(), 'secrets' => $this->secrets(),
        ];
        $extension = (string) getenv('TEST_EXTENSION');
        [$status, $output, $errors] = Process::run(
            \Support\Inside::command($root, $extension, Inside::class, 'knock', $order)
        );
        // The cron says on the standard error what it refuses, and prints what it did; Answers read the rest.
        $said = explode("\n", trim($output . "\n" . $errors));
        $usual = '/^((The argument|There is no task) "|[-0-9]{10} [:0-9]{8} (PUQ|\[)|\{"wrong":)/';
        $other = preg_grep($usual, $said, PREG_GREP_INVERT);
        echo implode("\n", array_filter((array) $other)), "\n";
        if (preg_match('/^(not )?ok - /m', $output) !== 1) {
            echo "not ok - the process inside ended with status $status\n";
        }
        return $status === 0 && preg_match('/^\{"wrong":0\}$/m', $output) === 1 ? 0 : 1;
    }

    /** Neither PHP nor a log has anything to say afterwards. */
    private function quiet(): int
    {
        [, $faults] = $this->site->host()->run(['faults', '--json']);
        [$status, $leaks] = $this->site->host()->run(['leaks', $this->site->journal()]);
        $isQuiet = json_decode($faults, true) === [] && $status === 0;
        echo $isQuiet ? '' : "$faults\n$leaks\n";
        echo $isQuiet ? 'ok' : 'not ok', " - PHP has nothing to say, and no log holds a secret\n";
        return $isQuiet ? 0 : 1;
    }

    /** @return string[] */
    private function secrets(): array
    {
        $service = $this->site->host()->json(['service', '1'])['service'];
        return [$this->site->secret(), (string) $service['password']];
    }
}
