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
 * @var array<string, string> $errors
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

$choices = ['type' => ['zonefile' => $lang->text('zone_type_zonefile')]];
$hints = ['zone' => 'hint_zone', 'path' => 'hint_zone_path'];

?>
<div class="kvm-page-head"><h2><?= $t($id > 0 ? 'zone_edit' : 'zone_add') ?></h2></div>
<?php $part('trouble', ['error' => $error]); ?>
<form method="post" action="<?= $e($link) ?>&amp;page=zone&amp;id=<?= $e($id) ?>" class="kvm-card">
    <div class="kvm-body">
        <input type="hidden" name="token" value="<?= $e($token) ?>">
        <input type="hidden" name="id" value="<?= $e($id) ?>">
        <div class="kvm-form">
            <?php foreach ($zone as $name => $value) : ?>
                <?php
                $part('field', [
                    'name' => $name,
                    'label' => $lang->text('zone_' . $name),
                    'value' => (string) $value,
                    'error' => $errors[$name] ?? '',
                    'hint' => $hints[$name] ?? '',
                    'type' => 'text',
                    'options' => $choices[$name] ?? null,
                ]);
                ?>
            <?php endforeach; ?>
        </div>
        <div class="kvm-buttons">
            <button type="submit" class="btn btn-primary"><?= $t('save') ?></button>
            <a class="btn btn-default" href="<?= $e($link) ?>&amp;page=zones"><?= $t('cancel') ?></a>
        </div>
    </div>
</form>
