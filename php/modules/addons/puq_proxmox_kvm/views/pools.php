<?php

/**
 * The list of address pools.
 *
 * @var callable $e
 * @var callable $t
 * @var callable $part
 * @var \PuqProxmoxKvm\Lang $lang
 * @var string $link
 * @var string $token
 * @var string $error
 * @var list<array<string, mixed>> $rows
 * @var int $total
 * @var int $pages
 * @var array<string, mixed> $filter
 * @var list<int> $sizes
 * @var int $asked The one whose deletion is to be confirmed; 0: none.
 * @var array<int, string> $servers
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

$row = static function (array $pool) use ($e, $t, $link, $token, $servers, $asked): void {
    $percent = (float) ($pool['percent'] ?? 0);
    $level = $percent > 80 ? 'high' : ($percent >= 50 ? 'middle' : 'low');
    $server = (int) ($pool['server_id'] ?? 0);
    ?>
                    <td data-label="ID"><?= $e($pool['id'] ?? '') ?></td>
                    <td data-label="<?= $t('server') ?>"><?= $e($servers[$server] ?? '–') ?> <span class="kvm-muted">#<?= $e($server) ?></span></td>
                    <td data-label="<?= $t('type') ?>"><span class="kvm-tag"><?= $e($pool['type'] ?? '') ?></span></td>
                    <td data-label="<?= $t('bridge') ?>" class="kvm-nowrap"><bdi class="kvm-code"><?= $e($pool['bridge'] ?? '') ?></bdi></td>
                    <td data-label="VLAN"><?= $e($pool['vlan'] ?? '0') ?></td>
                    <td data-label="<?= $t('gateway') ?>" class="kvm-nowrap"><bdi class="kvm-code"><?= $e($pool['gateway'] ?? '') ?>/<?= $e($pool['mask'] ?? '') ?></bdi></td>
                    <td data-label="<?= $t('addresses') ?>">
                        <a class="kvm-code" href="<?= $e($link) ?>&amp;page=addresses&amp;pool=<?= $e($pool['id'] ?? '') ?>" title="<?= $t('who_has') ?>"><bdi dir="ltr"><?= $e($pool['address_start'] ?? '') ?> – <?= $e($pool['address_stop'] ?? '') ?></bdi></a>
                        <?php if (strpos((string) ($pool['zone_hint'] ?? ' '), ' ') === false) : ?>
                        <div class="kvm-muted kvm-small"><?= $t('rdns_zone') ?>: <bdi dir="ltr"><?= $e($pool['zone_hint']) ?></bdi></div>
                        <?php endif; ?>
                        <?php if (!($pool['names']['good'] ?? true)) : ?>
                        <div class="kvm-small"><?= $e($pool['names']['text'] ?? '') ?></div>
                        <?php endif; ?>
                        <?php if (($pool['error'] ?? '') !== '') : ?>
                        <div class="kvm-wrong" role="alert"><?= $e($pool['error']) ?></div>
                        <?php endif; ?>
                    </td>
                    <td data-label="<?= $t('usage') ?>" class="kvm-usage">
                        <div class="kvm-bar is-<?= $e($level) ?>" role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow="<?= $e($percent) ?>" aria-label="<?= $t('usage') ?>"><span style="width: <?= $e($percent) ?>%"></span></div>
                        <span class="kvm-small kvm-nowrap"><bdi dir="ltr"><?= $e($percent) ?>% (<?= $e($pool['used'] ?? '0') ?>/<?= $e($pool['total'] ?? '0') ?>)</bdi></span>
                        <?php if ((int) ($pool['quarantine'] ?? 0) > 0) : ?>
                        <div class="kvm-muted kvm-small"><?= $t('quarantined', ['count' => (int) $pool['quarantine']]) ?></div>
                        <?php endif; ?>
                    </td>
                    <td class="kvm-right">
                        <a class="btn btn-default btn-sm" href="<?= $e($link) ?>&amp;page=pool&amp;id=<?= $e($pool['id'] ?? '') ?>"><?= $t('edit') ?></a>
                        <form class="kvm-inline" method="post" action="<?= $e($link) ?>&amp;page=pools" data-ask="<?= $t('pool_ask_delete') ?>">
                            <input type="hidden" name="token" value="<?= $e($token) ?>">
                            <input type="hidden" name="id" value="<?= $e($pool['id'] ?? '') ?>">
                            <?php if ($asked === (int) ($pool['id'] ?? 0)) : ?>
                            <input type="hidden" name="confirmed" value="1">
                            <?php endif; ?>
                            <button type="submit" class="btn btn-danger btn-sm"><?= $t($asked === (int) ($pool['id'] ?? 0) ? 'delete_anyway' : 'delete') ?></button>
                        </form>
                    </td>
    <?php
};

$part('list', [
    'heading' => $lang->text('nav_pools'),
    'search' => ['page' => 'pools', 'sought' => $lang->text('search_pools'), 'filter' => $filter, 'sizes' => $sizes,
        'kept' => [], 'box' => ''],
    'error' => $error,
    'add' => $link . '&page=pool',
    'adding' => $lang->text('pool_add'),
    'empty' => $lang->text($filter['search'] === '' ? 'pools_empty' : 'vms_empty'),
    'short' => false,
    'columns' => ['ID', $lang->text('server'), $lang->text('type'), $lang->text('bridge'), 'VLAN', $lang->text('gateway'), $lang->text('addresses'), $lang->text('usage')],
    'rows' => $rows,
    'row' => $row,
]);
$part('pages', ['at' => $filter['page'], 'pages' => $pages, 'to' => static function (int $number) use ($link, $filter): string {
    $query = ['page' => 'pools', 'p' => $number, 'size' => $filter['size'], 'search' => $filter['search']];
    return $link . '&' . http_build_query(array_filter($query, static function ($value): bool {
        return $value !== '';
    }));
}]);
?>
<p class="kvm-above"><a href="<?= $e($link) ?>&amp;page=addresses"><?= $t('who_has') ?></a></p>
