<?php

declare(strict_types=1);

namespace WHMCS;

use Standin\Client\Area;
use Standin\Client\Page;
use Standin\Session;

/** Builder of own client pages outside a module's functions. */
class ClientArea
{
    /** @var string */
    private $title = '';

    /** @var array<string, string> */
    private $trail = [];

    /** @var array<string, mixed> */
    private $variables = [];

    /** @var string */
    private $template = '';

    public function setPageTitle($title): void
    {
        $this->title = (string) $title;
    }

    public function addToBreadCrumb($link, $label): void
    {
        $this->trail[(string) $link] = (string) $label;
    }

    public function initPage(): void
    {
        ob_start();
    }

    public function requireLogin(): void
    {
        Area::requireLogin();
    }

    public function isLoggedIn(): bool
    {
        return Session::clientId() > 0;
    }

    public function getUserID(): int
    {
        return Session::clientId();
    }

    /** @param mixed $value */
    public function assign($name, $value): void
    {
        $this->variables[(string) $name] = $value;
    }

    public function setTemplate($template): void
    {
        $this->template = (string) $template;
    }

    public function output(): void
    {
        Page::show($this->template, $this->title, $this->variables, $this->trail);
    }
}
