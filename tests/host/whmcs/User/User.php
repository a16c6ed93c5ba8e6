<?php

declare(strict_types=1);

namespace WHMCS\User;

use Illuminate\Database\Eloquent\Model;

/** A person who signs in and may use several client accounts, a row of tblusers. */
class User extends Model
{
    protected $table = 'tblusers';

    protected $guarded = [];
}
