<?php

declare(strict_types=1);

namespace Standin;

/** The e-mail templates a hoster would have created by hand for the product. */
final class MailTemplates
{
    private const ORDER = '<p>Product: {$service_product_name}<br>Payment method: {$service_payment_method}<br>'
        . 'Amount: {$service_recurring_amount}<br>Billing cycle: {$service_billing_cycle}<br>'
        . 'Next due date: {$service_next_due_date}</p>';
    private const PLACE = '<p>IP address: {$service_dedicated_ip}<br>Domain: {$service_domain}</p>';
    private const LOGIN = '<p>User name: {$service_username}<br>Password: {$service_password}</p>';

    /** @return array<string, array{0: string, 1: string, 2: string}> name => type, subject, message */
    public static function all(): array
    {
        return [
            'puqProxmoxVKM Welcome Email' => self::product('Virtual Machine Order Information', self::ORDER
                . '<p>Your virtual machine is being made. Remember to set a schedule for backups.</p>'),
            'puqProxmoxKVM VM is ready' => self::product('Virtual Machine is ready', self::ORDER . self::PLACE
                . self::LOGIN
                . '{if $service_assigned_ips}<p>Further addresses:<br>{nl2br($service_assigned_ips)}</p>{/if}'),
            'puqProxmoxKVM Reset password' => self::product('Reset password is ready', self::PLACE . self::LOGIN),
            'puqProxmoxKVM Backup restored' => self::product('Backup restored successful', self::ORDER . self::PLACE),
            'puqProxmoxKVM Upgrade Email' => self::product(
                'Virtual Machine upgrade is ready',
                self::ORDER . self::PLACE
            ),
            'Client Signup Email' => ['general', 'Welcome', '<p>Dear {$client_name},</p><p>welcome.</p>{$signature}'],
        ];
    }

    /** @return array{0: string, 1: string, 2: string} */
    private static function product(string $subject, string $body): array
    {
        return ['product', $subject, '<p>Dear {$client_name},</p>' . $body . '<p>{$signature}</p>'];
    }
}
