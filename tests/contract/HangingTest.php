<?php

declare(strict_types=1);

namespace Contract;

// phpcs:disable PSR1.Files.SideEffects -- the tests run without an autoloader

use Standin\Testing\Browser;

require_once __DIR__ . '/SiteTestCase.php';

/**
 * A cluster that takes connections and never answers: pages are drawn without asking it, and while a poll waits for it
 * the rest of the reader's session goes on.
 */
final class HangingTest extends SiteTestCase
{
    /** @var int */
    private static $service;

    /** @var resource it listens, and nobody reads */
    private static $silence;

    public static function setUpBeforeClass(): void
    {
        parent::setUpBeforeClass();
        self::$service = self::$site->delivered();
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

    /** @dataProvider polls */
    public function testTheSessionGoesOnWhileAPollWaits(string $who, string $path, array $fields, string $other): void
    {
        $browser = $who === 'client' ? self::$site->client('client1@example.com') : self::$site->staff();
        $fields = str_replace('{service}', (string) self::$service, $fields) + ['token' => $browser->token()];
        $poll = $browser->prepare(str_replace('{service}', (string) self::$service, $path), $fields);
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
        $api = ['id' => '{service}', 'modop' => 'custom', 'a' => 'api', 'op' => 'status'];
        return [
            'client' => ['client', 'clientarea.php?action=productdetails', $api, 'clientarea.php?action=services'],
        ];
    }

    /** Who asks the silent cluster within so many seconds. @return resource|null */
    private function caller(float $seconds)
    {
        $caller = @stream_socket_accept(self::$silence, $seconds);
        return $caller === false ? null : $caller;
    }
}
