<?php

declare(strict_types=1);

namespace Support;

/** What the person who runs the demo said, out of the environment that make passes on. */
final class Settings
{
    public string $directory;
    public bool $once;
    public int $port;

    /** The built extension. */
    public string $extension;

    /** The built simulator. */
    public string $simulator;

    /** Address of a real cluster, or empty for the simulator. */
    public string $url;
    public string $tokenId;
    public string $tokenSecret;

    /** SHA-256 of the certificate, or empty to take what the server shows. */
    public string $fingerprint;

    /** 0 for "find one". */
    public int $template;
    public string $node;
    public string $storage;
    public string $bridge;
    public ?Pool $pool = null;

    /** Seconds that a guest on a real cluster gets to boot before it is asked to shut down. */
    public int $boot;

    public function __construct()
    {
        $this->directory = self::text('DEMO_DIR', dirname(__DIR__, 3) . '/.demo');
        $this->once = !in_array(self::text('ONCE', ''), ['', '0'], true);
        $this->port = (int) self::text('PORT', '8080');
        $this->extension = self::text('DEMO_EXTENSION', '');
        $this->simulator = self::text('DEMO_SIMULATOR', '');
        $this->url = self::text('PVE_URL', '');
        $this->tokenId = self::text('PVE_TOKEN_ID', '');
        $this->tokenSecret = self::text('PVE_TOKEN_SECRET', '');
        $this->fingerprint = self::text('PVE_FINGERPRINT', '');
        $this->template = (int) self::text('PVE_TEMPLATE', '0');
        $this->node = self::text('PVE_NODE', '');
        $this->storage = self::text('PVE_STORAGE', '');
        $this->bridge = self::text('PVE_BRIDGE', '');
        $this->boot = (int) self::text('PVE_BOOT', '60');
        $pool = self::text('PVE_POOL', '');
        $this->pool = $pool === '' ? null : Pool::parse($pool);
        if ($this->url !== '') {
            $this->checkCluster();
        }
    }

    public function isReal(): bool
    {
        return $this->url !== '';
    }

    /** The state of one kind of demo: what was made on a real cluster must outlive a demo on the simulator. */
    public function state(string $name): string
    {
        return $this->directory . '/' . ($this->isReal() ? 'cluster' : 'simulator') . '/' . $name;
    }

    private function checkCluster(): void
    {
        $this->url = self::address($this->url);
        if (preg_match('/^[^@!\s]+@[^@!\s]+![^@!\s]+$/', $this->tokenId) !== 1 || $this->tokenSecret === '') {
            throw new Problem('PVE_TOKEN_ID must look like user@realm!name, and PVE_TOKEN_SECRET be its secret.');
        }
    }

    /**
     * The address of an API, in one spelling: what was copied out of a browser or a script is taken as well.
     *
     * @throws Problem when it is none
     */
    private static function address(string $text): string
    {
        $parts = parse_url(preg_match('~^[a-z]+://~i', $text) === 1 ? $text : 'https://' . $text);
        $host = is_array($parts) ? strtolower($parts['host'] ?? '') : '';
        if ($host === '' || strtolower($parts['scheme'] ?? '') !== 'https' || isset($parts['user'])) {
            throw new Problem('PVE_URL must look like https://host:8006.');
        }
        if (!in_array(rtrim($parts['path'] ?? '', '/'), ['', '/api2', '/api2/json'], true)) {
            throw new Problem('PVE_URL must look like https://host:8006; Proxmox VE is not found below a path.');
        }
        return "https://$host:" . ($parts['port'] ?? 8006);
    }

    private static function text(string $name, string $default): string
    {
        $value = getenv($name);
        return $value === false || trim($value) === '' ? $default : trim($value);
    }
}
