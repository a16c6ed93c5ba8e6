<?php

declare(strict_types=1);

namespace Odd;

/** Values that nobody types by accident, one after another; the same seed gives the same ones. */
final class Strings
{
    private const KNOWN = [
        // SQL
        "' OR 1=1 -- ", "'; DROP TABLE tblhosting; --", '" OR ""="', '\\\' UNION SELECT 1', '`id`', '%_%', "1' AND '1",
        '1; UPDATE tblhosting SET domain=1', "\\", "x' || (select password from tblservers) || '",
        // HTML, scripts, templates
        '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", '</textarea><b>',
        '&lt;b&gt;&amp;', '{$smarty.version}', '{php}phpinfo();{/php}', '{{7*7}}', '${7*7}', 'javascript:alert(1)',
        // shells
        '$(reboot)', '`id`', '; rm -rf /', '| cat /etc/passwd', '&& true', "a\nb; reboot", '-e', '--help', '--task=',
        // paths
        '../../../../etc/passwd', '..%2f..%2fetc%2fpasswd', '/etc/passwd', 'C:\\Windows\\win.ini', 'php://filter/x',
        'file:///etc/passwd', '/dev/zero', "/etc/passwd\0.iso", '.', '..', '/', '//', 'local:iso/../../x.iso',
        // what Proxmox takes apart
        'vmbr0,firewall=0', 'vmbr0,tag=1', 'local:9000/base.qcow2', 'a=b', 'ip=dhcp,gw=1', 'scsi0', '1;2', 'a b', 'a,b',
        'order=scsi0', 'local-lvm:vm-9000-disk-0', '-delete', '+1G', '1G', '0x10', 'none,media=cdrom', 'UPID:pve1:1',
        // numbers
        '-1', '0', '00', '-0', '1.5', '1,5', '1e3', '1e309', '0x1F', 'NaN', 'nan', 'INF', '-INF', 'Infinity', ' 7 ',
        '+7',
        '1_000', '4294967296', '9223372036854775807', '9223372036854775808', '-9223372036854775809',
        '99999999999999999999999999999999', '١٢', '１２', '²', '½', '1 000', "1\u{a0}000", '1e-5', '.5', '5.', '٫5',
        // addresses and names
        '300.1.1.1', '1.2.3', '1.2.3.4.5', '010.0.0.1', '0x7f000001', '::', '::1%eth0', 'fe80::1', '1.2.3.4/33',
        '::ffff:1.2.3.4', '2001:db8::/129', 'a..b', '.a.', '-a.example', 'xn--', 'пример.рф', 'a_b', '*',
        '*.example.com',
        'a.example.com.', '@', 'localhost', 'http://192.0.2.1/', '[::1]', 'user:pass@host', 'AA:BB', ':',
        '!token',
        // letters
        "\u{202e}abc", "\u{feff}abc", "a\u{200b}b", "e\u{301}", "\u{1F4A9}", "\u{10FFFF}", 'ﬁ', 'İı', 'ß', "\u{fffd}",
        "\xed\xa0\x80", "\xc0\xaf", "\x80", "\xff\xfe", "\xf4\x90\x80\x80", "abc\xe2\x82",
        // control characters
        "a\0b", "\0", "\x1b[31mred", "a\r\nX-Injected: 1", "a\tb", "a\nb", "\x7f", "\x08", "\u{85}", "\u{2028}",
        // words that mean something somewhere
        'null', 'true', 'false', 'undefined', '__KEEP__', '__proto__', 'constructor', 'on', 'off', 'yes', 'N/A', 'none',
        'REINSTALL', 'ready', 'remove', 'terminate', 'admin', 'root@pam', 'automatically', '', ' ', '  ',
    ];

    /** @var \Closure(int, int): int */
    private $draw;

    public function __construct(int $seed)
    {
        // A generator of our own: the process's is shared with whatever else asks for chance.
        $state = $seed & 0x7fffffff ?: 1;
        $this->draw = static function (int $low, int $high) use (&$state): int {
            $state = ($state * 48271) % 0x7fffffff;
            return $low + $state % ($high - $low + 1);
        };
    }

    public function number(int $low, int $high): int
    {
        return ($this->draw)($low, $high);
    }

    /** @return mixed a text mostly; sometimes a list, a map, a number, nothing */
    public function value(string $valid)
    {
        return match ($this->number(0, 11)) {
            0 => $this->noText(),
            1 => $this->bytes(),
            2 => $this->huge(),
            3, 4 => $this->spoiled($valid),
            5 => $this->known() . $this->known(),
            default => $this->known(),
        };
    }

    /** A text for where only a text can be sent. */
    public function text(string $valid): string
    {
        $value = $this->value($valid);
        return is_scalar($value) ? (string) $value : $this->known();
    }

    private function known(): string
    {
        return self::KNOWN[$this->number(0, count(self::KNOWN) - 1)];
    }

    /** @return mixed */
    private function noText()
    {
        $deep = 'x';
        for ($level = $this->number(1, 90); $level > 0; $level--) {
            $deep = [$deep];
        }
        $all = [
            [], [[]], ['a' => 'b'], ['1', '2'], [null], $deep, ['op' => 'stop'], array_fill(0, 300, 'x'), 0, -1, 1,
            PHP_INT_MAX, PHP_INT_MIN, 1.5, NAN, INF, -INF, true, false, null, [[1], 'a' => ['b' => [NAN]]],
        ];
        return $all[$this->number(0, count($all) - 1)];
    }

    private function bytes(): string
    {
        $text = '';
        for ($length = $this->number(1, 60); $length > 0; $length--) {
            $text .= chr($this->number(0, 255));
        }
        return $text;
    }

    private function huge(): string
    {
        $unit = $this->known() ?: 'x';
        return str_repeat($unit, (int) ceil($this->number(200, 70000) / strlen($unit)));
    }

    /** What would be right, with one thing wrong. */
    private function spoiled(string $valid): string
    {
        $at = $this->number(0, strlen($valid));
        return match ($this->number(0, 4)) {
            0 => substr($valid, 0, $at) . $this->known() . substr($valid, $at),
            1 => substr($valid, 0, $at) . substr($valid, $at + 1),
            2 => $valid . $valid,
            3 => substr($valid, 0, $at) . chr($this->number(0, 255)) . substr($valid, $at + 1),
            default => strtoupper($valid) . ' ',
        };
    }
}
