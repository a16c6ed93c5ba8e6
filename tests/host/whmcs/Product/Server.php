<?php

declare(strict_types=1);

namespace WHMCS\Product;

use Illuminate\Database\Eloquent\Model;

/** A server, a row of tblservers; the password attribute is the encrypted text. */
class Server extends Model
{
    private const COLUMNS = [
        'ipAddress' => 'ipaddress', 'assignedIpAddresses' => 'assignedips', 'accessHash' => 'accesshash',
        'maxAccounts' => 'maxaccounts',
    ];

    protected $table = 'tblservers';

    protected $guarded = [];

    public $timestamps = false;

    /** @return mixed */
    public function getAttribute($key)
    {
        return parent::getAttribute(self::COLUMNS[$key] ?? $key);
    }
}
