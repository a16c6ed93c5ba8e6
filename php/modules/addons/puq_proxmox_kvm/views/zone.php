<?php

/**
 * The form of one DNS zone.
 *
 * @var callable $e
 * @var callable $t
 * @var callable $part
 * @var \PuqProxmoxKvm\Lang $lang
 * @var string $link
 * @var string $token
 * @var string $error
 * @var int $id
 * @var array<string, string> $zone
 * @var list<string> $providers
 * @var array<string, string> $for Field, then the providers that have it; a field that is not there all have.
 * @var array<string, bool> $kept Fields whose stored value is not shown.
 * @var list<string> $secrets
 * @var array<string, string> $errors
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

$types = [];
foreach ($providers as $type) {
    $types[$type] = $lang->text('zone_type_' . $type);
}

?>
<div class="kvm-page-head"><h2><?= $t($id > 0 ? 'zone_edit' : 'zone_add') ?></h2></div>
<?php $part('trouble', ['error' => $error]); ?>
<form method="post" action="<?= $e($link) ?>&amp;page=zone&amp;id=<?= $e($id) ?>" class="kvm-card">
    <div class="kvm-body">
        <input type="hidden" name="token" value="<?= $e($token) ?>">
        <input type="hidden" name="id" value="<?= $e($id) ?>">
        <div class="kvm-form">
            <?php foreach ($zone as $name => $value) : ?>
            <div<?= isset($for[$name]) ? ' data-for="' . $e($for[$name]) . '"' : '' ?>>
                <?php
                $secret = in_array($name, $secrets, true);
                $hint = 'hint_zone' . ($name === 'zone' ? '' : '_' . ($secret ? 'secret' : $name));
                $part('field', [
                    'name' => $name,
                    'label' => $lang->text('zone_' . $name),
                    'value' => (string) $value,
                    'error' => $errors[$name] ?? '',
                    'hint' => $lang->find($hint) === null ? '' : $hint,
                    'type' => $secret ? 'password' : 'text',
                    'options' => $name === 'type' ? $types : null,
                    'placeholder' => isset($kept[$name]) ? $lang->text('zone_kept') : '',
                ]);
                ?>
            </div>
            <?php endforeach; ?>
        </div>
        <div class="kvm-buttons">
            <button type="submit" class="btn btn-primary"><?= $t('save') ?></button>
            <a class="btn btn-default" href="<?= $e($link) ?>&amp;page=zones"><?= $t('cancel') ?></a>
        </div>
    </div>
</form>
