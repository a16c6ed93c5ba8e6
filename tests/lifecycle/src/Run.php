<?php

declare(strict_types=1);

namespace Lifecycle;

use Support\Cleanup;
use Support\Premises;
use Support\Problem;
use Support\Record;
use Support\Screen;
use Support\Settings;

/** The whole run: a cluster and a site, one VM's life, and the cluster as it was before. */
final class Run
{
    private Premises $premises;
    private Ledger $ledger;

    /** Where everything is asked for over HTTP. */
    private ?Browsers $browsers = null;

    public function __construct(private Settings $settings, private Screen $screen)
    {
        // Beside what the demo keeps: neither run cleans up after the other.
        $settings->directory .= '/lifecycle';
        $this->premises = new Premises($settings, $screen);
        $this->ledger = new Ledger($screen);
    }

    /**
     * @return int exit status
     * @throws Problem when it cannot begin
     */
    public function walk(): int
    {
        pcntl_async_signals(true);
        foreach ([SIGINT, SIGTERM, SIGHUP] as $signal) {
            pcntl_signal($signal, static function (): void {
                throw new Interrupted('Interrupted.');
            });
        }
        $status = 1;
        try {
            $this->prepare();
            $status = $this->live();
        } catch (Interrupted $interrupted) {
            $this->screen->bad("\nInterrupted; what was made on the cluster is taken away.");
            $status = 130;
        } catch (Problem $problem) {
            $this->screen->bad('lifecycle: ' . $problem->getMessage());
        } finally {
            foreach ([SIGINT, SIGTERM, SIGHUP] as $signal) {
                pcntl_signal($signal, SIG_IGN);
            }
            if ($this->browsers !== null) {
                $this->browsers->close();
            }
            $status = $this->leave() ? $status : max(1, $status);
            $this->premises->close();
        }
        $this->screen->line();
        $this->screen->line($this->ledger->summary() . '.');
        return $status;
    }

    private function prepare(): void
    {
        if ($this->settings->isReal() && (new Record($this->settings->state('cluster.json')))->read() !== null) {
            $this->screen->step('What an earlier run left');
            Cleanup::ofRun($this->settings, $this->screen);
        }
        // From 9.2 on a VM's configuration is held for up to 30 s after a rollback, or a stop and start in quick
        // succession.
        $cluster = ['--scenario', 'demo', '--release', '9.2.11', '--scale', '0.1', '--listen', 'pve1=127.0.0.1:0'];
        $this->premises->find($cluster);
        $this->discs()->remove();
    }

    private function live(): int
    {
        $wares = new Wares($this->premises);
        $dsn = (string) getenv('STANDIN_MYSQL_DSN');
        $install = array_merge(['--switch', 'strict=1'], $dsn === '' ? [] : ['--db', $dsn, '--fresh']);
        $this->premises->furnish($wares->settings(), ['--options', 'none'], $install);
        $site = $this->premises->site;
        // An address that was given up is the lowest free one again.
        $site->addon(['op' => 'settings_save', 'settings' => ['quarantine' => '0']]);
        foreach ($wares->options() as $name => $values) {
            $site->standin(['option', 'add', '1', $name, '--values', $values]);
        }
        $names = new Names($this->settings->state('zones'), $this->premises->pools());
        $names->open($this->premises->shop);
        $real = $this->settings->isReal();
        $this->screen->step('One VM\'s life');
        if (getenv('HAND') === 'browser') {
            $this->browsers = new Browsers($site);
        }
        $life = new Life(
            $this->browsers ?? new CommandLine($site),
            new Rest($site, $real ? 3 : 0.1),
            $site,
            $this->premises->cluster(),
            $this->ledger,
            $real ? 1800 : 120,
            $real ? $this->settings->boot : 0
        );
        if ($life->begin($wares, $names)) {
            (new Course($life, $this->discs()))->run();
        }
        return $this->ledger->allAgree() ? 0 : 1;
    }

    private function discs(): Discs
    {
        return new Discs($this->premises->cluster(), $this->settings->state('disc'));
    }

    /** Takes away what is still there, and looks. */
    private function leave(): bool
    {
        $site = $this->premises->site;
        if (!$site->exists() || !$this->premises->isOpen()) {
            // Nothing was begun, say because an earlier run's cluster is another one: nothing is touched.
            return true;
        }
        $this->screen->step('Nothing of it may be left on the cluster');
        try {
            (new Farewell($site, $this->premises->cluster(), $this->screen))->bid();
            $this->discs()->remove();
            (new Quiet($site, $this->settings))->look($this->screen);
        } catch (Problem $problem) {
            $this->screen->bad('      ' . $problem->getMessage());
            return false;
        }
        if ($this->settings->isReal()) {
            $site->remove();
            (new Record($this->settings->state('cluster.json')))->forget();
        }
        return true;
    }
}
