<?php

/**
 * A list of things that are added, edited and deleted.
 *
 * @var callable $e
 * @var callable $part
 * @var callable $t
 * @var string $heading
 * @var string $error
 * @var array<string, mixed>|null $search Of a long list; null: all its rows are in the page.
 * @var string $add Where one is added.
 * @var string $adding
 * @var string $empty What is said where there is none.
 * @var bool $short
 * @var list<string> $columns Headings; the last column, of the buttons, has none.
 * @var list<array<string, mixed>> $rows
 * @var callable(array<string, mixed>): void $row Prints the cells of one.
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

?>
<div class="kvm-page-head">
    <h2><?= $e($heading) ?></h2>
    <?php if ($search !== null) : ?>
        <?php $part('search', $search); ?>
    <?php elseif (count($rows) > 1) : ?>
    <input class="form-control kvm-narrow" type="search" data-narrow="kvm-list" placeholder="<?= $t('search') ?>" aria-label="<?= $t('search') ?>">
    <?php endif; ?>
    <a class="btn btn-primary" href="<?= $e($add) ?>"><?= $e($adding) ?></a>
</div>
<?php $part('trouble', ['error' => $error]); ?>
<div class="kvm-card">
    <?php if ($rows === []) : ?>
    <div class="kvm-body"><p class="kvm-muted"><?= $e($empty) ?></p></div>
    <?php else : ?>
    <div class="kvm-scroll">
        <table id="kvm-list" class="kvm-table kvm-stack<?= $short ? ' is-short' : '' ?>">
            <thead>
                <tr>
                    <?php foreach ($columns as $column) : ?>
                    <th scope="col"><?= $e($column) ?></th>
                    <?php endforeach; ?>
                    <td></td>
                </tr>
            </thead>
            <tbody>
                <?php foreach ($rows as $one) : ?>
                <tr>
                    <?php $row($one); ?>
                </tr>
                <?php endforeach; ?>
            </tbody>
        </table>
    </div>
    <?php endif; ?>
</div>
