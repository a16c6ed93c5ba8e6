<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * Numbers as people read them.
 */
final class Quantity
{
    private Lang $lang;

    public function __construct(Lang $lang)
    {
        $this->lang = $lang;
    }

    public function uptime(int $seconds): string
    {
        $values = [
            'days' => intdiv($seconds, 86400),
            'hours' => intdiv($seconds % 86400, 3600),
            'minutes' => intdiv($seconds % 3600, 60),
        ];
        if ($values['days'] > 0) {
            return $this->lang->text('uptime_days', $values);
        }
        return $this->lang->text($values['hours'] > 0 ? 'uptime_hours' : 'uptime_minutes', $values);
    }

    /** @param float|int|string $bytes */
    public function gibibytes($bytes): string
    {
        return $this->number((float) $bytes / 1073741824) . ' GiB';
    }

    /** @param mixed $value Seconds since 1970, or a text that is ready to be shown. */
    public static function moment($value): string
    {
        return is_int($value) ? date('Y-m-d H:i:s', $value) : (string) ($value ?? '');
    }

    /**
     * One decimal at most, and none where it says nothing.
     *
     * @param float|int|string $value
     */
    public function number($value): string
    {
        $text = number_format((float) $value, 1, '.', '');
        return substr($text, -2) === '.0' ? substr($text, 0, -2) : $text;
    }

    /**
     * @param float|int|string $percent
     * @return string Colour of a bar: calm below 50 percent, loud above 80.
     */
    public function level($percent): string
    {
        if ((float) $percent > 80) {
            return 'high';
        }
        return (float) $percent >= 50 ? 'middle' : 'low';
    }

    /**
     * @param float|int|string $value
     * @return string "Unlimited" for zero: Proxmox knows no limit of nothing.
     */
    public function limit($value, string $unit): string
    {
        return (float) $value > 0 ? $this->number($value) . ' ' . $unit : $this->lang->text('unlimited');
    }
}
