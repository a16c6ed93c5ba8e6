<?php

declare(strict_types=1);

namespace Contract;

use Standin\Testing\Chrome;

/**
 * A person at the parts of the page of a service, a client or one of the staff: opens them by their address, clicks, types, and looks whether everything
 * can be read. Every page of the client is served with a strict Content-Security-Policy.
 */
final class PartsBrowser
{
    private const POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'";

    /** @var Chrome */
    public $chrome;

    /** @var ModuleSite */
    private $site;

    /** @var int */
    private $service;

    /** @var int */
    private $visits = 0;

    /** @var string The member of staff, or nobody: then it is the client. */
    private $staff;

    public function __construct(ModuleSite $site, int $service, string $staff = '')
    {
        $this->site = $site;
        $this->service = $service;
        $this->staff = $staff;
        // WHMCS's own head has a script in it, so the policy stands behind that.
        $meta = '<meta http-equiv="Content-Security-Policy" content="' . self::POLICY . '">';
        $hook = "<?php\nadd_hook('ClientAreaHeadOutput', 1, static function () { return "
            . var_export($meta, true) . "; });\n";
        file_put_contents($site->host()->root() . '/includes/hooks/policy.php', $hook);
        $this->chrome = new Chrome();
        if ($staff === '') {
            $this->chrome->signIn($site->host()->url(''), 'client1@example.com');
        } else {
            $this->chrome->signInStaff($site->host()->url(''), $staff);
        }
    }

    /** Turns to another service of the same client. */
    public function show(int $service): void
    {
        $this->service = $service;
    }

    /** Opens a part by its address, and waits until it has what it shows. */
    public function open(string $part, string $theme = 'standin4', string $language = 'english'): void
    {
        // Another address each time: only another part of the same one would load nothing anew.
        $page = 'clientarea.php?action=productdetails&visit=' . ++$this->visits
            . "&systpl=$theme&id=$this->service";
        if ($this->staff === '') {
            $this->site->host()->sql("update tblclients set language = '$language' where id = 1");
        } else {
            $page = "admin/clientsservices.php?userid=1&visit=$this->visits&id=$this->service";
        }
        $this->chrome->open($this->site->host()->url("$page#$part"));
        $pane = "document.querySelector('[data-pane=$part]:not([hidden])')";
        $this->chrome->waitFor($pane);
        // The theme shows it, and nothing of it waits for an answer any more.
        $this->chrome->waitFor("$pane.getClientRects().length"
            . " && [...$pane.querySelectorAll('.kvm-wait')].every(one => one.hidden)");
        $this->chrome->waitFor('!document.querySelector(".kvm-pill.is-loading")');
    }

    /** Clicks what can be clicked now. */
    public function press(string $selector): void
    {
        $find = 'document.querySelector(' . json_encode($selector) . ')';
        $this->chrome->waitFor("$find && !$find.disabled && $find.getClientRects().length");
        $this->chrome->evaluate("void $find.click()");
    }

    /** Answers the question that is open. */
    public function answer(string $answer, string $word = ''): void
    {
        $this->chrome->waitFor('document.querySelector("dialog[open]")');
        if ($word !== '') {
            $this->chrome->fill('dialog[open] input', $word);
        }
        $this->press("dialog[open] [data-answer=\"$answer\"]");
        $this->chrome->waitFor('!document.querySelector("dialog")');
    }

    public function waitForText(string $text): void
    {
        try {
            $this->chrome->waitFor('document.body.innerText.includes(' . json_encode($text) . ')');
        } catch (\RuntimeException $error) {
            throw new \RuntimeException("The page never said \"$text\", but: " . $this->chrome->text(), 0, $error);
        }
    }

    /** @return string[] what is wrong with how the page looks: too wide, cut off, or against the rules of axe */
    public function flaws(): array
    {
        $flaws = [];
        $wide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
        if ($this->chrome->evaluate($wide) > 0) {
            $flaws[] = 'wider than the window';
        }
        if (!$this->chrome->evaluate('Boolean(window.axe)')) {
            $axe = dirname(__DIR__, 3) . '/php/web/node_modules/axe-core/axe.min.js';
            $this->chrome->evaluate((string) file_get_contents($axe) . '; 1');
        }
        // The colours of buttons are the theme's.
        $run = 'axe.run(document.querySelector(".puq-kvm"), {preload: false, resultTypes: ["violations"]})'
            . '.then(found => found.violations.map(one => [one.id, one.nodes.filter(node => one.id !== "color-contrast"'
            . ' || !document.querySelector(node.target[0]).matches(".btn"))]).filter(one => one[1].length)'
            . '.map(one => one[0] + ": " + one[1].map(node => node.target + " " + ([...node.any, ...node.all,'
            . ' ...node.none][0] || {}).message).slice(0, 3).join(" | ")))';
        return array_merge($flaws, (array) $this->chrome->evaluate($run));
    }

    /** A picture of the whole page, for a person to look at. */
    public function picture(string $name, int $width): void
    {
        $folder = dirname(__DIR__, 3) . '/target/pages';
        if (!is_dir($folder)) {
            mkdir($folder, 0777, true);
        }
        $height = (int) $this->chrome->evaluate('document.documentElement.scrollHeight');
        $this->chrome->resize($width, min(6000, max(700, $height)));
        $this->chrome->screenshot("$folder/$name.png");
    }
}
