<?php

declare(strict_types=1);

namespace Standin;

use WHMCS\Database\Capsule;
use WHMCS\Service\Service;

/** Builds the `$params` that every module function receives. */
final class Params
{
    /** Full parameters of a service. @return array<string, mixed> */
    public static function ofService(int $serviceId): array
    {
        $service = Capsule::table('tblhosting')->where('id', $serviceId)->first();
        if ($service === null) {
            throw new \InvalidArgumentException('Service ID not found');
        }
        $product = Capsule::table('tblproducts')->where('id', $service->packageid)->first();
        if ($product === null) {
            throw new \RuntimeException('The product of service ' . $serviceId . ' is missing.');
        }
        $params = [
            'whmcsVersion' => Site::version(),
            'accountid' => Ids::shape($service->id),
            'serviceid' => Ids::shape($service->id),
            'addonId' => Ids::shape(0),
            'userid' => Ids::shape($service->userid),
            'domain' => (string) $service->domain,
            'username' => (string) $service->username,
            'password' => Crypto::decrypt((string) $service->password),
            'packageid' => Ids::shape($product->id),
            'pid' => Ids::shape($product->id),
            'serverid' => Ids::shape($service->server),
            'status' => (string) $service->domainstatus,
            'type' => (string) $product->type,
            'producttype' => (string) $product->type,
            'moduletype' => (string) $product->servertype,
        ];
        for ($number = 1; $number <= 24; $number++) {
            $params['configoption' . $number] = (string) $product->{'configoption' . $number};
        }
        $params['customfields'] = self::customFields((int) $product->id, $serviceId);
        $params['configoptions'] = ConfigurableOptions::chosen($serviceId, (int) $product->id);
        $params['clientsdetails'] = ClientDetails::of((int) $service->userid);
        $params['model'] = Service::find($serviceId);
        return $params + self::ofServer((int) $service->server);
    }

    /** The server* keys alone; `server` is false and the rest empty without a server. @return array<string, mixed> */
    public static function ofServer(int $serverId): array
    {
        $server = Capsule::table('tblservers')->where('id', $serverId)->first();
        return self::describeServer($server, $server === null ? '' : Crypto::decrypt((string) $server->password));
    }

    /**
     * The server* keys from the values typed into the server form.
     *
     * @param array<string, string> $typed hostname, ipaddress, username, password (plain), accesshash, secure, port,
     *                                     type
     */
    public static function ofForm(array $typed): array
    {
        $names = ['id', 'hostname', 'ipaddress', 'username', 'password', 'accesshash', 'secure', 'port', 'type'];
        $row = (object) ($typed + array_fill_keys($names, ''));
        return ['serverid' => Ids::shape((int) $row->id)] + self::describeServer($row, (string) $row->password);
    }

    /** @return array<string, mixed> */
    private static function describeServer(?object $server, string $password): array
    {
        if ($server === null) {
            return [
                'server' => false, 'serverip' => '', 'serverhostname' => '', 'serverusername' => '',
                'serverpassword' => '',
                'serveraccesshash' => '', 'serversecure' => false, 'serverhttpprefix' => 'http', 'serverport' => '',
            ];
        }
        $secure = $server->secure === 'on';
        return [
            'server' => true,
            'serverip' => (string) $server->ipaddress,
            'serverhostname' => (string) $server->hostname,
            'serverusername' => (string) $server->username,
            'serverpassword' => $password,
            'serveraccesshash' => (string) $server->accesshash,
            'serversecure' => $secure,
            'serverhttpprefix' => $secure ? 'https' : 'http',
            'serverport' => self::port($server, $secure),
        ];
    }

    /** The stored port, else the module's default for this scheme, else ''. */
    private static function port(object $server, bool $secure): string
    {
        if ((string) $server->port !== '') {
            return (string) $server->port;
        }
        $module = ServerModule::find((string) $server->type);
        $meta = $module === null ? [] : $module->metaData();
        return (string) ($meta[$secure ? 'DefaultSSLPort' : 'DefaultNonSSLPort'] ?? '');
    }

    /** @return array<string, string> */
    private static function customFields(int $productId, int $serviceId): array
    {
        $values = [];
        $fields = Capsule::table('tblcustomfields')->where('type', 'product')->where('relid', $productId)
            ->orderBy('sortorder')->orderBy('id')->get()->all();
        foreach ($fields as $field) {
            $value = Capsule::table('tblcustomfieldsvalues')->where('fieldid', $field->id)->where('relid', $serviceId)
                ->value('value');
            $values[ConfigurableOptions::key($field->fieldname)] = (string) $value;
        }
        return $values;
    }
}
