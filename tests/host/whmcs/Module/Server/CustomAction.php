<?php

declare(strict_types=1);

namespace WHMCS\Module\Server;

/** One action that a module offers on a service (WHMCS 8.5 and newer). */
class CustomAction
{
    /** @var string */
    private $identifier;

    /** @var string */
    private $display;

    /** @var callable|string */
    private $callable;

    /** @var array */
    private $params;

    /** @var string[] */
    private $permissions;

    /** @var bool */
    private $active;

    /**
     * @param callable|string $callable answers like a single sign-on function
     * @param string[] $permissions of the user on the account
     */
    public static function factory(
        string $identifier,
        string $display,
        $callable,
        array $params = [],
        array $permissions = [],
        bool $active = true
    ): self {
        $action = new self();
        $action->identifier = $identifier;
        $action->display = $display;
        $action->callable = $callable;
        $action->params = $params;
        $action->permissions = $permissions;
        $action->active = $active;
        return $action;
    }

    public function getIdentifier(): string
    {
        return $this->identifier;
    }

    public function getDisplay(): string
    {
        return $this->display;
    }

    /** @return string[] */
    public function getPermissions(): array
    {
        return $this->permissions;
    }

    public function isActive(): bool
    {
        return $this->active;
    }

    /** Runs the action. @return array success, redirectTo or errorMsg */
    public function invokeCallable(): array
    {
        return (array) call_user_func_array($this->callable, $this->params);
    }
}
