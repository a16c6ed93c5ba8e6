<?php

declare(strict_types=1);

namespace Standin;

use Standin\Cli\Arguments;
use Standin\Cli\Setup;
use WHMCS\Database\Capsule;

/** Demonstration data: staff, clients, a server, a product with its configurable options, e-mail templates. */
final class Seed
{
    /** Password of every seeded person. */
    public const PASSWORD = 'password';

    /** The configurable options a product may offer: name => values, `key|label` made of key and unit. */
    private const OPTIONS = [
        'CPU Cores' => ['1,2,4,8,16', 'cores'], 'RAM' => ['1,2,4,8,16,32', 'GB'],
        'Backups' => ['0,3,7,14,30', 'backups'], 'Snapshots' => ['0,1,3,5,10', 'snapshots'],
        'System Disk' => ['10,20,40,80,160', 'GB'], 'Additional Disk' => ['0,10,50,100,500', 'GB'],
        'System Disk Read Bandwidth' => ['0,50,100,200,500', 'MB/s'],
        'System Disk Write Bandwidth' => ['0,50,100,200,500', 'MB/s'],
        'System Disk Read IOPS' => ['0,500,1000,2500,5000', 'IOPS'],
        'System Disk Write IOPS' => ['0,500,1000,2500,5000', 'IOPS'],
        'Additional Disk Read Bandwidth' => ['0,50,100,200', 'MB/s'],
        'Additional Disk Write Bandwidth' => ['0,50,100,200', 'MB/s'],
        'Additional Disk Read IOPS' => ['0,500,1000,2500', 'IOPS'],
        'Additional Disk Write IOPS' => ['0,500,1000,2500', 'IOPS'],
        'Network Bandwidth' => ['0,10,50,100,1000', 'MB/s'],
        'IPv4 Addresses' => ['1,2,4,8,16', 'IPv4'], 'IPv6 Addresses' => ['0,1,4,16', 'IPv6'],
        'Operating System' => ['', ''],
    ];

    /** Options whose name for people differs from the one for modules, which stands before the pipe. */
    private const SHOWN = [
        'System Disk' => 'System Disk|Festplatte "C" & mehr', 'Additional Disk' => 'Additional Disk|Second disk',
    ];

    private const CLIENTS = [
        ['Anna', "O'Brien", 'PL'], ['Ben', 'Miller', 'GB'], ['Chloé', 'Durand', 'FR'], ['Dirk', 'Sommer', 'DE'],
    ];

    /**
     * Adds the data; each call adds another server and product.
     *
     * @return array<string, mixed> ids: clients, server, group, product, admin
     */
    public static function run(Arguments $arguments): array
    {
        self::addBasics();
        $clients = [];
        for ($number = 1; $number <= (int) $arguments->get('clients', '2'); $number++) {
            [$first, $last, $country] = self::CLIENTS[($number - 1) % count(self::CLIENTS)];
            $clients[] = self::addClient('client' . $number . '@example.com', $first, $last, 'english', $country);
        }
        $module = $arguments->get('module', 'puqProxmoxKVM');
        $server = Catalogue::saveServer(0, Setup::serverFields($arguments, 'server-') + [
            'name' => 'Cluster 1', 'hostname' => 'pve.example.com', 'ipaddress' => '', 'type' => $module,
            'username' => 'root@pam!whmcs', 'password' => 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee', 'port' => '8006',
            'active' => 1,
        ]);
        $group = Catalogue::addServerGroup('Group of server ' . $server, [$server]);
        $product = Catalogue::addProduct($arguments->get('product', 'VPS & Co "S"'), $module, $group, [
            'description' => 'A virtual machine', 'welcomeemail' => self::templateId('puqProxmoxVKM Welcome Email'),
        ]);
        if ($arguments->has('addon')) {
            $addon = AddonModule::find($arguments->get('addon'));
            if ($addon === null) {
                throw new \InvalidArgumentException('There is no addon "' . $arguments->get('addon') . '".');
            }
            if (!$addon->isActive()) {
                $result = $addon->activate();
                if ($result['status'] === 'error') {
                    throw new \InvalidArgumentException('The addon refuses: ' . $result['description']);
                }
                $addon->saveSettings($addon->settings(), [1]);
            }
            Hooks::loadFiles();
        }
        self::addOptions(
            $product,
            $arguments->get('options', 'all'),
            $arguments->get('templates', '9001|Debian 12,9002|Ubuntu 22.04 LTS')
        );
        Catalogue::addCustomField($product, 'Note', 'text');
        $settings = $arguments->has('settings') ? Setup::readSettings($arguments->get('settings')) : [];
        Catalogue::noteHookFile($module);
        Catalogue::saveModuleSettings($product, $settings);
        return ['clients' => $clients, 'server' => $server, 'group' => $group, 'product' => $product, 'admin' => 1];
    }

    /** Adds a client with its user. @return int the client's id; an existing e-mail address gives the existing id */
    public static function addClient(
        string $email,
        string $first,
        string $last,
        string $language,
        string $country = 'PL'
    ): int {
        $existing = Capsule::table('tblclients')->where('email', $email)->value('id');
        if ($existing !== null) {
            return (int) $existing;
        }
        $now = gmdate('Y-m-d H:i:s');
        $hash = bin2hex(random_bytes(16));
        $id = (int) Capsule::table('tblclients')->insertGetId([
            'uuid' => substr($hash, 0, 8) . '-' . substr($hash, 8, 4) . '-4' . substr($hash, 13, 3) . '-a'
                . substr($hash, 17, 3)
                . '-' . substr($hash, 20),
            'firstname' => Stored::text($first), 'lastname' => Stored::text($last), 'companyname' => '',
            'email' => $email, 'address1' => 'Main Street 1',
            'city' => 'Springfield', 'state' => 'State', 'postcode' => '00-001', 'country' => $country,
            'phonenumber' => '500600700', 'currency' => 1, 'language' => $language, 'status' => 'Active', 'notes' => '',
            'datecreated' => substr($now, 0, 10), 'created_at' => $now, 'updated_at' => $now,
        ]);
        $user = (int) Capsule::table('tblusers')->insertGetId([
            'first_name' => Stored::text($first), 'last_name' => Stored::text($last), 'email' => $email,
            'language' => $language,
            'password' => password_hash(self::PASSWORD, PASSWORD_BCRYPT, ['cost' => 4]), 'created_at' => $now,
            'updated_at' => $now,
        ]);
        Capsule::table('tblusers_clients')
            ->insert(['auth_user_id' => $user, 'client_id' => $id, 'owner' => 1, 'permissions' => '']);
        return $id;
    }

    private static function addBasics(): void
    {
        if (Capsule::table('tbladmins')->exists()) {
            return;
        }
        Permissions::addRoles();
        foreach (['admin' => 1, 'sales' => 2, 'support' => 3, 'looker' => 4] as $name => $role) {
            Capsule::table('tbladmins')->insert([
                'username' => $name, 'roleid' => $role, 'firstname' => ucfirst($name), 'lastname' => 'Staff',
                'email' => $name . '@example.com', 'language' => 'english', 'template' => 'blend',
                'password' => password_hash(self::PASSWORD, PASSWORD_BCRYPT, ['cost' => 4]),
            ]);
        }
        $prefix = Site::option('stored') === 'encoded' ? '&euro;' : '€';
        Capsule::table('tblcurrencies')
            ->insert(['code' => 'EUR', 'prefix' => $prefix, 'suffix' => ' EUR', 'rate' => 1, 'default' => 1]);
        Capsule::table('tblproductgroups')->insert(['name' => Stored::text('Servers A & B'), 'slug' => 'servers-a-b']);
        Capsule::table('tblticketdepartments')->insert([
            ['name' => 'Support', 'email' => 'support@example.com', 'order' => 1],
            ['name' => 'Sales', 'email' => 'sales@example.com', 'order' => 2],
        ]);
        foreach (MailTemplates::all() as $name => [$type, $subject, $message]) {
            Capsule::table('tblemailtemplates')->insert([
                'type' => $type, 'name' => $name, 'subject' => $subject, 'message' => $message, 'custom' => 1,
                'language' => '',
            ]);
        }
    }

    private static function addOptions(int $product, string $wanted, string $templates): void
    {
        $names = $wanted === 'all' ? array_keys(self::OPTIONS) : array_map('trim', explode(',', $wanted));
        foreach ($wanted === 'none' ? [] : $names as $name) {
            if (!isset(self::OPTIONS[$name])) {
                throw new \InvalidArgumentException('There is no option "' . $name . '" to seed.');
            }
            [$values, $unit] = self::OPTIONS[$name];
            $choices = explode(',', $name === 'Operating System' ? $templates : $values);
            $shown = self::SHOWN[$name] ?? $name;
            Catalogue::addOption($product, $shown, array_map(static function (string $value) use ($unit): string {
                return $unit === '' ? $value : $value . '|' . $value . ' ' . $unit;
            }, $choices));
        }
    }

    private static function templateId(string $name): int
    {
        return (int) Capsule::table('tblemailtemplates')->where('name', $name)->value('id');
    }
}
