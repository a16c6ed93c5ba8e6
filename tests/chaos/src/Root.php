<?php

declare(strict_types=1);

namespace Chaos;

use Support\Problem;

/** The API as root@pam uses it, signed in with a password. */
final class Root
{
    /** @var string[] */
    private array $headers = [];

    public function __construct(private string $url, string $password)
    {
        $ticket = $this->call('POST', '/access/ticket', ['username' => 'root@pam', 'password' => $password]);
        $this->headers = [
            'Cookie: PVEAuthCookie=' . $ticket['ticket'], 'CSRFPreventionToken: ' . $ticket['CSRFPreventionToken'],
        ];
    }

    /**
     * @param array<string, string> $fields
     * @return mixed
     * @throws Problem when it is refused, or nobody answers
     */
    public function call(string $method, string $path, array $fields)
    {
        $context = stream_context_create([
            'http' => [
                'method' => $method, 'timeout' => 20, 'ignore_errors' => true,
                'header' => array_merge($this->headers, [
                    'Connection: close', 'Content-Type: application/x-www-form-urlencoded',
                ]),
                'content' => http_build_query($fields),
            ],
            // Only ever the simulator on this machine.
            'ssl' => ['verify_peer' => false, 'verify_peer_name' => false],
        ]);
        $text = @file_get_contents($this->url . '/api2/json' . $path, false, $context);
        $status = $text === false ? 'no answer' : (string) ($http_response_header[0] ?? '');
        // The reason behind it may name a VM 200.
        if (preg_match('~^HTTP/\S+ 200( |$)~', $status) !== 1) {
            throw new Problem("$method $path: $status");
        }
        return json_decode((string) $text, true)['data'] ?? null;
    }
}
