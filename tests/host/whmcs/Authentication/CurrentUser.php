<?php

declare(strict_types=1);

namespace WHMCS\Authentication;

use WHMCS\Database\Capsule;

/** Who is signed in to the client area: the user, not the client's account. */
final class CurrentUser
{
    public function user(): ?object
    {
        $id = (int) ($_SESSION['standin_user'] ?? 0);
        return Capsule::table('tblusers')->where('id', $id)->first(['id', 'first_name', 'last_name', 'email']);
    }

    public function isMasqueradingAdmin(): bool
    {
        return (bool) ($_SESSION['standin_masquerade'] ?? false);
    }
}
