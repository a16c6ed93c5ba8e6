<?php

/**
 * The list of virtual machines.
 *
 * @var callable $e
 * @var callable $t
 * @var callable $part
 * @var \PuqProxmoxKvm\Lang $lang
 * @var string $link
 * @var string $error
 * @var list<array<string, mixed>> $rows
 * @var int $total
 * @var int $pages
 * @var array<string, mixed> $filter
 * @var list<int> $sizes
 * @var list<string> $statuses
 * @var list<string> $states
 * @var list<string> $orders What the list can be sorted by.
 * @var list<array{service_id: int, ok: bool, text: string}> $results What came of what was just asked for.
 * @var string $token
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

$address = static function (array $change) use ($link, $filter): string {
    $query = ['page' => 'vms', 'p' => $filter['page']] + array_diff_key($filter, ['page' => true]);
    return $link . '&' . http_build_query(array_filter($change + $query, static fn ($value): bool => $value !== ''));
};
// A heading that sorts: a second click turns the order round.
$column = static function (array $labels) use ($e, $address, $filter, $orders): void {
    $up = $filter['way'] === 'up';
    $sorted = isset($labels[$filter['sort']]) ? ($up ? 'ascending' : 'descending') : 'none';
    ?>
                    <th scope="col" aria-sort="<?= $e($sorted) ?>">
    <?php
    foreach ($labels as $key => $label) {
        $own = $filter['sort'] === $key;
        $way = $own && $up ? 'down' : 'up';
        $mark = $own ? ($up ? '▲' : '▼') : '';
        if (in_array($key, $orders, true)) {
            ?>
                        <a href="<?= $e($address(['sort' => $key, 'way' => $way, 'p' => 1])) ?>" data-sort="<?= $e($key) ?>" data-way="<?= $e($way) ?>"><?= $e($label) ?><span aria-hidden="true"><?= $e($mark) ?></span></a>
            <?php
        }
    }
    ?>
                    </th>
    <?php
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
        <input class="form-control" type="search" name="search" value="<?= $e($filter['search']) ?>" placeholder="<?= $t('search_vms') ?>" aria-label="<?= $t('search_vms') ?>">
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
        <select class="form-control" name="only" aria-label="<?= $t('all_rows') ?>">
            <?php foreach (['' => 'all_rows', 'waiting' => 'only_waiting', 'odd' => 'only_odd'] as $only => $label) : ?>
            <option value="<?= $e($only) ?>"<?= $only === $filter['only'] ? ' selected' : '' ?>><?= $t($label) ?></option>
            <?php endforeach; ?>
        </select>
        <input type="hidden" name="sort" value="<?= $e($filter['sort']) ?>">
        <input type="hidden" name="way" value="<?= $e($filter['way']) ?>">
        <select class="form-control" name="size" aria-label="<?= $t('page_size') ?>">
            <?php foreach ($sizes as $size) : ?>
            <option<?= $size === $filter['size'] ? ' selected' : '' ?>><?= $e($size) ?></option>
            <?php endforeach; ?>
        </select>
        <button type="submit" class="btn btn-default"><?= $t('filter') ?></button>
    </form>
</div>
<?php $part('trouble', ['error' => $error]); ?>
<?php if ($results !== []) : ?>
<div class="kvm-card" role="status">
    <div class="kvm-body">
        <h3><?= $t('results') ?></h3>
        <?php foreach ($results as $one) : ?>
        <p class="kvm-alarm"><span class="kvm-mark is-<?= $one['ok'] ? 'success' : 'danger' ?>"></span> <span><a href="<?= $e($link) ?>&amp;page=vm&amp;service_id=<?= $e((int) $one['service_id']) ?>">#<?= $e((int) $one['service_id']) ?></a> <?= $e($one['text']) ?></span></p>
        <?php endforeach; ?>
    </div>
</div>
<?php endif; ?>
<form method="post" action="<?= $e($address([])) ?>">
<input type="hidden" name="token" value="<?= $e($token) ?>">
<div class="kvm-card">
    <?php if ($rows === []) : ?>
    <div class="kvm-body"><p class="kvm-muted"><?= $t('vms_empty') ?></p></div>
    <?php else : ?>
    <div class="kvm-scroll">
        <table class="kvm-table kvm-vms">
            <thead>
                <tr>
                    <th scope="col"><input type="checkbox" data-all="services[]" aria-label="<?= $t('choose_all') ?>"></th>
                    <?php $column(['service' => $lang->text('service'), 'status' => $lang->text('service_status')]); ?>
                    <?php $column(['client' => $lang->text('client')]); ?>
                    <?php $column(['product' => $lang->text('product')]); ?>
                    <?php $column(['server' => $lang->text('server')]); ?>
                    <?php $column(['vmid' => 'VM ID', 'name' => $lang->text('vm_name')]); ?>
                    <?php $column(['vm_status' => $lang->text('vm_status')]); ?>
                    <?php $column(['address' => $lang->text('addresses')]); ?>
                    <td></td>
                </tr>
            </thead>
            <tbody>
                <?php foreach ($rows as $row) : ?>
                    <?php
                    $service = (int) ($row['service_id'] ?? 0);
                    $client = (int) ($row['client_id'] ?? 0);
                    $state = (string) ($row['vm_status'] ?? '');
                    $own = $link . '&page=vm&service_id=' . $service;
                    ?>
                <tr>
                    <td class="is-choice"><input type="checkbox" name="services[]" value="<?= $e($service) ?>" aria-label="<?= $t('choose_one', ['id' => $service]) ?>"></td>
                    <td class="is-service"><a href="clientsservices.php?userid=<?= $e($client) ?>&amp;id=<?= $e($service) ?>">#<?= $e($service) ?></a><div class="kvm-muted kvm-small"><?= $e($row['service_status'] ?? '') ?></div></td>
                    <td><a href="clientssummary.php?userid=<?= $e($client) ?>"><bdi><?= $e($row['client'] ?? '') ?></bdi></a></td>
                    <td><?= $e($row['product'] ?? '') ?></td>
                    <td><?= $e($row['server'] ?? '') ?></td>
                    <td><?= $e($row['vmid'] ?? '') ?><div class="kvm-muted kvm-small kvm-nowrap"><bdi dir="ltr"><?= $e($row['vm_name'] ?? '') ?></bdi></div></td>
                    <td class="is-state">
                        <span class="kvm-nowrap"><span class="kvm-mark is-<?= $e($level($state)) ?>"></span> <?= $e($state) ?></span>
                        <?php foreach ((array) ($row['odd'] ?? []) as $odd) : ?>
                        <div class="kvm-small kvm-bad"><?= $e($odd) ?></div>
                        <?php endforeach; ?>
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
                        <div class="kvm-code kvm-nowrap"><bdi dir="ltr"><?= $e($one['address'] ?? '') ?></bdi></div>
                            <?php if ((string) ($one['rdns'] ?? '') !== '') : ?>
                        <div class="kvm-muted kvm-small"><bdi dir="ltr"><?= $e($one['rdns']) ?></bdi></div>
                            <?php endif; ?>
                        <?php endforeach; ?>
                    </td>
                    <td class="kvm-right kvm-row-buttons">
                        <a class="btn btn-default btn-sm" href="<?= $e($own) ?>"><?= $t('open_log') ?></a>
                        <a class="btn btn-default btn-sm" href="<?= $e($own) ?>#kvm-reset"><?= $t('reset') ?></a>
                        <?php if ($state !== 'ready') : ?>
                        <button type="submit" class="btn btn-default btn-sm" name="act" value="retry:<?= $e($service) ?>"><?= $t('retry') ?></button>
                        <a class="btn btn-default btn-sm" href="<?= $e($own) ?>#kvm-redeploy"><?= $t('redeploy') ?></a>
                        <?php else : ?>
                        <button type="submit" class="btn btn-default btn-sm" name="act" value="set_dns_records:<?= $e($service) ?>"><?= $t('set_dns_records') ?></button>
                        <?php endif; ?>
                        <a class="btn btn-default btn-sm" href="<?= $e($link) ?>&amp;page=record&amp;service_id=<?= $e($service) ?>"><?= $t('record') ?></a>
                    </td>
                </tr>
                <?php endforeach; ?>
            </tbody>
        </table>
    </div>
    <?php endif; ?>
</div>
<?php if ($rows !== []) : ?>
<div class="kvm-filters">
    <span><?= $t('with_chosen') ?>:</span>
    <button type="submit" class="btn btn-default" name="act" value="retry"><?= $t('retry') ?></button>
    <button type="submit" class="btn btn-default" name="act" value="set_dns_records"><?= $t('set_dns_records') ?></button>
</div>
<?php endif; ?>
</form>
<?php
$part('pages', ['at' => $filter['page'], 'pages' => $pages, 'to' => static function (int $number) use ($address): string {
    return $address(['p' => $number]);
}]);
