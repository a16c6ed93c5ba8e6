<?php

declare(strict_types=1);

namespace Lifecycle;

use Support\Problem;

/** Somebody who asks for things in WHMCS: the owner of a service, staff, or WHMCS itself. */
interface Hand
{
    /**
     * Places and pays an order of client 1 for product 1.
     *
     * @return int the service
     * @throws Problem when WHMCS or the module refuses
     */
    public function order(): int;

    /**
     * The owner asks the JSON address of the service's page.
     *
     * @param array<string, string> $fields
     * @return array<string, mixed> the answer: ok, and error or data or view
     */
    public function client(int $service, array $fields): array;

    /**
     * Staff ask the JSON address of the service's panel.
     *
     * @param array<string, string> $fields
     * @return array<string, mixed> the answer
     */
    public function staff(int $service, array $fields): array;

    /**
     * A module command of WHMCS: Suspend, Terminate, ChangePassword, …
     *
     * @param array<string, string> $values
     * @return string "success", or why not
     */
    public function command(int $service, string $command, array $values = []): string;

    /**
     * The owner chooses other configurable options, and pays.
     *
     * @param array<string, string> $options name => value
     * @return string "success", or why not
     */
    public function upgrade(int $service, array $options): string;
}
