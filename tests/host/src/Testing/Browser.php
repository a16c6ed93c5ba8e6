<?php

declare(strict_types=1);

namespace Standin\Testing;

/** A browser without eyes: cookies, GET, POST, the token of the last page. Redirects are not followed. */
final class Browser
{
    /** @var string[] */
    private array $cookies = [];
    private string $token = '';

    public function __construct(private Address $site)
    {
    }

    /** @return array{status: int, location: string, type: string, body: string} */
    public function get(string $path): array
    {
        return $this->send($path, null);
    }

    /**
     * @param array<string, mixed> $fields
     * @return array{status: int, location: string, type: string, body: string}
     */
    public function post(string $path, array $fields, bool $withToken = true): array
    {
        return $this->send($path, $fields + ($withToken ? ['token' => $this->token] : []));
    }

    /**
     * The page that an answer leads to; an answer that leads nowhere itself.
     *
     * @param array{status: int, location: string, type: string, body: string} $answer
     * @param string $directory where a relative address starts
     * @return array{status: int, location: string, type: string, body: string}
     */
    public function follow(array $answer, string $directory = ''): array
    {
        $target = (string) strtok($answer['location'], '#');
        return $answer['location'] === '' ? $answer : $this->get($directory . $target);
    }

    /** Signs in as a client. */
    public function signIn(string $email): void
    {
        $this->get('index.php?rp=/login');
        $this->post('dologin.php', ['username' => $email, 'password' => 'password']);
        $this->get('clientarea.php');
    }

    /** Signs in as staff. */
    public function signInStaff(string $name, string $directory = 'admin'): void
    {
        $this->get($directory . '/login.php');
        $this->post($directory . '/dologin.php', ['username' => $name, 'password' => 'password']);
        $this->get($directory . '/index.php');
    }

    public function token(): string
    {
        return $this->token;
    }

    /**
     * A request ready to be sent, for those who send several at once; read() takes its answer.
     *
     * @param array<string, mixed>|null $fields of a form; null asks by GET
     */
    public function prepare(string $path, ?array $fields): \CurlHandle
    {
        $curl = curl_init($this->site->url($path));
        curl_setopt_array($curl, [
            CURLOPT_RETURNTRANSFER => true, CURLOPT_HEADER => true, CURLOPT_TIMEOUT => 20,
            CURLOPT_COOKIE => implode('; ', $this->cookies),
        ]);
        if ($fields !== null) {
            curl_setopt($curl, CURLOPT_POSTFIELDS, http_build_query($fields));
        }
        return $curl;
    }

    /** @return array{status: int, location: string, type: string, body: string} */
    public function read(\CurlHandle $curl, string $raw): array
    {
        $size = (int) curl_getinfo($curl, CURLINFO_HEADER_SIZE);
        $head = substr($raw, 0, $size);
        $body = substr($raw, $size);
        preg_match_all('/^Set-Cookie:\s*([^=]+)=([^;\r\n]*)/mi', $head, $found, PREG_SET_ORDER);
        foreach ($found as $cookie) {
            $this->cookies[$cookie[1]] = $cookie[1] . '=' . $cookie[2];
        }
        if (preg_match("/csrfToken = '([0-9a-f]+)'/", $body, $match) === 1) {
            $this->token = $match[1];
        }
        preg_match('/^Location:\s*(\S+)/mi', $head, $location);
        $answer = [
            'status' => (int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE), 'location' => $location[1] ?? '',
            'type' => (string) curl_getinfo($curl, CURLINFO_CONTENT_TYPE), 'body' => $body,
        ];
        curl_close($curl);
        return $answer;
    }

    /** @return array{status: int, location: string, type: string, body: string} */
    private function send(string $path, ?array $fields): array
    {
        $curl = $this->prepare($path, $fields);
        return $this->read($curl, (string) curl_exec($curl));
    }
}
