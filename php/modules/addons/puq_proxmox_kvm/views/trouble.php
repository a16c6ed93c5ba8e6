<?php

/**
 * A sentence above what is left of a page.
 *
 * @var callable $e
 * @var string $error
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

?>
<?php if ($error !== '') : ?>
<div class="kvm-notice is-bad" role="alert"><?= $e($error) ?></div>
<?php endif; ?>
