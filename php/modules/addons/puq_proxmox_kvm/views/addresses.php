<?php

/**
 * Who has which address, and who had it.
 *
 * @var callable $e
 * @var callable $t
 * @var callable $part
 * @var \PuqProxmoxKvm\Lang $lang
 * @var string $link
 * @var string $error
 * @var array<string, mixed>|null $pool
 * @var list<array<string, mixed>> $rows
 * @var int $total
 * @var int $pages
 * @var array<string, mixed> $filter
 * @var list<int> $sizes
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

$address = static function (array $change) use ($link, $filter): string {
    $query = ['page' => 'addresses', 'p' => $filter['page']] + array_diff_key($filter, ['page' => true]);
    return $link . '&' . http_build_query(array_filter($change + $query, static function ($value): bool {
        return $value !== '';
    }));
};

?>
<div class="kvm-page-head">
    <h2><?= $t('who_has') ?> <span class="kvm-muted kvm-small"><?= $e($total) ?></span></h2>
    <?php
    $part('search', [
        'page' => 'addresses',
        'sought' => $lang->text('search_addresses'),
        'filter' => $filter,
        'sizes' => $sizes,
        'kept' => $filter['pool'] === '' ? [] : ['pool' => (string) $filter['pool']],
        'box' => 'past',
    ]);
    ?>
</div>
<?php $part('trouble', ['error' => $error]); ?>
<?php if ($pool !== null) : ?>
<p><a href="<?= $e($link) ?>&amp;page=pool&amp;id=<?= $e($pool['id'] ?? '') ?>"><?= $t('pool') ?> <?= $e($pool['id'] ?? '') ?></a>: <bdi dir="ltr" class="kvm-code"><?= $e($pool['address_start'] ?? '') ?> – <?= $e($pool['address_stop'] ?? '') ?></bdi> · <a href="<?= $e($address(['pool' => '', 'p' => 1])) ?>"><?= $t('all_pools') ?></a></p>
<?php endif; ?>
<div class="kvm-card">
    <?php if ($rows === []) : ?>
    <div class="kvm-body"><p class="kvm-muted"><?= $t('vms_empty') ?></p></div>
    <?php else : ?>
    <div class="kvm-scroll">
        <table class="kvm-table kvm-stack">
            <thead>
                <tr>
                    <th scope="col"><?= $t('address') ?></th>
                    <th scope="col"><?= $t('service') ?></th>
                    <th scope="col"><?= $t('client') ?></th>
                    <th scope="col">VM ID</th>
                    <th scope="col"><?= $t('had_from') ?></th>
                    <th scope="col"><?= $t('had_until') ?></th>
                    <th scope="col"><?= $t('bridge') ?></th>
                </tr>
            </thead>
            <tbody>
                <?php foreach ($rows as $row) : ?>
                    <?php
                    $service = (int) ($row['service_id'] ?? 0);
                    $client = (int) ($row['client_id'] ?? 0);
                    $here = (string) ($row['until'] ?? '') === '';
                    $vlan = (int) ($row['vlan'] ?? 0);
                    ?>
                <tr>
                    <td data-label="<?= $t('address') ?>"><a class="kvm-code kvm-nowrap" href="<?= $e($link) ?>&amp;page=addresses&amp;past=1&amp;search=<?= $e(urlencode((string) ($row['address'] ?? ''))) ?>" title="<?= $t('address_past') ?>"><bdi dir="ltr"><?= $e($row['address'] ?? '') ?></bdi></a></td>
                    <td data-label="<?= $t('service') ?>"><a href="clientsservices.php?userid=<?= $e($client) ?>&amp;id=<?= $e($service) ?>">#<?= $e($service) ?></a><div class="kvm-muted kvm-small"><?= $e($row['product'] ?? '') ?></div></td>
                    <td data-label="<?= $t('client') ?>">
                        <?php if ($client > 0) : ?>
                        <a href="clientssummary.php?userid=<?= $e($client) ?>"><bdi><?= $e($row['client'] ?? '#' . $client) ?></bdi></a>
                        <?php else : ?>
                        –
                        <?php endif; ?>
                    </td>
                    <td data-label="VM ID">
                        <?php if ((int) ($row['vmid'] ?? 0) > 0 && $here) : ?>
                        <a href="<?= $e($link) ?>&amp;page=vm&amp;service_id=<?= $e($service) ?>"><?= $e($row['vmid']) ?></a>
                        <?php else : ?>
                            <?= $e($row['vmid'] ?? '–') ?>
                        <?php endif; ?>
                    </td>
                    <td data-label="<?= $t('had_from') ?>" class="kvm-nowrap">
                        <?php if ((string) ($row['since'] ?? '') === '') : ?>
                            <?= $t('had_before') ?>
                        <?php else : ?>
                        <bdi dir="ltr"><?= $e($row['since']) ?></bdi>
                        <?php endif; ?>
                    </td>
                    <td data-label="<?= $t('had_until') ?>" class="kvm-nowrap">
                        <?php if ($here) : ?>
                            <?= $t('had_still') ?>
                        <?php else : ?>
                        <bdi dir="ltr"><?= $e($row['until']) ?></bdi>
                        <?php endif; ?>
                    </td>
                    <td data-label="<?= $t('bridge') ?>" class="kvm-nowrap"><bdi dir="ltr" class="kvm-code"><?= $e($row['bridge'] ?? '') ?></bdi><?= $vlan > 0 ? ' VLAN ' . $e($vlan) : '' ?></td>
                </tr>
                <?php endforeach; ?>
            </tbody>
        </table>
    </div>
    <?php endif; ?>
</div>
<?php
$part('pages', ['at' => $filter['page'], 'pages' => $pages, 'to' => static function (int $number) use ($address): string {
    return $address(['p' => $number]);
}]);
