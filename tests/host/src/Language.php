<?php

declare(strict_types=1);

namespace Standin;

/** The few English strings of the host's own pages, and the language in force. */
final class Language
{
    private const CLIENT = [
        'loginbutton' => 'Login', 'logouttext' => 'Logout', 'clientareanavhome' => 'Client Area',
        'clientareaproducts' => 'My Services', 'clientareaemails' => 'Email History', 'actions' => 'Actions',
        'overview' => 'Overview', 'information' => 'Information', 'manage' => 'Manage', 'status' => 'Status',
        'orderproduct' => 'Product/Service', 'clientareahostingregdate' => 'Registration Date',
        'clientareahostingnextduedate' => 'Next Due Date', 'orderbillingcycle' => 'Billing Cycle',
        'recurringamount' => 'Recurring Amount', 'orderpaymentmethod' => 'Payment Method',
        'firstpaymentamount' => 'First Payment Amount', 'serverchangepassword' => 'Change Password',
        'newpassword' => 'New Password', 'confirmnewpassword' => 'Confirm New Password',
        'clientareasavechanges' => 'Save Changes', 'clientareacancel' => 'Cancel',
        'orderconfigpackage' => 'Configurable Options',
        'upgradedowngradeconfigoptions' => 'Upgrade/Downgrade Options',
        'moduleactionsuccess' => 'Action Completed Successfully!',
        'moduleactionfailed' => 'Action Failed', 'suspendreason' => 'Suspension Reason', 'metrics.title' => 'Metrics',
        'loginincorrect' => 'Login Details Incorrect. Please try again.', 'domain' => 'Domain',
        'username' => 'Username',
        'clientareaactive' => 'Active', 'clientareapending' => 'Pending', 'clientareasuspended' => 'Suspended',
        'clientareaterminated' => 'Terminated', 'clientareacancelled' => 'Cancelled',
    ];

    /** @return array<string, string> strings of the client area */
    public static function client(): array
    {
        return self::CLIENT;
    }

    /** One string, the key itself where none exists; `:name` places are filled. */
    public static function translate(string $key, array $places = []): string
    {
        $text = self::CLIENT[$key] ?? $key;
        foreach ($places as $name => $value) {
            $text = str_replace(':' . ltrim((string) $name, ':'), (string) $value, $text);
        }
        return $text;
    }

    /** Language of the client area: session, signed-in client, system default. */
    public static function ofClient(): string
    {
        return (string) ($_SESSION['Language'] ?? Settings::get('Language', 'english'));
    }

    /** Language of the signed-in staff member. */
    public static function ofAdmin(): string
    {
        return (string) ($_SESSION['adminlang'] ?? 'english');
    }
}
