<?php

/**
 * The box beside the page.
 *
 * @var callable $e
 * @var callable $t
 * @var string $link
 * @var list<string> $navigation
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

?>
<span class="header">Proxmox KVM</span>
<ul class="menu">
    <?php foreach ($navigation as $name) : ?>
    <li><a href="<?= $e($link) ?>&amp;page=<?= $e($name) ?>"><?= $t('nav_' . $name) ?></a></li>
    <?php endforeach; ?>
</ul>
