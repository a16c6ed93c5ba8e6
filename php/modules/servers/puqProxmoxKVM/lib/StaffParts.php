<?php

declare(strict_types=1);

namespace PuqProxmoxKvm;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

/**
 * The parts of the client's page on that of the staff: the same templates, with the rights of the staff.
 */
final class StaffParts
{
    private Lang $lang;

    public function __construct(Lang $lang)
    {
        $this->lang = $lang;
    }

    /** @return array<string, string> Part, then its name in the reader's language. */
    public function tabs(): array
    {
        return ClientParts::tabs(self::pages(), $this->lang);
    }

    /**
     * A theme's own templates are for its clients, so these are always the module's.
     *
     * @param list<string> $parts
     * @return array<string, string> Part, then its HTML.
     */
    public function html(array $parts): array
    {
        $own = $this->lang->group('staff_');
        // Without a zone the staff have nobody to pass a name on to.
        $own['rdns_ticket'] = $own['rdns_none'] ?? '';
        $smarty = self::smarty();
        $smarty->assign('puq', [
            'staff' => true,
            'pages' => self::pages(),
            // What a client reads as told to them is told to the staff of somebody else.
            'text' => $own + $this->lang->group('client_'),
            'action' => $this->lang->group('action_'),
            'rtl' => $this->lang->rightToLeft(),
        ]);
        $html = [];
        foreach ($parts as $part) {
            $html[$part] = (string) $smarty->fetch('file:' . dirname(__DIR__) . "/templates/parts/$part.tpl");
        }
        return $html;
    }

    /** @return array<string, string> For the scripts. */
    public function texts(): array
    {
        return $this->lang->group('staff_js_') + ClientParts::texts($this->lang);
    }

    /** @return array<string, true> All there are: the product binds its client alone. */
    private static function pages(): array
    {
        $pages = ['snapshots', 'backups', 'reinstall', 'password', 'rdns', 'firewall', 'iso', 'charts'];
        return array_fill_keys($pages, true);
    }

    /**
     * WHMCS's own template engine, which it does not hand to modules in its admin area.
     *
     * @return \Smarty
     */
    private static function smarty()
    {
        $smarty = new \Smarty();
        $smarty->setCompileDir(self::compiled());
        return $smarty;
    }

    /** Where WHMCS keeps compiled templates: configuration.php names the folder, absolute or below WHMCS's own. */
    private static function compiled(): string
    {
        $folder = (string) ($GLOBALS['templates_compiledir'] ?? '');
        $application = 'App';
        if ($folder === '' && is_callable([$application, 'getApplicationConfig'])) {
            $folder = (string) ($application::getApplicationConfig()->templates_compiledir ?? '');
        }
        $folder = $folder === '' ? 'templates_c' : $folder;
        return $folder[0] === '/' || !defined('ROOTDIR') ? $folder : ROOTDIR . '/' . $folder;
    }
}
