<?php

/**
 * The list of address pools.
 *
 * @var callable $e
 * @var callable $t
 * @var callable $part
 * @var string $link
 * @var string $token
 * @var string $error
 * @var list<array<string, mixed>> $data
 * @var array<int, string> $servers
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

?>
<div class="kvm-page-head">
    <h2><?= $t('nav_pools') ?></h2>
    <a class="btn btn-primary" href="<?= $e($link) ?>&amp;page=pool"><?= $t('pool_add') ?></a>
</div>
<?php $part('trouble', ['error' => $error]); ?>
<div class="kvm-card">
    <?php if ($data === []) : ?>
    <div class="kvm-body"><p class="kvm-muted"><?= $t('pools_empty') ?></p></div>
    <?php else : ?>
    <div class="kvm-scroll">
        <table class="kvm-table">
            <thead>
                <tr>
                    <th scope="col">ID</th>
                    <th scope="col"><?= $t('server') ?></th>
                    <th scope="col"><?= $t('type') ?></th>
                    <th scope="col"><?= $t('bridge') ?></th>
                    <th scope="col">VLAN</th>
                    <th scope="col"><?= $t('gateway') ?></th>
                    <th scope="col"><?= $t('addresses') ?></th>
                    <th scope="col"><?= $t('usage') ?></th>
                    <th scope="col"></th>
                </tr>
            </thead>
            <tbody>
                <?php foreach ($data as $pool) : ?>
                    <?php
                    $used = (int) ($pool['used'] ?? 0);
                    $size = (float) ($pool['total'] ?? 0);
                    $percent = $size > 0 ? min(100, round(100 * $used / $size, 2)) : 0;
                    $level = $percent > 80 ? 'high' : ($percent >= 50 ? 'middle' : 'low');
                    $server = (int) ($pool['server_id'] ?? 0);
                    ?>
                <tr>
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
                            <button type="submit" class="btn btn-danger btn-sm"><?= $t('delete') ?></button>
                        </form>
                    </td>
                </tr>
                <?php endforeach; ?>
            </tbody>
        </table>
    </div>
    <?php endif; ?>
</div>
