<?php

/**
 * The general settings.
 *
 * @var callable $e
 * @var callable $t
 * @var callable $part
 * @var \PuqProxmoxKvm\Lang $lang
 * @var string $link
 * @var string $token
 * @var string $error
 * @var array<string, array{switch: bool, number: bool, value: string}> $fields
 * @var array<string, string> $errors
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

?>
<form method="post" action="<?= $e($link) ?>&amp;page=settings">
    <div class="kvm-page-head">
        <h2><?= $t('nav_settings') ?></h2>
        <button type="submit" class="btn btn-primary"><?= $t('save') ?></button>
    </div>
    <?php $part('trouble', ['error' => $error]); ?>
    <input type="hidden" name="token" value="<?= $e($token) ?>">
    <div class="kvm-card">
        <div class="kvm-body">
            <div class="kvm-form">
                <?php foreach ($fields as $name => $field) : ?>
                    <?php
                    $part('field', [
                        'name' => 'settings[' . $name . ']',
                        'label' => $lang->find('setting_' . $name) ?? ucfirst(str_replace('_', ' ', (string) $name)),
                        'value' => $field['value'],
                        'error' => $errors[$name] ?? '',
                        'hint' => $lang->find('setting_hint_' . $name) === null ? '' : 'setting_hint_' . $name,
                        'type' => $field['number'] ? 'number' : 'text',
                        'options' => $field['switch'] ? ['1' => $lang->text('on'), '0' => $lang->text('off')] : null,
                    ]);
                    ?>
                <?php endforeach; ?>
            </div>
        </div>
    </div>
</form>
