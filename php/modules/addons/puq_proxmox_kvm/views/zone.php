<?php

/**
 * The form of one DNS zone.
 *
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

$fields = [];
foreach ($zone as $name => $value) {
    $secret = in_array($name, $secrets, true);
    $hint = 'hint_zone' . ($name === 'zone' ? '' : '_' . ($secret ? 'secret' : $name));
    $fields[] = [
        'name' => $name,
        'label' => $lang->text('zone_' . $name),
        'value' => (string) $value,
        'error' => $errors[$name] ?? '',
        'hint' => $lang->find($hint) === null ? '' : $hint,
        'type' => $secret ? 'password' : 'text',
        'options' => $name === 'type' ? $types : null,
        'placeholder' => isset($kept[$name]) ? $lang->text('zone_kept') : '',
        'for' => $for[$name] ?? null,
    ];
}

$part('form', [
    'live' => null,
    'heading' => $lang->text($id > 0 ? 'zone_edit' : 'zone_add'),
    'error' => $error,
    'link' => $link,
    'token' => $token,
    'page' => 'zone',
    'back' => 'zones',
    'id' => $id,
    'fields' => $fields,
]);
