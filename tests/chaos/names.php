<?php

/**
 * A name server with PowerDNS's API, for PHP's own web server. NAMES is its directory: "mode" says how it fails,
 * "records.json" what it holds. Answers as PowerDNS's documentation has them.
 */

declare(strict_types=1);

$home = (string) getenv('NAMES');
$say = static function (int $status, string $body, string $type = 'application/json'): void {
    http_response_code($status);
    header("Content-Type: $type");
    echo $body;
};
$mode = trim((string) @file_get_contents("$home/mode"));
$naps = ['fails slowly' => 3, 'hangs' => 16];
sleep($naps[$mode] ?? 0);
switch ($mode) {
    case 'fails':
    case 'fails slowly':
    case 'hangs':
        $say(500, '{"error": "Internal Server Error"}');
        return true;
    case 'limits':
        header('Retry-After: 30');
        $say(429, '');
        return true;
    case 'denies':
        $say(401, 'Unauthorized', 'text/plain');
        return true;
    case 'answers nonsense':
        $say(200, '{"success": true, "result": 5, "name": []}');
        return true;
    case 'shows a page':
        $say(200, '<html>It works!</html>', 'text/html');
        return true;
}
$change = json_decode((string) file_get_contents('php://input'), true);
$file = fopen("$home/records.json", 'c+');
flock($file, LOCK_EX);
$records = (array) json_decode((string) stream_get_contents($file), true);
foreach ($change['rrsets'] ?? [] as $set) {
    $key = rtrim($set['name'], '.') . ' ' . $set['type'];
    unset($records[$key]);
    if ($set['changetype'] === 'REPLACE') {
        $records[$key] = array_map(static function (array $record): string {
            return rtrim($record['content'], '.');
        }, $set['records']);
    }
}
rewind($file);
ftruncate($file, 0);
fwrite($file, (string) json_encode($records));
fclose($file);
// Done, and nobody hears of it.
$mode === 'loses its answers' ? $say(504, '') : $say(204, '');
return true;
