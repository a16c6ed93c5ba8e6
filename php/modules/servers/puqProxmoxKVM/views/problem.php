<?php

/**
 * A sentence instead of the page.
 *
 * @var callable $e
 * @var callable $t
 * @var string $assets
 * @var string $version
 * @var string $text
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

?>
<link rel="stylesheet" href="<?= $e($assets) ?>/kvm.css?v=<?= $e($version) ?>">
<div class="puq-kvm">
    <div class="kvm-card kvm-trouble panel panel-default card" role="alert">
        <div class="kvm-body panel-body card-body">
            <h3><?= $t('admin_problem') ?></h3>
            <p><?= $e($text) ?></p>
        </div>
    </div>
</div>
