<?php

/**
 * What surrounds every page of the addon.
 *
 * @var callable $e
 * @var callable $t
 * @var \PuqProxmoxKvm\Lang $lang
 * @var string $assets
 * @var string $version
 * @var string $link
 * @var string $page
 * @var array<string, list<string>> $navigation
 * @var string $notice
 * @var string $refusal
 * @var string|null $problem
 * @var string $content HTML of the page, escaped by its own view.
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

?>
<link rel="stylesheet" href="<?= $e($assets) ?>/kvm.css?v=<?= $e($version) ?>">
<link rel="stylesheet" href="<?= $e($assets) ?>/admin.css?v=<?= $e($version) ?>">
<div class="puq-kvm puq-kvm-admin" data-no="<?= $t('cancel') ?>"<?= $lang->rightToLeft() ? ' dir="rtl"' : '' ?>>
    <nav class="kvm-nav" aria-label="Proxmox KVM">
        <?php foreach ($navigation as $name => $pages) : ?>
        <a href="<?= $e($link) ?>&amp;page=<?= $e($name) ?>"<?= in_array($page, $pages, true) ? ' aria-current="page"' : '' ?>><?= $t('nav_' . $name) ?></a>
        <?php endforeach; ?>
        <span class="kvm-muted kvm-small">Proxmox KVM <?= $e($version) ?></span>
    </nav>
    <?php if ($problem !== null) : ?>
    <div class="kvm-card kvm-trouble" role="alert"><div class="kvm-body"><h3><?= $t('not_ready') ?></h3><p><?= $e($problem) ?></p></div></div>
    <?php endif; ?>
    <?php if ($notice !== '') : ?>
    <div class="kvm-notice is-good" role="status"><?= $e($notice) ?></div>
    <?php endif; ?>
    <?php if ($refusal !== '') : ?>
    <div class="kvm-notice is-bad" role="alert"><?= $e($refusal) ?></div>
    <?php endif; ?>
    <?= $content ?>
</div>
<script src="<?= $e($assets) ?>/kvm.js?v=<?= $e($version) ?>"></script>
<script src="<?= $e($assets) ?>/admin.js?v=<?= $e($version) ?>"></script>
