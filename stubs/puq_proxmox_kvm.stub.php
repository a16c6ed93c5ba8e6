<?php

/**
 * What the extension puq_proxmox_kvm declares, for editors and analysers; never loaded at run time.
 *
 * Every function takes the host first: the object through which the extension reaches the database and WHMCS (its methods
 * are listed at {@see \PuqProxmoxKvm\Host}). A business refusal is a return value; an exception means a fault. Whatever the
 * host's methods throw comes out again unchanged.
 *
 * Moments are seconds since 1970, sizes bytes unless the name says otherwise. What pages ask and are answered is written from
 * the types of Rust into shapes.stub.php, by `make shapes`.
 *
 * @phpstan-import-type Overview from \Puq\ProxmoxKvm\Shapes
 * @phpstan-import-type AdminService from \Puq\ProxmoxKvm\Shapes
 * @phpstan-type Params array<string, mixed> what WHMCS hands to a module function
 * @phpstan-type Said array{key: string, args: array<string, mixed>, text: string} looked up by its key (`said_…` in the
 *     language files); an argument may be such a sentence itself; `text` is the English
 * @phpstan-type Reply array{ok: bool, error?: string|Said, errors?: array<string, string|Said>, data?: array<string, mixed>}
 * @phpstan-type Field array{key: string, type: 'select'|'number'|'text'|'checkbox'|'password', value: mixed, default: mixed,
 *     options?: list<array{value: string, label: string}>, min?: int, max?: int, unit?: string, placeholder?: string,
 *     loader?: string}
 * @phpstan-type Form array{sections: list<array{key: string, fields: list<Field>}>,
 *     banners: list<array{level: 'warning'|'danger', text: string|Said}>,
 *     lists: array{at: int|null, can_ask: bool}, saved: bool, copies: list<array{id: int, name: string}>}
 */

namespace Puq\ProxmoxKvm {
    /** A fault inside the extension; the parent of the others. */
    class Error extends \RuntimeException
    {
    }

    /** A product, a server or a setting is wrong. */
    class ConfigError extends Error
    {
    }

    /** Proxmox did not do as asked, or could not be asked. */
    class ClusterError extends Error
    {
    }

    /** A method of the host is missing or answered something else than it must. */
    class HostError extends Error
    {
    }

    /** The service is at work already. */
    class Busy extends Error
    {
    }

    /** The extension's version, as in `1.2.3`. */
    function version(): string
    {
    }

    /**
     * Whether the server of these parameters answers and lets us in.
     *
     * @param array<string, mixed> $params
     * @return array{success: bool, error: string|Said, fingerprint?: string, version?: string, notes?: list<string>}
     */
    function test_connection(object $host, array $params): array
    {
    }

    /**
     * Records the order; the cron walks the deploy flow.
     *
     * @param array<string, mixed> $params
     * @return Reply
     */
    function create_account(object $host, array $params): array
    {
    }

    /**
     * @param array<string, mixed> $params
     * @return Reply
     */
    function suspend_account(object $host, array $params): array
    {
    }

    /**
     * @param array<string, mixed> $params
     * @return Reply
     */
    function unsuspend_account(object $host, array $params): array
    {
    }

    /**
     * @param array<string, mixed> $params
     * @return Reply
     */
    function terminate_account(object $host, array $params): array
    {
    }

    /**
     * @param array<string, mixed> $params
     * @return Reply
     */
    function change_package(object $host, array $params): array
    {
    }

    /**
     * A client, as the host's effect `asker` says, needs the product's permission; staff do not.
     *
     * @param array<string, mixed> $params
     * @return Reply
     */
    function change_password(object $host, array $params): array
    {
    }

    /**
     * Traffic of this month (of the installation's time zone) by service of a server, in GB of 2^30 bytes.
     *
     * @param array<string, mixed> $params server keys
     * @return array{start: int, end: int, services: list<array{id: int, domain: string, in: float, out: float}>}
     */
    function metrics(object $host, array $params): array
    {
    }

    /**
     * Writes traffic and disk size of a server's services to WHMCS.
     *
     * @param array<string, mixed> $params server keys
     * @return array{updated: int}
     */
    function update_usage(object $host, array $params): array
    {
    }

    /**
     * The accounts on a server, for WHMCS's Server Sync.
     *
     * @param array<string, mixed> $params server keys
     * @return array{success: bool, error?: string, accounts?: list<array<string, string>>}
     */
    function list_accounts(object $host, array $params): array
    {
    }

    /**
     * What the client's page of a service shows at first, from the database alone: `live` comes with the operation `status`,
     * and `asked` says whether it was asked for.
     *
     * @param array<string, mixed> $params
     * @return array<string, mixed> an Overview
     * @phpstan-return Overview
     */
    function client_overview(object $host, array $params): array
    {
    }

    /**
     * One operation of the client's page; `op` names it. What each takes and answers: `ClientRequests` and `ClientReplies` of
     * {@see Shapes}.
     *
     * @param array<string, mixed> $params
     * @param array{op: string, ...<string, mixed>} $request
     * @return array<string, mixed> a Reply
     * @phpstan-return Reply
     */
    function client_api(object $host, array $params, array $request): array
    {
    }

    /**
     * What the admin's page of a service shows at first, from the database alone.
     *
     * @param array<string, mixed> $params
     * @return array<string, mixed> an AdminService
     * @phpstan-return AdminService
     */
    function admin_service(object $host, array $params): array
    {
    }

    /**
     * One operation of the staff's page of a service; `op` names it: all of the client's and more. What each takes and answers:
     * `StaffRequests` and `StaffReplies` of {@see Shapes}.
     *
     * @param array<string, mixed> $params
     * @param array{op: string, ...<string, mixed>} $request
     * @return array<string, mixed> a Reply
     * @phpstan-return Reply
     */
    function admin_api(object $host, array $params, array $request): array
    {
    }

    /**
     * The product panel's form, from the database alone; its lists are as the addon's operation `product_lists` last read them.
     *
     * @return array<string, mixed> a Form
     * @phpstan-return Form
     */
    function product_form(object $host, int $product_id): array
    {
    }

    /**
     * Saves the product panel; nothing is saved unless all of it is right. With `copy_from`, the number of another product, its
     * settings are taken over and the form is not used.
     *
     * @param array<string, mixed> $form field name => value
     * @return array{ok: bool, errors: array<string, string|Said>}
     */
    function product_save(object $host, int $product_id, array $form): array
    {
    }

    /**
     * Makes the tables.
     *
     * @return array{status: 'success'|'error'|'info', description: string}
     */
    function addon_activate(object $host): array
    {
    }

    /**
     * Brings the tables of version `$from` up to date.
     *
     * @return array{status: 'success'|'error'|'info', description: string}
     */
    function addon_upgrade(object $host, string $from): array
    {
    }

    /** @return array{status: 'success'|'error'|'info', description: string} */
    function addon_deactivate(object $host): array
    {
    }

    /**
     * One operation of the addon's pages; `op` names it. What each takes and answers: `AddonRequests` and `AddonReplies` of
     * {@see Shapes}.
     *
     * @param array{op: string, ...<string, mixed>} $request
     * @return array<string, mixed> a Reply
     * @phpstan-return Reply
     */
    function addon_api(object $host, array $request): array
    {
    }

    /**
     * What `dns.php` answers: an HTTP status, and the names of all VMs or one sentence.
     *
     * @param array{ip: string, method: string, arguments: bool} $request the reader's address, the HTTP method, whether
     *     there is a query
     * @return array{status: int, body: list<array{forward: string, ip: string, reverse: string}>|array{error: string}}
     */
    function dns_export(object $host, array $request): array
    {
    }

    /**
     * The stand-alone cron.
     *
     * @param list<string> $argv as PHP has it, the script's name first
     * @return int exit status: 0, 1 (a task had errors), 64 (usage), 75 (another run holds the lock) or 78 (the clocks of this
     *     machine and of the database are more than five minutes apart)
     */
    function cron_main(object $host, array $argv): int
    {
    }

    /**
     * The same from WHMCS's own cron: silent unless there are errors.
     *
     * @return int as of {@see cron_main()}
     */
    function cron_hook(object $host): int
    {
    }
}
