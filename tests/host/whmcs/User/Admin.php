<?php

declare(strict_types=1);

namespace WHMCS\User;

use Illuminate\Database\Eloquent\Model;

/** A staff member, a row of tbladmins. */
class Admin extends Model
{
    protected $table = 'tbladmins';

    protected $guarded = [];

    public $timestamps = false;
}
