<?php

declare(strict_types=1);

namespace Bench;

use Support\Problem;

/** Just enough FastCGI to ask php-fpm for one script. */
final class FastCgi
{
    private const BEGIN = 1;
    private const END = 3;
    private const PARAMS = 4;
    private const STDIN = 5;
    private const STDOUT = 6;

    public function __construct(private string $socket)
    {
    }

    /** @return string the answer's body */
    public function ask(string $script): string
    {
        $stream = stream_socket_client('unix://' . $this->socket, $number, $text, 30);
        if ($stream === false) {
            throw new Problem("php-fpm cannot be reached: $text");
        }
        $params = '';
        $pairs = [
            'SCRIPT_FILENAME' => $script, 'SCRIPT_NAME' => '/page.php', 'REQUEST_METHOD' => 'GET',
            'REQUEST_URI' => '/page.php', 'SERVER_PROTOCOL' => 'HTTP/1.1', 'QUERY_STRING' => '',
        ];
        foreach ($pairs as $name => $value) {
            $params .= self::length($name) . self::length($value) . $name . $value;
        }
        // Role 1: responder; flag 0: the connection is closed after the answer.
        fwrite($stream, self::record(self::BEGIN, "\0\1\0\0\0\0\0\0") . self::record(self::PARAMS, $params)
            . self::record(self::PARAMS, '') . self::record(self::STDIN, ''));
        $output = '';
        while (strlen($header = (string) stream_get_contents($stream, 8)) === 8) {
            $parts = (array) unpack('Cversion/Ckind/nid/nlength/Cpadding', $header);
            $content = $parts['length'] > 0 ? (string) stream_get_contents($stream, $parts['length']) : '';
            if ($parts['padding'] > 0) {
                stream_get_contents($stream, $parts['padding']);
            }
            if ($parts['kind'] === self::STDOUT) {
                $output .= $content;
            } elseif ($parts['kind'] === self::END) {
                break;
            }
        }
        fclose($stream);
        [$head, $body] = explode("\r\n\r\n", $output, 2) + ['', ''];
        if (preg_match('/^Status: (?!200)(\d+)/m', $head, $match) === 1) {
            throw new Problem("$script answers {$match[1]}: $body");
        }
        return $body;
    }

    private static function length(string $text): string
    {
        $length = strlen($text);
        return $length < 128 ? chr($length) : pack('N', $length | 0x80000000);
    }

    private static function record(int $kind, string $content): string
    {
        return pack('CCnnCC', 1, $kind, 1, strlen($content), 0, 0) . $content;
    }
}
