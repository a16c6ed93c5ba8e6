<?php

declare(strict_types=1);

namespace Support;

/** A Proxmox VE API, real or simulated, as the demo itself asks it: to look around before, and to show afterwards. */
final class Cluster
{
    private string $authorization;

    /** SHA-256 of the certificate, 64 hexadecimal digits. */
    private string $fingerprint;

    public function __construct(private string $url, string $tokenId, string $tokenSecret, string $fingerprint)
    {
        $this->authorization = "PVEAPIToken=$tokenId=$tokenSecret";
        $this->fingerprint = self::digits($fingerprint);
    }

    /**
     * The SHA-256 fingerprint of the certificate that a server shows, written as Proxmox writes it.
     *
     * @throws Problem when it cannot be reached
     */
    public static function fingerprintOf(string $url): string
    {
        $parts = parse_url($url);
        $context = stream_context_create(['ssl' => [
            'verify_peer' => false, 'verify_peer_name' => false, 'capture_peer_cert' => true,
        ]]);
        $address = 'ssl://' . $parts['host'] . ':' . $parts['port'];
        $socket = @stream_socket_client($address, $number, $text, 15, STREAM_CLIENT_CONNECT, $context);
        if ($socket === false) {
            throw new Problem("$url cannot be reached" . ($text === '' ? '.' : ": $text."));
        }
        $certificate = stream_context_get_options($context)['ssl']['peer_certificate'];
        fclose($socket);
        $digits = strtoupper((string) openssl_x509_fingerprint($certificate, 'sha256'));
        return implode(':', str_split($digits, 2));
    }

    /**
     * @return mixed The answer's data.
     * @throws Problem when the call is refused
     */
    public function get(string $path)
    {
        return $this->call('GET', $path, []);
    }

    /**
     * @param array<string, scalar> $fields
     * @return mixed The answer's data.
     * @throws Problem when the call is refused
     */
    public function call(string $method, string $path, array $fields)
    {
        $body = http_build_query($fields);
        $query = $method === 'DELETE' && $body !== '' ? '?' . $body : '';
        [$status, $text] = $this->send($method, '/api2/json' . $path . $query, $query === '' ? $body : '');
        if ($status !== 200) {
            throw new Problem("Proxmox refuses $method $path: $status $text");
        }
        return json_decode($text, true)['data'] ?? null;
    }

    /**
     * Uploads a file to a storage.
     *
     * @return string the task that puts it in place
     * @throws Problem when that is refused
     */
    public function upload(string $path, string $content, string $name, string $bytes): string
    {
        $border = bin2hex(random_bytes(16));
        $body = "--$border\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\n$content\r\n"
            . "--$border\r\nContent-Disposition: form-data; name=\"filename\"; filename=\"$name\"\r\n"
            . "Content-Type: application/octet-stream\r\n\r\n$bytes\r\n--$border--\r\n";
        [$status, $text] = $this->send('POST', '/api2/json' . $path, $body, "multipart/form-data; boundary=$border");
        if ($status !== 200) {
            throw new Problem("Proxmox refuses POST $path: $status $text");
        }
        return (string) (json_decode($text, true)['data'] ?? '');
    }

    /** Waits until a task has ended. @throws Problem when it failed */
    public function await(string $upid): void
    {
        $node = explode(':', $upid)[1] ?? '';
        do {
            usleep(300000);
            $status = (array) $this->get("/nodes/$node/tasks/" . rawurlencode($upid) . '/status');
        } while (($status['status'] ?? '') === 'running');
        $end = (string) ($status['exitstatus'] ?? '');
        if ($end !== 'OK' && strpos($end, 'WARNINGS') !== 0) {
            throw new Problem("The task $upid ended with: $end");
        }
    }

    /** The simulator's own view of itself, or what else it is asked. @return array<string, mixed> */
    public function simulated(string $what = 'state'): array
    {
        return (array) (json_decode($this->send('GET', "/sim/$what", '')[1], true)['data'] ?? []);
    }

    /** Makes, changes or deletes a VM of the simulator behind everybody's back. @param array<string, mixed> $change */
    public function meddle(array $change): void
    {
        $this->control('vm', $change);
    }

    /** Tells the simulator something that no real cluster can be told. @param array<mixed> $body */
    public function control(string $what, array $body): void
    {
        [$status, $text] = $this->send('POST', '/sim/' . $what, (string) json_encode($body));
        if ($status !== 200) {
            throw new Problem("The simulator refuses: $text");
        }
    }

    /** @return array{0: int, 1: string} Status, and the body or (where there is none) the reason. */
    private function send(
        string $method,
        string $path,
        string $body,
        string $type = 'application/x-www-form-urlencoded'
    ): array {
        $context = stream_context_create([
            'http' => [
                'method' => $method, 'timeout' => 60, 'ignore_errors' => true, 'follow_location' => 0,
                'header' => ['Authorization: ' . $this->authorization, 'Connection: close']
                    + ($body === '' ? [] : [2 => 'Content-Type: ' . $type]),
                'content' => $body,
            ],
            'ssl' => [
                'verify_peer' => false, 'verify_peer_name' => false,
                'peer_fingerprint' => ['sha256' => $this->fingerprint],
            ],
        ]);
        $text = @file_get_contents($this->url . $path, false, $context);
        if ($text === false) {
            $last = error_get_last();
            throw new Problem("$this->url does not answer, or shows another certificate than the pinned one: "
                . preg_replace('/^.*: /s', '', (string) ($last['message'] ?? '')));
        }
        preg_match('~^HTTP/\S+ (\d+) ?(.*)$~', $http_response_header[0] ?? '', $match);
        return [(int) ($match[1] ?? 0), $text === '' ? (string) ($match[2] ?? '') : $text];
    }

    /** @throws Problem unless it is a SHA-256 */
    private static function digits(string $fingerprint): string
    {
        $digits = strtolower(str_replace(':', '', $fingerprint));
        if (preg_match('/^[0-9a-f]{64}$/', $digits) !== 1) {
            throw new Problem('PVE_FINGERPRINT must be a SHA-256 fingerprint: 64 hexadecimal digits, colons allowed.');
        }
        return $digits;
    }
}
