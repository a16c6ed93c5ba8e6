<?php

declare(strict_types=1);

namespace Standin\Tests;

require_once __DIR__ . '/support/HostTestCase.php';

/** `$params` key by key against a golden file, in both id forms. */
final class ParamsTest extends HostTestCase
{
    private const IDS = ['accountid', 'serviceid', 'addonId', 'userid', 'packageid', 'pid', 'serverid'];

    public function testParamsAreExactlyAsRecorded(): void
    {
        $service = $this->site->order(['--option', 'RAM=4']);
        $switches = ['STANDIN_WHMCS' => '8.13', 'STANDIN_IDS' => 'int'];
        $text = $this->site->mustRun(['params', (string) $service], $switches);
        $params = $this->normalise((array) json_decode($text, true));
        $file = __DIR__ . '/golden/params.json';
        $text = json_encode($params, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE) . "\n";
        if (getenv('STANDIN_BLESS') === '1') {
            file_put_contents($file, $text);
        }
        self::assertSame((string) file_get_contents($file), $text);
    }

    public function testIdsMayBeTexts(): void
    {
        $service = $this->site->order();
        $text = $this->site->mustRun(['params', (string) $service], ['STANDIN_IDS' => 'string']);
        $params = json_decode($text, true);
        foreach (self::IDS as $key) {
            self::assertIsString($params[$key], $key);
        }
        self::assertIsString($params['clientsdetails']['userid']);
    }

    public function testTheVersionFollowsTheSwitch(): void
    {
        $service = $this->site->order();
        $text = $this->site->mustRun(['params', (string) $service], ['STANDIN_WHMCS' => '9.0']);
        self::assertSame('9.0.1-release.1', json_decode($text, true)['whmcsVersion']);
    }

    public function testWithoutAPortTheModulesDefaultCounts(): void
    {
        $service = $this->site->order();
        $this->site->mustRun(['server', 'set', '1', '--port', '', '--insecure']);
        $params = $this->site->json(['params', (string) $service]);
        self::assertSame(['8005', 'http', false], [
            $params['serverport'], $params['serverhttpprefix'], $params['serversecure'],
        ]);
    }

    /** Random values become fixed ones of the same shape. */
    private function normalise(array $params): array
    {
        self::assertSame(14, strlen($params['password']));
        self::assertMatchesRegularExpression(
            '/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/',
            $params['clientsdetails']['uuid']
        );
        $params['password'] = 'aaaaaaaaaa';
        $params['clientsdetails']['uuid'] = '00000000-0000-4000-a000-000000000000';
        return $params;
    }
}
