<?php

declare(strict_types=1);

namespace Contract;

use Standin\Testing\Chrome;

/**
 * A person at the parts of the page of a service, a client or one of the staff: opens them by their address,
 * clicks, types, and looks whether everything can be read. Every page of the client is served with a strict
 * Content-Security-Policy.
 */
final class PartsBrowser extends Person
{
    private const POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'";

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
}
