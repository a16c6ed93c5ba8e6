<?php

declare(strict_types=1);

namespace Contract;

use PHPUnit\Framework\TestCase;
use Standin\Testing\Chrome;

require_once dirname(__DIR__) . '/support/autoload.php';

/**
 * Every page, while every text that a client, Proxmox, a name server or another program gave is markup, a script's
 * address and a template's braces at once: it is shown as it was given, by both versions of Smarty, and nothing else
 * comes of it.
 */
final class MarkupTest extends TestCase
{
    /** One text with a beginning and an end, so that it is seen whether a page shows it whole. */
    private const TEXT = 'zq"><img src=x onerror=window.hit=1> {$smarty.version} {{7*7}} {{{cluster}}'
        . ' {literal}l{/literal} {php}p{/php} {if 1}i{/if} {* c *} ${7*7} <%= 7*7 %> \' qz';
    private const SCRIPT = 'javascript:window.hit=2';
    private const ADDON = 'admin/addonmodules.php?module=puq_proxmox_kvm&page=';

    private ?ModuleSite $site = null;
    private ?Chrome $chrome = null;

    protected function setUp(): void
    {
        if (!Chrome::isInstalled()) {
            self::markTestSkipped('No Chromium.');
        }
    }

    protected function tearDown(): void
    {
        if ($this->chrome !== null) {
            $this->chrome->close();
        }
        if ($this->site !== null) {
            $this->site->close();
        }
    }

    public static function smarties(): array
    {
        return ['Smarty 3.1' => ['3', 'raw'], 'Smarty 4' => ['4', 'encoded']];
    }

    /** @dataProvider smarties */
    public function testWhatWasGivenIsShownAsItIs(string $smarty, string $stored): void
    {
        $this->site = new ModuleSite(['192.0.2.10', '192.0.2.30'], ['smarty' => $smarty, 'stored' => $stored]);
        $service = $this->site->delivered();
        $this->plant($service);
        $this->chrome = new Chrome();
        $base = $this->site->host()->url('');
        $seen = 0;
        $this->chrome->signIn($base, 'client1@example.com');
        foreach ($this->clientPages($service) as $page => $pane) {
            $this->chrome->open($base . $page);
            if ($pane !== '') {
                $find = "document.querySelector('[data-pane=$pane]:not([hidden])')";
                $this->chrome->waitFor("$find && [...$find.querySelectorAll('.kvm-wait')].every(one => one.hidden)");
            }
            $seen += $this->assertHarmless($page . ' ' . $pane);
        }
        self::assertGreaterThan(5, $seen, "The client's pages show the texts.");
        $seen = 0;
        $this->chrome->signInStaff($base, 'admin');
        foreach ($this->staffPages($service) as $page) {
            $this->chrome->open($base . $page);
            $this->chrome->waitFor('document.readyState === "complete" && !document.querySelector("[aria-busy=true]")');
            $seen += $this->assertHarmless($page);
        }
        self::assertGreaterThan(15, $seen, 'The pages of staff show the texts.');
        self::assertSame([], $this->chrome->complaints());
        [, $faults] = $this->site->host()->run(['faults', '--json']);
        self::assertSame([], json_decode($faults, true), 'PHP had something to say.');
    }

    /** @return array<string, string> addresses, each with the part that it shows */
    private function clientPages(int $service): array
    {
        $pages = ['upgrade.php?type=configoptions&id=' . $service => ''];
        $parts = ['overview', 'snapshots', 'backups', 'reinstall', 'access', 'network', 'firewall', 'iso', 'charts'];
        foreach ($parts as $number => $part) {
            // Another address each: only another part of the same one would load nothing anew.
            $pages["clientarea.php?action=productdetails&visit=$number&id=$service#$part"] = $part;
        }
        return $pages;
    }

    /** @return string[] */
    private function staffPages(int $service): array
    {
        $pages = [
            'admin/clientsservices.php?userid=1&id=' . $service, 'admin/configproducts.php?action=edit&id=1&tab=3',
        ];
        $views = [
            'home', 'pools', 'pool', 'pool&id=1', 'zones', 'zone', 'zone&id=1', 'vms', 'vm&service_id=' . $service,
            'record&service_id=' . $service, 'settings', 'cron', 'doctor',
            'vms&search=' . rawurlencode(self::TEXT), 'vms&search=' . rawurlencode(self::SCRIPT),
            rawurlencode(self::TEXT),
        ];
        foreach ($views as $view) {
            $pages[] = self::ADDON . $view;
        }
        return $pages;
    }

    /** @return int how often the page shows the text */
    private function assertHarmless(string $page): int
    {
        self::assertNull($this->chrome->evaluate('window.hit'), "$page: a text became a part of it.");
        $bad = '[...document.querySelectorAll("*")].filter(one => one.hasAttribute("onerror")'
            . ' || ["href", "src", "action", "formaction"].some(name => /^\s*javascript:\s*window/i'
            . '.test(one.getAttribute(name) || ""))).map(one => one.outerHTML)';
        self::assertSame([], $this->chrome->evaluate($bad), $page);
        // What is read, and what stands in fields and titles.
        $shown = '[...document.querySelectorAll("input, textarea, option")].map(one => one.value)'
            . '.concat([...document.querySelectorAll("[title]")].map(one => one.title),'
            . ' document.body.innerText).join("\n")';
        $shown = (string) preg_replace('/\s+/', ' ', (string) $this->chrome->evaluate($shown));
        $count = substr_count($shown, 'zq"');
        self::assertSame($count, substr_count($shown, self::TEXT), "$page: changed on its way, in: "
            . substr($shown, max(0, (int) strpos($shown, 'zq"') - 40), 400));
        return $count;
    }

    /** Puts the text wherever one of ours or of theirs can stand. */
    private function plant(int $service): void
    {
        $text = self::TEXT;
        $now = time();
        $quote = static fn (string $value): string => "'" . str_replace("'", "''", $value) . "'";
        $said = (string) json_encode(['key' => 'stray_failed', 'args' => ['vmid' => $text, 'why' => $text],
            'text' => $text]);
        $steps = (string) json_encode([[
            'number' => 1, 'label' => $text, 'result' => $text, 'from' => 'ready', 'to' => $text, 'at' => $now,
            'seconds' => 1.5,
        ]]);
        $census = (string) json_encode(['cluster' => $text, 'server' => 1, 'list' => 'x', 'at' => $now, 'findings' => [
            ['oddity' => 'stray', 'vmid' => 4711, 'service' => $service, 'text' => json_decode($said)],
            ['oddity' => 'unknown', 'vmid' => 4712, 'service' => null, 'text' => $text],
        ]]);
        $statements = [
            "UPDATE puqProxmoxKVM_vm_info SET waiting = {$quote($text)}, waiting_said = {$quote($said)}, fails = 9, "
                . "waiting_since = $now, vm_name = {$quote($text)}, target_node = {$quote(substr($text, 0, 60))}, "
                . 'rev = rev + 1',
            'UPDATE puqProxmoxKVM_vm_info SET vm_name = ' . $quote($text) . ' WHERE service_id = ' . $service,
            'INSERT INTO puq_proxmox_kvm_runs (id, service_id, flow, started_at, finished_at, from_state,'
                . " to_state, result, error, steps) VALUES ('zq', $service, 'Deploy', $now, $now, 'ready',"
                . " 'ready', 'failed', {$quote($text)},"
                . " {$quote($steps)})",
            'INSERT INTO puq_proxmox_kvm_requests (id, service_id, deed, subject, asker, asked_at, try_until, tries,'
                . " outcome, reason, text, ended_at, seen_by_client, seen_by_staff) VALUES ('zq', $service,"
                . " 'backup_now', {$quote((string) json_encode($text))}, 'client', $now, $now, 1, 'failed',"
                . " 'unknown', {$quote($text)}, $now, 0, 0)",
            "INSERT INTO puq_proxmox_kvm_settings (name, value) VALUES ('census:zq', {$quote($census)})",
            'INSERT INTO puq_proxmox_kvm_settings (name, value) VALUES '
                . "('cron_trouble_clock', {$quote("$now $text")})",
            "UPDATE puq_proxmox_kvm_tasks SET last_result = {$quote($text)}",
            "INSERT INTO puq_proxmox_kvm_dns_zones (zone, type, settings) VALUES ({$quote(substr($text, 0, 180))},"
                . " 'powerdns',"
                . " {$quote((string) json_encode(['url' => self::SCRIPT, 'server_id' => $text]))})",
            "UPDATE tblhosting SET domain = {$quote($text)}, username = {$quote($text)}, notes = {$quote($text)}",
            "UPDATE tblclients SET firstname = {$quote($text)}, companyname = {$quote($text)} WHERE id = 1",
            "UPDATE tblproducts SET name = {$quote($text)}", "UPDATE tblservers SET name = {$quote($text)}",
        ];
        foreach ($statements as $statement) {
            try {
                $this->site->host()->mustRun(['sql', $statement]);
            } catch (\Throwable $error) {
                self::fail(substr($statement, 0, 60) . ': ' . $error->getMessage());
            }
        }
        $vm = $this->site->vm($service);
        $mark = (string) $vm['config']['description'];
        $this->site->cluster()->meddle(['vmid' => $vm['vmid'], 'config' => [
            'description' => "$text\n$mark", 'name' => 'zq', 'ostype' => $text, 'tags' => 'zq',
        ]]);
        $client = $this->site->client('client1@example.com');
        foreach (
            [
                ['op' => 'snapshot_create', 'description' => $text], ['op' => 'backup_now', 'note' => $text],
                ['op' => 'firewall_rule_add', 'direction' => 'in', 'verdict' => 'ACCEPT', 'comment' => $text],
            ] as $fields
        ) {
            $client->post('clientarea.php?action=productdetails', $fields + [
                'id' => (string) $service, 'modop' => 'custom', 'a' => 'api',
            ]);
        }
    }
}
