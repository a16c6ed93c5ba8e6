<?php

/**
 * The search and the length of a page of a list.
 *
 * @var callable $e
 * @var callable $t
 * @var string $page
 * @var string $sought What a search can find.
 * @var array<string, mixed> $filter
 * @var list<int> $sizes
 * @var array<string, string> $kept Further fields of the address that stay.
 * @var string $box The name of a box to tick; empty: none.
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

?>
<form class="kvm-filters" method="get" action="addonmodules.php">
    <input type="hidden" name="module" value="puq_proxmox_kvm">
    <input type="hidden" name="page" value="<?= $e($page) ?>">
    <?php foreach ($kept as $name => $value) : ?>
    <input type="hidden" name="<?= $e($name) ?>" value="<?= $e($value) ?>">
    <?php endforeach; ?>
    <input class="form-control" type="search" name="search" value="<?= $e($filter['search']) ?>" placeholder="<?= $e($sought) ?>" aria-label="<?= $e($sought) ?>">
    <?php if ($box !== '') : ?>
    <span class="kvm-check"><input type="checkbox" id="kvm-box" name="<?= $e($box) ?>" value="1"<?= $filter[$box] === '1' ? ' checked' : '' ?>><label for="kvm-box"><?= $t($box) ?></label></span>
    <?php endif; ?>
    <select class="form-control" name="size" aria-label="<?= $t('page_size') ?>">
        <?php foreach ($sizes as $size) : ?>
        <option<?= $size === $filter['size'] ? ' selected' : '' ?>><?= $e($size) ?></option>
        <?php endforeach; ?>
    </select>
    <button type="submit" class="btn btn-default"><?= $t('filter') ?></button>
</form>
