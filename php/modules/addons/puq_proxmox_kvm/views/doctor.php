<?php

/**
 * The checks of the installation and of one server.
 *
 * @var callable $e
 * @var callable $t
 * @var callable $part
 * @var string $error
 * @var list<array{id: int, name: string}> $servers
 * @var int $server
 * @var list<array{name: string, status: string, text: string, fix: string}>|null $checks
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

?>
<div class="kvm-page-head">
    <h2><?= $t('nav_doctor') ?></h2>
    <form class="kvm-filters" method="get" action="addonmodules.php">
        <input type="hidden" name="module" value="puq_proxmox_kvm">
        <input type="hidden" name="page" value="doctor">
        <select class="form-control" name="server_id" aria-label="<?= $t('server') ?>">
            <option value="0"><?= $t('doctor_all') ?></option>
            <?php foreach ($servers as $one) : ?>
            <option value="<?= $e($one['id']) ?>"<?= $one['id'] === $server ? ' selected' : '' ?>><?= $e($one['name']) ?></option>
            <?php endforeach; ?>
        </select>
        <button type="submit" class="btn btn-primary"><?= $t('run_doctor') ?></button>
    </form>
</div>
<?php $part('trouble', ['error' => $error]); ?>
<?php if ($checks === null) : ?>
<p class="kvm-muted"><?= $t('doctor_intro') ?></p>
<?php else : ?>
<div class="kvm-card">
    <table class="kvm-table kvm-stack kvm-doctor">
        <tbody>
            <?php foreach ($checks as $place => $check) : ?>
            <tr>
                <td class="kvm-nowrap"><span class="kvm-mark is-<?= $e($check['status'] ?? '') ?>"></span> <?= $t('check_' . ($check['status'] ?? 'warn')) ?></td>
                <td><strong><?= $e($check['name'] ?? '') ?></strong></td>
                <td>
                    <?= $e($check['text'] ?? '') ?>
                    <?php if ((string) ($check['fix'] ?? '') !== '') : ?>
                    <div class="kvm-fix"><span class="kvm-muted kvm-small" id="kvm-fix-<?= $e($place) ?>"><?= $e($check['fix']) ?></span> <button type="button" class="btn btn-default btn-sm" data-copy-text="<?= $e($check['fix']) ?>" data-copied="<?= $t('copied') ?>" aria-describedby="kvm-fix-<?= $e($place) ?>"><?= $t('copy') ?></button></div>
                    <?php endif; ?>
                </td>
            </tr>
            <?php endforeach; ?>
        </tbody>
    </table>
</div>
<?php endif; ?>
