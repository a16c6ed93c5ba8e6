<?php

declare(strict_types=1);

namespace Contract;

use PHPUnit\Framework\TestCase;
use Standin\Testing\Browser;

require_once dirname(__DIR__) . '/support/autoload.php';

/**
 * What a person types arrives as it was typed, whichever form WHMCS keeps it in: by every road on which a password
 * reaches a VM, and in the texts that clients and staff write.
 */
final class TypedTest extends TestCase
{
    private const ODD = 'R&D <b> "lab" of O\'Brien; 1 &lt 2';

    private ?ModuleSite $site = null;

    protected function tearDown(): void
    {
        if ($this->site !== null) {
            $this->site->close();
        }
    }

    public static function forms(): array
    {
        return [
            'stored encoded, parameters win' => [['stored' => 'encoded', 'params' => 'win']],
            'stored raw, parameters lose' => [['stored' => 'raw', 'params' => 'lose']],
        ];
    }

    /**
     * @dataProvider forms
     * @param array<string, string> $switches
     */
    public function testAPasswordReachesTheVmByteForByte(array $switches): void
    {
        $this->site = new ModuleSite(['192.0.2.10', '192.0.2.30'], $switches);
        $client = $this->site->client('client1@example.com');
        $service = $this->ordered($client, self::password('order'));
        self::assertTrue($this->site->hasPassword($service, self::password('order')), 'The order form\'s is another.');
        $sql = "select message from tblemails where template_name = 'puqProxmoxKVM VM is ready'";
        $ready = $this->site->host()->sql($sql);
        $seen = html_entity_decode(strip_tags($ready[0]['message']), ENT_QUOTES | ENT_HTML5);
        self::assertStringContainsString(self::password('order'), $seen, 'The mail shows another.');

        $this->site->staff()->post("admin/clientsservices.php?userid=1&id=$service", [
            'save' => '1', 'password' => self::password('staff'),
        ]);
        $this->site->host()->mustRun(['module', (string) $service, 'adminStop']);
        $answer = $this->site->host()->run(['module', (string) $service, 'setCloudinit']);
        $this->site->until($service, 'ready');
        self::assertTrue($this->site->hasPassword($service, self::password('staff')), 'Staff\'s is another. '
            . $answer[1]);

        $page = $client->post('clientarea.php?action=productdetails', [
            'id' => (string) $service, 'modulechangepassword' => 'true', 'newpw' => self::password('client'),
            'confirmpw' => self::password('client'),
        ]);
        self::assertStringContainsString('Password Changed', $page['body']);
        $this->site->until($service, 'ready');
        self::assertTrue($this->site->hasPassword($service, self::password('client')), 'The client\'s is another.');

        $answer = $client->post('clientarea.php?action=productdetails', [
            'id' => (string) $service, 'modop' => 'custom', 'a' => 'api', 'op' => 'reset_password', 'shutdown' => '1',
        ]);
        self::assertTrue(json_decode($answer['body'], true)['ok'] ?? false, $answer['body']);
        $this->site->until($service, 'ready');
        $mail = $this->site->host()->sql("select message from tblemails where template_name ="
            . " 'puqProxmoxKVM Reset password' order by id desc limit 1")[0]['message'];
        $made = (string) $this->site->host()->json(['params', (string) $service])['password'];
        self::assertTrue($this->site->hasPassword($service, htmlspecialchars_decode($made, ENT_QUOTES)));
        self::assertStringContainsString(htmlspecialchars_decode($made, ENT_QUOTES), html_entity_decode($mail));
    }

    /**
     * @dataProvider forms
     * @param array<string, string> $switches
     */
    public function testTextsComeBackAsTheyWereWritten(array $switches): void
    {
        $this->site = new ModuleSite(['192.0.2.10', '192.0.2.30'], $switches);
        $client = $this->site->client('client1@example.com');
        $service = $this->ordered($client, 'abc-DEF-123');
        $ask = static function (array $fields) use ($client, $service): array {
            $answer = $client->post('clientarea.php?action=productdetails', $fields + [
                'id' => (string) $service, 'modop' => 'custom', 'a' => 'api',
            ]);
            return json_decode($answer['body'], true) ?? [$answer['status'] => $answer['body']];
        };
        $made = $ask(['op' => 'firewall_rule_add', 'direction' => 'in', 'verdict' => 'DROP', 'protocol' => 'tcp',
            'dest_port' => '25', 'comment' => self::ODD]);
        self::assertTrue($made['ok'] ?? false, (string) json_encode($made));
        self::assertSame(self::ODD, $ask(['op' => 'firewall'])['data']['rules'][0]['comment']);
        self::assertSame(self::ODD, $this->site->vm($service)['firewall']['rules'][0]['comment']);

        $staff = $this->site->staff();
        $vms = $staff->get('admin/addonmodules.php?module=puq_proxmox_kvm&page=vms')['body'];
        self::assertStringContainsString('Anna O&#039;Brien', $vms);
        $page = $client->get('clientarea.php?action=productdetails&id=' . $service)['body'];
        $seen = html_entity_decode(strip_tags($page), ENT_QUOTES);
        foreach (['VPS & Co "S"', 'Servers A & B', '€10.00', self::ODD] as $text) {
            self::assertStringContainsString($text, $seen);
        }
    }

    /** Every printable character of ASCII and one beyond the first plane of Unicode; $end tells passwords apart. */
    private static function password(string $end): string
    {
        return '!' . implode('', array_diff(array_map('chr', range(32, 126)), ['!'])) . '😀' . $end;
    }

    /** Orders by the order form, as a person does. */
    private function ordered(Browser $client, string $password): int
    {
        $client->get('cart.php?a=add&pid=1');
        $field = (int) $this->site->host()->sql("select id from tblcustomfields where relid = 1")[0]['id'];
        $answer = $client->post('cart.php?a=confproduct', [
            'pid' => '1', 'hostname' => 'vm1.example.com', 'rootpw' => $password, 'ns1prefix' => 'ns1',
            'ns2prefix' => 'ns2', 'customfield' => [$field => self::ODD],
        ]);
        self::assertSame(302, $answer['status'], $answer['body']);
        $service = (int) substr($answer['location'], (int) strrpos($answer['location'], '=') + 1);
        $this->site->until($service, 'ready');
        return $service;
    }
}
