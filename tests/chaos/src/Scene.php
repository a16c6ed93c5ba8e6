<?php

declare(strict_types=1);

namespace Chaos;

use Support\Cluster;
use Support\Screen;
use Support\Shop;

/** Everything that takes part in a round, set up anew for each. */
final class Scene
{
    public Bench $bench;
    public Books $books;

    /** @var Machine[] By number from 1; the first serves the site too. */
    public array $machines = [];
    public Web $web;
    public Office $office;
    public Weather $weather;
    public Stranger $stranger;
    public Store $store;
    public Disk $disk;
    public Signs $signs;
    private string $directory;

    public function __construct(Plan $plan, string $dsn)
    {
        $this->directory = sys_get_temp_dir() . '/chaos-' . getmypid() . '-' . $plan->seed;
        $dsn = (string) preg_replace('~/(\w+)\?~', "/\${1}_$plan->seed?", $dsn);
        $this->store = new Store($dsn);
        mkdir($this->directory, 0700, true);
        $this->disk = new Disk($this->directory . '/disk');
        $file = $plan->zoneFile ? $this->disk->path(Signs::FORWARD) : '';
        $this->signs = new Signs($this->directory . '/names', $file);
        $this->web = new Web();
        $this->bench = new Bench($this->directory, $plan, $this->store->shop(), $this->web->url(''));
        $this->books = new Books($dsn);
        $site = $this->bench->site;
        $site->addon(['op' => 'settings_save', 'settings' => ['quarantine' => (string) $plan->quarantine]]);
        $this->name($plan);
        for ($number = 1; $number <= Plan::MACHINES; $number++) {
            $home = "$this->directory/machine-$number";
            $temporary = $this->disk->path("machine-$number");
            $cron = $site->cron(['--force', '--no-lock']);
            $this->machines[$number] = new Machine("chaos-$number", $home, $temporary, $cron);
        }
        $this->office = new Office($site, $this->machines[1], $this->directory . '/office');
        $serve = $site->command(['serve', '--port', (string) $this->web->port()]);
        $this->web->open($this->machines[1]->start($serve, $site->environment(), $this->webLog()));
        $simulator = $this->bench->simulator;
        // WHMCS knows the nodes pve1 and pve2; this program asks pve3, which never fails.
        $url = $simulator->values('urls')[2];
        $control = new Cluster(
            $url,
            $simulator->value('token_id'),
            $simulator->value('token_secret'),
            $simulator->value('fingerprint')
        );
        $this->weather = new Weather($control);
        $this->stranger = new Stranger(
            $control,
            new Root($url, 'demo-root-password'),
            [$this->bench, 'journalSize']
        );
        $this->stranger->move();
    }

    /** Enters the zones. */
    private function name(Plan $plan): void
    {
        $site = $this->bench->site;
        $zones = [Signs::REVERSE => $this->signs->reverse, Signs::FORWARD => $this->signs->forward];
        foreach (array_filter($zones) as $zone => $server) {
            $site->addon(['op' => 'zone_save', 'zone' => [
                'zone' => $zone, 'type' => 'powerdns', 'url' => $server->url(), 'api_key' => 'chaos-name-server-key',
            ]]);
        }
        if ($plan->zoneFile) {
            (new Shop($site, new Screen()))->name($this->disk->path(''), [Signs::FORWARD]);
        }
    }

    /** Fills the disk, or makes room again. */
    public function fill(bool $full): void
    {
        $full ? $this->disk->fill() : $this->disk->free();
        foreach ($this->machines as $machine) {
            $machine->fill($full);
        }
    }

    public function directory(): string
    {
        return $this->directory;
    }

    private function webLog(): string
    {
        return $this->directory . '/web.log';
    }

    /** What was printed and written by the way; the simulator's own log begins with its secrets. @return string[] files */
    public function logs(): array
    {
        $logs = [$this->bench->journal(), $this->webLog(), $this->directory . '/diary.txt'];
        foreach ($this->machines as $machine) {
            $logs[] = $machine->log();
        }
        return array_merge($logs, (array) glob($this->directory . '/office/*.log'));
    }

    /** Lets everybody go on with what is under way. */
    public function turn(int $now): void
    {
        foreach ($this->machines as $machine) {
            $machine->turn($now);
        }
        $this->web->turn();
        $this->office->turn($now);
    }

    /** @param bool $keep Whether site, journal and a copy of the database are left for somebody to look at. */
    public function close(bool $keep): void
    {
        foreach ($this->machines as $machine) {
            $machine->lose();
        }
        $this->web->close();
        $this->signs->close();
        if ($keep) {
            $this->books->save($this->directory . '/database.json');
            file_put_contents($this->directory . '/cluster.json', json_encode(
                $this->bench->cluster()->simulated(),
                JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES
            ));
        }
        $this->books->drop();
        $this->disk->close();
        $this->bench->close($keep);
    }
}
