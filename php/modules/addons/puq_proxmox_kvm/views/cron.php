<?php

/**
 * How the cron runs.
 *
 * @var callable $e
 * @var callable $t
 * @var callable $part
 * @var \PuqProxmoxKvm\Lang $lang
 * @var string $link
 * @var string $token
 * @var string $error
 * @var array<string, mixed> $cron
 * @var array<string, string> $errors
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

$standalone = $cron['mode'] === 'standalone';

?>
<form method="post" action="<?= $e($link) ?>&amp;page=cron">
    <div class="kvm-page-head">
        <h2><?= $t('nav_cron') ?></h2>
        <button type="submit" class="btn btn-primary"><?= $t('save') ?></button>
    </div>
    <?php $part('trouble', ['error' => $error]); ?>
    <input type="hidden" name="token" value="<?= $e($token) ?>">
    <div class="kvm-card">
        <div class="kvm-body">
            <h3><?= $t('cron_mode') ?></h3>
            <p class="kvm-check"><input type="radio" id="kvm-mode-hook" name="mode" value="hook"<?= $standalone ? '' : ' checked' ?>><label for="kvm-mode-hook"><?= $t('cron_mode_hook') ?></label></p>
            <p class="kvm-check"><input type="radio" id="kvm-mode-standalone" name="mode" value="standalone"<?= $standalone ? ' checked' : '' ?>><label for="kvm-mode-standalone"><?= $t('cron_mode_standalone') ?></label></p>
            <pre class="kvm-code"><?= $e($cron['cron_line']) ?></pre>
            <?php
            $part('field', [
                'name' => 'lock_timeout',
                'label' => $lang->text('cron_lock_timeout'),
                'value' => (string) $cron['lock_timeout'],
                'error' => $errors['lock_timeout'] ?? '',
                'hint' => 'hint_lock_timeout',
                'type' => 'number',
                'options' => null,
            ]);
            ?>
        </div>
    </div>
    <div class="kvm-card">
        <div class="kvm-scroll">
            <table class="kvm-table">
                <thead>
                    <tr>
                        <th scope="col"><?= $t('task') ?></th>
                        <th scope="col"><?= $t('interval') ?></th>
                        <th scope="col"><?= $t('last_run') ?></th>
                        <th scope="col"><?= $t('status') ?></th>
                    </tr>
                </thead>
                <tbody>
                    <?php foreach ((array) $cron['tasks'] as $task) : ?>
                        <?php $on = (int) ($task['interval'] ?? 0) > 0; ?>
                    <tr>
                        <td><?= $e($lang->find('task_' . ($task['key'] ?? '')) ?? $task['label'] ?? '') ?><div class="kvm-muted kvm-small kvm-code"><?= $e($task['key'] ?? '') ?></div></td>
                        <td>
                            <input class="form-control kvm-short" type="number" min="0" name="intervals[<?= $e($task['key'] ?? '') ?>]" value="<?= $e($task['interval'] ?? 0) ?>" aria-label="<?= $t('interval') ?>">
                            <?php if (isset($errors[(string) ($task['key'] ?? '')])) : ?>
                            <p class="kvm-wrong" role="alert"><?= $e($errors[(string) $task['key']]) ?></p>
                            <?php endif; ?>
                        </td>
                        <td><?= isset($task['last_run']) ? $e($task['last_run']) : $t('never') ?></td>
                        <td class="kvm-nowrap"><span class="kvm-mark<?= $on ? ' is-success' : '' ?>"></span> <?= $t($on ? 'on' : 'off') ?></td>
                    </tr>
                    <?php endforeach; ?>
                </tbody>
            </table>
        </div>
    </div>
    <p class="kvm-hint"><?= $t('hint_intervals') ?></p>
</form>
