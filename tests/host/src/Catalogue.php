<?php

declare(strict_types=1);

namespace Standin;

use WHMCS\Database\Capsule;

/** What the host sells and on what: servers, server groups, products, configurable options. */
final class Catalogue
{
    /** Columns of tblservers that a form or a command may set. */
    private const SERVER_FIELDS = [
        'name', 'hostname', 'ipaddress', 'assignedips', 'type', 'username', 'accesshash', 'secure', 'port', 'active',
        'disabled', 'maxaccounts',
    ];

    /**
     * Adds a server (id 0) or changes one. A password is given plain and stored encrypted; '' keeps the stored one.
     *
     * @param array<string, mixed> $fields
     * @return int the server's id
     */
    public static function saveServer(int $id, array $fields): int
    {
        $row = Stored::columns(array_intersect_key($fields, array_flip(self::SERVER_FIELDS)));
        if (($fields['password'] ?? '') !== '') {
            $row['password'] = Crypto::encrypt(Stored::text((string) $fields['password']));
        }
        if ($id === 0) {
            $row += ['password' => '', 'accesshash' => '', 'assignedips' => '', 'secure' => 'on', 'maxaccounts' => 200];
            $id = (int) Capsule::table('tblservers')->insertGetId($row);
            Hooks::run('ServerAdd', ['serverid' => $id]);
            return $id;
        }
        Capsule::table('tblservers')->where('id', $id)->update($row);
        Hooks::run('ServerEdit', ['serverid' => $id]);
        return $id;
    }

    /**
     * Creates a server group.
     *
     * @param int[] $serverIds
     * @param int $fillType 1: the server with fewest services, 2: fill one after the other
     */
    public static function addServerGroup(string $name, array $serverIds, int $fillType = 1): int
    {
        $id = (int) Capsule::table('tblservergroups')->insertGetId([
            'name' => Stored::text($name), 'filltype' => $fillType,
        ]);
        foreach ($serverIds as $serverId) {
            Capsule::table('tblservergroupsrel')->insert(['groupid' => $id, 'serverid' => $serverId]);
        }
        return $id;
    }

    /** @param array<string, mixed> $columns further columns of tblproducts */
    public static function addProduct(string $name, string $module, int $serverGroup, array $columns = []): int
    {
        $now = gmdate('Y-m-d H:i:s');
        return (int) Capsule::table('tblproducts')->insertGetId(Stored::columns($columns) + [
            'type' => 'server', 'gid' => 1, 'name' => Stored::text($name), 'description' => '',
            'paytype' => 'recurring',
            'autosetup' => 'payment', 'servertype' => $module, 'servergroup' => $serverGroup,
            'configoptionsupgrade' => 1,
            'created_at' => $now, 'updated_at' => $now,
        ]);
    }

    /**
     * Adds a configurable option to a product's group, creating the group on first use.
     *
     * @param string[] $choices sub-options, e.g. `4|4 GB`
     */
    public static function addOption(
        int $productId,
        string $name,
        array $choices,
        int $type = 1,
        int $min = 0,
        int $max = 0
    ): int {
        $group = (int) Capsule::table('tblproductconfiglinks')->where('pid', $productId)->value('gid');
        if ($group === 0) {
            $group = (int) Capsule::table('tblproductconfiggroups')->insertGetId(
                ['name' => 'Options of product ' . $productId, 'description' => '']
            );
            Capsule::table('tblproductconfiglinks')->insert(['gid' => $group, 'pid' => $productId]);
        }
        $order = Capsule::table('tblproductconfigoptions')->where('gid', $group)->count();
        $id = (int) Capsule::table('tblproductconfigoptions')->insertGetId([
            'gid' => $group, 'optionname' => Stored::text($name), 'optiontype' => $type, 'qtyminimum' => $min,
            'qtymaximum' => $max,
            'order' => $order,
        ]);
        foreach ($choices === [] ? [$name] : $choices as $position => $choice) {
            Capsule::table('tblproductconfigoptionssub')
                ->insert(['configid' => $id, 'optionname' => Stored::text($choice), 'sortorder' => $position]);
        }
        return $id;
    }

    /** Adds a custom field to a product. @return int the field's id */
    public static function addCustomField(int $productId, string $name, string $type): int
    {
        return (int) Capsule::table('tblcustomfields')->insertGetId([
            'type' => 'product', 'relid' => $productId, 'fieldname' => Stored::text($name), 'fieldtype' => $type,
            'description' => '', 'fieldoptions' => '', 'adminonly' => '', 'required' => '', 'showorder' => 'on',
        ]);
    }

    /**
     * Makes a second product out of one, as WHMCS's page does: the row, its options and its custom fields. What modules
     * keep of a product elsewhere is not copied, and no hook tells them.
     *
     * @return int the new product's id
     */
    public static function duplicate(int $productId, string $name): int
    {
        $row = get_object_vars(Capsule::table('tblproducts')->where('id', $productId)->first());
        $now = ['name' => Stored::text($name), 'created_at' => gmdate('Y-m-d H:i:s')];
        $id = (int) Capsule::table('tblproducts')->insertGetId($now + array_diff_key($row, ['id' => 0]));
        foreach (Capsule::table('tblproductconfiglinks')->where('pid', $productId)->pluck('gid')->all() as $group) {
            Capsule::table('tblproductconfiglinks')->insert(['gid' => $group, 'pid' => $id]);
        }
        $fields = Capsule::table('tblcustomfields')->where('type', 'product')->where('relid', $productId)->get();
        foreach ($fields->all() as $field) {
            Capsule::table('tblcustomfields')
                ->insert(['relid' => $id] + array_diff_key(get_object_vars($field), ['id' => 0]));
        }
        return $id;
    }

    /** Removes an option by name from a product, and what services chose of it. */
    public static function removeOption(int $productId, string $name): bool
    {
        foreach (ConfigurableOptions::ofProduct($productId) as $option) {
            $stored = Stored::text($name);
            if ($option->optionname === $stored || ConfigurableOptions::key($option->optionname) === $stored) {
                Capsule::table('tblhostingconfigoptions')->where('configid', $option->id)->delete();
                Capsule::table('tblproductconfigoptionssub')->where('configid', $option->id)->delete();
                Capsule::table('tblproductconfigoptions')->where('id', $option->id)->delete();
                return true;
            }
        }
        return false;
    }

    /**
     * Saves a product's Module Settings as the admin page does, with the save hooks of modules.
     *
     * @param array<string, mixed> $post servertype, servergroup, packageconfigoption[1..24], and fields of hooks
     */
    public static function saveModuleSettings(int $productId, array $post): void
    {
        $changes = Stored::columns(array_intersect_key($post, array_flip([
            'name', 'servertype', 'servergroup', 'welcomeemail', 'upgradeemail',
        ])));
        foreach ((array) ($post['packageconfigoption'] ?? []) as $number => $value) {
            if ((int) $number >= 1 && (int) $number <= 24) {
                $changes['configoption' . (int) $number] = Stored::text((string) $value);
            }
        }
        if ($changes !== []) {
            Capsule::table('tblproducts')->where('id', $productId)->update($changes);
        }
        $module = (string) Capsule::table('tblproducts')->where('id', $productId)->value('servertype');
        self::noteHookFile($module);
        $before = [(string) ($_SERVER['REQUEST_METHOD'] ?? 'GET'), $_GET, Http::form()];
        Http::receive('POST', $_GET, $post);
        Hooks::run('AdminProductConfigFieldsSave', ['pid' => Ids::shape($productId)]);
        Hooks::run('ProductEdit', ['pid' => Ids::shape($productId)]);
        Http::receive(...$before);
    }

    /** Remembers that a server module has a hooks.php, which WHMCS notices only when Module Settings are saved. */
    public static function noteHookFile(string $module): void
    {
        $file = Site::path('modules/servers/' . $module . '/hooks.php');
        if ($module !== '' && is_file($file) && !in_array($module, Settings::names('ModuleHooks'), true)) {
            Settings::addName('ModuleHooks', $module);
            require_once $file;
        }
    }

    /** The server a new service of a product is put on, 0 where there is none. */
    public static function chooseServer(int $productId): int
    {
        $product = Capsule::table('tblproducts')->where('id', $productId)->first();
        $query = Capsule::table('tblservers')->where('type', $product->servertype)->where('disabled', 0);
        if ((int) $product->servergroup === 0) {
            $default = (clone $query)->where('active', 1)->orderBy('id')->value('id');
            return (int) ($default ?? $query->orderBy('id')->value('id'));
        }
        $members = Capsule::table('tblservergroupsrel')->where('groupid', $product->servergroup)->pluck('serverid')
            ->all();
        $fill = (int) Capsule::table('tblservergroups')->where('id', $product->servergroup)->value('filltype');
        $best = 0;
        $fewest = PHP_INT_MAX;
        foreach ($query->whereIn('id', $members)->orderBy('id')->get()->all() as $server) {
            $used = Capsule::table('tblhosting')->where('server', $server->id)
                ->whereIn('domainstatus', ['Pending', 'Active', 'Suspended'])->count();
            if ($fill === 2 && $used < (int) $server->maxaccounts) {
                return (int) $server->id;
            }
            if ($used < $fewest) {
                [$best, $fewest] = [(int) $server->id, $used];
            }
        }
        return $best;
    }
}
