<?php

declare(strict_types=1);

namespace Chaos;

use Standin\Testing\Address;
use Standin\Testing\Browser;
use Support\Port;
use Support\Process;

/** The served site, and browsers that ask it several things at once. */
final class Web implements Address
{
    private int $port;
    private ?Process $server = null;

    /** @var Browser[] Two sessions of the same client: a double click from two windows. */
    private array $browsers = [];
    private \CurlMultiHandle $many;

    /** @var array<int, array{0: \CurlHandle, 1: Browser, 2: callable}> */
    private array $open = [];

    public function __construct()
    {
        $this->port = Port::free();
        $this->many = curl_multi_init();
    }

    public function url(string $path): string
    {
        return "http://127.0.0.1:$this->port/$path";
    }

    public function port(): int
    {
        return $this->port;
    }

    /** Waits until the server answers, and signs in. */
    public function open(Process $server): void
    {
        $this->server = $server;
        Port::await($this->port, $server);
        foreach ([0, 1] as $number) {
            $this->browsers[$number] = new Browser($this);
            $this->browsers[$number]->signIn('client1@example.com');
        }
    }

    public function close(): void
    {
        if ($this->server !== null) {
            $this->server->stop();
        }
    }

    /**
     * Clicks on the client's page.
     *
     * @param array<string, string> $fields
     * @param callable $then Takes the decoded answer.
     */
    public function ask(int $window, int $service, array $fields, callable $then): void
    {
        $browser = $this->browsers[$window];
        $curl = $browser->prepare('clientarea.php?action=productdetails', $fields + [
            'id' => (string) $service, 'modop' => 'custom', 'a' => 'api', 'token' => $browser->token(),
        ]);
        curl_setopt($curl, CURLOPT_TIMEOUT, 120);
        curl_multi_add_handle($this->many, $curl);
        $this->open[spl_object_id($curl)] = [$curl, $browser, $then];
    }

    /** Goes on with what is under way. */
    public function turn(): void
    {
        do {
            $status = curl_multi_exec($this->many, $running);
        } while ($status === CURLM_CALL_MULTI_PERFORM);
        while (($done = curl_multi_info_read($this->many)) !== false) {
            [$curl, $browser, $then] = $this->open[spl_object_id($done['handle'])];
            unset($this->open[spl_object_id($curl)]);
            $raw = (string) curl_multi_getcontent($curl);
            curl_multi_remove_handle($this->many, $curl);
            $answer = $browser->read($curl, $raw);
            $then((array) json_decode($answer['body'], true) + ['status' => $answer['status']]);
        }
    }

    public function isIdle(): bool
    {
        return $this->open === [];
    }
}
