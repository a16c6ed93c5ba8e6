<?php

/**
 * The form of one address pool.
 *
 * @var callable $part
 * @var callable $t
 * @var \PuqProxmoxKvm\Lang $lang
 * @var string $link
 * @var string $token
 * @var string $error
 * @var int $id
 * @var array<string, mixed> $pool
 * @var list<array{id: int, name: string}> $servers
 * @var array<string, string> $errors
 * @var array{good: bool, text: string} $names Where the reverse names of its addresses would go.
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

$fields = [];
foreach ($pool as $name => $value) {
    $fields[] = [
        'name' => $name,
        'label' => $lang->text('pool_' . $name),
        'value' => (string) $value,
        'error' => $errors[$name] ?? '',
        'hint' => $hints[$name] ?? '',
        'type' => 'text',
        'options' => $choices[$name] ?? null,
    ];
}

?>
<?php if ($servers === []) : ?>
<div class="kvm-notice is-warn" role="status"><a href="configservers.php"><?= $t('pool_no_server') ?></a></div>
<?php endif; ?>
<?php
$part('form', [
    'live' => ['scope' => 'pool_names', 'good' => $names['good'], 'text' => $names['text']],
    'heading' => $lang->text($id > 0 ? 'pool_edit' : 'pool_add'),
    'error' => $error,
    'link' => $link,
    'token' => $token,
    'page' => 'pool',
    'back' => 'pools',
    'id' => $id,
    'fields' => $fields,
]);
