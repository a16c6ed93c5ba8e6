<?php

declare(strict_types=1);

namespace Standin\Testing;

use Standin\Seed;

/**
 * A real browser for tests: headless Chromium, spoken to over its debugging pipe, so no port and no driver is needed.
 * Waiting is always for a condition, with a deadline.
 */
final class Chrome
{
    private const DEADLINE = 20.0;

    /** @var resource */
    private $process;

    /** @var resource */
    private $input;

    /** @var resource */
    private $output;

    /** @var string */
    private $buffer = '';

    /** @var string */
    private $profile;

    /** @var int */
    private $lastId = 0;

    /** @var string */
    private $session = '';

    /** @var string[] */
    private $complaints = [];

    /** Whether a Chromium is installed. */
    public static function isInstalled(): bool
    {
        return self::program() !== '';
    }

    public function __construct(int $width = 1280, int $height = 900)
    {
        $this->profile = sys_get_temp_dir() . '/standin-chrome-' . bin2hex(random_bytes(4));
        $command = [
            self::program(), '--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
            '--hide-scrollbars', '--no-first-run',
            '--user-data-dir=' . $this->profile, '--window-size=' . $width . ',' . $height,
            '--remote-debugging-pipe', 'about:blank',
        ];
        $null = ['file', '/dev/null', 'w'];
        $pipes = [];
        $process = proc_open($command, [0 => ['file', '/dev/null', 'r'], 1 => $null, 2 => $null, 3 => ['pipe', 'r'],
            4 => ['pipe', 'w']], $pipes);
        if (!is_resource($process)) {
            throw new \RuntimeException('Chromium did not start.');
        }
        $this->process = $process;
        [$this->input, $this->output] = [$pipes[3], $pipes[4]];
        stream_set_blocking($this->output, false);
        $target = $this->command('Target.createTarget', ['url' => 'about:blank'])['targetId'];
        $attached = $this->command('Target.attachToTarget', ['targetId' => $target, 'flatten' => true]);
        $this->session = $attached['sessionId'];
        foreach (['Page.enable', 'Runtime.enable', 'Log.enable'] as $method) {
            $this->command($method);
        }
    }

    /** Opens an address and waits until the page is loaded. */
    public function open(string $url): void
    {
        $this->command('Page.navigate', ['url' => $url]);
        $this->waitFor('document.readyState === "complete" && location.href !== "about:blank"');
    }

    /** Evaluates an expression in the page; promises are awaited. @return mixed */
    public function evaluate(string $expression)
    {
        $answer = $this->command('Runtime.evaluate', [
            'expression' => $expression, 'returnByValue' => true, 'awaitPromise' => true,
        ]);
        if (isset($answer['exceptionDetails'])) {
            throw new \RuntimeException('In the page: ' . json_encode($answer['exceptionDetails']));
        }
        return $answer['result']['value'] ?? null;
    }

    /** Waits until an expression is true; a page that is just being replaced counts as not yet. */
    public function waitFor(string $condition): void
    {
        $end = microtime(true) + self::DEADLINE;
        do {
            try {
                if ($this->evaluate('Boolean(' . $condition . ')') === true) {
                    return;
                }
            } catch (\RuntimeException $error) {
                $last = $error->getMessage();
            }
            usleep(30000);
        } while (microtime(true) < $end);
        throw new \RuntimeException('Never became true: ' . $condition . ' ' . ($last ?? ''));
    }

    /** Clicks the first element of a selector as a user does. */
    public function click(string $selector): void
    {
        $this->waitFor('document.querySelector(' . json_encode($selector) . ')');
        $this->evaluate('void document.querySelector(' . json_encode($selector) . ').click()');
    }

    /** Puts text into a field and tells the page. */
    public function fill(string $selector, string $text): void
    {
        $this->waitFor('document.querySelector(' . json_encode($selector) . ')');
        $this->evaluate('(function (field) { field.value = ' . json_encode($text) . ';'
            . ' field.dispatchEvent(new Event("input", {bubbles: true}));'
            . ' field.dispatchEvent(new Event("change", {bubbles: true})); })'
            . '(document.querySelector(' . json_encode($selector) . '))');
    }

    /** The visible text of the page. */
    public function text(): string
    {
        return (string) $this->evaluate('document.body.innerText');
    }

    /** Signs a seeded client in. */
    public function signIn(string $base, string $email): void
    {
        $this->open($base . 'index.php?rp=/login');
        $this->fill('#inputEmail', $email);
        $this->fill('#inputPassword', Seed::PASSWORD);
        $this->click('#login');
        $this->waitFor('document.readyState === "complete" && document.querySelector("a[href$=\"logout.php\"]")');
    }

    /** Signs seeded staff in. */
    public function signInStaff(string $base, string $name, string $directory = 'admin'): void
    {
        $this->open($base . $directory . '/login.php');
        $this->fill('input[name=username]', $name);
        $this->fill('input[name=password]', Seed::PASSWORD);
        $this->click('button');
        $this->waitFor('document.readyState === "complete" && document.querySelector(".admin-nav")');
    }

    /** Presses a key: Tab, Enter or Escape. */
    public function key(string $key): void
    {
        $codes = ['Tab' => 9, 'Enter' => 13, 'Escape' => 27];
        $event = ['key' => $key, 'code' => $key, 'windowsVirtualKeyCode' => $codes[$key]];
        $text = $key === 'Enter' ? ['text' => "\r"] : [];
        $this->command('Input.dispatchKeyEvent', ['type' => $text === [] ? 'rawKeyDown' : 'keyDown'] + $event + $text);
        $this->command('Input.dispatchKeyEvent', ['type' => 'keyUp'] + $event);
    }

    /** Runs a script in every page that is opened from now on, before its own scripts. */
    public function beforeEachPage(string $script): void
    {
        $this->command('Page.addScriptToEvaluateOnNewDocument', ['source' => $script]);
    }

    /** Saves a picture (PNG) of what is in the window. */
    public function screenshot(string $file): void
    {
        $answer = $this->command('Page.captureScreenshot', ['format' => 'png']);
        file_put_contents($file, base64_decode($answer['data']));
    }

    /** Changes the size of the window, e.g. to that of a phone. */
    public function resize(int $width, int $height): void
    {
        $this->command('Emulation.setDeviceMetricsOverride', [
            'width' => $width, 'height' => $height, 'deviceScaleFactor' => 1, 'mobile' => false,
        ]);
    }

    /** @return string[] script errors and failed requests so far */
    public function complaints(): array
    {
        $this->evaluate('1');
        return $this->complaints;
    }

    /** Ends the browser and removes its profile. */
    public function close(): void
    {
        // Asked to close, it ends its helpers first; killed, they would still write to the profile.
        fwrite($this->input, json_encode(['id' => ++$this->lastId, 'method' => 'Browser.close']) . "\0");
        $end = microtime(true) + self::DEADLINE;
        while (proc_get_status($this->process)['running'] && microtime(true) < $end) {
            fread($this->output, 65536);
            usleep(20000);
        }
        proc_terminate($this->process);
        fclose($this->input);
        fclose($this->output);
        proc_close($this->process);
        exec('rm -rf ' . escapeshellarg($this->profile));
    }

    /**
     * @param array<string, mixed> $params
     * @return array<string, mixed>
     */
    private function command(string $method, array $params = []): array
    {
        $id = ++$this->lastId;
        $message = ['id' => $id, 'method' => $method, 'params' => (object) $params];
        if ($this->session !== '') {
            $message['sessionId'] = $this->session;
        }
        fwrite($this->input, json_encode($message) . "\0");
        $end = microtime(true) + self::DEADLINE;
        while (microtime(true) < $end) {
            $answer = $this->read();
            if (($answer['id'] ?? 0) !== $id) {
                $this->note($answer);
                continue;
            }
            if (isset($answer['error'])) {
                throw new \RuntimeException($method . ': ' . $answer['error']['message']);
            }
            return (array) $answer['result'];
        }
        throw new \RuntimeException('Chromium did not answer ' . $method . '.');
    }

    /** @return array<string, mixed> the next message, empty when none came within a moment */
    private function read(): array
    {
        while (($end = strpos($this->buffer, "\0")) === false) {
            $ready = [$this->output];
            $none = null;
            if (stream_select($ready, $none, $none, 0, 200000) === 0) {
                return [];
            }
            $chunk = (string) fread($this->output, 65536);
            if ($chunk === '' && feof($this->output)) {
                throw new \RuntimeException('Chromium ended.');
            }
            $this->buffer .= $chunk;
        }
        $message = substr($this->buffer, 0, $end);
        $this->buffer = substr($this->buffer, $end + 1);
        return (array) json_decode($message, true);
    }

    /** @param array<string, mixed> $event */
    private function note(array $event): void
    {
        if (($event['method'] ?? '') === 'Runtime.exceptionThrown') {
            $details = $event['params']['exceptionDetails'];
            $this->complaints[] = (string) ($details['exception']['description'] ?? $details['text']);
        }
        $entry = $event['params']['entry'] ?? null;
        $isIcon = strpos((string) ($entry['url'] ?? ''), 'favicon') !== false;
        if (($event['method'] ?? '') === 'Log.entryAdded' && $entry['level'] === 'error' && !$isIcon) {
            $this->complaints[] = $entry['text'] . ' ' . ($entry['url'] ?? '');
        }
    }

    private static function program(): string
    {
        foreach (['chromium', 'chromium-browser', 'google-chrome'] as $name) {
            foreach (explode(':', (string) getenv('PATH')) as $directory) {
                if (is_executable($directory . '/' . $name)) {
                    return $directory . '/' . $name;
                }
            }
        }
        return '';
    }
}
