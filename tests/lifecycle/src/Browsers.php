<?php

declare(strict_types=1);

namespace Lifecycle;

use Standin\Testing\Address;
use Standin\Testing\Browser;
use Support\Port;
use Support\Problem;
use Support\Process;
use Support\Site;

/** Asks as browsers do: a client and an administrator who are signed in, forms with the page's token, POST. */
final class Browsers implements Hand, Address
{
    private const OWNER = 'client1@example.com';

    private const COMMANDS = ['Create' => 'create', 'Suspend' => 'suspend', 'Unsuspend' => 'unsuspend',
        'Terminate' => 'terminate', 'ChangePackage' => 'changepackage'];

    private int $port;
    private Process $server;

    public function __construct(private Site $site)
    {
        $this->port = Port::free();
        $this->server = $site->serve($this->port);
        Port::await($this->port, $this->server);
    }

    public function url(string $path): string
    {
        return "http://127.0.0.1:$this->port/$path";
    }

    public function close(): void
    {
        $this->server->stop();
    }

    /** Orders are placed by WHMCS's cart, which the stand-in has not; staff press Create. */
    public function order(): int
    {
        $placed = $this->site->json(['order', '--client', '1', '--product', '1', '--no-create', '--json']);
        $answer = $this->command((int) $placed['service'], 'Create');
        if ($answer !== 'success') {
            throw new Problem("The module answers: $answer");
        }
        return (int) $placed['service'];
    }

    public function client(int $service, array $fields): array
    {
        $fields += ['id' => (string) $service, 'modop' => 'custom', 'a' => 'api'];
        return self::json($this->owner()->post('clientarea.php?action=productdetails', $fields));
    }

    public function staff(int $service, array $fields): array
    {
        $fields += ['ajax' => '1', 'scope' => 'service', 'service_id' => (string) $service];
        return self::json($this->admin()->post('admin/addonmodules.php?module=puq_proxmox_kvm', $fields));
    }

    public function command(int $service, string $command, array $values = []): string
    {
        if ($command === 'ChangePassword') {
            $page = $this->owner()->post('clientarea.php?action=productdetails', [
                'id' => (string) $service, 'modulechangepassword' => 'true', 'newpw' => $values['password'],
                'confirmpw' => $values['password'],
            ]);
            return $this->said($page, '');
        }
        $fields = ['modop' => self::COMMANDS[$command]];
        $page = $this->admin()->post("admin/clientsservices.php?userid=1&id=$service", $fields);
        return $this->said($page, 'Module Command Success');
    }

    public function upgrade(int $service, array $options): string
    {
        $chosen = [];
        foreach ($options as $name => $value) {
            $query = 'select o.id as option_id, s.id as sub_id from tblproductconfigoptions o'
                . ' join tblproductconfigoptionssub s on s.configid = o.id'
                . " where (o.optionname = '$name' or o.optionname like '$name|%') and s.optionname like '$value|%'";
            $row = $this->site->rows($query)[0];
            $chosen[(string) $row['option_id']] = (string) $row['sub_id'];
        }
        $page = $this->owner()->post('upgrade.php', [
            'type' => 'configoptions', 'id' => (string) $service, 'configoption' => $chosen,
        ]);
        return $this->said($page, 'Your upgrade has been ordered.');
    }

    /** What a page says of a command. @param array{status: int, body: string} $page */
    private function said(array $page, string $success): string
    {
        if ($page['status'] !== 200) {
            return "HTTP {$page['status']}";
        }
        preg_match_all('~<div class="alert alert-(\w+)[^>]*>(.*?)</div>~s', $page['body'], $alerts, PREG_SET_ORDER);
        foreach ($alerts as [, $kind, $text]) {
            if ($kind === 'danger') {
                return trim(html_entity_decode(strip_tags($text), ENT_QUOTES));
            }
            if ($success === '' || strpos($text, $success) !== false) {
                return 'success';
            }
        }
        return 'The page says nothing of it.';
    }

    private function owner(): Browser
    {
        $browser = new Browser($this);
        $browser->signIn(self::OWNER);
        return $browser;
    }

    private function admin(): Browser
    {
        $browser = new Browser($this);
        $browser->signInStaff('admin');
        return $browser;
    }

    /** @param array{status: int, body: string} $answer @return array<string, mixed> */
    private static function json(array $answer): array
    {
        $json = json_decode($answer['body'], true);
        return is_array($json) ? $json : ['ok' => false, 'error' => "HTTP {$answer['status']}, no JSON"];
    }
}
