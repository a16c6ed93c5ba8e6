<?php

/**
 * The row of one service.
 *
 * @var callable $e
 * @var callable $t
 * @var callable $part
 * @var string $link
 * @var string $token
 * @var string $error
 * @var int $id
 * @var array{rev: int, fixed: array<string, mixed>, fields: array<string, mixed>, states: list<string>} $record
 * @var array<string, string> $errors
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

$action = $link . '&page=record&service_id=' . $id;

?>
<div class="kvm-page-head">
    <h2><?= $t('record') ?> <a href="<?= $e($link) ?>&amp;page=vm&amp;service_id=<?= $e($id) ?>">#<?= $e($id) ?></a></h2>
</div>
<?php $part('trouble', ['error' => $error]); ?>
<?php if ($record['fields'] !== []) : ?>
<div class="kvm-notice is-warn" role="note"><?= $t('record_warning') ?></div>
<form method="post" action="<?= $e($action) ?>">
    <input type="hidden" name="token" value="<?= $e($token) ?>">
    <input type="hidden" name="service_id" value="<?= $e($id) ?>">
    <input type="hidden" name="rev" value="<?= $e($record['rev']) ?>">
    <div class="kvm-card">
        <div class="kvm-body">
            <dl class="kvm-list kvm-facts">
                <?php foreach ($record['fixed'] as $name => $value) : ?>
                <div><dt class="kvm-code"><?= $e($name) ?></dt><dd class="kvm-code"><bdi dir="ltr"><?= $e($value ?? '–') ?></bdi></dd></div>
                <?php endforeach; ?>
            </dl>
            <div class="kvm-form">
                <?php foreach ($record['fields'] as $name => $value) : ?>
                    <?php
                    $part('field', [
                        'name' => 'fields[' . $name . ']',
                        'label' => $name,
                        'value' => (string) $value,
                        'error' => $errors[$name] ?? '',
                        'hint' => '',
                        'type' => 'text',
                        'options' => $name === 'vm_status' ? array_combine($record['states'], $record['states']) : null,
                    ]);
                    ?>
                <?php endforeach; ?>
            </div>
            <p class="kvm-buttons">
                <a class="btn btn-default" href="<?= $e($link) ?>&amp;page=vms"><?= $t('cancel') ?></a>
                <button type="submit" class="btn btn-warning"><?= $t('save') ?></button>
            </p>
        </div>
    </div>
</form>
    <?php if (in_array($record['fields']['vm_status'] ?? '', ['error_terminate', 'remove'], true)) : ?>
<form method="post" action="<?= $e($action) ?>" data-ask="<?= $t('ask_delete_record') ?>">
    <input type="hidden" name="token" value="<?= $e($token) ?>">
    <input type="hidden" name="service_id" value="<?= $e($id) ?>">
    <input type="hidden" name="op" value="delete_record">
    <button type="submit" class="btn btn-danger"><?= $t('delete_record') ?></button>
</form>
    <?php endif; ?>
<?php endif; ?>
