<?php

/**
 * The way to the other pages of a list.
 *
 * @var callable $e
 * @var callable $t
 * @var int $at
 * @var int $pages
 * @var callable(int): string $to The address of a page.
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

?>
<?php if ($pages > 1) : ?>
<nav class="kvm-pages" aria-label="<?= $t('pages') ?>">
    <?php if ($at > 1) : ?>
    <a class="btn btn-default btn-sm" rel="prev" href="<?= $e($to($at - 1)) ?>">‹</a>
    <?php endif; ?>
    <span><?= $t('page_of', ['page' => $at, 'pages' => $pages]) ?></span>
    <?php if ($at < $pages) : ?>
    <a class="btn btn-default btn-sm" rel="next" href="<?= $e($to($at + 1)) ?>">›</a>
    <?php endif; ?>
</nav>
<?php endif; ?>
