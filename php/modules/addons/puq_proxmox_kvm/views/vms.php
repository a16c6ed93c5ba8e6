<?php

/**
 * The list of virtual machines.
 *
 * @var callable $e
 * @var callable $t
 * @var callable $part
 * @var string $link
 * @var string $error
 * @var list<array<string, mixed>> $rows
 * @var int $total
 * @var int $pages
 * @var array<string, mixed> $filter
 * @var list<int> $sizes
 * @var list<string> $statuses
 * @var list<string> $states
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

$address = static function (int $page) use ($link, $filter): string {
    $query = ['page' => 'vms', 'p' => $page] + array_diff_key($filter, ['page' => true]);
    return $link . '&' . http_build_query(array_filter($query, static fn ($value): bool => $value !== ''));
};
$level = static function (string $state): string {
    if ($state === 'ready') {
        return 'success';
    }
    return strncmp($state, 'error_', 6) === 0 ? 'danger' : ($state === 'remove' ? '' : 'warning');
};

?>
<div class="kvm-page-head">
    <h2><?= $t('nav_vms') ?> <span class="kvm-muted kvm-small"><?= $e($total) ?></span></h2>
    <form class="kvm-filters" method="get" action="addonmodules.php" data-remember="puq-kvm-vms">
        <input type="hidden" name="module" value="puq_proxmox_kvm">
        <input type="hidden" name="page" value="vms">
        <input class="form-control" type="search" name="search" value="<?= $e($filter['search']) ?>" placeholder="<?= $t('search') ?>" aria-label="<?= $t('search') ?>">
        <select class="form-control" name="status" aria-label="<?= $t('service_status') ?>">
            <option value=""><?= $t('all_services') ?></option>
            <?php foreach ($statuses as $status) : ?>
            <option<?= $status === $filter['status'] ? ' selected' : '' ?>><?= $e($status) ?></option>
            <?php endforeach; ?>
        </select>
        <select class="form-control" name="vm_status" aria-label="<?= $t('vm_status') ?>">
            <option value=""><?= $t('all_vm_statuses') ?></option>
            <?php foreach ($states as $state) : ?>
            <option<?= $state === $filter['vm_status'] ? ' selected' : '' ?>><?= $e($state) ?></option>
            <?php endforeach; ?>
        </select>
        <select class="form-control" name="size" aria-label="<?= $t('page_size') ?>">
            <?php foreach ($sizes as $size) : ?>
            <option<?= $size === $filter['size'] ? ' selected' : '' ?>><?= $e($size) ?></option>
            <?php endforeach; ?>
        </select>
        <button type="submit" class="btn btn-default"><?= $t('filter') ?></button>
    </form>
</div>
<?php $part('trouble', ['error' => $error]); ?>
<div class="kvm-card">
    <?php if ($rows === []) : ?>
    <div class="kvm-body"><p class="kvm-muted"><?= $t('vms_empty') ?></p></div>
    <?php else : ?>
    <div class="kvm-scroll">
        <table class="kvm-table">
            <thead>
                <tr>
                    <th scope="col"><?= $t('service') ?></th>
                    <th scope="col"><?= $t('client') ?></th>
                    <th scope="col"><?= $t('product') ?></th>
                    <th scope="col"><?= $t('server') ?></th>
                    <th scope="col">VM</th>
                    <th scope="col"><?= $t('vm_status') ?></th>
                    <th scope="col"><?= $t('addresses') ?></th>
                    <th scope="col"></th>
                </tr>
            </thead>
            <tbody>
                <?php foreach ($rows as $row) : ?>
                    <?php
                    $service = (int) ($row['service_id'] ?? 0);
                    $client = (int) ($row['client_id'] ?? 0);
                    $state = (string) ($row['vm_status'] ?? '');
                    ?>
                <tr>
                    <td><a href="clientsservices.php?userid=<?= $e($client) ?>&amp;id=<?= $e($service) ?>">#<?= $e($service) ?></a><div class="kvm-muted kvm-small"><?= $e($row['service_status'] ?? '') ?></div></td>
                    <td><a href="clientssummary.php?userid=<?= $e($client) ?>"><?= $e($row['client'] ?? '') ?></a></td>
                    <td><?= $e($row['product'] ?? '') ?></td>
                    <td><?= $e($row['server'] ?? '') ?></td>
                    <td><?= $e($row['vmid'] ?? '') ?><div class="kvm-muted kvm-small kvm-nowrap"><?= $e($row['vm_name'] ?? '') ?></div></td>
                    <td>
                        <span class="kvm-nowrap"><span class="kvm-mark is-<?= $e($level($state)) ?>"></span> <?= $e($state) ?></span>
                        <?php if ((string) ($row['waiting'] ?? '') !== '') : ?>
                        <div class="kvm-small kvm-waiting">
                            <?= $e($row['waiting']) ?>
                            <?php if ((string) ($row['waiting_since'] ?? '') !== '') : ?>
                            <span class="kvm-muted"><?= $t('since', ['time' => (string) $row['waiting_since']]) ?></span>
                            <?php endif; ?>
                        </div>
                        <?php endif; ?>
                    </td>
                    <td>
                        <?php foreach ((array) ($row['addresses'] ?? []) as $one) : ?>
                        <div class="kvm-code kvm-nowrap"><?= $e(is_array($one) ? ($one['address'] ?? '') : $one) ?></div>
                            <?php if (is_array($one) && (string) ($one['rdns'] ?? '') !== '') : ?>
                        <div class="kvm-muted kvm-small"><?= $e($one['rdns']) ?></div>
                            <?php endif; ?>
                        <?php endforeach; ?>
                    </td>
                    <td class="kvm-right"><a class="btn btn-default btn-sm" href="<?= $e($link) ?>&amp;page=vm&amp;service_id=<?= $e($service) ?>"><?= $t('open_log') ?></a></td>
                </tr>
                <?php endforeach; ?>
            </tbody>
        </table>
    </div>
    <?php endif; ?>
</div>
<?php if ($pages > 1) : ?>
<nav class="kvm-pages" aria-label="<?= $t('pages') ?>">
    <?php if ($filter['page'] > 1) : ?>
    <a class="btn btn-default btn-sm" rel="prev" href="<?= $e($address($filter['page'] - 1)) ?>">‹</a>
    <?php endif; ?>
    <span><?= $t('page_of', ['page' => $filter['page'], 'pages' => $pages]) ?></span>
    <?php if ($filter['page'] < $pages) : ?>
    <a class="btn btn-default btn-sm" rel="next" href="<?= $e($address($filter['page'] + 1)) ?>">›</a>
    <?php endif; ?>
</nav>
<?php endif; ?>
