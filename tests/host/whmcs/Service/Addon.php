<?php

declare(strict_types=1);

namespace WHMCS\Service;

use Illuminate\Database\Eloquent\Model;

/** A product addon of a service. */
class Addon extends Model
{
    protected $table = 'tblhostingaddons';

    protected $guarded = [];

    public $timestamps = false;
}
