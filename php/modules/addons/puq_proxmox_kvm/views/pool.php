<?php

/**
 * The form of one address pool.
 *
 * @var callable $e
 * @var callable $t
 * @var callable $part
 * @var \PuqProxmoxKvm\Lang $lang
 * @var string $link
 * @var string $token
 * @var string $error
 * @var int $id
 * @var array<string, mixed> $pool
 * @var list<array{id: int, name: string}> $servers
 * @var array<string, string> $errors
 */

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

$choices = [
    'server_id' => array_column($servers, 'name', 'id'),
    'type' => ['IPv4' => 'IPv4', 'IPv6' => 'IPv6'],
];
$hints = [
    'vlan' => 'hint_vlan',
    'bridge' => 'hint_bridge',
    'mask' => 'hint_mask',
    'address_stop' => 'hint_range',
    'reserved' => 'hint_reserved',
];

?>
<div class="kvm-page-head"><h2><?= $t($id > 0 ? 'pool_edit' : 'pool_add') ?></h2></div>
<?php $part('trouble', ['error' => $error]); ?>
<form method="post" action="<?= $e($link) ?>&amp;page=pool&amp;id=<?= $e($id) ?>" class="kvm-card">
    <div class="kvm-body">
        <input type="hidden" name="token" value="<?= $e($token) ?>">
        <input type="hidden" name="id" value="<?= $e($id) ?>">
        <div class="kvm-form">
            <?php foreach ($pool as $name => $value) : ?>
                <?php
                $part('field', [
                    'name' => $name,
                    'label' => $lang->text('pool_' . $name),
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
            <a class="btn btn-default" href="<?= $e($link) ?>&amp;page=pools"><?= $t('cancel') ?></a>
        </div>
    </div>
</form>
