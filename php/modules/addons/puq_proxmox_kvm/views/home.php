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
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

$cards = [
    ['vms', 'active', 'card_active'],
    ['vms', 'services', 'card_services'],
    ['pools', 'pools', 'card_pools'],
    ['zones', 'zones', 'card_zones'],
];
$alarms = (array) ($data['alarms'] ?? []);
$failures = array_map(static function ($failure): array {
    return (array) $failure;
}, (array) ($data['failures'] ?? []));
$census = (array) ($data['census'] ?? []);
// What staff may do about a finding: how the button looks, what it says, and what it asks first.
$deeds = [
    'adopt' => ['btn-default', 'census_adopt', ''],
    'redeploy' => ['btn-danger', 'redeploy', 'ask_redeploy'],
    'remove' => ['btn-danger', 'census_remove', 'census_ask'],
];

?>
<?php $part('trouble', ['error' => $error]); ?>
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
            <?php if ((int) ($one['service_id'] ?? 0) > 0) : ?>
            <a href="<?= $e($link) ?>&amp;page=vm&amp;service_id=<?= $e((int) $one['service_id']) ?>">#<?= $e((int) $one['service_id']) ?></a>
            <?php endif; ?>
            <?php foreach ($deeds as $op => [$look, $label, $ask]) : ?>
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
            <?php if ($alarms === [] && $failures === []) : ?>
            <p><span class="kvm-mark is-success"></span> <?= $t('alarms_none') ?></p>
            <?php endif; ?>
            <?php foreach ($alarms as $alarm) : ?>
            <p class="kvm-alarm"><span class="kvm-mark is-danger"></span> <span><?= $e($alarm) ?></span></p>
            <?php endforeach; ?>
            <?php if ($failures !== []) : ?>
            <h3><?= $t('failures') ?></h3>
            <?php endif; ?>
            <?php foreach ($failures as $failure) : ?>
            <p class="kvm-alarm"><span class="kvm-mark is-danger"></span> <span><a href="<?= $e($link) ?>&amp;page=vm&amp;service_id=<?= $e((int) ($failure['service_id'] ?? 0)) ?>"><?= $e($failure['text'] ?? '') ?></a></span></p>
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
