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
<div class="kvm-card" id="kvm-limits">
    <div class="kvm-body">
        <h3><?= $t('limits_title') ?></h3>
        <p class="kvm-muted"><?= $t($cron['limits'] === [] ? 'limits_empty' : 'limits_hint') ?></p>
    </div>
    <?php if ($cron['limits'] !== []) : ?>
    <div class="kvm-scroll" tabindex="0">
        <table class="kvm-table">
            <thead>
                <tr>
                    <th scope="col"><?= $t('limit_work') ?></th>
                    <th scope="col"><?= $t('limit_place') ?></th>
                    <th scope="col" class="kvm-right"><?= $t('limit_now') ?></th>
                    <th scope="col" class="kvm-right"><?= $t('limit_fastest') ?></th>
                    <th scope="col"><?= $t('limit_narrowed') ?></th>
                </tr>
            </thead>
            <tbody>
                <?php foreach ($cron['limits'] as $limit) : ?>
                <tr>
                    <td><?= $e($lang->find($limit['work']) ?? $limit['work']) ?></td>
                    <td><span class="kvm-code"><?= $e($limit['place']) ?></span> <span class="kvm-muted"><?= $e($limit['cluster']) ?></span></td>
                    <td class="kvm-right"><?= $e($limit['now']) ?></td>
                    <td class="kvm-right kvm-nowrap"><?= $limit['fastest'] === '' ? '' : $e($limit['fastest']) . ' s' ?></td>
                    <td>
                        <?php if ($limit['why'] === '') : ?>
                            <?= $t('never') ?>
                        <?php else : ?>
                        <span class="kvm-nowrap"><?= $e($limit['narrowed']) ?></span>
                        <div class="kvm-muted kvm-small"><?= $t($limit['why'], $limit['words']) ?></div>
                        <?php endif; ?>
                    </td>
                </tr>
                <?php endforeach; ?>
            </tbody>
        </table>
    </div>
    <?php endif; ?>
</div>
