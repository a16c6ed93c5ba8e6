<?php

declare(strict_types=1);

namespace WHMCS\Product;

use Illuminate\Database\Eloquent\Model;

/** A product, a row of tblproducts. */
class Product extends Model
{
    private const COLUMNS = [
        'module' => 'servertype', 'serverGroupId' => 'servergroup', 'productGroupId' => 'gid',
        'welcomeEmailTemplateId' => 'welcomeemail', 'paymentType' => 'paytype', 'autoSetup' => 'autosetup',
        'moduleConfigOption1' => 'configoption1', 'moduleConfigOption4' => 'configoption4',
        'moduleConfigOption12' => 'configoption12',
    ];

    protected $table = 'tblproducts';

    protected $guarded = [];

    /** @return mixed */
    public function getAttribute($key)
    {
        return parent::getAttribute(self::COLUMNS[$key] ?? $key);
    }
}
