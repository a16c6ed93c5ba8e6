<?php

declare(strict_types=1);

namespace WHMCS\Service;

use WHMCS\Database\Capsule;

/** Named values of a service: core columns for the documented names, product custom fields for all others. */
class Properties
{
    private const COLUMNS = [
        'Username' => 'username', 'Domain' => 'domain', 'Dedicated IP' => 'dedicatedip', 'Disk Usage' => 'diskusage',
        'Disk Limit' => 'disklimit', 'Bandwidth Usage' => 'bwusage', 'Bandwidth Limit' => 'bwlimit',
        'Last Update' => 'lastupdate',
    ];

    /** @var Service */
    private $service;

    public function __construct(Service $service)
    {
        $this->service = $service;
    }

    /** Stores values; a custom field that is missing is created. */
    public function save(array $values): void
    {
        foreach ($values as $name => $value) {
            $value = (string) (is_array($value) ? ($value['value'] ?? '') : $value);
            if ($name === 'Password') {
                $this->store('password', encrypt($value));
            } elseif (isset(self::COLUMNS[$name])) {
                $this->store(self::COLUMNS[$name], $value);
            } else {
                Capsule::table('tblcustomfieldsvalues')->updateOrInsert(
                    ['fieldid' => $this->field((string) $name), 'relid' => $this->service->id],
                    ['value' => $value]
                );
            }
        }
    }

    /** One value, '' where there is none. */
    public function get($name): string
    {
        if ($name === 'Password') {
            return decrypt((string) $this->column('password'));
        }
        if (isset(self::COLUMNS[$name])) {
            return (string) $this->column(self::COLUMNS[$name]);
        }
        return (string) Capsule::table('tblcustomfieldsvalues')
            ->where('fieldid', $this->field((string) $name))->where('relid', $this->service->id)->value('value');
    }

    private function store(string $column, string $value): void
    {
        Capsule::table('tblhosting')->where('id', $this->service->id)->update([$column => $value]);
    }

    /** @return mixed */
    private function column(string $column)
    {
        return Capsule::table('tblhosting')->where('id', $this->service->id)->value($column);
    }

    private function field(string $name): int
    {
        $fields = Capsule::table('tblcustomfields')->where('type', 'product')
            ->where('relid', $this->service->packageId);
        foreach ($fields->get()->all() as $field) {
            if (explode('|', $field->fieldname, 2)[0] === $name) {
                return (int) $field->id;
            }
        }
        return (int) Capsule::table('tblcustomfields')->insertGetId([
            'type' => 'product', 'relid' => $this->service->packageId, 'fieldname' => $name, 'fieldtype' => 'text',
            'adminonly' => 'on',
        ]);
    }
}
