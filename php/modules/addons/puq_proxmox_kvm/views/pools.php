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
 * @var list<array<string, mixed>> $data
 * @var int $asked The one whose deletion is to be confirmed; 0: none.
 * @var array<int, string> $servers
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

$row = static function (array $pool) use ($e, $t, $link, $token, $servers, $asked): void {
    $used = (int) ($pool['used'] ?? 0);
    $size = (float) ($pool['total'] ?? 0);
    $percent = $size > 0 ? min(100, round(100 * $used / $size, 2)) : 0;
    $level = $percent > 80 ? 'high' : ($percent >= 50 ? 'middle' : 'low');
    $server = (int) ($pool['server_id'] ?? 0);
    ?>
                    <td><?= $e($pool['id'] ?? '') ?></td>
                    <td><?= $e($servers[$server] ?? '–') ?> <span class="kvm-muted">#<?= $e($server) ?></span></td>
                    <td><span class="kvm-tag"><?= $e($pool['type'] ?? '') ?></span></td>
                    <td class="kvm-code"><?= $e($pool['bridge'] ?? '') ?></td>
                    <td><?= $e($pool['vlan'] ?? '0') ?></td>
                    <td class="kvm-code kvm-nowrap"><?= $e($pool['gateway'] ?? '') ?>/<?= $e($pool['mask'] ?? '') ?></td>
                    <td>
                        <span class="kvm-code"><?= $e($pool['address_start'] ?? '') ?> – <?= $e($pool['address_stop'] ?? '') ?></span>
                        <?php if (($pool['zone_hint'] ?? '') !== '') : ?>
                        <div class="kvm-muted kvm-small"><?= $t('rdns_zone') ?>: <?= $e($pool['zone_hint']) ?></div>
                        <?php endif; ?>
                        <?php if (($pool['error'] ?? '') !== '') : ?>
                        <div class="kvm-wrong" role="alert"><?= $e($pool['error']) ?></div>
                        <?php endif; ?>
                    </td>
                    <td class="kvm-usage">
                        <div class="kvm-bar is-<?= $e($level) ?>" role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow="<?= $e($percent) ?>" aria-label="<?= $t('usage') ?>"><span style="width: <?= $e($percent) ?>%"></span></div>
                        <span class="kvm-small"><?= $e($percent) ?>% (<?= $e($used) ?>/<?= $e($size) ?>)</span>
                    </td>
                    <td class="kvm-right kvm-nowrap">
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
    'error' => $error,
    'add' => $link . '&page=pool',
    'adding' => $lang->text('pool_add'),
    'empty' => $lang->text('pools_empty'),
    'short' => false,
    'columns' => ['ID', $lang->text('server'), $lang->text('type'), $lang->text('bridge'), 'VLAN', $lang->text('gateway'), $lang->text('addresses'), $lang->text('usage')],
    'rows' => $data,
    'row' => $row,
]);
