<?php

declare(strict_types=1);

namespace Contract;

use Standin\Testing\Chrome;

/** Staff at the pages of the addon, in a language. */
final class Staff extends Person
{
    private const ADDON = 'admin/addonmodules.php?module=puq_proxmox_kvm';

    /** @var ModuleSite */
    private $site;

    public function __construct(ModuleSite $site, string $language = 'english')
    {
        $this->site = $site;
        $site->host()->sql("update tbladmins set language = '$language'");
        $this->chrome = new Chrome();
        $this->chrome->signInStaff($site->host()->url(''), 'admin');
    }

    /** Opens a page by its address: its name and what follows it. */
    public function open(string $page): void
    {
        $this->chrome->open($this->site->host()->url(self::ADDON . '&page=' . $page));
        $this->chrome->waitFor('document.querySelector(".puq-kvm-admin") && window.puqKvmAdminStart');
    }

    /** Sends the form that a field is in, and waits for the page that follows. */
    public function send(string $field): void
    {
        $this->chrome->evaluate('window.before = true');
        $this->chrome->evaluate('void (function (form) { form.noValidate = true; form.requestSubmit('
            . 'form.querySelector("[type=submit]")); })(document.querySelector(' . json_encode($field) . ').form)');
        $this->chrome->waitFor('!window.before && document.readyState === "complete" && window.puqKvmAdminStart');
    }

    /** Clicks something that leads to another page. */
    public function follow(string $selector): void
    {
        $this->chrome->evaluate('window.before = true');
        $this->press($selector);
        $this->chrome->waitFor('!window.before && document.readyState === "complete" && window.puqKvmAdminStart');
    }

    /** @return string[] what of the page goes beyond its frame, and addresses that do not read from left to right */
    public function misplaced(): array
    {
        $find = '(function (root) { const flaws = [];'
            . ' const right = root.getBoundingClientRect().right;'
            . ' if (right > window.innerWidth + 1) { flaws.push("the page is wider than the window"); }'
            . ' root.querySelectorAll("*").forEach(one => { const box = one.getBoundingClientRect();'
            . ' if (box.width && (box.right > right + 1 || box.left < root.getBoundingClientRect().left - 1)'
            . ' && !one.closest(".kvm-scroll, pre, dialog:not([open])") && flaws.length < 5)'
            . ' { flaws.push("beyond the frame: " + one.tagName + "." + one.className); } });'
            . ' root.querySelectorAll(".kvm-code").forEach(one => { if (one.innerText.trim() !== ""'
            . ' && getComputedStyle(one).direction !== "ltr" && flaws.length < 5)'
            . ' { flaws.push("from right to left: " + one.innerText); } }); return flaws; })'
            . '(document.querySelector(".puq-kvm-admin"))';
        return (array) $this->chrome->evaluate($find);
    }
}
