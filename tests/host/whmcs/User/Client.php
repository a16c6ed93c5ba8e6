<?php

declare(strict_types=1);

namespace WHMCS\User;

use Illuminate\Database\Eloquent\Model;
use Illuminate\Database\Eloquent\Relations\HasMany;
use WHMCS\Service\Service;

/** A client account, a row of tblclients. */
class Client extends Model
{
    private const COLUMNS = [
        'firstName' => 'firstname', 'lastName' => 'lastname', 'companyName' => 'companyname',
        'phoneNumber' => 'phonenumber', 'currencyId' => 'currency', 'groupId' => 'groupid',
    ];

    protected $table = 'tblclients';

    protected $guarded = [];

    /** @return mixed */
    public function getAttribute($key)
    {
        if ($key === 'fullName') {
            return trim($this->firstname . ' ' . $this->lastname);
        }
        return parent::getAttribute(self::COLUMNS[$key] ?? $key);
    }

    public function services(): HasMany
    {
        return $this->hasMany(Service::class, 'userid');
    }
}
