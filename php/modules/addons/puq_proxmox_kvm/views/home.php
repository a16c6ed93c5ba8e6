<?php

/**
 * The dashboard.
 *
 * @var callable $e
 * @var callable $t
 * @var callable $part
 * @var string $link
 * @var string $token
 * @var string $error
 * @var array<string, mixed> $data
 * @var string $last_cron
 * @var list<array{day: string, services: int, ordered: int, failures: int}> $days
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

$cards = [
    ['vms&vm_status=ready', 'active', 'card_active'],
    ['vms&vm_status=', 'services', 'card_services'],
    ['vms&only=waiting', 'waiting', 'card_waiting'],
    ['pools', 'pools', 'card_pools'],
    ['zones', 'zones', 'card_zones'],
];
$setup = (array) ($data['setup'] ?? []);
// Where each of the first steps is done.
$places = [
    'server' => 'configservers.php',
    'test' => 'configservers.php',
    'pool' => $link . '&page=pool',
    'template' => $link . '&page=doctor',
    'product' => 'configproducts.php',
    'cron' => $link . '&page=cron',
];
$top = max(1, max(array_merge([0], array_column($days, 'ordered'), array_column($days, 'failures'))));
$eventful = array_sum(array_column($days, 'ordered')) + array_sum(array_column($days, 'failures')) > 0;
// Whose service it is: client, product and the way to its log.
$whose = static function ($concerned) use ($e, $link): void {
    if (!is_array($concerned)) {
        return;
    }
    $client = (int) ($concerned['client_id'] ?? 0);
    ?>
            <span class="kvm-block kvm-small">
                <a href="<?= $e($link) ?>&amp;page=vm&amp;service_id=<?= $e((int) $concerned['service_id']) ?>">#<?= $e((int) $concerned['service_id']) ?></a>
                <?php if ($client > 0) : ?>
                · <a href="clientssummary.php?userid=<?= $e($client) ?>"><bdi><?= $e($concerned['client'] ?? '') ?></bdi></a>
                · <a href="clientsservices.php?userid=<?= $e($client) ?>&amp;id=<?= $e((int) $concerned['service_id']) ?>"><bdi><?= $e($concerned['product'] ?? '') ?></bdi></a>
                <?php endif; ?>
            </span>
    <?php
};
$alarms = (array) ($data['alarms'] ?? []);
$failures = array_map(static function ($failure): array {
    return (array) $failure;
}, (array) ($data['failures'] ?? []));
$census = (array) ($data['census'] ?? []);
// What staff may do about a finding: how the button looks, what it says, and what it asks first.
$actions = [
    'adopt' => ['btn-default', 'census_adopt', ''],
    'redeploy' => ['btn-danger', 'redeploy', 'ask_redeploy'],
    'remove' => ['btn-danger', 'census_remove', 'census_ask'],
];

?>
<div class="kvm-page-head"><h2><?= $t('nav_home') ?></h2></div>
<?php $part('trouble', ['error' => $error]); ?>
<?php if ($setup !== []) : ?>
<div class="kvm-card">
    <div class="kvm-body">
        <h3><?= $t('setup') ?></h3>
        <ol class="kvm-steps">
            <?php foreach ($setup as $step) : ?>
            <li>
                <?php if ($step['done']) : ?>
                <span class="kvm-mark is-success"></span> <span class="kvm-muted"><?= $t('setup_' . $step['task']) ?> (<?= $t('done') ?>)</span>
                <?php else : ?>
                <span class="kvm-mark is-warning"></span> <a href="<?= $e($places[$step['task']] ?? $link) ?>"><?= $t('setup_' . $step['task']) ?></a>
                <?php endif; ?>
            </li>
            <?php endforeach; ?>
        </ol>
    </div>
</div>
<?php endif; ?>
<div class="kvm-grid kvm-cards">
    <?php foreach ($cards as [$page, $key, $label]) : ?>
    <a class="kvm-card" href="<?= $e($link) ?>&amp;page=<?= $e($page) ?>">
        <span class="kvm-body kvm-block"><span class="kvm-figure"><?= $e((int) ($data[$key] ?? 0)) ?></span><span class="kvm-muted kvm-block"><?= $t($label) ?></span></span>
    </a>
    <?php endforeach; ?>
</div>
<?php if ($census !== []) : ?>
<div class="kvm-card">
    <div class="kvm-body">
        <h3><?= $t('census') ?></h3>
        <?php foreach ($census as $one) : ?>
        <div class="kvm-alarm">
            <span class="kvm-mark is-danger"></span> <span><?= $e($one['text'] ?? '') ?>
            <?php $whose($one['concerned'] ?? null); ?>
            <?php foreach ($actions as $op => [$look, $label, $ask]) : ?>
                <?php if ($one[$op] ?? false) : ?>
            <form class="kvm-inline" method="post" action="<?= $e($link) ?>&amp;page=home"<?= $ask !== '' ? ' data-ask="' . $t($ask) . '"' : '' ?>>
                <input type="hidden" name="token" value="<?= $e($token) ?>">
                <input type="hidden" name="op" value="census_<?= $e($op) ?>">
                <input type="hidden" name="cluster" value="<?= $e($one['cluster'] ?? '') ?>">
                <input type="hidden" name="vmid" value="<?= $e($one['vmid'] ?? '') ?>">
                <button type="submit" class="btn <?= $e($look) ?> btn-sm"><?= $t($label) ?></button>
            </form>
                <?php endif; ?>
            <?php endforeach; ?>
            </span>
        </div>
        <?php endforeach; ?>
    </div>
</div>
<?php endif; ?>
<div class="kvm-grid">
    <div class="kvm-card">
        <div class="kvm-body">
            <h3><?= $t('alarms') ?></h3>
            <?php if ($data['fine'] ?? false) : ?>
            <p><span class="kvm-mark is-success"></span> <?= $t('alarms_none') ?></p>
            <?php endif; ?>
            <?php foreach ($alarms as $alarm) : ?>
            <p class="kvm-alarm"><span class="kvm-mark is-danger"></span> <span><?= $e($alarm['text'] ?? '') ?><?php $whose($alarm['concerned'] ?? null); ?></span></p>
            <?php endforeach; ?>
            <?php if ($failures !== []) : ?>
            <h3><?= $t('failures') ?></h3>
            <?php endif; ?>
            <?php foreach ($failures as $failure) : ?>
            <p class="kvm-alarm"><span class="kvm-mark is-danger"></span> <span><?= $e($failure['text'] ?? '') ?><?php $whose($failure['concerned'] ?? null); ?></span></p>
            <?php endforeach; ?>
        </div>
    </div>
    <div class="kvm-card">
        <div class="kvm-body">
            <h3><?= $t('installation') ?></h3>
            <dl class="kvm-list">
                <div><dt><?= $t('last_cron') ?></dt><dd><?= $last_cron !== '' ? $e($last_cron) : $t('never') ?></dd></div>
                <div><dt><?= $t('extension') ?></dt><dd><?= $e($data['version'] ?? '') ?></dd></div>
                <div><dt>PHP</dt><dd><?= $e(PHP_VERSION) ?></dd></div>
            </dl>
            <p class="kvm-buttons"><a class="btn btn-default" href="<?= $e($link) ?>&amp;page=doctor"><?= $t('run_doctor') ?></a></p>
        </div>
    </div>
</div>
<?php if ($eventful) : ?>
<div class="kvm-card">
    <div class="kvm-body">
        <h3><?= $t('days') ?></h3>
        <div class="kvm-days" aria-hidden="true">
            <?php foreach ($days as $day) : ?>
            <div title="<?= $e($day['day']) ?>"><i style="height: <?= $e((int) round(100 * $day['ordered'] / $top)) ?>%"></i><i class="is-bad" style="height: <?= $e((int) round(100 * $day['failures'] / $top)) ?>%"></i></div>
            <?php endforeach; ?>
        </div>
        <details>
            <summary><?= $t('days_ordered') ?> · <?= $t('days_failures') ?></summary>
            <div class="kvm-scroll">
                <table class="kvm-table">
                    <thead><tr><th scope="col"><?= $t('day') ?></th><th scope="col"><?= $t('card_services') ?></th><th scope="col"><?= $t('days_ordered') ?></th><th scope="col"><?= $t('days_failures') ?></th></tr></thead>
                    <tbody>
                        <?php foreach (array_reverse($days) as $day) : ?>
                        <tr><td><bdi dir="ltr"><?= $e($day['day']) ?></bdi></td><td><?= $e($day['services']) ?></td><td><?= $e($day['ordered']) ?></td><td><?= $e($day['failures']) ?></td></tr>
                        <?php endforeach; ?>
                    </tbody>
                </table>
            </div>
        </details>
    </div>
</div>
<?php endif; ?>
