<?php

declare(strict_types=1);

namespace Contract;

use Standin\Testing\Browser;

require_once dirname(__DIR__) . '/support/autoload.php';

/**
 * A cluster that takes connections and never answers: pages are drawn without asking it, and while a poll waits for it
 * the rest of the reader's session goes on.
 */
final class HangingTest extends DeliveredTestCase
{
    /** @var resource it listens, and nobody reads */
    private static $silence;

    public static function setUpBeforeClass(): void
    {
        parent::setUpBeforeClass();
        self::$silence = stream_socket_server('tcp://127.0.0.1:0');
        $address = explode(':', (string) stream_socket_get_name(self::$silence, false));
        self::$site->host()->mustRun(['server', 'set', '1', '--host', $address[0], '--port', $address[1]]);
    }

    public static function tearDownAfterClass(): void
    {
        fclose(self::$silence);
        parent::tearDownAfterClass();
    }

    /** @dataProvider pages */
    public function testAPageIsDrawnWithoutAskingTheCluster(string $who, string $path, string $text): void
    {
        $browser = $who === 'client' ? self::$site->client('client1@example.com') : self::$site->staff();
        $page = $browser->get(str_replace('{service}', (string) self::$service, $path));
        self::assertSame(200, $page['status']);
        self::assertStringContainsString($text, $page['body']);
        self::assertNull($this->caller(0), 'The page asked Proxmox while it was built.');
    }

    public static function pages(): array
    {
        return [
            'client' => ['client', 'clientarea.php?action=productdetails&id={service}', '192.0.2.10'],
            'service' => ['staff', 'admin/clientsservices.php?userid=1&id={service}', 'data-kvm'],
            'product' => ['staff', 'admin/configproducts.php?action=edit&id=1', 'puqkvm['],
        ];
    }

    /**
     * @dataProvider polls
     * @param string $page whose script asks
     * @param string $other a page of the same session
     */
    public function testTheSessionGoesOnWhileAPollWaits(string $who, string $page, string $other): void
    {
        $browser = $this->browser($who);
        $poll = $this->poll($browser, str_replace('{service}', (string) self::$service, $page));
        $running = curl_multi_init();
        curl_multi_add_handle($running, $poll);
        $caller = null;
        for ($turn = 0; $turn < 400 && $caller === null; $turn++) {
            curl_multi_exec($running, $active);
            $caller = $this->caller(0.05);
        }
        self::assertNotNull($caller, 'The poll does not ask Proxmox, so this shows nothing.');
        self::assertSame(200, $browser->get($other)['status']);
        curl_multi_exec($running, $active);
        self::assertSame(1, $active, 'The poll had its answer before the other page: nothing was shown.');
        // The end of the silence, so that the poll ends too.
        fclose($caller);
        while ($active > 0) {
            curl_multi_exec($running, $active);
            $next = $this->caller(0.02);
            if ($next !== null) {
                fclose($next);
            }
        }
        curl_multi_close($running);
    }

    public static function polls(): array
    {
        $client = 'clientarea.php?action=productdetails&id={service}';
        $service = 'admin/clientsservices.php?userid=1&id={service}';
        return [
            'client' => ['client', $client, 'clientarea.php?action=services'],
            'staff with the addon' => ['admin', $service, 'admin/clientsservices.php'],
            'staff without the addon' => ['support', $service, 'admin/clientsservices.php'],
            'product' => ['admin', 'admin/configproducts.php?action=edit&id=1', 'admin/configproducts.php'],
        ];
    }

    /** The request that a page's script makes first, as the page tells it to. */
    private function poll(Browser $browser, string $path): \CurlHandle
    {
        $body = $browser->get($path)['body'];
        $read = static function (string $name) use ($body): string {
            return preg_match('/ data-' . $name . '="([^"]*)"/', $body, $match) === 1
                ? html_entity_decode($match[1], ENT_QUOTES) : '';
        };
        $folder = strncmp($path, 'admin/', 6) === 0 ? 'admin/' : '';
        $fields = json_decode($read('params'), true);
        $poll = $browser->prepare($folder . $read('endpoint'), $fields === null ? null : $fields + ['op' => 'status']);
        curl_setopt($poll, CURLOPT_HTTPHEADER, ['X-Requested-With: XMLHttpRequest']);
        return $poll;
    }

    private function browser(string $who): Browser
    {
        if ($who === 'client') {
            return self::$site->client('client1@example.com');
        }
        $browser = new Browser(self::$site->host());
        $browser->signInStaff($who);
        return $browser;
    }

    /** Who asks the silent cluster within so many seconds. @return resource|null */
    private function caller(float $seconds)
    {
        $caller = @stream_socket_accept(self::$silence, $seconds);
        return $caller === false ? null : $caller;
    }
}
